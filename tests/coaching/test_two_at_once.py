"""Two processes that see to the same thing: what one has done, or what was decided meanwhile, the other leaves alone."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from types import ModuleType

import pytest

from auth.actor import Role
from care.documents.cases import Case
from care.documents.standing import Certificate, Standing
from coaching import superseding
from coaching.courses import enrolling
from coaching.courses.courses import CourseChange, update_course
from coaching.courses.documents import Course, Enrolment
from coaching.courses.learning import complete_unit
from coaching.documents import DraftReview, DraftReviewStatus
from coaching.draft_reviews import DecisionDraft, DraftDecision, review_draft
from coaching.governance import initiatives
from coaching.governance.documents import Initiative
from coaching.governance.initiatives import InitiativeDraft, create_initiative
from coaching.levels import certificates, standings
from coaching.levels.standings import GraduationDraft, graduate
from coaching.mentorships import programmes
from coaching.opening import open_review
from coaching.practice import playing
from coaching.practice.documents import PracticeRun
from coaching.recognition import kudos, ledger
from coaching.recognition.kudos import KudosDraft, give_kudos, withdraw_kudos
from coaching.recognition.ledger import Award, award
from coaching.recognition.points_documents import PointCause, PointDay
from coaching.recognition.values import ValueDraft, create_value
from community.kudos.documents import Kudos
from community.moderation.decisions import Verdict, decide_item
from community.moderation.documents import ModerationDecision, ReportReason
from community.moderation.reports import ReportDraft, report_content
from community.skill_merging import merge_skills
from core.clock import clock, now
from core.database import Database
from core.errors import AlreadyDone
from core.idempotency import Once
from core.records import Record, fresh, save
from tests.care.stored import event_types
from tests.factories.care import conversation_of, later, make_actor, make_case, make_reply, reread, say
from tests.factories.community import make_actor as make_member
from tests.factories.community import make_page, make_skill
from tests.factories.courses import make_course, make_learner
from tests.factories.levels import MANAGER, certified, make_certification
from tests.factories.mentorships import make_programme
from tests.factories.practice import make_run
from tests.rivals import overtaken, seen_to_once

READ = [{"key": "read", "title": "Oku"}]


async def owed() -> None:
    await make_member(Role.TRAINEE)
    await make_course(units=READ, required_of=["TRAINEE"], due_days=10)
    await enrolling.enrol_required(10)
    later(days=7)


async def taught() -> None:
    await make_course(units=READ, required_of=["TRAINEE"])


async def to_look_at() -> None:
    told = {"title": "Canlı yayın", "goal": "Güven", "kind": "SERVICE", "review_at": now() + timedelta(days=1)}
    await create_initiative(MANAGER, InitiativeDraft.model_validate(told), once=Once())
    later(days=1)


async def certificate_due() -> None:
    await certified(await make_member(Role.AGENT), await make_certification())
    later(days=360)


async def level_due() -> None:
    draft = GraduationDraft(member_id=(await make_member(Role.AGENT)).member, despite="Yıllardır yazıyor.")
    standing = await graduate(MANAGER, draft, expected_version=0)
    assert standing.re_evaluate_at is not None
    later(seconds=(standing.re_evaluate_at - now()).total_seconds() - 60)


async def turn_over() -> None:
    for _ in range(2):
        await make_member(Role.MENTOR)
    await handed_in()
    later(minutes=11)


async def inject_due() -> None:
    await make_run()
    later(minutes=10)


async def handed_in(case: Case | None = None) -> DraftReview:
    reply = await make_reply(case or await make_case(), await make_member(Role.TRAINEE))
    review = await open_review(reply.message.id)
    assert review is not None
    return review


@pytest.mark.parametrize(
    ("module", "work", "prepare", "kind", "said"),
    [
        (enrolling, enrolling.remind_of_trainings, owed, Enrolment, "TrainingDue"),
        (enrolling, enrolling.enrol_required, taught, Course, None),
        (initiatives, initiatives.remind_of_reviews, to_look_at, Initiative, "InitiativeReviewDue"),
        (certificates, certificates.act_on_certificates, certificate_due, Certificate, "CertificateDue"),
        (standings, standings.act_on_standings, level_due, Standing, "LevelReviewDue"),
        (superseding, superseding.act_on_reviews, turn_over, DraftReview, "DraftHandedOn"),
        (playing, playing.act_on_practice, inject_due, PracticeRun, "InjectPlayed"),
    ],
)
async def test_what_is_due_is_seen_to_once(
    store: Database,
    module: ModuleType,
    work: Callable[[int], Awaitable[int]],
    prepare: Callable[[], Awaitable[None]],
    kind: type[Record],
    said: str | None,
) -> None:
    await prepare()
    before = (await event_types(kind)).count(said or "")

    await seen_to_once(module, work, kind)

    assert (await event_types(kind)).count(said or "") - before == (said is not None)
    assert await work(10) == 0


async def test_who_does_a_course_meanwhile_owes_it_no_more_and_keeps_that_it_was_required(store: Database) -> None:
    can = await make_member(Role.TRAINEE)
    course = await make_course(units=READ, required_of=["TRAINEE"])
    await enrolling.enrol_required(10)
    (owing,) = await Enrolment.find_all().to_list()
    agents = CourseChange(required_of=[Role.AGENT])
    await update_course(MANAGER, course.id, agents, expected_version=course.version)

    async with overtaken(enrolling, lambda: complete_unit(can, owing.id, "read", expected_version=owing.version)):
        await enrolling.enrol_required(10)

    done = await fresh(owing)
    assert (done.mandatory, done.due_at, done.open_due) == (True, owing.due_at, None)
    assert done.completed_at is not None


async def test_a_course_that_two_find_to_be_required_is_owed_from_the_first_on(store: Database) -> None:
    can = await make_member(Role.TRAINEE)
    course = await make_course(units=READ, required_of=["TRAINEE"], due_days=10)
    enrolment = await make_learner(course, can)

    async with overtaken(enrolling, lambda: enrolling.enrol_required(10)):
        later(days=1)
        await enrolling.enrol_required(10)

    owed_now = await fresh(enrolment)
    assert (owed_now.mandatory, owed_now.revision - enrolment.revision) == (True, 1)
    assert await event_types(Enrolment) == ["CourseEnrolled"]


async def test_a_point_that_two_enter_at_once_counts_once(store: Database) -> None:
    expert, at = await make_member(), now()
    first, second = [
        Award(member_id=expert.member, cause=PointCause.ACCEPTED_ANSWER, source_id=one, giver="mem_a", at=at)
        for one in ("ans_1", "ans_2")
    ]
    await award(first)

    async with overtaken(ledger, lambda: award(second)):
        await award(second)

    (day,) = await PointDay.find_all().to_list()
    assert ([one.source_id for one in day.entries], day.total) == (["ans_1", "ans_2"], 30)


async def test_kudos_that_moderators_take_away_meanwhile_are_not_taken_back_again(store: Database) -> None:
    giver, receiver = await make_member(Role.AGENT), await make_member()
    value = await create_value(MANAGER, ValueDraft(name="Birlikte", description="Birlikte."), once=Once())
    draft = KudosDraft(
        receiver_id=receiver.member, subject_id=(await make_page()).id, value_id=value.id, text="Çok açık yazılmış."
    )
    given = await give_kudos(giver, draft, once=Once())
    item = await report_content(receiver, ReportDraft(content_id=given.id, reason=ReportReason.CONFIDENTIAL))
    away = Verdict(decision=ModerationDecision.DELETE, reason="Müşterinin adı geçiyor.")

    async with overtaken(kudos, lambda: decide_item(MANAGER, item.id, away, expected_version=item.version)):
        with pytest.raises(AlreadyDone) as refused:
            await withdraw_kudos(giver, given.id, expected_version=given.version)

    assert refused.value.path == ("kudos_id",)
    assert (await event_types(Kudos)).count("KudosChanged") == 1


async def test_a_review_that_is_decided_meanwhile_is_handed_on_to_nobody(store: Database) -> None:
    mentors = [await make_member(Role.MENTOR) for _ in range(2)]
    review = await handed_in()
    later(minutes=11)
    approve = DecisionDraft(draft_review_id=review.id, decision=DraftDecision.APPROVE)

    async with overtaken(superseding, lambda: review_draft(mentors[0], approve, expected_version=review.version)):
        await superseding.act_on_reviews(10)

    decided = await fresh(review)
    assert (decided.status, decided.asked, decided.next_act_at) == (DraftReviewStatus.APPROVED, review.asked, None)
    assert "DraftHandedOn" not in await event_types(DraftReview)


async def test_a_reply_that_was_taken_back_leaves_its_review_settled_by_the_clock(store: Database) -> None:
    review = await handed_in()
    case = await Case.get(review.case_id)
    assert case is not None
    case.outgoing = []  # it left the case, and the process died before it told
    await save(case)
    later(minutes=11)

    assert await superseding.act_on_reviews(10) == 1

    assert (await fresh(review)).next_act_at is None
    assert await superseding.act_on_reviews(10) == 0


async def test_programmes_name_the_skill_that_theirs_was_merged_into(store: Database) -> None:
    customs, cargo, other = [await make_skill(name) for name in ("Gümrük", "Kargo", "Kriz")]
    both = await make_programme(skill_ids=[customs.id, cargo.id])
    one = await make_programme(skill_ids=[customs.id, other.id])
    hr = await make_member(Role.HR)
    await merge_skills(hr, customs.id, cargo.id, expected_version=customs.version)

    for _ in range(2):
        await programmes.follow_skill_merge(customs.id)

    assert [(await fresh(it)).skill_ids for it in (both, one)] == [[cargo.id], [cargo.id, other.id]]


async def test_nothing_is_acted_on_before_the_clock_is_sampled(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    await make_run()
    await handed_in()
    later(minutes=11)
    monkeypatch.setattr(type(clock), "trusted", False)

    assert (await playing.act_on_practice(10), await superseding.act_on_reviews(10)) == (0, 0)
    monkeypatch.undo()
    assert (await playing.act_on_practice(10), await superseding.act_on_reviews(10)) == (1, 1)


async def test_a_review_that_is_decided_meanwhile_is_not_brought_forward(store: Database) -> None:
    case = await make_case()
    await make_reply(case)
    review = await handed_in(await reread(case))
    later(minutes=10)
    await superseding.act_on_reviews(10)
    await say(await conversation_of(case))
    approve = DecisionDraft(draft_review_id=review.id, decision=DraftDecision.APPROVE)
    mentor = make_actor(Role.MENTOR)

    async with overtaken(superseding, lambda: review_draft(mentor, approve, expected_version=review.version)):
        await superseding.retime_reviews(case.id)

    decided = await fresh(review)
    assert (decided.status, decided.next_act_at) == (DraftReviewStatus.APPROVED, None)


async def test_a_returned_reply_waits_for_its_author_where_no_clock_runs_any_more(store: Database) -> None:
    case = await make_case()
    review = await handed_in(case)
    back = DecisionDraft(draft_review_id=review.id, decision=DraftDecision.RETURN, feedback="Daha sıcak.")
    await review_draft(make_actor(Role.MENTOR), back, expected_version=review.version)
    await make_reply(await reread(case))
    later(hours=30)

    assert await superseding.act_on_reviews(10) == 1

    waits = await fresh(review)
    assert (waits.status, waits.superseded_at, waits.next_act_at) == (DraftReviewStatus.RETURNED, None, None)
