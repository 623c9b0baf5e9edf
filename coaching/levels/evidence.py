"""What shows that somebody meets what is asked for: courses, reviewed replies, runs of practice, mentors who stand for them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from care.documents.standing import Requirements, SignOff
from coaching.courses.documents import Enrolment
from coaching.courses.reading import enrolment_id
from coaching.documents import DraftReview, DraftReviewStatus, SampledReply, SampleVerdict
from coaching.practice.documents import PracticeScenario
from coaching.practice.scoring import results_of_member
from core.records import by_ids

LOOKED_AT: Final = 100
"""Over how many of the latest reviews the rate is taken, of replies before and after they left."""
_DECIDED: Final = [DraftReviewStatus.APPROVED.value, DraftReviewStatus.RETURNED.value]


class RequirementKind(StrEnum):
    """What is asked for."""

    COURSE = "COURSE"
    REVIEWS = "REVIEWS"
    FIRST_TIME_RIGHT = "FIRST_TIME_RIGHT"
    PRACTICE = "PRACTICE"
    SIGN_OFF = "SIGN_OFF"


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing that is asked for, how much of it there is, and what shows it."""

    kind: RequirementKind
    needed: float
    reached: float
    evidence_ids: list[str] = field(default_factory=list)

    @property
    def met(self) -> bool:
        """Tell whether that is enough."""
        return self.reached >= self.needed


@dataclass(frozen=True, slots=True)
class _Judged:
    """A reply that a mentor judged, before it left or after."""

    id: str
    at: datetime
    passed: bool


async def shown_by(member_id: str, asked: Requirements, sign_offs: Sequence[SignOff]) -> list[Shown]:
    """Say of everything that is asked for whether a member has it."""
    found = [*await _courses(member_id, asked), *await _reviews(member_id, asked), *await _practice(member_id, asked)]
    if asked.sign_off:
        found.append(Shown(RequirementKind.SIGN_OFF, 1, len(sign_offs), [one.by for one in sign_offs]))
    return found


async def _courses(member_id: str, asked: Requirements) -> list[Shown]:
    ids = {course: enrolment_id(course, member_id) for course in asked.course_ids}
    there = await by_ids(Enrolment, ids.values())
    done = {course: one in there and bool(there[one].completions) for course, one in ids.items()}
    return [Shown(RequirementKind.COURSE, 1, int(done[course]), [course]) for course in asked.course_ids]


async def _reviews(member_id: str, asked: Requirements) -> list[Shown]:
    if not asked.reviews and not asked.pass_percent:
        return []
    judged = sorted([*await _drafts(member_id), *await _samples(member_id)], key=lambda one: one.at, reverse=True)[:LOOKED_AT]
    passed = [one.id for one in judged if one.passed]
    rate = round(100 * len(passed) / len(judged), 1) if judged else 0
    enough = Shown(RequirementKind.REVIEWS, asked.reviews, len(judged), [one.id for one in judged])
    good = Shown(RequirementKind.FIRST_TIME_RIGHT, asked.pass_percent, rate, passed)
    return [enough, *([good] if asked.pass_percent else [])]


async def _drafts(member_id: str) -> list[_Judged]:
    query: dict[str, Any] = {"author_id": member_id, "status": {"$in": _DECIDED}}
    found = await DraftReview.find(query).sort("-turn_ends_at", "-_id").limit(LOOKED_AT).to_list()
    return [
        _Judged(one.id, one.decided_at, one.status is DraftReviewStatus.APPROVED and not one.returns and not one.edited)
        for one in found
        if one.decided_at is not None and one.decided_by not in {None, member_id}
    ]


async def _samples(member_id: str) -> list[_Judged]:
    found = await SampledReply.find({"author_id": member_id}).sort("-created_at", "-_id").limit(LOOKED_AT).to_list()
    return [_Judged(one.id, one.reviewed_at, one.verdict is SampleVerdict.GOOD) for one in found if one.reviewed_at is not None]


async def _practice(member_id: str, asked: Requirements) -> list[Shown]:
    if not asked.practice_runs:
        return []
    results = [one for one in await results_of_member(member_id) if one.points >= asked.practice_points]
    scenarios = await by_ids(PracticeScenario, [one.scenario_id for one in results])
    kinds = asked.practice_kinds
    fitting = [one.run_id for one in results if not kinds or scenarios[one.scenario_id].channel_kind in kinds]
    return [Shown(RequirementKind.PRACTICE, asked.practice_runs, len(fitting), fitting)]
