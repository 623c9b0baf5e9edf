from typing import Any

import pytest

from auth.actor import Actor, Role
from coaching.practice.documents import PracticeRun, PracticeScore
from coaching.practice.runs import end_practice
from coaching.practice.scoring import (
    DebriefDraft,
    ScoreDraft,
    agreements,
    debrief_practice,
    results_for,
    results_of_member,
    score_practice,
    scores_of_runs,
)
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, InvalidInput, NotFound
from core.records import fresh
from tests.factories import community
from tests.factories.care import make_actor
from tests.factories.practice import make_run, make_scenario

CRITERIA = [{"key": "tone", "label": "Ton", "weight": 3}, {"key": "speed", "label": "Hız", "weight": 1}]
ZEYNEP, SARA = make_actor(Role.MENTOR), make_actor(Role.MANAGER)


async def ended(learner: Actor, *, abandon: bool = False, **given: Any) -> PracticeRun:
    run = await make_run(learner, await make_scenario(ZEYNEP, criteria=CRITERIA), **given)
    return await end_practice(learner, run.id, abandon=abandon, expected_version=run.version)


def marks(run: PracticeRun, member: Actor, tone: int, speed: int) -> ScoreDraft:
    given = [{"criterion": "tone", "mark": tone, "remark": "Sakin"}, {"criterion": "speed", "mark": speed}]
    return ScoreDraft.model_validate({"run_id": run.id, "member_id": member.member, "marks": given})


async def test_marks_are_weighed_and_mean_over_facilitators_is_the_evidence(store: Database) -> None:
    can = await community.make_actor(Role.TRAINEE)
    run = await ended(can)

    first = await score_practice(ZEYNEP, marks(run, can, 4, 2), expected_version=0)
    alone = await results_of_member(can.member)
    second = await score_practice(SARA, marks(run, can, 5, 2), expected_version=0)

    assert (first.points, second.points) == (70.0, 85.0)
    assert [(one.points, one.scorers, one.calibrated) for one in alone] == [(70.0, 1, False)]
    (result,) = await results_of_member(can.member)
    assert (result.run_id, result.points, result.scorers, result.calibrated, result.level) == (run.id, 77.5, 2, True, 2)
    assert [await results_for(actor, can.member) for actor in (can, SARA, make_actor(Role.HR))] == [[result]] * 3
    with pytest.raises(Forbidden):
        await results_for(make_actor(), can.member)


async def test_marks_far_apart_are_shown_and_not_calibrated(store: Database) -> None:
    can = await community.make_actor(Role.TRAINEE)
    run = await ended(can)
    await score_practice(ZEYNEP, marks(run, can, 1, 3), expected_version=0)
    mine = await score_practice(SARA, marks(run, can, 4, 3), expected_version=0)

    found = {one.criterion: one for one in agreements((await scores_of_runs(ZEYNEP, [run.id]))[run.id])}
    assert [(found[key].lowest, found[key].highest, found[key].mean, found[key].agreed) for key in ("tone", "speed")] == [
        (1, 4, 2.5, False),
        (3, 3, 3.0, True),
    ]
    assert (await results_of_member(can.member))[0].calibrated is False

    changed = await score_practice(SARA, marks(run, can, 2, 3), expected_version=mine.version)
    assert (changed.version, (await results_of_member(can.member))[0].calibrated) == (2, True)
    with pytest.raises(Conflict):
        await score_practice(SARA, marks(run, can, 2, 3), expected_version=0)
    assert await PracticeScore.count() == 2


async def test_what_can_not_be_marked_is_refused(store: Database) -> None:
    can, mira = await community.make_actor(Role.TRAINEE), await community.make_actor(Role.MENTOR)
    going, run = await make_run(can, await make_scenario(ZEYNEP, criteria=CRITERIA)), await ended(can, member_ids=[mira.member])
    bare = await make_run(can)
    bare = await end_practice(can, bare.id, abandon=False, expected_version=bare.version)
    half = marks(run, can, 1, 1)
    half.marks = half.marks[:1]

    for actor, draft, error in (
        (can, marks(run, can, 5, 5), Forbidden),
        (mira, marks(run, mira, 5, 5), Forbidden),
        (ZEYNEP, marks(going, can, 5, 5), AlreadyDone),
        (ZEYNEP, marks(run, ZEYNEP, 5, 5), Forbidden),
        (ZEYNEP, marks(run, SARA, 5, 5), InvalidInput),
        (ZEYNEP, half, InvalidInput),
        (ZEYNEP, marks(bare, can, 5, 5), InvalidInput),
        (make_actor(), marks(run, can, 5, 5), NotFound),
    ):
        with pytest.raises(error):
            await score_practice(actor, draft, expected_version=0)
    with pytest.raises(Conflict):
        await score_practice(ZEYNEP, marks(run, can, 5, 5), expected_version=3)
    assert await PracticeScore.count() == 0


async def test_run_that_was_given_up_is_no_evidence_and_others_marks_are_not_shown(store: Database) -> None:
    can, ada = [await community.make_actor(Role.TRAINEE) for _ in range(2)]
    run = await ended(can, abandon=True, member_ids=[ada.member])
    await score_practice(ZEYNEP, marks(run, can, 5, 5), expected_version=0)

    assert await results_of_member(can.member) == []
    assert [len((await scores_of_runs(actor, [run.id]))[run.id]) for actor in (ZEYNEP, can, ada)] == [1, 1, 0]


async def test_run_is_talked_through_once_it_is_over(store: Database) -> None:
    can = await community.make_actor(Role.TRAINEE)
    going, run = await make_run(can), await ended(can)
    said = DebriefDraft(went_well="Sakin kaldı.", to_improve="Daha erken özür.", lessons="İlk beş dakika önemli.")

    changed = await debrief_practice(ZEYNEP, run.id, said, expected_version=run.version)

    assert changed.debrief is not None
    assert (changed.debrief.went_well, changed.debrief.by) == ("Sakin kaldı.", ZEYNEP.member)
    with pytest.raises(AlreadyDone):
        await debrief_practice(ZEYNEP, going.id, said, expected_version=going.version)
    with pytest.raises(Forbidden):
        await debrief_practice(can, run.id, said, expected_version=changed.version)
    with pytest.raises(Conflict):
        await debrief_practice(ZEYNEP, run.id, said, expected_version=run.version)
    assert (await fresh(run)).version == changed.version
