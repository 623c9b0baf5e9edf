"""A mentorship through the API: found, asked for, begun, filled, and seen by those alone whom it concerns."""

from typing import Any

from auth.actor import Role
from tests.client import Client
from tests.journeys.conftest import World

PROGRAMME = """
mutation($input: CreateMentorshipProgrammeInput!) {
  createMentorshipProgramme(input: $input) { programme { id level skills { name } viewerCanManage } userErrors { code path } }
}"""
SUGGESTED = """
query($id: ID!) { mentorSuggestions(programmeId: $id) { mentor { displayName } points reasons { kind points detail } } }"""
SHOWN = """id version status matchedBy mentee { displayName } mentor { displayName } programme { name } goals { text reached }
  meetings { meetingId subject status notes } feedback { text private author { displayName } } viewerCanComplete"""
OWN = "{ mentorships(first: 5) { totalCount nodes { %s } } }" % SHOWN  # noqa: UP031 - braces of GraphQL
ACT = """
mutation($input: %(name)sInput!) { %(field)s(input: $input) { mentorship { %(shown)s } userErrors { code path } } }"""


def act(field: str) -> str:
    return ACT % {"name": field[0].upper() + field[1:], "field": field, "shown": SHOWN}


async def test_newcomer_finds_a_mentor_and_what_is_private_stays_so(world: World) -> None:
    for name, role in (("hr", Role.HR), ("newcomer", Role.TRAINEE), ("mentor", Role.MENTOR), ("other", Role.AGENT)):
        await world.join(name, role)
    newcomer, mentor, hr, other = (world.staff(name) for name in ("newcomer", "mentor", "hr", "other"))
    programme = (await hr.do(PROGRAMME, {"name": "İlk yüz gün", "summary": "Eşlik", "level": 2}))["programme"]

    async def do(client: Client, field: str, **asked: Any) -> dict[str, Any]:
        found: dict[str, Any] = (await client.do(act(field), asked))["mentorship"]
        return found

    (suggested,) = (await newcomer.execute(SUGGESTED, id=programme["id"]))["mentorSuggestions"]
    assert suggested["reasons"][0] == {"kind": "LANGUAGES", "points": 30, "detail": "en"}
    made = await do(newcomer, "proposeMentorship", programmeId=programme["id"])
    assert (made["status"], made["matchedBy"]) == ("PROPOSED", "RULE")
    mentorship = {"mentorshipId": made["id"]}
    began = await do(mentor, "answerMentorship", **mentorship, answer="ACCEPT", expectedVersion=1)
    goals = [{"text": "Özür dilemek"}]
    await do(newcomer, "setMentorshipGoals", **mentorship, goals=goals, expectedVersion=began["version"])
    await do(newcomer, "giveMentorshipFeedback", **mentorship, text="Acele ediyor.", private=True, expectedVersion=3)
    said = await do(mentor, "giveMentorshipFeedback", **mentorship, text="Öğreniyor.", expectedVersion=4)

    assert [one["text"] for one in said["feedback"]] == ["Öğreniyor."]
    assert (said["viewerCanComplete"], said["goals"]) == (True, [{"text": "Özür dilemek", "reached": False}])
    seen = [(await client.execute(OWN))["mentorships"] for client in (newcomer, hr, other)]
    assert [page["totalCount"] for page in seen] == [1, 1, 0]
    assert [[one["text"] for one in page["nodes"][0]["feedback"]] for page in seen[:2]] == [["Acele ediyor.", "Öğreniyor."]] * 2
