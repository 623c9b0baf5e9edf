"""What a case's customer wants: told by what they say, until somebody of the company says otherwise."""

from typing import Final

from pydantic import BaseModel

from auth.actor import Actor
from care.cases import lifecycle
from care.cases.events import CaseIntentSet
from care.documents.cases import Case
from care.documents.casework import IntentCorrection
from care.policies import may_set_intent, require_right
from care.reading.cases import require_case
from core.clock import now
from core.records import change
from core.text.intent import Intent

KEPT_CORRECTIONS: Final = 20
_STRENGTH: Final = (Intent.OTHER, Intent.PRAISE, Intent.QUESTION, Intent.REQUEST, Intent.IDEA, Intent.COMPLAINT)
"""What a later message can make of a case: a complaint stays one, for a polite second message takes none back."""


class IntentDraft(BaseModel):
    """What the customer of a case wants in truth."""

    case_id: str
    intent: Intent


def hear_intent(case: Case, intent: Intent | None) -> None:
    """Let a message's intent count for its case, unless somebody has said what the case is."""
    if intent is None or case.intent_corrections:
        return
    if case.intent is None or _STRENGTH.index(intent) > _STRENGTH.index(case.intent):
        case.intent = intent


async def set_intent(actor: Actor, draft: IntentDraft, *, expected_version: int) -> Case:
    """Say what the customer of a case wants; what was thought before is kept, and no message changes it from then on.

    Raises NotFound, Forbidden without `case:work`, CaseClosed, Conflict.
    """
    case = await require_case(actor, draft.case_id)
    require_right(may_set_intent(actor, case))

    def rule(current: Case) -> None:
        may_set_intent(actor, current).enforce()
        at = now()
        correction = IntentCorrection(before=current.intent, after=draft.intent, by=actor.id, at=at)
        current.intent_corrections = [*current.intent_corrections, correction][-KEPT_CORRECTIONS:]
        current.intent = draft.intent
        current.record(CaseIntentSet(case_id=current.id), actor=actor.id)
        lifecycle.project(current, touched_at=at)

    return await change(case, rule, expected_version=expected_version)
