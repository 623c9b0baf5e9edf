"""Two customers who were merged, with their cases, and are two people after all: neither finds a word of the other."""

from typing import Any

from auth.actor import Role
from care.cases.merging import MergeDraft, merge_cases
from care.documents.cases import Case
from care.documents.conversations import Message
from care.documents.customers import Customer
from care.merging import merge_customers, undo_merge
from core.idempotency import Once
from core.ids import with_prefix
from core.records import fresh
from tests.documents import STAFF
from tests.factories.care import make_actor
from tests.journeys.conftest import World
from tests.journeys.crafting import operations, schema_of, selection
from tests.journeys.test_secret_spaces import answers

CANARIES = {"ayse": "kanarya1a", "baran": "kanarya2b"}
SUBMIT = "mutation($input: SubmitRequestInput!) { submitRequest(input: $input) { request { id } userErrors { code } } }"


async def request(world: World, name: str) -> Case:
    given = {"subject": f"{CANARIES[name]} gelmedi", "body": f"{CANARIES[name]} Siparişim nerede?"}
    made = (await world.portal(name).do(SUBMIT, given))["request"]["id"]
    await world.settle()
    case = await Case.get(made.replace("req_", "case_"))
    assert case is not None
    return case


async def version_of(customer_id: str) -> int:
    found = await Customer.get(customer_id)
    assert found is not None
    return found.version


async def reply(world: World, case: Case, name: str) -> None:
    """Answer in the talk of a customer."""
    (conversation_id,) = case.conversation_ids
    home = (await Message.find({"conversation_id": conversation_id}).sort("-created_at").limit(1).to_list())[0].case_id
    given = {"caseId": home, "conversationId": conversation_id, "body": f"{CANARIES[name]} Yarın gelir."}
    await world.staff("zeynep").do(STAFF["ReplyToCase"], given)
    await world.settle()


async def crawl(world: World, name: str) -> bytes:
    """Ask the portal for everything in every way, also for all ids that there are."""
    schema = schema_of("portal")
    asked: list[tuple[str, dict[str, Any]]] = []
    for operation in operations("portal", "query", 4).values():
        if "query" in operation.arguments:
            asked += [(operation.document, {"query": word}) for word in ("", "gelmedi", "Siparişim")]
        elif operation.name not in {"node", "nodes", "eventsSince"}:
            asked.append((operation.document, {"first": 100} if "first" in operation.arguments else {}))
    ids = [with_prefix("req", case.id) for case in await Case.find({}).to_list()]
    ids += [with_prefix("rms", message.id) for message in await Message.find({}).to_list()]
    node = schema.get_type("Node")
    kinds = [kind.name for kind in schema.get_possible_types(node)]  # type: ignore[arg-type]  # it is an interface
    asked += [(f"query($ids: [ID!]!) {{ nodes(ids: $ids){selection(schema, node, 3, kind)} }}", {"ids": ids}) for kind in kinds]
    return b"".join(await answers(world.portal(name), asked))


async def test_after_an_undone_merge_neither_finds_a_word_of_the_other(world: World) -> None:
    await world.join("zeynep", Role.AGENT)
    customers = {name: await world.register(name) for name in CANARIES}
    cases = {name: await request(world, name) for name in CANARIES}
    agent = make_actor(Role.AGENT)
    survivor, duplicate = customers["ayse"], customers["baran"]
    merged = (
        await merge_customers(agent, survivor, duplicate, expected_version=await version_of(duplicate), once=Once())
    ).duplicate
    assert merged.merge is not None
    draft = MergeDraft(case_id=cases["baran"].id, into_id=cases["ayse"].id)
    await merge_cases(agent, draft, expected_version=(await fresh(cases["baran"])).version)
    await world.settle()
    for name, case in cases.items():
        await reply(world, case, name)
    both = await crawl(world, "ayse")
    assert all(canary.encode() in both for canary in CANARIES.values())

    await undo_merge(agent, merged.merge.id)
    await world.settle()
    for name, case in cases.items():
        await reply(world, case, name)

    for name, other in (("ayse", "baran"), ("baran", "ayse")):
        found = await crawl(world, name)
        assert found.count(f"{CANARIES[name]} Yarın gelir.".encode()) >= 2
        assert CANARIES[other].encode() not in found
