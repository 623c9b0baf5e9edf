"""Situations of mentorships: the mentor accompanies the trainee."""

from datetime import timedelta

from coaching.mentorships.accompanying import MeetingDraft, plan_meeting
from coaching.mentorships.documents import Mentorship, MentorshipProgramme, MentorshipStatus
from core.clock import now
from core.records import save
from tests.factories.mentorships import make_mentorship, make_programme
from tests.journeys.story import MARK, Input, Story


async def programme(story: Story) -> MentorshipProgramme:
    """Make a programme."""
    given = {"name": f"{MARK} İlk yüz gün", "summary": f"{MARK} Eşlik", "mentees_per_mentor": 20}
    return await make_programme(await story.actor("manager"), **given)


async def _mentorship(story: Story, who: str) -> Mentorship:
    mentee = await story.actor("admin" if who == "admin" else "trainee")
    made = await programme(story)
    return await make_mentorship(await story.actor("manager"), mentee, await story.actor("mentor"), made)


async def _create(story: Story, who: str) -> Input:
    return {"name": f"{MARK} İlk ay", "summary": f"{MARK} Eşlik"}


async def _close(story: Story, who: str) -> Input:
    made = await programme(story)
    return {"programmeId": made.id, "expectedVersion": made.version}


async def _propose(story: Story, who: str) -> Input:
    members = story.world.members
    return {"programmeId": (await programme(story)).id, "menteeId": members["colleague"], "mentorId": members["mentor"]}


async def _answer(story: Story, who: str) -> Input:
    mentorship = await _mentorship(story, "trainee")
    mentorship.status = MentorshipStatus.PROPOSED
    if who in {"admin", "manager"}:
        mentorship.mentor_id = story.world.members[who]  # whoever asks here was asked
    await save(mentorship)
    return {"mentorshipId": mentorship.id, "answer": "ACCEPT", "expectedVersion": mentorship.version}


async def _end(story: Story, who: str) -> Input:
    mentorship = await _mentorship(story, "trainee")
    return {"mentorshipId": mentorship.id, "completed": True, "reason": f"{MARK} Oldu", "expectedVersion": mentorship.version}


async def _hand_over(story: Story, who: str) -> Input:
    mentorship = await _mentorship(story, "trainee")
    given = {"mentorId": story.world.members["manager"], "note": f"{MARK} Ton üzerinde çalışıyoruz"}
    return {"mentorshipId": mentorship.id, "expectedVersion": mentorship.version, **given}


async def _goals(story: Story, who: str) -> Input:
    mentorship = await _mentorship(story, "trainee")
    goals = [{"text": f"{MARK} Özür dilemek", "dueAt": "2027-01-15T12:00:00Z", "reached": False}]
    return {"mentorshipId": mentorship.id, "goals": goals, "expectedVersion": mentorship.version}


async def _plan(story: Story, who: str) -> Input:
    mentorship = await _mentorship(story, "trainee")
    given = {"subject": f"{MARK} Haftalık görüşme", "startsAt": (now() + timedelta(days=2)).isoformat()}
    return {"mentorshipId": mentorship.id, "expectedVersion": mentorship.version, **given}


async def _conclude(story: Story, who: str) -> Input:
    mentorship = await _mentorship(story, "trainee")
    draft = MeetingDraft(mentorship_id=mentorship.id, subject="Haftalık görüşme", starts_at=now() + timedelta(days=1))
    planned = await plan_meeting(await story.actor("mentor"), draft, expected_version=mentorship.version)
    given = {"meetingId": planned.meetings[0].id, "held": True, "notes": f"{MARK} İyi gitti"}
    return {"mentorshipId": planned.id, "expectedVersion": planned.version, **given}


async def _feedback(story: Story, who: str) -> Input:
    mentorship = await _mentorship(story, who)
    return {"mentorshipId": mentorship.id, "text": f"{MARK} Çok yardımcı", "private": True, "expectedVersion": mentorship.version}


SITUATIONS = {
    "createMentorshipProgramme": _create,
    "closeMentorshipProgramme": _close,
    "proposeMentorship": _propose,
    "answerMentorship": _answer,
    "endMentorship": _end,
    "handOverMentorship": _hand_over,
    "setMentorshipGoals": _goals,
    "planMentorshipMeeting": _plan,
    "concludeMentorshipMeeting": _conclude,
    "giveMentorshipFeedback": _feedback,
}
