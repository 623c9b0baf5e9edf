"""Runs of what managers ask about how things went."""

from datetime import timedelta

from care.documents.cycles import CycleOutcome
from core.clock import now
from core.records import save
from tests.factories import care
from tests.schema.staff.runs.registry import run
from tests.schema.staff.staff import Staff
from tests.schema.staff.world import World


@run
async def run_response_report(staff: Staff, world: World) -> None:
    before = now() - timedelta(minutes=1)
    care.later(minutes=10)
    await care.make_reply(world.case, world.agent)
    late = await care.make_case()
    late.assignee_id = world.agent.member
    late.cycles[0].outcome = CycleOutcome.UNSATISFIED
    await save(late)
    care.later(minutes=31)
    span = {"from": before.isoformat(), "until": (now() + timedelta(minutes=1)).isoformat()}

    report = (await staff.ask(world.manager, "ResponseReport", range=span))["responseReport"]
    assert report["asOf"] is not None
    (everything,) = report["groups"]
    assert everything == {
        "key": None,
        "label": "All cases",
        "caseCount": 2,
        "firstResponseMedianSeconds": 600,
        "firstResponseP90Seconds": 600,
        "withinTargetShare": 0.5,
        "breachedCount": 1,
        "reopenedShare": 0.0,
        "satisfiedShare": 0.0,
    }
    groups = (await staff.ask(world.manager, "ResponseReport", range=span, by="MEMBER"))["responseReport"]["groups"]
    assert [(group["key"], group["label"], group["caseCount"], group["breachedCount"]) for group in groups] == [
        (world.agent.member, "Deniz Kaya", 1, 1),
        (None, "Nobody", 1, 0),
    ]
    refused = await staff.error(world.agent, "ResponseReport", range=span)
    assert "report:read" in refused.message
