"""Replies that a provider's adapter would not take any more when their time to leave comes."""

from collections.abc import Awaitable, Callable

import pytest

from care.documents.conversations import Conversation, DeliveryStatus, Message
from care.documents.customers import Customer
from core.database import Database
from core.records import change
from tests.care.mail.post import only_case, send_all, stored
from tests.care.providers.bot_api import bot_api, message, update
from tests.care.providers.test_telegram import make_bot, post
from tests.factories.care import make_reply


async def lost(reply: Message) -> None:
    await Conversation.get_pymongo_collection().delete_one({"_id": reply.conversation_id})


async def blocked(reply: Message) -> None:
    customer = await Customer.get(reply.customer_id)
    assert customer is not None
    await change(customer, lambda current: setattr(current.identities[0], "blocked", True))


async def too_long(reply: Message) -> None:
    await change(await stored(reply), lambda current: setattr(current, "body", "a" * 4_097))


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (lost, "there is no such conversation any more"),
        (blocked, "The customer takes no messages of yours on this channel any more; reach them another way."),
        (too_long, "Telegram takes at most 4096 characters in a message; this has 4097. Send several."),
    ],
)
async def test_reply_that_would_not_be_taken_fails_with_the_reason_and_is_not_sent(
    store: Database, happens: Callable[[Message], Awaitable[None]], reason: str
) -> None:
    async with bot_api() as telegram:
        await post(await make_bot(telegram.url), update(1, message=message(1, text="Siparişim nerede?")))
        reply = (await make_reply(await only_case())).message
        await happens(reply)

        await send_all(store)

        assert telegram.sent == []
    failed = await stored(reply)
    assert (failed.delivery_status, failed.delivery_error) == (DeliveryStatus.FAILED, reason)
    assert (await only_case()).first_response.met_at is None
