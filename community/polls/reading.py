"""The only way to read polls and votes for a person: behind the gate of what a poll stands in."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from auth.actor import Actor, Permission
from community.blog.reading import posts_by_ids
from community.drafts import may_be_id
from community.polls.documents import Poll, PollVote
from community.polls.policies import Pollable
from community.reading import questions_by_ids
from community.spaces.policies import may_read_content
from community.spaces.reading import spaces_by_ids
from community.visibility import present_for
from core.errors import NotFound
from core.ids import derived_id, prefix_of

MOST_POLLS: Final = 10
"""Of one parent."""


async def parents_by_ids(actor: Actor, parent_ids: Sequence[str]) -> dict[str, Pollable]:
    """Give those of the questions, posts and spaces that the actor may read in: one read for each kind."""
    by_kind: dict[str, list[str]] = {}
    for identifier in dict.fromkeys(parent_ids):
        by_kind.setdefault(prefix_of(identifier), []).append(identifier)
    found: dict[str, Pollable] = {}
    if ids := by_kind.get("qst"):
        found |= await questions_by_ids(actor, ids)
    if ids := by_kind.get("pst"):
        found |= await posts_by_ids(actor, ids)
    if ids := by_kind.get("spc"):
        spaces = await spaces_by_ids(actor, ids)
        found |= {space.id: space for space in spaces.values() if may_read_content(actor, space)}
    return found


async def require_parent(actor: Actor, parent_id: str) -> Pollable:
    """Give what a poll is to stand in; NotFound when there is none for this actor."""
    parent = (await parents_by_ids(actor, [parent_id])).get(parent_id)
    if parent is None:
        raise NotFound("There is no question, post or space with this id.", path=("parent_id",))
    return parent


async def polls_by_ids(actor: Actor, poll_ids: Sequence[str]) -> dict[str, Poll]:
    """Give those of the polls that the actor may read: the polls, then what they stand in."""
    wanted = [one for one in dict.fromkeys(poll_ids) if may_be_id(one, "pol")]
    if not wanted:
        return {}
    polls = await Poll.find({"_id": {"$in": wanted}, **present_for(actor)}).to_list()
    parents = await parents_by_ids(actor, [poll.parent_id for poll in polls])
    return {poll.id: poll for poll in polls if poll.parent_id in parents}


async def require_poll(actor: Actor, poll_id: str) -> Poll:
    """Give a poll; NotFound when there is none for this actor."""
    poll = (await polls_by_ids(actor, [poll_id])).get(poll_id)
    if poll is None:
        raise NotFound("There is no such poll.", path=("poll_id",))
    return poll


async def polls_of(actor: Actor, parent_ids: Sequence[str]) -> dict[str, list[Poll]]:
    """Give the polls of each parent, the first first; spaces are asked for their gate, the others were given to the actor."""
    ids = sorted(set(parent_ids))
    spaces = await parents_by_ids(actor, [one for one in ids if prefix_of(one) == "spc"])
    readable = [one for one in ids if prefix_of(one) != "spc" or one in spaces]
    found: dict[str, list[Poll]] = {one: [] for one in parent_ids}
    polls = Poll.find({"parent_id": {"$in": readable}, **present_for(actor)}).sort("parent_id", "created_at", "_id")
    for poll in await polls.to_list() if readable else ():
        if len(found[poll.parent_id]) < MOST_POLLS:
            found[poll.parent_id].append(poll)
    return found


def vote_id(poll_id: str, member_id: str) -> str:
    """Give the id of a member's vote in a poll."""
    return derived_id("pvt", poll_id, member_id)


async def own_votes(actor: Actor, poll_ids: Sequence[str]) -> dict[str, list[str]]:
    """Give what the actor chose in each poll; the polls are ones that the actor was given."""
    if actor.member_id is None:
        return {}
    ids = [vote_id(poll_id, actor.member_id) for poll_id in poll_ids]
    return {vote.poll_id: vote.option_ids for vote in await PollVote.find({"_id": {"$in": ids}}).to_list()}


async def tallies(actor: Actor, poll_ids: Sequence[str]) -> dict[str, Mapping[str, int]]:
    """Count the votes of each poll by option, and under `""` who voted at all, in one aggregate for all polls."""
    ids = sorted(set(poll_ids)) if actor.may(Permission.QUESTION_READ) else []
    pipeline: list[dict[str, Any]] = [
        {"$match": {"poll_id": {"$in": ids}}},
        {"$group": {"_id": {"poll": "$poll_id", "chosen": "$option_ids"}, "total": {"$sum": 1}}},
    ]
    rows = await (await PollVote.get_pymongo_collection().aggregate(pipeline)).to_list() if ids else []
    counted: dict[str, dict[str, int]] = {one: {} for one in poll_ids}
    for row in rows:
        poll, chosen = counted[row["_id"]["poll"]], row["_id"]["chosen"]
        for option in (*chosen, *([""] if chosen else [])):
            poll[option] = poll.get(option, 0) + row["total"]
    return dict(counted)


async def voters_of(actor: Actor, poll: Poll, option_id: str) -> list[str]:
    """Give who chose an option of a poll that the actor was given, who voted first first; of an anonymous one nobody."""
    if poll.anonymous or not actor.may(Permission.QUESTION_READ):
        return []
    votes = PollVote.find({"poll_id": poll.id, "option_ids": option_id}).sort("created_at", "_id")
    return [vote.member_id for vote in await votes.to_list() if vote.member_id is not None]
