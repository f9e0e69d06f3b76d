"""Imports: files in, progress, report, taking back; the files as they came."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from secondwind.runlog.actions import imports as importing
from secondwind.runlog.actions import originals
from secondwind.runlog.actions.undo import Edited, undo
from secondwind.runlog.errors import Refused
from secondwind.runlog.models import Batch, BatchLine, BatchState, Original, Outcome
from secondwind.runlog.pages.common import UNPROCESSABLE, own_page, owner_of, see
from secondwind.runlog.uploads import ToDisk

BATCHES_A_PAGE = 20
LINES_A_PAGE = 50
ORIGINALS_A_PAGE = 50
TOO_LARGE = 413
ACTIVE = (BatchState.WAITING, BatchState.RUNNING)
FAULTS_FIRST = (Outcome.DAMAGED, Outcome.IMPORTED, Outcome.DUPLICATE, Outcome.SKIPPED)


def to_disk(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a view the files of its request as `taken`, written to disk as they come."""

    def take(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with ToDisk() as taken:
            request.upload_handlers = [taken]
            return view(request, *args, taken=taken, **kwargs)

    return take


# --- Bring files in ----------------------------------------------------------------------------------------


@csrf_exempt  # `_import_page` is protected, once it is known who asks and where files go
@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def imports(request: HttpRequest) -> HttpResponse:
    """Send files to the log; the imports so far."""
    protected: Callable[[HttpRequest], HttpResponse] = to_disk(csrf_protect(_import_page))
    return protected(request)


def _import_page(request: HttpRequest, *, taken: ToDisk) -> HttpResponse:
    if request.method != "POST":
        return _shown(request)
    _ = request.POST  # the files come in
    if taken.problem:
        return _shown(request, taken.problem, TOO_LARGE)
    try:
        batches = importing.begin(owner_of(request), taken.files)
    except Refused as refused:
        return _shown(request, str(refused), UNPROCESSABLE)
    if len(batches) > 1:
        messages.success(request, f"{len(batches)} imports have begun, one after the other.")
        return see(reverse("runlog:imports"))
    return see(reverse("runlog:batch", args=[batches[0].pk]))


def _shown(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    owner = owner_of(request)
    page = _page(request, Batch.objects.filter(owner=owner), BATCHES_A_PAGE)
    context = {
        "problem": problem,
        "page": page,
        "most_mb": settings.IMPORT_MOST_MB,
        "is_watched": settings.WATCH_DIR is not None,
        "has_active": any(batch.state in ACTIVE for batch in page),
    }
    return render(request, "runlog/import.html", context, status=status)


# --- One import --------------------------------------------------------------------------------------------


@require_safe
@own_page
def batch(request: HttpRequest, id: int) -> HttpResponse:
    """How far an import is, and what became of each thing in it."""
    return _report(request, importing.batch_for(owner_of(request), id))


@require_safe
@own_page
def batch_progress(request: HttpRequest, id: int) -> HttpResponse:
    """How far an import is, for a page that is open; it loads itself anew when the import has ended."""
    found = importing.batch_for(owner_of(request), id)
    if found.state not in ACTIVE:
        return HttpResponseClientRefresh()
    return render(request, "runlog/_batch_progress.html", {"batch": found, "is_active": True})


@require_POST
@own_page
def batch_pause(request: HttpRequest, id: int) -> HttpResponse:
    """Stop an import for now."""
    return _changed(request, id, importing.pause, "Paused. What came in so far stays.")


@require_POST
@own_page
def batch_go_on(request: HttpRequest, id: int) -> HttpResponse:
    """Go on with a paused import."""
    return _changed(request, id, importing.go_on, "It goes on.")


@require_POST
@own_page
def batch_undo(request: HttpRequest, id: int) -> HttpResponse:
    """Take an import back."""
    found = importing.batch_for(owner_of(request), id)
    choice = request.POST.get("edited", "")
    try:
        gone = undo(found, edited=choice if choice in {"keep", "remove"} else "")
    except Edited as edited:
        return _report(request, found, str(edited), edited=edited.count)
    except Refused as refused:
        return _report(request, found, str(refused))
    runs = "One activity was" if gone == 1 else f"{gone} activities were"
    messages.success(request, f"{runs} removed, with what else this import had brought.")
    return see(reverse("runlog:batch", args=[id]))


def _changed(request: HttpRequest, id: int, change: Callable[[Batch], None], done: str) -> HttpResponse:
    found = importing.batch_for(owner_of(request), id)
    try:
        change(found)
    except Refused as refused:
        return _report(request, found, str(refused))
    messages.success(request, done)
    return see(reverse("runlog:batch", args=[id]))


def _report(request: HttpRequest, batch: Batch, problem: str = "", edited: int = 0) -> HttpResponse:
    counts = {outcome: getattr(batch, name) for outcome, name in importing.COUNTS.items()}
    outcome = _outcome(request, counts)
    lines = batch.lines.filter(outcome=outcome).select_related("run", "twin")
    context = {
        "batch": batch,
        "problem": problem,
        "edited": edited,
        "is_active": batch.state in ACTIVE,
        "outcome": outcome,
        "outcomes": [(value, value.label, count) for value, count in counts.items() if count],
        "classes": _classes(batch) if outcome == Outcome.SKIPPED else [],
        "page": _page(request, lines.defer(*_HEAVY), LINES_A_PAGE),
        "later": _named_elsewhere(batch),
    }
    return render(request, "runlog/batch.html", context, status=UNPROCESSABLE if problem else 200)


_HEAVY = tuple(f"{run}__{column}" for run in ("run", "twin") for column in (
    "notes", "grades", "splits", "best_efforts", "laps", "warnings",
))  # fmt: skip


def _outcome(request: HttpRequest, counts: dict[Outcome, int]) -> Outcome:
    """The part of the report that an address names; what went wrong comes first."""
    asked = request.GET.get("outcome", "")
    if asked in Outcome.values:
        return Outcome(asked)
    return next((outcome for outcome in FAULTS_FIRST if counts[outcome]), Outcome.IMPORTED)


def _classes(batch: Batch) -> list[tuple[str, int]]:
    skipped = batch.lines.filter(outcome=Outcome.SKIPPED).order_by().values_list("reason")
    return list(
        skipped.annotate(count=Count("pk")).order_by("-count", "reason").values_list("reason", "count")
    )


def _named_elsewhere(batch: Batch) -> int:
    """How many things of other imports were left out because this one had them already."""
    return BatchLine.objects.filter(twin__batch=batch).exclude(batch=batch).count()


# --- Files as they came ------------------------------------------------------------------------------------


@require_safe
@cache_control(private=True, no_store=True)
@login_required
def original(request: HttpRequest, id: int) -> HttpResponseBase:
    """A file as it came, to save."""
    found = originals.original_for(owner_of(request), id)
    try:
        file = found.file.open("rb")
    except FileNotFoundError as error:
        raise Http404("the file is gone") from error
    return FileResponse(
        file, as_attachment=True, filename=found.name, content_type="application/octet-stream"
    )


@require_POST
@own_page
def original_delete(request: HttpRequest, id: int) -> HttpResponse:
    """Delete a file for good; the run that was read from it stays."""
    originals.delete(originals.original_for(owner_of(request), id))
    messages.success(request, "The file is deleted. The run stays.")
    return see(reverse("runlog:originals"))


@require_safe
@own_page
def original_files(request: HttpRequest) -> HttpResponse:
    """All files that are kept, the latest first."""
    found = Original.objects.filter(owner=owner_of(request)).order_by("-pk")
    return render(request, "runlog/import_files.html", {"page": _page(request, found, ORIGINALS_A_PAGE)})


def _page(request: HttpRequest, rows: QuerySet[Any], size: int) -> Page[Any]:
    """The page of a list that an address names."""
    asked = request.GET.get("page", "1")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 7):
        raise Http404("no such page")
    return Paginator(rows, size).get_page(int(asked))
