"""Asking for a reply back that was sent: who may, where it can be, and the job that does it."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel

from auth.actor import Actor
from care.documents.cases import Case
from care.documents.channels import Channel, Environment
from care.documents.conversations import IN_THE_HOUSE, DeliveryStatus, Direction, Message, Retraction, RetractionState, Visibility
from care.jobs import RETRACT, jobs
from care.mail.settings import mail_channel_for
from care.policies import may_reach_out, must_wait, require_right
from care.providers.adapter import Sent
from care.providers.registry import ADAPTERS
from care.reading.conversations import messages_by_ids
from care.retractions.events import RetractionAsked
from care.retractions.settling import end_retraction
from community.drafts import text
from community.policies import ALLOWED, Ruling
from core.clock import now
from core.errors import AlreadyDone, Forbidden, InvalidInput, NotFound
from core.records import change

_PATH = ("message_id",)
_BY_MAIL = "An e-mail that was sent can't be taken back; write the customer what you meant instead."


class RetractionDraft(BaseModel):
    """Which reply is to go, and why."""

    message_id: str
    reason: Annotated[str, text(1, 500, lines="one")]


@dataclass(frozen=True, slots=True)
class Retracted:
    """A reply that is taken back, and its case."""

    case: Case
    message: Message


async def retract_message(actor: Actor, draft: RetractionDraft, *, expected_version: int) -> Retracted:
    """Take a reply back that was sent: at once where it never left the house, else by the worker, who tries like in sending.

    `expected_version` is the message's. What was taken back answers nobody any more. Raises NotFound, Forbidden without
    `case:reply_public`, InvalidInput for what was not sent and where the channel can't do it, AlreadyDone, Conflict.
    """
    message = (await messages_by_ids(actor, [draft.message_id])).get(draft.message_id)
    if message is None:
        raise NotFound("There is no such message.", path=_PATH)
    require_right(may_retract(actor, message))
    objection = await _lasting(message)

    def rule(current: Message) -> None:
        may_retract(actor, current).enforce()
        if objection is not None:
            raise InvalidInput(objection, path=_PATH)
        number = current.retraction.number + 1 if current.retraction is not None else 1
        current.retraction = Retraction(reason=draft.reason, asked_by=actor.member, asked_at=now(), number=number)
        current.record(RetractionAsked(case_id=current.case_id, message_id=current.id), actor=actor.id)

    message = await follow_up_retraction(await change(message, rule, expected_version=expected_version))
    case = await Case.get(message.case_id)
    if case is None:
        raise NotFound("There is no such case.")
    return Retracted(case, message)


async def follow_up_retraction(message: Message) -> Message:
    """Have a reply taken back: one job for each time it is asked, however often this runs."""
    retraction = message.retraction
    if retraction is None or retraction.state is not RetractionState.RETRACTING:
        return message
    channel = await Channel.get(message.channel_id)
    if channel is None or await _never_left(channel):
        return await end_retraction(message)
    await jobs().add(f"retract:{message.id}:{retraction.number}", {"kind": RETRACT, "message_id": message.id})
    return message


def may_retract(actor: Actor, message: Message) -> Ruling:
    """Allow whoever replies without waiting for a mentor, while a reply stands where it was sent."""
    ruling = may_reach_out(actor)
    if not ruling:
        return ruling
    if must_wait(actor):
        return Ruling(Forbidden("Your own replies wait for a mentor; ask one to take this back."))
    if message.direction is not Direction.OUTBOUND or message.visibility is Visibility.INTERNAL or message.contact is not None:
        return Ruling(InvalidInput("Only a reply that was sent to a customer can be taken back.", path=_PATH))
    return _stands(message)


def _stands(message: Message) -> Ruling:
    if message.retraction is not None and message.retraction.state is not RetractionState.FAILED:
        return Ruling(AlreadyDone("This reply is taken back already.", path=_PATH))
    if message.deleted_at is not None or message.delivery_status is DeliveryStatus.FAILED:
        return Ruling(AlreadyDone("This reply never reached the customer.", path=_PATH))
    if message.delivery_status in IN_THE_HOUSE:
        return Ruling(InvalidInput("This reply has not left yet; take it back with `undoReply`.", path=_PATH))
    if message.delivery_status is DeliveryStatus.QUEUED:
        return Ruling(InvalidInput("This reply is just being sent; take it back once it is.", path=_PATH))
    return ALLOWED


async def _lasting(message: Message) -> str | None:
    """Say why a reply stays where it is, None where it can be taken back."""
    channel = await Channel.get(message.channel_id)
    if channel is None or channel.environment is Environment.PRACTICE:
        return None
    if channel.archived_at is not None:
        return "The channel is archived; take it into use again to take this reply back."
    if (adapter := ADAPTERS.get(channel.adapter)) is not None:
        return adapter.lasting(sent_of(message, channel))
    return _BY_MAIL if await mail_channel_for(channel) is not None else None


async def _never_left(channel: Channel) -> bool:
    """Tell whether what is said on a channel is kept here alone, as in practice and in the portal."""
    if channel.environment is Environment.PRACTICE:
        return True
    return channel.send_url is None and channel.adapter not in ADAPTERS and await mail_channel_for(channel) is None


def sent_of(message: Message, channel: Channel) -> Sent:
    """Give a reply by the names that its provider knows it by."""
    return Sent(message.id, channel.kind, message.visibility, message.external_id)
