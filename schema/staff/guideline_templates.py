"""Templates of procedures and policies, and how what began with one stands to it."""

from typing import Annotated, ClassVar, Self

import strawberry

from community.procedures.documents import GuidelineKind
from community.procedures.drafts import MOST_SECTIONS
from community.procedures.template_documents import GuidelineTemplate as Document
from community.procedures.templates import (
    ComparedSection,
    SectionState,
    TemplateDraft,
    archive_template,
    count_templates,
    create_template,
    list_templates,
)
from core.paging import Window
from schema.connections import Connection
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.guideline_sections import GuidelineSection, GuidelineSectionInput

told(
    SectionState,
    "How a section stands to the template.",
    name="TemplateSectionState",
    SAME="It says what the template says.",
    CHANGED="It says something else.",
    ADDED="The template has no such section.",
    REMOVED="Only the template has it.",
)
_LOCALE = "The language: `tr`, `fa` or `en`."
_SOURCE = "Where it is from."
_LICENCE = "How it may be used."


@strawberry.type(description="What others wrote of how something is done or what holds, to begin with.")
class GuidelineTemplate(Node):
    """What others wrote, to begin with."""

    kind: GuidelineKind = strawberry.field(description="What begins with it.")
    locale: str = strawberry.field(description=_LOCALE)
    title: str = strawberry.field(description="What it is called.")
    sections: list[GuidelineSection] = strawberry.field(
        description="Its parts, all that its kind requires among them.", directives=list_size(MOST_SECTIONS)
    )
    source: str = strawberry.field(description=_SOURCE)
    source_url: str | None = strawberry.field(description="Where it stands on the web; null for nowhere.")
    licence: str = strawberry.field(description=_LICENCE)
    archived: bool = strawberry.field(description="Whether nothing begins with it any more.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: Document) -> Self:
        """Show a template."""
        return cls(
            id=strawberry.ID(document.id),
            kind=document.kind,
            locale=document.locale,
            title=document.title,
            sections=GuidelineSection.all_of(document.sections),
            source=document.source,
            source_url=document.source_url,
            licence=document.licence,
            archived=document.archived,
            version=document.version,
        )


@strawberry.type(description="A section of a procedure or policy beside what its template says there.")
class TemplateComparison:
    """A section beside what its template says there."""

    key: str = strawberry.field(description="By which the section is known.")
    state: SectionState = strawberry.field(description="How it stands to the template.")
    template: GuidelineSection | None = strawberry.field(description="What the template says; null for what was added.")
    own: GuidelineSection | None = strawberry.field(description="What the procedure or policy says; null for what it left out.")

    @classmethod
    def of(cls, found: ComparedSection) -> Self:
        """Show a comparison."""
        return cls(
            key=found.key,
            state=found.state,
            template=GuidelineSection.of(found.template) if found.template is not None else None,
            own=GuidelineSection.of(found.own) if found.own is not None else None,
        )


@strawberry.type
class GuidelineTemplateQueries:
    """What there is to begin with."""

    @paged("Templates of procedures and policies in use, by title.", graphql_type=Connection[GuidelineTemplate])
    async def guideline_templates(self, info: Info, window: Window) -> object:
        """Give a page of them."""
        actor = info.context.actor
        return pages(info, await list_templates(actor, window), count=lambda: count_templates(actor))


@strawberry.input(description="What others wrote, to begin with.")
class CreateGuidelineTemplateInput:
    """What others wrote, to begin with."""

    kind: GuidelineKind = required("What begins with it.")
    locale: str = required(_LOCALE)
    title: str = required("What it is called, 5 to 200 characters.")
    sections: list[GuidelineSectionInput] = required("Its parts, up to 30, all that its kind requires among them.")
    source: str = required(_SOURCE)
    source_url: str | None = given("Where it stands on the web: an address of http or https.")
    licence: str = required(_LICENCE)
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createGuidelineTemplate`.")
class CreateGuidelineTemplatePayload(Payload):
    """The answer of `createGuidelineTemplate`."""

    template: GuidelineTemplate | None = changed("The template.")


@strawberry.input(description="Which template nothing begins with any more.")
class ArchiveGuidelineTemplateInput:
    """Which template nothing begins with any more."""

    template_id: strawberry.ID = required("The id of the template.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `archiveGuidelineTemplate`.")
class ArchiveGuidelineTemplatePayload(Payload):
    """The answer of `archiveGuidelineTemplate`."""

    written: ClassVar[str | None] = "template"

    template: GuidelineTemplate | None = changed()


@strawberry.type
class GuidelineTemplateMutations:
    """What can be done with templates."""

    @mutation(CreateGuidelineTemplatePayload, description="Keeps a template, for good as it is; needs `guideline:manage`.")
    async def create_guideline_template(self, info: Info, input: Annotated[CreateGuidelineTemplateInput, INPUT]) -> object:
        """Keep a template."""
        draft = parse(TemplateDraft, **values_of(input))
        made = await create_template(info.context.actor, draft, once=once_for(info, "createGuidelineTemplate", input))
        return CreateGuidelineTemplatePayload(template=GuidelineTemplate.from_document(made))

    @mutation(ArchiveGuidelineTemplatePayload, description="Begins nothing with a template any more; needs `guideline:manage`.")
    async def archive_guideline_template(self, info: Info, input: Annotated[ArchiveGuidelineTemplateInput, INPUT]) -> object:
        """Put a template out of use."""
        found = await archive_template(info.context.actor, input.template_id, expected_version=input.expected_version)
        return ArchiveGuidelineTemplatePayload(template=GuidelineTemplate.from_document(found))
