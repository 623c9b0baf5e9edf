"""What clients hand in of calendars, policies and their clocks."""

import strawberry

from schema.inputs import given, required
from schema.staff.enums import CaseOrigin, ChannelKind, Environment, Priority, Role
from schema.staff.service_level_enums import Halt, Lifecycle, Renewal, TargetKind


@strawberry.input(description="Hours of a day, by the wall clock of the calendar's zone.")
class BusinessBlockInput:
    """Hours of a day."""

    opens: str = required("When they begin, `09:00`.")
    closes: str = required("When they end, `18:00`; `24:00` is the end of the day.")


@strawberry.input(description="Hours of a day of the week.")
class WeeklyBusinessBlockInput:
    """Hours of a day of the week."""

    weekday: int = required("The day as ISO 8601 counts: 1 is Monday, 7 Sunday.")
    opens: str = required("When they begin, `09:00`.")
    closes: str = required("When they end, `18:00`; `24:00` is the end of the day.")


@strawberry.input(description="A day that is not like its day of the week.")
class ExceptionalDayInput:
    """A day that is not like its day of the week."""

    day: str = required("Which day, `2026-12-31`.")
    name: str = required("Why.")
    blocks: list[BusinessBlockInput] | None = given("Its hours; none or absent: a holiday.")


@strawberry.input(description="Somebody who is told.")
class SlaTargetInput:
    """Somebody who is told."""

    kind: TargetKind = required("How they are named.")
    member_id: strawberry.ID | None = given("The id of the member, for the kind MEMBER alone.")
    role: Role | None = given("The role, for the kind ROLE alone.")


@strawberry.input(description="A word before a clock runs out.")
class SlaWarningInput:
    """A word before a clock runs out."""

    elapsed_percent: int = required("Say it when so much of the time has gone, 1 to 99 per cent.")
    targets: list[SlaTargetInput] = required("Whom to tell, 1 to 10.")


@strawberry.input(description="A word after a clock ran out and still nobody has acted.")
class SlaEscalationStepInput:
    """A word after a clock ran out and still nobody has acted."""

    after_minutes: int = required("Say it so many minutes after the clock ran out, in the clock's hours.")
    targets: list[SlaTargetInput] = required("Whom to tell, 1 to 10.")


@strawberry.input(description="What one clock promises.")
class SlaClockInput:
    """What one clock promises."""

    target_minutes: int | None = given("How long it may take, up to 90 days; absent: nothing is promised.")
    calendar_id: strawberry.ID | None = given("The id of the business calendar to count in; absent: around the clock.")
    halts: list[Halt] | None = given("While what it stands; absent: the resolution while waiting for the customer.")
    renewals: list[Renewal] | None = given("Upon what it starts anew; absent: nothing.")
    holding_reply_counts: bool | None = given("Whether a holding reply meets it; absent: no.")
    warnings: list[SlaWarningInput] | None = given("Warnings, up to 5; absent: halfway, to who works on the case.")
    breach_targets: list[SlaTargetInput] | None = given(
        "Whom to tell when it runs out; absent: who works on the case, and the managers."
    )
    escalations: list[SlaEscalationStepInput] | None = given("Whom to call afterwards, up to 10 steps; absent: nobody.")


@strawberry.input(description="Which cases a policy is for: all that is named must fit, one value of each.")
class SlaConditionsInput:
    """Which cases a policy is for."""

    channel_kinds: list[ChannelKind] | None = given("Where the customer speaks.")
    channel_ids: list[strawberry.ID] | None = given("The ids of channels, up to 20.")
    priorities: list[Priority] | None = given("How urgent the case is.")
    tags: list[str] | None = given("Labels, up to 5, one of which the case has.")
    lifecycles: list[Lifecycle] | None = given("How far the customer has come with the company.")
    origins: list[CaseOrigin] | None = given("Who began.")
    environments: list[Environment] | None = given("Real or practice.")
