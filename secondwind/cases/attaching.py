"""Cases without a thread as something that their owners attach pictures of other rooms to."""

from collections.abc import Iterable

from django.urls import reverse

from secondwind.accounts.attachments import Target
from secondwind.accounts.models import User
from secondwind.cases import chips
from secondwind.cases.models import Case
from secondwind.clinic.knowledge import load

KIND = "case"
MOST = 20


def cases_of(user: User) -> Iterable[Target]:
    """Somebody's cases that stand on no thread, the latest first. One query."""
    for case in Case.objects.filter(owner=user, address="").order_by("-pk")[:MOST]:
        title = f"your case: {chips.title(case.told, load())}"
        yield Target(KIND, case.pk, title, reverse("cases:case", args=[case.pk]))
