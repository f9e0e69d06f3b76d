"""Who looks after the forums."""

import pytest

from secondwind.accounts.models import User
from secondwind.cli import main


@pytest.fixture
def member(db):
    return User.objects.create_user("Hilltop", "hilltop@example.org")


def test_a_member_becomes_a_moderator_and_one_no_longer(member, capsys):
    assert main(["moderator", "hillTOP"]) == 0
    member.refresh_from_db()
    assert member.may_moderate

    assert main(["moderator", "hilltop", "--remove"]) == 0
    member.refresh_from_db()
    assert not member.may_moderate
    assert capsys.readouterr().out == "Hilltop is a moderator.\nHilltop is no longer a moderator.\n"


def test_a_name_that_nobody_has_is_told(db, capsys):
    assert main(["moderator", "nobody"]) == 1
    assert "There is no member called nobody." in capsys.readouterr().err
