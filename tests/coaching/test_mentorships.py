import asyncio
from datetime import timedelta

import pytest

from auth.actor import Actor, Role
from coaching.mentorships import accompanying
from coaching.mentorships.accompanying import (
    ConclusionDraft,
    FeedbackDraft,
    GoalDraft,
    GoalsDraft,
    MeetingDraft,
    conclude_meeting,
    give_feedback,
    plan_meeting,
    set_goals,
)
from coaching.mentorships.documents import MatchedBy, MeetingStatus, Mentorship, MentorshipStatus
from coaching.mentorships.matching import suggest_mentors
from coaching.mentorships.mentorships import (
    AnswerDraft,
    EndDraft,
    HandoverDraft,
    MentorAnswer,
    MentorshipDraft,
    answer_mentorship,
    end_mentorship,
    hand_over_mentorship,
    propose_mentorship,
)
from coaching.mentorships.policies import may_read_feedback
from coaching.mentorships.programmes import close_programme
from coaching.mentorships.reading import count_mentored_by, count_mentorships, mentorships_by_ids
from core.clock import now
from core.database import Database
from core.errors import AlreadyDone, Conflict, DomainError, Forbidden, InvalidInput, LimitReached, NotFound
from core.idempotency import Once
from core.records import fresh
from notifications.documents import Notification, NotificationKind
from notifications.mentorships import subscribe
from tests.care.stored import event_types, everything, handle_twice
from tests.factories import shifts
from tests.factories.care import make_channel
from tests.factories.community import make_actor, make_skill
from tests.factories.mentorships import make_mentorship, make_programme

ENDED = MentorshipStatus.ENDED
ACCEPT, DECLINE = MentorAnswer.ACCEPT, MentorAnswer.DECLINE


async def pair() -> tuple[Actor, Actor, Actor]:
    """Give a mentee, a mentor and who manages people."""
    return await make_actor(Role.TRAINEE), await make_actor(Role.MENTOR), await make_actor(Role.HR)


async def answered(mentor: Actor, mentorship: Mentorship, answer: MentorAnswer = ACCEPT) -> Mentorship:
    draft = AnswerDraft(mentorship_id=mentorship.id, answer=answer, reason="Zamanım yok." if answer is DECLINE else None)
    return await answer_mentorship(mentor, draft, expected_version=mentorship.version)


async def test_mentors_are_ranked_by_what_speaks_for_them(store: Database) -> None:
    skill, channel = await make_skill("Kriz"), await make_channel()
    mentee = await make_actor(Role.TRAINEE, locales=["tr", "fa"])
    able = await make_actor(Role.MENTOR, locales=["fa", "tr"], skill_ids=[skill.id])
    plain = await make_actor(Role.MENTOR, locales=["en"])
    begins = now() + timedelta(hours=1)
    for who in (mentee, able):
        await shifts.make_shift(who, channel, begins, begins + timedelta(hours=3))
    programme = await make_programme(skill_ids=[skill.id])

    found = await suggest_mentors(mentee, programme.id)

    assert [(one.mentor.id, one.points) for one in found] == [(able.member, 8 + 30 + 3 + 10), (plain.member, 10)]
    assert [(one.kind.value, one.points, one.detail) for one in found[0].reasons] == [
        ("SKILLS", 8, "1/1"),
        ("LANGUAGES", 30, "tr, fa"),
        ("SHIFTS", 3, "3 h"),
        ("LOAD", 10, "0"),
    ]
    with pytest.raises(Forbidden):
        await suggest_mentors(mentee, programme.id, able.member)


async def test_mentorship_comes_about_by_rule_by_admin_and_by_choice(store: Database) -> None:
    mentee, mentor, staff = await pair()
    programme = await make_programme()
    by_rule = await propose_mentorship(mentee, MentorshipDraft(programme_id=programme.id), once=Once())
    by_admin = await make_mentorship(staff, mentee, mentor)
    by_choice = await make_mentorship(mentee, mentee, mentor)

    made = [by_rule, by_admin, by_choice]
    assert [one.matched_by for one in made] == [MatchedBy.RULE, MatchedBy.ADMIN, MatchedBy.CHOICE]
    assert [one.status.value for one in made] == ["PROPOSED", "ACTIVE", "PROPOSED"]
    assert [(one.mentor_id, one.level) for one in made] == [(mentor.member, 2)] * 3
    assert [await count_mentorships(one) for one in (mentee, mentor, staff, await make_actor())] == [3, 3, 3, 0]
    began = await answered(mentor, by_rule)
    declined = await answered(mentor, by_choice, DECLINE)
    assert (began.status, declined.status, declined.end_reason) == (MentorshipStatus.ACTIVE, ENDED, "Zamanım yok.")
    assert await count_mentored_by(mentor) == 2
    with pytest.raises(AlreadyDone):
        await answered(mentor, began)


async def test_nobody_has_two_mentors_in_one_programme_even_at_once(store: Database) -> None:
    mentee, mentor, staff = await pair()
    programme = await make_programme()
    tries = [make_mentorship(by, mentee, mentor, programme) for by in (staff, mentee, staff)]
    results = await asyncio.gather(*tries, return_exceptions=True)

    assert sorted(type(one).__name__ for one in results) == ["AlreadyDone", "AlreadyDone", "Mentorship"]
    only = await Mentorship.find_one()
    assert only is not None
    await end_mentorship(staff, EndDraft(mentorship_id=only.id, completed=False), expected_version=only.version)
    again = await make_mentorship(staff, mentee, mentor, programme)
    assert again.status is MentorshipStatus.ACTIVE


async def test_full_mentors_and_closed_programmes_take_nobody(store: Database) -> None:
    mentee, mentor, staff = await pair()
    programme = await make_programme(mentees_per_mentor=1)
    waiting = await make_mentorship(mentee, mentee, mentor, programme)
    await make_mentorship(staff, await make_actor(Role.TRAINEE), mentor, programme)
    late, before = await make_actor(Role.TRAINEE), await everything(Mentorship)
    draft = MentorshipDraft(programme_id=programme.id)
    with pytest.raises(LimitReached):
        await answered(mentor, waiting)
    with pytest.raises(LimitReached):
        await propose_mentorship(late, draft, once=Once())
    with pytest.raises(InvalidInput) as named:
        await make_mentorship(late, late, mentor, programme)
    assert named.value.path == ("mentor_id",)
    with pytest.raises(InvalidInput):
        await make_mentorship(mentor, mentor, mentor)
    with pytest.raises(NotFound):
        await propose_mentorship(staff, MentorshipDraft(programme_id=programme.id, mentee_id="mem_none"), once=Once())
    assert await everything(Mentorship) == before
    closed = await close_programme(staff, programme.id, expected_version=1)
    for act in (propose_mentorship(late, draft, once=Once()), close_programme(staff, programme.id, expected_version=2)):
        with pytest.raises(AlreadyDone):
            await act
    assert closed.closed


async def test_goals_meetings_and_their_ends(store: Database) -> None:
    mentee, mentor, staff = await pair()
    found = await make_mentorship(staff, mentee, mentor)
    goals = GoalsDraft(mentorship_id=found.id, goals=[GoalDraft(text="Özür dilemek", reached=True)])
    found = await set_goals(mentee, goals, expected_version=1)
    meeting = MeetingDraft(mentorship_id=found.id, subject="Haftalık", starts_at=now() + timedelta(days=1))
    with pytest.raises(Conflict):
        await plan_meeting(mentor, meeting, expected_version=1)
    with pytest.raises(InvalidInput) as past:
        await plan_meeting(mentor, meeting.model_copy(update={"starts_at": now()}), expected_version=2)
    found = await plan_meeting(mentor, meeting, expected_version=2)
    held = ConclusionDraft(mentorship_id=found.id, meeting_id=found.meetings[0].id, held=True, notes="Ton üzerinde çalıştık.")
    found = await conclude_meeting(mentee, held, expected_version=3)

    assert past.value.path == ("starts_at",)
    assert [(one.text, one.reached) for one in found.goals] == [("Özür dilemek", True)]
    assert [(one.status, one.notes) for one in found.meetings] == [(MeetingStatus.HELD, "Ton üzerinde çalıştık.")]
    for other, error in ((held, AlreadyDone), (held.model_copy(update={"meeting_id": "mtg_none"}), NotFound)):
        with pytest.raises(error) as refused:
            await conclude_meeting(mentor, other, expected_version=4)
        assert refused.value.path == ("meeting_id",)
    with pytest.raises(NotFound):
        await set_goals(await make_actor(), goals, expected_version=4)


async def test_private_feedback_stays_private(store: Database) -> None:
    mentee, mentor, staff = await pair()
    found = await make_mentorship(staff, mentee, mentor)
    both = await make_actor(Role.MENTOR, Role.MANAGER)
    for who, text, private in ((mentee, "Çok acele ediyor.", True), (mentor, "Hızlı öğreniyor.", False)):
        said = FeedbackDraft(mentorship_id=found.id, text=text, private=private)
        found = await give_feedback(who, said, expected_version=found.version)

    def read(actor: Actor) -> list[str]:
        return [one.text for one in found.feedback if may_read_feedback(actor, found, one)]

    assert (read(mentee), read(mentor)) == (["Çok acele ediyor.", "Hızlı öğreniyor."], ["Hızlı öğreniyor."])
    assert read(staff) == read(mentee)
    handed = HandoverDraft(mentorship_id=found.id, mentor_id=both.member, note="Acele etme.")
    found = await hand_over_mentorship(mentor, handed, expected_version=found.version)
    assert read(both) == ["Hızlı öğreniyor."]
    with pytest.raises(Forbidden):
        await give_feedback(staff, FeedbackDraft(mentorship_id=found.id, text="Ben de."), expected_version=found.version)


async def test_mentorship_is_handed_over_and_completed(store: Database) -> None:
    mentee, mentor, staff = await pair()
    next_one, found = await make_actor(Role.MENTOR), await make_mentorship(staff, mentee, mentor)
    with pytest.raises(Forbidden):
        await hand_over_mentorship(mentee, HandoverDraft(mentorship_id=found.id, note="Başkası"), expected_version=1)
    found = await hand_over_mentorship(mentor, HandoverDraft(mentorship_id=found.id, note="Ton zayıf."), expected_version=1)

    assert [(one.from_id, one.to_id, one.note) for one in found.handovers] == [(mentor.member, next_one.member, "Ton zayıf.")]
    assert [bool(await mentorships_by_ids(one, [found.id])) for one in (mentee, next_one, staff, mentor)] == [
        True,
        True,
        True,
        False,
    ]
    ending = EndDraft(mentorship_id=found.id, completed=True)
    refused: list[tuple[Actor, type[DomainError]]] = [(mentee, Forbidden), (mentor, NotFound)]
    for who, error in refused:
        with pytest.raises(error):
            await end_mentorship(who, ending, expected_version=2)
    found = await end_mentorship(next_one, ending, expected_version=2)
    assert (found.status, found.open_key, found.ended_by) == (MentorshipStatus.COMPLETED, None, next_one.member)
    with pytest.raises(AlreadyDone):
        await end_mentorship(staff, ending, expected_version=3)
    assert await event_types(Mentorship) == ["MentorshipStarted", "MentorshipHandedOver", "MentorshipEnded"]


async def test_who_is_concerned_is_told_once(store: Database) -> None:
    mentee, mentor, staff = await pair()
    found = await answered(mentor, await make_mentorship(mentee, mentee, mentor))
    meeting = MeetingDraft(mentorship_id=found.id, subject="Haftalık", starts_at=now() + timedelta(days=1))
    found = await plan_meeting(mentee, meeting, expected_version=found.version)
    await end_mentorship(staff, EndDraft(mentorship_id=found.id, completed=False), expected_version=found.version)
    await handle_twice(subscribe, (Mentorship,))

    kinds = NotificationKind
    told = [(one.recipient_id, one.kind) for one in await Notification.find_all().to_list()]
    assert sorted(told) == sorted(
        [
            (mentor.member, kinds.MENTORSHIP_PROPOSED),
            (mentee.member, kinds.MENTORSHIP_STARTED),
            (mentor.member, kinds.MENTORSHIP_MEETING),
            (mentee.member, kinds.MENTORSHIP_ENDED),
            (mentor.member, kinds.MENTORSHIP_ENDED),
        ]
    )
    assert (await fresh(found)).status is ENDED


async def test_who_was_the_mentor_is_told_that_another_one_follows(store: Database) -> None:
    mentee, mentor, staff = await pair()
    next_one, found = await make_actor(Role.MENTOR), await make_mentorship(staff, mentee, mentor)
    await handle_twice(subscribe, (Mentorship,))
    before = {one.id for one in await Notification.find_all().to_list()}
    await hand_over_mentorship(staff, HandoverDraft(mentorship_id=found.id, note="İzinde."), expected_version=1)
    await handle_twice(subscribe, (Mentorship,))

    told = [(one.recipient_id, one.kind.value) for one in await Notification.find_all().to_list() if one.id not in before]
    assert [(who, kind) for who, kind in told if kind == "MENTORSHIP_ENDED"] == [(mentor.member, "MENTORSHIP_ENDED")]
    assert (next_one.member, "MENTORSHIP_STARTED") in told


async def test_a_mentorship_holds_so_many_meetings_and_pieces_of_feedback(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    mentee, mentor, staff = await pair()
    found = await make_mentorship(staff, mentee, mentor)
    monkeypatch.setattr(accompanying, "MOST_MEETINGS", 1)
    monkeypatch.setattr(accompanying, "MOST_FEEDBACK", 1)
    meeting = MeetingDraft(mentorship_id=found.id, subject="Haftalık", starts_at=now() + timedelta(days=1))
    said = FeedbackDraft(mentorship_id=found.id, text="Hızlı öğreniyor.")
    found = await plan_meeting(mentor, meeting, expected_version=found.version)
    found = await give_feedback(mentor, said, expected_version=found.version)

    with pytest.raises(LimitReached, match="at most 1 meetings"):
        await plan_meeting(mentor, meeting, expected_version=found.version)
    with pytest.raises(LimitReached, match="at most 1 pieces of feedback"):
        await give_feedback(mentee, said, expected_version=found.version)
    assert await fresh(found) == found


async def test_feedback_waits_until_the_mentorship_has_begun(store: Database) -> None:
    mentee, mentor, _ = await pair()
    asked = await make_mentorship(mentee, mentee, mentor)
    said = FeedbackDraft(mentorship_id=asked.id, text="Umutluyum.")
    with pytest.raises(AlreadyDone, match="not begun") as refused:
        await give_feedback(mentee, said, expected_version=asked.version)
    assert refused.value.path == ("mentorship_id",)
    begun = await answered(mentor, asked)
    assert len((await give_feedback(mentee, said, expected_version=begun.version)).feedback) == 1
