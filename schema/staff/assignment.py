"""Assignment: which policies give cases to whom, and why a case is with whom it is with."""

from datetime import datetime
from typing import Self

import strawberry

from care.assignment.drafts import MOST_BACKUPS, MOST_DEPARTMENTS, MOST_MEMBERS, MOST_SKILLS
from care.cases.assignment import MOST_ASSIGNMENTS
from care.documents import assignment, cases, casework
from care.ordered_policies import MOST_POLICIES
from care.reading.assignment import assignment_policies_by_ids, count_policies, list_policies, policies_in_order
from community.directory import departments_by_ids
from core.paging import Window
from schema.connections import Connection
from schema.context import Info
from schema.directives import list_size
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.assignment_enums import AssignmentMethod, AssignmentObstacle, AssignmentReason
from schema.staff.members import Department, Member, Skill, member_of, members_of, skills_of
from schema.staff.service_levels import SlaConditions


@strawberry.type(description="A member whom a policy may give cases to.")
class PolicyAssignee:
    """A member whom a policy may give cases to."""

    member_id: strawberry.Private[str]
    capacity: int | None = strawberry.field(description="How many open cases they can take; null: as the policy says.")

    @strawberry.field(description="The member; null when the viewer may not know of them.")
    async def member(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.member_id)


@strawberry.type(
    description="Whom new cases are given to. The first policy that fits a case decides; without one a case waits for people."
)
class AssignmentPolicy(Node):
    """Whom new cases are given to."""

    document: strawberry.Private[assignment.AssignmentPolicy]
    name: str = strawberry.field(description="Its name.")
    archived: bool = strawberry.field(description="Whether it is out of use.")
    conditions: SlaConditions = strawberry.field(description="Which cases it is for.")
    method: AssignmentMethod = strawberry.field(description="How it chooses among those who fit.")
    members: list[PolicyAssignee] = strawberry.field(
        description="Whom it may give cases to; empty: everybody who works on cases.", directives=list_size(MOST_MEMBERS)
    )
    least_proficiency: int = strawberry.field(description="How well one of the skills must be mastered, 1 to 5.")
    capacity: int = strawberry.field(description="A member who has so many open cases is given no more.")
    on_shift_only: bool = strawberry.field(description="Whether only who is on a shift for the channel is given cases.")
    reassign_at_shift_end: bool = strawberry.field(
        description="Whether its cases go to the next when the shift of who has them ends; those that wait for the customer stay."
    )
    version: int = strawberry.field(description="Rises with each edit; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: assignment.AssignmentPolicy) -> Self:
        """Show a policy."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            name=document.name,
            archived=document.archived,
            conditions=SlaConditions.from_document(document.conditions),
            method=document.method,
            members=[PolicyAssignee(member_id=one.member_id, capacity=one.capacity) for one in document.members],
            least_proficiency=document.least_proficiency,
            capacity=document.capacity,
            on_shift_only=document.on_shift_only,
            reassign_at_shift_end=document.reassign_at_shift_end,
            version=document.version,
        )

    @strawberry.field(
        description="Who is tried, in this order, when none of the members fits.", directives=list_size(MOST_BACKUPS)
    )
    async def backups(self, info: Info) -> list[Member]:
        """Give the backups."""
        return await members_of(info, self.document.backup_ids)

    @strawberry.field(
        description="To one of which the members must belong; empty: to any or none.", directives=list_size(MOST_DEPARTMENTS)
    )
    async def departments(self, info: Info) -> list[Department]:
        """Give the departments."""
        found = await info.context.load_many(departments_by_ids, self.document.department_ids)
        return [Department.from_document(department) for department in found]

    @strawberry.field(
        description="The skills of which the members need one; empty: none is asked for.", directives=list_size(MOST_SKILLS)
    )
    async def skills(self, info: Info) -> list[Skill]:
        """Give the skills."""
        return await skills_of(info, self.document.skill_ids)


@strawberry.type(description="In which order the policies of assignment are tried.")
class AssignmentPolicyOrder:
    """In which order the policies of assignment are tried."""

    version: int = strawberry.field(description="Rises with each new order, from 0; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: assignment.AssignmentOrder) -> Self:
        """Show the order."""
        return cls(version=document.version)

    @strawberry.field(
        description="All policies in use, the one tried first before the others.", directives=list_size(MOST_POLICIES)
    )
    async def policies(self, info: Info) -> list[AssignmentPolicy]:
        """Give the policies."""
        return [AssignmentPolicy.from_document(policy) for policy in (await policies_in_order(info.context.actor))[0]]


@strawberry.type(description="A decision on who works on a case, and the reason for it.")
class CaseAssignment:
    """A decision on who works on a case."""

    document: strawberry.Private[casework.Assignment]
    at: datetime = strawberry.field(description="When it was made.")
    reason: AssignmentReason = strawberry.field(description="Why.")
    obstacle: AssignmentObstacle | None = strawberry.field(description="What left nobody; null when somebody was found.")
    policy_name: str | None = strawberry.field(description="The policy that decided, by its name then; null: a person did.")

    @classmethod
    def of(cls, document: casework.Assignment) -> Self:
        """Show a decision."""
        return cls(
            document=document,
            at=document.at,
            reason=document.reason,
            obstacle=document.obstacle,
            policy_name=document.policy_name,
        )

    @strawberry.field(description="Who got the case; null: nobody.")
    async def assignee(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.member_id)

    @strawberry.field(description="Who decided; null: a policy did.")
    async def decided_by(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.by)

    @strawberry.field(description="From whom it was taken, for their shift had ended; null otherwise.")
    async def taken_from(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.taken_from)

    @strawberry.field(description="The policy as it is now; null when a person decided, and when the viewer may not read it.")
    async def policy(self, info: Info) -> AssignmentPolicy | None:
        """Give the policy."""
        policy_id = self.document.policy_id
        found = await info.context.load(assignment_policies_by_ids, policy_id) if policy_id else None
        return AssignmentPolicy.from_document(found) if found is not None else None


@strawberry.type
class CaseAssignments:
    """Who works on a case and why."""

    document: strawberry.Private[cases.Case]

    @strawberry.field(description="Why it is with its assignee, or with nobody; null while nothing was decided.")
    def assigned_because(self) -> CaseAssignment | None:
        """Give the last decision."""
        decision = self.document.assignment
        return CaseAssignment.of(decision) if decision is not None else None

    @strawberry.field(description="The last decisions on who works on it, oldest first.", directives=list_size(MOST_ASSIGNMENTS))
    def assignments(self) -> list[CaseAssignment]:
        """Give the decisions."""
        return [CaseAssignment.of(decision) for decision in self.document.assignments]


@strawberry.type
class AssignmentQueries:
    """Which policies give cases to whom."""

    @paged("Policies of assignment in use, in the order in which they are tried.", graphql_type=Connection[AssignmentPolicy])
    async def assignment_policies(self, info: Info, window: Window) -> object:
        """Give a page of the policies."""
        actor = info.context.actor
        return pages(info, await list_policies(actor, window), count=lambda: count_policies(actor))

    @strawberry.field(description="In which order the policies of assignment are tried.")
    async def assignment_policy_order(self, info: Info) -> AssignmentPolicyOrder:
        """Give the order."""
        return AssignmentPolicyOrder(version=(await policies_in_order(info.context.actor))[1])
