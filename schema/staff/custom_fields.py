"""The company's own fields of cases: their definitions, and what a case holds in them."""

from typing import Self

import strawberry

from care import policies
from care.cases.custom_fields import count_custom_fields, custom_fields_by_ids, list_custom_fields
from care.documents import cases, custom_fields
from care.documents.custom_fields import MOST_FIELDS, MOST_OPTIONS
from core.paging import Window
from schema.connections import Connection
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.local_texts import LocalText

CustomFieldKind = custom_fields.CustomFieldKind
told(
    CustomFieldKind,
    "What a field of the company's own holds, and how that is spelled.",
    TEXT="A text of up to 500 characters.",
    NUMBER="A number such as `12.5`.",
    DATE="A day such as `2026-01-31`.",
    BOOLEAN="`true` or `false`.",
    CHOICE="The key of one of the options.",
)


@strawberry.type(description="One of the values of a CHOICE.")
class CustomFieldOption:
    """One of the values of a CHOICE."""

    key: str = strawberry.field(description="What is stored and filtered by.")
    labels: list[LocalText] = strawberry.field(description="Its name, by language.", directives=list_size(3))


@strawberry.type(description="A field of the company's own for cases.")
class CustomField(Node):
    """A field of the company's own for cases."""

    key: str = strawberry.field(description="What it is called in `setCaseFields` and in filters; it never changes.")
    kind: CustomFieldKind = strawberry.field(description="What it holds; it never changes.")
    labels: list[LocalText] = strawberry.field(description="Its name, by language.", directives=list_size(3))
    options: list[CustomFieldOption] = strawberry.field(
        description="What can be chosen; empty unless it is a CHOICE.", directives=list_size(MOST_OPTIONS)
    )
    required_at_closing: bool = strawberry.field(description="Whether `closeCase` refuses while it is empty.")
    archived: bool = strawberry.field(description="Whether it is out of use.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: custom_fields.CustomField) -> Self:
        """Show a field."""
        return cls(
            id=strawberry.ID(document.id),
            key=document.key,
            kind=document.kind,
            labels=LocalText.all_of(document.labels),
            options=[CustomFieldOption(key=one.key, labels=LocalText.all_of(one.labels)) for one in document.options],
            required_at_closing=document.required_at_closing,
            archived=document.archived,
            version=document.version,
        )


@strawberry.type(description="What a case holds in a field of the company's own.")
class CustomFieldValue:
    """What a case holds in a field."""

    field_id: strawberry.Private[str]
    key: str = strawberry.field(description="The key of the field.")
    value: str = strawberry.field(description="The value, spelled as `CustomFieldKind` says.")

    @strawberry.field(description="The field, also one out of use.")
    async def field(self, info: Info) -> CustomField | None:
        """Give the field."""
        found = await info.context.load(custom_fields_by_ids, self.field_id)
        return CustomField.from_document(found) if found is not None else None


@strawberry.type
class CaseFields:
    """What a case holds in the company's own fields."""

    document: strawberry.Private[cases.Case]

    @strawberry.field(
        description="What it holds in the company's own fields, by key; empty ones are not there.",
        directives=list_size(2 * MOST_FIELDS),
    )
    def custom_fields(self) -> list[CustomFieldValue]:
        """Give the values."""
        return [CustomFieldValue(field_id=one.field_id, key=one.key, value=one.value) for one in self.document.fields]

    @strawberry.field(description="Whether the viewer can change what it holds in the company's own fields.")
    def viewer_can_set_fields(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(policies.may_set_fields(info.context.actor, self.document))


@strawberry.type
class CustomFieldQueries:
    """Which fields there are."""

    @paged("The company's own fields of cases in use, by key; needs `case:read`.", graphql_type=Connection[CustomField])
    async def custom_fields(self, info: Info, window: Window) -> object:
        """Give a page of the fields."""
        actor = info.context.actor
        return pages(info, await list_custom_fields(actor, window), count=lambda: count_custom_fields(actor))
