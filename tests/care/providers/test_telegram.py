"""Telegram from both sides: updates become messages in cases, replies leave by the bot, and what goes wrong is told."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from auth.actor import SYSTEM
from care.channel_drafts import ChannelDraft
from care.channels import IssuedSecret, create_channel, open_keys
from care.documents.cases import Case
from care.documents.channels import ChannelAdapter, ChannelKind
from care.documents.conversations import Conversation, DeliveryStatus, Message, Visibility
from care.documents.customers import Customer
from care.ingest.inbox import Delivery
from care.ingest.steps import take_in
from care.providers.registry import ADAPTERS
from care.signatures import BadSignature
from core.clock import clock, now
from core.database import Database
from core.errors import InvalidInput
from core.idempotency import Once
from tests.care.ingest.sender import KEYRING
from tests.care.mail.post import messages, only_case, send_all, stored
from tests.care.providers.bot_api import AYSE, GROUP, PRIVATE, SENT_AT, TOKEN, bot_api, message, update
from tests.factories.care import make_reply

CHANNEL = {"id": -9, "type": "channel", "title": "Narin"}
TELEGRAM = ADAPTERS[ChannelAdapter.TELEGRAM]


async def make_bot(url: str = "http://127.0.0.1:9") -> IssuedSecret:
    draft = ChannelDraft.model_validate(
        {"name": "Narin", "kind": ChannelKind.TELEGRAM, "telegram": {"bot_token": TOKEN, "api_url": url}}
    )
    return await create_channel(SYSTEM, draft, keyring=KEYRING, once=Once())


async def post(bot: IssuedSecret, *updates: dict[str, Any]) -> None:
    """Take updates in, each twice, as Telegram sends them again when an answer is lost."""
    for one in updates:
        for _ in range(2):
            await take_in(Delivery(bot.channel.id, f"update-{one['update_id']}", orjson.dumps(one), now()), keyring=KEYRING)


async def test_only_the_secret_proves_an_update(store: Database) -> None:
    bot = await make_bot()
    keys, body = open_keys(bot.channel, KEYRING), orjson.dumps(update(5, message=message(1)))

    assert set(bot.secret) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    assert TELEGRAM.verify(keys, {"x-telegram-bot-api-secret-token": bot.secret}, body) == "update-5"
    for headers in ({}, {"x-telegram-bot-api-secret-token": "x"}, {"x-telegram-bot-api-secret-token": "ş"}):
        with pytest.raises(BadSignature):
            TELEGRAM.verify(keys, headers, body)
    assert TOKEN not in repr(keys)


async def test_private_message_becomes_a_case_with_its_author_and_time(store: Database) -> None:
    bot = await make_bot()
    at = int(now().timestamp()) - 60
    told = message(1, text="Siparişim nerede?", date=at)

    await post(bot, update(1, message=told), update(2, message=message(2, text="Alo?", reply_to_message=told)))

    case, (first, second) = await only_case(), await messages()
    customer = await Customer.get(case.customer_id)
    assert customer is not None
    assert (customer.display_name, customer.identities[0].handle) == ("Ayşe Demir", "@ayse")
    assert customer.identities[0].profile_url == "https://t.me/ayse"
    assert (first.body, first.external_id, first.visibility) == ("Siparişim nerede?", "77:1", Visibility.PRIVATE)
    assert first.created_at == datetime.fromtimestamp(at, UTC)
    assert second.in_reply_to == "77:1"
    assert case.first_response.due_at is not None


async def test_group_is_public_and_its_topics_are_threads(store: Database) -> None:
    bot = await make_bot()
    topic = {"message_thread_id": 4, "is_topic_message": True}

    await post(
        bot,
        update(1, message=message(10, GROUP, text="Kargo?")),
        update(2, message=message(11, GROUP, text="İade?", **topic)),
        update(3, message=message(12, GROUP, new_chat_members=[AYSE])),
        update(4, channel_post=message(13, CHANNEL, text="Duyuru", sender_chat=CHANNEL, **{"from": None})),
    )

    threads = {one.external_thread_id: one for one in await Conversation.find_all().to_list()}
    assert set(threads) == {"-100500", "-100500:4", "-9"}
    assert {one.visibility for one in threads.values()} == {Visibility.PUBLIC}
    assert threads["-100500"].external_url == "https://t.me/narin/10"
    assert len(await messages()) == 3


async def test_album_is_one_case_whatever_its_order(store: Database) -> None:
    bot = await make_bot()
    photo = [{"file_id": "small", "width": 90, "height": 90}, {"file_id": "large", "width": 1280, "height": 960, "file_size": 9}]
    parts = [
        message(number, media_group_id="a-1", photo=photo, caption="Kırık geldi" if number == 1 else None) for number in (3, 1, 2)
    ]

    deliveries = [
        Delivery(bot.channel.id, f"update-{one['message_id']}", orjson.dumps(update(one["message_id"], message=one)), now())
        for one in parts
    ]
    await asyncio.gather(*(take_in(one, keyring=KEYRING) for one in deliveries * 2))

    await only_case()
    said = await messages()
    assert sorted((one.external_id, one.body) for one in said) == [("77:1", "Kırık geldi"), ("77:2", ""), ("77:3", "")]
    (file,) = said[0].attachments
    assert (file.id, file.name, file.content_type, file.size) == ("large", "photo.jpg", "image/jpeg", 9)
    assert file.url.startswith("/files/fil_")


async def test_edit_before_its_message_waits_and_is_applied(store: Database) -> None:
    bot = await make_bot()
    edited = message(1, text="Siparişim gelmedi!", edit_date=int(now().timestamp()))

    await post(bot, update(2, edited_message=edited))
    assert await messages() == []
    await post(bot, update(1, message=message(1, text="Siparişim gelmedu")))
    clock.shift(timedelta(minutes=1))
    await send_all(store)

    (said,) = await messages()
    assert said.body == "Siparişim gelmedi!"


@pytest.mark.parametrize(
    ("told", "body"),
    [
        ({"sticker": {"file_id": "s", "emoji": "😡"}}, "[Sticker: 😡]"),
        ({"location": {"latitude": 38.42, "longitude": 27.14}}, "[Location: 38.42, 27.14]"),
        ({"contact": {"first_name": "Ali", "phone_number": "+90555"}}, "[Contact: Ali +90555]"),
        ({"poll": {"question": "Geldi mi?", "options": [{"text": "Evet"}, {"text": "Hayır"}]}}, "[Poll: Geldi mi? Evet / Hayır]"),
        ({"voice": {"file_id": "v", "mime_type": "audio/ogg"}}, ""),
    ],
)
async def test_what_is_no_text_is_readable_and_has_a_clock(store: Database, told: dict[str, Any], body: str) -> None:
    bot = await make_bot()

    await post(bot, update(1, message=message(1, **told)))

    (said,) = await messages()
    assert (said.body, said.unparsed) == (body, False)
    assert (await only_case()).first_response.due_at is not None


@pytest.mark.parametrize(
    "told",
    [
        {"message": message(1, gift={"id": "g"})},
        {"message": {"message_id": 1, "text": "Kim?"}},
        {"purchased_paid_media": {"from": AYSE}},
        {"edited_message": {"text": "Ne?"}},
        {},
    ],
)
async def test_what_is_not_known_is_shown_unparsed_with_a_clock(store: Database, told: dict[str, Any]) -> None:
    bot = await make_bot()

    await post(bot, update(1, **told))

    (said,) = await messages()
    assert said.unparsed
    assert said.body
    assert (await only_case()).first_response.due_at is not None


async def test_button_and_reaction_are_understood(store: Database) -> None:
    bot = await make_bot()
    asked = message(1, text="Seçin")
    reaction = {"chat": PRIVATE, "message_id": 1, "user": AYSE, "new_reaction": [{"type": "emoji", "emoji": "👍"}]}

    await post(
        bot,
        update(1, message=asked),
        update(2, callback_query={"id": "c9", "from": AYSE, "message": asked, "data": "iade"}),
        update(3, message_reaction=reaction),
    )

    first, second = await messages()
    assert [one.kind for one in first.reactions] == ["👍"]
    assert (second.body, second.external_id, second.in_reply_to) == ("[Button: iade]", "callback:c9", "77:1")


async def test_reply_leaves_under_the_message_it_answers(store: Database) -> None:
    async with bot_api() as telegram:
        bot = await make_bot(telegram.url)
        await post(bot, update(1, message=message(1, text="Siparişim nerede?")))

        reply = await make_reply(await only_case(), body="Yarın kapınızda.")
        await send_all(store)

        sent = await stored(reply.message)
        assert (sent.delivery_status, sent.external_id) == (DeliveryStatus.SENT, "77:901")
        assert telegram.sent == [
            {
                "chat_id": 77,
                "text": "Yarın kapınızda.",
                "reply_parameters": {"message_id": 1, "allow_sending_without_reply": True},
            }
        ]


async def test_pause_that_telegram_asks_for_is_kept(store: Database) -> None:
    async with bot_api() as telegram:
        telegram.refusals = [(429, {"retry_after": 1_500})]
        bot = await make_bot(telegram.url)
        await post(bot, update(1, message=message(1, text="Siparişim nerede?")))
        reply = await make_reply(await only_case())

        await send_all(store, rounds=3)  # twenty minutes pass
        assert (await stored(reply.message)).delivery_status is DeliveryStatus.QUEUED
        await send_all(store, rounds=2)

        assert (await stored(reply.message)).delivery_status is DeliveryStatus.SENT
        assert len(telegram.sent) == 1


async def test_blocked_bot_fails_the_reply_and_is_told_the_agent(store: Database) -> None:
    async with bot_api() as telegram:
        telegram.blocked.add(77)
        bot = await make_bot(telegram.url)
        await post(bot, update(1, message=message(1, text="Siparişim nerede?")))
        reply = await make_reply(await only_case())

        await send_all(store)

        failed = await stored(reply.message)
        assert failed.delivery_status is DeliveryStatus.FAILED
        assert failed.delivery_error == "Telegram answered 403: Forbidden: bot was blocked by the user"
        assert (await only_case()).first_response.met_at is None


async def test_who_blocks_the_bot_is_not_written_to_until_they_come_back(store: Database) -> None:
    bot = await make_bot()
    await post(bot, update(1, message=message(1, text="Siparişim nerede?")))

    def membership(status: str) -> dict[str, Any]:
        return {"chat": PRIVATE, "from": AYSE, "date": SENT_AT, "new_chat_member": {"status": status, "user": {"id": 1}}}

    await post(bot, update(2, my_chat_member=membership("kicked")))
    with pytest.raises(InvalidInput) as refused:
        await make_reply(await only_case())
    assert refused.value.path == ("conversation_id",)
    await post(bot, update(3, my_chat_member=membership("member")))

    assert (await make_reply(await only_case())).message.delivery_status is DeliveryStatus.QUEUED
    assert await Case.find_all().count() == 1


@pytest.mark.parametrize("body", ["x" * 4_097, "😀" * 2_049])
async def test_too_long_a_reply_is_refused_before_it_is_stored(store: Database, body: str) -> None:
    bot = await make_bot()
    await post(bot, update(1, message=message(1, text="Siparişim nerede?")))

    with pytest.raises(InvalidInput, match="at most 4096 characters") as refused:
        await make_reply(await only_case(), body=body)

    assert refused.value.path == ("body",)
    assert await Message.find({"direction": "OUTBOUND"}).count() == 0
    await make_reply(await only_case(), body=body[:2_048])


async def test_wrong_token_is_tried_again_for_an_operator_can_mend_it(store: Database) -> None:
    async with bot_api() as telegram:
        draft = ChannelDraft.model_validate(
            {"name": "Narin", "kind": "TELEGRAM", "telegram": {"bot_token": TOKEN[:-1] + "X", "api_url": telegram.url}}
        )
        bot = await create_channel(SYSTEM, draft, keyring=KEYRING, once=Once())
        await post(bot, update(1, message=message(1, text="Siparişim nerede?")))
        reply = await make_reply(await only_case())

        await send_all(store, rounds=2)

        assert (await stored(reply.message)).delivery_status is DeliveryStatus.QUEUED
        assert TOKEN[:-1] not in str(await store["jobs"].find({}).to_list())
