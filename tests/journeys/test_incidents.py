"""From a bad word to a customer to what was learned of it, in confidence."""

from auth.actor import Role
from care.documents.cases import Case
from tests.documents import STAFF
from tests.factories.care import make_case
from tests.journeys.conftest import World

PROGRAMME = """mutation($input: CreateMentorshipProgrammeInput!) { createMentorshipProgramme(input: $input) {
  programme { id } userErrors { code path } } }"""
MENTORSHIP = """mutation($input: ProposeMentorshipInput!) { proposeMentorship(input: $input) {
  mentorship { id } userErrors { code path } } }"""
SHOWN = "incident { id version status said outcome { text agreedAt proposedBy { displayName } } } userErrors { code path }"
RECORD = f"mutation($input: RecordConductIncidentInput!) {{ recordConductIncident(input: $input) {{ {SHOWN} }} }}"
PROPOSE = f"mutation($input: ProposeConductOutcomeInput!) {{ proposeConductOutcome(input: $input) {{ {SHOWN} }} }}"
AGREE = f"mutation($input: AgreeToConductOutcomeInput!) {{ agreeToConductOutcome(input: $input) {{ {SHOWN} }} }}"
CLOSE = f"mutation($input: CloseConductIncidentInput!) {{ closeConductIncident(input: $input) {{ {SHOWN} }} }}"
READ = """query($id: ID!) { node(id: $id) { ... on ConductIncident { said status severity closing { note } case { id }
  member { displayName } trainingInvestment { meetings repliesReviewed } viewerCanAgree viewerCanClose } } }"""
LIST = "{ conductIncidents(first: 5) { totalCount nodes { id } } }"
TOLD = "{ notifications(first: 20) { nodes { kind text } } }"


async def test_bad_word_is_talked_about_and_nobody_else_hears_of_it(world: World) -> None:
    for name, role in (("mina", Role.MANAGER), ("dara", Role.MENTOR), ("ece", Role.AGENT), ("baran", Role.AGENT)):
        await world.join(name, role)
    mina, dara, ece, baran = [world.staff(name) for name in ("mina", "dara", "ece", "baran")]
    programme = (await mina.do(PROGRAMME, {"name": "İlk yüz gün", "summary": "Eşlik"}))["programme"]["id"]
    pair = {"programmeId": programme, "menteeId": world.members["ece"], "mentorId": world.members["dara"]}
    mentorship = (await mina.do(MENTORSHIP, pair))["mentorship"]["id"]
    case: Case = await make_case()
    reply = {"caseId": case.id, "conversationId": case.conversation_ids[0], "body": "Okumayı öğren."}
    message = (await ece.do(STAFF["ReplyToCase"], reply))["message"]["id"]

    given = {"memberId": world.members["ece"], "severity": "SERIOUS", "messageId": message}
    made = (await mina.do(RECORD, given))["incident"]
    named = {"incidentId": made["id"], "expectedVersion": made["version"]}
    proposed = (await dara.do(PROPOSE, {**named, "mentorshipId": mentorship, "text": "Önce mola."}))["incident"]
    agreed = (await ece.do(AGREE, {**named, "expectedVersion": proposed["version"]}))["incident"]
    closed = (await dara.do(CLOSE, {**named, "expectedVersion": agreed["version"], "note": "Öğrenildi."}))["incident"]
    await world.settle()
    read = (await ece.execute(READ, id=made["id"]))["node"]
    lists = [(await client.execute(LIST))["conductIncidents"]["totalCount"] for client in (mina, dara, ece, baran)]
    told = [one["kind"] for one in (await ece.execute(TOLD))["notifications"]["nodes"]]

    assert (made["said"], made["status"], closed["status"]) == ("Okumayı öğren.", "OPEN", "CLOSED")
    assert agreed["outcome"]["proposedBy"] == {"displayName": "Dara"}
    assert agreed["outcome"]["agreedAt"] is not None
    assert read == {
        "said": "Okumayı öğren.", "status": "CLOSED", "severity": "SERIOUS", "closing": {"note": "Öğrenildi."},
        "case": {"id": case.id}, "member": {"displayName": "Ece"},
        "trainingInvestment": {"meetings": 0, "repliesReviewed": 0}, "viewerCanAgree": False, "viewerCanClose": False,
    }  # fmt: skip
    assert lists == [1, 1, 1, 0]
    assert (await baran.execute(READ, id=made["id"]))["node"] is None
    assert told.count("CONDUCT_INCIDENT") == 3
