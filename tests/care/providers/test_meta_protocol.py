"""Meta's protocol at its edges: signatures, the challenge, calls of the Graph interface and what it answers."""

from collections.abc import Mapping
from typing import Any

import orjson
import pytest
from pydantic import ValidationError

from care.documents.channels import ChannelKind
from care.documents.conversations import TemplateUse
from care.providers.adapter import Keys, NotTaken, Refused, digest_of
from care.providers.meta.adapter import MetaAdapter
from care.providers.meta.credentials import MetaCredentials
from care.signatures import BadSignature
from tests.care.providers.meta_says import APP_SECRET, VERIFY_TOKEN, signed
from tests.care.providers.replies import LOOPBACK, reply
from tests.receiver import listening

META = MetaAdapter()


def _keys(**other: Any) -> Keys:
    return Keys(credentials=MetaCredentials(app_secret=APP_SECRET, verify_token=VERIFY_TOKEN, **other))


def _error(code: int, **other: Any) -> bytes:
    return orjson.dumps({"error": {"message": "(#1) No", "type": "OAuthException", "code": code, **other}})


def test_signature_over_the_raw_bytes() -> None:
    body = '{"object": "page",  "entry": ["ş"]}'.encode()
    assert META.verify(_keys(), signed(body), body) == digest_of(body)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-hub-signature-256": ""},
        {"x-hub-signature-256": "sha1=abc"},
        {"x-hub-signature-256": "sha256="},
        {"x-hub-signature-256": "sha256=ü"},
        signed(b"{}", "another secret"),
        signed(b"{} "),
    ],
)
def test_anybody_elses_body_is_refused(headers: Mapping[str, str]) -> None:
    with pytest.raises(BadSignature, match="X-Hub-Signature-256"):
        META.verify(_keys(), headers, b"{}")


def test_channel_without_credentials_takes_nothing() -> None:
    with pytest.raises(BadSignature, match="no app secret"):
        META.verify(Keys(secrets=["x"]), signed(b"{}"), b"{}")
    assert META.challenge(Keys(), {"hub.mode": "subscribe", "hub.verify_token": "", "hub.challenge": "1"}) is None


def test_challenge_is_given_back_to_who_knows_the_word() -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN, "hub.challenge": "1158201444"}
    answer = META.challenge(_keys(), query)
    assert answer is not None
    assert (answer.content, answer.media_type) == (b"1158201444", "text/plain")
    assert META.challenge(_keys(), query | {"hub.verify_token": "guess"}) is None
    assert META.challenge(_keys(), query | {"hub.mode": "unsubscribe"}) is None
    assert META.challenge(_keys(), {}) is None


@pytest.mark.parametrize(
    ("kind", "public", "other", "path", "body"),
    [
        (ChannelKind.FACEBOOK, True, {}, "/v24.0/1784001_9001_1/comments", {"message": "Kargonuz yarın kapınızda."}),
        (ChannelKind.INSTAGRAM, True, {"in_reply_to": "178"}, "/v24.0/178/replies", {"message": "Kargonuz yarın kapınızda."}),
        (
            ChannelKind.MESSENGER,
            False,
            {},
            "/v24.0/me/messages",
            {
                "recipient": {"id": "7300045"},
                "messaging_type": "RESPONSE",
                "message": {"text": "Kargonuz yarın kapınızda.", "metadata": "msg_1"},
            },
        ),
        (
            ChannelKind.FACEBOOK,
            False,
            {"continues": "1784001_9001_1"},
            "/v24.0/me/messages",
            {
                "recipient": {"comment_id": "1784001_9001_1"},
                "messaging_type": "RESPONSE",
                "message": {"text": "Kargonuz yarın kapınızda.", "metadata": "msg_1"},
            },
        ),
        (
            ChannelKind.WHATSAPP,
            False,
            {"thread_id": "106540:989121234567", "recipient_id": "989121234567", "in_reply_to": "wamid.A1"},
            "/v24.0/106540/messages",
            {
                "messaging_product": "whatsapp",
                "recipient_type": "individual",
                "to": "989121234567",
                "type": "text",
                "text": {"body": "Kargonuz yarın kapınızda.", "preview_url": True},
                "biz_opaque_callback_data": "msg_1",
                "context": {"message_id": "wamid.A1"},
            },
        ),
    ],
)
async def test_reply_goes_where_it_belongs(
    kind: ChannelKind, *, public: bool, other: dict[str, Any], path: str, body: dict[str, Any]
) -> None:
    async with listening((200, b'{"id": "out_1"}')) as graph:
        keys = _keys(access_token="EAAtoken", api_url=f"{graph.url}/v24.0/")
        assert await META.send(reply(kind, public=public, **other), keys, LOOPBACK) == "out_1"
    (heard,) = graph.heard
    assert (heard.path, orjson.loads(heard.body)) == (path, body)
    assert heard.headers["authorization"] == "Bearer EAAtoken"


@pytest.mark.parametrize(("values", "components"), [([], None), (["Ayşe", "1042"], [("text", "Ayşe"), ("text", "1042")])])
async def test_template_is_named_with_its_values(values: list[str], components: list[tuple[str, str]] | None) -> None:
    used = TemplateUse(template_id="mtp_1", name="kargo", language="tr", values=values)
    sent = reply(ChannelKind.WHATSAPP, public=False, thread_id="106540:989121234567", recipient_id=None, template=used)
    async with listening((200, b'{"messages": [{"id": "wamid.T"}]}')) as graph:
        keys = _keys(access_token="EAAtoken", api_url=graph.url)
        assert await META.send(sent, keys, LOOPBACK) == "wamid.T"
    told: dict[str, Any] = {"name": "kargo", "language": {"code": "tr"}}
    if components is not None:
        parameters = [{"type": kind, "text": value} for kind, value in components]
        told["components"] = [{"type": "body", "parameters": parameters}]
    assert orjson.loads(graph.heard[0].body) == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "989121234567",
        "type": "template",
        "template": told,
        "biz_opaque_callback_data": "msg_1",
    }


@pytest.mark.parametrize(
    ("answer", "identifier"),
    [
        (b'{"id": "1_2"}', "1_2"),
        (b'{"recipient_id": "7", "message_id": "m_9"}', "m_9"),
        (b'{"messaging_product": "whatsapp", "contacts": [{"wa_id": "1"}], "messages": [{"id": "wamid.O"}]}', "wamid.O"),
        (b"not json", None),
    ],
)
async def test_id_of_what_was_taken(answer: bytes, identifier: str | None) -> None:
    async with listening((200, answer)) as graph:
        keys = _keys(access_token="EAAtoken", api_url=graph.url)
        assert await META.send(reply(ChannelKind.MESSENGER, public=False), keys, LOOPBACK) == identifier


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        *((400, _error(code)) for code in (4, 17, 32, 613, 80007, 130429)),
        (400, _error(999, is_transient=True)),
        (500, b""),
        (503, b"<html>"),
        (429, b""),
    ],
)
async def test_limits_and_outages_pass(status: int, answer: bytes) -> None:
    async with listening((status, answer)) as graph:
        keys = _keys(access_token="EAAtoken", api_url=graph.url)
        with pytest.raises(NotTaken, match="Meta"):
            await META.send(reply(ChannelKind.FACEBOOK, public=True), keys, LOOPBACK)


@pytest.mark.parametrize(
    ("answer", "advice"),
    [
        (_error(190), "The access token of the channel is not valid any more. Ask an administrator for a new one."),
        (_error(10, error_subcode=2018278), "The 24 hours in which this customer can be answered here are over"),
        (_error(131047), "The 24 hours in which this customer can be answered here are over"),
        (_error(10), "The app may not do this."),
        (_error(200), "The channel lacks a permission."),
        (_error(551), "This person can't be written to"),
        (_error(12345), r"\(Meta 12345: \(#1\) No\)"),
        (b"[]", "Meta answered with HTTP 400"),
    ],
)
async def test_refusal_tells_what_to_do(answer: bytes, advice: str) -> None:
    async with listening((400, answer)) as graph:
        keys = _keys(access_token="EAAtoken", api_url=graph.url)
        with pytest.raises(Refused, match=advice):
            await META.send(reply(ChannelKind.FACEBOOK, public=True), keys, LOOPBACK)


async def test_nothing_leaves_without_a_token_or_to_a_strange_id() -> None:
    async with listening() as graph:
        with pytest.raises(Refused, match="no access token"):
            await META.send(reply(ChannelKind.FACEBOOK, public=True), _keys(api_url=graph.url), LOOPBACK)
        keys = _keys(access_token="EAAtoken", api_url=graph.url)
        with pytest.raises(Refused, match="no id that Meta knows"):
            await META.send(reply(ChannelKind.FACEBOOK, public=True, in_reply_to="../me"), keys, LOOPBACK)
        lost = reply(ChannelKind.WHATSAPP, public=False, thread_id="989121234567")
        with pytest.raises(Refused, match="no telephone number"):
            await META.send(lost, keys, LOOPBACK)
    assert graph.heard == []


@pytest.mark.parametrize(
    ("kind", "public", "longest", "sign"),
    [
        (ChannelKind.FACEBOOK, True, 8_000, "ş"),
        (ChannelKind.FACEBOOK, False, 2_000, "ş"),
        (ChannelKind.MESSENGER, False, 2_000, "ş"),
        (ChannelKind.INSTAGRAM, True, 2_200, "ş"),
        (ChannelKind.INSTAGRAM, False, 500, "ş"),
        (ChannelKind.WHATSAPP, False, 4_096, "ş"),
    ],
)
def test_text_too_long_for_where_it_goes(kind: ChannelKind, *, public: bool, longest: int, sign: str) -> None:
    assert META.objection(reply(kind, public=public, text=sign * longest)) is None
    objection = META.objection(reply(kind, public=public, text=sign * (longest + 1)))
    assert objection is not None
    assert "Shorten it" in objection


@pytest.mark.parametrize(
    "wrong",
    [
        {"app_secret": ""},
        {"app_secret": "two words"},
        {"verify_token": " "},
        {"api_url": "ftp://graph.example"},
        {"api_url": "https://user:pass@graph.example"},
        {"account_id": "narin"},
    ],
)
def test_credentials_are_checked(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        MetaCredentials.model_validate({"app_secret": "a", "verify_token": "b"} | wrong)


def test_secrets_are_not_written_out() -> None:
    shown = repr(MetaCredentials(app_secret="s3cret", verify_token="w0rd", access_token="t0ken"))
    assert not any(word in shown for word in ("s3cret", "w0rd", "t0ken"))
