"""A newcomer's words from the first draft to the customer, and what happens when nobody looks at them in time."""

from collections.abc import Iterator
from typing import Any

import pytest

from care.documents.conversations import DeliveryStatus, Direction, Message
from coaching.superseding import act_on_reviews
from core.clock import clock
from tests.factories.care import later
from tests.journeys.conftest import World
from tests.journeys.situations import SITUATIONS
from tests.journeys.story import Story, begin

REVIEW = """
fragment R on DraftReview { id version status policyVersion returns feedback comments { text } advice { kind start end } }"""
REPLY = (
    """mutation($input: ReplyToCaseInput!) {
  replyToCase(input: $input) { message { id } draftReview { ...R } userErrors { code } } }"""
    + REVIEW
)
REACH = (
    """mutation($input: ReachOutInput!) {
  reachOut(input: $input) { message { deliveryStatus } draftReview { ...R } userErrors { code } } }"""
    + REVIEW
)
DECIDE = (
    """mutation($input: ReviewDraftInput!) {
  reviewDraft(input: $input) { draftReview { ...R } userErrors { code path } } }"""
    + REVIEW
)
AGAIN = (
    """mutation($input: ResubmitDraftInput!) {
  resubmitDraft(input: $input) { draftReview { ...R } userErrors { code path } } }"""
    + REVIEW
)
POLICY = """mutation($input: SetReviewPolicyInput!) { setReviewPolicy(input: $input) {
  reviewPolicy { version reviewMinutes reserveMinutes } userErrors { code path } } }"""
SHOWN = "{ reviewPolicy { version reviewMinutes reserveMinutes } }"
TOLD = "{ notifications(first: 10) { nodes { kind } } }"


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    yield
    clock.reset_shift()


async def hand_in(story: Story, body: str) -> tuple[str, dict[str, Any]]:
    case = await story.case()
    given = {"caseId": case.id, "conversationId": case.conversation_ids[0], "body": body}
    review: dict[str, Any] = (await story.client("trainee").do(REPLY, given))["draftReview"]
    await story.settle()
    return case.id, review


async def written(case_id: str) -> list[tuple[str, bool]]:
    """Give what the company wrote in a case, and whether it is held."""
    found = await Message.find({"case_id": case_id}).sort("created_at", "_id").to_list()
    held = DeliveryStatus.HELD_FOR_REVIEW
    return [(one.body, one.delivery_status is held) for one in found if one.direction is Direction.OUTBOUND]


async def test_words_come_back_with_comments_and_leave_once_they_are_right(world: World) -> None:
    story = await begin(world)
    trainee, mentor = story.client("trainee"), story.client("mentor")
    case_id, review = await hand_in(story, "Merhaba, 0532 111 22 33 numarasını arayın.")

    assert (review["status"], review["policyVersion"]) == ("PENDING", 0)
    assert {"kind": "PHONE_NUMBER", "start": 9, "end": 23} in review["advice"]
    assert "DRAFT_SUBMITTED" in [one["kind"] for one in (await mentor.execute(TOLD))["notifications"]["nodes"]]
    back = {"draftReviewId": review["id"], "decision": "RETURN", "expectedVersion": review["version"]}
    comments = [{"start": 9, "end": 23, "text": "Numara vermeyin."}]
    returned = (await mentor.do(DECIDE, {**back, "comments": comments}))["draftReview"]
    assert (returned["status"], returned["comments"]) == ("RETURNED", [{"text": "Numara vermeyin."}])
    other = {"draftReviewId": review["id"], "body": "Merhaba, size yazacağız.", "expectedVersion": returned["version"]}
    again = (await trainee.do(AGAIN, other))["draftReview"]
    assert (again["status"], again["returns"]) == ("PENDING", 1)
    assert "PHONE_NUMBER" not in [one["kind"] for one in again["advice"]]
    yes = {"draftReviewId": review["id"], "decision": "APPROVE", "expectedVersion": again["version"]}
    assert (await mentor.do(DECIDE, yes))["draftReview"]["status"] == "APPROVED"
    assert [code for code, _ in await mentor.refused(DECIDE, yes)] == ["CONFLICT"]
    await story.settle()
    assert await written(case_id) == [("Merhaba, size yazacağız.", False)]


async def test_words_nobody_looks_at_give_way_to_a_holding_reply_as_the_policy_says(world: World) -> None:
    story = await begin(world)
    trainee, manager = story.client("trainee"), story.client("manager")
    outreach = await trainee.do(REACH, await SITUATIONS["reachOut"](story, "trainee"))
    assert outreach["message"] == {"deliveryStatus": "HELD_FOR_REVIEW"}
    assert outreach["draftReview"]["status"] == "PENDING"
    wanted = {"reviewMinutes": 4, "reserveMinutes": 12, "expectedVersion": 0}
    earlier, first = await hand_in(story, "Bakıyoruz.")
    assert (await manager.do(POLICY, wanted))["reviewPolicy"] == {"version": 1, "reviewMinutes": 4, "reserveMinutes": 12}
    assert [code for code, _ in await manager.refused(POLICY, wanted)] == ["CONFLICT"]
    case_id, review = await hand_in(story, "Bakıyoruz.")

    assert (first["policyVersion"], review["policyVersion"]) == (0, 1)
    later(minutes=19)
    while await act_on_reviews(10):
        pass
    await story.settle()
    first_words, *holding = await written(case_id)
    assert first_words == ("Bakıyoruz.", True)
    assert [held for _, held in holding] == [False]
    assert await written(earlier) == [("Bakıyoruz.", True)]
    assert (await trainee.execute(SHOWN))["reviewPolicy"]["version"] == 1
