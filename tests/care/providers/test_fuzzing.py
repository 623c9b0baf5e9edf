"""Whatever an adapter posts, mutated: understood, shown with a clock, or refused by its proof; never a 5xx, never lost."""

import json
from collections.abc import Callable
from typing import Any

import httpx2
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from api.hooks import hook_routes
from auth.actor import SYSTEM
from care.channel_drafts import ChannelDraft
from care.channels import IssuedSecret, create_channel, open_keys
from care.documents.cases import Case
from care.documents.channels import ChannelAdapter
from care.documents.conversations import Message
from care.ingest.generic import Follower, MessageSaid, as_text, read_events, understand
from care.ingest.hook import InboundHooks
from care.ingest.inbox import Delivery
from care.ingest.steps import take_in
from care.providers.adapter import Keys
from care.providers.registry import ADAPTERS
from care.templates.keeping import TemplateDraft, create_message_template, has_templates
from core.database import Database
from core.idempotency import Once
from tests.care.ingest.sender import KEYRING
from tests.care.providers.samples import SAMPLES

JUNK: list[Any] = [
    None,
    True,
    -1,
    0.5,
    2**53,
    -(2**63),
    2**64 - 1,
    1e308,
    "",
    " ",
    "\x00",
    "\u202e",
    "x" * 30_000,
    "💥" * 9,
    "javascript:alert(1)",
    "1" * 400,
    [],
    {},
    [[]],
    [None],
    {"id": {}},
    [{"file_id": 1}],
]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """List every place of a payload."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, part in inner for place in places(part, (*path, key)))]


def altered(value: Any, path: tuple[Any, ...], change: Callable[[Any], Any]) -> Any:
    """Give the payload with one place changed; `change` may give `places` itself to have it dropped."""
    if not path:
        return change(value)
    if isinstance(value, dict):
        parts = {key: altered(part, path[1:], change) if key == path[0] else part for key, part in value.items()}
        return {key: part for key, part in parts.items() if part is not places}
    parts_of = [altered(part, path[1:], change) if place == path[0] else part for place, part in enumerate(value)]
    return [part for part in parts_of if part is not places]


def nested(value: Any) -> Any:
    for _ in range(280):
        value = [value]
    return value


CHANGES: st.SearchStrategy[Callable[[Any], Any]] = st.one_of(
    st.just(lambda _: places),
    st.sampled_from(JUNK).map(lambda junk: lambda _: junk),
    st.sampled_from([nested, lambda one: [one, one], lambda one: {"a": one}]),
)


@st.composite
def mutated(draw: st.DrawFn, bodies: tuple[bytes, ...]) -> bytes:
    """Give a body with up to three places dropped, changed, doubled or nested; or cut, or with wrong bytes in it."""
    body = draw(st.sampled_from(bodies))
    if body[:1] == b"{":
        payload = orjson.loads(body)
        for _ in range(draw(st.integers(0, 3))):
            payload = altered(payload, draw(st.sampled_from(places(payload))), draw(CHANGES))
            payload = {} if payload is places else payload
        body = json.dumps(payload).encode()  # nests deeper than orjson writes
    if draw(st.integers(0, 5)) == 0:
        place = draw(st.integers(0, len(body)))
        wrong = draw(st.sampled_from([b"", b"\xff\xfe", b"\\ud83d", b"\x00", b"NaN"]))
        body = body[:place] + wrong + draw(st.sampled_from([b"", body[place:]]))
    return body


async def make(adapter: ChannelAdapter) -> IssuedSecret:
    draft = ChannelDraft.model_validate({"name": "Narin", "adapter": adapter, **SAMPLES[adapter].draft})
    issued = await create_channel(SYSTEM, draft, keyring=KEYRING, once=Once())
    if has_templates(issued.channel):
        known = TemplateDraft(channel_id=issued.channel.id, name="kargo", language="tr", body="{{1}} yolda.")
        await create_message_template(SYSTEM, known, once=Once())
    return issued


def events_in(issued: IssuedSecret, body: bytes) -> list[Any] | None:
    adapter = ADAPTERS.get(issued.channel.adapter)
    return adapter.translate(body, open_keys(issued.channel, KEYRING)) if adapter else read_events(body)


async def lost(store: Database, issued: IssuedSecret, delivery: Delivery) -> list[Any]:
    """List the events of a delivery of which nothing is there: no message, and nothing that waits for one."""
    events = events_in(issued, delivery.body) if issued.channel.adapter is not ChannelAdapter.EMAIL else None
    stored = [one for one in await Message.find({}).to_list() if one.channel_id == issued.channel.id]
    unparsed = sum(one.unparsed and one.delivery_id == delivery.id for one in stored)
    if events is None:
        return [] if any(one.delivery_id == delivery.id for one in stored) else [delivery.body]
    known = {one.external_id for one in stored}
    waiting = {job["_id"] for job in await store["jobs"].find({}).to_list()}
    missing = []
    for place, raw in enumerate(events):
        event = understand(raw)
        if event is None:
            unparsed -= 1
            missing += [raw] if unparsed < 0 else []
        elif isinstance(event, MessageSaid):
            missing += [] if event.message_id in known else [raw]
        elif isinstance(event, Follower):
            missing += [] if event.message_id in known or f"apply:{delivery.id}:{place}" in waiting else [raw]
    return missing


def test_every_adapter_has_samples() -> None:
    assert set(SAMPLES) == {ChannelAdapter.GENERIC, ChannelAdapter.EMAIL, *ADAPTERS}


QUIET = settings(deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("adapter", list(ADAPTERS))
@settings(QUIET, max_examples=300)
@given(data=st.data())
def test_every_mutation_is_translated(adapter: ChannelAdapter, data: st.DataObject) -> None:
    body = data.draw(mutated(tuple(SAMPLES[adapter].bodies)))

    for raw in ADAPTERS[adapter].translate(body, Keys()) or []:
        assert understand(raw) is not None or as_text(raw).strip()


@pytest.mark.parametrize("adapter", list(SAMPLES))
@settings(QUIET, max_examples=25)
@given(data=st.data())
async def test_every_mutation_is_kept_and_shown(store: Database, adapter: ChannelAdapter, data: st.DataObject) -> None:
    sample, issued = SAMPLES[adapter], await make(adapter)
    body = data.draw(mutated(tuple(sample.bodies)))
    hook = f"/hooks/{issued.channel.id}"

    app = Starlette(routes=hook_routes(InboundHooks(store, KEYRING)))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://kopru.example") as client:
        taken = await client.post(hook, content=body, headers=sample.prove(issued, body))
        refused = await client.post(hook, content=body)
    assert (taken.status_code, refused.status_code) == (200, 401)
    (row,) = await store["inbox"].find({"channel_id": issued.channel.id}).to_list()
    delivery = Delivery.from_row(row)
    await take_in(delivery, keyring=KEYRING)

    assert await lost(store, issued, delivery) == []
    for case in await Case.find({"channel_id": issued.channel.id}).to_list():
        assert case.first_response.due_at is not None
