"""Handing over: who leaves a shift writes down what the next one must know, and the next one says that it was read."""

from auth.actor import Actor, Permission
from care.documents.shifts import Handover
from care.duty import Plan
from care.reading.shifts import require_plan
from care.shifts.drafts import HandoverDraft
from care.shifts.events import HandoverAcknowledged, HandoverWritten
from core.clock import now
from core.defaults import change_or_insert, stored_or
from core.errors import AlreadyDone, Forbidden, NotFound
from core.ids import with_prefix
from core.records import change


async def write_handover(actor: Actor, draft: HandoverDraft, *, expected_version: int) -> Handover:
    """Write the note of a shift, or write it anew, which takes back that it was read; `expected_version` is 0 for the first.

    Raises NotFound, Forbidden for others than who has the shift and who has `shift:manage`, Conflict.
    """
    plan = await require_plan(actor, draft.shift_id)
    _require_own(actor, plan)

    at = now()

    def rule(current: Handover) -> None:
        current.note, current.author_id, current.written_at = draft.note, actor.member, at
        current.acknowledged_by = current.acknowledged_at = None
        current.record(HandoverWritten(shift_id=current.shift_id, author_id=actor.member), actor=actor.id)

    identifier = with_prefix("hnd", plan.id)
    first = Handover(id=identifier, created_at=at, shift_id=plan.id, note=draft.note, author_id=actor.member, written_at=at)
    return await change_or_insert(await stored_or(first), rule, expected_version=expected_version, is_shown=False)


async def acknowledge_handover(actor: Actor, shift_id: str, *, expected_version: int) -> Handover:
    """Say that one has read what was handed over.

    Raises NotFound, Forbidden for who is no member and for who wrote it, AlreadyDone, Conflict.
    """
    plan = await require_plan(actor, shift_id)
    reader = actor.member
    handover = await Handover.get(with_prefix("hnd", plan.id))
    if handover is None:
        raise NotFound("Nothing was handed over at the end of this shift.", path=("shift_id",))

    def rule(current: Handover) -> None:
        if current.author_id == reader:
            raise Forbidden("Who wrote a note can't say that the next one has read it.")
        if current.acknowledged_at is not None:
            raise AlreadyDone("Somebody has read this already.", path=("shift_id",))
        current.acknowledged_by, current.acknowledged_at = reader, now()
        current.record(HandoverAcknowledged(shift_id=current.shift_id, member_id=reader), actor=actor.id)

    return await change(handover, rule, expected_version=expected_version)


def _require_own(actor: Actor, plan: Plan) -> None:
    if actor.member != plan.member_id and not actor.may(Permission.SHIFT_MANAGE):
        raise Forbidden("Only who has the shift, or somebody with shift:manage, can write what is handed over.")
