"""What stands for the company's values."""

from typing import Annotated, ClassVar, Self

import strawberry

from coaching.recognition.reading import values_by_ids
from coaching.recognition.value_mapping import (
    MOST_ANCHORS,
    MOST_GAPS,
    MappingDraft,
    Standing,
    map_value,
    standings_of,
    value_gaps,
)
from schema.context import Info
from schema.directives import list_size
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, required, values_of
from schema.staff.governance import Initiative
from schema.staff.guideline_sections import GuidelineSection
from schema.staff.kudos import CompanyValue
from schema.staff.procedures import Guideline


@strawberry.type(description="What stands for a value: a section of a guideline, or an initiative.")
class ValueAnchor:
    """What stands for a value."""

    subject_id: strawberry.ID = strawberry.field(description="The id of the guideline or initiative.")
    section_key: str | None = strawberry.field(description="The key of the section; null for an initiative.")
    how: str = strawberry.field(description="In what way it stands for the value.")
    holds: bool = strawberry.field(description="Whether it does now: the section is published, or the initiative goes on.")
    guideline: Guideline | None = strawberry.field(
        description="The guideline; null for an initiative, and for who may not read it."
    )
    section: GuidelineSection | None = strawberry.field(description="The section as it is published; null for none.")
    initiative: Initiative | None = strawberry.field(description="The initiative; null for a guideline.")

    @classmethod
    def of(cls, found: Standing) -> Self:
        """Show what stands for a value."""
        return cls(
            subject_id=strawberry.ID(found.anchor.subject_id),
            section_key=found.anchor.section_key,
            how=found.anchor.how,
            holds=found.holds,
            guideline=Guideline.from_document(found.guideline) if found.guideline is not None else None,
            section=GuidelineSection.of(found.section) if found.section is not None else None,
            initiative=Initiative.from_document(found.initiative) if found.initiative is not None else None,
        )


@strawberry.type(description="A value of the company with what stands for it.")
class ValueMapping:
    """A value with what stands for it."""

    value: CompanyValue = strawberry.field(description="The value.")

    @strawberry.field(description="What stands for it.", directives=list_size(MOST_ANCHORS))
    async def anchors(self, info: Info) -> list[ValueAnchor]:
        """Give what stands for it."""
        return [ValueAnchor.of(one) for one in await info.context.load(standings_of, self.value.id) or []]


@strawberry.type
class ValueMappingQueries:
    """What stands for the company's values, and which have nothing."""

    @strawberry.field(description="What stands for a value; null for a value that there is not.")
    async def value_mapping(
        self, info: Info, value_id: Annotated[strawberry.ID, strawberry.argument(description="The id of the value.")]
    ) -> ValueMapping | None:
        """Give the mapping."""
        found = await info.context.load(values_by_ids, value_id)
        return ValueMapping(value=CompanyValue.from_document(found)) if found is not None else None

    @strawberry.field(
        description="The values that hold and that nothing stands for, the oldest first.", directives=list_size(MOST_GAPS)
    )
    async def value_gaps(self, info: Info) -> list[CompanyValue]:
        """Give the gaps."""
        return [CompanyValue.from_document(one) for one in await value_gaps(info.context.actor)]


@strawberry.input(description="What is to stand for a value.")
class ValueAnchorInput:
    """What is to stand for a value."""

    subject_id: strawberry.ID = required("The id of the guideline or initiative.")
    section_key: str | None = given("The key of the section, for a guideline.")
    how: str = required("In what way it stands for the value.")


@strawberry.input(description="All that stands for a value.")
class MapCompanyValueInput:
    """All that stands for a value."""

    value_id: strawberry.ID = required("The id of the value.")
    anchors: list[ValueAnchorInput] = required("What stands for it, up to fifty; taken whole.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `mapCompanyValue`.")
class MapCompanyValuePayload(Payload):
    """The answer of `mapCompanyValue`."""

    written: ClassVar[str | None] = "value"

    value: CompanyValue | None = changed()
    mapping: ValueMapping | None = changed("What stands for it now.")


@strawberry.type
class ValueMappingMutations:
    """What can be done with the mapping of values."""

    @mutation(MapCompanyValuePayload, description="Says what stands for a value of the company; needs `governance:manage`.")
    async def map_company_value(self, info: Info, input: Annotated[MapCompanyValueInput, INPUT]) -> object:
        """Map a value."""
        draft, version = parse(MappingDraft, **values_of(input, "value_id")), input.expected_version
        found = await map_value(info.context.actor, input.value_id, draft, expected_version=version)
        info.context.forget()
        shown = CompanyValue.from_document(found)
        return MapCompanyValuePayload(value=shown, mapping=ValueMapping(value=shown))
