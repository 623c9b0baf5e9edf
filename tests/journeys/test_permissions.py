"""Who may do what, as a table; that a refusal leaves no trace; and that nothing internal ever reaches a customer."""

import itertools
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson
import pytest

from auth.actor import SYSTEM
from care.documents.cases import Case
from community.public_questions import publish_question
from core.ids import with_prefix
from tests.client import JSON, Client
from tests.journeys.conftest import World
from tests.journeys.crafting import operations, placed, schema_of, selection
from tests.journeys.situations import PORTAL_SITUATIONS, SITUATIONS
from tests.journeys.story import MARK, Story, begin
from tests.written import WRITTEN

pytestmark = pytest.mark.slow

PARTS = 6
"""The table is tried in as many stories, so that none of them grows long."""
TABLE = Path(__file__).parent / "permissions.txt"
UNWATCHED = {"clock", "api_tokens", "sign_in_attempts"}
"""Collections that say nothing of what anybody did: the time, and when a token was last used."""


def table() -> tuple[list[str], dict[str, dict[str, str]]]:
    """Read the checked-in table: the callers, and by mutation what each of them is answered."""
    lines = [line.split() for line in TABLE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    callers = lines[0][1:]
    return callers, {line[0]: dict(zip(callers, line[1:], strict=True)) for line in lines[1:]}


CALLERS, EXPECTED = table()


async def state(story: Story) -> dict[str, dict[str, Any]]:
    """Give of every document what changes when it changes."""
    await story.settle()
    database = story.world.platform.database
    found = {}
    for name in sorted(set(await database.list_collection_names()) - UNWATCHED):
        found[name] = {str(row["_id"]): row.get("revision", row) async for row in database[name].find({})}
    return found


async def outcome(client: Client, audience: str, mutation: str, given: dict[str, Any]) -> str:
    """Say in a word how a mutation was answered."""
    document = operations(audience, "mutation", 1)[mutation].document
    async with client.http() as http:
        response = await http.post(
            client.path, content=orjson.dumps({"query": document, "variables": {"input": given}}), headers=JSON
        )
    if response.status_code == 401:
        return "401"
    answer = response.json()
    assert "errors" not in answer, answer
    problems = answer["data"][mutation]["userErrors"]
    return " ".join(problem["code"] for problem in problems) or "yes"


def test_every_staff_mutation_and_every_caller_has_its_place_in_the_table() -> None:
    assert set(EXPECTED) == set(operations("staff", "mutation")) == set(SITUATIONS)
    assert {"anonymous", "agent", "expert", "mentor", "trainee", "agency_in", "agency_out"} < set(CALLERS)
    assert {"manager", "hr", "admin", "disabled", "service", "reader", "customer"} < set(CALLERS)


@pytest.mark.parametrize("part", range(PARTS))
async def test_table_of_permissions_holds_and_refusals_leave_no_trace(world: World, part: int) -> None:
    world.clocks = False
    story = await begin(world)
    world.tokens["customer"] = world.tokens["ayse"]
    found: dict[str, dict[str, str]] = {}
    traces: list[str] = []
    prepared: set[str] = set()
    for mutation in sorted(EXPECTED)[part::PARTS]:
        expected = EXPECTED[mutation]
        refused = [caller for caller in CALLERS if expected[caller] != "yes"]
        given = await SITUATIONS[mutation](story, "specialist")
        await story.settle()
        prepared |= WRITTEN.changed
        WRITTEN.changed.clear()
        found[mutation] = {one: await outcome(story.client(one), "staff", mutation, given) for one in refused}
        await story.settle()
        traces += [f"{mutation}: {name}" for name in sorted(WRITTEN.changed - UNWATCHED)]
        for caller in CALLERS:
            if caller not in refused:
                given = await SITUATIONS[mutation](story, caller)
                found[mutation][caller] = await outcome(story.client(caller), "staff", mutation, given)

    wrong = {(one, who): word for one, row in found.items() for who, word in row.items() if EXPECTED[one][who] != word}
    assert wrong == {}
    assert traces == []
    assert {"cases", "messages", "customers"} <= prepared


async def test_customers_can_do_nothing_with_what_others_asked(world: World) -> None:
    story = await begin(world)
    mine = {name: await PORTAL_SITUATIONS[name](story, "ayse") for name in ("addRequestMessage", "recordVerdict")}
    before = await state(story)
    for caller, mutation in itertools.product(("baran", "anonymous"), mine):
        assert await outcome(story.portal(caller), "portal", mutation, mine[mutation]) == "NOT_FOUND"
        in_house = {**mine[mutation], "requestId": mine[mutation]["requestId"].replace("req_", "case_")}
        assert await outcome(story.portal("ayse"), "portal", mutation, in_house) == "NOT_FOUND"

    assert await state(story) == before
    assert [await outcome(story.portal("ayse"), "portal", name, mine[name]) for name in mine] == ["yes", "yes"]


async def test_tokens_of_one_side_are_nobody_on_the_other(world: World) -> None:
    story = await begin(world)
    for client in (
        *(story.portal(name) for name in ("agent", "admin", "service")),
        *(story.client(name) for name in ("ayse", "baran")),
    ):
        async with client.http() as http:
            answer = await http.post(client.path, content=orjson.dumps({"query": "{ viewer { serverTime } }"}), headers=JSON)
        assert answer.status_code == 401
        assert [error["extensions"]["code"] for error in answer.json()["errors"]] == ["UNAUTHENTICATED"]


async def fill(story: Story) -> None:
    """Let something of every kind be there, and something internal in everything."""
    for mutation, situation in SITUATIONS.items():
        caller = next(one for one in ("manager", "mentor", *CALLERS) if EXPECTED[mutation][one] == "yes")
        given = await situation(story, caller)
        assert await outcome(story.client(caller), "staff", mutation, given) == "yes", mutation
    request = await story.answered_request()
    for mutation in ("addInternalNote", "consultExperts", "replyToCase"):
        given = {**await SITUATIONS[mutation](story, "manager"), "caseId": request.id}
        if mutation == "replyToCase":
            given["conversationId"] = request.conversation_ids[0]
        caller = "trainee" if mutation == "replyToCase" else "manager"
        assert await outcome(story.client(caller), "staff", mutation, given) == "yes", mutation
    question = await story.public_question()
    await publish_question(SYSTEM, question.id, expected_version=question.version)
    given = {"targetId": question.id, "body": f"{MARK} Buna kim cevap verir?"}
    assert await outcome(story.client("manager"), "staff", "addComment", given) == "yes"
    await story.settle()


SPELLED = {
    "case": "req",
    "msg": "rms",
    "qst": "pqs",
    "ans": "pan",
    "cus": "pcu",
    "ide": "pid",
    "mtv": "psv",
    "exp": "pex",
    "out": "pou",
}
"""How the portal spells the ids of what a customer may know of."""


def some_of_each_kind(ids: Iterable[str]) -> list[str]:
    """Give some ids of every kind, in either spelling."""
    kinds = defaultdict[str, list[str]](list)
    for one in ids:
        kinds[one.split("_")[0]].append(one)
    return [one for kind in kinds.values() for one in kind[:: max(1, len(kind) // 2)]]


async def everything(story: Story) -> list[str]:
    """Give every id that is in the store, in the house's spelling and in the portal's."""
    database, found = story.world.platform.database, set()
    for name in await database.list_collection_names():
        found |= {row["_id"] async for row in database[name].find({}, {"_id": 1}) if isinstance(row["_id"], str)}
    owed = [obligation.id for case in await Case.find({}).to_list() for obligation in case.obligations]
    house = sorted({*found, *owed})
    spelled = [one for one in house if one.split("_")[0] in SPELLED]
    return [*house, *(with_prefix(kind, one) for one in spelled for kind in SPELLED.values())]


def readings() -> list[str]:
    """Give documents that select everything of every kind of node there is, a hundred ids at once."""
    schema = schema_of("portal")
    node = schema.get_type("Node")
    kinds = [kind.name for kind in schema.get_possible_types(node)]  # type: ignore[arg-type]  # it is an interface
    return [f"query($ids: [ID!]!) {{ nodes(ids: $ids){selection(schema, node, 4, kind)} }}" for kind in kinds]


async def crawl(client: Client, ids: list[str]) -> list[bytes]:
    """Ask the portal for everything and give the raw answers."""
    asked: list[tuple[str, dict[str, Any]]] = [
        (document, {"ids": ids[start : start + 100]}) for document in readings() for start in range(0, len(ids), 100)
    ]
    words = [MARK, "INT", "kargo", "depo", "İzmir", "narin", "agent", "specialist", ""]
    for operation in operations("portal", "query", 5).values():
        if "query" in operation.arguments:
            asked += [(operation.document, {"query": word, "first": 100}) for word in words]
        elif not operation.arguments:
            asked.append((operation.document, {}))
    for operation in operations("portal", "mutation", 4).values():
        for path, _ in operation.leaves():
            if path[-1].lower().endswith("id"):
                given = {"input": FILLED[operation.name]}
                asked += [(operation.document, placed(given, path, one)) for one in some_of_each_kind(ids)]
    answers = []
    async with client.http() as http:
        for document, variables in asked:
            response = await http.post(
                client.path, content=orjson.dumps({"query": document, "variables": variables}), headers=JSON
            )
            assert response.status_code == 200, response.text
            answers.append(response.content)
    return answers


FILLED: dict[str, dict[str, Any]] = {
    "addRequestMessage": {"requestId": "", "body": "?"},
    "recordVerdict": {"requestId": "", "verdict": "SATISFIED", "expectedVersion": 99},
    "voteIdea": {"ideaId": "", "voted": True},
    "answerPublicQuestion": {"questionId": "", "body": "?"},
    "withdrawPublicAnswer": {"answerId": ""},
    "sayAnswerHelped": {"answerId": "", "helped": True},
    "reportPublicContent": {"contentId": "", "reason": "SPAM"},
    "recordEngagement": {"experienceId": "", "clientKey": "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "kind": "OPENED"},
    "answerSurvey": {"surveyId": "", "motiveIds": ["pmo_none"], "consents": True},
}


async def test_nothing_internal_reaches_a_customer_by_any_way(world: World) -> None:
    story = await begin(world)
    await fill(story)
    ids = await everything(story)
    staff = orjson.dumps(
        await story.client("manager").execute(
            "{ cases(first: 100) { nodes { conversations { nodes { messages { nodes { body } } } } } } }"
        )
    )
    assert staff.count(MARK.encode()) > 5

    for caller in ("ayse", "baran", "anonymous"):
        answers = await crawl(story.portal(caller), ids)
        assert [answer for answer in answers if MARK.encode() in answer] == []
        shown = b"".join(answers)
        assert not [name for name in story.world.members.values() if name.encode() in shown]
        assert (b"Teknisyen yar" in shown) is (caller == "ayse")
