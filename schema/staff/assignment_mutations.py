"""Mutations of assignment: policies, their order, and how well members master their skills."""

from typing import Annotated, ClassVar

import strawberry

from care.assignment import policies
from care.assignment.drafts import PolicyChange, PolicyDraft
from community.members import ProficiencyDraft, set_proficiency
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.staff.assignment import AssignmentPolicy, AssignmentPolicyOrder
from schema.staff.assignment_enums import AssignmentMethod
from schema.staff.members import Member
from schema.staff.service_level_inputs import SlaConditionsInput

_POLICY = "The id of the policy."
_METHOD = "How it chooses among those who fit."
_MEMBERS = "Whom it may give cases to, up to 100"
_DEPARTMENTS = "The ids of departments to one of which the members must belong, up to 20"
_BACKUPS = "The ids of who is tried, in this order, when none of the members fits, up to 10"
_SKILLS = "The ids of skills of which the members need one, up to 20; the method SKILL needs them"
_LEAST = "How well one of the skills must be mastered, 1 to 5"
_CAPACITY = "A member who has so many open cases is given no more, 1 to 1000"
_ON_SHIFT = "Whether only who is on a shift for the channel is given cases"
_REASSIGN = "Whether its cases go to the next when the shift of who has them ends"


@strawberry.input(description="A member whom a policy may give cases to.")
class PolicyAssigneeInput:
    """A member whom a policy may give cases to."""

    member_id: strawberry.ID = required("The id of the member.")
    capacity: int | None = given("How many open cases they can take; absent: as the policy says.")


@strawberry.input(description="A policy of assignment to make.")
class CreateAssignmentPolicyInput:
    """A policy of assignment to make."""

    name: str = required("Its name, up to 100 characters.")
    method: AssignmentMethod = required(_METHOD)
    conditions: SlaConditionsInput | None = given("Which cases it is for; absent: all.")
    members: list[PolicyAssigneeInput] | None = given(f"{_MEMBERS}; absent: everybody who works on cases.")
    department_ids: list[strawberry.ID] | None = given(f"{_DEPARTMENTS}; absent: to any or none.")
    backup_ids: list[strawberry.ID] | None = given(f"{_BACKUPS}; absent: nobody.")
    skill_ids: list[strawberry.ID] | None = given(f"{_SKILLS}; absent: none.")
    least_proficiency: int | None = given(f"{_LEAST}; absent: 1.")
    capacity: int | None = given(f"{_CAPACITY}; absent: 20.")
    on_shift_only: bool | None = given(f"{_ON_SHIFT}; absent: yes.")
    reassign_at_shift_end: bool | None = given(f"{_REASSIGN}; absent: yes.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createAssignmentPolicy`.")
class CreateAssignmentPolicyPayload(Payload):
    """The answer of `createAssignmentPolicy`."""

    assignment_policy: AssignmentPolicy | None = changed("The policy; it is tried after all others.")


@strawberry.input(description="What to change of a policy; absent stays as it is, what is given is taken whole.")
class UpdateAssignmentPolicyInput:
    """What to change of a policy."""

    policy_id: strawberry.ID = required(_POLICY)
    name: str | None = given("Its name, up to 100 characters.")
    method: AssignmentMethod | None = given(_METHOD)
    conditions: SlaConditionsInput | None = given("Which cases it is for.")
    members: list[PolicyAssigneeInput] | None = given(f"{_MEMBERS}; empty: everybody who works on cases.")
    department_ids: list[strawberry.ID] | None = given(f"{_DEPARTMENTS}.")
    backup_ids: list[strawberry.ID] | None = given(f"{_BACKUPS}.")
    skill_ids: list[strawberry.ID] | None = given(f"{_SKILLS}.")
    least_proficiency: int | None = given(f"{_LEAST}.")
    capacity: int | None = given(f"{_CAPACITY}.")
    on_shift_only: bool | None = given(f"{_ON_SHIFT}.")
    reassign_at_shift_end: bool | None = given(f"{_REASSIGN}.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `updateAssignmentPolicy`.")
class UpdateAssignmentPolicyPayload(Payload):
    """The answer of `updateAssignmentPolicy`."""

    written: ClassVar[str | None] = "assignment_policy"

    assignment_policy: AssignmentPolicy | None = changed()


@strawberry.input(description="The policy to take out of use.")
class ArchiveAssignmentPolicyInput:
    """The policy to take out of use."""

    policy_id: strawberry.ID = required(_POLICY)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `archiveAssignmentPolicy`.")
class ArchiveAssignmentPolicyPayload(Payload):
    """The answer of `archiveAssignmentPolicy`."""

    written: ClassVar[str | None] = "assignment_policy"

    assignment_policy: AssignmentPolicy | None = changed()


@strawberry.input(description="In which order to try the policies.")
class ReorderAssignmentPoliciesInput:
    """In which order to try the policies."""

    policy_ids: list[strawberry.ID] = required("The ids of policies in use; those not named come after, the oldest first.")
    expected_version: int = required("The `version` of `assignmentPolicyOrder` that you saw, 0 before there was an order.")


@strawberry.type(description="The answer of `reorderAssignmentPolicies`.")
class ReorderAssignmentPoliciesPayload(Payload):
    """The answer of `reorderAssignmentPolicies`."""

    written: ClassVar[str | None] = "assignment_policy_order"

    assignment_policy_order: AssignmentPolicyOrder | None = changed()


@strawberry.input(description="How well a member masters a skill.")
class SetProficiencyInput:
    """How well a member masters a skill."""

    member_id: strawberry.ID = required("The id of the member.")
    skill_id: strawberry.ID = required("The id of one of the member's skills.")
    proficiency: int = required("1, knows a little, to 5, is whom others ask.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `setProficiency`.")
class SetProficiencyPayload(Payload):
    """The answer of `setProficiency`."""

    written: ClassVar[str | None] = "member"

    member: Member | None = changed()


@strawberry.type
class AssignmentMutations:
    """What can be done about who gets which cases."""

    @mutation(CreateAssignmentPolicyPayload, description="Makes a policy of assignment; needs `assignment:manage`.")
    async def create_assignment_policy(self, info: Info, input: Annotated[CreateAssignmentPolicyInput, INPUT]) -> object:
        """Make a policy."""
        once = once_for(info, "createAssignmentPolicy", input)
        policy = await policies.create_policy(info.context.actor, parse(PolicyDraft, **values_of(input)), once=once)
        return CreateAssignmentPolicyPayload(assignment_policy=AssignmentPolicy.from_document(policy))

    @mutation(
        UpdateAssignmentPolicyPayload, description="Changes a policy, for what is decided from now on; needs `assignment:manage`."
    )
    async def update_assignment_policy(self, info: Info, input: Annotated[UpdateAssignmentPolicyInput, INPUT]) -> object:
        """Change a policy."""
        draft = parse(PolicyChange, **values_of(input))
        policy = await policies.update_policy(info.context.actor, draft, expected_version=input.expected_version)
        return UpdateAssignmentPolicyPayload(assignment_policy=AssignmentPolicy.from_document(policy))

    @mutation(
        ArchiveAssignmentPolicyPayload,
        description="Takes a policy out of use; cases stay with those they are with. Needs `assignment:manage`.",
    )
    async def archive_assignment_policy(self, info: Info, input: Annotated[ArchiveAssignmentPolicyInput, INPUT]) -> object:
        """Archive a policy."""
        policy = await policies.archive_policy(info.context.actor, input.policy_id, expected_version=input.expected_version)
        return ArchiveAssignmentPolicyPayload(assignment_policy=AssignmentPolicy.from_document(policy))

    @mutation(ReorderAssignmentPoliciesPayload, description="Says in which order policies are tried; needs `assignment:manage`.")
    async def reorder_assignment_policies(self, info: Info, input: Annotated[ReorderAssignmentPoliciesInput, INPUT]) -> object:
        """Order the policies."""
        ids = [str(one) for one in input.policy_ids]
        order = await policies.reorder_policies(info.context.actor, ids, expected_version=input.expected_version)
        return ReorderAssignmentPoliciesPayload(assignment_policy_order=AssignmentPolicyOrder.from_document(order))

    @mutation(
        SetProficiencyPayload,
        description="Says how well a member masters one of their skills; needs `member:manage` or `assignment:manage`.",
    )
    async def set_proficiency(self, info: Info, input: Annotated[SetProficiencyInput, INPUT]) -> object:
        """Set a proficiency."""
        draft = parse(ProficiencyDraft, skill_id=input.skill_id, proficiency=input.proficiency)
        member = await set_proficiency(info.context.actor, input.member_id, draft, expected_version=input.expected_version)
        return SetProficiencyPayload(member=Member.from_document(member))
