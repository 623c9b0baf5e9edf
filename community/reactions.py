"""Reactions to whatever members write: one set of signs and one way to give and to take them back, for all kinds of content."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from pymongo import ASCENDING, IndexModel

from auth.actor import Actor, Permission
from community.anonymity import acting_as, authorship_in, stands_for_somebody
from community.documents import Moderated, Question, SpaceContent, Written
from community.events import ReactionAdded, ReactionRemoved
from community.moderation.contents import place_of, require_content, root_of
from community.policies import may_react
from community.reading import answer_in_question
from community.spaces.reading import writable_space
from core.clock import now
from core.defaults import change_or_insert
from core.ids import derived_id
from core.outcomes import outcome
from core.records import PENDING_EVENTS, change


class ReactionKind(StrEnum):
    """The signs that there are, by the names that GitHub gives them."""

    THUMBS_UP = "THUMBS_UP"
    THUMBS_DOWN = "THUMBS_DOWN"
    LAUGH = "LAUGH"
    HOORAY = "HOORAY"
    CONFUSED = "CONFUSED"
    HEART = "HEART"
    ROCKET = "ROCKET"
    EYES = "EYES"


class Reaction(Written):
    """One sign of one member on one thing; the id is derived from the three, so that nobody gives it twice."""

    target_id: str
    kind: ReactionKind
    withdrawn: bool = False

    class Settings:
        name = "reactions"
        indexes: ClassVar = [IndexModel([("target_id", ASCENDING), ("hidden_author_id", ASCENDING)]), PENDING_EVENTS]


@dataclass(frozen=True, slots=True)
class ReactionTotal:
    """How many gave one sign, and whether the viewer is among them."""

    kind: ReactionKind
    total: int
    viewer_reacted: bool


async def react(actor: Actor, target_id: str, kind: ReactionKind) -> Moderated:
    """React to something; doing so again changes nothing. Give what was reacted to.

    Raises NotFound, Forbidden without `question:comment`, SpaceArchived, InvalidInput for what moderators hid.
    """
    (target, question), own = await _open_with_own(actor, target_id, kind)
    if any(not one.withdrawn for one in own):
        return target
    author = authorship_in(actor, question)
    identifier = _reaction_id(target.id, author["author_id"], kind)
    reaction = Reaction(id=identifier, created_at=now(), target_id=target.id, kind=kind, withdrawn=True, **author)
    await change_or_insert(reaction, _setting(actor, withdrawn=False))
    return target


async def remove_reaction(actor: Actor, target_id: str, kind: ReactionKind) -> Moderated:
    """Take a reaction back; where there is none nothing changes. Give what was reacted to. Raises as `react`."""
    (target, _), own = await _open_with_own(actor, target_id, kind)
    for one in own:
        await change(one, _setting(actor, withdrawn=True))
    return target


async def reactions_to(actor: Actor, target_ids: Sequence[str]) -> dict[str, list[ReactionTotal]]:
    """Count the reactions to each target in one query, in the order of the signs; those that nobody gave are left out.

    The targets are ones that the actor was given.
    """
    ids = sorted(set(target_ids))
    is_own = {"$eq": [{"$ifNull": ["$hidden_author_id", "$author_id"]}, actor.member_id or ""]}
    pipeline = [
        {"$match": {"target_id": {"$in": ids}, "withdrawn": False}},
        {
            "$group": {
                "_id": {"target": "$target_id", "kind": "$kind"},
                "total": {"$sum": 1},
                "own": {"$sum": {"$cond": [is_own, 1, 0]}},
            }
        },
    ]
    rows = await (await Reaction.get_pymongo_collection().aggregate(pipeline)).to_list()
    counted = {
        (row["_id"]["target"], row["_id"]["kind"]): ReactionTotal(ReactionKind(row["_id"]["kind"]), row["total"], row["own"] > 0)
        for row in rows
    }
    return {one: [counted[one, kind.value] for kind in ReactionKind if (one, kind.value) in counted] for one in ids}


async def reacted_by(actor: Actor, target_ids: Sequence[str], kind: ReactionKind | None) -> dict[str, list[str]]:
    """Give the members who reacted to each target, the first one first, without who asked its question anonymously.

    The targets are ones that the actor was given.
    """
    if not actor.may(Permission.MEMBER_READ):
        return {target_id: [] for target_id in target_ids}
    query = {"target_id": {"$in": sorted(set(target_ids))}, "withdrawn": False, **({"kind": kind.value} if kind else {})}
    rows = await Reaction.find(query).to_list()
    found: dict[str, dict[str, None]] = {one: {} for one in target_ids}
    for row in sorted(rows, key=lambda row: (row.created_at, row.id)):
        if not stands_for_somebody(row.author_id):
            found[row.target_id][row.author_id] = None
    return {target_id: list(members) for target_id, members in found.items()}


async def _open_with_own(
    actor: Actor, target_id: str, kind: ReactionKind
) -> tuple[tuple[Moderated, Question | None], list[Reaction]]:
    """Give what `_open_to` gives, and the actor's reactions of the kind, read beside it."""
    found, own = await asyncio.gather(outcome(_open_to(actor, target_id)), outcome(_own(actor, target_id, kind)))
    return found.take(), own.take()


async def _open_to(actor: Actor, target_id: str) -> tuple[Moderated, Question | None]:
    """Give what somebody wants to react to and the question that it is or stands below, if it does."""
    answered = await answer_in_question(actor, target_id)
    target: Moderated = answered[0] if answered is not None else await require_content(actor, target_id, path="target_id")
    may_react(actor, target).enforce()
    stands = answered[1] if answered is not None else target
    is_root = isinstance(stands, SpaceContent) and stands.id == root_of(target)
    place = stands if is_root else await place_of(root_of(target))
    if place is not None:
        await writable_space(actor, place.space_id)
    return target, place if isinstance(place, Question) else None


async def _own(actor: Actor, target_id: str, kind: ReactionKind) -> list[Reaction]:
    """Give the actor's reaction of a kind, under their own id or under one that stood for them when they gave it."""
    member_id = actor.member
    hidden, own = await asyncio.gather(
        Reaction.find({"target_id": target_id, "hidden_author_id": member_id}).to_list(),
        Reaction.get(_reaction_id(target_id, member_id, kind)),
    )
    return [one for one in (*hidden, own) if one is not None and one.kind is kind]


def _setting(actor: Actor, *, withdrawn: bool) -> Callable[[Reaction], None]:
    def rule(current: Reaction) -> None:
        if current.withdrawn is withdrawn:
            return
        current.withdrawn = withdrawn
        happened = ReactionRemoved if withdrawn else ReactionAdded
        current.record(happened(reaction_id=current.id, target_id=current.target_id), actor=acting_as(actor, current))

    return rule


def _reaction_id(target_id: str, author_id: str, kind: ReactionKind) -> str:
    return derived_id("rct", target_id, author_id, kind.value)
