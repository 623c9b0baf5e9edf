"""What clients hand in about shifts, rotations, leave, coverage and handovers."""

from datetime import datetime

import strawberry

from schema.inputs import expected_version, given, idempotency_key, required

_ZERO = "The `version` you saw, 0 as long as there is none."


@strawberry.input(description="The shift to plan.")
class CreateShiftInput:
    """The shift to plan."""

    member_id: strawberry.ID = required("The id of who works.")
    starts_at: datetime = required("When it begins.")
    ends_at: datetime = required("When it ends, at most 24 hours later.")
    channel_ids: list[strawberry.ID] = required("The ids of the channels to work for, at most 50.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Who takes over which shift.")
class TakeOverShiftInput:
    """Who takes over which shift."""

    shift_id: strawberry.ID = required("The id of the shift; it may be a rotation's day.")
    member_id: strawberry.ID = required("The id of who works instead.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Which shift will not take place.")
class CancelShiftInput:
    """Which shift will not take place."""

    shift_id: strawberry.ID = required("The id of the shift.")
    expected_version: int = expected_version()


@strawberry.input(description="The rotation to make.")
class CreateRotationInput:
    """The rotation to make."""

    name: str = required("Its name.")
    member_ids: list[strawberry.ID] = required("The ids of who take turns, in their order, at most 100.")
    channel_ids: list[strawberry.ID] = required("The ids of the channels to work for, at most 50.")
    zone: str = required("The zone of its wall clock, such as `Europe/Istanbul`.")
    starts_on: str = required("The first day, such as `2026-12-01`.")
    ends_on: str | None = given("The last day; absent: it goes on.")
    turn_days: int = required("For how many days one has the turn: 1 day by day, 7 week by week.")
    starts: str = required("When a day's shift begins, such as `22:00`.")
    minutes: int = required("How long it is, 15 to 1,440 minutes; it may reach into the next day.")
    weekdays: list[int] | None = given("The days of the week on which a shift begins, 1 Monday to 7 Sunday; absent: all.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="What a rotation shall be like; all of it is written anew.")
class UpdateRotationInput:
    """What a rotation shall be like."""

    rotation_id: strawberry.ID = required("The id of the rotation.")
    name: str = required("Its name.")
    member_ids: list[strawberry.ID] = required("The ids of who take turns, in their order, at most 100.")
    channel_ids: list[strawberry.ID] = required("The ids of the channels to work for, at most 50.")
    zone: str = required("The zone of its wall clock, such as `Europe/Istanbul`.")
    starts_on: str = required("The first day, such as `2026-12-01`.")
    ends_on: str | None = given("The last day; absent: it goes on.")
    turn_days: int = required("For how many days one has the turn: 1 day by day, 7 week by week.")
    starts: str = required("When a day's shift begins, such as `22:00`.")
    minutes: int = required("How long it is, 15 to 1,440 minutes; it may reach into the next day.")
    weekdays: list[int] | None = given("The days of the week on which a shift begins, 1 Monday to 7 Sunday; absent: all.")
    expected_version: int = expected_version()


@strawberry.input(description="Which rotation to take out of the plan.")
class DeleteRotationInput:
    """Which rotation to take out of the plan."""

    rotation_id: strawberry.ID = required("The id of the rotation.")
    expected_version: int = expected_version()


@strawberry.input(description="When a member is away.")
class EnterLeaveInput:
    """When a member is away."""

    member_id: strawberry.ID = required("The id of the member: one's own, or with shift:manage anybody's.")
    starts_at: datetime = required("When it begins.")
    ends_at: datetime = required("When it ends, at most 366 days later.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Which leave to take back.")
class CancelLeaveInput:
    """Which leave to take back."""

    leave_id: strawberry.ID = required("The id of the leave.")
    expected_version: int = expected_version()


@strawberry.input(description="What a channel needs at every instant.")
class SetCoverageInput:
    """What a channel needs at every instant."""

    channel_id: strawberry.ID = required("The id of the channel.")
    least_members: int = required("How many members at least; 0: it may be left alone.")
    skill_ids: list[strawberry.ID] | None = given("Somebody must have one of these skills, at most 20; absent: anybody will do.")
    expected_version: int = required(_ZERO)


@strawberry.input(description="What the next one must know.")
class WriteHandoverInput:
    """What the next one must know."""

    shift_id: strawberry.ID = required("The id of the shift that ends.")
    note: str = required("The note, in Markdown, at most 5,000 characters.")
    expected_version: int = required(_ZERO)


@strawberry.input(description="Which note was read.")
class AcknowledgeHandoverInput:
    """Which note was read."""

    shift_id: strawberry.ID = required("The id of the shift that the note was written for.")
    expected_version: int = expected_version()
