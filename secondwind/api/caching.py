"""How long an answer may be kept: what a visitor gets as long as a public page, what a token opened never."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page
from django.views.decorators.vary import vary_on_headers

from secondwind.api.tokens import ApiRequest
from secondwind.look.caching import FRESH_SECONDS
from secondwind.look.pagecache import KEPT_SECONDS

Run = Callable[..., HttpResponse]


def kept_for_visitors(run: Run) -> Run:
    """An answer that any cache may keep for a moment and ask for by its ETag, unless a token came with the
    request or something was wrong."""

    @gzip_page
    @conditional_page
    @vary_on_headers("Authorization")
    @wraps(run)
    def answered(request: ApiRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = run(request, *args, **kwargs)
        if "Authorization" in request.headers or response.status_code != 200:
            patch_cache_control(response, private=True, no_store=True)
        else:
            patch_cache_control(response, public=True, max_age=FRESH_SECONDS - KEPT_SECONDS)
            response.may_be_kept = True  # type: ignore[attr-defined]  # for `pagecache` alone
        return response

    return answered
