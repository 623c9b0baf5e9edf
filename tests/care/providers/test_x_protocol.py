"""The protocol of X at its edges: signatures, the hourly check, posts and direct messages, lengths as X counts."""

from collections.abc import Mapping
from typing import Any

import orjson
import pytest
from pydantic import ValidationError

from care.documents.channels import ChannelKind
from care.providers.adapter import Keys, NotTaken, Refused, digest_of
from care.providers.x.adapter import XAdapter
from care.providers.x.credentials import XCredentials
from care.providers.x.weights import weight_of
from care.signatures import BadSignature
from tests.care.providers.replies import LOOPBACK, reply
from tests.care.providers.x_says import CONSUMER_SECRET, signature, signed
from tests.receiver import listening

X = XAdapter()
PAIR = {"consumer_key": "ck", "access_token": "at", "access_token_secret": "ats"}


def _keys(**other: Any) -> Keys:
    return Keys(credentials=XCredentials(consumer_secret=CONSUMER_SECRET, **other))


def test_signature_over_the_raw_bytes() -> None:
    body = '{"for_user_id": "1", "x": "ş"}'.encode()
    assert X.verify(_keys(), signed(body), body) == digest_of(body)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-twitter-webhooks-signature": "sha256="},
        {"x-twitter-webhooks-signature": "abc"},
        signed(b"{}", "another"),
        signed(b"{} "),
    ],
)
def test_anybody_elses_body_is_refused(headers: Mapping[str, str]) -> None:
    with pytest.raises(BadSignature, match="x-twitter-webhooks-signature"):
        X.verify(_keys(), headers, b"{}")


def test_check_is_answered_with_the_signed_token() -> None:
    answer = X.challenge(_keys(), {"crc_token": "MDk5ZWQ", "nonce": "1"})
    assert answer is not None
    assert answer.media_type == "application/json"
    assert orjson.loads(answer.content) == {"response_token": signature(b"MDk5ZWQ")}
    assert X.challenge(_keys(), {}) is None
    assert X.challenge(Keys(), {"crc_token": "MDk5ZWQ"}) is None


async def test_public_reply_is_a_post_below_what_it_answers() -> None:
    async with listening((201, b'{"data": {"id": "900", "text": "x"}}')) as api:
        keys = _keys(bearer_token="b", api_url=api.url)
        assert await X.send(reply(ChannelKind.X, public=True, in_reply_to="1001"), keys, LOOPBACK) == "900"
    (heard,) = api.heard
    assert heard.path == "/2/tweets"
    assert orjson.loads(heard.body) == {
        "text": "Kargonuz yarın kapınızda.",
        "reply": {"in_reply_to_tweet_id": "1001"},
    }
    assert heard.headers["authorization"] == "Bearer b"


async def test_private_reply_is_a_direct_message_signed_by_oauth() -> None:
    async with listening((201, b'{"data": {"dm_conversation_id": "1-2", "dm_event_id": "77"}}')) as api:
        keys = _keys(**PAIR, api_url=api.url)
        assert await X.send(reply(ChannelKind.X, public=False, recipient_id="6300021"), keys, LOOPBACK) == "77"
    (heard,) = api.heard
    assert heard.path == "/2/dm_conversations/with/6300021/messages"
    assert orjson.loads(heard.body) == {"text": "Kargonuz yarın kapınızda."}
    scheme, _, told = heard.headers["authorization"].partition(" ")
    names = {part.partition("=")[0].strip() for part in told.split(",")}
    assert scheme == "OAuth"
    assert names == {
        "oauth_consumer_key",
        "oauth_nonce",
        "oauth_signature",
        "oauth_signature_method",
        "oauth_timestamp",
        "oauth_token",
        "oauth_version",
    }


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_limits_and_outages_pass(status: int) -> None:
    async with listening((status, b'{"title": "Too Many Requests", "detail": "Too Many Requests"}')) as api:
        with pytest.raises(NotTaken, match=f"X {status}: Too Many Requests"):
            await X.send(reply(ChannelKind.X, public=True), _keys(bearer_token="b", api_url=api.url), LOOPBACK)


@pytest.mark.parametrize(
    ("status", "answer", "advice"),
    [
        (401, b'{"title": "Unauthorized"}', "The tokens of the channel are not valid any more"),
        (403, b'{"detail": "You are not allowed to create a Tweet with duplicate content."}', "duplicate content"),
        (400, b'{"errors": [{"message": "One or more parameters to your request was invalid."}]}', "parameters"),
        (404, b"", "no reason given"),
    ],
)
async def test_refusal_tells_what_to_do(status: int, answer: bytes, advice: str) -> None:
    async with listening((status, answer)) as api:
        with pytest.raises(Refused, match=advice):
            await X.send(reply(ChannelKind.X, public=True), _keys(bearer_token="b", api_url=api.url), LOOPBACK)


async def test_nothing_leaves_without_tokens_or_to_a_strange_id() -> None:
    async with listening() as api:
        with pytest.raises(Refused, match="no tokens"):
            await X.send(reply(ChannelKind.X, public=True), _keys(api_url=api.url), LOOPBACK)
        keys = _keys(bearer_token="b", api_url=api.url)
        with pytest.raises(Refused, match="no id that X knows"):
            await X.send(reply(ChannelKind.X, public=False, recipient_id="../1"), keys, LOOPBACK)
    assert api.heard == []


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("", 0),
        ("abc", 3),
        ("şğı سلام", 8),
        ("e\u0301", 1),
        ("日本", 4),
        ("👨‍👩‍👧", 2),
        ("🇹🇷", 2),
        ("1️⃣", 2),
        ("https://narin.example/" + "a" * 100, 23),
        ("bkz. narin.com.tr/iade !", 5 + 23 + 2),
        ("Bitti.Sonra", 11),
    ],
)
def test_length_as_x_counts(text: str, weight: int) -> None:
    assert weight_of(text) == weight


def test_text_too_long_is_told_with_its_length() -> None:
    assert X.objection(reply(ChannelKind.X, public=True, text="ş" * 257 + " https://narin.example/" + "a" * 90)) == (
        "The text has 281 characters as X counts them, and at most 280 are taken. A link counts as 23, an emoji as 2."
    )
    assert X.objection(reply(ChannelKind.X, public=True, text="ş" * 280)) is None
    assert X.objection(reply(ChannelKind.X, public=False, text="日" * 10_000)) is None
    assert X.objection(reply(ChannelKind.X, public=False, text="日" * 10_001)) is not None


def test_half_a_pair_of_tokens_is_refused() -> None:
    with pytest.raises(ValidationError, match="together"):
        XCredentials(consumer_secret="a", access_token="b")
