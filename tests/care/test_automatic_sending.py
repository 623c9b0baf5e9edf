"""What the system says to customers of WhatsApp by itself: freely within the window, by a template after it, or not at all."""

from typing import Any

import orjson
import pytest

from auth.actor import SYSTEM, Role
from care import automatic_sending
from care.automatic_sending import as_it_can_leave
from care.cases.steps import StepDraft, complete_step
from care.cases.withholding import withhold
from care.clock_scan import scan
from care.documents.cases import Case
from care.documents.channels import Channel
from care.documents.conversations import DeliveryStatus, Message
from care.documents.cycles import ResolutionStep
from care.documents.templates import AutomaticPurpose, MessageTemplate, TemplateState
from care.documents.under_way import Outgoing
from care.replies import ReplyDraft, release, reply_to_case
from care.templates.keeping import TemplateChange, update_message_template
from care.workers import declare_queues, jobs_worker
from core.clock import now
from core.database import Database
from core.errors import InvalidInput
from core.idempotency import Once
from core.outbound import Outbound
from core.records import fresh
from tests.care.ingest.sender import KEYRING
from tests.care.stored import event_types, everything, handle_twice
from tests.care.test_message_templates import enter, open_channel, talk_on
from tests.care.test_silence import DAY, set_policy
from tests.factories.care import deliver, later, make_actor, make_reply, reread, say
from tests.receiver import Receiver, listening

TAKEN = (200, b'{"messages": [{"id": "wamid.R"}]}')
USES = [{"purpose": "REMINDER", "values": ["{{case.number}}"]}]


async def solved(channel: Channel) -> Case:
    """Answer a customer who wrote just now, and go through the steps up to the question whether it helped."""
    case = await say(await talk_on(channel))
    await deliver((await make_reply(case)).message)
    for step in list(ResolutionStep)[:5]:
        draft = StepDraft(case_id=case.id, step=step)
        case = await complete_step(make_actor(), draft, expected_version=(await reread(case)).version)
    return case


async def set_template(channel: Channel, uses: list[dict[str, Any]] = USES, **other: Any) -> MessageTemplate:
    template = await enter(channel, **({"name": "hatirlatma", "body": "{{1}} numaralı talebiniz çözüldü mü?"} | other))
    change = TemplateChange.model_validate({"template_id": template.id, "automatic": uses})
    return await update_message_template(SYSTEM, change, expected_version=template.version)


async def work(store: Database) -> None:
    """Let the scan look twice, the handlers follow, and the worker send."""
    await scan()
    await scan()
    await handle_twice()
    await jobs_worker(store, keyring=KEYRING, outbound=Outbound(["127.0.0.1"])).drain()


def texts(graph: Receiver) -> list[dict[str, Any]]:
    return [orjson.loads(heard.body) for heard in graph.heard]


async def reminders(case: Case) -> list[Message]:
    return await Message.find({"case_id": case.id, "author_id": {"$exists": False}}).to_list()


async def test_reminder_within_the_window_says_what_the_policy_says(store: Database) -> None:
    await declare_queues(store)
    await set_policy(remind_after_minutes=[60])
    async with listening(TAKEN) as graph:
        case = await solved(await open_channel(graph.url))
        later(minutes=61)
        await work(store)

    assert [one["text"]["body"] for one in texts(graph)] == ["Sorununuz çözüldü mü? Yanıtınızı bekliyoruz."]
    assert (await reread(case)).withheld == []


async def test_reminder_after_the_window_is_the_template_set_for_it(store: Database) -> None:
    await declare_queues(store)
    await set_policy(remind_after_minutes=[DAY])
    async with listening(TAKEN) as graph:
        channel = await open_channel(graph.url)
        await set_template(channel, name="a_english", language="en_US", body="Is {{1}} solved?")
        await set_template(channel, name="b_paused", state=TemplateState.PAUSED)
        template = await set_template(channel)
        case = await solved(channel)
        later(hours=25)
        await work(store)

    (sent,) = texts(graph)
    parameters = [{"type": "text", "text": str(case.number)}]
    assert sent["template"] == {
        "name": "hatirlatma",
        "language": {"code": "tr"},
        "components": [{"type": "body", "parameters": parameters}],
    }
    (message,) = [one for one in await Message.find({"case_id": case.id}).to_list() if one.template is not None]
    assert message.template is not None
    assert (message.body, message.template.template_id) == (f"{case.number} numaralı talebiniz çözüldü mü?", template.id)
    counted = await reread(case)
    assert (message.delivery_status, len(counted.cycle.reminded), counted.withheld) == (DeliveryStatus.SENT, 1, [])


async def test_template_whose_places_are_others_by_now_gives_way_to_the_next(store: Database) -> None:
    await declare_queues(store)
    await set_policy(remind_after_minutes=[DAY])
    async with listening(TAKEN) as graph:
        channel = await open_channel(graph.url)
        other = await set_template(channel, name="a_eski")
        told = {"body": "{{1}}: {{2}} çözüldü mü?"}  # as the provider tells it since
        await MessageTemplate.get_pymongo_collection().update_one({"_id": other.id}, {"$set": told})
        await set_template(channel)
        await solved(channel)
        later(hours=25)
        await work(store)

    assert [one["template"]["name"] for one in texts(graph)] == ["hatirlatma"]


@pytest.mark.parametrize("uses", [[], [{"purpose": "HOLDING_REPLY", "values": ["{{case.number}}"]}]])
async def test_reminder_that_nothing_is_set_for_is_withheld_once(store: Database, uses: list[dict[str, Any]]) -> None:
    await declare_queues(store)
    await set_policy(remind_after_minutes=[DAY])
    async with listening() as graph:
        channel = await open_channel(graph.url)
        await set_template(channel, uses)
        case = await solved(channel)
        for _ in range(3):
            later(hours=25)
            await work(store)

    held = await reread(case)
    assert [(one.purpose, one.conversation_id) for one in held.withheld] == [
        (AutomaticPurpose.REMINDER, case.conversation_ids[0])
    ]
    assert (held.cycle.silent_since, held.cycle.reminded, held.outgoing, held.closed_at) == (None, [], [], None)
    types = await event_types(Case)
    assert (types.count("ReplyWithheld"), types.count("ReplyFailed"), graph.heard) == (1, 0, [])


async def wait_out_an_outage(store: Database, channel: Channel) -> Case:
    """Let a reminder be said just before the window closes, on a line that is dead, and leave only a day later."""
    case = await solved(channel)
    later(hours=23, minutes=50)
    await work(store)
    assert [one.reminder for one in (await reread(case)).outgoing] == [True]
    later(hours=2)
    await work(store)
    return await reread(case)


async def test_window_that_closes_on_the_way_turns_a_reminder_into_its_template(store: Database) -> None:
    await declare_queues(store)
    await set_policy(remind_after_minutes=[DAY - 15])
    async with listening((503, b""), TAKEN) as graph:
        channel = await open_channel(graph.url)
        await set_template(channel)
        case = await wait_out_an_outage(store, channel)

    tried, sent = texts(graph)
    assert (tried["type"], sent["type"], sent["template"]["name"]) == ("text", "template", "hatirlatma")
    assert (case.outgoing, len(case.cycle.reminded), case.withheld) == ([], 1, [])


async def test_window_that_closes_on_the_way_withholds_what_no_template_is_set_for(store: Database) -> None:
    await declare_queues(store)
    await set_policy(remind_after_minutes=[DAY - 15])
    async with listening((503, b""), TAKEN) as graph:
        case = await wait_out_an_outage(store, await open_channel(graph.url))
        before = await everything(Case, Message)
        later(hours=1)
        await work(store)

    assert (len(graph.heard), case.outgoing, case.cycle.reminded) == (1, [], [])
    assert [one.purpose for one in case.withheld] == [AutomaticPurpose.REMINDER]
    (message,) = await Message.find({"body": "Sorununuz çözüldü mü? Yanıtınızı bekliyoruz."}).to_list()
    assert (message.deleted_at is not None, message.delivery_error) == (True, None)
    types = await event_types(Case)
    assert (types.count("ReplyWithheld"), types.count("ReplyFailed")) == (1, 0)
    assert await everything(Case, Message) == before


async def test_mentor_can_t_let_words_go_that_are_not_taken_any_more(store: Database) -> None:
    case = await say(await talk_on(await open_channel()))
    draft = ReplyDraft(case_id=case.id, conversation_id=case.conversation_ids[0], body="Yoldadır.")
    held = (await reply_to_case(make_actor(Role.TRAINEE), draft, once=Once())).message
    later(hours=25)
    before = await everything(Case, Message)

    with pytest.raises(InvalidInput, match="take this reply back or return it") as refused:
        await release(make_actor(Role.MENTOR), held.id)

    assert refused.value.path == ("message_id",)
    assert await everything(Case, Message) == before


@pytest.mark.parametrize(
    ("uses", "path"),
    [
        ([{"purpose": "REMINDER", "values": []}], ("automatic", "0", "values")),
        ([{"purpose": "REMINDER", "values": ["{{customer.shoe}}"]}], ("automatic", "0", "values")),
        ([*USES, *USES], ("automatic", "1", "purpose")),
    ],
)
async def test_uses_that_could_never_be_sent_are_refused(
    store: Database, uses: list[dict[str, Any]], path: tuple[str, ...]
) -> None:
    channel = await open_channel()
    template = await set_template(channel)

    change = TemplateChange.model_validate({"template_id": template.id, "automatic": uses})
    with pytest.raises(InvalidInput) as refused:
        await update_message_template(SYSTEM, change, expected_version=template.version)

    assert refused.value.path == path
    kept = await fresh(template)
    assert [use.model_dump(mode="json") for use in kept.automatic] == USES


async def test_reminder_that_was_withheld_before_a_cut_is_withdrawn_by_the_next_try(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await declare_queues(store)
    await set_policy(remind_after_minutes=[DAY - 15])
    async with listening((503, b"")) as graph:
        channel = await open_channel(graph.url)
        case = await solved(channel)
        later(hours=23, minutes=50)
        await work(store)
        later(hours=2)
        (message,) = await reminders(case)
        original, cuts = automatic_sending.withdraw_message, 0  # type: ignore[attr-defined]  # taken by its user

        async def cut(*given: Any, **named: Any) -> Any:
            nonlocal cuts
            cuts += 1
            if cuts == 1:
                raise ConnectionError
            return await original(*given, **named)

        monkeypatch.setattr(automatic_sending, "withdraw_message", cut)
        with pytest.raises(ConnectionError):
            await as_it_can_leave(message)
        assert (await fresh(message)).deleted_at is None
        assert [await as_it_can_leave(await fresh(message)) for _ in range(2)] == [None, None]

    held = await reread(case)
    withhold(held, message_entry(message), now())
    assert ((await fresh(message)).deleted_at is None, len(held.withheld)) == (False, 1)
    assert (await event_types(Case)).count("ReplyWithheld") == 1


def message_entry(message: Message) -> Outgoing:
    """Give the entry of a reminder as a case held it."""
    return Outgoing(
        message_id=message.id, conversation_id=message.conversation_id, body=message.body, visibility=message.visibility,
        author_id=None, state=DeliveryStatus.QUEUED, created_at=message.created_at, reminder=True,
    )  # fmt: skip
