"""Segments as clients see and change them."""

from auth.actor import Role
from care.lifecycles import LifecycleDraft, set_lifecycle
from care.segments.running import run_segment
from core.clock import now
from tests.factories.care import make_actor, make_customer
from tests.factories.community import make_member
from tests.schema.staff.staff import Staff

SEGMENT = """id name description archived version viewerCanManage evaluatedAt owner { displayName }
    rule { lifecycles platforms cities leastFollowers inCrm heardWithinDays }"""
CREATE = f"""mutation ($input: CreateSegmentInput!) {{ createSegment(input: $input) {{
    segment {{ {SEGMENT} }} userErrors {{ code path }} }} }}"""
UPDATE = f"""mutation ($input: UpdateSegmentInput!) {{ updateSegment(input: $input) {{
    segment {{ {SEGMENT} }} userErrors {{ code path }} }} }}"""
ARCHIVE = """mutation ($input: ArchiveSegmentInput!) { archiveSegment(input: $input) {
    segment { id archived viewerCanManage } userErrors { code path } } }"""
LISTED = """{ segments(first: 5) { totalCount nodes { id customers(first: 5) { totalCount nodes { id segments {
    joinedAt spells { since until } segment { id } } } }
    snapshots(first: 5) { nodes { day memberCount completeness acceptedShare verifiedShare disputedShare } }
    qualityChange { before { memberCount } after { memberCount } } } } }"""


async def test_segment_is_made_filled_changed_and_archived(staff: Staff) -> None:
    member = await make_member(Role.MANAGER, display_name="Mert")
    manager, agent = make_actor(Role.MANAGER, member_id=member.id), make_actor()
    customer, _ = await make_customer(), await make_customer()
    advocate = LifecycleDraft.model_validate({"customer_id": customer.id, "lifecycle": "ADVOCATE", "reason": "Bizi övüyor"})
    await set_lifecycle(manager, advocate, expected_version=1)

    made = (await staff.do(manager, CREATE, name="Elçiler", rule={"lifecycles": ["ADVOCATE"]}))["segment"]
    await run_segment(made["id"], 1)
    (listed,) = (await staff.ask(agent, LISTED))["segments"]["nodes"]

    rule = {"lifecycles": ["ADVOCATE"], "platforms": [], "cities": [], "leastFollowers": None, "inCrm": None}
    assert made["rule"] == {**rule, "heardWithinDays": None}
    assert (made["owner"], made["viewerCanManage"], made["evaluatedAt"]) == ({"displayName": "Mert"}, True, None)
    (shown,) = listed["customers"]["nodes"]
    assert (listed["customers"]["totalCount"], shown["id"]) == (1, customer.id)
    joined = shown["segments"][0]["joinedAt"]
    assert shown["segments"] == [
        {"joinedAt": joined, "spells": [{"since": joined, "until": None}], "segment": {"id": made["id"]}}
    ]
    counted = {"memberCount": 1, "completeness": 1 / 6, "acceptedShare": 0.0, "verifiedShare": 0.0, "disputedShare": 0.0}
    assert listed["snapshots"]["nodes"] == [{"day": now().date().isoformat(), **counted}]
    assert listed["qualityChange"] == {"before": {"memberCount": 1}, "after": {"memberCount": 1}}

    error, _ = await staff.refusal(manager, CREATE, name="Boş", rule={})
    assert (error["code"], error["path"]) == ("INVALID_INPUT", ["input", "rule"])
    error, _ = await staff.refusal(agent, CREATE, name="Boş", rule={"platforms": ["X"]})
    assert error["code"] == "FORBIDDEN"
    given = {"segmentId": made["id"], "rule": {"heardWithinDays": 30}, "expectedVersion": 1}
    changed = (await staff.do(manager, UPDATE, **given))["segment"]
    assert (changed["rule"]["heardWithinDays"], changed["rule"]["lifecycles"], changed["version"]) == (30, [], 2)
    error, payload = await staff.refusal(manager, UPDATE, **given)
    assert (error["code"], payload["segment"]["version"]) == ("CONFLICT", 2)
    gone = (await staff.do(manager, ARCHIVE, segmentId=made["id"], expectedVersion=2))["segment"]
    assert gone == {"id": made["id"], "archived": True, "viewerCanManage": False}
    assert (await staff.error(make_actor(Role.AGENCY), LISTED)).extensions["code"] == "FORBIDDEN"
