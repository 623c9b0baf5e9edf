"""Courses: made, published, changed while somebody learns; required of roles."""

from datetime import timedelta
from typing import Any

import pytest

from auth.actor import Actor, Role
from coaching.courses.courses import CourseChange, UnitDraft, create_course, update_course
from coaching.courses.documents import Course, CourseEdition, CourseStatus, EnrolledBy, Enrolment
from coaching.courses.enrolling import EnrolmentDraft, enrol, enrol_required, remind_of_trainings, restart_course
from coaching.courses.learning import complete_unit
from coaching.courses.reading import (
    count_courses,
    count_enrolments_of_course,
    count_overdue_trainings,
    enrolment_id,
    enrolments_of_course,
    training_duties,
    units_of,
)
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, InvalidInput, NotFound
from core.idempotency import Once
from core.paging import Window
from core.records import fresh, save
from notifications.courses import subscribe
from notifications.documents import Notification, NotificationKind
from tests.care.stored import everything, handle_twice
from tests.factories import community
from tests.factories.care import later, make_actor
from tests.factories.courses import UNITS, completed, course_draft, make_course, make_learner

READ = [{"key": "read", "title": "Oku"}]
MENTOR = make_actor(Role.MENTOR)


def question(**given: Any) -> list[dict[str, Any]]:
    return [{"key": "u", "title": "U", "quiz": {"questions": [{"key": "q", "prompt": "?", **given}]}}]


@pytest.mark.parametrize(
    "units",
    [
        [*READ, *READ],
        question(kind="SINGLE", choices=["a", "b"]),
        question(kind="SINGLE", choices=["a", "b"], right=[0, 1]),
        question(kind="SINGLE", choices=["a"], right=[0]),
        question(kind="MULTIPLE", choices=["a", "b"], right=[2]),
        question(kind="ORDER", choices=["a", "b"], right=[0]),
        question(kind="TEXT", choices=["a"]),
        [{"key": "u", "title": "U", "quiz": {"questions": UNITS[1]["quiz"]["questions"][:1] * 2}}],
        [{"key": "u", "title": "U", "quiz": {"questions": UNITS[1]["quiz"]["questions"], "asked": 4}}],
        [{"key": "u", "title": "U", "linked_ids": ["cus_1"]}],
    ],
)
async def test_units_that_do_not_hold_together_are_refused(store: Database, units: list[dict[str, Any]]) -> None:
    before = await everything(Course)
    with pytest.raises(InvalidInput) as refused:
        await create_course(MENTOR, course_draft(units=units), once=Once())
    assert refused.value.path == ("units",)
    assert await everything(Course) == before


async def test_only_who_trains_makes_courses_and_links_must_be_readable(store: Database) -> None:
    with pytest.raises(Forbidden):
        await create_course(make_actor(Role.AGENT), course_draft(), once=Once())
    with pytest.raises(NotFound) as refused:
        await create_course(MENTOR, course_draft(units=[{**READ[0], "linked_ids": ["gdl_none"]}]), once=Once())
    assert refused.value.path == ("units",)
    placement = question(kind="SINGLE", choices=["a", "b"], right=[0])
    with pytest.raises(InvalidInput):
        await create_course(MENTOR, course_draft(kind="PLACEMENT", units=placement), once=Once())
    hr = await create_course(make_actor(Role.HR), course_draft(), once=Once())
    assert (hr.status, hr.number) == (CourseStatus.DRAFT, 1)


async def test_learner_keeps_the_edition_that_they_began_with(store: Database) -> None:
    can = await community.make_actor(Role.TRAINEE)
    draft = await create_course(MENTOR, course_draft(units=READ), once=Once())
    with pytest.raises(NotFound):
        await enrol(can, EnrolmentDraft(course_id=draft.id))
    assert (await count_courses(can), await count_courses(MENTOR)) == (0, 1)
    published = CourseChange(status=CourseStatus.PUBLISHED)
    course = await update_course(MENTOR, draft.id, published, expected_version=draft.version)
    enrolment = await make_learner(course, can)
    more = CourseChange(units=[UnitDraft(key="read", title="Oku"), UnitDraft(key="more", title="Daha")])

    changed = await update_course(MENTOR, course.id, more, expected_version=course.version)
    with pytest.raises(Conflict):
        await update_course(MENTOR, course.id, more, expected_version=course.version)

    assert (changed.number, [unit.key for unit in changed.units]) == (2, ["read", "more"])
    assert [unit.key for unit in await units_of(enrolment, changed)] == ["read"]
    done = await complete_unit(can, enrolment.id, "read", expected_version=enrolment.version)
    assert [(one.number, one.at) for one in done.completions] == [(1, done.completed_at)]
    anew = await restart_course(can, done.id, expected_version=done.version)
    assert (anew.number, anew.done, anew.completed_at, len(anew.completions)) == (2, [], None, 1)
    with pytest.raises(AlreadyDone):
        await restart_course(can, anew.id, expected_version=anew.version)
    assert await CourseEdition.count() == 1
    same = await update_course(MENTOR, course.id, more, expected_version=changed.version)
    assert same.number == 2


async def test_enrolling_again_changes_nothing_and_others_are_enrolled_by_who_trains(store: Database) -> None:
    can, mentor = await community.make_actor(Role.TRAINEE), await community.make_actor(Role.MENTOR)
    course = await make_course(mentor)
    with pytest.raises(Forbidden):
        await enrol(can, EnrolmentDraft(course_id=course.id, member_id=mentor.member))
    with pytest.raises(NotFound):
        await enrol(mentor, EnrolmentDraft(course_id=course.id, member_id="mem_none"))

    first = await enrol(mentor, EnrolmentDraft(course_id=course.id, member_id=can.member))
    again = await make_learner(course, can)
    await handle_twice(subscribe, (Enrolment,))

    assert (again.id, again.enrolled_by, again.version) == (first.id, EnrolledBy.MENTOR, first.version)
    (told,) = await Notification.find_all().to_list()
    assert (told.recipient_id, told.kind) == (can.member, NotificationKind.COURSE_ENROLLED)
    await update_course(mentor, course.id, CourseChange(status=CourseStatus.ARCHIVED), expected_version=course.version)
    with pytest.raises(InvalidInput):
        await make_learner(course, mentor)


async def test_course_that_a_role_requires_is_due_reminded_of_and_listed_as_overdue(store: Database) -> None:
    can, ece = await community.make_actor(Role.TRAINEE), await community.make_actor(Role.AGENT)
    course = await make_course(units=READ, required_of=["TRAINEE", "AGENT"], due_days=10)
    early = await completed(ece, course)
    assert await enrol_required(10) == 1
    assert await enrol_required(10) == 0
    own = await Enrolment.get(enrolment_id(course.id, can.member))
    assert own is not None
    assert (own.enrolled_by, own.mandatory, own.due_at) == (EnrolledBy.ROLE, True, own.enrolled_at + timedelta(days=10))
    assert [one.id for one in await training_duties(can)] == [own.id]
    done = await fresh(early)
    assert (done.mandatory, done.open_due, await training_duties(ece)) == (True, None, [])
    assert await remind_of_trainings(10) == 0
    for days, reminded, overdue in ((7, 1, 0), (1, 0, 0), (2, 1, 1), (2, 0, 1), (5, 1, 1)):
        later(days=days)
        assert (await remind_of_trainings(10), await count_overdue_trainings(MENTOR)) == (reminded, overdue)
    boss = await community.make_member(Role.MANAGER)
    await handle_twice(subscribe, (Enrolment,))
    kinds = [(one.recipient_id, one.kind.value) for one in await Notification.find_all().to_list()]
    reminded_of = [(can.member, "COURSE_ENROLLED"), *[(can.member, "TRAINING_DUE")] * 3]
    assert sorted(kinds) == sorted([*reminded_of, (boss.id, "TRAINING_OVERDUE")])
    assert await count_overdue_trainings(can) == 0
    agents = CourseChange(required_of=[Role.AGENT])
    course = await update_course(MENTOR, course.id, agents, expected_version=course.version)
    await enrol_required(10)
    assert (await count_overdue_trainings(MENTOR), await training_duties(can)) == (0, [])
    both = CourseChange(required_of=[Role.AGENT, Role.TRAINEE])
    await update_course(MENTOR, course.id, both, expected_version=course.version)
    await enrol_required(10)
    assert [one.id for one in await training_duties(can)] == [own.id]
    late = await fresh(own)
    await complete_unit(can, own.id, "read", expected_version=late.version)
    assert (await count_overdue_trainings(MENTOR), await training_duties(can)) == (0, [])


@pytest.mark.parametrize("units", [READ, [*UNITS[1:], *READ]], ids=["no quiz", "two units"])
async def test_a_placement_test_has_one_unit_with_a_quiz(store: Database, units: list[dict[str, Any]]) -> None:
    with pytest.raises(InvalidInput, match="one unit, with a quiz") as refused:
        await create_course(MENTOR, course_draft(kind="PLACEMENT", units=units), once=Once())
    assert (refused.value.path, await Course.count()) == (("units",), 0)


async def test_what_is_not_taught_any_more_is_not_begun_anew(store: Database) -> None:
    can = await community.make_actor(Role.TRAINEE)
    course = await make_course(units=READ)
    done = await completed(can, course)
    over = CourseChange(status=CourseStatus.ARCHIVED)
    await update_course(MENTOR, course.id, over, expected_version=course.version)
    for actor in (can, MENTOR):
        with pytest.raises(AlreadyDone, match="not taught") as refused:
            await restart_course(actor, done.id, expected_version=done.version)
        assert refused.value.path == ("enrolment_id",)
    assert await fresh(done) == done


async def test_who_trains_lets_a_learner_begin_anew_who_then_owes_a_mandatory_course_from_then_on(store: Database) -> None:
    can = await community.make_actor(Role.TRAINEE)
    course = await make_course(units=READ, required_of=["TRAINEE"], due_days=10)
    await enrol_required(10)
    owing = await Enrolment.get(enrolment_id(course.id, can.member))
    assert owing is not None
    done = await complete_unit(can, owing.id, "read", expected_version=owing.version)
    assert (done.open_due, await training_duties(can)) == (None, [])
    later(days=30)
    anew = await restart_course(MENTOR, done.id, expected_version=done.version)
    assert (anew.mandatory, anew.due_at, anew.open_due) == (True, anew.enrolled_at + timedelta(days=10), anew.due_at)
    assert [one.id for one in await training_duties(can)] == [anew.id]


async def test_an_enrolment_whose_course_is_gone_says_so(store: Database) -> None:
    can = await community.make_actor(Role.TRAINEE)
    enrolment = await make_learner(await make_course(units=READ), can)
    enrolment.course_id = "crs_gone"
    await save(enrolment)
    for act in (
        restart_course(can, enrolment.id, expected_version=enrolment.version),
        complete_unit(can, enrolment.id, "read", expected_version=enrolment.version),
    ):
        with pytest.raises(NotFound, match="no such course") as refused:
            await act
        assert refused.value.path == ("enrolment_id",)


async def test_learners_of_a_course_are_listed_to_who_trains_in_their_order(store: Database) -> None:
    can, ece = [await community.make_actor(Role.TRAINEE) for _ in range(2)]
    course, other = await make_course(), await make_course()
    learners = []
    for who, what in ((can, course), (ece, course), (can, other)):
        later(seconds=1)
        learners.append(await make_learner(what, who))

    async def listed(actor: Actor) -> list[str]:
        found = (await enrolments_of_course(actor, course.id, Window())).items
        assert len(found) == await count_enrolments_of_course(actor, course.id)
        return [one.id for one in found]

    assert await listed(MENTOR) == [one.id for one in learners[:2]]
    assert await listed(can) == []
