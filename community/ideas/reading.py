"""The only way to read ideas for a person."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final

from auth.actor import Actor, ActorKind, Permission
from community.documents import Audience
from community.drafts import may_be_id
from community.ideas.documents import Idea, IdeaVote
from community.ideas.policies import voter_of
from community.listing import UNFILTERED, Filter, Listing
from community.visibility import readable_in_spaces, unhidden
from core.errors import NotFound
from core.gates import NOTHING, PRESENT, Eq, Exists, Gate, both, to_mongo
from core.ids import derived_id
from core.paging import Order, Slice, Window, read_slice
from core.paging import count as count_rows

PUBLIC: Final = both(
    PRESENT,
    Eq("audience", Audience.PUBLIC.value),
    Exists("merged_into", there=False),
    Exists("closed_space_id", there=False),
)
"""What the public may read."""


class IdeaOrder(StrEnum):
    """What ideas can be ordered by."""

    VOTE_COUNT = "vote_count"
    CREATED_AT = "created_at"


IDEAS: Final = Listing(
    paths={"status": "status", "author_id": "author_id", "audience": "audience", "space_id": "space_id"},
    leading=("status", "author_id", "audience", "space_id"),
)


def visible_ideas(actor: Actor) -> Gate:
    """Say which ideas somebody may read.

    All with `idea:read` but those in closed spaces of others, the public those for it that were not merged.
    """
    if actor.may(Permission.IDEA_READ):
        return both(PRESENT, readable_in_spaces(actor), unhidden(actor))
    return both(PUBLIC, unhidden(actor)) if actor.kind in {ActorKind.ANONYMOUS, ActorKind.CUSTOMER} else NOTHING


async def ideas_by_ids(actor: Actor, idea_ids: Sequence[str]) -> dict[str, Idea]:
    """Give those of the ideas that the actor may read."""
    readable = [idea_id for idea_id in dict.fromkeys(idea_ids) if may_be_id(idea_id, "ide")]
    if not readable:
        return {}
    found = await Idea.find({"_id": {"$in": readable}, **to_mongo(visible_ideas(actor))}).to_list()
    return {idea.id: idea for idea in found}


async def require_idea(actor: Actor, idea_id: str, *, path: str = "idea_id") -> Idea:
    """Give an idea; NotFound when there is none for this actor."""
    idea = (await ideas_by_ids(actor, [idea_id])).get(idea_id)
    if idea is None:
        raise NotFound("There is no such idea.", path=(path,))
    return idea


def idea_order(order: IdeaOrder = IdeaOrder.CREATED_AT, direction: int = -1) -> Order:
    """Make the order of a list of ideas: 1 ascending, -1 descending."""
    return Order(((order.value, direction),))


async def list_ideas(actor: Actor, *, condition: Filter = UNFILTERED, order: Order, window: Window) -> Slice[Idea]:
    """Give a window of the ideas that the actor may read; InvalidInput for a filter that no index serves."""
    return await read_slice(Idea, IDEAS.query(visible_ideas(actor), condition, order), order, window)


async def count_ideas(actor: Actor, *, condition: Filter = UNFILTERED, order: Order) -> int:
    """Count the same ideas, up to 10,001."""
    return await count_rows(Idea, IDEAS.query(visible_ideas(actor), condition, order))


def vote_id(idea_id: str, voter_id: str) -> str:
    """Give the id of somebody's vote for an idea."""
    return derived_id("ivt", idea_id, voter_id)


async def own_votes(actor: Actor, idea_ids: Sequence[str]) -> dict[str, bool]:
    """Tell for each idea whether the actor votes for it."""
    voter = voter_of(actor)
    if voter is None:
        return {}
    votes = await IdeaVote.find({"_id": {"$in": [vote_id(idea_id, voter) for idea_id in idea_ids]}}).to_list()
    return {vote.idea_id: not vote.withdrawn for vote in votes}


async def voters_of(idea: Idea) -> list[str]:
    """Give who votes for an idea, or voted for one that was merged into it, each once."""
    query: dict[str, Any] = {"idea_id": {"$in": [idea.id, *idea.absorbed]}, "withdrawn": False}
    rows = IdeaVote.get_pymongo_collection().find(query, {"voter_id": 1})
    return sorted({row["voter_id"] async for row in rows})
