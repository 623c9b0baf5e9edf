"""What is known of members, changed by who manages them and, as far as it is theirs to say, by themselves."""

from typing import Annotated, ClassVar

import strawberry

from community.members import MemberChanges, change_member, set_availability
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, required, values_of
from schema.staff.enums import Availability
from schema.staff.members import Member

_ABSENT = "absent stays as it is"


@strawberry.input(description=f"What to change of a member; {_ABSENT}.")
class UpdateMemberInput:
    """What to change of a member."""

    member_id: strawberry.ID = required("The id of the member.")
    display_name: str | None = given("The name, 1 to 100 characters; the handle stays.")
    department_id: strawberry.ID | None = given("The id of the department; null: none.")
    job_title: str | None = given("What the member does, at most 100 characters; null: nothing is said.")
    locales: list[str] | None = given("The languages spoken, one to ten tags such as tr, fa or en-GB.")
    skill_ids: list[strawberry.ID] | None = given("The ids of what the member knows; taken whole.")
    bio: str | None = given("A few words about the member, at most 2,000 characters; null: none.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `updateMember`.")
class UpdateMemberPayload(Payload):
    """The answer of `updateMember`."""

    written: ClassVar[str | None] = "member"

    member: Member | None = changed()


@strawberry.input(description="Whether somebody can be asked now.")
class SetAvailabilityInput:
    """Whether somebody can be asked now."""

    availability: Availability = required("Whether they can.")
    member_id: strawberry.ID | None = given("The id of the member; absent: the viewer.")


@strawberry.type(description="The answer of `setAvailability`.")
class SetAvailabilityPayload(Payload):
    """The answer of `setAvailability`."""

    member: Member | None = changed("The member.")


@strawberry.type
class MemberMutations:
    """What can be done with members."""

    @mutation(
        UpdateMemberPayload,
        description="Changes what is known of a member. Members change their own languages and bio; all else, skills too, needs "
        "`member:manage`.",
    )
    async def update_member(self, info: Info, input: Annotated[UpdateMemberInput, INPUT]) -> object:
        """Change a member."""
        told = parse(MemberChanges, **values_of(input, "member_id"))
        member = await change_member(info.context.actor, input.member_id, told, expected_version=input.expected_version)
        return UpdateMemberPayload(member=Member.from_document(member))

    @mutation(
        SetAvailabilityPayload,
        description="Says whether the viewer can be asked now; of somebody else it needs `member:manage`.",
    )
    async def set_availability(self, info: Info, input: Annotated[SetAvailabilityInput, INPUT]) -> object:
        """Say whether somebody can be asked."""
        actor = info.context.actor
        member = await set_availability(actor, input.member_id or actor.member, input.availability)
        return SetAvailabilityPayload(member=Member.from_document(member))
