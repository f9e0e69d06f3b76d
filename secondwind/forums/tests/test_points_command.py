"""`secondwind points` mends totals and says which."""

from secondwind import cli
from secondwind.forums.actions.mark import mark
from secondwind.forums.models import Mark, Member


def test_the_command_mends_what_is_wrong_and_says_so(capsys, alice, bob, answer):
    mark(alice, answer, Mark.CORRECT)
    Member.objects.filter(user=bob).update(points=3)

    assert cli.main(["points"]) == 0
    assert capsys.readouterr().out == "bob: 3 became 10\n1 total changed\n"
    assert cli.main(["points"]) == 0
    assert capsys.readouterr().out == "All points are right\n"
    assert Member.objects.get(user=bob).points == 10
