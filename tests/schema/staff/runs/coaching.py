"""Runs of the documents about newcomers and mentors."""

from typing import Any

from core.clock import now
from tests.factories.care import SENTENCE
from tests.factories.mentorships import make_mentorship
from tests.schema.staff.runs.registry import run
from tests.schema.staff.staff import Staff
from tests.schema.staff.world import World


async def _hand_in(staff: Staff, world: World) -> dict[str, Any]:
    given = {"caseId": world.case.id, "conversationId": world.conversation_id, "body": "**Yolda.**"}
    payload = await staff.do(world.trainee, "ReplyToCase", **given)
    assert payload["message"]["deliveryStatus"] == "HELD_FOR_REVIEW"
    review: dict[str, Any] = payload["draftReview"]
    return review


@run
async def run_review_draft(staff: Staff, world: World) -> None:
    review = await _hand_in(staff, world)
    given = {"draftReviewId": review["id"], "decision": "APPROVE", "feedback": "Güzel.", "expectedVersion": 1}
    decided = await staff.do(world.mentor, "ReviewDraft", **given)
    assert decided == {
        "draftReview": {
            "id": review["id"],
            "version": 2,
            "status": "APPROVED",
            "feedback": "Güzel.",
            "message": {"id": review["id"].replace("drv_", "msg_"), "deliveryStatus": "QUEUED"},
        },
        "userErrors": [],
    }


@run
async def run_resubmit_draft(staff: Staff, world: World) -> None:
    review = await _hand_in(staff, world)
    given = {"draftReviewId": review["id"], "decision": "RETURN", "feedback": "Özür dileyin.", "expectedVersion": 1}
    returned = (await staff.do(world.mentor, "ReviewDraft", **given))["draftReview"]
    assert (returned["status"], returned["message"]["deliveryStatus"]) == ("RETURNED", "HELD_FOR_REVIEW")
    body = {"draftReviewId": review["id"], "body": "Özür dileriz, yolda.", "expectedVersion": 2}
    payload = await staff.do(world.trainee, "ResubmitDraft", **body)
    found = payload["draftReview"]
    assert payload["userErrors"] == []
    assert (found["id"], found["version"], found["status"]) == (review["id"], 3, "PENDING")
    assert (found["body"], found["feedback"]) == ("Özür dileriz, yolda.", "Özür dileyin.")
    assert found["submittedAt"][:10] == now().isoformat()[:10]
    assert found["supersedeAt"] > found["submittedAt"]


@run
async def run_mentor_desk_changed(staff: Staff, world: World) -> None:
    await staff.settle()
    listener = await staff.listen(world.mentor, "MentorDeskChanged")
    review = await _hand_in(staff, world)
    event = await listener.next()
    assert (event["topic"], event["version"], event["nodeId"]) == ("DRAFT_REVIEWS", 1, review["id"])
    node = event["node"]
    assert (node["id"], node["status"], node["body"], node["bodyHtml"]) == (
        review["id"],
        "PENDING",
        "**Yolda.**",
        "<p><strong>Yolda.</strong></p>\n",
    )
    assert (node["author"], node["case"]) == (
        {"id": world.trainee.member, "displayName": "Can Er"},
        {"id": world.case.id, "number": world.case.number},
    )
    await listener.close()


@run
async def run_mentor_desk(staff: Staff, world: World) -> None:
    for _ in range(2):
        await _hand_in(staff, world)
    asked = await make_mentorship(world.trainee, world.trainee, world.mentor)
    goes_on = await make_mentorship(world.manager, world.agent, world.mentor)

    desk = (await staff.ask(world.mentor, "MentorDesk", first=1))["mentorDesk"]

    found = desk["draftReviews"]
    (row,) = found["nodes"]
    assert (found["totalCount"], found["pageInfo"]["hasNextPage"]) == (2, True)
    assert (row["id"][:4], row["version"], row["status"], row["viewerCanReview"]) == ("drv_", 1, "PENDING", True)
    assert (row["body"], row["bodyHtml"]) == ("**Yolda.**", "<p><strong>Yolda.</strong></p>\n")
    assert row["supersedeAt"] > row["submittedAt"]
    assert row["author"] == {"id": world.trainee.member, "displayName": "Can Er"}
    case = row["case"]
    assert (case["id"], case["number"], case["subject"]) == (world.case.id, world.case.number, world.case.subject)
    assert case["firstResponse"]["status"] == "RUNNING"
    assert case["firstResponse"]["dueAt"] > row["supersedeAt"]
    assert (case["lastMessage"]["body"], case["lastMessage"]["direction"]) == (SENTENCE, "INBOUND")
    assert desk["mentorships"]["nodes"] == [
        {"id": goes_on.id, "status": "ACTIVE", "level": 2, "mentee": {"id": world.agent.member, "displayName": "Deniz Kaya"}},
        {"id": asked.id, "status": "PROPOSED", "level": 2, "mentee": {"id": world.trainee.member, "displayName": "Can Er"}},
    ]
    rest = await staff.ask(world.mentor, "MentorDesk", first=5, after=found["pageInfo"]["endCursor"])
    assert [one["id"] == row["id"] for one in rest["mentorDesk"]["draftReviews"]["nodes"]] == [False]
    assert (await staff.ask(world.trainee, "MentorDesk", first=1))["mentorDesk"] is None
