"""What is practised never leaves: every way out is tried from a run, and nothing is sent."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta

import pytest
from typing_extensions import override

from auth.actor import Role
from care.cases.rules import NoAnswerPolicyDraft, read_rules, set_no_answer_policy
from care.cases.steps import StepDraft, complete_step
from care.clock_scan import scan
from care.documents.cases import Case
from care.documents.channels import Channel, ChannelAdapter
from care.documents.conversations import DeliveryStatus, Direction, Message
from care.documents.cycles import ResolutionStep
from care.outreach import OutreachDraft, reach_out
from care.replies import ContactDetailsDraft, ReplyDraft, reply_to_case, request_contact_details
from care.workers import declare_queues, jobs_worker
from coaching.draft_reviews import release_reply
from coaching.handlers import subscribe
from coaching.opening import open_review
from coaching.practice.documents import PracticeRun
from coaching.superseding import act_on_reviews
from core.clock import now
from core.database import Database
from core.errors import InvalidInput
from core.idempotency import Once
from core.outbound import Address, Answer, Outbound
from core.records import change, fresh
from tests.care.ingest.sender import KEYRING
from tests.care.stored import handle_twice
from tests.factories import community
from tests.factories.care import conversation_of, later, make_actor, make_case, make_channel, make_reply
from tests.factories.practice import make_run

AGENT = make_actor(member_id="mem_practiser")
MENTOR = make_actor(Role.MENTOR)


class Closed(Outbound):
    """A way out that notes who comes; nobody may."""

    def __init__(self) -> None:
        super().__init__(["127.0.0.1"])
        self.asked: list[str] = []

    @override
    async def post(self, url: str, content: bytes, headers: Mapping[str, str]) -> Answer:
        self.asked.append(url)
        return Answer(200, b'{"id": "out"}')

    @override
    async def get(self, url: str, headers: Mapping[str, str], *, most: int = 0) -> Answer:
        self.asked.append(url)
        return Answer(200, b"{}")

    @override
    async def addresses_of(self, host: str, port: int) -> list[Address]:
        self.asked.append(host)
        return []


async def work(store: Database) -> Sequence[str]:
    """Do everything that is due and will be within ten days; give what was asked of the world."""
    outbound = Closed()
    worker = jobs_worker(store, keyring=KEYRING, outbound=outbound)
    for span in (timedelta(0), timedelta(minutes=1), timedelta(hours=2), timedelta(days=3), timedelta(days=7)):
        later(seconds=span.total_seconds())
        await scan()
        await act_on_reviews(100)
        await worker.drain()
    return outbound.asked


async def answer(case: Case, **given: object) -> Message:
    draft = ReplyDraft.model_validate(
        {"case_id": case.id, "conversation_id": case.conversation_ids[0], "body": "Hemen bakıyoruz.", **given}
    )
    return (await reply_to_case(AGENT, draft, once=Once())).message


async def at_once(case: Case) -> None:
    await answer(case)


async def privately(case: Case) -> None:
    await answer(case, privately=True)


async def at_a_time(case: Case) -> None:
    await answer(case, send_at=now() + timedelta(hours=1))


async def undoable(case: Case) -> None:
    await answer(case, undoable=True)


async def holding(case: Case) -> None:
    await answer(case, holding=True)


async def asking_for_details(case: Case) -> None:
    draft = ContactDetailsDraft(case_id=case.id, conversation_id=case.conversation_ids[0], body="Size nasıl ulaşalım?")
    await request_contact_details(AGENT, draft, expected_version=case.version, once=Once())


async def reaching_out(case: Case) -> None:
    draft = OutreachDraft(customer_id=str(case.customer_id), channel_id=case.channel_id, subject="Haber", body="Merhaba!")
    began = await reach_out(AGENT, draft, once=Once())
    assert began.case.environment is case.environment


async def by_release(case: Case) -> None:
    trainee = await community.make_actor(Role.TRAINEE)
    reply = await make_reply(await practised(await make_run(trainee)), trainee)
    assert reply.case.channel_id == case.channel_id
    assert reply.message.delivery_status is DeliveryStatus.HELD_FOR_REVIEW
    assert await open_review(reply.message.id) is None
    await release_reply(MENTOR, reply.message.id)


async def by_reminder(case: Case) -> None:
    policy = {
        "remind_after_minutes": [60],
        "close_after_minutes": 4320,
        "texts": [{"locale": locale, "text": "Çözüldü mü?"} for locale in ("tr", "fa", "en")],
    }
    rules = NoAnswerPolicyDraft.model_validate({"policy": policy})
    await set_no_answer_policy(make_actor(Role.MANAGER), rules, expected_version=(await read_rules()).version)
    for step in ResolutionStep:
        current = await fresh(case)
        await complete_step(AGENT, StepDraft(case_id=case.id, step=step), expected_version=current.version)
        if step is ResolutionStep.FEEDBACK:
            break


WAYS: list[Callable[[Case], Awaitable[None]]] = [
    at_once, privately, at_a_time, undoable, holding, asking_for_details, reaching_out, by_release, by_reminder,
]  # fmt: skip


async def practised(run: PracticeRun) -> Case:
    case = await Case.get(run.case_id)
    assert case is not None
    return case


async def open_the_channel(run: PracticeRun, adapter: ChannelAdapter = ChannelAdapter.GENERIC) -> None:
    """Set the channel of practice up as a careless hand might: with an address, and a network's protocol."""

    def rule(channel: Channel) -> None:
        channel.adapter, channel.send_url = adapter, "http://127.0.0.1:9/send"

    await change(await fresh(await _channel(run)), rule)


async def _channel(run: PracticeRun) -> Channel:
    channel = await Channel.get(run.channel_id)
    assert channel is not None
    return channel


@pytest.mark.parametrize("way", WAYS)
async def test_no_way_out_of_a_run_is_open(store: Database, way: Callable[[Case], Awaitable[None]]) -> None:
    await declare_queues(store)
    run = await make_run(AGENT)
    await open_the_channel(run)

    await way(await practised(run))
    await handle_twice(subscribe)
    asked = await work(store)

    sent = {"direction": Direction.OUTBOUND.value, "delivery_status": {"$in": ["SENT", "DELIVERED", "READ"]}}
    assert asked == []
    assert await Message.find(sent).to_list() == []
    assert {job["error"] for job in await store["jobs"].find({}).to_list()} <= {"what is not LIVE never leaves"}


@pytest.mark.parametrize("adapter", list(ChannelAdapter))
async def test_no_protocol_sends_what_is_practised(store: Database, adapter: ChannelAdapter) -> None:
    await declare_queues(store)
    run = await make_run(AGENT)
    await open_the_channel(run, adapter)
    message = await answer(await practised(run))

    assert await work(store) == []
    job = await store["jobs"].find_one({"_id": f"send:{message.id}"})
    assert job is not None
    assert (job["state"], job["error"]) == ("DEAD", "what is not LIVE never leaves")


async def test_the_same_ways_are_open_where_it_is_real(store: Database) -> None:
    """Show that the tests above would see what leaves."""
    await declare_queues(store)
    channel = await make_channel(send_url="http://127.0.0.1:9/send")
    case = await make_case()
    assert (await conversation_of(case)).channel_id != channel.id

    await answer(case)

    assert await work(store) == ["http://127.0.0.1:9/send"]


async def test_outreach_to_somebody_played_finds_no_real_channel(store: Database) -> None:
    run, real = await make_run(AGENT), await make_channel()
    case = await practised(run)
    draft = OutreachDraft(customer_id=str(case.customer_id), channel_id=real.id, subject="Haber", body="Merhaba!")

    with pytest.raises(InvalidInput, match="has no name on"):
        await reach_out(AGENT, draft, once=Once())
