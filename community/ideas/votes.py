"""Voting for ideas: a vote is set, never toggled, and everybody has one for each idea."""

from auth.actor import Actor
from community.ideas.documents import Idea, IdeaVote
from community.ideas.events import IdeaVoted
from community.ideas.policies import may_vote, voter_of
from community.ideas.reading import require_idea, vote_id, voters_of
from community.marks import set_mark, settle_count
from core.clock import now
from core.errors import Forbidden


async def vote_for_idea(actor: Actor, idea_id: str, *, voted: bool) -> Idea:
    """Set one's vote for an idea; setting it again changes nothing. Give the idea.

    Raises NotFound, Forbidden for who is not signed in and members without `idea:submit`, InvalidInput for an idea that
    is settled or merged into another.
    """
    idea = await require_idea(actor, idea_id)
    may_vote(actor, idea).enforce()
    voter = voter_of(actor)
    if voter is None:
        raise Forbidden("Sign in to do this.")
    vote = IdeaVote(id=vote_id(idea.id, voter), created_at=now(), idea_id=idea.id, voter_id=voter)
    await set_mark(vote, IdeaVoted(idea_id=idea.id), stands=voted, by=actor.id)
    return await settle_votes(idea)


async def settle_votes(idea: Idea) -> Idea:
    """Let an idea's count follow its votes; can run twice."""
    return await settle_count(idea, "vote_count", _count)


async def _count(idea: Idea) -> int:
    return len(await voters_of(idea))
