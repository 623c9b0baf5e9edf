"""How moderators calm things down: slow mode and locks, and the limits of newcomers."""

from datetime import datetime
from typing import Self

import strawberry

from community import calm
from community.spaces import documents as spaces
from community.spaces.reading import spaces_by_ids
from community.turns import documents
from community.turns.limits import show_limits
from community.turns.places import Place, is_free
from community.turns.policies import may_write_at
from schema.context import Info
from schema.staff.members import Member, member_of


@strawberry.type(description="Each member contributes at most once in so many seconds.")
class SlowMode:
    """Each member contributes at most once in so many seconds."""

    document: strawberry.Private[calm.SlowMode]
    seconds: int = strawberry.field(description="How many seconds lie between two contributions of a member.")
    reason: str = strawberry.field(description="Why.")
    since: datetime = strawberry.field(description="Since when.")
    until: datetime | None = strawberry.field(description="Until when; null: until it is turned off.")

    @classmethod
    def of(cls, mode: calm.SlowMode) -> Self:
        """Show the slow mode."""
        return cls(document=mode, seconds=mode.seconds, reason=mode.reason, since=mode.since, until=mode.until)

    @strawberry.field(description="Who turned it on.")
    async def by(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.by)


@strawberry.type(description="Only moderators write and change something, and what stands below it.")
class ContentLock:
    """Only moderators write and change something."""

    document: strawberry.Private[calm.Lock]
    reason: str = strawberry.field(description="Why.")
    since: datetime = strawberry.field(description="Since when.")
    until: datetime | None = strawberry.field(description="Until when; null: until it is unlocked.")

    @classmethod
    def of(cls, lock: calm.Lock) -> Self:
        """Show the lock."""
        return cls(document=lock, reason=lock.reason, since=lock.since, until=lock.until)

    @strawberry.field(description="Who locked it.")
    async def by(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.by)


@strawberry.type
class Calmable:
    """What moderators can slow down and lock."""

    document: strawberry.Private[Place]

    @strawberry.field(description="The slow mode that holds here now; null: none. That of its space holds as well.")
    def slow_mode(self) -> SlowMode | None:
        """Give what holds now."""
        mode = self.document.calm.slow_now() if self.document.calm is not None else None
        return SlowMode.of(mode) if mode is not None else None

    @strawberry.field(description="The lock that holds here now; null: none. That of its space holds as well.")
    def lock(self) -> ContentLock | None:
        """Give what holds now."""
        lock = self.document.calm.lock_now() if self.document.calm is not None else None
        return ContentLock.of(lock) if lock is not None else None

    @strawberry.field(description="Whether the viewer can slow it down and lock it, and writes there in spite of both.")
    async def viewer_can_calm(self, info: Info) -> bool:
        """Ask the policy."""
        actor = info.context.actor
        return actor.member_id is not None and is_free(actor, await places_for(info, self.document))

    async def _unlocked(self, info: Info) -> bool:
        """Tell whether the viewer may write here as far as locks go, its own and that of its space."""
        return bool(may_write_at(info.context.actor, await places_for(info, self.document)))


async def places_for(info: Info, document: object) -> list[Place]:
    """Give something, if it can be calmed down, and the space it stands in, as far as the viewer may know of that."""
    own = [document] if isinstance(document, Place) else []
    space_id = getattr(document, "space_id", None)
    space: spaces.Space | None = await info.context.load(spaces_by_ids, space_id) if space_id is not None else None
    return [*own, *([space] if space is not None else [])]


@strawberry.type(description="Who is new, and how much they may write; a part that is 0 does not hold.")
class NewcomerLimits:
    """Who is new, and how much they may write."""

    version: int = strawberry.field(description="Rises with each change, from 0; pass it as `expectedVersion`.")
    days: int = strawberry.field(description="Who joined less than so many days ago is new.")
    contributions: int = strawberry.field(description="Who has fewer accepted answers than this is new.")
    per_hour: int = strawberry.field(description="How many questions, answers and comments they may write in an hour.")
    per_day: int = strawberry.field(description="How many in a day.")

    @classmethod
    def from_document(cls, document: documents.NewcomerLimits) -> Self:
        """Show the limits."""
        return cls(
            version=document.version,
            days=document.days,
            contributions=document.contributions,
            per_hour=document.per_hour,
            per_day=document.per_day,
        )


@strawberry.type
class CalmQueries:
    """What members may know of the limits."""

    @strawberry.field(description="How much newcomers may write; needs `question:read`.")
    async def newcomer_limits(self, info: Info) -> NewcomerLimits:
        """Give the limits."""
        return NewcomerLimits.from_document(await show_limits(info.context.actor))
