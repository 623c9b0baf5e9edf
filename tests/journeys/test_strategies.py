"""A strategy through the API: written together, forked by another department, and its changes taken back."""

from auth.actor import SYSTEM, Role
from community.departments import DepartmentDraft, add_department
from core.idempotency import Once
from tests.journeys.conftest import World

ERRORS = "userErrors { code path message }"
WRITE = f"mutation($input: CreateWikiPageInput!) {{ createWikiPage(input: $input) {{ page {{ id version }} {ERRORS} }} }}"
EDIT = f"mutation($input: EditWikiPageInput!) {{ editWikiPage(input: $input) {{ page {{ id version }} {ERRORS} }} }}"
SET = f"""mutation($input: SetStrategyInput!) {{ setStrategy(input: $input) {{
  page {{ version strategy {{ department {{ name }} coAuthors {{ displayName }} sections {{ level title }} }} }} {ERRORS} }} }}"""
FORK = f"""mutation($input: ForkStrategyInput!) {{ forkStrategy(input: $input) {{
  page {{ id version strategy {{ origin {{ id }} originVersion }} }} {ERRORS} }} }}"""
OFFER = f"mutation($input: OfferStrategyInput!) {{ offerStrategy(input: $input) {{ offer {{ id version state }} {ERRORS} }} }}"
TAKE = f"""mutation($input: TakeStrategyOfferInput!) {{ takeStrategyOffer(input: $input) {{
  offer {{ state takenVersion }} {ERRORS} }} }}"""
READ = """query($id: ID!) { node(id: $id) { ... on WikiPage { version body strategy {
  changes { hunks { kind text } } diffToOrigin { hunks { kind } } forks(first: 5) { totalCount nodes { title } }
  offers(first: 5) { nodes { id note mergedBody conflictCount viewerCanDecide } } } } } }"""
LIST = "query($d: ID) { strategies(first: 5, departmentId: $d) { totalCount nodes { title } } }"
BODY = "# Dinle\n\nHer gün okuruz.\n\n# Yanıtla\n\nYarım saatte."


async def test_strategy_is_co_authored_forked_and_offered_back(world: World) -> None:
    people = {"ece": Role.AGENT, "deniz": Role.EXPERT}
    for name, role in people.items():
        await world.join(name, role)
    ece, deniz = (world.staff(name) for name in people)
    care, depot = [(await add_department(SYSTEM, DepartmentDraft(name=name), once=Once())).id for name in ("Bakım", "Depo")]
    page = (await ece.do(WRITE, {"path": "strateji", "title": "Yakın duruyoruz", "body": BODY}))["page"]
    whose = {"pageId": page["id"], "departmentId": care, "expectedVersion": page["version"]}
    assert await deniz.refused(SET, whose) == [("FORBIDDEN", ["input"])]
    page |= (await ece.do(SET, whose))["page"]
    assert page["strategy"] == {
        "department": {"name": "Bakım"},
        "coAuthors": [],
        "sections": [{"level": 1, "title": "Dinle"}, {"level": 1, "title": "Yanıtla"}],
    }
    given = {"pageId": page["id"], "path": "depo-stratejisi", "title": "Depo yakın durur", "departmentId": depot}
    fork = (await deniz.do(FORK, given))["page"]
    assert fork["strategy"] == {"origin": {"id": page["id"]}, "originVersion": 1}
    body = BODY.replace("Yarım saatte.", "On dakikada.")
    await deniz.do(EDIT, {"pageId": fork["id"], "body": body, "expectedVersion": fork["version"]})
    assert (await ece.execute(LIST, d=depot))["strategies"] == {"totalCount": 1, "nodes": [{"title": "Depo yakın durur"}]}
    offer = (await deniz.do(OFFER, {"pageId": fork["id"], "note": "Daha hızlı yanıt"}))["offer"]
    await world.settle()

    changes = (await ece.execute(READ, id=fork["id"]))["node"]["strategy"]["changes"]["hunks"]
    assert [one["kind"] for one in changes] == ["SAME", "REMOVED", "ADDED"]
    assert changes[-1]["text"].strip() == "On dakikada."
    seen = (await ece.execute(READ, id=page["id"]))["node"]
    assert seen["strategy"]["forks"] == {"totalCount": 1, "nodes": [{"title": "Depo yakın durur"}]}
    (shown,) = seen["strategy"]["offers"]["nodes"]
    assert (shown["id"], shown["note"], shown["conflictCount"], shown["viewerCanDecide"]) == (
        offer["id"],
        "Daha hızlı yanıt",
        0,
        True,
    )
    assert shown["mergedBody"] == body
    taken = await ece.do(TAKE, {"offerId": offer["id"], "expectedVersion": seen["version"]})
    await world.settle()

    now = (await deniz.execute(READ, id=page["id"]))["node"]
    assert (taken["offer"], now["body"]) == ({"state": "TAKEN", "takenVersion": now["version"]}, body)
    assert (await deniz.execute(READ, id=fork["id"]))["node"]["strategy"]["diffToOrigin"] == {"hunks": [{"kind": "SAME"}]}
    told = "{ notifications(first: 9) { nodes { kind } } }"
    kinds = [{one["kind"] for one in (await who.execute(told))["notifications"]["nodes"]} for who in (ece, deniz)]
    assert ("STRATEGY_OFFERED" in kinds[0], "STRATEGY_OFFER_DECIDED" in kinds[1]) == (True, True)
