"""Bringing a case back that was resolved or closed by mistake."""

import asyncio
from datetime import datetime
from functools import partial
from typing import Final

from pydantic import BaseModel
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor, Permission
from care.cases import lifecycle
from care.cases.cycle_terms import under
from care.cases.merging import keys_of_others
from care.cases.rules import read_rules
from care.documents.case_states import CaseStatus
from care.documents.cases import Case
from care.errors import AnotherCaseOpen
from care.policies import member_with, require_right
from care.reading.cases import require_case
from community.drafts import Remark
from community.policies import ALLOWED, Ruling
from core.clock import now
from core.errors import AlreadyDone, Forbidden, InvalidInput, Unavailable
from core.records import change, fresh

_TRIES: Final = 20


class ReopeningDraft(BaseModel):
    """Which case is not done, and why."""

    case_id: str
    reason: Remark


def may_reopen(actor: Actor, case: Case, at: datetime) -> Ruling:
    """Allow a member with `case:work` what is resolved, or was closed lately; with `case:override` what was closed before.

    A merged case comes back as little as by a message: what is said goes to the case that it is part of.
    """
    ruling = member_with(actor, Permission.CASE_WORK)
    if not ruling:
        return ruling
    if case.status not in {CaseStatus.RESOLVED, CaseStatus.CLOSED}:
        return Ruling(AlreadyDone("This case is open already.", path=("case_id",)))
    if case.merge is not None:
        return Ruling(InvalidInput(f"This case is part of {case.merge.into} now; reopen that one.", path=("case_id",)))
    is_late = case.status is CaseStatus.CLOSED and not case.can_come_back(at)
    if is_late and not actor.may(Permission.CASE_OVERRIDE):
        needed = Permission.CASE_OVERRIDE.value
        return Ruling(Forbidden(f"This case was closed too long ago: you need the permission {needed} to reopen it."))
    return ALLOWED


async def reopen_case(actor: Actor, draft: ReopeningDraft, *, expected_version: int) -> Case:
    """Bring a resolved or closed case back: a judged one begins its next cycle, and the customer is owed an answer again.

    Raises NotFound, Forbidden without `case:work` (closed longer ago than the window: without `case:override`), AlreadyDone
    when it is open, InvalidInput for a merged one, AnotherCaseOpen when its conversations have another open case, Conflict.
    """
    case, rules = await asyncio.gather(require_case(actor, draft.case_id), read_rules())
    require_right(may_reopen(actor, case, now()))
    elsewhere: set[str] = set()
    for _ in range(_TRIES):
        rule = partial(_bring_back, actor=actor, draft=draft, elsewhere=elsewhere)
        try:
            return await change(case, under(rules, rule), expected_version=expected_version)
        except DuplicateKeyError:  # the store refuses a second open case of a conversation
            case = await fresh(case)
            elsewhere = await keys_of_others(case.id, case.led)
    raise Unavailable("store", "too many writers of the cases of one conversation")


def _bring_back(case: Case, *, actor: Actor, draft: ReopeningDraft, elsewhere: set[str]) -> None:
    at = now()
    may_reopen(actor, case, at).enforce()
    if elsewhere and elsewhere >= set(case.led):
        raise AnotherCaseOpen("Its conversations have another open case by now: work on that one.", path=("case_id",))
    lifecycle.reopen(case, at, by=actor.member, reason=draft.reason)
    case.open_keys = [key for key in case.open_keys or [] if key not in elsewhere] or None
    lifecycle.project(case, touched_at=at)
