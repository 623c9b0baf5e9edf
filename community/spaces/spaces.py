"""Spaces: making them, changing what they are, and putting them out of use."""

import re
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import PydanticCustomError
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor, Permission
from community.creation import insert_once, made_before
from community.drafts import slug_of, text
from community.names import sort_key
from community.spaces.documents import (
    EXPERT_AFTER,
    OWNERS_AFTER,
    EscalationMinutes,
    PageWriters,
    Space,
    SpaceMember,
    SpaceRole,
    SpaceVisibility,
)
from community.spaces.errors import OpenForAll, SlugTaken
from community.spaces.events import SpaceChanged, SpaceCreated
from community.spaces.membership import follow_membership
from community.spaces.policies import may_own
from community.spaces.reading import require_space
from community.visibility import PREFIX
from core.clock import now
from core.idempotency import Once
from core.records import change

LONGEST_SLUG: Final = 60
_WORDS: Final = re.compile(r"[^\W_]+")


def _slug(given: str) -> str:
    if given != short_name(given):
        raise PydanticCustomError(
            "slug", "Use small letters, digits and hyphens, at most {longest} characters, such as field-service",
            {"longest": LONGEST_SLUG},
        )  # fmt: skip
    return given


def short_name(name: str) -> str:
    """Give the slug that a name makes (`İade & Kargo` → `iade-kargo`); empty when it has no letters or digits."""
    return "-".join(_WORDS.findall(slug_of(name)))[:LONGEST_SLUG].strip("-")


def _sluggable(name: str) -> str:
    if not short_name(name):
        raise PydanticCustomError("name", "Use letters or digits in the name")
    return name


Name = Annotated[str, text(1, 60, lines="one"), AfterValidator(_sluggable)]
Slug = Annotated[str, Field(min_length=1), AfterValidator(_slug)]
Description = Annotated[str, text(0, 2_000)]
Approvals = Annotated[int, Field(ge=0, le=5)]


class SpaceDraft(BaseModel):
    """A space to make; without a slug it gets that of its name."""

    name: Name
    slug: Slug | None = None
    description: Description = ""
    visibility: SpaceVisibility
    page_writers: PageWriters = PageWriters.MEMBERS
    minimum_approvals: Approvals = 0
    several_accepted: bool = False
    escalate_to_expert_minutes: EscalationMinutes = EXPERT_AFTER
    escalate_to_owners_minutes: EscalationMinutes = OWNERS_AFTER


class SpaceChanges(BaseModel):
    """What is to change of a space; a field that is not given stays."""

    name: Name = ""
    slug: Slug = ""
    description: Description = ""
    visibility: SpaceVisibility = SpaceVisibility.OPEN
    page_writers: PageWriters = PageWriters.MEMBERS
    minimum_approvals: Approvals = 0
    several_accepted: bool = False
    escalate_to_expert_minutes: EscalationMinutes = EXPERT_AFTER
    escalate_to_owners_minutes: EscalationMinutes = OWNERS_AFTER
    archived: bool = False


async def create_space(actor: Actor, draft: SpaceDraft, *, once: Once) -> Space:
    """Make a space; who makes it owns it.

    Raises Forbidden without `space:create`, SlugTaken, IdempotencyMismatch.
    """
    actor.require(Permission.SPACE_CREATE)
    owner, identifier, at = actor.member, once.identifier(PREFIX), now()
    space = await made_before(Space, identifier, once)
    if space is None:
        space = Space(
            id=identifier,
            created_at=at,
            sort_name=sort_key(draft.name),
            members=[SpaceMember(member_id=owner, role=SpaceRole.OWNER, since=at)],
            fingerprint=once.fingerprint,
            **{**draft.model_dump(), "slug": draft.slug or short_name(draft.name)},
        )
        _reflect_visibility(space)
        space.record(SpaceCreated(space_id=space.id, member_id=owner), actor=actor.id)
        try:
            space = await insert_once(space, once)
        except DuplicateKeyError:
            raise _taken(space.slug) from None
    await follow_membership(space.id, [owner])
    return space


async def update_space(actor: Actor, space_id: str, changes: SpaceChanges, *, expected_version: int) -> Space:
    """Change what a space is, put it out of use, or take it into use again; what is in it stays readable.

    Raises NotFound, Forbidden for others than its owners, SlugTaken, OpenForAll for closing an open space or opening a
    closed one, Conflict.
    """
    space = await require_space(actor, space_id)
    may_own(actor, space).enforce()
    given = changes.model_fields_set

    def rule(current: Space) -> None:
        may_own(actor, current).enforce()
        if "visibility" in given:
            _require_same_readers(current, changes.visibility)
        for name in given:
            setattr(current, name, getattr(changes, name))
        current.sort_name = sort_key(current.name)
        _reflect_visibility(current)
        current.record(SpaceChanged(space_id=current.id), actor=actor.id)

    try:
        return await change(space, rule, expected_version=expected_version)
    except DuplicateKeyError:
        raise _taken(changes.slug or space.slug) from None


def _require_same_readers(space: Space, wanted: SpaceVisibility) -> None:
    if (space.visibility is SpaceVisibility.OPEN) is not (wanted is SpaceVisibility.OPEN):
        message = (
            "What is in an open space was written for all staff, and what is in a closed one for its members: "
            "make another space and move there what belongs there."
        )
        raise OpenForAll(message, path=("visibility",))


def _reflect_visibility(space: Space) -> None:
    is_secret = space.visibility is SpaceVisibility.SECRET
    space.public_slug = None if is_secret else space.slug
    space.secret_id = space.id if is_secret else None


def _taken(slug: str) -> SlugTaken:
    return SlugTaken(f"There is a space with the short name {slug} already; choose another one.", path=("slug",))
