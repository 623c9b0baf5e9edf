"""Voting for ideas: a vote is set, never toggled, and everybody has one for each idea."""

from pymongo.errors import DuplicateKeyError

from auth.actor import Actor
from community.ideas.documents import Idea, IdeaVote
from community.ideas.events import IdeaVoted
from community.ideas.policies import may_vote, voter_of
from community.ideas.reading import require_idea, vote_id, voters_of
from core.clock import now
from core.errors import Forbidden, NotFound
from core.records import change, save


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
    await _set(actor, idea.id, voter, voted=voted)
    return await settle_votes(idea.id)


async def settle_votes(idea_id: str) -> Idea:
    """Let an idea's count follow its votes; can run twice. Raises NotFound."""
    while True:
        idea = await Idea.get(idea_id)
        if idea is None:
            raise NotFound("There is no such idea.", path=("idea_id",))
        counted = len(await voters_of(idea))
        if idea.vote_count == counted:
            return idea

        def rule(current: Idea, counted: int = counted) -> None:
            current.vote_count = counted

        await change(idea, rule)


async def _set(actor: Actor, idea_id: str, voter: str, *, voted: bool) -> None:
    identifier = vote_id(idea_id, voter)
    vote = await IdeaVote.get(identifier)
    if vote is None and not voted:
        return
    if vote is None:
        vote = IdeaVote(id=identifier, created_at=now(), idea_id=idea_id, voter_id=voter)
        vote.record(IdeaVoted(idea_id=idea_id), actor=actor.id)
        try:
            await save(vote)
        except DuplicateKeyError:
            await _set(actor, idea_id, voter, voted=voted)
        return

    def rule(current: IdeaVote) -> None:
        if current.withdrawn is voted:
            current.withdrawn = not voted
            current.record(IdeaVoted(idea_id=idea_id), actor=actor.id)

    await change(vote, rule)
