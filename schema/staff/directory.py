"""The directory of experts in numbers, what nobody knows, and who is not proposed."""

from collections.abc import Sequence
from typing import Annotated, Any, Self

import strawberry

from care.reading.shifts import NOW, duty_now
from community import facets
from community.directory import (
    MOST_LISTED,
    departments_by_ids,
    present_departments,
    present_skills,
    skills_by_ids,
    with_those_on_shift,
)
from community.facets import MOST_VALUES, directory_facets, skills_without_expert
from community.listing import UNFILTERED, Filter, names
from community.members import set_accepts_questions
from schema.context import Info
from schema.directives import list_size
from schema.errors import Payload, mutation
from schema.inputs import INPUT, changed, required
from schema.staff.comparators import condition_of
from schema.staff.enums import Availability
from schema.staff.filters import ExpertFilter
from schema.staff.members import Department, Member, Skill
from schema.staff.reach import require_staff

_Archived = Annotated[
    bool | None, strawberry.argument(description="Whether to give those too that are offered no more; absent: no.")
]


async def members_meant(info: Info, filter: ExpertFilter | None) -> Filter:
    """Say which members a filter means now: who is on a shift is known by the plan."""
    condition = condition_of(filter) if filter else UNFILTERED
    if names(condition, "on_shift"):
        return with_those_on_shift(condition, sorted(await info.context.load(duty_now, NOW)))
    return condition


@strawberry.type(description="How many members know something.")
class SkillFacet:
    """How many members know something."""

    skill: Skill = strawberry.field(description="What they know.")
    count: int = strawberry.field(description="How many.")


@strawberry.type(description="How many members a department has.")
class DepartmentFacet:
    """How many members a department has."""

    department: Department = strawberry.field(description="The department.")
    count: int = strawberry.field(description="How many.")


@strawberry.type(description="How many members can be asked, or can't.")
class AvailabilityFacet:
    """How many members can be asked, or can't."""

    availability: Availability = strawberry.field(description="Whether they can be asked now.")
    count: int = strawberry.field(description="How many.")


@strawberry.type(description="The members that fit, in numbers; each list has the most frequent first.")
class ExpertFacets:
    """The members that fit, in numbers."""

    total_count: int = strawberry.field(description="How many members fit, at most 10,000.")
    total_count_capped: bool = strawberry.field(description="Whether more fit; then 10,000 of them are counted.")
    skills: list[SkillFacet] = strawberry.field(description="What they know.", directives=list_size(MOST_VALUES))
    departments: list[DepartmentFacet] = strawberry.field(description="Where they belong.", directives=list_size(MOST_VALUES))
    availability: list[AvailabilityFacet] = strawberry.field(
        description="Whether they can be asked now.", directives=list_size(len(Availability))
    )

    @classmethod
    async def of(cls, info: Info, found: facets.DirectoryFacets) -> Self:
        """Show the numbers."""
        skills = await _named(info, skills_by_ids, found.skills)
        departments = await _named(info, departments_by_ids, found.departments)
        return cls(
            total_count=found.total,
            total_count_capped=found.is_capped,
            skills=[SkillFacet(skill=Skill.from_document(one), count=count) for one, count in skills],
            departments=[DepartmentFacet(department=Department.from_document(one), count=count) for one, count in departments],
            availability=[AvailabilityFacet(availability=Availability(one), count=count) for one, count in found.availability],
        )


async def _named(info: Info, read: Any, counted: Sequence[tuple[str, int]]) -> list[tuple[Any, int]]:
    found = {one.id: one for one in await info.context.load_many(read, [one for one, _ in counted])}
    return [(found[one], count) for one, count in counted if one in found]


@strawberry.type
class DirectoryQueries:
    """The directory in numbers."""

    @strawberry.field(description="The members that `experts` lists by the same filter, in numbers.")
    async def expert_facets(
        self,
        info: Info,
        filter: Annotated[
            ExpertFilter | None, strawberry.argument(description="Which ones; absent: all that the viewer may see.")
        ] = strawberry.UNSET,
    ) -> ExpertFacets | None:
        """Count members."""
        require_staff(info)
        condition = await members_meant(info, filter or None)
        return await ExpertFacets.of(info, await directory_facets(info.context.actor, condition=condition))

    @strawberry.field(description="The departments, by name.", directives=list_size(MOST_LISTED))
    async def departments(self, info: Info, include_archived: _Archived = None) -> list[Department] | None:
        """Give departments."""
        require_staff(info)
        found = await present_departments(info.context.actor, archived=bool(include_archived))
        return [Department.from_document(one) for one in found]

    @strawberry.field(description="What members can know, by name.", directives=list_size(MOST_LISTED))
    async def skills(self, info: Info, include_archived: _Archived = None) -> list[Skill] | None:
        """Give skills."""
        require_staff(info)
        found = await present_skills(info.context.actor, archived=bool(include_archived))
        return [Skill.from_document(one) for one in found]

    @strawberry.field(
        description="The skills, by name, that nobody has who is proposed as an expert: what the company asks nobody about.",
        directives=list_size(MOST_LISTED),
    )
    async def skills_without_expert(self, info: Info) -> list[Skill] | None:
        """Give skills."""
        require_staff(info)
        return [Skill.from_document(one) for one in await skills_without_expert(info.context.actor)]


@strawberry.input(description="Whether the viewer is proposed as an expert.")
class SetAcceptsQuestionsInput:
    """Whether the viewer is proposed as an expert."""

    accepts: bool = required("Whether the viewer is proposed.")


@strawberry.type(description="The answer of `setAcceptsQuestions`.")
class SetAcceptsQuestionsPayload(Payload):
    """The answer of `setAcceptsQuestions`."""

    member: Member | None = changed("The viewer, as a member.")


@strawberry.type
class DirectoryMutations:
    """What members say of being proposed as experts."""

    @mutation(
        SetAcceptsQuestionsPayload,
        description="Says whether the viewer is proposed as an expert, for cases and for questions that nobody answers. "
        "Nobody says so for somebody else; who invites the viewer by hand still may.",
    )
    async def set_accepts_questions(self, info: Info, input: Annotated[SetAcceptsQuestionsInput, INPUT]) -> object:
        """Choose."""
        member = await set_accepts_questions(info.context.actor, accepts=input.accepts)
        return SetAcceptsQuestionsPayload(member=Member.from_document(member))
