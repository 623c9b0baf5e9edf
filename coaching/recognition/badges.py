"""Badges: what each asks for is data; whoever meets it has it, once and for good."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor, Permission
from coaching.recognition.badge_documents import AwardedBadge, Badge, BadgeGrade, BadgeRequirement
from coaching.recognition.events import BadgeAwarded, BadgeChanged
from coaching.recognition.points import entries_of
from coaching.recognition.points_documents import LedgerEntry, PointCause, PointDay
from coaching.recognition.policies import may_manage_recognition
from community.creation import insert_once, made_before
from community.drafts import Remark, may_be_id, text
from core.clock import now
from core.errors import InvalidInput, NotFound
from core.idempotency import Once
from core.ids import derived_id
from core.paging import Order, Slice, Window, count, read_slice
from core.records import by_ids, change, save

MOST_REQUIREMENTS: Final = 5
MOST_BADGES: Final = 100
OLDEST_FIRST: Final = Order((("created_at", 1),))
_IN_USE: Final[dict[str, Any]] = {"retired": False}

Number = Annotated[int, Field(ge=1, le=1_000)]


class RequirementDraft(BaseModel):
    """What others must have accepted."""

    causes: Annotated[list[PointCause], Field(min_length=1, max_length=len(PointCause))]
    times: Number
    people: Number = 1
    days: Number = 1


class BadgeDraft(BaseModel):
    """What a badge is to be."""

    name: Annotated[str, text(2, 100, lines="one")]
    description: Remark
    grade: BadgeGrade
    requirements: Annotated[list[RequirementDraft], Field(min_length=1, max_length=MOST_REQUIREMENTS)]


class BadgeChange(BaseModel):
    """What to change of a badge; absent stays as it is."""

    name: Annotated[str, text(2, 100, lines="one")] | None = None
    description: Remark | None = None
    requirements: Annotated[list[RequirementDraft], Field(min_length=1, max_length=MOST_REQUIREMENTS)] | None = None
    retired: bool | None = None


async def create_badge(actor: Actor, draft: BadgeDraft, *, once: Once) -> Badge:
    """Make a badge; who meets it already gets it.

    Raises Forbidden without `recognition:manage`, InvalidInput for what nobody can meet, IdempotencyMismatch.
    """
    may_manage_recognition(actor).enforce()
    identifier = once.identifier("bdg")
    if (before := await made_before(Badge, identifier, once)) is not None:
        return before
    _require_possible(draft.requirements)
    badge = Badge(id=identifier, created_at=now(), fingerprint=once.fingerprint, **draft.model_dump())
    badge.record(BadgeChanged(badge_id=identifier), actor=actor.id)
    return await insert_once(badge, once)


async def update_badge(actor: Actor, badge_id: str, told: BadgeChange, *, expected_version: int) -> Badge:
    """Change a badge; who has it keeps it, and who meets it now gets it.

    Raises NotFound, Forbidden without `recognition:manage`, InvalidInput for what nobody can meet, Conflict.
    """
    may_manage_recognition(actor).enforce()
    badge = await require_badge(actor, badge_id)
    _require_possible(told.requirements or [])
    changes = told.model_dump(exclude_none=True, exclude={"requirements"})

    def rule(current: Badge) -> None:
        for name, given in changes.items():
            setattr(current, name, given)
        if told.requirements is not None:
            current.requirements = [BadgeRequirement(**one.model_dump()) for one in told.requirements]
        current.record(BadgeChanged(badge_id=current.id), actor=actor.id)

    return await change(badge, rule, expected_version=expected_version)


async def recompute_badge(actor: Actor, badge_id: str) -> tuple[Badge, int]:
    """Look at everybody's ledger again, and give the badge to who meets it and has it not; tell how many those were.

    Raises Forbidden without `recognition:manage`, NotFound.
    """
    may_manage_recognition(actor).enforce()
    badge = await require_badge(actor, badge_id)
    return badge, await settle_everybody(badge)


async def settle_everybody(badge: Badge) -> int:
    """Give a badge to everybody who meets it and has it not; can run twice. Tell how many those were."""
    rows = await PointDay.aggregate([{"$group": {"_id": "$member_id"}}]).to_list()
    return sum([await settle_badges(row["_id"], [badge]) for row in rows])


async def settle_badges(member_id: str, chosen: Sequence[Badge] | None = None) -> int:
    """Give a member the badges, or the chosen ones, that they meet and have not; can run twice. Tell how many those were."""
    badges = [one for one in chosen or await Badge.find(_IN_USE).limit(MOST_BADGES).to_list() if not one.retired]
    entries = [entry for entry in await entries_of(member_id) if entry.counted]
    had = await AwardedBadge.find({"member_id": member_id}).to_list()
    missing = [badge for badge in badges if badge.id not in {one.badge_id for one in had} and is_met(badge, entries)]
    return sum([await _awarded(member_id, badge) for badge in missing])


def is_met(badge: Badge, entries: Sequence[LedgerEntry]) -> bool:
    """Tell whether what others accepted is all that a badge asks for."""
    return all(_holds(one, [entry for entry in entries if entry.rule.cause in one.causes]) for one in badge.requirements)


def _holds(asked: BadgeRequirement, entries: Sequence[LedgerEntry]) -> bool:
    people, days = {entry.giver for entry in entries}, {entry.at.date() for entry in entries}
    return len(entries) >= asked.times and len(people) >= asked.people and len(days) >= asked.days


async def _awarded(member_id: str, badge: Badge) -> int:
    identifier = derived_id("abd", member_id, badge.id)
    at = now()
    made = AwardedBadge(id=identifier, created_at=at, member_id=member_id, badge_id=badge.id, awarded_at=at)
    made.record(BadgeAwarded(awarded_id=identifier, badge_id=badge.id, member_id=member_id))
    try:
        await save(made)
    except DuplicateKeyError:
        return 0
    return 1


def _require_possible(requirements: Sequence[RequirementDraft]) -> None:
    if any(max(one.people, one.days) > one.times for one in requirements):
        raise InvalidInput("It can't be more people or days than times.", path=("requirements",))


async def badges_by_ids(actor: Actor, badge_ids: Sequence[str]) -> dict[str, Badge]:
    """Give the badges, for who may read members."""
    if not actor.may(Permission.MEMBER_READ):
        return {}
    return await by_ids(Badge, [one for one in badge_ids if may_be_id(one, "bdg")])


async def require_badge(actor: Actor, badge_id: str) -> Badge:
    """Give a badge; NotFound when there is none for this actor."""
    found = (await badges_by_ids(actor, [badge_id])).get(badge_id)
    if found is None:
        raise NotFound("There is no such badge.", path=("badge_id",))
    return found


async def list_badges(actor: Actor, window: Window) -> Slice[Badge]:
    """List the badges that can be had, the oldest first; nothing for who may not read members."""
    return await read_slice(Badge, _IN_USE, OLDEST_FIRST, window) if actor.may(Permission.MEMBER_READ) else Slice([], [])


async def count_badges(actor: Actor) -> int:
    """Count the same badges."""
    return await count(Badge, _IN_USE) if actor.may(Permission.MEMBER_READ) else 0


async def badges_of_members(actor: Actor, member_ids: Sequence[str]) -> dict[str, list[AwardedBadge]]:
    """Give the badges that members have, the latest first, for who may read members."""
    if not actor.may(Permission.MEMBER_READ):
        return {}
    found = await AwardedBadge.find({"member_id": {"$in": list(member_ids)}}).sort("-awarded_at", "-_id").to_list()
    by_member: dict[str, list[AwardedBadge]] = {member_id: [] for member_id in member_ids}
    for one in found:
        by_member[one.member_id].append(one)
    return by_member
