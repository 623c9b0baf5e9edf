"""Requests for information: an agency's person asks the company about a case; the front office takes it up and answers."""

from datetime import datetime, timedelta
from typing import Final

from pydantic import AwareDatetime, BaseModel

from auth.actor import Actor
from care.consultations import LATEST
from care.documents.cases import Case
from care.documents.information import InformationRequest, InformationStatus
from care.events import (
    InformationAnswered,
    InformationCancelled,
    InformationOverdue,
    InformationRequested,
    InformationTaken,
)
from care.policies import may_answer_information, may_request_information, may_take_information, require_right
from care.reading.cases import require_case
from care.reading.information import require_information
from care.written import body_of
from community.creation import insert_once
from community.drafts import Body
from core.clock import now
from core.errors import InvalidInput
from core.idempotency import Once
from core.records import change

ANSWER_WITHIN: Final = timedelta(minutes=20)
"""How long the company has, unless somebody says otherwise."""

_OPEN: Final = (InformationStatus.ASKED, InformationStatus.TAKEN)


class InformationDraft(BaseModel):
    """What to ask about which case, and until when."""

    case_id: str
    question: Body
    due_at: AwareDatetime | None = None


async def request_information(actor: Actor, draft: InformationDraft, *, once: Once) -> InformationRequest:
    """Ask the company about a case; the front office is told.

    Raises NotFound, Forbidden without `information:request`, CaseClosed, InvalidInput for a due time that is past or
    over 30 days away, IdempotencyMismatch.
    """
    case = await require_case(actor, draft.case_id)
    may_request_information(actor, case).enforce()
    request = _request(actor, case, draft, once)
    request.record(InformationRequested(request_id=request.id, case_id=case.id), actor=actor.id)
    return await insert_once(request, once)


async def take_information_request(actor: Actor, request_id: str, *, expected_version: int) -> InformationRequest:
    """Say that one looks after a request.

    Raises NotFound, Forbidden without `information:answer`, AlreadyDone when it was taken up, Conflict.
    """
    request = await require_information(actor, request_id)
    require_right(may_take_information(actor, request))

    def rule(current: InformationRequest) -> None:
        may_take_information(actor, current).enforce()
        _take(current, actor, now())
        current.record(InformationTaken(request_id=current.id, case_id=current.case_id), actor=actor.id)

    return await change(request, rule, expected_version=expected_version)


async def answer_information_request(actor: Actor, request_id: str, answer: str, *, expected_version: int) -> InformationRequest:
    """Give the information; who answers what nobody has taken up, takes it up by that.

    Raises NotFound, Forbidden without `information:answer`, AlreadyDone when it is over, InvalidInput for the text,
    Conflict.
    """
    request, text = await require_information(actor, request_id), body_of(answer, path=("answer",))
    require_right(may_answer_information(actor, request))

    def rule(current: InformationRequest) -> None:
        may_answer_information(actor, current).enforce()
        at = now()
        if current.taken_at is None:
            _take(current, actor, at)
        current.answer, current.answered_by, current.answered_at = text, actor.member, at
        current.status, current.next_act_at = InformationStatus.ANSWERED, None
        current.record(InformationAnswered(request_id=current.id, case_id=current.case_id), actor=actor.id)

    return await change(request, rule, expected_version=expected_version)


async def cancel_information_requests(case_id: str) -> None:
    """End what still waits for an answer about a closed case. Can run twice; a case that came back keeps them."""
    case = await Case.get(case_id)
    if case is None or case.closed_at is None:
        return
    waiting = {"case_id": case_id, "status": {"$in": [status.value for status in _OPEN]}}
    for request in await InformationRequest.find(waiting).to_list():
        await change(request, _cancel)


async def remind_of_information(at_once: int) -> int:
    """Mark what is late and not yet marked, once each, and give how many that were."""
    due = {"next_act_at": {"$lte": now()}}
    requests = await InformationRequest.find(due).sort("next_act_at").limit(at_once).to_list()
    for request in requests:
        await change(request, _act)
    return len(requests)


def _request(actor: Actor, case: Case, draft: InformationDraft, once: Once) -> InformationRequest:
    at = now()
    if draft.due_at is not None and not at < draft.due_at <= at + LATEST:
        raise InvalidInput("Choose a time from now on, at most 30 days away.", path=("due_at",))
    due = draft.due_at or at + ANSWER_WITHIN
    return InformationRequest(
        id=once.identifier("inf"),
        created_at=at,
        case_id=case.id,
        channel_id=case.channel_id,
        environment=case.environment,
        question=draft.question,
        asked_by=actor.member,
        asked_at=at,
        due_at=due,
        next_act_at=due,
        fingerprint=once.fingerprint,
    )


def _take(request: InformationRequest, actor: Actor, at: datetime) -> None:
    request.taken_by, request.taken_at, request.status = actor.member, at, InformationStatus.TAKEN


def _cancel(request: InformationRequest) -> None:
    if request.status in _OPEN:
        request.status, request.next_act_at = InformationStatus.CANCELLED, None
        request.record(InformationCancelled(request_id=request.id, case_id=request.case_id))


def _act(request: InformationRequest) -> None:
    """Mark one that is late; only one that waits has a time to act at."""
    at = now()
    if request.next_act_at is None or request.next_act_at > at:
        return
    request.overdue_at, request.next_act_at = at, None
    request.record(InformationOverdue(request_id=request.id, case_id=request.case_id))
