"""Signed links: they carry what was sealed, for one purpose, as long as they may."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondwind.accounts import links


@given(st.lists(st.text(max_size=40), max_size=5))
def test_what_was_sealed_comes_out(parts):
    assert links.unseal("room.act", links.seal("room.act", *parts)) == parts


def test_numbers_come_out_as_text():
    assert links.unseal("room.act", links.seal("room.act", 7, "thread")) == ["7", "thread"]


def test_a_token_opens_its_own_purpose_alone():
    with pytest.raises(links.BadLink, match="not complete"):
        links.unseal("room.other", links.seal("room.act", 7))


@given(st.text(max_size=60))
def test_what_nobody_sealed_opens_nothing(token):
    with pytest.raises(links.BadLink):
        links.unseal("room.act", token)


def test_no_sign_of_it_can_be_changed():
    token = links.seal("room.act", 7)
    for at in range(len(token)):
        other = "A" if token[at] != "A" else "B"
        with pytest.raises(links.BadLink):
            links.unseal("room.act", token[:at] + other + token[at + 1 :])


def test_it_runs_out(time_machine):
    time_machine.move_to("2026-03-01T12:00:00Z")
    token = links.seal("room.act", 7)
    time_machine.move_to("2026-03-03T12:00:00Z")
    assert links.unseal("room.act", token) == ["7"]
    assert links.unseal("room.act", token, within=timedelta(days=3)) == ["7"]
    with pytest.raises(links.BadLink, match="too old"):
        links.unseal("room.act", token, within=timedelta(days=1))
