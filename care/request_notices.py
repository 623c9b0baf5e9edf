"""Customers who have an account are told in the portal that the company answered a request of theirs."""

from datetime import datetime, timedelta
from typing import Final

from auth.accounts import account_of_customer
from auth.identify import actor_of
from care.cases.outgoing import settle_outgoing
from care.documents.cases import Case
from care.documents.channels import Channel, ChannelKind
from care.documents.conversations import Direction, Message
from care.events import MessageChanged
from care.reading.requests import request_messages_by_ids
from community.notices.documents import NoticeKind
from community.notices.notices import tell_customers
from core.events import Recorded
from core.ids import with_prefix

_SAME_MOMENT: Final = timedelta(minutes=1)


async def tell_of_reply(event: Recorded[MessageChanged]) -> None:
    """Tell the customer of a reply that reaches them in the portal, once; of later changes of it nothing is told.

    It is told to whom the portal shows it, which is looked at as it looks itself: nobody is told of what was held, taken
    back, or is somebody else's.
    """
    message = await Message.get(event.fact.message_id)
    if message is None or not _reaches_now(message, event.at) or not await _is_in_portal(message):
        return
    case = await Case.get(message.case_id)
    if case is not None and case.reached_at is None:  # what the company began is the customer's once that is settled
        case = await settle_outgoing(case.id, message)
    if case is None or case.customer_id is None:
        return
    account = await account_of_customer(case.customer_id)
    if account is None:
        return
    shown_as = with_prefix("rms", message.id)
    if shown_as in await request_messages_by_ids(await actor_of(account.id), [shown_as]):
        await tell_customers(
            [case.customer_id],
            NoticeKind.REQUEST_ANSWERED,
            target_id=with_prefix("req", case.id),
            cause=event,
            about_id=shown_as,
        )


def _reaches_now(message: Message, moment: datetime) -> bool:
    is_reply = message.direction is Direction.OUTBOUND and message.contact is None
    return is_reply and message.sent_at is not None and abs(moment - message.sent_at) <= _SAME_MOMENT


async def _is_in_portal(message: Message) -> bool:
    channel = await Channel.get(message.channel_id)
    return channel is not None and channel.kind is ChannelKind.PORTAL
