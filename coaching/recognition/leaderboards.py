"""Leaderboards: only of members who chose to be listed, by what others accepted, and never by speed alone."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field

from auth.actor import Actor, Permission
from coaching.recognition.events import LeaderboardChanged, LeaderboardChosen
from coaching.recognition.leaderboard_documents import Leaderboard, LeaderboardChoice, LeaderboardMeasure
from coaching.recognition.points_documents import LedgerEntry, PointCause, PointDay
from coaching.recognition.policies import may_manage_recognition
from community.creation import insert_once, made_before
from community.directory import members_by_ids, skills_by_ids
from community.documents import Member
from community.drafts import may_be_id, slug_of, text
from community.members import typical_answer_seconds
from community.spaces.reading import spaces_by_ids
from community.visibility import reads_in
from core.clock import now
from core.defaults import change_or_insert, stored_or
from core.errors import InvalidInput, NotFound
from core.idempotency import Once
from core.ids import derived_id
from core.records import by_ids, change

M, C = LeaderboardMeasure, PointCause
MOST_RANKS: Final = 100
_MOST_LISTED: Final = 5_000
_OPEN: Final[dict[str, Any]] = {"closed": False}
_CAUSES: Final = {
    M.ANSWERS: {C.ACCEPTED_ANSWER, C.CONSULTATION_ACCEPTED},
    M.VOTES: {C.HELPFUL_VOTE},
    M.PAGES: {C.VERIFIED_PAGE},
    M.KUDOS: {C.KUDOS},
}


class LeaderboardDraft(BaseModel):
    """What a leaderboard is to go by."""

    name: Annotated[str, text(2, 100, lines="one")]
    measures: Annotated[list[LeaderboardMeasure], Field(min_length=1, max_length=len(LeaderboardMeasure))]
    days: Annotated[int, Field(ge=1, le=366)] = 30
    space_id: str | None = None
    skill_id: str | None = None


@dataclass(frozen=True, slots=True)
class Rank:
    """Where one member stands; who has the same score has the same place."""

    place: int
    member: Member
    score: int


async def create_leaderboard(actor: Actor, draft: LeaderboardDraft, *, once: Once) -> Leaderboard:
    """Make a leaderboard.

    Raises Forbidden without `recognition:manage`, InvalidInput for one that goes by speed alone, NotFound for the space and
    the skill, IdempotencyMismatch.
    """
    may_manage_recognition(actor).enforce()
    identifier = once.identifier("lbd")
    if (before := await made_before(Leaderboard, identifier, once)) is not None:
        return before
    if set(draft.measures) <= {M.ANSWER_TIME}:
        message = "Speed alone invites hasty answers; go by something that others accept, and speed orders who is equal."
        raise InvalidInput(message, path=("measures",))
    if draft.space_id is not None and draft.space_id not in await spaces_by_ids(actor, [draft.space_id]):
        raise NotFound("There is no such space.", path=("space_id",))
    if draft.skill_id is not None and draft.skill_id not in await skills_by_ids(actor, [draft.skill_id]):
        raise NotFound("There is no such skill.", path=("skill_id",))
    measures = list(dict.fromkeys(draft.measures))
    given = {**draft.model_dump(), "measures": measures, "fingerprint": once.fingerprint}
    board = Leaderboard(id=identifier, created_at=now(), **given)
    board.record(LeaderboardChanged(leaderboard_id=identifier), actor=actor.id)
    return await insert_once(board, once)


async def close_leaderboard(actor: Actor, leaderboard_id: str, *, expected_version: int) -> Leaderboard:
    """Let a leaderboard be no more. Raises NotFound, Forbidden without `recognition:manage`, Conflict."""
    may_manage_recognition(actor).enforce()
    board = await require_leaderboard(actor, leaderboard_id)

    def rule(current: Leaderboard) -> None:
        current.closed = True
        current.record(LeaderboardChanged(leaderboard_id=current.id), actor=actor.id)

    return await change(board, rule, expected_version=expected_version)


async def choose_listing(actor: Actor, *, listed: bool) -> bool:
    """Say whether one wants to be on leaderboards; saying so again changes nothing. Forbidden for callers that are no member."""
    identifier = _choice_id(actor.member)
    unsaid = LeaderboardChoice(id=identifier, created_at=now(), member_id=actor.member, listed=not listed)

    def rule(current: LeaderboardChoice) -> None:
        if current.listed is not listed:
            current.listed = listed
            current.record(LeaderboardChosen(choice_id=current.id), actor=actor.id)

    return (await change_or_insert(await stored_or(unsaid), rule)).listed


async def is_listed(actor: Actor) -> bool:
    """Tell whether the actor chose to be listed."""
    choice = await LeaderboardChoice.get(_choice_id(actor.member_id)) if actor.member_id is not None else None
    return choice is not None and choice.listed


async def ranks_of(actor: Actor, board: Leaderboard) -> list[Rank]:
    """Give the first hundred of those who chose to be listed; what stands in spaces closed to the actor is not counted."""
    chosen = await LeaderboardChoice.find({"listed": True}).limit(_MOST_LISTED).to_list()
    members = await members_by_ids(actor, [choice.member_id for choice in chosen])
    scores = await _scores(actor, board, set(members))
    quick = M.ANSWER_TIME in board.measures
    keys = {one: (-scores[one], (_seconds(members[one]) if quick else 0)) for one in scores if scores[one] > 0}
    ordered = sorted(keys, key=lambda one: (keys[one], members[one].display_name, one))
    places = {key: place for place, key in reversed([(place, keys[one]) for place, one in enumerate(ordered, start=1)])}
    return [Rank(places[keys[one]], members[one], scores[one]) for one in ordered[:MOST_RANKS]]


async def _scores(actor: Actor, board: Leaderboard, listed: set[str]) -> Counter[str]:
    since = (now() - timedelta(days=board.days)).date().isoformat()
    slugs = await _slugs(actor, board.skill_id)
    causes = set().union(*(_CAUSES.get(one, set()) for one in board.measures))
    scores: Counter[str] = Counter()
    async for day in PointDay.find({"day": {"$gte": since}}).sort("day"):
        for entry in day.entries if day.member_id in listed else ():
            if entry.counted and _is_in(actor, board, entry, slugs):
                scores[day.member_id] += entry.counted if M.POINTS in board.measures else entry.rule.cause in causes
    return scores


def _is_in(actor: Actor, board: Leaderboard, entry: LedgerEntry, slugs: frozenset[str] | None) -> bool:
    if not reads_in(actor, entry.closed_space_id) or board.space_id not in {None, entry.space_id}:
        return False
    return slugs is None or not slugs.isdisjoint(entry.tags)


async def _slugs(actor: Actor, skill_id: str | None) -> frozenset[str] | None:
    skill = (await skills_by_ids(actor, [skill_id])).get(skill_id) if skill_id is not None else None
    if skill is None:
        return None if skill_id is None else frozenset()
    return frozenset({skill.slug, *map(slug_of, skill.keywords)})


def _seconds(member: Member) -> int:
    seconds = typical_answer_seconds(member)
    return seconds if seconds is not None else 2**31


def _choice_id(member_id: str) -> str:
    return derived_id("lbc", member_id)


async def leaderboards_by_ids(actor: Actor, leaderboard_ids: Sequence[str]) -> dict[str, Leaderboard]:
    """Give the leaderboards to who may read members; those of a space that they may not know of are left out."""
    if not actor.may(Permission.MEMBER_READ):
        return {}
    found = await by_ids(Leaderboard, [one for one in leaderboard_ids if may_be_id(one, "lbd")])
    return {one.id: one for one in await _known(actor, list(found.values()))}


async def require_leaderboard(actor: Actor, leaderboard_id: str) -> Leaderboard:
    """Give a leaderboard; NotFound when there is none for this actor."""
    found = (await leaderboards_by_ids(actor, [leaderboard_id])).get(leaderboard_id)
    if found is None:
        raise NotFound("There is no such leaderboard.", path=("leaderboard_id",))
    return found


async def list_leaderboards(actor: Actor) -> list[Leaderboard]:
    """List the leaderboards that the actor may know of, the oldest first, up to a hundred."""
    if not actor.may(Permission.MEMBER_READ):
        return []
    found = await Leaderboard.find(_OPEN).sort("created_at", "_id").limit(MOST_RANKS).to_list()
    return await _known(actor, found)


async def _known(actor: Actor, boards: Sequence[Leaderboard]) -> list[Leaderboard]:
    spaces = await spaces_by_ids(actor, [one.space_id for one in boards if one.space_id is not None])
    return [one for one in boards if one.space_id is None or one.space_id in spaces]
