"""What a message costs the worker, and that it is there once whatever is killed between two of its writes."""

import asyncio
from typing import Any

import pytest

from care.customers import identity_key
from care.documents.cases import Case
from care.documents.conversations import Message
from care.documents.customers import Customer, Identity
from care.ingest import messages, steps
from care.ingest.arrivals import Arrival
from care.ingest.generic import MessageSaid
from care.ingest.messages import incoming_of, receive_message
from care.ingest.scenes import Scene, look, take_in_message
from care.ingest.steps import UNDERSTOOD_WITHIN, take_in
from core.clock import now
from core.database import Database
from core.errors import Unavailable
from core.records import save
from tests.care.ingest.sender import KEYRING, body_of, delivery, make_channel, said
from tests.care.ingest.taken import counted, message_of, only_case, take
from tests.care.mail.post import make_mail_channel, written
from tests.care.stored import event_types, handle_twice
from tests.dying import dying
from tests.round_trips import measured

CUSTOMER, CONVERSATION, CASE, MESSAGE, SETTLED = range(5)


@pytest.mark.parametrize("visibility", ["public", "private"])
@pytest.mark.parametrize("by_handler", [False, True])
@pytest.mark.parametrize(
    ("lost", "landing"),
    [(CUSTOMER, [CONVERSATION]), (CUSTOMER, []), (CONVERSATION, []), (CASE, []), (MESSAGE, []), (SETTLED, [])],
)
async def test_first_message_survives_a_crash_between_any_two_writes(
    store: Database, visibility: str, lost: int, landing: list[int], *, by_handler: bool
) -> None:
    made = await make_channel()
    one = delivery(made.channel.id, body_of(said(visibility=visibility)))

    async with dying(lost, landing=landing):
        await take_in(one)
    if by_handler:
        await handle_twice()
    await asyncio.gather(*(take_in(one) for _ in range(8)))
    await take_in(one)

    assert await counted(store) == {"customers": 1, "conversations": 1, "cases": 1, "messages": 1}
    case = await only_case()
    message = await message_of(made.channel.id)
    assert (case.incoming, case.heard, message.case_id, case.last_message_id) == ([], 1, case.id, message.id)
    assert await event_types(Case) == ["CaseOpened", "MessageChanged"]


@pytest.mark.parametrize("by_handler", [False, True])
@pytest.mark.parametrize("lost", [0, 1, 2], ids=["case", "message", "settled"])
async def test_further_message_survives_a_crash_between_any_two_writes(store: Database, lost: int, *, by_handler: bool) -> None:
    made = await make_channel()
    await take(made.channel.id, said())
    one = delivery(made.channel.id, body_of(said("ext-2", "Orada mısınız?")))

    async with dying(lost):
        await take_in(one)
    if by_handler:
        await handle_twice()
    await asyncio.gather(*(take_in(one) for _ in range(8)))
    await take_in(one)

    assert await counted(store) == {"customers": 1, "conversations": 1, "cases": 1, "messages": 2}
    case = await only_case()
    assert (case.incoming, case.heard, (await message_of(made.channel.id, "ext-2")).case_id) == ([], 2, case.id)
    assert (await event_types(Case)).count("MessageReceived") == 1


async def test_name_that_another_customer_takes_meanwhile_leads_to_that_customer(store: Database) -> None:
    made, event = await make_channel(), MessageSaid.model_validate(said())
    arrival = Arrival(made.channel, "d", now(), 0)
    scene = await look(made.channel, event.author.person(), event.thread, event.visibility)
    identity = Identity(
        key=identity_key(made.channel.id, "u-7"), channel_id=made.channel.id, channel_kind=made.channel.kind,
        external_id="u-7", handle="@ayse",
    )  # fmt: skip
    await save(Customer(id="cus_portal", created_at=now(), display_name="Ayşe", identities=[identity]))

    assert await take_in_message(scene, incoming_of(arrival, event, scene.talk)) is None
    case = await receive_message(arrival, event)

    assert case is not None
    assert (case.customer_id, (await message_of(made.channel.id)).customer_id) == ("cus_portal", "cus_portal")
    assert await Case.count() == 1


async def test_what_can_not_be_understood_comes_from_whoever_has_the_name_by_then(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, original = await make_channel(), messages.look  # type: ignore[attr-defined]  # taken by its user
    identity = Identity(key=identity_key(made.channel.id, "u-7"), channel_id=made.channel.id, channel_kind=made.channel.kind,
                        external_id="u-7", handle="@ayse")  # fmt: skip

    async def then_taken(*given: Any) -> Scene:
        scene: Scene = await original(*given)
        if await Customer.get("cus_portal") is None:
            await save(Customer(id="cus_portal", created_at=now(), display_name="Ayşe", identities=[identity]))
        return scene

    monkeypatch.setattr(messages, "look", then_taken)
    await take(made.channel.id, said() | {"text": {"html": "x"}})

    (message,) = await Message.find_all().to_list()
    assert (message.unparsed, message.customer_id, (await only_case()).customer_id) == (True, "cus_portal", "cus_portal")


class _Broken:
    """Stands for a provider's adapter that a delivery breaks."""

    def translate(self, body: bytes, keys: object) -> None:
        raise ValueError(f"{len(body)} bytes, {keys}")


async def test_delivery_that_breaks_its_adapter_is_tried_again_and_then_shown(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await make_channel()
    monkeypatch.setitem(steps.ADAPTERS, made.channel.adapter, _Broken())  # type: ignore[attr-defined]
    one = delivery(made.channel.id, b'{"entry": "\xfe"}')

    with pytest.raises(ValueError, match="bytes"):
        await take_in(one, attempt=UNDERSTOOD_WITHIN - 1)
    assert (await counted(store))["messages"] == 0
    for attempt in (UNDERSTOOD_WITHIN, UNDERSTOOD_WITHIN + 1):
        await take_in(one, attempt=attempt)

    (message,) = await Message.find_all().to_list()
    assert (message.unparsed, message.body) == (True, '{"entry": "\ufffd"}')
    assert (await only_case()).first_response.due_at is not None


async def test_email_that_breaks_the_reader_is_tried_again_and_then_shown(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel, raw = await make_mail_channel(), written("Merhaba")
    one = delivery(channel.id, raw)
    fault: Exception = Unavailable("store", "away")

    async def broken(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr(steps, "take_in_mail", broken)
    with pytest.raises(Unavailable):  # an outage is waited for however long it lasts
        await take_in(one, attempt=UNDERSTOOD_WITHIN + 5, keyring=KEYRING)
    fault = ValueError("a fault of ours")
    with pytest.raises(ValueError, match="of ours"):
        await take_in(one, attempt=UNDERSTOOD_WITHIN - 1, keyring=KEYRING)
    assert (await counted(store))["messages"] == 0

    await take_in(one, attempt=UNDERSTOOD_WITHIN, keyring=KEYRING)

    (message,) = await Message.find_all().to_list()
    assert (message.unparsed, "Merhaba" in message.body) == (True, True)
    assert (await only_case()).first_response.due_at is not None


async def test_message_without_its_case_opens_that_case(store: Database) -> None:
    made = await make_channel()
    await take(made.channel.id, said())
    before = await only_case()
    await store["cases"].delete_many({})  # as where the two are written beside each other, and only one was

    await take(made.channel.id, said())

    assert ((await only_case()).id, (await only_case()).incoming, await Message.count()) == (before.id, [], 1)


@pytest.mark.parametrize(
    ("event", "waves", "commands"),
    [
        (said("new", author={"id": "u-1"}), 6, 16),
        (said("further"), 6, 10),
        (said("new talk", thread={"id": "t"}), 7, 16),
        (said("in private", author={"id": "u-2"}, visibility="private"), 6, 16),
        (said("changed", author={"id": "u-7", "followers": 9}), 6, 11),
        (said(), 3, 7),
    ],
    ids=["first", "further", "another talk", "private", "changed profile", "again"],
)
async def test_message_costs_the_worker_so_many_waves(store: Database, event: dict[str, Any], waves: int, commands: int) -> None:
    runs = []
    for _ in range(5):  # reads of one wave can part when the machine is busy
        made = await make_channel()
        await take(made.channel.id, said())
        one = delivery(made.channel.id, body_of(event))
        with measured() as trips:
            await take_in(one)
        runs.append(trips)

    assert min(trips.waves for trips in runs) <= waves, [trips.names for trips in runs]
    assert {len(trips.names) for trips in runs} == {commands}
