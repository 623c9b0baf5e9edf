"""Marks by the criteria of the quality form, as the first and the second reviewer give them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self

import strawberry

from coaching import documents as coaching
from coaching.quality.forms import MOST_CRITERIA
from schema.context import Info
from schema.directives import list_size
from schema.inputs import required
from schema.staff.members import Member, member_of


@strawberry.type(description="How far a reply meets a criterion.")
class QualityMark:
    """How far a reply meets a criterion."""

    key: str = strawberry.field(description="The key of the criterion.")
    score: int = strawberry.field(description="From 0, not at all, to 4, fully.")

    @classmethod
    def all_of(cls, marks: Sequence[coaching.Mark]) -> list[Self]:
        """Show marks."""
        return [cls(key=mark.key, score=mark.score) for mark in marks]


@strawberry.type(description="What a second reviewer found, who did not know the first marks.")
class SecondReview:
    """What a second reviewer found."""

    document: strawberry.Private[coaching.SecondReview]
    at: datetime = strawberry.field(description="When.")
    marks: list[QualityMark] = strawberry.field(
        description="How far it meets each criterion.", directives=list_size(MOST_CRITERIA)
    )
    feedback: str | None = strawberry.field(description="What the author can do better; null where nothing was said.")

    @classmethod
    def of(cls, document: coaching.SecondReview) -> Self:
        """Show a second review."""
        return cls(document=document, at=document.at, marks=QualityMark.all_of(document.marks), feedback=document.feedback)

    @strawberry.field(description="Who found it; null once they have left.")
    async def reviewer(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.by)


@strawberry.input(description="How far a reply meets a criterion.")
class QualityMarkInput:
    """How far a reply meets a criterion."""

    key: str = required("The key of the criterion.")
    score: int = required("From 0, not at all, to 4, fully.")
