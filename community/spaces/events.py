"""What happens to spaces, as facts."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class SpaceEvent(Event):
    """Something happened to a space."""

    space_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpaceCreated(SpaceEvent):
    """A space was made; who made it owns it."""

    member_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpaceChanged(SpaceEvent):
    """Name, description, visibility or rules of a space changed, or it was archived or taken into use again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpaceMembersChanged(SpaceEvent):
    """Members came, went, or got another role."""

    member_ids: tuple[str, ...]
    added_ids: tuple[str, ...] = ()
    """Those of them who were let in by somebody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpaceOwnerFollowed(SpaceEvent):
    """Somebody inside owns a secret space now, for none of its owners can sign in."""

    member_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpaceJoinRequested(SpaceEvent):
    """Somebody wants to be let into a closed space."""

    member_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpaceJoinDeclined(SpaceEvent):
    """Somebody was not let in."""

    member_id: str
