"""How departments work together, through the API."""

from datetime import timedelta

from auth.actor import SYSTEM, Role
from community.departments import DepartmentDraft, add_department
from community.documents import Member
from community.members import MemberChanges, change_member
from core.clock import now
from core.idempotency import Once
from tests.journeys.conftest import World

ASK = "mutation($input: AskQuestionInput!) { askQuestion(input: $input) { question { id } userErrors { code path } } }"
ANSWER = "mutation($input: AnswerQuestionInput!) { answerQuestion(input: $input) { answer { id } userErrors { code path } } }"
SPACE = "mutation($input: CreateSpaceInput!) { createSpace(input: $input) { space { id } userErrors { code path } } }"
EXCHANGE = """query($range: DateTimeRange!) { exchangeReport(range: $range) {
  count crossingCount crossingShare kinds { kind crossingCount } cells { fromName toName total counts { kind count } } } }"""
ENGAGEMENT = """query($range: DateTimeRange!) { engagementReport(range: $range) {
  weekCount teams { department { name } memberCount index participation } } }"""
NETWORK = "{ communityNetwork { memberCount communities { space { name } memberCount departments { department { name } } } } }"


async def test_manager_sees_what_crosses_departments_and_nothing_of_secret_spaces(world: World) -> None:
    people = {"ece": Role.AGENT, "deniz": Role.EXPERT, "leyla": Role.MANAGER}
    for name, role in people.items():
        await world.join(name, role)
    ece, deniz, leyla = (world.staff(name) for name in people)
    for name, title in (("ece", "Bakım"), ("deniz", "Depo")):
        department = await add_department(SYSTEM, DepartmentDraft(name=title), once=Once())
        member = await Member.get(world.members[name])
        assert member is not None
        changes = MemberChanges(department_id=department.id)
        await change_member(SYSTEM, member.id, changes, expected_version=member.version)
    space = (await ece.do(SPACE, {"name": "Birleşme", "visibility": "SECRET"}))["space"]["id"]
    for where in ({}, {"spaceId": space}):
        given = {"title": "Hangi depo bekletiyor?", "body": "Bilen var mı?", "tagSlugs": ["depo"], **where}
        question = (await ece.do(ASK, given))["question"]["id"]
        if not where:
            await deniz.do(ANSWER, {"questionId": question, "body": "İzmir deposu."})

    span = {"from": (now() - timedelta(hours=1)).isoformat(), "until": (now() + timedelta(hours=1)).isoformat()}
    report = (await leyla.execute(EXCHANGE, range=span))["exchangeReport"]
    assert (report["count"], report["crossingCount"], report["crossingShare"]) == (1, 1, 1.0)
    assert report["cells"] == [{"fromName": "Depo", "toName": "Bakım", "total": 1, "counts": [{"kind": "ANSWER", "count": 1}]}]
    engagement = (await leyla.execute(ENGAGEMENT, range=span))["engagementReport"]
    small = {"memberCount": 1, "index": None, "participation": None}
    assert engagement == {"weekCount": 1, "teams": [{"department": {"name": name}, **small} for name in ("Bakım", "Depo")]}
    assert (await leyla.execute(NETWORK))["communityNetwork"] == {"memberCount": 0, "communities": []}
    (own,) = (await ece.execute(NETWORK))["communityNetwork"]["communities"]
    assert own == {"space": {"name": "Birleşme"}, "memberCount": 1, "departments": [{"department": {"name": "Bakım"}}]}
