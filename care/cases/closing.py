"""Closing a case."""

import asyncio

from pydantic import BaseModel

from auth.actor import Actor
from care.cases import cycles, lifecycle
from care.cases.custom_fields import required_fields
from care.cases.field_values import require_filled
from care.cases.rules import read_rules
from care.documents.cases import Case
from care.documents.cycles import JUDGED, CycleOutcome
from care.events import CaseClosed
from care.policies import may_close, require_right
from care.reading.cases import require_case
from community.drafts import Remark
from core.clock import now
from core.errors import InvalidInput
from core.records import change


class ClosingDraft(BaseModel):
    """The case to close, with the reason: one is needed to close what nobody has judged."""

    case_id: str
    reason: Remark | None = None


async def close_case(actor: Actor, draft: ClosingDraft, *, expected_version: int) -> Case:
    """Close a case whose customer is done, or, with `case:override` and a reason, one that nobody has judged.

    Raises NotFound, Forbidden without `case:close`, AlreadyDone, NotJudged, ObligationOpen, ReviewPending, ChecklistOpen,
    FieldsMissing, InvalidInput while a reply is on its way or without the reason, Conflict.
    """
    case, rules, required = await asyncio.gather(require_case(actor, draft.case_id), read_rules(), required_fields())
    require_right(may_close(actor, case))

    def rule(current: Case) -> None:
        may_close(actor, current).enforce()
        require_filled(current, required)
        at = now()
        if current.cycle.outcome not in JUDGED:
            if draft.reason is None:
                raise InvalidInput("Nobody has said whether it helped; give the reason for closing anyway.", path=("reason",))
            cycles.end(current, CycleOutcome.OVERRIDDEN, at, by=actor.member_id, note=draft.reason)
        lifecycle.close(current, at, reason=draft.reason, reopen_within=rules.reopen_within)
        current.record(CaseClosed(case_id=current.id), actor=actor.id)
        lifecycle.project(current, touched_at=at)

    return await change(case, rule, expected_version=expected_version)
