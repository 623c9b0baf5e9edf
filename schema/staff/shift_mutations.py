"""Mutations about who works when."""

from typing import Annotated, ClassVar

import strawberry

from care.documents import shifts as documents
from care.duty import plan_of_shift
from care.reading.shifts import MOST_SHIFTS, coverage_gaps
from care.shifts.coverage import set_coverage
from care.shifts.drafts import CoverageDraft, HandoverDraft, LeaveDraft, RotationDraft, ShiftDraft
from care.shifts.handovers import acknowledge_handover, write_handover
from care.shifts.leaves import cancel_leave, enter_leave
from care.shifts.rotations import create_rotation, delete_rotation, update_rotation
from care.shifts.shifts import cancel_shift, create_shift, take_over_shift
from community.directory import members_by_ids
from core.errors import DomainError
from schema.context import Info
from schema.directives import list_size
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, once_for, values_of
from schema.staff.shift_inputs import (
    AcknowledgeHandoverInput,
    CancelLeaveInput,
    CancelShiftInput,
    CreateRotationInput,
    CreateShiftInput,
    DeleteRotationInput,
    EnterLeaveInput,
    SetCoverageInput,
    TakeOverShiftInput,
    UpdateRotationInput,
    WriteHandoverInput,
)
from schema.staff.shifts import CoverageGap, CoverageRule, Handover, Leave, Rotation, Shift


@strawberry.type(description="The answer of mutations that plan a shift.")
class ShiftPayload(Payload):
    """What mutations that plan a shift answer."""

    shift: Shift | None = changed("The shift.")
    coverage_gaps: list[CoverageGap] = strawberry.field(
        default_factory=list,
        description="What is still not covered within the shift's time, by the start.",
        directives=list_size(MOST_SHIFTS),
    )


@strawberry.type(description="The answer of `createShift`.")
class CreateShiftPayload(ShiftPayload):
    """The answer of `createShift`."""


@strawberry.type(description="The answer of `takeOverShift`.")
class TakeOverShiftPayload(ShiftPayload):
    """The answer of `takeOverShift`."""


@strawberry.type(description="The answer of `cancelShift`.")
class CancelShiftPayload(ShiftPayload):
    """The answer of `cancelShift`."""

    written: ClassVar[str | None] = "shift"


@strawberry.type(description="The answer of mutations about rotations.")
class RotationPayload(Payload):
    """What mutations about rotations answer."""

    written: ClassVar[str | None] = "rotation"

    rotation: Rotation | None = changed("The rotation as it is now.")


@strawberry.type(description="The answer of `createRotation`.")
class CreateRotationPayload(RotationPayload):
    """The answer of `createRotation`."""


@strawberry.type(description="The answer of `updateRotation`.")
class UpdateRotationPayload(RotationPayload):
    """The answer of `updateRotation`."""


@strawberry.type(description="The answer of `deleteRotation`.")
class DeleteRotationPayload(RotationPayload):
    """The answer of `deleteRotation`."""


@strawberry.type(description="The answer of `enterLeave`.")
class EnterLeavePayload(Payload):
    """The answer of `enterLeave`."""

    leave: Leave | None = changed("The leave.")


@strawberry.type(description="The answer of `cancelLeave`.")
class CancelLeavePayload(Payload):
    """The answer of `cancelLeave`."""

    written: ClassVar[str | None] = "leave"

    leave: Leave | None = changed("The leave as it was last.")


@strawberry.type(description="The answer of `setCoverage`.")
class SetCoveragePayload(Payload):
    """The answer of `setCoverage`."""

    written: ClassVar[str | None] = "rule"

    rule: CoverageRule | None = changed("What the channel needs now.")


@strawberry.type(description="The answer of `writeHandover`.")
class WriteHandoverPayload(Payload):
    """The answer of `writeHandover`."""

    written: ClassVar[str | None] = "handover"

    handover: Handover | None = changed("The note as it is now.")


@strawberry.type(description="The answer of `acknowledgeHandover`.")
class AcknowledgeHandoverPayload(Payload):
    """The answer of `acknowledgeHandover`."""

    written: ClassVar[str | None] = "handover"

    handover: Handover | None = changed("The note as it is now.")


async def _gaps(info: Info, shift: documents.Shift) -> list[CoverageGap]:
    """Give what is not covered within a shift's time; nothing when that can't be told now."""
    span = (shift.starts_at, shift.ends_at)
    try:
        found = await coverage_gaps(info.context.actor, span, channel_ids=shift.channel_ids)
    except DomainError:
        return []
    return [CoverageGap.of(gap) for gap in found]


@strawberry.type
class ShiftMutations:
    """What is done about who works when."""

    @mutation(CreateShiftPayload, description="Plans a shift.")
    async def create_shift(self, info: Info, input: Annotated[CreateShiftInput, INPUT]) -> object:
        """Plan a shift."""
        draft = parse(ShiftDraft, **values_of(input))
        shift = await create_shift(info.context.actor, draft, once=once_for(info, "createShift", input))
        return CreateShiftPayload(shift=Shift.of(plan_of_shift(shift)), coverage_gaps=await _gaps(info, shift))

    @mutation(TakeOverShiftPayload, description="Lets somebody else work a shift; a shift of its own takes its place.")
    async def take_over_shift(self, info: Info, input: Annotated[TakeOverShiftInput, INPUT]) -> object:
        """Take a shift over."""
        once = once_for(info, "takeOverShift", input)
        taking = take_over_shift(info.context.actor, input.shift_id, input.member_id, once=once)
        shift = await info.context.beside(taking, members_by_ids, input.member_id)
        return TakeOverShiftPayload(shift=Shift.of(plan_of_shift(shift)), coverage_gaps=await _gaps(info, shift))

    @mutation(CancelShiftPayload, description="Lets a shift not take place; one that was taken over stands again.")
    async def cancel_shift(self, info: Info, input: Annotated[CancelShiftInput, INPUT]) -> object:
        """Cancel a shift."""
        shift = await cancel_shift(info.context.actor, input.shift_id, expected_version=input.expected_version)
        return CancelShiftPayload(shift=Shift.of(plan_of_shift(shift)), coverage_gaps=await _gaps(info, shift))

    @mutation(CreateRotationPayload, description="Makes a rotation; its days are shifts as far ahead as one looks.")
    async def create_rotation(self, info: Info, input: Annotated[CreateRotationInput, INPUT]) -> object:
        """Make a rotation."""
        draft = parse(RotationDraft, **values_of(input))
        rotation = await create_rotation(info.context.actor, draft, once=once_for(info, "createRotation", input))
        return CreateRotationPayload(rotation=Rotation.from_document(rotation))

    @mutation(UpdateRotationPayload, description="Writes a rotation anew, its past days too.")
    async def update_rotation(self, info: Info, input: Annotated[UpdateRotationInput, INPUT]) -> object:
        """Change a rotation."""
        draft = parse(RotationDraft, **values_of(input, "rotation_id"))
        version = input.expected_version
        rotation = await update_rotation(info.context.actor, input.rotation_id, draft, expected_version=version)
        return UpdateRotationPayload(rotation=Rotation.from_document(rotation))

    @mutation(DeleteRotationPayload, description="Takes a rotation out of the plan with all its days.")
    async def delete_rotation(self, info: Info, input: Annotated[DeleteRotationInput, INPUT]) -> object:
        """Delete a rotation."""
        rotation = await delete_rotation(info.context.actor, input.rotation_id, expected_version=input.expected_version)
        return DeleteRotationPayload(rotation=Rotation.from_document(rotation))

    @mutation(EnterLeavePayload, description="Enters when a member is away; they are on no shift then, whatever is planned.")
    async def enter_leave(self, info: Info, input: Annotated[EnterLeaveInput, INPUT]) -> object:
        """Enter a leave."""
        draft = parse(LeaveDraft, **values_of(input))
        leave = await enter_leave(info.context.actor, draft, once=once_for(info, "enterLeave", input))
        return EnterLeavePayload(leave=Leave.from_document(leave))

    @mutation(CancelLeavePayload, description="Takes a leave back.")
    async def cancel_leave(self, info: Info, input: Annotated[CancelLeaveInput, INPUT]) -> object:
        """Cancel a leave."""
        leave = await cancel_leave(info.context.actor, input.leave_id, expected_version=input.expected_version)
        return CancelLeavePayload(leave=Leave.from_document(leave))

    @mutation(SetCoveragePayload, description="Says what a channel needs at every instant.")
    async def set_coverage(self, info: Info, input: Annotated[SetCoverageInput, INPUT]) -> object:
        """Set what a channel needs."""
        draft = parse(CoverageDraft, **values_of(input))
        rule = await set_coverage(info.context.actor, draft, expected_version=input.expected_version)
        return SetCoveragePayload(rule=CoverageRule.from_document(rule))

    @mutation(WriteHandoverPayload, description="Writes down what the next one must know, or writes it anew.")
    async def write_handover(self, info: Info, input: Annotated[WriteHandoverInput, INPUT]) -> object:
        """Write a handover."""
        draft = parse(HandoverDraft, **values_of(input))
        handover = await write_handover(info.context.actor, draft, expected_version=input.expected_version)
        return WriteHandoverPayload(handover=Handover.from_document(handover))

    @mutation(AcknowledgeHandoverPayload, description="Says that one has read what was handed over.")
    async def acknowledge_handover(self, info: Info, input: Annotated[AcknowledgeHandoverInput, INPUT]) -> object:
        """Acknowledge a handover."""
        handover = await acknowledge_handover(info.context.actor, input.shift_id, expected_version=input.expected_version)
        return AcknowledgeHandoverPayload(handover=Handover.from_document(handover))
