"""The quick addresses are Django's own, and moments are written as ISO 8601 has them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.template import Context, Template
from django.urls import NoReverseMatch, reverse
from django.utils import timezone as clocks

from secondwind.look.addresses import address


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("check:home", ()),
        ("forums:thread", (7,)),
        ("forums:thread", (7, "sore-calf")),
        ("forums:thread", (12345, "mark-1-mark-0-")),
        ("forums:post", (1,)),
        ("forums:person", ("Zoë / 50% {0}",)),
        ("forums:person", ("runner_7",)),
        ("forums:journal", ("a&b", 3)),
        ("forums:feed_thread", (3, "atom")),
        ("forums:forum", ("Größe",)),
    ],
)
def test_an_address_is_what_django_says(name: str, args: tuple[int | str, ...]) -> None:
    def asked(ask: object) -> str:
        try:
            return ask(name)  # type: ignore[operator, no-any-return]
        except NoReverseMatch:
            return "none"

    expected = asked(lambda name: reverse(name, args=args))
    for _ in range(2):  # the second is made from the shape that the first left
        assert asked(lambda name: address(name, *args)) == expected


def test_the_tag_escapes_and_keeps_as_djangos_does() -> None:
    page = Template('{% url "forums:person" name as here %}{{ here }} {% url "forums:person" name %}'
                    '{% url "no:such" as none %}[{{ none }}]')  # fmt: skip
    there = "/people/O&#x27;Neil&amp;co/"
    assert page.render(Context({"name": "O'Neil&co"})) == f"{there} {there}[]"
    with pytest.raises(NoReverseMatch):
        Template('{% url "no:such" %}').render(Context())


@pytest.mark.parametrize(
    ("offset", "machine", "shown"),
    [
        (timedelta(), "2026-03-09T04:05+00:00", "9 Mar 2026, 04:05"),
        (timedelta(hours=5, minutes=45), "2026-03-09T09:50+05:45", "9 Mar 2026, 09:50"),
        (timedelta(hours=-9, minutes=-30), "2026-03-08T18:35-09:30", "8 Mar 2026, 18:35"),
    ],
)
def test_a_moment_is_in_the_visitors_zone(offset: timedelta, machine: str, shown: str) -> None:
    moment = datetime(2026, 3, 9, 4, 5, 6, tzinfo=UTC)
    page = Template("{% load look %}{% when at %} {% day at %}")
    with clocks.override(timezone(offset)):
        found = page.render(Context({"at": moment}))
    day = f'<time datetime="{machine[:10]}">{shown.split(",")[0]}</time>'
    assert found == f'<time datetime="{machine}">{shown}</time> {day}'
