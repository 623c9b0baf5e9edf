"""The checklist of a channel before it goes live, and what holds afterwards of what was said for practice."""

from datetime import timedelta
from typing import Any

import orjson
import pytest
from standardwebhooks.webhooks import Webhook

from auth.actor import SYSTEM, Role
from care.assignment.drafts import PolicyDraft
from care.assignment.policies import create_policy
from care.channel_drafts import ChannelDraft
from care.channel_health import note_failed, note_sent
from care.channels import archive_channel, create_channel, open_secrets
from care.documents.answer_bank import AnswerBankEntry
from care.documents.cases import Case
from care.documents.channels import Channel, ChannelKind, Environment, GoLivePoint
from care.documents.conversations import Conversation, Message
from care.documents.customers import Customer
from care.documents.phrases import PhraseBookKind
from care.going_live.acting import GoLiveDraft, Live, MarkDraft, mark_point, take_live
from care.going_live.checking import MANUAL, Checklist, PointState, go_live_checklist
from care.going_live.probing import follow_up_probe, probe_channel
from care.ingest.steps import take_in
from care.phrase_books import PhraseBookDraft, set_phrases
from care.workers import declare_queues, jobs_worker
from coaching.practice.channels import practice_channel
from core.clock import now
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, InvalidInput, NotFound
from core.idempotency import Once
from core.outbound import Outbound
from core.records import change, fresh
from tests.care.ingest.sender import KEYRING, body_of, delivery, said
from tests.care.stored import everything
from tests.factories.care import later, make_actor, make_channel, make_entry
from tests.factories.community import make_actor as make_member
from tests.factories.service_levels import make_policy as promise
from tests.factories.shifts import make_shift
from tests.receiver import Heard, listening

MANAGER = make_actor(Role.MANAGER)
HUMAN = {one.value for one in MANUAL}


async def make(**given: Any) -> Channel:
    draft = ChannelDraft.model_validate({"name": "Narin", "environment": Environment.PRACTICE, **given})
    return (await create_channel(SYSTEM, draft, keyring=KEYRING, once=Once())).channel


async def look(channel: Channel) -> Checklist:
    found = await go_live_checklist(MANAGER, channel.id)
    assert found is not None
    return found


async def open_points(channel: Channel) -> set[str]:
    return {one.point.value for one in (await look(channel)).open}


async def go(channel: Channel, **given: Any) -> Live:
    version = given.pop("version", (await fresh(channel)).version)
    return await take_live(given.pop("actor", MANAGER), GoLiveDraft(channel_id=channel.id, **given), expected_version=version)


async def test_each_point_is_met_by_what_it_asks_for(store: Database) -> None:
    channel = await make(send_url=None)
    machine = {"WAY_OUT", "TEST_MESSAGE", "ASSIGNMENT", "SERVICE_LEVEL", "DUTY", "ANSWER_BANK"}
    assert await open_points(channel) == machine | HUMAN
    assert all(one.remedy for one in (await look(channel)).open)

    await take_in(delivery(channel.id, body_of(said())))
    assert await open_points(channel) == machine - {"TEST_MESSAGE"} | HUMAN
    policy = PolicyDraft.model_validate({"name": "Herkese", "method": "ROUND_ROBIN", "conditions": {"channel_ids": [channel.id]}})
    await create_policy(MANAGER, policy, once=Once())
    assert "ASSIGNMENT" not in await open_points(channel)
    assert "ASSIGNMENT" in await open_points(await make())
    await make_entry()
    await AnswerBankEntry.get_pymongo_collection().update_many({}, {"$set": {"status": "APPROVED"}})
    assert "ANSWER_BANK" not in await open_points(channel)


async def test_way_out_is_judged_by_what_happened_last(store: Database) -> None:
    channel = await make(send_url="https://narin.example/send")
    assert "WAY_OUT" not in await open_points(channel)
    await note_failed(channel.id, "HTTP 500")
    (shown,) = [one for one in (await look(channel)).points if one.point is GoLivePoint.WAY_OUT]
    assert (shown.state, shown.reason) == (PointState.OPEN, "The last try to send failed: HTTP 500")
    await note_sent(channel.id)
    assert "WAY_OUT" not in await open_points(channel)


async def test_kind_that_needs_no_way_is_not_asked_for_one(store: Database) -> None:
    points = {one.point.value: one.state for one in (await look(await make(kind=ChannelKind.WEB_FORM))).points}
    assert (points["SIGNATURE"], points["WAY_OUT"]) == (PointState.NOT_NEEDED, PointState.NOT_NEEDED)
    assert set(points) == {one.value for one in GoLivePoint}


async def test_person_marks_what_no_machine_sees(store: Database) -> None:
    channel = await make()
    draft = MarkDraft(channel_id=channel.id, point=GoLivePoint.TEAM_BRIEFED, note="Salı günü konuştuk")
    checklist = await mark_point(MANAGER, draft, expected_version=1)
    assert GoLivePoint.TEAM_BRIEFED not in {one.point for one in checklist.open}
    (mark,) = checklist.channel.go_live_marks
    assert (mark.by, mark.note, checklist.channel.version) == (MANAGER.id, "Salı günü konuştuk", 2)

    again = await mark_point(MANAGER, draft.model_copy(update={"done": False}), expected_version=2)
    assert (again.channel.go_live_marks, GoLivePoint.TEAM_BRIEFED in {one.point for one in again.open}) == ([], True)
    with pytest.raises(InvalidInput) as refusal:
        await mark_point(MANAGER, draft.model_copy(update={"point": GoLivePoint.DUTY}), expected_version=3)
    assert refusal.value.path == ("point",)


async def test_channel_goes_live_with_what_is_open_kept(store: Database) -> None:
    channel = await make()

    live = await go(channel, note="Kampanya yarın başlıyor")

    left = live.channel.went_live
    assert left is not None
    assert (live.channel.environment, left.by, left.note) == (Environment.LIVE, MANAGER.id, "Kampanya yarın başlıyor")
    assert {one.value for one in left.open_points} == {one.point.value for one in live.checklist.open} >= HUMAN
    assert now() - left.at < timedelta(seconds=5)


async def test_what_was_said_for_practice_stays_so_and_the_same_person_begins_anew(store: Database) -> None:
    channel = await make()
    await take_in(delivery(channel.id, body_of(said("ext-1"))))
    (played,) = await Case.find({}).to_list()
    await go(channel)

    await take_in(delivery(channel.id, body_of(said("ext-2", "Bu gerçek."))))
    await take_in(delivery(channel.id, body_of(said("ext-3", "Hâlâ bekliyorum."))))

    (real,) = await Case.find({"environment": "LIVE"}).to_list()
    assert (await fresh(played)).environment is Environment.PRACTICE
    assert await Message.find({"case_id": real.id, "environment": "LIVE"}).count() == 2
    talks = await Conversation.find({}).to_list()
    assert {(talk.environment.value, talk.id) for talk in talks} == {
        ("PRACTICE", played.conversation_ids[0]),
        ("LIVE", real.conversation_ids[0]),
    }
    customer = await Customer.get(real.customer_id)
    assert customer is not None
    assert (customer.is_practice, real.customer_id) == (None, played.customer_id)


async def test_going_live_is_refused(store: Database) -> None:
    channel, live = await make(), await make(environment=Environment.LIVE)
    own = await practice_channel(ChannelKind.X)
    archived = await make()
    await archive_channel(MANAGER, archived.id, expected_version=1)
    before = await everything(Channel)

    with pytest.raises(Forbidden):
        await go(channel, actor=make_actor())
    with pytest.raises(Forbidden):
        await go_live_checklist(make_actor(), channel.id)
    with pytest.raises(Conflict):
        await go(channel, version=9)
    with pytest.raises(AlreadyDone):
        await go(live)
    for one in (own, archived):
        with pytest.raises(InvalidInput) as refusal:
            await go(one)
        assert refusal.value.path == ("channel_id",)
    with pytest.raises(NotFound):
        await take_live(MANAGER, GoLiveDraft(channel_id="chn_nowhere"), expected_version=1)
    assert await go_live_checklist(MANAGER, "chn_nowhere") is None
    assert await everything(Channel) == before


async def probed(channel: Channel, *replies: tuple[int, bytes], allow: bool = True) -> list[Heard]:
    """Try the way out of a channel whose send URL is a listener; give what that heard."""
    async with listening(*replies) as network:
        await change(await fresh(channel), lambda current: setattr(current, "send_url", f"{network.url}/send"))
        await probe_channel(MANAGER, channel.id, expected_version=(await fresh(channel)).version)
        await follow_up_probe(channel.id)
        database = Channel.get_pymongo_collection().database
        await declare_queues(database)
        worker = jobs_worker(database, keyring=KEYRING, outbound=Outbound(["127.0.0.1"] if allow else []))
        assert await worker.drain() == 1
        assert await worker.drain() == 0
        return list(network.heard)


async def way_out(channel: Channel) -> tuple[PointState, str]:
    (shown,) = [one for one in (await look(channel)).points if one.point is GoLivePoint.WAY_OUT]
    return shown.state, shown.reason


async def test_way_out_is_tried_by_one_signed_call(store: Database) -> None:
    channel = await make(send_url="https://narin.example/send")

    (heard,) = await probed(channel, (200, b""))

    told = orjson.loads(heard.body)
    assert (told["type"], told["id"], set(told)) == ("probe", f"probe_{channel.id}_1", {"type", "id", "createdAt"})
    secret = open_secrets(await fresh(channel), KEYRING)[0]
    Webhook(secret).verify(heard.body.decode(), heard.headers)
    assert await way_out(channel) == (PointState.MET, "The send URL answered a signed test call.")
    await note_failed(channel.id, "HTTP 500")
    assert (await way_out(channel))[0] is PointState.OPEN


@pytest.mark.parametrize(
    ("status", "allow", "reason"),
    [
        (500, True, "The test call came to nothing: the channel answered with HTTP 500"),
        (404, True, "The test call came to nothing: the channel answered with HTTP 404"),
        (200, False, "The test call came to nothing: "),
    ],
)
async def test_call_that_comes_to_nothing_leaves_the_point_open_until_the_next(
    store: Database, *, status: int, allow: bool, reason: str
) -> None:
    channel = await make(send_url="https://narin.example/send")
    await note_sent(channel.id)
    later(minutes=1)

    await probed(channel, (status, b""), allow=allow)

    state, told = await way_out(channel)
    assert state is PointState.OPEN
    assert told.startswith(reason)
    assert len(await probed(channel, (204, b""))) == 1
    assert (await way_out(channel))[0] is PointState.MET


async def test_only_a_send_url_in_use_is_tried(store: Database) -> None:
    without, archived = await make(send_url=None), await make(send_url="https://narin.example/send")
    await archive_channel(SYSTEM, archived.id, expected_version=archived.version)
    before = await everything()

    for channel in (without, archived):
        with pytest.raises(InvalidInput) as refused:
            await probe_channel(MANAGER, channel.id, expected_version=(await fresh(channel)).version)
        assert refused.value.path == ("channel_id",)
    with pytest.raises(Forbidden):
        await probe_channel(make_actor(Role.AGENT), without.id, expected_version=without.version)

    assert await everything() == before


async def test_what_is_promised_planned_and_written_meets_its_points(store: Database) -> None:
    channel = await make()
    points = {"SERVICE_LEVEL", "DUTY", "HOLDING_REPLY"}
    assert points & await open_points(channel) == {"SERVICE_LEVEL", "DUTY"}

    await promise("Hızlı", conditions={"channel_ids": [(await make()).id]})
    assert "SERVICE_LEVEL" in await open_points(channel)
    await promise("Herkese", conditions={"channel_ids": [channel.id]})
    begun = now() - timedelta(hours=1)
    for begin in (begun, begun + timedelta(hours=13)):
        await make_shift(await make_member(), channel, begin, begin + timedelta(hours=13))
    assert points & await open_points(channel) == set()
    told = {one.point.value: one.reason for one in (await look(channel)).points}
    assert told["SERVICE_LEVEL"] == "What is promised is said by Herkese."
    assert told["DUTY"].startswith("Somebody is on duty at all times")

    book = PhraseBookDraft.model_validate(
        {"kind": PhraseBookKind.HOLDING_REPLY, "phrases": [{"locale": "tr", "text": "Mesajınızı aldık."}]}
    )
    await set_phrases(MANAGER, book, expected_version=0)
    (shown,) = [one for one in (await look(channel)).points if one.point.value == "HOLDING_REPLY"]
    assert (shown.state, "fa" in shown.reason, "tr" in shown.reason.split(":")[1]) == (PointState.OPEN, True, False)


async def test_channel_without_the_keys_of_its_provider_can_neither_be_proved_nor_answered(store: Database) -> None:
    channel = await make_channel(kind=ChannelKind.X, adapter="X", send_url=None, environment=Environment.PRACTICE)

    points = {one.point.value: (one.state, one.reason) for one in (await look(channel)).points}

    assert points["SIGNATURE"] == (PointState.OPEN, "The provider's keys are missing.")
    assert points["WAY_OUT"] == (PointState.OPEN, "Nothing can be sent without the provider's keys.")
