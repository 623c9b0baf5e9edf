"""Parts of procedures, policies and their templates."""

from collections.abc import Sequence
from typing import Self

import strawberry

from community.procedures import documents as procedures
from schema.inputs import given, required


@strawberry.type(description="A part of a procedure or policy.")
class GuidelineSection:
    """A part of a procedure or policy."""

    key: str = strawberry.field(description="By which required sections are known.")
    title: str = strawberry.field(description="Its heading.")
    body: str = strawberry.field(description="Its text, in Markdown.")

    @classmethod
    def of(cls, section: procedures.Section) -> Self:
        """Show a section."""
        return cls(key=section.key, title=section.title, body=section.body)

    @classmethod
    def all_of(cls, sections: Sequence[procedures.Section]) -> list[Self]:
        """Show sections in their order."""
        return [cls.of(one) for one in sections]


@strawberry.input(description="A part of a procedure or policy.")
class GuidelineSectionInput:
    """A part of a procedure or policy."""

    key: str = required("By which it is known: lower-case letters, digits and hyphens.")
    title: str = required("Its heading.")
    body: str | None = given("Its text, in Markdown.")
