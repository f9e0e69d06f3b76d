"""Prepared queries give what Django's own give, for every number."""

from inspect import unwrap
from typing import Any

import pytest
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.test.utils import CaptureQueriesContext

from secondwind.accounts.models import User
from secondwind.look.prepared import padded, prepared

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> list[User]:
    return [User.objects.create_user(f"runner{n}", f"r{n}@example.org", "a long password") for n in range(5)]


@prepared
def _later(after: int, start: int, *, newest_first: bool) -> QuerySet[User]:
    older = User.objects.filter(pk__lt=OuterRef("pk"), pk__gt=after)
    found = (
        User.objects.filter(pk__gt=after).annotate(has_older=Exists(older)).only("username", "date_joined")
    )
    return found.order_by("-pk" if newest_first else "pk")[start : start + 2]


@pytest.mark.parametrize("newest_first", [True, False])
def test_the_rows_are_those_of_the_query(people: list[User], newest_first: bool) -> None:
    for after, start in [(people[0].pk, 0), (people[0].pk, 1), (people[2].pk, 1), (people[4].pk, 0)]:
        wanted = [one.pk for one in people if one.pk > after]
        wanted = (wanted[::-1] if newest_first else wanted)[start : start + 2]
        found = _later(after, start, newest_first=newest_first)
        assert [one.pk for one in found] == wanted
        by_django = list(unwrap(_later)(after, start, newest_first=newest_first))
        for one, other in zip(found, by_django, strict=True):
            assert one.__dict__.keys() == other.__dict__.keys()
            for name in ("username", "date_joined", "has_older"):
                assert getattr(one, name) == getattr(other, name)


def test_what_was_not_asked_for_is_loaded_when_needed(people: list[User]) -> None:
    with CaptureQueriesContext(connection) as asked:
        found = _later(people[3].pk, 0, newest_first=True)[0]
        assert found.username == "runner4"
        assert len(asked) == 1
        assert found.email == "r4@example.org"
    assert len(asked) == 2


@prepared
def _these(*ids: int) -> QuerySet[User]:
    return User.objects.filter(pk__in=ids).order_by("pk")


def test_there_may_be_more_or_fewer_numbers(people: list[User]) -> None:
    assert _these(people[1].pk) == [people[1]]
    assert _these(people[3].pk, people[1].pk) == [people[1], people[3]]
    assert _these(people[0].pk) == [people[0]]


def test_any_of_some_numbers_is_one_of_few_shapes(people: list[User]) -> None:
    ids = [one.pk for one in people]

    assert [len(padded(range(n))) for n in (0, 1, 2, 5, 6, 21, 300, 301)] == [0, 1, 5, 5, 20, 50, 300, 600]
    assert _these(*padded(ids[:3])) == people[:3]
    assert _these(*padded(range(100_000, 100_300))) == []


@prepared
def _named(first: str, last: str, *, as_rows: bool) -> QuerySet[User, Any]:
    found = User.objects.filter(username__gte=first, username__lte=last, is_active=True).order_by("pk")
    return found.values_list("username", "date_joined", "is_active") if as_rows else found


def test_texts_may_change_too(people: list[User]) -> None:
    assert _named("runner1", "runner3", as_rows=False) == people[1:4]
    assert _named("runner3' OR 1=1", "runner4%s", as_rows=False) == [people[4]]


def test_rows_of_values_are_those_of_the_query(people: list[User]) -> None:
    wanted = [(one.username, one.date_joined, True) for one in people[1:4]]
    assert _named("runner1", "runner3", as_rows=True) == wanted
    assert list(unwrap(_named)("runner1", "runner3", as_rows=True)) == wanted


def test_a_value_that_is_lost_is_a_mistake_of_the_function() -> None:
    @prepared
    def every(number: int) -> QuerySet[User]:
        return User.objects.all()

    @prepared
    def beginning(text: str) -> QuerySet[User]:
        return User.objects.filter(username__startswith=text)

    with pytest.raises(TypeError, match="lost"):
        every(3)
    with pytest.raises(TypeError, match="lost"):
        beginning("run")
