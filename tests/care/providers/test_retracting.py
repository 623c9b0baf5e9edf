"""Taking replies back where providers let it happen: what is asked of each, and what it means when it is gone already."""

from urllib.parse import urlsplit

import orjson
import pytest
from pydantic import BaseModel

from care.documents.channels import ChannelAdapter, ChannelKind
from care.documents.conversations import Visibility
from care.providers.adapter import Keys, NotTaken, Refused, Sent
from care.providers.meta.credentials import MetaCredentials
from care.providers.registry import ADAPTERS
from care.providers.telegram import TelegramCredentials
from care.providers.x.credentials import XCredentials
from tests.care.providers.replies import LOOPBACK
from tests.receiver import listening

BOT_TOKEN = "123456:" + "A" * 35
META_GONE = {"error": {"code": 100, "error_subcode": 33, "message": "Object does not exist"}}
TELEGRAM_GONE = {"ok": False, "error_code": 400, "description": "Bad Request: message to delete not found"}
TELEGRAM_OLD = {"ok": False, "error_code": 400, "description": "Bad Request: message can't be deleted"}

CASES: list[tuple[ChannelAdapter, ChannelKind, str, tuple[str, str, bytes]]] = [
    (ChannelAdapter.META, ChannelKind.FACEBOOK, "17_9", ("DELETE", "/17_9", b"")),
    (ChannelAdapter.META, ChannelKind.INSTAGRAM, "18", ("DELETE", "/18", b"")),
    (ChannelAdapter.X, ChannelKind.X, "19", ("DELETE", "/2/tweets/19", b"")),
    (
        ChannelAdapter.TELEGRAM,
        ChannelKind.TELEGRAM,
        "-5:7",
        ("POST", f"/bot{BOT_TOKEN}/deleteMessage", b'{"chat_id":-5,"message_id":7}'),
    ),
]


def keys_for(adapter: ChannelAdapter, url: str) -> Keys:
    known: dict[ChannelAdapter, BaseModel] = {
        ChannelAdapter.META: MetaCredentials.model_construct(api_url=url, app_secret="s", verify_token="v", access_token="t"),
        ChannelAdapter.X: XCredentials.model_construct(
            api_url=url, consumer_secret="s", consumer_key="k", access_token="t", access_token_secret="ts", bearer_token=None
        ),
        ChannelAdapter.TELEGRAM: TelegramCredentials.model_construct(bot_token=BOT_TOKEN, api_url=url),
    }
    return Keys(credentials=known[adapter])


def sent(kind: ChannelKind, external_id: str | None) -> Sent:
    return Sent("msg_1", kind, Visibility.PUBLIC, external_id)


@pytest.mark.parametrize(("adapter", "kind", "external_id", "asked"), CASES)
async def test_provider_is_asked_for_the_very_reply(
    adapter: ChannelAdapter, kind: ChannelKind, external_id: str, asked: tuple[str, str, bytes]
) -> None:
    speaker = ADAPTERS[adapter]
    assert speaker.lasting(sent(kind, external_id)) is None
    assert "no id" in (speaker.lasting(sent(kind, None)) or "")
    async with listening((200, b'{"ok": true, "success": true, "data": {"deleted": true}}')) as receiver:
        await speaker.retract(sent(kind, external_id), keys_for(adapter, receiver.url), LOOPBACK)
    (heard,) = receiver.heard
    assert (heard.method, urlsplit(heard.path).path, heard.body) == asked


@pytest.mark.parametrize(
    ("adapter", "kind", "external_id", "answer"),
    [
        (ChannelAdapter.META, ChannelKind.FACEBOOK, "17", (400, orjson.dumps(META_GONE))),
        (ChannelAdapter.X, ChannelKind.X, "19", (404, b"{}")),
        (ChannelAdapter.TELEGRAM, ChannelKind.TELEGRAM, "5:7", (400, orjson.dumps(TELEGRAM_GONE))),
    ],
)
async def test_what_is_gone_already_is_taken_back(
    adapter: ChannelAdapter, kind: ChannelKind, external_id: str, answer: tuple[int, bytes]
) -> None:
    async with listening(answer) as receiver:
        await ADAPTERS[adapter].retract(sent(kind, external_id), keys_for(adapter, receiver.url), LOOPBACK)
        assert len(receiver.heard) == 1


@pytest.mark.parametrize(
    ("adapter", "kind", "external_id", "answer", "raised"),
    [
        (ChannelAdapter.META, ChannelKind.FACEBOOK, "17", (403, b'{"error": {"code": 10}}'), Refused),
        (ChannelAdapter.META, ChannelKind.FACEBOOK, "17", (500, b"{}"), NotTaken),
        (ChannelAdapter.X, ChannelKind.X, "19", (403, b"{}"), Refused),
        (ChannelAdapter.X, ChannelKind.X, "19", (429, b"{}"), NotTaken),
        (ChannelAdapter.TELEGRAM, ChannelKind.TELEGRAM, "5:7", (400, orjson.dumps(TELEGRAM_OLD)), Refused),
        (ChannelAdapter.TELEGRAM, ChannelKind.TELEGRAM, "5:7", (502, b"{}"), NotTaken),
    ],
)
async def test_refusals_are_for_good_or_for_now(
    adapter: ChannelAdapter, kind: ChannelKind, external_id: str, answer: tuple[int, bytes], raised: type[Exception]
) -> None:
    async with listening(answer) as receiver:
        with pytest.raises(raised):
            await ADAPTERS[adapter].retract(sent(kind, external_id), keys_for(adapter, receiver.url), LOOPBACK)
