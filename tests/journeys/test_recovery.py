"""A process that dies after any of its writes: what follows catches up by itself, and asking again makes nothing twice."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import orjson
import pytest
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import AutoReconnect

from auth.actor import SYSTEM
from care.channel_drafts import ChannelDraft
from care.channels import create_channel
from care.documents.cases import Case
from care.documents.channels import ChannelKind
from care.documents.consultations import Consultation
from care.documents.conversations import Message
from community.documents import Answer, Evidence, Question
from core.clock import clock
from core.idempotency import Once
from notifications.documents import Notification
from tests.client import JSON, Client, delivery, said, signed
from tests.factories.care import later
from tests.journeys.conftest import World
from tests.journeys.crafting import operations
from tests.journeys.situations import PORTAL_SITUATIONS, SITUATIONS
from tests.journeys.story import Input, Story, begin
from tests.receiver import Receiver, listening
from worker.run import Worker

pytestmark = pytest.mark.slow

WRITES = {
    *("insert_one", "insert_many", "update_one", "update_many", "replace_one", "bulk_write"),
    *("delete_one", "delete_many", "find_one_and_update", "find_one_and_replace", "find_one_and_delete"),
}
BACKGROUND = {"clock", "events", "relay", "handlers", "leaders", "sign_in_attempts"}
"""Collections that what goes on beside every request writes to, at no time in particular."""


@dataclass
class Life:
    """How many writes a process still has to live, and whether it died."""

    left: int
    died: bool = False


@contextmanager
def dying_after(writes: int, patch: pytest.MonkeyPatch) -> Iterator[Life]:
    """Let nothing be written any more after so many writes."""
    life = Life(writes)
    with patch.context() as patched:
        for name in WRITES:
            patched.setattr(AsyncCollection, name, _mortal(life, getattr(AsyncCollection, name)))
        yield life


def _mortal(life: Life, write: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def attempt(collection: AsyncCollection[Any], *arguments: Any, **options: Any) -> Any:
        if life.left == 0 and collection.name != "clock":
            life.died = True
            message = "the process is dead"
            raise AutoReconnect(message)
        life.left -= collection.name not in BACKGROUND
        return await write(collection, *arguments, **options)

    return attempt


@pytest.fixture
async def network() -> AsyncIterator[Receiver]:
    """Stand for the social network that replies are sent to."""
    async with listening() as receiver:
        yield receiver


@pytest.fixture
async def story(world: World, network: Receiver) -> Story:
    """Give a company whose replies really leave."""
    world.clocks = False
    story = await begin(world)
    draft = ChannelDraft(name="Narin on Y", kind=ChannelKind.X, send_url=f"{network.url}/send")
    made = await create_channel(SYSTEM, draft, keyring=world.platform.keyring, once=Once())
    story.channel = made.channel
    world.tokens["secret"] = made.secret
    await story.settle()
    return story


Facts = dict[str, Any]


def _plain(text: str) -> str:
    """Leave out the numbers by which the tests tell their texts apart."""
    return re.sub(r"\d+", "#", text)


async def facts_of_case(case_id: str, network: Receiver) -> Facts:
    """Tell everything that a case's operations leave behind."""
    case = await Case.get(case_id)
    assert case is not None
    messages = await Message.find({"case_id": case_id}).sort("created_at", "_id").to_list()
    consultations = await Consultation.find({"case_id": case_id}).to_list()
    return {
        "messages": [(one.direction, one.visibility, _plain(one.body), one.delivery_status) for one in messages],
        "last": [one.id for one in messages].index(case.last_message_id) if case.last_message_id else None,
        "sent": sorted(sum(heard.headers["webhook-id"] == one.id for heard in network.heard) for one in messages),
        "waiting": (len(case.incoming), len(case.outgoing)),
        "clocks": [clock.met_at is not None for clock in (case.first_response, case.next_response)],
        "status": (case.status, case.current_step, len(case.cycles), len(case.obligations), case.request_status),
        "consulted": len(case.consulted),
        "consultations": [(one.status, len(one.invited_expert_ids)) for one in consultations],
        "questions": [await facts_of_question(one.question_id) for one in consultations],
    }


async def facts_of_question(question_id: str) -> Facts:
    """Tell everything that a question's operations leave behind."""
    question = await Question.get(question_id)
    answers = await Answer.find({"question_id": question_id}).to_list()
    evidence = await Evidence.find({"source_id": {"$in": [answer.id for answer in answers]}}).to_list()
    return {
        "question": question
        and (question.status, _plain(question.title), len(question.invited_expert_ids), len(question.accepted_answer_ids)),
        "answers": [answer.body for answer in answers],
        "evidence": sorted((one.kind, one.weight) for one in evidence),
        "told": sorted([told.kind async for told in Notification.find({"target_id": question_id})]),
    }


@dataclass(frozen=True, slots=True)
class Scenario:
    """A mutation, who does it, and what it leaves behind, told from the input."""

    who: str
    facts: Callable[[Input, Receiver], Awaitable[Any]]
    situation: Callable[[Story, str], Awaitable[Input]]
    repeatable: bool = True
    audience: str = "staff"


async def _by_case(given: Input, network: Receiver) -> Any:
    return await facts_of_case(given["caseId"], network)


async def _by_consulted_question(given: Input, network: Receiver) -> Any:
    consultation = await Consultation.find_one({"question_id": given["questionId"]})
    assert consultation is not None
    return await facts_of_case(consultation.case_id, network)


async def _by_answer(given: Input, network: Receiver) -> Any:
    answer = await Answer.get(given["answerId"])
    assert answer is not None
    return await facts_of_question(answer.question_id)


async def _by_held(given: Input, network: Receiver) -> Any:
    message = await Message.get(given["messageId"])
    assert message is not None
    return await facts_of_case(message.case_id, network)


async def _by_consultation(given: Input, network: Receiver) -> Any:
    consultation = await Consultation.get(given["consultationId"])
    assert consultation is not None
    return await facts_of_case(consultation.case_id, network)


async def _by_request(given: Input, network: Receiver) -> Any:
    return await facts_of_case(given["requestId"].replace("req_", "case_"), network)


async def _by_subject(given: Input, network: Receiver) -> Any:
    cases = await Case.find({"request_subject": given["subject"]}).to_list()
    return [await facts_of_case(case.id, network) for case in cases]


async def _consulted_question(story: Story, who: str) -> Input:
    return {"questionId": (await story.consultation("specialist")).question_id, "body": "İzmir deposunda."}


async def _new_subject(story: Story, who: str) -> Input:
    return {"subject": f"Makinem {next(story.numbers)} gündür bozuk", "body": "Su almıyor."}


SCENARIOS = {
    "replyToCase": Scenario("agent", _by_case, SITUATIONS["replyToCase"]),
    "addInternalNote": Scenario("agent", _by_case, SITUATIONS["addInternalNote"]),
    "requestContactDetails": Scenario("agent", _by_case, SITUATIONS["requestContactDetails"]),
    "consultExperts": Scenario("agent", _by_case, SITUATIONS["consultExperts"]),
    "answerQuestion": Scenario("specialist", _by_consulted_question, _consulted_question),
    "releaseReply": Scenario("mentor", _by_held, SITUATIONS["releaseReply"], repeatable=False),
    "declineConsultation": Scenario("specialist", _by_consultation, SITUATIONS["declineConsultation"], repeatable=False),
    "acceptAnswer": Scenario("manager", _by_answer, SITUATIONS["acceptAnswer"], repeatable=False),
    "submitRequest": Scenario("ayse", _by_subject, _new_subject, audience="portal"),
    "addRequestMessage": Scenario("ayse", _by_request, PORTAL_SITUATIONS["addRequestMessage"], audience="portal"),
}


async def run(client: Client, audience: str, mutation: str, given: Input) -> bool:
    """Do a mutation; true when it was acknowledged."""
    document = operations(audience, "mutation", 1)[mutation].document
    body = orjson.dumps({"query": document, "variables": {"input": given}})
    async with client.http() as http:
        answer = orjson.loads((await http.post(client.path, content=body, headers=JSON)).content)
    if "errors" in answer:
        assert {error["extensions"]["code"] for error in answer["errors"]} == {"UNAVAILABLE"}, answer
        return False
    refusals: list[Any] = answer["data"][mutation]["userErrors"]
    return not refusals


async def settle_after_death(story: Story) -> None:
    """Let another process find what the dead one left, in every collection."""
    story.world.is_alone = False
    await story.settle()
    story.world.is_alone = True


async def all_handlers_again(story: Story) -> None:
    """Let every handler run again over everything that ever happened."""
    await story.world.platform.database["handlers"].update_many({}, {"$set": {"cursor": 0}})
    story.world.worker = Worker(story.world.platform)
    await story.settle()


@pytest.mark.parametrize("mutation", SCENARIOS)
async def test_operation_whose_process_dies_after_any_write_is_done_once_or_not_at_all(
    story: Story, network: Receiver, monkeypatch: pytest.MonkeyPatch, mutation: str
) -> None:
    scenario = SCENARIOS[mutation]
    client = (story.portal if scenario.audience == "portal" else story.client)(scenario.who)

    async def prepare() -> tuple[Input, Any]:
        given = await scenario.situation(story, scenario.who)
        await story.settle()
        key = {"idempotencyKey": f"key-{next(story.numbers)}"} if scenario.repeatable else {}
        return {**given, **key}, await scenario.facts(given, network)

    given, _ = await prepare()
    assert await run(client, scenario.audience, mutation, given)
    await story.settle()
    done = await scenario.facts(given, network)
    subjects, outcomes = [given], set()
    survived = False
    for writes in range(20):
        given, before = await prepare()
        with dying_after(writes, monkeypatch) as life:
            acknowledged = await run(client, scenario.audience, mutation, given)
        await settle_after_death(story)
        after = await scenario.facts(given, network)
        assert after == done or (after == before and not acknowledged), writes
        outcomes.add("done" if after == done else "nothing")
        if scenario.repeatable or after == before:
            assert await run(client, scenario.audience, mutation, given), writes
            await story.settle()
        assert await scenario.facts(given, network) == done, writes
        subjects.append(given)
        survived = not life.died
        if survived:
            break

    assert survived
    assert outcomes == {"nothing", "done"}
    await all_handlers_again(story)
    assert [await scenario.facts(one, network) for one in subjects] == [done] * len(subjects)
    assert await story.world.platform.database["parked"].count_documents({}) == 0


async def test_delivery_whose_worker_dies_after_any_write_is_one_case_and_one_message(
    story: Story, network: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = []
    survived = False
    for writes in range(20):
        event = said(f"Siparişim {writes} gündür yok!", event_id=f"ext-{writes}", author=f"u-x{writes}", thread=f"post-{writes}")
        body = delivery(event)
        headers = signed(story.world.tokens["secret"], body, webhook_id=f"delivery-{writes}")
        async with story.portal("anonymous").http() as http:
            answer = await http.post(f"/hooks/{story.channel.id}", content=body, headers=headers)
        assert answer.status_code == 200
        with dying_after(writes, monkeypatch) as life:
            try:
                await story.world.worker.inbox.drain()
            except AutoReconnect:
                assert life.died
        later(minutes=5)
        await settle_after_death(story)
        messages = await Message.find({"body": event["text"]}).to_list()
        assert len(messages) == 1, writes
        clock.reset_shift()
        results.append(await facts_of_case(messages[0].case_id, network))
        survived = not life.died
        if survived:
            break

    assert survived
    assert len(results) > 3
    assert results == [results[-1]] * len(results)
    await all_handlers_again(story)
    assert await Message.find({"channel_id": story.channel.id}).count() == len(results)
    assert await Case.find({"channel_id": story.channel.id}).count() == len(results)
