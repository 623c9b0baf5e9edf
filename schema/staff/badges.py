"""Badges: what members are known for."""

from datetime import datetime
from typing import Annotated, ClassVar, Self

import strawberry

from coaching.recognition import badge_documents as documents
from coaching.recognition.badge_documents import BadgeGrade
from coaching.recognition.badges import (
    MOST_REQUIREMENTS,
    BadgeChange,
    BadgeDraft,
    badges_by_ids,
    count_badges,
    create_badge,
    list_badges,
    recompute_badge,
    update_badge,
)
from coaching.recognition.points_documents import PointCause
from core.paging import Window
from schema.connections import Connection
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.nodes import Node
from schema.paging import paged, pages

told(
    BadgeGrade,
    "How much a badge says.",
    BRONZE="A beginning.",
    SILVER="Much help, to many.",
    GOLD="What few reach.",
)
MOST_SHOWN = 50
_NAME = "Its name, 2 to 100 characters."
_DESCRIPTION = "What it is for."
_REQUIREMENTS = "What it asks for, all of it together; one to five."
_TIMES, _PEOPLE, _DAYS = "How often at least", "By how many different people at least", "On how many different days at least"


@strawberry.type(description="What others must have accepted.")
class BadgeRequirement:
    """What others must have accepted."""

    causes: list[PointCause] = strawberry.field(description="One of these.", directives=list_size(len(PointCause)))
    times: int = strawberry.field(description=f"{_TIMES}.")
    people: int = strawberry.field(description=f"{_PEOPLE}.")
    days: int = strawberry.field(description=f"{_DAYS}.")


@strawberry.type(description="Something that a member is known for; who meets what it asks for has it, once.")
class Badge(Node):
    """Something that a member is known for."""

    name: str = strawberry.field(description="Its name.")
    description: str = strawberry.field(description=_DESCRIPTION)
    grade: BadgeGrade = strawberry.field(description="How much it says.")
    requirements: list[BadgeRequirement] = strawberry.field(
        description="What it asks for, all of it together.", directives=list_size(MOST_REQUIREMENTS)
    )
    retired: bool = strawberry.field(description="Whether nobody gets it any more; who has it keeps it.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: documents.Badge) -> Self:
        """Show a badge."""
        return cls(
            id=strawberry.ID(document.id),
            name=document.name,
            description=document.description,
            grade=document.grade,
            requirements=[BadgeRequirement(**one.model_dump()) for one in document.requirements],
            retired=document.retired,
            version=document.version,
        )


@strawberry.type(description="That a member has a badge.")
class AwardedBadge:
    """That a member has a badge."""

    badge_id: strawberry.Private[str]
    awarded_at: datetime = strawberry.field(description="Since when.")

    @classmethod
    def of(cls, document: documents.AwardedBadge) -> Self:
        """Show that a member has a badge."""
        return cls(badge_id=document.badge_id, awarded_at=document.awarded_at)

    @strawberry.field(description="The badge.")
    async def badge(self, info: Info) -> Badge | None:
        """Give the badge."""
        found = await info.context.load(badges_by_ids, self.badge_id)
        return Badge.from_document(found) if found is not None else None


@strawberry.type
class BadgeQueries:
    """What members can be known for."""

    @paged("Badges that can be had, the oldest first.", graphql_type=Connection[Badge])
    async def badges(self, info: Info, window: Window) -> object:
        """Give a page of them."""
        actor = info.context.actor
        return pages(info, await list_badges(actor, window), count=lambda: count_badges(actor))


@strawberry.input(description="What others must have accepted.")
class BadgeRequirementInput:
    """What others must have accepted."""

    causes: list[PointCause] = required("One of these.")
    times: int = required(f"{_TIMES}, 1 to 1,000; what the limits of a day did not let count is left out.")
    people: int | None = given(f"{_PEOPLE}; absent: one. Who is anonymous is one together.")
    days: int | None = given(f"{_DAYS}; absent: one.")


@strawberry.input(description="What a badge is to be.")
class CreateBadgeInput:
    """What a badge is to be."""

    name: str = required(_NAME)
    description: str = required(_DESCRIPTION)
    grade: BadgeGrade = required("How much it says.")
    requirements: list[BadgeRequirementInput] = required(_REQUIREMENTS)
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createBadge`.")
class CreateBadgePayload(Payload):
    """The answer of `createBadge`."""

    badge: Badge | None = changed("The badge.")


@strawberry.input(description="What to change of a badge; absent stays as it is.")
class UpdateBadgeInput:
    """What to change of a badge."""

    badge_id: strawberry.ID = required("The id of the badge.")
    name: str | None = given(_NAME)
    description: str | None = given(_DESCRIPTION)
    requirements: list[BadgeRequirementInput] | None = given(f"{_REQUIREMENTS[:-1]}; taken whole.")
    retired: bool | None = given("Whether nobody gets it any more.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `updateBadge`.")
class UpdateBadgePayload(Payload):
    """The answer of `updateBadge`."""

    written: ClassVar[str | None] = "badge"

    badge: Badge | None = changed()


@strawberry.input(description="Which badge to look at again.")
class RecomputeBadgeInput:
    """Which badge to look at again."""

    badge_id: strawberry.ID = required("The id of the badge.")


@strawberry.type(description="The answer of `recomputeBadge`.")
class RecomputeBadgePayload(Payload):
    """The answer of `recomputeBadge`."""

    badge: Badge | None = changed("The badge.")
    awarded_count: int | None = changed("How many members met it, had it not and were given it.")


@strawberry.type
class BadgeMutations:
    """What can be done with badges."""

    @mutation(CreateBadgePayload, description="Makes a badge; who meets it already gets it. Needs `recognition:manage`.")
    async def create_badge(self, info: Info, input: Annotated[CreateBadgeInput, INPUT]) -> object:
        """Make a badge."""
        draft = parse(BadgeDraft, **values_of(input))
        made = await create_badge(info.context.actor, draft, once=once_for(info, "createBadge", input))
        return CreateBadgePayload(badge=Badge.from_document(made))

    @mutation(UpdateBadgePayload, description="Changes a badge; who has it keeps it. Needs `recognition:manage`.")
    async def update_badge(self, info: Info, input: Annotated[UpdateBadgeInput, INPUT]) -> object:
        """Change a badge."""
        told = parse(BadgeChange, **values_of(input, "badge_id"))
        found = await update_badge(info.context.actor, input.badge_id, told, expected_version=input.expected_version)
        return UpdateBadgePayload(badge=Badge.from_document(found))

    @mutation(
        RecomputeBadgePayload,
        description="Looks at everybody's ledger again and gives the badge to who lacks it. Needs `recognition:manage`.",
    )
    async def recompute_badge(self, info: Info, input: Annotated[RecomputeBadgeInput, INPUT]) -> object:
        """Look again."""
        badge, awarded = await recompute_badge(info.context.actor, input.badge_id)
        return RecomputeBadgePayload(badge=Badge.from_document(badge), awarded_count=awarded)
