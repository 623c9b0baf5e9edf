"""Cases find who works on them: policies, turns, skills, capacity, backups, and the end of a shift."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from auth.actor import SYSTEM, Role
from care.channel_drafts import ChannelDraft
from care.channels import create_channel
from care.clock_scan import scan
from care.documents.channels import ChannelKind
from community.members import MemberChanges, change_member
from core.clock import clock, now
from core.idempotency import Once
from tests.client import delivery, said, signed
from tests.documents import STAFF
from tests.factories.community import make_skill
from tests.journeys.conftest import World
from tests.receiver import Receiver, listening

POLICY = """id version name method capacity leastProficiency onShiftOnly reassignAtShiftEnd archived
    conditions { channelIds } members { capacity member { id } } backups { id } skills { name }"""
CREATE = f"""mutation($input: CreateAssignmentPolicyInput!) {{ createAssignmentPolicy(input: $input) {{
    assignmentPolicy {{ {POLICY} }} userErrors {{ code path message }} }} }}"""
UPDATE = f"""mutation($input: UpdateAssignmentPolicyInput!) {{ updateAssignmentPolicy(input: $input) {{
    assignmentPolicy {{ {POLICY} }} userErrors {{ code path message }} }} }}"""
ARCHIVE = """mutation($input: ArchiveAssignmentPolicyInput!) { archiveAssignmentPolicy(input: $input) {
    assignmentPolicy { archived version } userErrors { code path message } } }"""
REORDER = """mutation($input: ReorderAssignmentPoliciesInput!) { reorderAssignmentPolicies(input: $input) {
    assignmentPolicyOrder { version policies { name } } userErrors { code path message } } }"""
GRADE = """mutation($input: SetProficiencyInput!) { setProficiency(input: $input) {
    member { version proficiencies { proficiency skill { name } } } userErrors { code path message } } }"""
SHIFT = """mutation($input: CreateShiftInput!) { createShift(input: $input) { shift { id } userErrors { code path message } } }"""
LISTS = "{ assignmentPolicies { nodes { name } totalCount } assignmentPolicyOrder { version } }"
DECISION = """at reason obstacle policyName policy { id } assignee { id } decidedBy { id } takenFrom { id }"""
CASE = f"""query($id: ID!) {{ node(id: $id) {{ ... on Case {{ version assignee {{ id }}
    assignedBecause {{ {DECISION} }} assignments {{ reason assignee {{ id }} takenFrom {{ id }} }} }} }} }}"""
ASSIGN = """mutation($input: AssignCaseInput!) { assignCase(input: $input) {
    case { assignedBecause { reason policyName decidedBy { id } } } userErrors { code path message } } }"""


@pytest.fixture
async def network() -> AsyncIterator[Receiver]:
    """Stand for the social network that replies are sent to."""
    async with listening() as receiver:
        yield receiver


@pytest.fixture
async def secret(world: World, network: Receiver) -> str:
    """Set a channel up, with a front office and its manager, and give its secret."""
    for name, role in {"zeynep": Role.AGENT, "ali": Role.AGENT, "parisa": Role.MENTOR, "deniz": Role.MANAGER}.items():
        await world.join(name, role)
    await world.join("hale", Role.HR)
    draft = ChannelDraft(name="Narin on X", kind=ChannelKind.X, send_url=f"{network.url}/send")
    made = await create_channel(SYSTEM, draft, keyring=world.platform.keyring, once=Once())
    world.members["channel"] = made.channel.id
    return made.secret


async def do(world: World, document: str, who: str = "deniz", **given: Any) -> dict[str, Any]:
    (answer,) = (await world.staff(who).execute(document, input=given)).values()
    assert answer["userErrors"] == [], answer
    return dict(answer)


async def complain(world: World, secret: str, number: int) -> str:
    """Let a new customer complain through the hook; give the id of the case."""
    body = delivery(said("Siparişim gelmedi!", event_id=f"p-{number}", thread=f"t-{number}"))
    async with world.portal().http() as http:
        path = f"/hooks/{world.members['channel']}"
        response = await http.post(path, content=body, headers=signed(secret, body, webhook_id=f"delivery-{number}"))
    assert response.status_code == 200, response.text
    await world.settle()
    found = await world.staff("deniz").execute(STAFF["Inbox"], first=1, orderBy={"field": "OPENED_AT", "direction": "DESC"})
    return str(found["cases"]["nodes"][0]["id"])


async def show(world: World, case_id: str) -> dict[str, Any]:
    return dict((await world.staff("deniz").execute(CASE, id=case_id))["node"])


async def plan(world: World, who: str, begin: timedelta, end: timedelta) -> None:
    span = {"startsAt": (now() + begin).isoformat(), "endsAt": (now() + end).isoformat()}
    await do(world, SHIFT, memberId=world.members[who], channelIds=[world.members["channel"]], **span)
    await world.settle()


async def pass_by(world: World, **span: float) -> None:
    """Let time go on, the clocks act, and the manager sign in again."""
    clock.shift(timedelta(**span))
    await scan()
    await world.settle()
    await world.sign_in("deniz")


async def told(world: World, who: str) -> list[str]:
    asked = "{ notifications { nodes { kind } } }"
    return [row["kind"] for row in (await world.staff(who).execute(asked))["notifications"]["nodes"]]


async def test_cases_find_their_people_and_change_hands_when_a_shift_ends(world: World, secret: str) -> None:
    members = [{"memberId": world.members["zeynep"], "capacity": 1}, {"memberId": world.members["ali"]}]
    given: dict[str, Any] = {
        "name": "Vardiya",
        "method": "ROUND_ROBIN",
        "members": members,
        "backupIds": [world.members["parisa"]],
    }
    policy = (await do(world, CREATE, **given, conditions={"channelIds": [world.members["channel"]]}))["assignmentPolicy"]
    assert policy == {
        "id": policy["id"],
        "version": 1,
        "name": "Vardiya",
        "method": "ROUND_ROBIN",
        "capacity": 20,
        "leastProficiency": 1,
        "onShiftOnly": True,
        "reassignAtShiftEnd": True,
        "archived": False,
        "conditions": {"channelIds": [world.members["channel"]]},
        "members": [
            {"capacity": 1, "member": {"id": world.members["zeynep"]}},
            {"capacity": None, "member": {"id": world.members["ali"]}},
        ],
        "backups": [{"id": world.members["parisa"]}],
        "skills": [],
    }

    early = await complain(world, secret, 1)
    nobody = await show(world, early)
    assert (nobody["assignee"], nobody["assignedBecause"]["reason"]) == (None, "NOBODY_FITS")
    assert nobody["assignedBecause"]["obstacle"] == "NOBODY_ON_SHIFT"
    assert (await told(world, "deniz")).count("NOT_ASSIGNED") == 1

    await plan(world, "zeynep", timedelta(minutes=-1), timedelta(hours=4))
    await plan(world, "parisa", timedelta(hours=4), timedelta(hours=8))
    await pass_by(world, minutes=2)
    assert (await told(world, "zeynep"))[0] == "ASSIGNED"
    given_to = await show(world, early)
    decision = given_to["assignedBecause"]
    assert given_to["assignee"] == decision["assignee"] == {"id": world.members["zeynep"]}
    assert (decision["reason"], decision["policyName"], decision["policy"]) == ("ROUND_ROBIN", "Vardiya", {"id": policy["id"]})
    assert (decision["decidedBy"], decision["takenFrom"], decision["obstacle"]) == (None, None, None)

    full = await complain(world, secret, 2)
    assert (await show(world, full))["assignedBecause"]["obstacle"] == "NOBODY_FREE"

    await pass_by(world, hours=4)
    for case_id in (early, full):
        assert (await show(world, case_id))["assignee"] == {"id": world.members["parisa"]}
    assert (await show(world, early))["assignments"] == [
        {"reason": "NOBODY_FITS", "assignee": None, "takenFrom": None},
        {"reason": "ROUND_ROBIN", "assignee": {"id": world.members["zeynep"]}, "takenFrom": None},
        {"reason": "BACKUP", "assignee": {"id": world.members["parisa"]}, "takenFrom": {"id": world.members["zeynep"]}},
    ]


async def test_the_first_policy_that_fits_decides_and_people_have_the_last_word(world: World, secret: str) -> None:
    skill = await make_skill("İade")
    await plan(world, "zeynep", timedelta(minutes=-1), timedelta(hours=4))
    await plan(world, "ali", timedelta(minutes=-1), timedelta(hours=4))
    for who in ("zeynep", "ali"):
        await change_member(SYSTEM, world.members[who], MemberChanges(skill_ids=[skill.id]), expected_version=1)
    grade = {"skillId": skill.id, "proficiency": 5, "expectedVersion": 2}
    graded = (await do(world, GRADE, "hale", memberId=world.members["ali"], **grade))["member"]
    assert graded == {"version": 3, "proficiencies": [{"proficiency": 5, "skill": {"name": "İade"}}]}
    general = (await do(world, CREATE, name="Herkes", method="BALANCED"))["assignmentPolicy"]
    expert = (await do(world, CREATE, name="Uzman", method="SKILL", skillIds=[skill.id]))["assignmentPolicy"]
    ordered = (await do(world, REORDER, policyIds=[expert["id"]], expectedVersion=0))["assignmentPolicyOrder"]
    assert ordered == {"version": 1, "policies": [{"name": "Uzman"}, {"name": "Herkes"}]}

    first = await show(world, case_id := await complain(world, secret, 1))
    assert (first["assignee"], first["assignedBecause"]["reason"]) == ({"id": world.members["ali"]}, "SKILL")

    changed = {"policyId": expert["id"], "leastProficiency": 2, "capacity": 1, "expectedVersion": 1}
    assert (await do(world, UPDATE, **changed))["assignmentPolicy"]["leastProficiency"] == 2
    assert (await show(world, await complain(world, secret, 2)))["assignedBecause"]["obstacle"] == "NOBODY_FREE"
    assert (await do(world, ARCHIVE, policyId=expert["id"], expectedVersion=2))["assignmentPolicy"]["archived"] is True
    third = await show(world, await complain(world, secret, 3))
    assert (third["assignee"], third["assignedBecause"]["policy"]) == ({"id": world.members["zeynep"]}, {"id": general["id"]})
    assert await world.staff("deniz").execute(LISTS) == {
        "assignmentPolicies": {"nodes": [{"name": "Herkes"}], "totalCount": 1},
        "assignmentPolicyOrder": {"version": 1},
    }

    taken = await do(world, ASSIGN, "zeynep", caseId=case_id, assigneeId=world.members["zeynep"], expectedVersion=1)
    by_hand = {"reason": "BY_HAND", "policyName": None, "decidedBy": {"id": world.members["zeynep"]}}
    assert taken["case"]["assignedBecause"] == by_hand
    await pass_by(world, hours=5)
    assert (await show(world, case_id))["assignee"] == {"id": world.members["zeynep"]}


async def test_what_can_t_be_is_refused_with_the_field_and_the_fix(world: World, secret: str) -> None:
    async def refused(document: str, who: str = "deniz", **given: Any) -> list[dict[str, Any]]:
        (answer,) = (await world.staff(who).execute(document, input=given)).values()
        return [{name: error[name] for name in ("code", "path", "message")} for error in answer["userErrors"]]

    base = {"name": "Herkes", "method": "BALANCED"}
    assert await refused(CREATE, **{**base, "method": "SKILL"}) == [
        {
            "code": "INVALID_INPUT",
            "path": ["input", "skillIds"],
            "message": "Name at least one skill: the method SKILL chooses by them.",
        }
    ]
    assert [error["path"] for error in await refused(CREATE, **base, capacity=0)] == [["input", "capacity"]]
    assert [error["message"] for error in await refused(CREATE, **base, members=[{"memberId": world.members["hale"]}])] == [
        "Hale does not work on cases."
    ]
    assert [error["path"] for error in await refused(CREATE, **base, backupIds=["mem_none"])] == [["input", "backupIds"]]
    assert [error["code"] for error in await refused(CREATE, "zeynep", **base)] == ["FORBIDDEN"]
    graded = await refused(GRADE, "zeynep", memberId=world.members["ali"], skillId="skl_none", proficiency=3, expectedVersion=1)
    assert [error["code"] for error in graded] == ["FORBIDDEN"]
    graded = await refused(GRADE, "hale", memberId=world.members["ali"], skillId="skl_none", proficiency=3, expectedVersion=1)
    assert [(error["code"], error["path"]) for error in graded] == [("INVALID_INPUT", ["input", "skillId"])]
