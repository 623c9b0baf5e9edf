"""Which mentor suits a newcomer: by skills, languages, shifts and load, each with what speaks for it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from auth.actor import Actor, Role
from care.duty import Plan
from care.reading.shifts import duties_in
from coaching.mentorships.documents import MatchReason, MatchReasonKind, Mentorship, MentorshipProgramme, MentorshipStatus
from coaching.mentorships.policies import may_seek_mentor
from coaching.mentorships.programmes import require_in_use
from coaching.mentorships.reading import require_programme
from community.directory import members_by_ids
from community.documents import Member
from core.clock import now
from core.errors import InvalidInput, LimitReached, NotFound

AHEAD: Final = timedelta(days=14)
"""How far the shifts are compared."""
MOST_SUGGESTIONS: Final = 10
_MENTORS: Final = (Role.MENTOR, Role.MANAGER)
_MOST_MEMBERS: Final = 200
_MOST_OPEN: Final = 2_000
_SKILLS, _LANGUAGES, _HOURS, _LOAD = 40, 30, 20, 10
_EACH_MENTEE = 2
_BEST_PROFICIENCY = 5

Hours = list[tuple[datetime, datetime]]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A mentor with what speaks for them; the points are the sum of the reasons' points."""

    mentor: Member
    points: int
    reasons: list[MatchReason]


async def suggest_mentors(actor: Actor, programme_id: str, mentee_id: str | None = None) -> list[Suggestion]:
    """Give the mentors with a free place who suit best, the best first.

    Raises NotFound, Forbidden for somebody else without `mentorship:manage`, AlreadyDone for a closed programme.
    """
    may_seek_mentor(actor, mentee_id).enforce()
    programme = await require_programme(actor, programme_id)
    require_in_use(programme)
    mentee = await require_mentee(actor, mentee_id or actor.member)
    return (await ranked(programme, mentee))[:MOST_SUGGESTIONS]


async def require_mentee(actor: Actor, member_id: str) -> Member:
    """Give the member who is to be accompanied; NotFound when there is none for this actor."""
    found = (await members_by_ids(actor, [member_id])).get(member_id)
    if found is None:
        raise NotFound("There is no such member.", path=("mentee_id",))
    return found


async def ranked(programme: MentorshipProgramme, mentee: Member, *, without: Sequence[str] = ()) -> list[Suggestion]:
    """Give all mentors with a free place, the best first; among equals the one with the lower id."""
    wanted = {"roles": {"$in": [role.value for role in _MENTORS]}}
    members = await Member.find(wanted).limit(_MOST_MEMBERS).to_list()
    free = [one for one in members if one.deleted_at is None and one.id not in {mentee.id, *without}]
    going_on, hours = await going_on_of([one.id for one in free]), await _hours()
    taken, loads = places_taken(programme, going_on), Counter(one.mentor_id for one in going_on)
    able = [one for one in free if taken[one.id] < programme.mentees_per_mentor]
    found = [_weighed(programme, mentee, one, hours, loads[one.id]) for one in able]
    return sorted(found, key=lambda one: (-one.points, one.mentor.id))


async def choose(
    programme: MentorshipProgramme, mentee: Member, mentor_id: str | None, *, without: Sequence[str] = ()
) -> Suggestion:
    """Give the mentor who was named, or else the best one; InvalidInput or LimitReached when nobody can be."""
    found = await ranked(programme, mentee, without=without)
    if mentor_id is None:
        if not found:
            raise LimitReached("No mentor has a free place in this programme; raise it or ask more people to be mentors.")
        return found[0]
    for suggestion in found:
        if suggestion.mentor.id == mentor_id:
            return suggestion
    raise InvalidInput(
        "Choose a mentor with a free place in this programme, other than the mentee; `mentorSuggestions` lists them.",
        path=("mentor_id",),
    )


async def going_on_of(mentor_ids: list[str]) -> list[Mentorship]:
    """Give the mentorships of these mentors that go on, of any programme."""
    query = {"mentor_id": {"$in": mentor_ids}, "status": MentorshipStatus.ACTIVE.value}
    return await Mentorship.find(query).limit(_MOST_OPEN).to_list()


def places_taken(programme: MentorshipProgramme, going_on: list[Mentorship]) -> Counter[str]:
    """Count how many newcomers each mentor accompanies in a programme."""
    return Counter(one.mentor_id for one in going_on if one.programme_id == programme.id)


async def _hours() -> dict[str, Hours]:
    at = now()
    plans: list[Plan] = await duties_in((at, at + AHEAD))
    hours: dict[str, Hours] = {}
    for plan in plans:
        hours.setdefault(plan.member_id, []).append((plan.starts_at, plan.ends_at))
    return hours


def _weighed(programme: MentorshipProgramme, mentee: Member, mentor: Member, hours: dict[str, Hours], load: int) -> Suggestion:
    reasons = [
        _skills(programme, mentor),
        _languages(mentee, mentor),
        _together(hours.get(mentee.id, []), hours.get(mentor.id, [])),
        _room(load),
    ]
    told = [one for one in reasons if one is not None]
    return Suggestion(mentor, sum(one.points for one in told), told)


def _skills(programme: MentorshipProgramme, mentor: Member) -> MatchReason | None:
    has = [one for one in programme.skill_ids if one in mentor.skill_ids]
    if not has:
        return None
    level = sum(mentor.proficiencies.get(one, 1) for one in has)
    points = round(_SKILLS * level / (_BEST_PROFICIENCY * len(programme.skill_ids)))
    return MatchReason(kind=MatchReasonKind.SKILLS, points=points, detail=f"{len(has)}/{len(programme.skill_ids)}")


def _languages(mentee: Member, mentor: Member) -> MatchReason | None:
    shared = [one for one in mentee.locales if one in mentor.locales]
    if not shared:
        return None
    return MatchReason(kind=MatchReasonKind.LANGUAGES, points=_LANGUAGES, detail=", ".join(shared))


def _together(mine: Hours, theirs: Hours) -> MatchReason | None:
    spans = (min(a[1], b[1]) - max(a[0], b[0]) for a in mine for b in theirs)
    shared = int(sum((span for span in spans if span > timedelta(0)), timedelta(0)).total_seconds() // 3600)
    return MatchReason(kind=MatchReasonKind.SHIFTS, points=min(shared, _HOURS), detail=f"{shared} h") if shared else None


def _room(load: int) -> MatchReason:
    return MatchReason(kind=MatchReasonKind.LOAD, points=max(0, _LOAD - _EACH_MENTEE * load), detail=str(load))
