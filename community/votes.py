"""Voting on questions and answers: a vote is set, never toggled."""

from enum import StrEnum

from auth.actor import Actor
from community.documents import Answer, Question
from community.events import VoteCast
from community.policies import may_vote
from community.reading import require_target
from core.records import change


class VoteValue(StrEnum):
    """What somebody thinks of a question or an answer; NONE takes the vote back."""

    UP = "UP"
    DOWN = "DOWN"
    NONE = "NONE"


_WEIGHTS = {VoteValue.UP: 1, VoteValue.DOWN: -1}


async def cast_vote(actor: Actor, target_id: str, value: VoteValue) -> Question | Answer:
    """Set one's vote on a question or an answer; setting it again changes nothing. Give the target.

    Raises NotFound, Forbidden without `question:vote`, OwnVote.
    """
    target = await require_target(actor, target_id)
    may_vote(actor, target).enforce()
    voter = actor.member

    def rule(current: Question | Answer) -> None:
        if vote_of(voter, current) is value:
            return
        others = {member: weight for member, weight in current.votes.items() if member != voter}
        current.votes = others | ({} if value is VoteValue.NONE else {voter: _WEIGHTS[value]})
        current.score = sum(current.votes.values())
        question_id = current.id if isinstance(current, Question) else current.question_id
        current.record(VoteCast(question_id=question_id, target_id=current.id), actor=actor.id)

    if isinstance(target, Question):
        return await change(target, rule)
    return await change(target, rule)


def vote_of(member_id: str | None, target: Question | Answer) -> VoteValue:
    """Tell what somebody voted; NONE for whoever did not."""
    weight = target.votes.get(member_id, 0) if member_id is not None else 0
    return VoteValue.UP if weight > 0 else VoteValue.DOWN if weight < 0 else VoteValue.NONE
