"""A policy from its draft to what each member attests, and a concern told in confidence."""

from typing import Any

from auth.actor import Role
from community.procedures.documents import GuidelineKind
from tests.factories.procedures import sections
from tests.journeys.conftest import World

SHOWN = "guideline { id version missingSections signOffs { memberId } edition { number title } viewerCanPublish }"
ACT = "mutation($input: %(name)sInput!) { %(field)s(input: $input) { " + SHOWN + " userErrors { code path message } } }"
CREATE = ACT % {"name": "CreateGuideline", "field": "createGuideline"}
UPDATE = ACT % {"name": "UpdateGuideline", "field": "updateGuideline"}
SIGN = ACT % {"name": "SignGuideline", "field": "signGuideline"}
PUBLISH = ACT % {"name": "PublishGuideline", "field": "publishGuideline"}
ATTEST = (
    "mutation($input: AttestGuidelineInput!) { attestGuideline(input: $input) { attestation { number } userErrors { code } }}"
)
DUTIES = """{
  guidelineDuties { id title edition { number sections { key body } } }
  notifications(first: 5) { nodes { kind text } }
}"""
STANDING = """query($id: ID!) { node(id: $id) { ... on Guideline {
  attestations { number contract member { displayName } } missingMemberIds draftSections { key }
  editions(first: 5) { totalCount nodes { number signOffs { memberId } } } } } }"""
RAISE = "mutation($input: RaiseConcernInput!) { raiseConcern(input: $input) { concern { id } userErrors { code } } }"
CONCERNS = "{ concerns(first: 5) { totalCount nodes { text status raisedBy { displayName } viewerCanTake } } }"
POLICY = GuidelineKind.POLICY


async def test_policy_is_written_signed_published_and_attested(world: World) -> None:
    for name, role in {"leyla": Role.MANAGER, "boss": Role.EXPERT, "can": Role.TRAINEE}.items():
        await world.join(name, role)
    leyla, can = world.staff("leyla"), world.staff("can")
    given = {
        "kind": "POLICY",
        "title": "Sosyal medya politikası",
        "sections": sections(POLICY, without="risks"),
        "signatoryIds": [world.members["boss"]],
        "attestedByRoles": ["TRAINEE"],
    }
    draft: dict[str, Any] = (await leyla.do(CREATE, given))["guideline"]
    assert draft["missingSections"] == ["risks"]
    at = {"guidelineId": draft["id"]}
    assert await leyla.refused(PUBLISH, {**at, "expectedVersion": 1}) == [("INVALID_INPUT", ["input", "guidelineId"])]
    whole = (await leyla.do(UPDATE, {**at, "sections": sections(POLICY), "expectedVersion": 1}))["guideline"]
    signed = (await world.staff("boss").do(SIGN, {**at, "expectedVersion": whole["version"]}))["guideline"]
    held = (await leyla.do(PUBLISH, {**at, "expectedVersion": signed["version"]}))["guideline"]
    await world.settle()

    duties = await can.execute(DUTIES)
    attested = await can.do(ATTEST, {**at, "number": 1, "contract": "Ek 2"})
    standing = (await leyla.execute(STANDING, id=draft["id"]))["node"]

    assert (whole["missingSections"], held["edition"]) == ([], {"number": 1, "title": "Sosyal medya politikası"})
    assert [one["title"] for one in duties["guidelineDuties"]] == ["Sosyal medya politikası"]
    assert [one["key"] for one in duties["guidelineDuties"][0]["edition"]["sections"]] == [one["key"] for one in sections(POLICY)]
    assert [one["kind"] for one in duties["notifications"]["nodes"]] == ["ANNOUNCED"]
    assert attested["attestation"] == {"number": 1}
    assert standing["attestations"] == [{"number": 1, "contract": "Ek 2", "member": {"displayName": "Can"}}]
    assert (standing["missingMemberIds"], len(standing["draftSections"])) == ([], 6)
    assert standing["editions"] == {
        "totalCount": 1,
        "nodes": [{"number": 1, "signOffs": [{"memberId": world.members["boss"]}]}],
    }
    assert (await can.execute(DUTIES))["guidelineDuties"] == []
    hidden = (await can.execute(STANDING, id=draft["id"]))["node"]
    assert (hidden["draftSections"], hidden["missingMemberIds"], len(hidden["attestations"])) == ([], [], 1)


async def test_concern_is_read_by_those_alone_who_handle_concerns(world: World) -> None:
    for name, role in {"can": Role.TRAINEE, "leyla": Role.MANAGER, "hale": Role.HR}.items():
        await world.join(name, role)
    text = "Müşteriye söz verilen iade yapılmıyor."
    await world.staff("can").do(RAISE, {"text": text, "anonymous": True})
    await world.settle()

    seen = {name: (await world.staff(name).execute(CONCERNS))["concerns"] for name in ("can", "leyla", "hale")}
    told = (await world.staff("hale").execute(DUTIES))["notifications"]["nodes"]

    assert [seen[name]["totalCount"] for name in ("can", "leyla")] == [0, 0]
    assert seen["hale"]["nodes"] == [{"text": text, "status": "RAISED", "raisedBy": None, "viewerCanTake": True}]
    assert [one["kind"] for one in told] == ["CONCERN_RAISED"]
    assert text not in str(told)
