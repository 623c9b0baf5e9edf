"""Mutations of service levels: policies, their order, calendars, and the priority of a case."""

from typing import Annotated, ClassVar

import strawberry

from care.cases.priorities import PriorityDraft, set_priority
from care.service_levels import calendars, sla_policies
from care.service_levels.drafts import CalendarChange, CalendarDraft, PolicyChange, PolicyDraft
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.staff.business_calendars import BusinessCalendar
from schema.staff.cases import Case
from schema.staff.enums import Priority
from schema.staff.service_level_inputs import (
    ExceptionalDayInput,
    SlaClockInput,
    SlaConditionsInput,
    WeeklyBusinessBlockInput,
)
from schema.staff.service_levels import SlaPolicy, SlaPolicyOrder

_POLICY = "The id of the policy."
_ZONE = "The time zone, as the IANA database names it, such as `Europe/Istanbul`."
_WEEK = "The hours of every week, up to 50 blocks, at least an hour in all."
_EXCEPTIONS = "Holidays and other days that differ, up to 100."


@strawberry.input(description="A policy of service levels to make.")
class CreateSlaPolicyInput:
    """A policy of service levels to make."""

    name: str = required("Its name, up to 100 characters.")
    conditions: SlaConditionsInput | None = given("Which cases it is for; absent: all.")
    first_response: SlaClockInput | None = given("The promise of a first answer; absent: 30 minutes, around the clock.")
    next_response: SlaClockInput | None = given("The promise of later answers; absent: 30 minutes, around the clock.")
    resolution: SlaClockInput | None = given("The promise to be done; absent: 72 hours, around the clock.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createSlaPolicy`.")
class CreateSlaPolicyPayload(Payload):
    """The answer of `createSlaPolicy`."""

    sla_policy: SlaPolicy | None = changed("The policy; it is tried after all others.")


@strawberry.input(description="What to change of a policy; absent stays as it is, what is given is taken whole.")
class UpdateSlaPolicyInput:
    """What to change of a policy."""

    policy_id: strawberry.ID = required(_POLICY)
    name: str | None = given("Its name, up to 100 characters.")
    conditions: SlaConditionsInput | None = given("Which cases it is for.")
    first_response: SlaClockInput | None = given("The promise of a first answer.")
    next_response: SlaClockInput | None = given("The promise of later answers.")
    resolution: SlaClockInput | None = given("The promise to be done.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `updateSlaPolicy`.")
class UpdateSlaPolicyPayload(Payload):
    """The answer of `updateSlaPolicy`."""

    written: ClassVar[str | None] = "sla_policy"

    sla_policy: SlaPolicy | None = changed()


@strawberry.input(description="The policy to take out of use.")
class ArchiveSlaPolicyInput:
    """The policy to take out of use."""

    policy_id: strawberry.ID = required(_POLICY)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `archiveSlaPolicy`.")
class ArchiveSlaPolicyPayload(Payload):
    """The answer of `archiveSlaPolicy`."""

    written: ClassVar[str | None] = "sla_policy"

    sla_policy: SlaPolicy | None = changed()


@strawberry.input(description="In which order to try the policies.")
class ReorderSlaPoliciesInput:
    """In which order to try the policies."""

    policy_ids: list[strawberry.ID] = required("The ids of policies in use; those not named come after, the oldest first.")
    expected_version: int = required("The `version` of `slaPolicyOrder` that you saw, 0 before there was an order.")


@strawberry.type(description="The answer of `reorderSlaPolicies`.")
class ReorderSlaPoliciesPayload(Payload):
    """The answer of `reorderSlaPolicies`."""

    written: ClassVar[str | None] = "sla_policy_order"

    sla_policy_order: SlaPolicyOrder | None = changed()


@strawberry.input(description="A business calendar to make.")
class CreateBusinessCalendarInput:
    """A business calendar to make."""

    name: str = required("Its name, up to 100 characters.")
    zone: str = required(_ZONE)
    week: list[WeeklyBusinessBlockInput] = required(_WEEK)
    exceptions: list[ExceptionalDayInput] | None = given(_EXCEPTIONS)
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createBusinessCalendar`.")
class CreateBusinessCalendarPayload(Payload):
    """The answer of `createBusinessCalendar`."""

    business_calendar: BusinessCalendar | None = changed("The calendar.")


@strawberry.input(description="What to change of a calendar; absent stays as it is, what is given is taken whole.")
class UpdateBusinessCalendarInput:
    """What to change of a calendar."""

    calendar_id: strawberry.ID = required("The id of the calendar.")
    name: str | None = given("Its name, up to 100 characters.")
    zone: str | None = given(_ZONE)
    week: list[WeeklyBusinessBlockInput] | None = given(_WEEK)
    exceptions: list[ExceptionalDayInput] | None = given(_EXCEPTIONS)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `updateBusinessCalendar`.")
class UpdateBusinessCalendarPayload(Payload):
    """The answer of `updateBusinessCalendar`."""

    written: ClassVar[str | None] = "business_calendar"

    business_calendar: BusinessCalendar | None = changed("The calendar; cases that have their terms keep the hours they got.")


@strawberry.input(description="How urgent a case is.")
class SetCasePriorityInput:
    """How urgent a case is."""

    case_id: strawberry.ID = required("The id of the case.")
    priority: Priority = required("How urgent it is; the same again is fine.")
    choose_policy: bool | None = given(
        "Whether to choose the policy of service levels anew, by what the case is now; absent: it keeps the one it has."
    )
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `setCasePriority`.")
class SetCasePriorityPayload(Payload):
    """The answer of `setCasePriority`."""

    written: ClassVar[str | None] = "case"

    case: Case | None = changed()


@strawberry.type
class ServiceLevelMutations:
    """What can be done with service levels."""

    @mutation(CreateSlaPolicyPayload, description="Makes a policy of service levels; needs `sla:manage`.")
    async def create_sla_policy(self, info: Info, input: Annotated[CreateSlaPolicyInput, INPUT]) -> object:
        """Make a policy."""
        once = once_for(info, "createSlaPolicy", input)
        policy = await sla_policies.create_policy(info.context.actor, parse(PolicyDraft, **values_of(input)), once=once)
        return CreateSlaPolicyPayload(sla_policy=SlaPolicy.from_document(policy))

    @mutation(UpdateSlaPolicyPayload, description="Changes a policy, for cases opened from now on; needs `sla:manage`.")
    async def update_sla_policy(self, info: Info, input: Annotated[UpdateSlaPolicyInput, INPUT]) -> object:
        """Change a policy."""
        draft = parse(PolicyChange, **values_of(input))
        policy = await sla_policies.update_policy(info.context.actor, draft, expected_version=input.expected_version)
        return UpdateSlaPolicyPayload(sla_policy=SlaPolicy.from_document(policy))

    @mutation(ArchiveSlaPolicyPayload, description="Takes a policy out of use; needs `sla:manage`.")
    async def archive_sla_policy(self, info: Info, input: Annotated[ArchiveSlaPolicyInput, INPUT]) -> object:
        """Archive a policy."""
        policy = await sla_policies.archive_policy(info.context.actor, input.policy_id, expected_version=input.expected_version)
        return ArchiveSlaPolicyPayload(sla_policy=SlaPolicy.from_document(policy))

    @mutation(ReorderSlaPoliciesPayload, description="Says in which order policies are tried; needs `sla:manage`.")
    async def reorder_sla_policies(self, info: Info, input: Annotated[ReorderSlaPoliciesInput, INPUT]) -> object:
        """Order the policies."""
        ids = [str(one) for one in input.policy_ids]
        order = await sla_policies.reorder_policies(info.context.actor, ids, expected_version=input.expected_version)
        return ReorderSlaPoliciesPayload(sla_policy_order=SlaPolicyOrder.from_document(order))

    @mutation(CreateBusinessCalendarPayload, description="Makes a business calendar; needs `sla:manage`.")
    async def create_business_calendar(self, info: Info, input: Annotated[CreateBusinessCalendarInput, INPUT]) -> object:
        """Make a calendar."""
        once = once_for(info, "createBusinessCalendar", input)
        calendar = await calendars.create_calendar(info.context.actor, parse(CalendarDraft, **values_of(input)), once=once)
        return CreateBusinessCalendarPayload(business_calendar=BusinessCalendar.from_document(calendar))

    @mutation(UpdateBusinessCalendarPayload, description="Changes a calendar, for cases opened from now on; needs `sla:manage`.")
    async def update_business_calendar(self, info: Info, input: Annotated[UpdateBusinessCalendarInput, INPUT]) -> object:
        """Change a calendar."""
        draft = parse(CalendarChange, **values_of(input))
        calendar = await calendars.update_calendar(info.context.actor, draft, expected_version=input.expected_version)
        return UpdateBusinessCalendarPayload(business_calendar=BusinessCalendar.from_document(calendar))

    @mutation(SetCasePriorityPayload, description="Says how urgent a case is, and, when asked to, what is promised in it now.")
    async def set_case_priority(self, info: Info, input: Annotated[SetCasePriorityInput, INPUT]) -> object:
        """Set the priority."""
        draft = parse(PriorityDraft, **values_of(input))
        case = await set_priority(info.context.actor, draft, expected_version=input.expected_version)
        return SetCasePriorityPayload(case=Case.from_document(case))
