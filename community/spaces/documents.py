"""What MongoDB keeps of spaces: what they are, who is in them, and who waits to be let in."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Final

from pydantic import BaseModel, Field
from pymongo import ASCENDING, IndexModel

from community.calm import Calm
from core.records import PENDING_EVENTS, CreatedOnce


class SpaceVisibility(StrEnum):
    """OPEN: all staff read; CLOSED: all staff know of it, its members read; SECRET: nobody else knows that it exists."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"
    SECRET = "SECRET"  # noqa: S105 - a visibility, no password


class SpaceRole(StrEnum):
    """What a member is in a space."""

    OWNER = "OWNER"
    MODERATOR = "MODERATOR"
    MEMBER = "MEMBER"


class PageWriters(StrEnum):
    """Who writes the wiki pages of a space: who may read there, its members, or its owners and moderators."""

    READERS = "READERS"
    MEMBERS = "MEMBERS"
    MODERATORS = "MODERATORS"


class SpaceMember(BaseModel):
    """Somebody who is in a space."""

    member_id: str
    role: SpaceRole
    since: datetime


class JoinRequest(BaseModel):
    """Somebody who wants to be let into a closed space."""

    member_id: str
    message: str | None = None
    at: datetime


EscalationMinutes = Annotated[int, Field(ge=0, le=43_200)]
EXPERT_AFTER: Final = 240
OWNERS_AFTER: Final = 1_440
"""Minutes without an answer after which a question goes on, where a space says nothing else, and outside of spaces."""


class Space(CreatedOnce):
    """A place for a part of the company's knowledge; who is in it stands here, and the accounts' reach follows."""

    name: str
    sort_name: str
    slug: str
    public_slug: str | None = None
    """The slug, unique, unless the space is secret: a name that is taken would tell of it."""
    description: str = ""
    visibility: SpaceVisibility
    secret_id: str | None = None
    """Its own id while it is secret: what the gate asks for."""
    page_writers: PageWriters = PageWriters.MEMBERS
    minimum_approvals: Annotated[int, Field(ge=0, le=5)] = 0
    several_accepted: bool = False
    """Whether a question here may have several accepted answers."""
    escalate_to_expert_minutes: EscalationMinutes = EXPERT_AFTER
    escalate_to_owners_minutes: EscalationMinutes = OWNERS_AFTER
    """When a question that nobody answers goes to the next expert, and to the owners; 0: never."""
    archived: bool = False
    members: list[SpaceMember] = Field(default_factory=list)
    requests: list[JoinRequest] = Field(default_factory=list)
    calm: Calm | None = None

    class Settings:
        name = "spaces"
        indexes: ClassVar = [
            IndexModel([("public_slug", ASCENDING)], unique=True, sparse=True),
            IndexModel([("slug", ASCENDING)]),
            IndexModel([("archived", ASCENDING), ("sort_name", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("members.member_id", ASCENDING)]),
            PENDING_EVENTS,
        ]

    def role_of(self, member_id: str | None) -> SpaceRole | None:
        """Give what somebody is here; None for who is not in the space."""
        return next((one.role for one in self.members if one.member_id == member_id), None)

    def owner_ids(self) -> list[str]:
        """Give who owns the space; there is always one."""
        return [one.member_id for one in self.members if one.role is SpaceRole.OWNER]

    def moderator_ids(self) -> list[str]:
        """Give who looks after the space: owners and moderators."""
        return [one.member_id for one in self.members if one.role is not SpaceRole.MEMBER]
