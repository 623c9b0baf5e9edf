"""Ideas: customers and members tell of them, the company says what becomes of them."""

from typing import Annotated, Final

from pydantic import BaseModel, Field

from auth.actor import Actor
from community.creation import insert_once, made_before
from community.documents import Audience
from community.drafts import Body, Title, text
from community.errors import NotForThePublic
from community.handles import few_mentions
from community.ideas.documents import Idea, IdeaStatus, IdeaStep
from community.ideas.events import IdeaLinked, IdeaMerged, IdeaStatusSet, IdeaSubmitted
from community.ideas.policies import may_manage, may_merge, may_submit, voter_of
from community.ideas.reading import require_idea
from community.ideas.votes import settle_votes
from community.spaces.content import put_in
from community.spaces.documents import Space, SpaceVisibility
from community.spaces.reading import looks_after_space, writable_space
from community.turns.taking import take_turn
from core.clock import now
from core.errors import Forbidden, InvalidInput, LimitReached
from core.idempotency import Once
from core.records import change

MOST_STEPS: Final = 50
MOST_MESSAGES: Final = 100

OfficialAnswer = Annotated[str, text(1, 5_000)]


class IdeaDraft(BaseModel):
    """An idea; `public` lets customers see and vote for a member's."""

    title: Title
    body: Annotated[Body, few_mentions]
    public: bool = False
    space_id: Annotated[str, Field(max_length=100)] | None = None


class IdeaVerdict(BaseModel):
    """What becomes of an idea, and what the company says of it."""

    status: IdeaStatus
    answer: OfficialAnswer | None = None


async def submit_idea(actor: Actor, draft: IdeaDraft, *, message_ids: tuple[str, ...] = (), once: Once) -> Idea:
    """Tell of an idea; a customer's is for everybody, a member's for the staff unless it shall be public.

    Raises Forbidden for who is not signed in, members without `idea:submit` and where the actor may not write, NotFound for
    a space, NotForThePublic for a public one in a closed space, SpaceArchived, Locked, RateLimited, IdempotencyMismatch.
    """
    may_submit(actor).enforce()
    author, identifier, at = voter_of(actor), once.identifier("ide"), now()
    if author is None:
        raise Forbidden("Sign in to do this.")
    if (before := await made_before(Idea, identifier, once)) is not None:
        return before
    public = draft.public or actor.member_id is None
    space = await writable_space(actor, draft.space_id)
    require_staff_only(space, public=public, path="space_id")
    idea = Idea(
        id=identifier,
        created_at=at,
        updated_at=at,
        title=draft.title,
        body=draft.body,
        author_id=author,
        audience=Audience.PUBLIC if public else Audience.STAFF,
        message_ids=list(message_ids),
        fingerprint=once.fingerprint,
    )
    put_in(idea, space)
    idea.record(IdeaSubmitted(idea_id=identifier), actor=actor.id)
    if space is not None:
        await take_turn(actor, identifier, [space])
    return await insert_once(idea, once)


async def link_message(actor: Actor, idea_id: str, message_id: str) -> Idea:
    """Say that a message speaks of an idea, too; doing so again changes nothing. The message is one that the actor was given.

    Raises NotFound, Forbidden without `idea:submit`, LimitReached.
    """
    idea = await require_idea(actor, idea_id)
    may_submit(actor).enforce()

    def rule(current: Idea) -> None:
        if message_id in current.message_ids:
            return
        if len(current.message_ids) >= MOST_MESSAGES:
            raise LimitReached(f"An idea links to at most {MOST_MESSAGES} messages.", path=("idea_id",))
        current.message_ids = [*current.message_ids, message_id]
        current.record(IdeaLinked(idea_id=current.id), actor=actor.id)

    return await change(idea, rule)


async def set_idea_status(actor: Actor, idea_id: str, verdict: IdeaVerdict, *, expected_version: int) -> Idea:
    """Say what becomes of an idea; author and voters are told. What was said before stays in its history.

    Raises NotFound, Forbidden without `idea:manage` for others than who looks after its space, InvalidInput when nothing would
    change, LimitReached, Conflict.
    """
    idea = await require_idea(actor, idea_id)
    looks_after = await looks_after_space(actor, idea.space_id)
    may_manage(actor, looks_after=looks_after).enforce()
    at = now()

    def rule(current: Idea) -> None:
        if current.status is verdict.status and verdict.answer is None:
            raise InvalidInput("The idea has this status already; say something new, or choose another.", path=("status",))
        if len(current.steps) >= MOST_STEPS:
            raise LimitReached(f"An idea is answered at most {MOST_STEPS} times.", path=("idea_id",))
        step = IdeaStep(status=verdict.status, answer=verdict.answer, by=actor.id, at=at)
        current.status, current.steps, current.updated_at = verdict.status, [*current.steps, step], at
        current.record(IdeaStatusSet(idea_id=current.id, status=verdict.status.value), actor=actor.id)

    return await change(idea, rule, expected_version=expected_version)


async def merge_idea(actor: Actor, idea_id: str, *, into_id: str, expected_version: int) -> Idea:
    """Let an idea be part of another: its votes count there. Give the other idea; `expected_version` is the merged one's.

    Raises NotFound, Forbidden without `idea:manage` for others than who looks after its space, AlreadyDone, InvalidInput for
    itself, for an idea that was merged itself, for a public one into one that is for the staff, and for one with other readers,
    Conflict.
    """
    idea, into = await require_idea(actor, idea_id), await require_idea(actor, into_id, path="into_id")
    looks_after = await looks_after_space(actor, idea.space_id)
    may_merge(actor, idea, looks_after=looks_after).enforce()
    if into.id == idea.id or into.merged_into is not None:
        raise InvalidInput("Choose another idea, one that was not merged itself.", path=("into_id",))
    if idea.audience is Audience.PUBLIC and into.audience is not Audience.PUBLIC:
        raise InvalidInput("A public idea can only be merged into a public one.", path=("into_id",))
    if idea.closed_space_id != into.closed_space_id:
        raise InvalidInput("These ideas have other readers; move one of the two first.", path=("into_id",))

    def rule(current: Idea) -> None:
        may_merge(actor, current, looks_after=looks_after).enforce()
        current.merged_into, current.updated_at = into.id, now()
        current.record(IdeaMerged(idea_id=current.id, into_id=into.id), actor=actor.id)

    return await settle_merge(await change(idea, rule, expected_version=expected_version))


async def settle_merge(idea: Idea) -> Idea:
    """Let the idea that another was merged into count its votes, too, and those of what that one had absorbed; can run twice.

    Two ideas that were merged into each other at once stay as they are: each counts both.
    """
    into = await Idea.get(idea.merged_into or idea.id)
    if into is None:
        return idea
    gained = [one for one in (idea.id, *idea.absorbed) if one != into.id]

    def rule(current: Idea) -> None:
        current.absorbed = list(dict.fromkeys([*current.absorbed, *gained]))
        current.message_ids = list(dict.fromkeys([*current.message_ids, *idea.message_ids]))[:MOST_MESSAGES]

    return await settle_votes(await change(into, rule))


def require_staff_only(space: Space | None, *, public: bool, path: str) -> None:
    """Refuse to let customers' eyes into a closed space. Raises NotForThePublic."""
    if public and space is not None and space.visibility is not SpaceVisibility.OPEN:
        raise NotForThePublic("What customers see stands in no closed space.", path=(path,))
