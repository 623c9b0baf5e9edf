"""What is noted of customers' being reached or not, and of accounts, upon what happens."""

from care.audience.accounts import settle_followers
from care.audience.events import SocialAccountChanged
from care.audience.reachability import ARRIVED, TALKS, note_arrived, note_failed_delivery, note_heard, note_silence, note_talk
from care.documents.cases import Case
from care.documents.channels import Environment
from care.documents.conversations import Message
from care.documents.cycles import CycleOutcome
from care.events import CaseOpened, MessageChanged, MessageReceived, ReplyFailed, ReplyQueued, VerdictRecorded
from care.follow_ups import follow_up_incoming, follow_up_outgoing
from core.events import Recorded
from core.handlers import Handlers


def subscribe(handlers: Handlers) -> None:
    """Put the reactions into the table."""
    handlers.group("care.social_accounts", start="first").on(SocialAccountChanged, _measured)
    handlers.group("care.reachability", start="first").on(ReplyFailed, _failed).on(VerdictRecorded, _judged).on(
        CaseOpened, _heard
    ).on(MessageReceived, _heard).on(ReplyQueued, _talked).on(MessageChanged, _moved)


async def _measured(event: Recorded[SocialAccountChanged]) -> None:
    await settle_followers(event.fact.account_id)


async def _failed(event: Recorded[ReplyFailed]) -> None:
    await note_failed_delivery(event.fact.message_id, event.at)


async def _judged(event: Recorded[VerdictRecorded]) -> None:
    case = await Case.get(event.fact.case_id) if event.fact.outcome is CycleOutcome.NO_ANSWER else None
    if case is not None and case.customer_id is not None and case.environment is Environment.LIVE:
        await note_silence(case.customer_id, case.id, event.fact.cycle, event.at)


async def _heard(event: Recorded[CaseOpened] | Recorded[MessageReceived]) -> None:
    """Note that a customer spoke; what a machine of theirs wrote says nothing."""
    if event.fact.message_id is None:
        return
    await follow_up_incoming(event.fact.case_id, event.fact.message_id)
    message = await Message.get(event.fact.message_id)
    if message is not None and message.environment is Environment.LIVE and not message.automatic:
        await note_heard(message.customer_id, event.at)


async def _talked(event: Recorded[ReplyQueued]) -> None:
    """Note that a member talked with a customer, as they wrote down."""
    await follow_up_outgoing(event.fact.case_id, event.fact.message_id)
    message = await Message.get(event.fact.message_id)
    if message is not None and message.environment is Environment.LIVE and message.contact and message.contact.kind in TALKS:
        await note_talk(message.customer_id, event.at)


async def _moved(event: Recorded[MessageChanged]) -> None:
    if event.fact.delivery_status in ARRIVED:
        await note_arrived(event.fact.message_id, event.at)
