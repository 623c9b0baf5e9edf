"""The quality of replies through the API: from a drawn reply to what its author and their manager read of it."""

from datetime import timedelta
from typing import Any

from auth.actor import Role
from care.documents.conversations import Message
from coaching.documents import SampledReply
from core.clock import now
from core.ids import with_prefix
from core.records import save
from tests.factories.care import deliver, make_case
from tests.journeys.conftest import World

ERRORS = "userErrors { code path }"
PUBLISH = f"""mutation($input: PublishQualityFormInput!) {{ publishQualityForm(input: $input) {{
  qualityForm {{ version criteria {{ key weight }} weights {{ kind weight }} minimumCases }} {ERRORS} }} }}"""
REVIEW = f"""mutation($input: ReviewSampledReplyInput!) {{ reviewSampledReply(input: $input) {{
  sampledReply {{ version verdict marks {{ key score }} formVersion }} {ERRORS} }} }}"""
CALIBRATE = f"""mutation($input: CalibrateSampledReplyInput!) {{ calibrateSampledReply(input: $input) {{
  sampledReply {{ verdict marks {{ key score }}
    secondReview {{ marks {{ key score }} reviewer {{ displayName }} }} }} {ERRORS} }} }}"""
REPLY = f"mutation($input: ReplyToCaseInput!) {{ replyToCase(input: $input) {{ message {{ id }} {ERRORS} }} }}"
WAITING = (
    "{ sampledReplies(first: 5, calibrating: true) { totalCount nodes { id version verdict marks { key } viewerCanCalibrate } } }"
)
QUALITY = "query($id: ID!) { replyQuality(messageId: $id) { score formVersion reasons { kind value weight reason } } }"
REPORTS = """query($range: DateTimeRange!, $member: ID) {
  qualityReport(range: $range, memberId: $member, by: TEAM) {
    formVersion minimumCases groups { label replyCount caseCount score figures { kind caseCount value } } }
}"""
CALIBRATION = """query($range: DateTimeRange!) { calibrationReport(range: $range) {
  pairCount meanDifference criteria { criterion { key } sameShare } } }"""


async def test_reply_is_marked_twice_and_its_author_reads_why(world: World) -> None:
    people = {"mina": Role.MENTOR, "nur": Role.MENTOR, "ece": Role.AGENT, "leyla": Role.MANAGER}
    for name, role in people.items():
        await world.join(name, role)
    mina, nur, ece, leyla = (world.staff(name) for name in people)
    form = {
        "criteria": [{"name": "Doğru", "weight": 3}, {"name": "Nazik", "weight": 1}],
        "weights": [{"kind": "CONDUCT", "weight": 0}],
        "minimumCases": 1,
        "calibrationPercent": 100,
        "expectedVersion": 0,
    }
    assert await mina.refused(PUBLISH, form) == [("FORBIDDEN", ["input"])]
    assert (await leyla.do(PUBLISH, form))["qualityForm"]["version"] == 1
    case = await make_case()
    said = {"caseId": case.id, "conversationId": case.conversation_ids[0], "body": "Merhaba, hemen bakıyorum."}
    written = await Message.get((await ece.do(REPLY, said))["message"]["id"])
    assert written is not None
    await deliver(written)
    where = {"message_id": written.id, "case_id": case.id, "channel_id": case.channel_id, "author_id": world.members["ece"]}
    sample = SampledReply(id=with_prefix("smr", written.id), created_at=now(), **where)
    await save(sample)

    marks = [{"key": "dogru", "score": 4}, {"key": "nazik", "score": 2}]
    told: dict[str, Any] = {"sampledReplyId": sample.id, "verdict": "GOOD", "marks": marks, "expectedVersion": sample.version}
    assert await mina.refused(REVIEW, {**told, "marks": marks[:1]}) == [("INVALID_INPUT", ["input", "marks"])]
    looked = (await mina.do(REVIEW, told))["sampledReply"]
    assert (looked["verdict"], looked["marks"], looked["formVersion"]) == ("GOOD", marks, 1)
    (waiting,) = (await nur.execute(WAITING))["sampledReplies"]["nodes"]
    assert (waiting["verdict"], waiting["marks"], waiting["viewerCanCalibrate"]) == (None, [], True)
    second = [{"key": "dogru", "score": 4}, {"key": "nazik", "score": 4}]
    again = {"sampledReplyId": sample.id, "marks": second, "expectedVersion": waiting["version"]}
    assert await mina.refused(CALIBRATE, again) == [("FORBIDDEN", ["input"])]
    both = (await nur.do(CALIBRATE, again))["sampledReply"]
    assert (both["marks"], both["secondReview"]) == (marks, {"marks": second, "reviewer": {"displayName": "Nur"}})

    quality = (await ece.execute(QUALITY, id=written.id))["replyQuality"]
    assert (quality["score"], quality["formVersion"]) == (93.8, 1)
    assert quality["reasons"][0] == {
        "kind": "REVIEW",
        "value": 93.8,
        "weight": 40,
        "reason": "Two reviewers marked it by version 1 of the quality form.",
    }
    span = {"from": (now() - timedelta(days=1)).isoformat(), "until": (now() + timedelta(hours=1)).isoformat()}
    for client, member in ((leyla, None), (ece, world.members["ece"])):
        report = (await client.execute(REPORTS, range=span, member=member))["qualityReport"]
        (group,) = report["groups"]
        assert (group["label"], group["replyCount"], group["caseCount"], group["score"]) == ("No team", 1, 1, 93.8)
        assert group["figures"][0] == {"kind": "REVIEW", "caseCount": 1, "value": 93.8}
    assert (await leyla.execute(CALIBRATION, range=span))["calibrationReport"] == {
        "pairCount": 1,
        "meanDifference": 12.5,
        "criteria": [{"criterion": {"key": "dogru"}, "sameShare": 1.0}, {"criterion": {"key": "nazik"}, "sameShare": 0.0}],
    }
