"""What people are told live, over real sockets: in time, in order, only theirs, and nothing lost while they were away."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any

import httpx2
import pytest
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from auth.accounts import change_roles, disable_account
from auth.actor import SYSTEM, Role
from care.consultations import decline_consultation
from core.clock import clock
from core.ids import with_prefix
from core.records import fresh
from core.relay import KEPT, trim
from tests.documents import PORTAL, STAFF
from tests.journeys.conftest import World
from tests.journeys.story import MARK, Story, begin

IN_TIME = 2.0
"""Seconds within which a client is told."""
PATIENCE = 30.0
"""Seconds that a test waits on a busy machine before it gives a message up; only one test measures the time."""
SILENCE = 0.3
"""Seconds after which nothing more is expected: three polls of the tail."""


@pytest.fixture
async def story(world: World) -> Story:
    """Give a company at work."""
    return await begin(world)


@pytest.fixture
async def served(world: World) -> AsyncIterator[str]:
    """Serve the application on loopback and give its address."""
    config = uvicorn.Config(world.application, host="127.0.0.1", port=0, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    yield f"127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await serving


class Listener:
    """One socket of a client."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.count = 0
        self.waiting: deque[Any] = deque()

    async def listen(self, document: str, **variables: Any) -> str:
        """Start an operation, and give its id once the server has begun with it."""
        self.count += 1
        payload = {"query": document, "variables": variables}
        await self.connection.send(json.dumps({"id": str(self.count), "type": "subscribe", "payload": payload}))
        await self.reached()
        return str(self.count)

    async def reached(self) -> None:
        """Wait until the server has taken what was sent before, and had time to begin with it."""
        for _ in range(3):
            await self.connection.send(json.dumps({"type": "ping"}))
            while (message := json.loads(await asyncio.wait_for(self.connection.recv(), PATIENCE))) != {"type": "pong"}:
                self.waiting.append(message)

    async def message(self) -> Any:
        """Give the next message."""
        if self.waiting:
            return self.waiting.popleft()
        return json.loads(await asyncio.wait_for(self.connection.recv(), PATIENCE))

    async def event(self) -> dict[str, Any]:
        """Give the next event."""
        message = await self.message()
        assert message["type"] == "next", message
        (event,) = message["payload"]["data"].values()
        told: dict[str, Any] = event
        return told

    async def events(self, *, until: str) -> list[dict[str, Any]]:
        """Give events up to the first about an object."""
        told = [await self.event()]
        while told[-1]["nodeId"] != until:
            told.append(await self.event())
        return told

    async def hears_nothing(self) -> None:
        """See that no message comes, for long enough that one would have."""
        assert not self.waiting
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(self.connection.recv(), SILENCE)

    async def closing(self) -> int | None:
        """Read to the end and give the code."""
        with suppress(ConnectionClosed):
            async with asyncio.timeout(PATIENCE):
                while True:
                    await self.connection.recv()
        return self.connection.close_code


@asynccontextmanager
async def listening(served: str, story: Story, who: str, path: str = "/graphql") -> AsyncIterator[Listener]:
    """Open a socket as somebody."""
    async with connect(f"ws://{served}{path}", subprotocols=[Subprotocol("graphql-transport-ws")], proxy=None) as connection:
        listener = Listener(connection)
        payload = {"authorization": f"Bearer {story.world.tokens[who]}"}
        await connection.send(json.dumps({"type": "connection_init", "payload": payload}))
        assert await listener.message() == {"type": "connection_ack"}
        yield listener


async def since(story: Story, who: str, cursor: str) -> list[tuple[str, str]]:
    """Give everything that happened since a cursor, page by page: cursors and what it was about."""
    caught: list[tuple[str, str]] = []
    while True:
        page = (await story.client(who).execute(STAFF["CatchUp"], cursor=cursor, first=3))["eventsSince"]
        caught += [(node["cursor"], node["nodeId"]) for node in page["nodes"]]
        cursor = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return caught


async def note(story: Story, case_id: str) -> None:
    """Let something happen to a case."""
    await story.client("colleague").do(STAFF["AddNote"], {"caseId": case_id, "body": f"{MARK} Arandı."})


async def test_inbox_is_told_in_time_and_in_order_and_agencies_of_their_channel_alone(story: Story, served: str) -> None:
    async with (
        listening(served, story, "agent") as agent,
        listening(served, story, "agency_in") as ours,
        listening(served, story, "agency_out") as theirs,
        listening(served, story, "expert") as expert,
    ):
        for listener in (agent, ours, theirs, expert):
            await listener.listen(STAFF["InboxChanged"])
        case = await story.case()
        written = asyncio.get_running_loop().time()
        told = [await agent.event()]
        assert asyncio.get_running_loop().time() - written < IN_TIME
        other = await story.case(story.elsewhere)
        told += await agent.events(until=other.id)
        assert {event["topic"] for event in told} == {"INBOX"}
        assert [event["cursor"] for event in told] == sorted({event["cursor"] for event in told})
        assert {event["nodeId"] for event in told} == {case.id, other.id}
        assert told[0]["node"]["lastMessage"]["body"].startswith("Siparişim")
        assert {event["nodeId"] for event in await theirs.events(until=other.id)} == {other.id}
        await note(story, other.id)
        await note(story, case.id)
        while (await ours.event())["node"]["lastMessage"]["visibility"] != "INTERNAL":
            pass
        await expert.hears_nothing()


async def test_question_and_notification_are_told_to_who_was_asked(story: Story, served: str) -> None:
    question = await story.question()
    await story.settle()
    async with listening(served, story, "specialist") as expert, listening(served, story, "hr") as other:
        await expert.listen(STAFF["QuestionChanged"], id=question.id)
        await story.answer(question)
        event = await expert.event()
        assert (event["topic"], event["nodeId"], event["node"]["answerCount"]) == ("QUESTION", question.id, 1)
        for listener in (expert, other):
            await listener.listen(STAFF["MyNotifications"])
        await expert.connection.send(json.dumps({"type": "complete", "id": "1"}))
        await expert.reached()
        consultation = await story.consultation("specialist")
        await story.world.settle()
        while (told := await expert.event())["topic"] != "NOTIFICATIONS":
            assert told["nodeId"] == question.id
        assert told["node"]["kind"] == "QUESTION_INVITED"
        assert told["node"]["target"]["id"] == consultation.question_id
        await other.hears_nothing()


async def test_consulted_expert_follows_the_case_until_it_leaves_their_sight(story: Story, served: str) -> None:
    consultation = await story.consultation("specialist", "expert")
    await story.settle()
    async with listening(served, story, "specialist") as asked, listening(served, story, "hr") as stranger:
        for listener in (asked, stranger):
            await listener.listen(STAFF["CaseChanged"], id=consultation.case_id)
        await note(story, consultation.case_id)
        assert (await asked.event())["node"]["id"] == consultation.case_id
        await decline_consultation(
            await story.actor("specialist"), consultation.id, expected_version=(await fresh(consultation)).version
        )
        await story.settle()
        while (event := await asked.event())["node"] is not None:
            pass
        assert (event["topic"], event["nodeId"]) == ("CASE", consultation.case_id)
        await note(story, consultation.case_id)
        await asked.hears_nothing()
        await stranger.hears_nothing()


async def test_customer_hears_of_their_own_request_over_socket_and_stream(story: Story, served: str) -> None:
    case = await story.request("ayse")
    await story.settle()
    request_id = with_prefix("req", case.id)
    headers = {"authorization": f"Bearer {story.world.tokens['ayse']}", "accept": "text/event-stream"}
    body = {"query": PORTAL["RequestChanged"], "variables": {"id": request_id}}
    async with (
        listening(served, story, "ayse", "/portal/graphql") as own,
        listening(served, story, "baran", "/portal/graphql") as other,
        httpx2.AsyncClient(base_url=f"http://{served}", headers=headers) as http,
        http.stream("POST", "/portal/graphql/stream", json=body) as stream,
    ):
        assert stream.status_code == 200
        await own.listen(PORTAL["RequestChanged"], id=request_id)
        payload = {"query": PORTAL["RequestChanged"], "variables": {"id": request_id}}
        await other.connection.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
        assert await other.message() == {"id": "1", "type": "complete"}
        await note(story, case.id)
        reply = {"caseId": case.id, "conversationId": case.conversation_ids[0], "body": "Teknisyen yarın gelir."}
        await story.client("colleague").do(STAFF["ReplyToCase"], reply)
        await story.world.settle()
        told = [await own.event()]
        while told[-1]["node"]["messages"]["nodes"][-1]["body"] != reply["body"]:
            told.append(await own.event())
        assert {(event["topic"], event["nodeId"]) for event in told} == {("REQUEST", request_id)}
        assert MARK not in json.dumps(told)
        async with asyncio.timeout(PATIENCE):
            line = await anext(line async for line in stream.aiter_lines() if line.startswith("data: "))
        assert json.loads(line[6:])["data"]["requestChanged"]["cursor"] == told[0]["cursor"]


async def test_what_was_missed_is_caught_up_without_gap_or_repeat(story: Story, served: str) -> None:
    case = await story.case()
    await story.settle()
    cursor = (await story.client("agent").execute(STAFF["Viewer"]))["viewer"]["eventCursor"]
    async with listening(served, story, "agent") as always, listening(served, story, "agent") as leaving:
        for listener in (always, leaving):
            await listener.listen(STAFF["InboxChanged"])
        await note(story, case.id)
        before = [await leaving.event()]
        await leaving.connection.close()
        for _ in range(4):
            await note(story, case.id)
        last = await story.case()
        async with listening(served, story, "agent") as again:
            await again.listen(STAFF["InboxChanged"])
            missed = await since(story, "agent", before[-1]["cursor"])
            await note(story, last.id)
            after = await again.events(until=last.id)
        told = await always.events(until=last.id)
        while told[-1]["cursor"] < after[-1]["cursor"]:
            told.append(await always.event())

    await story.settle()
    everything = await since(story, "agent", cursor)
    numbers = [number for number, _ in everything]
    assert numbers == sorted(set(numbers))
    pieced = {event["cursor"] for event in (*before, *after)} | {number for number, _ in missed}
    live = {event["cursor"] for event in told}
    assert live <= pieced
    assert pieced <= set(numbers)
    assert all(number > before[-1]["cursor"] for number, _ in missed)


async def test_cursor_older_than_what_is_kept_is_refused(story: Story) -> None:
    cursor = (await story.client("agent").execute(STAFF["Viewer"]))["viewer"]["eventCursor"]
    await story.case()
    await story.settle()
    clock.shift(KEPT + timedelta(days=1))
    runner = story.world.worker.runner
    await runner.pass_over()
    await trim(story.world.platform.database, passed=await runner.passed())
    await story.world.sign_in("agent")

    answer = await story.client("agent").answer(STAFF["CatchUp"], cursor=cursor, first=5)

    assert [error["extensions"] for error in answer["errors"]] == [{"code": "CURSOR_EXPIRED", "path": ["cursor"]}]


async def test_socket_of_a_disabled_account_is_closed(story: Story, served: str) -> None:
    async with listening(served, story, "agent") as agent, listening(served, story, "mentor") as mentor:
        await agent.listen(STAFF["InboxChanged"])
        await mentor.listen(STAFF["InboxChanged"])
        await disable_account(SYSTEM, story.accounts["agent"])
        assert await agent.closing() == 4403
        case = await story.case()
        assert (await mentor.event())["nodeId"] == case.id
    with pytest.raises(ConnectionClosed) as refused:
        async with listening(served, story, "agent"):
            raise AssertionError
    assert refused.value.rcvd is not None
    assert refused.value.rcvd.code == 4403


async def test_other_roles_end_the_socket_and_the_next_one_has_the_new_rights(story: Story, served: str) -> None:
    case = await story.case()
    await story.settle()
    async with listening(served, story, "expert") as expert:
        await expert.listen(STAFF["InboxChanged"])
        await note(story, case.id)
        await expert.hears_nothing()
        await change_roles(SYSTEM, story.accounts["expert"], [Role.AGENT])
        assert await expert.closing() == 4403
    async with listening(served, story, "expert") as agent:
        await agent.listen(STAFF["InboxChanged"])
        await note(story, case.id)
        assert (await agent.event())["nodeId"] == case.id


async def test_twenty_first_subscription_of_a_socket_is_refused(story: Story, served: str) -> None:
    async with listening(served, story, "agent") as agent:
        for _ in range(20):
            await agent.listen(STAFF["InboxChanged"])
        await agent.connection.send(json.dumps({"id": "21", "type": "subscribe", "payload": {"query": STAFF["MyNotifications"]}}))
        refused = await agent.message()
        assert (refused["id"], refused["type"]) == ("21", "error")
        assert refused["payload"][0]["extensions"] == {"code": "LIMIT_EXCEEDED", "limit": "operations"}
        case = await story.case()
        told = [await agent.message() for _ in range(20)]
        assert {message["id"] for message in told} >= {"1"}
        assert {message["payload"]["data"]["inboxChanged"]["nodeId"] for message in told} == {case.id}
