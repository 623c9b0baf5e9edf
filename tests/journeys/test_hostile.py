"""Every field of every input, filled with what no honest client sends: refused by name, or taken, never broken."""

import itertools
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest
from graphql import GraphQLInputType, get_named_type, is_enum_type, is_input_object_type, is_list_type, is_non_null_type
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.ids import with_prefix
from core.secrets import Keyring
from tests.factories.care import deliver, make_reply
from tests.journeys.conftest import World
from tests.journeys.crafting import Operation, Path, is_place_in, operations, placed
from tests.journeys.situations import PORTAL_SITUATIONS, SITUATIONS
from tests.journeys.situations.certificates import certification
from tests.journeys.situations.governance import mapped_value
from tests.journeys.situations.insights import department
from tests.journeys.situations.mentorships import programme
from tests.journeys.situations.recognition import able
from tests.journeys.situations.webhooks import delivered
from tests.journeys.story import Story, begin

pytestmark = pytest.mark.slow

OURS = {"INTERNAL", "UNAVAILABLE", "TIMEOUT", "OVERLOADED"}
"""Codes that speak of a failure of ours."""
INTERNALS = (
    "Traceback",
    'File "',
    "pymongo",
    "beanie",
    "pydantic",
    "strawberry",
    "site-packages",
    "asyncio",
    "0x7f",
    "OverflowError",
)
SHARES = 12
"""Of as many shares of the values each place gets one; the two versions of Python that CI runs get different ones."""
PARTS = 6
"""The mutations are attacked in as many stories, so that none of them grows long."""
HEADERS = {"content-type": "application/json", "accept": "application/graphql-response+json"}

WRONG_KINDS: dict[str, list[Any]] = {
    "String": [1, 1.5, True, {}, [], {"$gt": ""}, [["a"]]],
    "ID": [1.5, True, {}, [], {"$gt": ""}, [["a"]]],
    "Int": ["1", 1.5, True, {}, 2**31, -(2**31) - 1, 10**30, [[1]]],
    "Float": ["1.5", True, {}, 10**400, [[1.5]]],
    "Boolean": ["true", 1, {}, []],
    "DateTime": ["yesterday", 1, {}, "", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-11-21", "\x00", "9" * 400],
    "enum": ["NOPE", "", 1, {}, True, "open", {"$ne": "OPEN"}],
    "input": ["text", 1, True, [[1]], {"unknownField": 1}],
}
TEXTS = [
    "",
    "   \t\n ",
    "x" * 100_000,
    "a\x00b",
    "\x00",
    "\u202egnp.exe\u202c\u2066\u2069",
    "\u200b\u200d\ufeff",
    '{"$gt":""}',
    "$where",
    "../../etc/passwd",
    "(a+)+$" * 200,
    "a" * 5_000 + "!",
    "'; DROP TABLE cases; --",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "![" * 4_000,
    "> " * 4_000,
    "*_`~" * 4_000,
    "[a](" * 3_000,
    "- " * 5_000 + "x",
    "|" * 5_000 + "\n" + "|-" * 2_500,
    "\ufdfa" * 6_000,
    "e" + "\u0301" * 5_000,
    "\U0010ffff\ufffe",
]
FRACTIONS = [0.0, -0.0, -1.5, 1.7e308, -1.7e308, 5e-324, 0.1 + 0.2]
NUMBERS = [0, -1, 1, 101, 2**31 - 1, -(2**31)]
TIMES = [
    "2026-11-21T10:00:00",
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59.999999-23:59",
    "2126-01-01T00:00:00Z",
    "2016-12-31T23:59:60Z",
    "1969-12-31T23:59:59.9999995Z",
]


@pytest.fixture
async def story(world: World) -> Story:
    """Give a company with something of every kind."""
    world.clocks = False
    story = await begin(world)
    await story.consultation("specialist")
    await story.accepted()
    await story.answered_request()
    await story.public_question()
    await story.held()
    await story.settle()
    return story


@dataclass
class Witness:
    """Sends variables and sees that the answer is one of ours to give; counts what was taken."""

    http: httpx2.AsyncClient
    address: str
    done: dict[str, int] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    places: Iterator[int] = field(default_factory=itertools.count)

    async def send(self, operation: Operation, variables: dict[str, Any]) -> None:
        """Send and look at everything that comes back."""
        body = json.dumps({"query": operation.document, "variables": variables}).encode()
        await self.send_body(operation, body)

    async def send_body(self, operation: Operation, body: bytes) -> None:
        """Send a body as it is."""
        response = await self.http.post(self.address, content=body, headers=HEADERS)
        told = f"{operation.name} {body[-300:]!r} {response.status_code} {response.text[:600]}"
        assert response.status_code < 500, told
        answer = response.json()
        for error in answer.get("errors", ()):
            assert error["extensions"]["code"] not in OURS, told
            assert error["message"], told
            assert not any(word in error["message"] for word in INTERNALS), told
        if "errors" in answer:
            assert 400 <= response.status_code < 500 or (response.status_code == 294 and "data" in answer), told
        self._see(operation, answer, told)

    def _see(self, operation: Operation, answer: dict[str, Any], told: str) -> None:
        payload = (answer.get("data") or {}).get(operation.name)
        problems = payload.get("userErrors", ()) if isinstance(payload, dict) else ()
        for problem in problems:
            assert problem["code"], told
            assert problem["message"], told
            assert is_place_in(operation, problem["path"]), told
            assert not any(word in problem["message"] for word in INTERNALS), told
        taken = "errors" not in answer and not problems
        counted = self.done if taken else self.refused
        counted[operation.name] = counted.get(operation.name, 0) + 1


def wrong(kind: GraphQLInputType) -> Iterator[Any]:
    """Give values of another kind than the place takes: the schema itself refuses each of them."""
    named = get_named_type(kind)
    name = "enum" if is_enum_type(named) else "input" if is_input_object_type(named) else named.name
    inner = kind.of_type if is_non_null_type(kind) else kind
    if is_non_null_type(kind):
        yield None
    for value in WRONG_KINDS[name]:
        if is_list_type(inner) and value == []:
            continue
        yield [value] if is_list_type(inner) and not isinstance(value, list) else value
    if is_list_type(inner):
        yield [None]


def bad(kind: GraphQLInputType, ids: list[str], cursors: list[str], name: str) -> Iterator[Any]:
    """Give values of the right kind that make no sense."""
    named, inner = get_named_type(kind), kind.of_type if is_non_null_type(kind) else kind
    if named.name == "String":
        values: list[Any] = cursors + TEXTS[:8] if name in {"after", "before", "cursor"} else TEXTS
    elif named.name == "ID":
        values = ids + TEXTS[:6]
    else:
        others: dict[str, list[Any]] = {"Int": NUMBERS, "Float": FRACTIONS, "DateTime": TIMES, "Boolean": [True, False]}
        values = others.get(named.name, [])
    if is_enum_type(named):
        values = list(named.values)
    if not is_non_null_type(kind):
        yield None
    if is_list_type(inner):
        yield from ([], [values[0]] * 1_000 if values else [{}] * 1_000, values[:100])
        yield from ([value] for value in values[:6])
    else:
        yield from values


async def ids_of(story: Story) -> list[str]:
    """Give one id of every kind, in both spellings, and ids that nobody has."""
    database, found = story.world.platform.database, []
    for collection in sorted(await database.list_collection_names()):
        row = await database[collection].find_one({})
        identifier = row["_id"] if row else None
        if isinstance(identifier, str) and "_" in identifier and collection not in {"clock", "handlers", "relay", "counters"}:
            found.append(identifier)
    case = next(one for one in found if one.startswith("case_"))
    made_up = ["case_0", "qst_", "_", "case", "mem_" + "z" * 200, "obl_x", "CASE_01", case.upper(), f"{case}\x00", f"{case} "]
    return [*found, *(with_prefix(portal, case) for portal in ("req", "rms", "pqs", "pan", "pcu", "fil")), *made_up]


async def cursors_of(story: Story) -> list[str]:
    """Give cursors that were cut, changed, signed by somebody else, or come from other lists."""
    client = story.client("admin")
    ask = "{ viewer { eventCursor } cases(first: 1) { edges { cursor } } questions(first: 1) { edges { cursor } } }"
    data = await client.execute(ask)
    own = [data["viewer"]["eventCursor"], *(data[name]["edges"][0]["cursor"] for name in ("cases", "questions"))]
    cut = [
        part for cursor in own for part in (cursor[:-1], cursor[1:], cursor[: len(cursor) // 2], cursor + "A", cursor.swapcase())
    ]
    forged = Keyring(b"another-master-key-another-master").sign("event-cursor", "0000000000000001")
    return [*own, *cut, f"0000000000000001.{forged}", "eyJ2IjpbMV19", "null", "W10", "W10." + "A" * 12, "=" * 50, "a" * 3_000]


async def attack(witness: Witness, operation: Operation, start: dict[str, Any], ids: list[str], cursors: list[str]) -> None:
    """Fill one place after the other, each with a share of the values; places of one kind get all of them together."""
    for path, kind in operation.leaves():
        start_at = (2 * next(witness.places) + sys.version_info.minor // 2 % 2) % SHARES
        refusable = list(wrong(kind))
        values = [*refusable, *bad(kind, ids, cursors, path[-1])]
        one_refused = [refusable[start_at % len(refusable)]] if start_at >= len(refusable) else []
        for value in (*values[start_at::SHARES], *one_refused, *([] if is_non_null_type(kind) else [None])):
            await witness.send(operation, placed(start, path, value))


RANGE = {"range": {"from": "2026-01-01T00:00:00Z", "until": "2026-03-01T00:00:00Z"}}

STARTS: dict[str, dict[str, Any]] = {
    "mentionReport": {**RANGE, "by": "QUERY"},
    "mistakeReport": {**RANGE, "by": "KIND"},
    "coverageReport": {**RANGE, "by": "LIFECYCLE"},
    "acquisitionReport": RANGE,
    "responseReport": RANGE,
    "handOffReport": RANGE,
    "conversationReport": RANGE,
    "peerReport": RANGE,
    "engagementReport": RANGE,
    "exchangeReport": RANGE,
    "qualityReport": RANGE,
    "calibrationReport": RANGE,
    "shifts": RANGE,
    "coverageGaps": RANGE,
    "leaves": RANGE,
    "moderationQueue": {"status": "WAITING"},
    "search": {"query": "kargo"},
    "caseTags": {"starting": "k"},
    "mentionSuggestions": {"prefix": "ay"},
    "findCustomers": {"text": "ay"},
    "actionPlans": {"state": "OPEN"},
    "mergeSuggestions": {"state": "OPEN"},
    "expertSuggestions": {"text": "kargo"},
    "similarQuestions": {"title": "Hangi depo?"},
    "node": {"id": "case_1"},
    "nodes": {"ids": ["case_1"]},
    "space": {"slug": "kalite"},
    "blogPost": {"slug": "iade"},
    "helpArticle": {"slug": "iade"},
    "helpArticles": {"status": "PUBLISHED"},
    "wikiPage": {"path": "iade/yurt-disi"},
    "customerImport": {"id": "imp_none"},
    "upcomingBirthdays": {"days": 14, "timeZone": "Europe/Istanbul"},
}
"""Arguments with which a query is answered, whatever there is."""


async def sent_reply(story: Story) -> str:
    """Let a reply reach a customer."""
    reply = await make_reply(await story.case(), await story.actor("colleague"))
    await deliver(reply.message)
    return reply.message.id


async def start_of(story: Story, operation: Operation, cursors: list[str]) -> dict[str, Any]:
    """Give arguments with which a query is answered here and now."""
    match operation.name:
        case "eventsSince":
            return {"cursor": cursors[0]}
        case "previewReply" | "checkReply":
            return {"caseId": (await story.case()).id, "body": "Merhaba {{case.number}}"}
        case "answerSuggestions":
            return {"caseId": (await story.case()).id, "text": "Kargo gecikmesi"}
        case (
            "coverageRule"
            | "agencyScope"
            | "messageTemplates"
            | "webhookDeliveries"
            | "mentorSuggestions"
            | "certificationReadiness"
            | "representativeCandidates"
            | "valueMapping"
            | "goLiveChecklist"
            | "insightDigest"
            | "replyQuality" as name
        ):
            one: dict[str, dict[str, Any]] = {
                "representativeCandidates": {"skillIds": [(await able(story))[1]]},
                "valueMapping": {"valueId": (await mapped_value(story)).id},
                "coverageRule": {"channelId": story.channel.id},
                "goLiveChecklist": {"channelId": story.channel.id},
                "messageTemplates": {"channelId": story.channel.id},
                "insightDigest": {"departmentId": (await department(story)).id},
                "replyQuality": {"messageId": await sent_reply(story)},
                "agencyScope": {"memberId": story.world.members["agency_in"]},
                "certificationReadiness": {"certificationId": (await certification(story)).id},
                "mentorSuggestions": {"programmeId": (await programme(story)).id},
                "webhookDeliveries": {"webhookId": (await delivered(story)).webhook_id},
            }
            return one[name]
    return STARTS.get(operation.name, {})


@pytest.mark.parametrize("part", range(PARTS))
async def test_inputs_of_staff_mutations_are_refused_by_name_or_taken(story: Story, part: int) -> None:
    ids, cursors = await ids_of(story), await cursors_of(story)
    every = dict(sorted(operations("staff", "mutation").items())[part::PARTS])
    async with story.client("admin").http() as http:
        witness = Witness(http, "/graphql")
        for operation in every.values():
            start = {"input": await SITUATIONS[operation.name](story, "admin")}
            await attack(witness, operation, start, ids, cursors)
            await witness.send(operation, {"input": await SITUATIONS[operation.name](story, "admin")})
        await story.settle()

    assert set(witness.done) == set(every)
    assert set(witness.refused) == set(every)
    assert await story.world.platform.database["parked"].count_documents({}) == 0


async def test_inputs_of_portal_mutations_are_refused_by_name_or_taken(story: Story) -> None:
    ids, cursors = await ids_of(story), await cursors_of(story)
    for name, own in {
        "ayse": set(PORTAL_SITUATIONS),
        "anonymous": {"submitRequest", "askPublicQuestion", "recordEngagement"},
    }.items():
        async with story.portal(name).http() as http:
            witness = Witness(http, "/portal/graphql")
            for operation in operations("portal", "mutation").values():
                start = {"input": await PORTAL_SITUATIONS[operation.name](story, "ayse")}
                await attack(witness, operation, start, ids, cursors)
                await witness.send(operation, {"input": await PORTAL_SITUATIONS[operation.name](story, "ayse")})
        assert set(witness.done) == own
        assert set(witness.refused) == set(PORTAL_SITUATIONS)
    await story.settle()
    assert await story.world.platform.database["parked"].count_documents({}) == 0


async def test_arguments_of_queries_are_refused_by_name_or_taken(story: Story) -> None:
    ids, cursors = await ids_of(story), await cursors_of(story)
    for audience, client in (
        ("staff", story.client("admin")),
        ("portal", story.portal("ayse")),
        ("portal", story.portal("anonymous")),
    ):
        every = {name: one for name, one in operations(audience, "query", 1).items() if one.arguments}
        async with client.http() as http:
            witness = Witness(http, client.path)
            for operation in every.values():
                start = await start_of(story, operation, cursors)
                await attack(witness, operation, start, ids, cursors)
                await witness.send(operation, start)
        assert set(witness.done) == set(every)


@pytest.mark.parametrize("audience", ["staff", "portal"])
async def test_half_a_character_is_refused_wherever_it_stands(world: World, audience: str) -> None:
    client = world.portal()
    address = {"staff": "/graphql", "portal": "/portal/graphql"}[audience]
    async with client.http() as http:
        witness = Witness(http, address)
        for kind in ("query", "mutation"):
            for operation in operations(audience, kind, 1).values():
                for path, _ in operation.leaves():
                    body = json.dumps({"query": operation.document, "variables": placed({}, path, "HALF")}).encode()
                    await witness.send_body(operation, body.replace(b"HALF", b"a\\ud800b"))

    assert witness.done == {}


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)


EVERY = [*operations("staff", "mutation").values(), *operations("staff", "query", 1).values()]
PLACES = [(operation, path) for operation in EVERY for path, _ in operation.leaves()]


@settings(
    max_examples=150, deadline=None, database=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(place=st.sampled_from(PLACES), value=VALUES)
async def test_any_json_at_all_is_refused_or_taken(story: Story, place: tuple[Operation, Path], value: Any) -> None:
    operation, path = place
    situation = SITUATIONS.get(operation.name)
    start = {"input": await situation(story, "admin")} if situation else STARTS.get(operation.name, {})
    async with story.client("admin").http() as http:
        witness = Witness(http, "/graphql")
        await witness.send(operation, placed(start, path, value))

    assert witness.done or witness.refused
