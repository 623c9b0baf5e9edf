"""Incidents of conduct: recorded, talked about in a mentorship, agreed on, and closed. Nobody is dismissed by them."""

from typing import Annotated

from pydantic import BaseModel, Field

from auth.actor import Actor
from care.documents.channels import Environment
from care.documents.conversations import Direction, Message, Visibility
from care.policies import require_right
from care.reading.cases import cases_by_ids
from care.reading.conversations import messages_by_ids
from coaching.incidents.documents import (
    CoachingOutcome,
    ConductIncident,
    IncidentClosing,
    IncidentSeverity,
    IncidentStatus,
)
from coaching.incidents.events import (
    ConductIncidentClosed,
    ConductIncidentRecorded,
    ConductOutcomeAgreed,
    ConductOutcomeProposed,
)
from coaching.incidents.policies import may_agree, may_close_incident, may_propose_outcome, may_record_incident
from coaching.incidents.reading import PREFIX, require_incident
from coaching.mentorships.reading import require_mentorship
from community.creation import insert_once, made_before
from community.drafts import Body, Remark
from community.members import require_members
from core.clock import now
from core.errors import InvalidInput
from core.idempotency import Once
from core.records import change

Id = Annotated[str, Field(max_length=100)]


class IncidentDraft(BaseModel):
    """Who said what, in which message or case; of a message its words are taken unless they are quoted."""

    member_id: Id
    severity: IncidentSeverity
    said: Body | None = None
    message_id: Id | None = None
    case_id: Id | None = None
    note: Remark | None = None


class OutcomeDraft(BaseModel):
    """What mentor and member could do about it."""

    mentorship_id: Id
    text: Remark


class ClosingDraft(BaseModel):
    """What is left to say."""

    note: Remark


async def record_incident(actor: Actor, draft: IncidentDraft, *, once: Once) -> ConductIncident:
    """Record a bad word of a member's to a customer, in confidence.

    Raises Forbidden without `training:manage` or about oneself, InvalidInput for an unknown member, a message that is no
    reply of theirs to a customer, a case that is not the message's or not there, and without words; IdempotencyMismatch.
    """
    may_record_incident(actor, draft.member_id).enforce()
    identifier = once.identifier(PREFIX)
    if (before := await made_before(ConductIncident, identifier, once)) is not None:
        return before
    await require_members([draft.member_id], path=("member_id",))
    message = await _message(actor, draft) if draft.message_id is not None else None
    said = draft.said or (message.body if message is not None else None)
    if said is None:
        raise InvalidInput("Quote what was said, or name the message.", path=("said",))
    incident = ConductIncident(
        id=identifier,
        created_at=now(),
        member_id=draft.member_id,
        said=said,
        case_id=await _case_id(actor, draft, message),
        message_id=draft.message_id,
        severity=draft.severity,
        recorded_by=actor.member,
        note=draft.note,
        fingerprint=once.fingerprint,
    )
    incident.record(ConductIncidentRecorded(incident_id=identifier), actor=actor.id)
    return await insert_once(incident, once)


async def propose_outcome(actor: Actor, incident_id: str, draft: OutcomeDraft, *, expected_version: int) -> ConductIncident:
    """Say, as the member's mentor, what could be done about it; another proposal takes the place of the last one.

    Raises NotFound, Forbidden for others than the mentor, InvalidInput, AlreadyDone when it is closed, Conflict.
    """
    incident, mentorship = await require_incident(actor, incident_id), await require_mentorship(actor, draft.mentorship_id)
    require_right(may_propose_outcome(actor, incident, mentorship))

    def rule(current: ConductIncident) -> None:
        may_propose_outcome(actor, current, mentorship).enforce()
        current.status = IncidentStatus.PROPOSED
        current.outcome = CoachingOutcome(
            mentorship_id=mentorship.id, text=draft.text, proposed_by=actor.member, proposed_at=now()
        )
        current.record(ConductOutcomeProposed(incident_id=current.id), actor=actor.id)

    return await change(incident, rule, expected_version=expected_version)


async def agree_to_outcome(actor: Actor, incident_id: str, *, expected_version: int) -> ConductIncident:
    """Agree, as the member whom it is about. Raises NotFound, Forbidden for others, AlreadyDone, Conflict."""
    incident = await require_incident(actor, incident_id)
    require_right(may_agree(actor, incident))

    def rule(current: ConductIncident) -> None:
        may_agree(actor, current).enforce()
        if current.outcome is not None:
            current.outcome.agreed_at = now()
        current.status = IncidentStatus.AGREED
        current.record(ConductOutcomeAgreed(incident_id=current.id), actor=actor.id)

    return await change(incident, rule, expected_version=expected_version)


async def close_incident(actor: Actor, incident_id: str, draft: ClosingDraft, *, expected_version: int) -> ConductIncident:
    """Close an incident with what came of it: the mentor what was agreed on, anything who manages mentorships.

    Raises NotFound, Forbidden for the member and for others, AlreadyDone, Conflict.
    """
    incident = await require_incident(actor, incident_id)
    require_right(may_close_incident(actor, incident))

    def rule(current: ConductIncident) -> None:
        may_close_incident(actor, current).enforce()
        current.status = IncidentStatus.CLOSED
        current.closing = IncidentClosing(by=actor.member, at=now(), note=draft.note)
        current.record(ConductIncidentClosed(incident_id=current.id), actor=actor.id)

    return await change(incident, rule, expected_version=expected_version)


async def _message(actor: Actor, draft: IncidentDraft) -> Message:
    message = (await messages_by_ids(actor, [draft.message_id or ""])).get(draft.message_id or "")
    if message is None:
        raise InvalidInput("There is no such message.", path=("message_id",))
    is_to_customer = message.direction is Direction.OUTBOUND and message.visibility is not Visibility.INTERNAL
    if not is_to_customer or message.author_id != draft.member_id or message.environment is not Environment.LIVE:
        raise InvalidInput("This is no reply of the member's to a customer.", path=("message_id",))
    return message


async def _case_id(actor: Actor, draft: IncidentDraft, message: Message | None) -> str | None:
    if draft.case_id is None:
        return message.case_id if message is not None else None
    if draft.case_id not in await cases_by_ids(actor, [draft.case_id]):
        raise InvalidInput("There is no such case.", path=("case_id",))
    if message is not None and message.case_id != draft.case_id:
        raise InvalidInput("The message belongs to another case.", path=("case_id",))
    return draft.case_id
