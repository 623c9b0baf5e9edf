"""Polls: begun in a question, a post or a space, voted in once by each member, and ended."""

import asyncio
from typing import Annotated, Final

from pydantic import AwareDatetime, BaseModel, Field

from auth.actor import Actor
from community.anonymity import acting_as, authorship_in
from community.creation import insert_once, made_before
from community.documents import Question
from community.drafts import Title, ids, may_be_id, text
from community.polls.documents import Poll, PollKind, PollOption, PollResults, PollVote
from community.polls.events import PollClosed, PollCreated, PollVoted
from community.polls.policies import may_begin, may_close, may_vote
from community.polls.reading import MOST_POLLS, require_parent, require_poll, vote_id
from community.spaces.documents import Space
from community.spaces.reading import moderates
from community.turns.taking import take_turn_below
from core.clock import now
from core.defaults import change_or_insert
from core.errors import InvalidInput, LimitReached
from core.events import SYSTEM
from core.idempotency import Once
from core.outcomes import outcome
from core.records import change

FEWEST_OPTIONS: Final = 2
MOST_OPTIONS: Final = 10

OptionTexts = Annotated[
    list[Annotated[str, text(1, 200, lines="one")]],
    ids(MOST_OPTIONS, "options"),
    Field(min_length=FEWEST_OPTIONS),
]


class PollDraft(BaseModel):
    """What is asked, and how."""

    parent_id: Annotated[str, Field(max_length=100)]
    title: Title
    options: OptionTexts
    kind: PollKind = PollKind.SINGLE
    results: PollResults = PollResults.AFTER_VOTE
    anonymous: bool = False
    closes_at: AwareDatetime | None = None


async def create_poll(actor: Actor, draft: PollDraft, *, once: Once) -> Poll:
    """Begin a poll.

    Raises NotFound, Forbidden for others than who wrote the question or the post, Locked, RateLimited, LimitReached,
    InvalidInput for a time that is past or options that are the same.
    """
    identifier, at = once.identifier("pol"), now()
    if (before := await made_before(Poll, identifier, once)) is not None:
        return before
    parent = await require_parent(actor, draft.parent_id)
    may_begin(actor, parent).enforce()
    _require_sound(draft)
    if await Poll.find({"parent_id": parent.id}).limit(MOST_POLLS).count() >= MOST_POLLS:
        raise LimitReached(f"At most {MOST_POLLS} polls stand in one place.", path=("parent_id",))
    poll = Poll(
        id=identifier,
        created_at=at,
        parent_id=parent.id,
        **authorship_in(actor, parent if isinstance(parent, Question) else None),
        title=draft.title,
        options=[PollOption(id=str(number), text=said) for number, said in enumerate(draft.options, start=1)],
        kind=draft.kind,
        results=draft.results,
        anonymous=draft.anonymous,
        closes_at=draft.closes_at,
        next_act_at=draft.closes_at,
        fingerprint=once.fingerprint,
    )
    poll.record(PollCreated(poll_id=identifier), actor=acting_as(actor, poll))
    await take_turn_below(actor, identifier, parent)
    return await insert_once(poll, once)


async def vote_in_poll(actor: Actor, poll_id: str, option_ids: list[str]) -> Poll:
    """Set what one chooses while the poll is open; nothing takes the vote back, and the same again changes nothing.

    Raises NotFound, Forbidden without `question:vote`, InvalidInput for a poll that is closed, options that it has not
    and more than one where one is to be chosen.
    """
    found, known = await asyncio.gather(outcome(require_poll(actor, poll_id)), _own_vote(actor, poll_id))
    poll = found.take()
    may_vote(actor, poll).enforce()
    await _set(actor, poll, _chosen(poll, option_ids), known)
    return poll


async def close_poll(actor: Actor, poll_id: str, *, expected_version: int) -> Poll:
    """End a poll before its time; everybody sees how it went.

    Raises NotFound, Forbidden for others than who began it and who moderates there, AlreadyDone, Conflict.
    """
    poll = await require_poll(actor, poll_id)
    parent = await require_parent(actor, poll.parent_id)
    is_moderator = await moderates(actor, parent.id if isinstance(parent, Space) else getattr(parent, "space_id", None))
    may_close(actor, poll, is_moderator=is_moderator).enforce()

    def rule(current: Poll) -> None:
        may_close(actor, current, is_moderator=is_moderator).enforce()
        current.closed_at, current.next_act_at = now(), None
        current.record(PollClosed(poll_id=current.id), actor=acting_as(actor, current))

    return await change(poll, rule, expected_version=expected_version)


async def end_due_polls(most: int) -> int:
    """Tell of polls that are over by now, each once; give how many were looked at."""
    due = await Poll.find({"next_act_at": {"$lte": now()}}).sort("next_act_at").limit(most).to_list()
    for poll in due:
        await change(poll, _end)
    return len(due)


def _end(poll: Poll) -> None:
    if poll.next_act_at is None or poll.next_act_at > now():
        return
    poll.next_act_at = None
    poll.record(PollClosed(poll_id=poll.id))


async def _own_vote(actor: Actor, poll_id: str) -> PollVote | None:
    is_known = actor.member_id is not None and may_be_id(poll_id, "pol")
    return await PollVote.get(vote_id(poll_id, actor.member)) if is_known else None


async def _set(actor: Actor, poll: Poll, chosen: list[str], known: PollVote | None) -> None:
    """Store the vote: one document for each member and poll, so that of several votes at once one stays."""
    acts_as = SYSTEM if poll.anonymous else actor.id
    identifier = vote_id(poll.id, actor.member)
    member_id = None if poll.anonymous else actor.member
    unsaid = PollVote(id=identifier, created_at=now(), poll_id=poll.id, option_ids=[], member_id=member_id)

    def rule(current: PollVote) -> None:
        if current.option_ids != chosen:
            current.option_ids = chosen
            current.record(PollVoted(poll_id=poll.id), actor=acts_as)

    vote = known or unsaid
    if vote.option_ids != chosen:
        await change_or_insert(vote, rule)


def _chosen(poll: Poll, option_ids: list[str]) -> list[str]:
    known = [option.id for option in poll.options]
    if strange := [one for one in option_ids if one not in known]:
        raise InvalidInput(f"This poll has no option {strange[0][:20]}.", path=("option_keys",))
    if poll.kind is PollKind.SINGLE and len(set(option_ids)) > 1:
        raise InvalidInput("Choose one option of this poll.", path=("option_keys",))
    return [one for one in known if one in option_ids]


def _require_sound(draft: PollDraft) -> None:
    if draft.closes_at is not None and draft.closes_at <= now():
        raise InvalidInput("Choose a time from now on.", path=("closes_at",))
