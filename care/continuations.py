"""A public thread that goes on in private: two conversations, linked with each other, in one case."""

import asyncio
from dataclasses import dataclass

from pymongo.errors import DuplicateKeyError

from care.cases import lifecycle
from care.cases.changing import Overtaken
from care.cases.merging import home_of
from care.conversations import private_talk
from care.documents.case_states import CaseStatus
from care.documents.cases import Case
from care.documents.channels import Channel
from care.documents.conversations import Conversation, Direction, Message, Visibility
from care.documents.customers import Customer
from care.documents.obligations import ObligationKind
from care.documents.under_way import Outgoing
from care.errors import AnotherCaseOpen
from core.errors import InvalidInput
from core.records import change

_LOOKED_AT = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """A case in whose public conversation the customer was asked to go on in private."""

    case: Case
    public: Conversation


async def private_part(public: Conversation, channel: Channel | None) -> Conversation:
    """Give the private conversation in which a public one of a channel can go on. InvalidInput where there can't be one."""
    if public.visibility is not Visibility.PUBLIC:
        raise InvalidInput("This conversation is private already; leave `privately` out.", path=("privately",))
    customer = await Customer.get(public.customer_id)
    talk = await private_talk(channel, customer) if channel is not None and customer is not None else None
    if talk is None:
        raise InvalidInput("The channel does not tell whom to write to in private; reply in public.", path=("privately",))
    return talk


def take_private(case: Case, entry: Outgoing) -> None:
    """Let the case of a public conversation lead the private one too in which a reply of it is."""
    if entry.continues is not None:
        _lead(case, entry.conversation_id)


async def refuse_second_case(conversation_id: str) -> AnotherCaseOpen:
    """Give the error for a private conversation that is part of another open case."""
    other = await Case.find_one({"open_keys": conversation_id})
    name = f"case #{other.number}" if other is not None else "another case"
    return AnotherCaseOpen(
        f"This customer has {name} open in private; reply there, or merge that case into this one.", path=("privately",)
    )


async def link(public_id: str, private_id: str) -> None:
    """Let a public and a private conversation know of each other. Can run twice; of several public ones the last is named."""
    public, private = await asyncio.gather(Conversation.get(public_id), Conversation.get(private_id))
    if public is None or private is None:
        return

    def go_on(current: Conversation) -> None:
        current.continued_in = private_id

    def come_from(current: Conversation) -> None:
        current.continued_from = public_id

    await asyncio.gather(change(public, go_on), change(private, come_from))


async def carried_on(message: Message) -> str | None:
    """Give the channel's id of the public message below which a private talk begins; None once the customer wrote there."""
    if message.continues is None:
        return None
    heard = {"conversation_id": message.conversation_id, "direction": Direction.INBOUND.value}
    return None if await Message.find_one(heard) is not None else message.in_reply_to


async def continue_where_asked(conversation: Conversation, customer: Customer) -> None:
    """Let what a customer says in private go on in the case in whose public thread they were asked to.

    A private conversation that has an open case of its own stays with that one. Can run twice.
    """
    if conversation.visibility is not Visibility.PRIVATE:
        return
    if await Case.find_one({"open_keys": conversation.id}) is not None:
        return
    if asked := await where_asked(conversation.channel_id, customer):
        await go_on_privately(asked, conversation)


async def go_on_privately(asked: Asked, conversation: Conversation) -> None:
    """Let the case lead a private conversation in whose public thread the customer was asked to write in private."""
    if await lead_while_open(asked.case, conversation.id):
        await link(asked.public.id, conversation.id)


async def lead_while_open(case: Case, conversation_id: str) -> bool:
    """Let a conversation go on in an open case; tell whether it does: not when it has a case by now, or this one was closed."""
    try:
        await change(case, lambda current: _lead_while_open(current, conversation_id))
    except (DuplicateKeyError, Overtaken):
        return False
    return True


async def where_asked(channel_id: str, customer: Customer) -> Asked | None:
    """Give the newest open case that asked a customer for contact details in public on a channel, and where."""
    everybody = {customer.id, *customer.absorbed} | ({customer.merged_into} if customer.merged_into else set())
    query = {"customer_id": {"$in": sorted(everybody)}}
    newest = await Case.find(query).sort("-opened_at", "-_id").limit(_LOOKED_AT).to_list()
    for found in newest:
        case = await home_of(found)
        if case.status is CaseStatus.CLOSED or all(owed.kind is not ObligationKind.CONTACT_DETAILS for owed in case.owed):
            continue
        for place in reversed(case.led):
            public = await Conversation.get(place)
            if public and public.visibility is Visibility.PUBLIC and public.channel_id == channel_id:
                return Asked(case, public)
    return None


def _lead_while_open(case: Case, conversation_id: str) -> None:
    if case.status is CaseStatus.CLOSED:
        raise Overtaken
    _lead(case, conversation_id)
    lifecycle.project(case)


def _lead(case: Case, conversation_id: str) -> None:
    if conversation_id not in case.conversation_ids:
        case.conversation_ids = [*case.conversation_ids, conversation_id]
    case.left = [one for one in case.left if one != conversation_id]
    if case.status is not CaseStatus.CLOSED and conversation_id not in (case.open_keys or []):
        case.open_keys = [*(case.open_keys or []), conversation_id]
