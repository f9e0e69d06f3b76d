"""Helpers ask for what a case does not tell yet, and its owner answers with a tap."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from secondwind.accounts.models import User
from secondwind.cases import access, news
from secondwind.cases.actions import keep
from secondwind.cases.errors import Refused
from secondwind.cases.models import Ask, Case
from secondwind.cases.replies import item_of
from secondwind.clinic.knowledge import load
from secondwind.clinic.model import Kind, Reply

MOST_OPEN = 6


@transaction.atomic
def ask(by: User, case: Case, finding: str) -> Ask:
    """Ask the owner of a case about a finding. One that was asked before is the same ask. Raises Refused."""
    case = keep.locked(case.pk)
    access.may_ask(by, case)
    known = load().findings.get(finding)
    if known is None or not known.question:
        raise Refused("There is no such question.")
    if finding in case.told.replies:
        raise Refused("The case tells this already.")
    if finding in case.asked:
        return Ask.objects.get(case=case, finding=finding)
    if sum(not reply for reply in case.asked.values()) >= MOST_OPEN:
        raise Refused(f"{MOST_OPEN} questions wait for an answer already. Let those be answered first.")
    made = Ask.objects.create(case=case, finding=finding, by=by)
    case.asked = {**case.asked, finding: ""}
    keep.save(case)
    news.tell_owner(made)
    return made


@transaction.atomic
def answer(by: User, case: Case, finding: str, reply: Reply) -> Case:
    """The owner's answer, which becomes an item of the case. Raises Refused."""
    case = keep.locked(case.pk)
    access.may_change(by, case)
    if finding not in case.asked and finding not in case.questions:
        raise Refused("Nobody asked this.")
    Ask.objects.filter(case=case, finding=finding).update(reply=reply, answered_at=timezone.now())
    if finding in case.asked:
        case.asked = {**case.asked, finding: str(reply)}
    told = case.told
    item = item_of(Kind.FINDING, finding, reply, told.item(Kind.FINDING, finding))
    keep.write(case, told.with_items([item]), by=by, why="answered a question")
    for asked in Ask.objects.filter(case=case, finding=finding).select_related("case__owner", "by"):
        news.tell_helper(asked)
    return case
