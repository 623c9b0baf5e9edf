"""A channel whose adapter has no credentials: nothing is taken, sent or fetched; and files that can't be had."""

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import pytest

from care.documents.channels import ChannelAdapter, ChannelKind
from care.documents.conversations import Visibility
from care.providers.adapter import Adapter, Keys, NotTaken, Refused, Sent
from care.providers.meta.credentials import MetaCredentials
from care.providers.meta.templates import fetch_templates
from care.providers.registry import ADAPTERS
from care.providers.telegram import TelegramCredentials
from care.signatures import BadSignature
from tests.care.providers.bot_api import TOKEN
from tests.care.providers.replies import LOOPBACK, reply
from tests.receiver import Reply, listening

META, TELEGRAM, X = ADAPTERS[ChannelAdapter.META], ADAPTERS[ChannelAdapter.TELEGRAM], ADAPTERS[ChannelAdapter.X]
MISSING = "not set up|no bot token"


async def _send(adapter: Adapter, kind: ChannelKind) -> None:
    await adapter.send(reply(kind, public=False, thread_id="77"), Keys(), LOOPBACK)


async def _retract(adapter: Adapter, kind: ChannelKind) -> None:
    await adapter.retract(Sent("msg_1", kind, Visibility.PUBLIC, "77:1"), Keys(), LOOPBACK)


async def _fetch(adapter: Adapter, kind: ChannelKind) -> None:
    await adapter.fetch("1166", Keys(), LOOPBACK)


@pytest.mark.parametrize("act", [_send, _retract])
@pytest.mark.parametrize(
    ("adapter", "kind"), [(META, ChannelKind.FACEBOOK), (TELEGRAM, ChannelKind.TELEGRAM), (X, ChannelKind.X)]
)
async def test_nothing_is_sent_or_taken_back_without_credentials(
    adapter: Adapter, kind: ChannelKind, act: Callable[[Adapter, ChannelKind], Awaitable[None]]
) -> None:
    with pytest.raises(Refused, match=MISSING):
        await act(adapter, kind)


@pytest.mark.parametrize(("adapter", "kind"), [(META, ChannelKind.WHATSAPP), (TELEGRAM, ChannelKind.TELEGRAM)])
async def test_no_file_is_fetched_without_credentials(adapter: Adapter, kind: ChannelKind) -> None:
    with pytest.raises(Refused, match=MISSING):
        await _fetch(adapter, kind)


def test_x_takes_no_delivery_before_its_secret_is_known() -> None:
    with pytest.raises(BadSignature, match="no consumer secret yet"):
        X.verify(Keys(secrets=["ours"]), {"x-twitter-webhooks-signature": "sha256=abc"}, b"{}")


def _whatsapp(url: str, **other: Any) -> Keys:
    return Keys(
        credentials=MetaCredentials.model_construct(
            app_secret="s", verify_token="v", access_token="t", api_url=url, business_account_id=None, **other
        )
    )


async def test_file_of_whatsapp_is_asked_for_and_then_fetched_with_the_token() -> None:
    async with listening() as api:
        api.replies[:] = [(200, orjson.dumps({"url": f"{api.url}/media/1"})), (200, b"\x89PNG")]
        assert await META.fetch("1166", _whatsapp(api.url), LOOPBACK) == b"\x89PNG"
    assert [one.path for one in api.heard] == ["/1166", "/media/1"]
    assert {one.headers["authorization"] for one in api.heard} == {"Bearer t"}


@pytest.mark.parametrize("first", [(404, b"{}"), (200, b'{"id": "1166"}'), None])
async def test_file_that_whatsapp_has_not_is_refused(first: Reply | None) -> None:
    async with listening() as api:
        there = (200, orjson.dumps({"url": f"{api.url}/media/1"}))
        api.replies[:] = [first or there, (404, b'{"error": {"code": 100, "message": "gone"}}')]
        with pytest.raises(Refused):
            await META.fetch("1166", _whatsapp(api.url), LOOPBACK)
    assert len(api.heard) == (1 if first else 2)


async def test_templates_need_the_business_account() -> None:
    credentials = _whatsapp("http://127.0.0.1:9").credentials
    assert isinstance(credentials, MetaCredentials)
    with pytest.raises(Refused, match="no business account id"):
        await fetch_templates(credentials, LOOPBACK)


def _bot(url: str) -> Keys:
    return Keys(credentials=TelegramCredentials.model_construct(bot_token=TOKEN, api_url=url))


def _ok(**result: Any) -> Reply:
    return 200, orjson.dumps({"ok": True, "result": result})


@pytest.mark.parametrize("path", [None, "", 7])
async def test_file_of_telegram_without_a_place_is_refused(path: object) -> None:
    async with listening(_ok(file_path=path)) as api:
        with pytest.raises(Refused, match="does not say where the file is"):
            await TELEGRAM.fetch("f1", _bot(api.url), LOOPBACK)
    assert len(api.heard) == 1


@pytest.mark.parametrize(("status", "outcome"), [(404, NotTaken), (400, Refused), (503, NotTaken)])
async def test_file_of_telegram_that_is_not_given_is_told(status: int, outcome: type[Exception]) -> None:
    async with listening(_ok(file_path="docs/a.pdf"), (status, b"")) as api:
        with pytest.raises(outcome, match=f"Telegram answered {status}"):
            await TELEGRAM.fetch("f1", _bot(api.url), LOOPBACK)
    assert api.heard[1].path == f"/file/bot{TOKEN}/docs/a.pdf"


@pytest.mark.parametrize("result", [{}, {"message_id": 9}, {"chat": {"id": 77}}, {"chat": 77, "message_id": 9}])
async def test_message_that_telegram_took_without_naming_it_has_no_id(result: dict[str, Any]) -> None:
    async with listening(_ok(**result)) as api:
        told = reply(ChannelKind.TELEGRAM, public=False, thread_id="77", in_reply_to=None)
        assert await TELEGRAM.send(told, _bot(api.url), LOOPBACK) is None


@pytest.mark.parametrize(
    ("thread", "answered", "asked"),
    [
        ("77", None, {"chat_id": 77}),
        ("77", "78:4", {"chat_id": 77}),
        ("77", "77:callback", {"chat_id": 77}),
        ("77", "77:4", {"chat_id": 77, "reply_parameters": {"message_id": 4, "allow_sending_without_reply": True}}),
        ("-100500:4", None, {"chat_id": -100500, "message_thread_id": 4}),
    ],
)
async def test_reply_goes_to_its_chat_topic_and_message(thread: str, answered: str | None, asked: dict[str, Any]) -> None:
    async with listening(_ok(chat={"id": 77}, message_id=9)) as api:
        told = reply(ChannelKind.TELEGRAM, public=False, thread_id=thread, in_reply_to=answered)
        assert await TELEGRAM.send(told, _bot(api.url), LOOPBACK) == "77:9"
    assert orjson.loads(api.heard[0].body) == asked | {"text": "Kargonuz yarın kapınızda."}


async def test_reply_without_a_chat_is_refused_before_anything_is_sent() -> None:
    async with listening(_ok()) as api:
        with pytest.raises(Refused, match="in which chat"):
            await TELEGRAM.send(reply(ChannelKind.TELEGRAM, public=False, thread_id="mail"), _bot(api.url), LOOPBACK)
    assert api.heard == []


@pytest.mark.parametrize("text", ["", "  \n"])
def test_telegram_takes_no_empty_message(text: str) -> None:
    assert "no empty message" in (TELEGRAM.objection(reply(ChannelKind.TELEGRAM, public=False, text=text)) or "")
