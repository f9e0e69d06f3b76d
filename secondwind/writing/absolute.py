"""Rendered HTML for places outside the site: feeds and mails."""

import re

_TAG = re.compile(r"<(?:a|img)\b[^>]*>")
_PATH = re.compile(r'\b(href|src)="(/[^"/][^"]*|/)"')


def absolute(html: str, site: str) -> str:
    """HTML as `render` gives it, with `site` ("https://running.example.org") before every path of it."""
    return _TAG.sub(lambda tag: _PATH.sub(rf'\1="{site}\2"', tag[0]), html)
