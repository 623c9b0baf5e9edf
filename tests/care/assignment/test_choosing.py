"""Who gets a case, purely: nobody who does not fit, and always somebody where somebody fits."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.assignment.choosing import Candidate, Choice, choose, on_duty_until
from care.documents.assignment import AssignmentMethod
from care.documents.casework import AssignmentObstacle, AssignmentReason
from care.duty import Plan

M, R, NOT = AssignmentMethod, AssignmentReason, AssignmentObstacle
AT = datetime(2026, 12, 1, 8, tzinfo=UTC)
FREE = Candidate("mem_a", capacity=3)


def candidates(prefix: str) -> st.SearchStrategy[list[Candidate]]:
    one = st.builds(
        Candidate,
        member_id=st.integers(0, 50).map(lambda number: f"{prefix}_{number:02}"),
        on_shift=st.booleans(),
        available=st.booleans(),
        allowed=st.booleans(),
        proficiency=st.integers(0, 5),
        load=st.integers(0, 4),
        capacity=st.integers(1, 4),
        turn=st.integers(0, 9),
        engaged=st.none() | st.integers(0, 3),
    )
    return st.lists(one, max_size=6, unique_by=lambda candidate: candidate.member_id)


def fits(one: Candidate, least: int) -> bool:
    return one.on_shift and one.available and one.allowed and one.proficiency >= least and one.load < one.capacity


@given(st.sampled_from(AssignmentMethod), candidates("mem"), candidates("bak"), st.integers(0, 5))
def test_only_who_fits_is_chosen_and_somebody_where_anybody_fits(
    method: AssignmentMethod, members: list[Candidate], backups: list[Candidate], least: int
) -> None:
    choice = choose(method, members, backups, least=least)

    able = [one.member_id for one in members if fits(one, least)]
    standing_in = [one.member_id for one in backups if fits(one, 0)]
    if able:
        assert choice.member_id in able
        assert choice.reason not in {R.BACKUP, R.NOBODY_FITS, R.BY_HAND}
    elif standing_in:
        assert choice == Choice(standing_in[0], R.BACKUP)
    else:
        assert choice.member_id is None
        assert choice.reason is R.NOBODY_FITS
        assert choice.obstacle is not None


@given(candidates("mem").filter(bool), st.integers(1, 40))
def test_turns_are_fair_whoever_was_given_how_much_before(members: list[Candidate], rounds: int) -> None:
    there = [replace(one, on_shift=True, available=True, allowed=True, load=0, turn=0) for one in members]
    got = dict.fromkeys((one.member_id for one in there), 0)

    for turn in range(1, rounds + 1):
        choice = choose(M.ROUND_ROBIN, there, [], least=0)
        assert choice.member_id is not None
        got[choice.member_id] += 1
        there = [replace(one, turn=turn) if one.member_id == choice.member_id else one for one in there]

    assert max(got.values()) - min(got.values()) <= 1


@pytest.mark.parametrize(
    ("method", "first", "second", "chosen"),
    [
        (M.ROUND_ROBIN, {"turn": 4}, {"turn": 2, "load": 2}, Choice("mem_b", R.ROUND_ROBIN)),
        (M.BALANCED, {"load": 2}, {"load": 1}, Choice("mem_b", R.LEAST_LOAD)),
        (M.BALANCED, {"load": 1, "turn": 3}, {"load": 1, "turn": 1}, Choice("mem_b", R.LEAST_LOAD)),
        (M.SKILL, {"proficiency": 3, "load": 2}, {"proficiency": 2}, Choice("mem_a", R.SKILL)),
        (M.SKILL, {"proficiency": 3, "load": 2}, {"proficiency": 3}, Choice("mem_b", R.SKILL)),
        (M.LAST_ENGAGED, {"engaged": 1}, {"engaged": 0, "load": 2}, Choice("mem_b", R.LAST_ENGAGED)),
        (M.LAST_ENGAGED, {"load": 1}, {}, Choice("mem_b", R.LEAST_LOAD)),
    ],
)
def test_each_method_chooses_in_its_own_way(
    method: AssignmentMethod, first: dict[str, Any], second: dict[str, Any], chosen: Choice
) -> None:
    members = [replace(FREE, **first), replace(FREE, member_id="mem_b", **second)]

    assert choose(method, members, [], least=0) == chosen


@pytest.mark.parametrize(
    ("lack", "obstacle"),
    [
        ({"allowed": False}, NOT.NOBODY_ALLOWED),
        ({"on_shift": False}, NOT.NOBODY_ON_SHIFT),
        ({"available": False}, NOT.NOBODY_AVAILABLE),
        ({"proficiency": 2}, NOT.NOBODY_SKILLED),
        ({"proficiency": 3, "load": 3}, NOT.NOBODY_FREE),
    ],
)
def test_what_left_nobody_is_told(lack: dict[str, Any], obstacle: AssignmentObstacle) -> None:
    assert choose(M.BALANCED, [replace(FREE, **lack)], [], least=3) == Choice(None, R.NOBODY_FITS, obstacle)


def plan(member: str, begin: float, end: float, channel: str = "chn_x") -> Plan:
    return Plan(f"shf_{begin}", member, (channel,), AT + timedelta(hours=begin), AT + timedelta(hours=end))


def test_duty_goes_on_over_shifts_that_touch_and_for_the_channel_alone() -> None:
    parts = [
        plan("mem_a", 4, 8),
        plan("mem_a", -2, 4),
        plan("mem_a", 9, 12),
        plan("mem_b", 1, 8),
        plan("mem_c", 0, 8, "chn_y"),
        plan("mem_d", -8, 0),
    ]

    assert on_duty_until(parts, "chn_x", AT) == {"mem_a": AT + timedelta(hours=8)}
