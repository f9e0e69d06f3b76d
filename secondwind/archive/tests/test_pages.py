"""Every page shape under `pages/` is read with all that it shows, and with nothing that it does not."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import yaml

from secondwind.archive import Post, Thread, read
from secondwind.archive.engines import engines

PAGES = Path(__file__).parent / "pages"
EXPECTED = sorted(PAGES.glob("*/*.yaml"))
DATES = ("date", "since", "latest_date")


def page_of(expected: Path) -> Path:
    """The page that belongs to what is expected of it."""
    return next(expected.parent.glob(f"{expected.stem}.[th]*"))


def told(value: Post | Thread, without: set[str]) -> dict[str, Any]:
    """What is known of a value: its fields that hold something, dates by what was read of them."""
    found: dict[str, Any] = {}
    for name, one in asdict(value).items():
        if name in without or one is None or one == ():
            continue
        found[name] = list(one) if isinstance(one, tuple) else one
        if name in DATES:
            found[name] = one["iso"]
            if name == "date" and one["zone"]:
                found["zone"] = one["zone"]
            if name == "date" and one["iso"] is None:
                found["date_text"] = one["text"]
    return found


def as_read(value: Any) -> Any:
    """YAML takes plain dates for dates."""
    return value if isinstance(value, str | int | float | bool | list | None) else value.isoformat()


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_page_is_read_with_all_that_it_shows(expected: Path) -> None:
    page = page_of(expected)
    thread = read(page.read_bytes(), page.name)
    wanted = yaml.safe_load(expected.read_text())
    posts = wanted.pop("posts")

    for post, one in zip(thread.posts, posts, strict=True):
        begins, ends = one.pop("begins"), one.pop("ends")
        assert post.body.startswith(begins), post.body
        assert post.body.endswith(ends), post.body
        if one.pop("has_mail_identity", False):
            assert (post.author_address or "").startswith("mail:")
            one["author_address"] = post.author_address
        assert told(post, {"index", "body", "line"}) == {name: as_read(value) for name, value in one.items()}

    warnings = wanted.pop("warnings", 0)
    assert len(thread.warnings) == warnings, thread.warnings
    about = told(thread, {"confidence", "parser", "posts", "pages", "warnings", "first_unnumbered"})
    assert about == {"starts": True, **{name: as_read(value) for name, value in wanted.items()}}


def test_every_engine_has_pages_and_there_are_many() -> None:
    assert {path.parent.name for path in EXPECTED} == {engine.name for engine in engines()}
    assert len(EXPECTED) >= 30
