"""Mutations by which moderators calm things down."""

from datetime import datetime
from typing import Annotated, ClassVar

import strawberry

from community.moderation.calming import LockDraft, SlowModeDraft, UnlockDraft, lock, set_slow_mode, unlock
from community.turns.limits import LimitsDraft, set_limits
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, required, values_of
from schema.nodes import Node
from schema.staff.calm import NewcomerLimits

_TARGET = "The id of the question, the page, the post or the space."
_REASON = "Why, 3 to 1,000 characters; who writes there reads it, and the log keeps it."
_AS_IT_IS = "It as it is now."


@strawberry.input(description="How slow something is to be.")
class SetSlowModeInput:
    """How slow something is to be."""

    target_id: strawberry.ID = required(_TARGET)
    seconds: int = required("How many seconds lie between two contributions of a member, up to 86,400; 0 turns it off.")
    reason: str = required(_REASON)
    until: datetime | None = given("Until when; absent: until it is turned off.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `setSlowMode`.")
class SetSlowModePayload(Payload):
    """The answer of `setSlowMode`."""

    written: ClassVar[str | None] = "target"

    target: Node | None = changed(_AS_IT_IS)


@strawberry.input(description="What is to be locked, and why.")
class LockContentInput:
    """What is to be locked, and why."""

    target_id: strawberry.ID = required(_TARGET)
    reason: str = required(_REASON)
    until: datetime | None = given("Until when; absent: until it is unlocked.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `lockContent`.")
class LockContentPayload(Payload):
    """The answer of `lockContent`."""

    written: ClassVar[str | None] = "target"

    target: Node | None = changed(_AS_IT_IS)


@strawberry.input(description="What is to be unlocked, and why.")
class UnlockContentInput:
    """What is to be unlocked, and why."""

    target_id: strawberry.ID = required(_TARGET)
    reason: str = required("Why, 3 to 1,000 characters; the log keeps it.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `unlockContent`.")
class UnlockContentPayload(Payload):
    """The answer of `unlockContent`."""

    written: ClassVar[str | None] = "target"

    target: Node | None = changed(_AS_IT_IS)


@strawberry.input(description="Who is to be new, and how much they may write; 0: no matter.")
class SetNewcomerLimitsInput:
    """Who is to be new, and how much they may write."""

    days: int = required("Who joined less than so many days ago is new, up to 365.")
    contributions: int = required("Who has fewer accepted answers than this is new, up to 100.")
    per_hour: int = required("How many questions, answers and comments they may write in an hour, up to 60.")
    per_day: int = required("How many in a day, up to 500.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `setNewcomerLimits`.")
class SetNewcomerLimitsPayload(Payload):
    """The answer of `setNewcomerLimits`."""

    written: ClassVar[str | None] = "newcomer_limits"

    newcomer_limits: NewcomerLimits | None = changed()


@strawberry.type
class CalmMutations:
    """What moderators do to calm things down."""

    @mutation(
        SetSlowModePayload,
        description="Lets each member contribute once in so many seconds to a question, a page, a post or all of a space, or "
        "ends that; moderators and answers to consultations are free. Too soon is refused with RATE_LIMITED.",
    )
    async def set_slow_mode(self, info: Info, input: Annotated[SetSlowModeInput, INPUT]) -> object:
        """Set slow mode."""
        draft = parse(SlowModeDraft, **values_of(input, "target_id"))
        target = await set_slow_mode(info.context.actor, input.target_id, draft, expected_version=input.expected_version)
        return SetSlowModePayload(target=info.context.present(target))

    @mutation(
        LockContentPayload,
        description="Locks a question, a page, a post or a space: only who moderates there answers, comments and edits.",
    )
    async def lock_content(self, info: Info, input: Annotated[LockContentInput, INPUT]) -> object:
        """Lock."""
        draft = parse(LockDraft, **values_of(input, "target_id"))
        target = await lock(info.context.actor, input.target_id, draft, expected_version=input.expected_version)
        return LockContentPayload(target=info.context.present(target))

    @mutation(UnlockContentPayload, description="Lets everybody write again in what was locked.")
    async def unlock_content(self, info: Info, input: Annotated[UnlockContentInput, INPUT]) -> object:
        """Unlock."""
        draft = parse(UnlockDraft, **values_of(input, "target_id"))
        target = await unlock(info.context.actor, input.target_id, draft, expected_version=input.expected_version)
        return UnlockContentPayload(target=info.context.present(target))

    @mutation(
        SetNewcomerLimitsPayload,
        description="Says who is new and how much they may write; moderators and answers to consultations are free. "
        "Needs `question:moderate`.",
    )
    async def set_newcomer_limits(self, info: Info, input: Annotated[SetNewcomerLimitsInput, INPUT]) -> object:
        """Set the limits."""
        draft = parse(LimitsDraft, **values_of(input))
        limits = await set_limits(info.context.actor, draft, expected_version=input.expected_version)
        return SetNewcomerLimitsPayload(newcomer_limits=NewcomerLimits.from_document(limits))
