"""Who may do what with polls: pure rules, told before people try and enforced when they do."""

from auth.actor import Actor, Permission
from community.blog import policies as blog
from community.blog.documents import BlogPost
from community.documents import Question
from community.policies import ALLOWED, Ruling, may_edit
from community.polls.documents import Poll, PollResults
from community.spaces.documents import Space
from community.spaces.policies import may_write_content
from core.errors import AlreadyDone, Forbidden, InvalidInput

Pollable = Question | BlogPost | Space
"""What a poll can stand in."""


def may_begin(actor: Actor, parent: Pollable) -> Ruling:
    """Allow who wrote the question or the post, who moderates it, and in a space whoever writes there and may ask."""
    if actor.member_id is None or not actor.may(Permission.QUESTION_ASK):
        return Ruling(Forbidden("Only a member with question:ask can begin a poll."))
    match parent:
        case Question():
            return may_edit(actor, parent)
        case BlogPost():
            return blog.may_edit(actor, parent)
        case Space():
            return may_write_content(actor, parent)


def may_vote(actor: Actor, poll: Poll) -> Ruling:
    """Allow a member with `question:vote`, while the poll is open."""
    if actor.member_id is None or not actor.may(Permission.QUESTION_VOTE):
        return Ruling(Forbidden("Only a member with question:vote can vote."))
    if not poll.is_open:
        return Ruling(InvalidInput("This poll is closed.", path=("poll_id",)))
    return ALLOWED


def may_close(actor: Actor, poll: Poll, *, is_moderator: bool) -> Ruling:
    """Allow who began it and who moderates there, while it is open."""
    if not is_moderator and (actor.member_id is None or actor.member_id != poll.writer_id):
        return Ruling(Forbidden("Only who began the poll, or a moderator, can end it."))
    if not poll.is_open:
        return Ruling(AlreadyDone("This poll is closed already.", path=("poll_id",)))
    return ALLOWED


def may_see_results(poll: Poll, *, voted: bool) -> bool:
    """Tell whether somebody sees how it goes: always once it is closed, before that as the poll says."""
    if not poll.is_open or poll.results is PollResults.ALWAYS:
        return True
    return poll.results is PollResults.AFTER_VOTE and voted
