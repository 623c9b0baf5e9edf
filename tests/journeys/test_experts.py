"""Experts: what somebody says of themselves, what others bear out, who is proposed, and what nobody knows."""

from auth.actor import Role
from tests.factories.community import make_skill
from tests.journeys.conftest import World

ASK = "mutation($input: AskQuestionInput!) { askQuestion(input: $input) { question { id version } userErrors { code path } } }"
ANSWER = "mutation($input: AnswerQuestionInput!) { answerQuestion(input: $input) { answer { id } userErrors { code path } } }"
ACCEPT = "mutation($input: AcceptAnswerInput!) { acceptAnswer(input: $input) { question { id } userErrors { code path } } }"
ENDORSE = """mutation($input: EndorseSkillInput!) { endorseSkill(input: $input) {
    member { proficiencies { skill { id } endorsementCount viewerHasEndorsed } } userErrors { code path } } }"""
OPEN = """mutation($input: SetAcceptsQuestionsInput!) { setAcceptsQuestions(input: $input) {
    member { acceptsQuestions } userErrors { code path } } }"""
PROFILE = """mutation($input: UpdateMemberInput!) { updateMember(input: $input) {
    member { version jobTitle locales skills { nodes { name } } } userErrors { code path } } }"""
AVAILABILITY = """mutation($input: SetAvailabilityInput!) { setAvailability(input: $input) {
    member { availability } userErrors { code path } } }"""
DIRECTORY = """query($filter: ExpertFilter) {
    experts(filter: $filter) { totalCount nodes { displayName evidence { nodes { kind source { id } } } } }
    expertFacets(filter: $filter) { totalCount skills { skill { name } count } availability { availability count } }
    skillsWithoutExpert { name } }"""
SUGGEST = "query($text: String!) { expertSuggestions(text: $text) { nodes { displayName } edges { reasons { kind } } } }"


async def suggested(world: World, text: str) -> list[str]:
    found = await world.staff("ece").execute(SUGGEST, text=text)
    return [one["displayName"] for one in found["expertSuggestions"]["nodes"]]


async def test_who_knows_something_is_found_by_evidence_until_they_want_to_be_left_alone(world: World) -> None:
    for name, role in (("ece", Role.AGENT), ("deniz", Role.EXPERT), ("leyla", Role.HR)):
        await world.join(name, role)
    ece, deniz, leyla = (world.staff(name) for name in ("ece", "deniz", "leyla"))
    returns, _ = await make_skill("İade"), await make_skill("Gümrük")
    listed = await leyla.execute("{ skills { name } departments { id } }")
    assert listed == {"skills": [{"name": "Gümrük"}, {"name": "İade"}], "departments": []}
    told = {"memberId": world.members["deniz"], "expectedVersion": 1}
    assert await deniz.refused(PROFILE, {**told, "skillIds": [returns.id]}) == [("FORBIDDEN", ["input"])]
    profile = (await leyla.do(PROFILE, {**told, "skillIds": [returns.id], "jobTitle": "Depo sorumlusu"}))["member"]
    assert profile == {"version": 2, "jobTitle": "Depo sorumlusu", "locales": ["en"], "skills": {"nodes": [{"name": "İade"}]}}
    own = (await deniz.do(PROFILE, {**told, "locales": ["tr", "fa"], "expectedVersion": 2}))["member"]
    assert own["locales"] == ["tr", "fa"]
    assert (await deniz.do(AVAILABILITY, {"availability": "BUSY"}))["member"] == {"availability": "BUSY"}

    endorsed = await ece.do(ENDORSE, {"memberId": world.members["deniz"], "skillId": returns.id})
    assert endorsed["member"]["proficiencies"] == [
        {"skill": {"id": returns.id}, "endorsementCount": 1, "viewerHasEndorsed": True}
    ]
    asked = {"title": "İade hangi depoya gider?", "body": "Bilen var mı?", "tagSlugs": ["iade"]}
    question = (await ece.do(ASK, asked))["question"]
    answer = (await deniz.do(ANSWER, {"questionId": question["id"], "body": "İzmir deposuna gider."}))["answer"]["id"]
    version = (await ece.execute("query($id: ID!) { node(id: $id) { ... on Question { version } } }", id=question["id"]))["node"]
    await ece.do(ACCEPT, {"answerId": answer, "expectedVersion": version["version"]})
    await world.settle()

    knows = {"filter": {"skillId": {"in": [returns.id]}}}
    found = await leyla.execute(DIRECTORY, **knows)
    (expert,) = found["experts"]["nodes"]
    assert expert["displayName"] == "Deniz"
    assert {one["kind"] for one in expert["evidence"]["nodes"]} == {"ACCEPTED_ANSWER", "ENDORSEMENT"}
    assert {"id": answer} in [one["source"] for one in expert["evidence"]["nodes"]]
    assert found["expertFacets"] == {
        "totalCount": 1,
        "skills": [{"skill": {"name": "İade"}, "count": 1}],
        "availability": [{"availability": "BUSY", "count": 1}],
    }
    assert found["skillsWithoutExpert"] == [{"name": "Gümrük"}]
    assert await suggested(world, "İade hangi depoya gider?") == ["Deniz"]

    assert (await deniz.do(OPEN, {"accepts": False}))["member"] == {"acceptsQuestions": False}
    await world.settle()
    assert await suggested(world, "İade hangi depoya gider?") == []
    left = (await leyla.execute(DIRECTORY, **knows))["skillsWithoutExpert"]
    assert sorted(one["name"] for one in left) == ["Gümrük", "İade"]


CLAIM = """mutation($input: ClaimSkillInput!) { claimSkill(input: $input) {
    member { version skills { nodes { name } } proficiencies { skill { name } proficiency status claimed reason } }
    userErrors { code path } } }"""
CONFIRM = """mutation($input: ConfirmSkillInput!) { confirmSkill(input: $input) {
    member { skills { nodes { name } } proficiencies { status reason confirmedBy { displayName } } }
    userErrors { code path } } }"""
UNACCEPT = "mutation($input: UnacceptAnswerInput!) { unacceptAnswer(input: $input) { question { id } userErrors { code path } } }"
SKILLS = "query($id: ID!) { node(id: $id) { ... on Member { skills { nodes { name } } proficiencies { status } } } }"
TOLD = "{ notifications(first: 5) { nodes { kind text } } }"
VERSION = "query($id: ID!) { node(id: $id) { ... on Question { version } } }"
CREATE = "mutation($input: CreateSkillInput!) { createSkill(input: $input) { skill { id } userErrors { code path } } }"


async def test_a_claimed_skill_counts_once_something_shows_it(world: World) -> None:
    for name, role in (("ece", Role.AGENT), ("deniz", Role.EXPERT), ("leyla", Role.HR)):
        await world.join(name, role)
    ece, deniz, leyla = (world.staff(name) for name in ("ece", "deniz", "leyla"))
    made = (await leyla.do(CREATE, {"name": "İade", "aliases": [{"locale": "en", "text": "Returns"}]}))["skill"]
    claimed = (await deniz.do(CLAIM, {"skillId": made["id"], "proficiency": 4}))["member"]
    assert claimed == {
        "version": 1,
        "skills": {"nodes": []},
        "proficiencies": [{"skill": {"name": "İade"}, "proficiency": 4, "status": "PENDING", "claimed": True, "reason": None}],
    }
    await world.settle()
    knows = {"filter": {"skillId": {"in": [made["id"]]}}}
    assert (await leyla.execute(DIRECTORY, **knows))["expertFacets"]["totalCount"] == 0
    assert await suggested(world, "İade nasıl olur?") == []

    asked = {"title": "Hangi depoya gider?", "body": "Bilen var mı?", "tagSlugs": ["returns"]}
    question = (await ece.do(ASK, asked))["question"]
    answer = (await deniz.do(ANSWER, {"questionId": question["id"], "body": "İzmir deposuna gider."}))["answer"]["id"]
    version = (await ece.execute(VERSION, id=question["id"]))["node"]["version"]
    await ece.do(ACCEPT, {"answerId": answer, "expectedVersion": version})
    await world.settle()
    found = (await ece.execute(SKILLS, id=world.members["deniz"]))["node"]
    assert found == {"skills": {"nodes": [{"name": "İade"}]}, "proficiencies": [{"status": "CONFIRMED"}]}
    assert (await leyla.execute(DIRECTORY, **knows))["expertFacets"]["totalCount"] == 1
    assert await suggested(world, "İade nasıl olur?") == ["Deniz"]
    told = (await deniz.execute(TOLD))["notifications"]["nodes"]
    assert {"kind": "SKILL_CONFIRMED", "text": "Your skill “İade” counts now."} in told

    version = (await ece.execute(VERSION, id=question["id"]))["node"]["version"]
    await ece.do(UNACCEPT, {"answerId": answer, "expectedVersion": version})
    await world.settle()
    found = (await ece.execute(SKILLS, id=world.members["deniz"]))["node"]
    assert found == {"skills": {"nodes": []}, "proficiencies": [{"status": "PENDING"}]}
    assert "SKILL_UNCONFIRMED" in [one["kind"] for one in (await deniz.execute(TOLD))["notifications"]["nodes"]]

    given = {"memberId": world.members["deniz"], "skillId": made["id"], "reason": "Sınavı geçti.", "expectedVersion": 1}
    assert await ece.refused(CONFIRM, given) == [("FORBIDDEN", ["input"])]
    confirmed = (await leyla.do(CONFIRM, given))["member"]
    vouched = {"status": "CONFIRMED", "reason": "Sınavı geçti.", "confirmedBy": {"displayName": "Leyla"}}
    assert confirmed == {"skills": {"nodes": [{"name": "İade"}]}, "proficiencies": [vouched]}
