"""Handing cases over between departments, and saying which department a channel's cases belong to."""

from typing import Annotated, ClassVar

import strawberry

from care.cases.departments import HandOverDraft, hand_over_case
from care.channel_departments import ChannelDepartmentDraft, set_channel_department
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, required, values_of
from schema.staff.cases import Case
from schema.staff.channels import Channel


@strawberry.input(description="Which case goes to which department.")
class HandOverCaseInput:
    """Which case goes to which department."""

    case_id: strawberry.ID = required("The id of the case.")
    department_id: strawberry.ID = required("The id of the department.")
    note: str | None = given("A word for those who take it over; customers never see it.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `handOverCase`.")
class HandOverCasePayload(Payload):
    """The answer of `handOverCase`."""

    written: ClassVar[str | None] = "case"

    case: Case | None = changed()


@strawberry.input(description="Which department the cases of a channel belong to.")
class SetChannelDepartmentInput:
    """Which department the cases of a channel belong to."""

    channel_id: strawberry.ID = required("The id of the channel.")
    department_id: strawberry.ID | None = given("The id of the department; absent: no one in particular.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `setChannelDepartment`.")
class SetChannelDepartmentPayload(Payload):
    """The answer of `setChannelDepartment`."""

    written: ClassVar[str | None] = "channel"

    channel: Channel | None = changed()


@strawberry.type
class DepartmentMutations:
    """What can be done between departments."""

    @mutation(
        HandOverCasePayload,
        description="Lets a case belong to another department: who works on it lets go of it unless they belong there, policies "
        "of assignment give it to members of that department alone, and those are told. `handOffReport` counts the time until "
        "somebody takes it up (DEPARTMENT_TAKES). Needs `case:assign`.",
    )
    async def hand_over_case(self, info: Info, input: Annotated[HandOverCaseInput, INPUT]) -> object:
        """Hand a case over."""
        draft = parse(HandOverDraft, **values_of(input))
        case = await hand_over_case(info.context.actor, draft, expected_version=input.expected_version)
        return HandOverCasePayload(case=Case.from_document(case))

    @mutation(
        SetChannelDepartmentPayload,
        description="Says which department the cases belong to that customers begin on a channel from now on; needs "
        "`channel:manage`.",
    )
    async def set_channel_department(self, info: Info, input: Annotated[SetChannelDepartmentInput, INPUT]) -> object:
        """Say which department."""
        draft = parse(ChannelDepartmentDraft, **values_of(input))
        channel = await set_channel_department(info.context.actor, draft, expected_version=input.expected_version)
        return SetChannelDepartmentPayload(channel=Channel.from_document(channel))
