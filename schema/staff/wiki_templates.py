"""Templates of pages of the wiki."""

from datetime import datetime
from typing import Self

import strawberry

from community.wiki import documents
from community.wiki.templates import MOST_VARIABLES, count_templates, list_templates
from core.paging import Window
from schema.connections import Connection
from schema.context import Info
from schema.directives import list_size
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.reach import require_staff


@strawberry.type(description="A gap in a template.")
class WikiTemplateVariable:
    """A gap in a template."""

    name: str = strawberry.field(description="Its name: `{{name}}` in title and text.")
    label: str = strawberry.field(description="What to ask for.")
    default: str | None = strawberry.field(description="What stands there when nothing is given; null: something must be.")


@strawberry.type(description="What new pages of a kind begin with.")
class WikiTemplate(Node):
    """What new pages of a kind begin with."""

    version: int = strawberry.field(description="Rises with each edit; pass it as `expectedVersion`.")
    name: str = strawberry.field(description="Its name.")
    description: str | None = strawberry.field(description="What it is for.")
    title: str = strawberry.field(description="The title of its pages, with gaps such as `{{name}}`.")
    body: str = strawberry.field(description="The text of its pages, in Markdown, with gaps.")
    tag_slugs: list[str] = strawberry.field(description="The labels of its pages.", directives=list_size(10))
    variables: list[WikiTemplateVariable] = strawberry.field(description="The gaps.", directives=list_size(MOST_VARIABLES))
    updated_at: datetime = strawberry.field(description="When it was last changed.")

    @classmethod
    def from_document(cls, document: documents.WikiTemplate) -> Self:
        """Show a template."""
        return cls(
            id=strawberry.ID(document.id),
            version=document.version,
            name=document.name,
            description=document.description,
            title=document.title,
            body=document.body,
            tag_slugs=document.tag_slugs,
            variables=[WikiTemplateVariable(**one.model_dump()) for one in document.variables],
            updated_at=document.updated_at,
        )


@strawberry.type
class WikiTemplateQueries:
    """What can be asked of templates."""

    @paged("The templates of pages of the wiki, by name.", graphql_type=Connection[WikiTemplate])
    async def wiki_templates(self, info: Info, window: Window) -> object:
        """Give a page of the templates."""
        require_staff(info)
        actor = info.context.actor
        return pages(info, await list_templates(actor, window), count=lambda: count_templates(actor))
