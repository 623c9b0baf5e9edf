"""What went into training is counted for the member and for who trains, and for nobody else."""

from datetime import timedelta

import pytest

from auth.actor import Role
from coaching.draft_reviews import DecisionDraft, DraftDecision, review_draft
from coaching.levels.investment import Investment, investment_in
from coaching.mentorships.documents import MatchedBy, Meeting, MeetingStatus, Mentorship, MentorshipStatus
from coaching.opening import open_review
from coaching.practice.runs import end_practice
from core.clock import now
from core.database import Database
from core.errors import Forbidden
from core.records import save
from tests.factories import community
from tests.factories.care import later, make_case, make_reply
from tests.factories.courses import completed, make_course
from tests.factories.levels import certified, make_certification
from tests.factories.practice import make_run


async def test_what_went_into_training_is_counted(store: Database) -> None:
    can, mentor = await community.make_actor(Role.TRAINEE), await community.make_actor(Role.MENTOR)
    nothing = Investment(0, 0, 0, 0, 0, 0, 0, 0)
    assert await investment_in(can, None) == nothing
    await completed(can, await make_course(mentor, units=[{"key": "read", "title": "Oku"}]))
    run = await make_run(can)
    later(minutes=45)
    await end_practice(can, run.id, abandon=False, expected_version=run.version)
    held = await make_reply(await make_case(), can)
    review = await open_review(held.message.id)
    assert review is not None
    decision = DecisionDraft(draft_review_id=review.id, decision=DraftDecision.APPROVE)
    await review_draft(mentor, decision, expected_version=review.version)
    await certified(can, await make_certification())
    at = now()
    meetings = [
        Meeting(id=str(number), subject="Ton", starts_at=at - timedelta(days=1), minutes=30, planned_by="m", status=status)
        for number, status in enumerate((MeetingStatus.HELD, MeetingStatus.CANCELLED))
    ]
    await save(
        Mentorship(
            id="mts_1", created_at=at, programme_id="mpr_1", level=1, mentee_id=can.member, mentor_id=mentor.member,
            parties=[can.member, mentor.member], status=MentorshipStatus.ACTIVE, matched_by=MatchedBy.ADMIN,
            proposed_by=mentor.member, meetings=meetings,
        )
    )  # fmt: skip

    assert await investment_in(mentor, can.member) == Investment(1, 0, 1, 45, 1, 30, 1, 1)
    assert await investment_in(mentor, None) == nothing
    with pytest.raises(Forbidden):
        await investment_in(can, mentor.member)
