"""The programme and what members say of it, through the API: begun, approved by somebody else, asked about without names."""

from typing import Any

from auth.actor import Role
from tests.factories.procedures import make_guideline
from tests.journeys.acts import act
from tests.journeys.conftest import World

PROGRAMME = """programme { id version status mission owner { displayName } bodies { name members { displayName } }
  approvals { by { displayName } } initiatives(first: 5) { nodes { title } } guidelines(first: 5) { nodes { title } }
  risks(first: 5) { nodes { title } } }"""
SURVEY = """survey { id version shownAnswerCount closed viewerHasAnswered motives { motiveId text named } }"""


BEGIN, UPDATE = act("createSocialProgramme", PROGRAMME), act("updateSocialProgramme", PROGRAMME)
APPROVE = act("approveSocialProgramme", PROGRAMME)
INITIATIVE, RISK = act("createInitiative", "initiative { id }"), act("createRisk", "risk { id }")
PROGRAMMES = """{ socialProgrammes(first: 5) { totalCount nodes { name status
  initiatives(first: 5) { nodes { title } } risks(first: 5) { nodes { title } } } } }"""
ASK, ANSWER, CLOSE = act("createMotiveSurvey", SURVEY), act("answerMotiveSurvey", SURVEY), act("closeMotiveSurvey", SURVEY)
SURVEYS = (
    "{ motiveSurveys(first: 5) { totalCount nodes { question shownAnswerCount viewerHasAnswered motives { text named } } } }"
)


async def test_programme_holds_what_belongs_to_it_and_is_approved_by_somebody_else(world: World) -> None:
    for name, role in {"leyla": Role.MANAGER, "murat": Role.MANAGER, "ali": Role.EXPERT}.items():
        await world.join(name, role)
    leyla, murat, ali = (world.staff(name) for name in ("leyla", "murat", "ali"))
    plan = await leyla.do(INITIATIVE, {"title": "Canlı yayın", "goal": "Güven", "kind": "SERVICE"})
    risk = await leyla.do(RISK, {"title": "Sahte hesaplar", "likelihood": 2, "impact": 4})
    guideline = await make_guideline()
    given: dict[str, Any] = {
        "name": "Sosyal program",
        "mission": "Müşteriyle birlikte öğrenmek",
        "bodies": [{"name": "Yürütme kurulu", "duty": "Önceliklere karar verir", "memberIds": [world.members["murat"]]}],
        "initiativeIds": [plan["initiative"]["id"]],
        "guidelineIds": [guideline.id],
        "riskIds": [risk["risk"]["id"]],
    }
    assert await ali.refused(BEGIN, given) == [("FORBIDDEN", ["input"])]
    assert await leyla.refused(BEGIN, {**given, "riskIds": ["rsk_none"]}) == [("NOT_FOUND", ["input", "riskIds"])]
    made = (await leyla.do(BEGIN, given))["programme"]
    assert (made["status"], made["owner"]) == ("DRAFT", {"displayName": "Leyla"})
    assert made["bodies"] == [{"name": "Yürütme kurulu", "members": [{"displayName": "Murat"}]}]
    assert [made[one]["nodes"][0]["title"] for one in ("initiatives", "guidelines", "risks")] == [
        "Canlı yayın",
        guideline.title,
        "Sahte hesaplar",
    ]
    at = {"programmeId": made["id"]}
    assert await leyla.refused(APPROVE, {**at, "expectedVersion": made["version"]}) == [("FORBIDDEN", ["input"])]
    approved = (await murat.do(APPROVE, {**at, "expectedVersion": made["version"]}))["programme"]
    assert (approved["status"], approved["approvals"]) == ("APPROVED", [{"by": {"displayName": "Murat"}}])
    again = {**at, "mission": "Müşteriyle birlikte karar vermek", "expectedVersion": approved["version"]}
    assert (await leyla.do(UPDATE, again))["programme"]["status"] == "DRAFT"
    (seen,) = (await ali.execute(PROGRAMMES))["socialProgrammes"]["nodes"]
    assert (seen["initiatives"]["nodes"], seen["risks"]["nodes"]) == ([{"title": "Canlı yayın"}], [])


async def test_members_say_why_they_engage_and_nobody_learns_who_said_what(world: World) -> None:
    people = ["ali", "ayse", "can", "deniz", "ece"]
    await world.join("leyla", Role.MANAGER)
    for name in people:
        await world.join(name, Role.AGENT)
    leyla, ali = world.staff("leyla"), world.staff("ali")
    given = {"question": "Neden yardım ediyorsunuz?", "motives": ["Öğrenmek", "Tanınmak"]}
    assert await ali.refused(ASK, given) == [("FORBIDDEN", ["input"])]
    assert await leyla.refused(ASK, {**given, "motives": ["Ödül", "Ödül"]}) == [("INVALID_INPUT", ["input", "motives"])]
    survey = (await leyla.do(ASK, given))["survey"]
    learn, known = (one["motiveId"] for one in survey["motives"])
    at: dict[str, Any] = {"surveyId": survey["id"]}
    for name in people[:4]:
        await world.staff(name).do(ANSWER, {**at, "motiveIds": [learn]})
    early = (await leyla.execute(SURVEYS))["motiveSurveys"]["nodes"][0]
    assert (early["shownAnswerCount"], [one["named"] for one in early["motives"]]) == (0, [None, None])
    assert await ali.refused(ANSWER, {**at, "motiveIds": [known]}) == [("ALREADY_DONE", ["input", "surveyId"])]
    last = (await world.staff("ece").do(ANSWER, {**at, "motiveIds": [learn, known]}))["survey"]
    assert (last["shownAnswerCount"], [one["named"] for one in last["motives"]]) == (5, [5, 1])
    told = await leyla.execute(SURVEYS)
    assert told["motiveSurveys"]["nodes"][0]["viewerHasAnswered"] is False
    assert all(world.members[name] not in str(told) for name in people)
    await leyla.do(CLOSE, {**at, "expectedVersion": survey["version"]})
    await world.join("zehra", Role.EXPERT)
    late = await world.staff("zehra").refused(ANSWER, {**at, "motiveIds": [known]})
    assert late == [("ALREADY_DONE", ["input", "surveyId"])]


OFFERED = (
    "{ surveys(first: 5) { totalCount nodes { id question valueProposition viewerHasAnswered motives { motiveId text } } } }"
)
SAY = act("answerSurvey", "survey { id viewerHasAnswered }")
RESULTS = """query($id: ID!) { node(id: $id) { ... on MotiveSurvey {
  audience shownAnswerCount initiative { title } motives { text named } fits { fit named } } } }"""
REVIEW = act("reviewInitiative", "initiative { warnings reviews { withCustomers surveyId } }")


async def test_customers_are_asked_in_the_portal_and_a_review_names_what_they_said(world: World) -> None:
    await world.join("leyla", Role.MANAGER)
    people = ["ayse", "baran", "cem", "derya", "elif"]
    for name in people:
        await world.register(name)
    leyla, ayse = world.staff("leyla"), world.portal("ayse")
    plan = {"title": "Canlı yayın", "goal": "Güven", "kind": "SERVICE", "valueProposition": "Sorular birlikte yanıtlanır."}
    initiative = (await leyla.do(act("createInitiative", "initiative { id version }"), plan))["initiative"]
    asked = {"question": "Neden yazıyorsunuz?", "motives": ["Öğrenmek", "Yardım"], "audience": "CUSTOMERS"}
    survey = (await leyla.do(ASK, {**asked, "initiativeId": initiative["id"]}))["survey"]
    assert (await world.portal().execute(OFFERED))["surveys"] == {"totalCount": 0, "nodes": []}
    (offered,) = (await ayse.execute(OFFERED))["surveys"]["nodes"]
    assert (offered["valueProposition"], offered["viewerHasAnswered"]) == ("Sorular birlikte yanıtlanır.", False)
    at: dict[str, Any] = {"surveyId": offered["id"], "motiveIds": [offered["motives"][0]["motiveId"]], "fit": "FITS"}
    assert await ayse.refused(SAY, {**at, "consents": False}) == [("INVALID_INPUT", ["input", "consents"])]
    assert await ayse.refused(SAY, {**at, "surveyId": survey["id"], "consents": True}) == [("NOT_FOUND", ["input", "surveyId"])]
    for name in people:
        assert (await world.portal(name).do(SAY, {**at, "consents": True}))["survey"]["viewerHasAnswered"] is True
    assert await ayse.refused(SAY, {**at, "consents": True}) == [("ALREADY_DONE", ["input", "surveyId"])]

    seen = (await leyla.execute(RESULTS, id=survey["id"]))["node"]
    assert (seen["audience"], seen["shownAnswerCount"], seen["initiative"]) == ("CUSTOMERS", 5, {"title": "Canlı yayın"})
    assert [one["named"] for one in (*seen["motives"], *seen["fits"])] == [5, 0, 5, 0, 0]
    looked = {"initiativeId": initiative["id"], "outcome": "Sürsün", "surveyId": survey["id"]}
    reviewed = (await leyla.do(REVIEW, {**looked, "expectedVersion": initiative["version"]}))["initiative"]
    assert reviewed["reviews"] == [{"withCustomers": True, "surveyId": survey["id"]}]
