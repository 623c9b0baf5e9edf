"""Recognition through the API: thanks for help with a case, and what follows from it."""

from auth.actor import Role
from tests.factories.care import make_conversation, say
from tests.journeys.conftest import World

VALUE = """
mutation($input: CreateCompanyValueInput!) { createCompanyValue(input: $input) { value { id } userErrors { code path } } }"""
THANK = """mutation($input: GiveKudosInput!) {
  giveKudos(input: $input) {
    kudos { id version text subjectKind viewerCanWithdraw giver { displayName } receiver { displayName } value { name } }
    userErrors { code path }
  }
}"""
TAKE_BACK = "mutation($input: WithdrawKudosInput!) { withdrawKudos(input: $input) { kudos { id } userErrors { code path } } }"
SEEN = """query($member: ID) {
  kudos(first: 5, receiverId: $member) { totalCount nodes { text subject { __typename id } giver { displayName } } }
}"""
ASK = "mutation($input: AskQuestionInput!) { askQuestion(input: $input) { question { id version } userErrors { code } } }"
ANSWER = "mutation($input: AnswerQuestionInput!) { answerQuestion(input: $input) { answer { id } userErrors { code } } }"
ACCEPT = "mutation($input: AcceptAnswerInput!) { acceptAnswer(input: $input) { question { version } userErrors { code } } }"
POINTS = """query($member: ID) {
  pointsOf(memberId: $member) {
    total byCause { cause points times } reasons { cause points rulesVersion source { __typename id } } member { displayName }
  }
  pointRules { version rules { cause points mostADay mostFromOne } }
}"""
RULES = """mutation($input: SetPointRulesInput!) {
  setPointRules(input: $input) { pointRules { version rules { cause points } } userErrors { code path } }
}"""
PROFILE = """query($member: ID) {
  competencyProfile(memberId: $member) {
    member { displayName badges { badge { name grade } } }
    skills { skill { name } proficiency evidenceCount } evidence { kind count }
    practiceRunCount practicePoints reviewedReplyCount passedReplyCount passRate attestedGuidelineCount menteeCount mentorCount
    badges { awardedAt badge { name } }
  }
  representativeChoices(first: 5) { nodes { title reason } }
}"""
TOLD = "{ notifications(first: 5) { nodes { kind text target { __typename } } } }"


async def company(world: World) -> None:
    """Let a manager, an agent, an expert and HR join."""
    for name, role in {"leyla": Role.MANAGER, "ayse": Role.AGENT, "ali": Role.EXPERT, "hale": Role.HR}.items():
        await world.join(name, role)


async def test_thanks_for_a_case_are_read_by_who_reads_the_case(world: World) -> None:
    await company(world)
    case = await say(await make_conversation(), "Kargom nerede?")
    leyla, ayse, ali, hale = (world.staff(name) for name in ("leyla", "ayse", "ali", "hale"))
    value = (await leyla.do(VALUE, {"name": "Birlikte", "description": "Kimse yalnız değildir."}))["value"]
    given = {"receiverId": world.members["ali"], "subjectId": case.id, "valueId": value["id"], "text": "Depoyu sen buldun."}
    assert await hale.refused(THANK, given) == [("NOT_FOUND", ["input", "subjectId"])]
    assert await ayse.refused(THANK, {**given, "receiverId": world.members["ayse"]}) == [
        ("INVALID_INPUT", ["input", "receiverId"])
    ]
    kudos = (await ayse.do(THANK, given))["kudos"]
    await world.settle()

    assert (kudos["subjectKind"], kudos["viewerCanWithdraw"], kudos["giver"]) == ("CASE", True, {"displayName": "Ayse"})
    assert (kudos["receiver"], kudos["value"]) == ({"displayName": "Ali"}, {"name": "Birlikte"})
    shown = {"text": "Depoyu sen buldun.", "giver": {"displayName": "Ayse"}}
    to_ali = {"member": world.members["ali"]}
    readers = [(await one.execute(SEEN, **to_ali))["kudos"]["nodes"] for one in (leyla, ali, hale)]
    assert readers == [[{**shown, "subject": {"__typename": "Case", "id": case.id}}], [{**shown, "subject": None}], []]
    (told,) = (await ali.execute(TOLD))["notifications"]["nodes"]
    assert (told["kind"], told["target"]) == ("KUDOS_GIVEN", {"__typename": "Kudos"})

    back = {"kudosId": kudos["id"], "expectedVersion": kudos["version"]}
    assert await ali.refused(TAKE_BACK, back) == [("FORBIDDEN", ["input"])]
    await ayse.do(TAKE_BACK, back)
    assert (await leyla.execute(SEEN, **to_ali))["kudos"] == {"totalCount": 0, "nodes": []}


async def test_points_come_from_others_and_say_why_but_never_who(world: World) -> None:
    await company(world)
    leyla, ayse, ali, hale = (world.staff(name) for name in ("leyla", "ayse", "ali", "hale"))
    asked = {"title": "Hangi depo gönderiyor?", "body": "Bilen var mı?", "tagSlugs": [], "anonymous": True}
    question = (await ayse.do(ASK, asked))["question"]
    answer = (await ali.do(ANSWER, {"questionId": question["id"], "body": "İzmir deposu."}))["answer"]
    await world.settle()
    assert (await ali.execute(POINTS))["pointsOf"]["total"] == 0
    version = (await ayse.execute("query($id: ID!) { node(id: $id) { ... on Question { version } } }", id=question["id"]))["node"]
    await ayse.do(ACCEPT, {"answerId": answer["id"], "expectedVersion": version["version"]})
    await world.settle()

    mine = (await ali.execute(POINTS))["pointsOf"]
    why = {"cause": "ACCEPTED_ANSWER", "points": 15, "rulesVersion": 0, "source": {"__typename": "Answer", "id": answer["id"]}}
    assert (mine["total"], mine["reasons"], mine["member"]) == (15, [why], {"displayName": "Ali"})
    assert (await hale.execute(POINTS, member=world.members["ali"]))["pointsOf"]["total"] == 15
    assert world.members["ayse"] not in str(await leyla.execute(POINTS, member=world.members["ali"]))
    denied = await ayse.answer(POINTS, member=world.members["ali"])
    assert [error["extensions"]["code"] for error in denied["errors"]] == ["NOT_FOUND"]

    rules = [{**one, "points": 1} for one in (await hale.execute(POINTS))["pointRules"]["rules"]]
    assert await ayse.refused(RULES, {"rules": rules, "expectedVersion": 0}) == [("FORBIDDEN", ["input"])]
    assert await hale.refused(RULES, {"rules": rules[1:], "expectedVersion": 0}) == [("INVALID_INPUT", ["input", "rules"])]
    assert (await hale.do(RULES, {"rules": rules, "expectedVersion": 0}))["pointRules"]["version"] == 1
    assert (await ali.execute(POINTS))["pointsOf"]["total"] == 15


async def test_hr_learns_what_members_are_able_to_and_nothing_of_customers(world: World) -> None:
    await company(world)
    case = await say(await make_conversation(), "kanarya9z Kargom nerede?")
    ali, hale, leyla, ayse = (world.staff(name) for name in ("ali", "hale", "leyla", "ayse"))
    value = (await leyla.do(VALUE, {"name": "Birlikte", "description": "Kimse yalnız değildir."}))["value"]
    thanks = {"receiverId": world.members["ali"], "subjectId": case.id, "valueId": value["id"], "text": "kanarya9z Nergis için."}
    await ayse.do(THANK, thanks)
    asked = [{"causes": ["KUDOS"], "times": 1}]
    badge = {"name": "Yoldaş", "description": "Teşekkür aldı.", "grade": "BRONZE", "requirements": asked}
    made = "mutation($input: CreateBadgeInput!) { createBadge(input: $input) { badge { id } userErrors { code path } } }"
    await hale.do(made, badge)
    await world.settle()

    to_ali = {"member": world.members["ali"]}
    seen = await hale.execute(PROFILE, **to_ali)
    assert seen["competencyProfile"]["member"]["badges"] == [{"badge": {"name": "Yoldaş", "grade": "BRONZE"}}]
    assert seen["competencyProfile"]["badges"][0]["badge"] == {"name": "Yoldaş"}
    everything = str([seen, await hale.execute(POINTS, **to_ali), await hale.execute(SEEN, **to_ali)])
    assert "kanarya9z" not in everything
    assert case.id not in everything
    assert (await ali.execute(PROFILE))["competencyProfile"] == seen["competencyProfile"]
    denied = await ayse.answer(PROFILE, **to_ali)
    assert [error["extensions"]["code"] for error in denied["errors"]] == ["NOT_FOUND"]
