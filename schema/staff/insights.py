"""Insights: what was learned of customers and the market, what shows it, and what becomes of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final, Optional, Self

import strawberry
from typing_extensions import override

from coaching.insights.evidence import READERS
from community.directory import departments_by_ids
from community.insights import documents
from community.insights.digests import show_digest
from community.insights.documents import DigestPeriod, InsightKind
from community.insights.insights import MOST_DEPARTMENTS, MOST_EVIDENCE
from community.insights.policies import may_move_insight, may_steer_insight
from community.insights.reading import count_insights, list_insights
from community.listing import UNFILTERED, Comparison, Every, Where
from community.stages import KEPT_STEPS, Stage
from core.ids import prefix_of
from core.paging import Window
from schema.connections import Connection, connection_of
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.inputs import given
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.authors import Author, author_of
from schema.staff.comments import Discussed
from schema.staff.comparators import EQ, IN, BooleanComparator, DateTimeComparator, IdComparator, StringComparator, condition_of
from schema.staff.hidden import Hideable
from schema.staff.members import Department, Member, member_of
from schema.staff.reach import require_staff
from schema.staff.values import Tag
from schema.staff.watching import Watched

MOST_TAGS: Final = 5
INSIGHTS = connection_of("schema.staff.insights", "Insight")

told(
    InsightKind,
    "What somebody came to know.",
    NEED="What customers need.",
    TOPIC="What they talk about.",
    RISK="What may go wrong.",
    OPPORTUNITY="What could be won.",
)
told(
    DigestPeriod,
    "How often a department is told what was learned for it.",
    name="InsightDigestPeriod",
    OFF="Not at all.",
    DAILY="Each day on which something was.",
    WEEKLY="Each week in which something was.",
)


@strawberry.type(description="That an insight came to a stage.")
class InsightStep:
    """That an insight came to a stage."""

    stage: Stage = strawberry.field(description="The stage.")
    at: datetime = strawberry.field(description="When.")
    change: str | None = strawberry.field(description="What was changed, at EVOLVE; null at other stages.")


@strawberry.type(description="Something that was learned of customers or the market.")
class Insight(Hideable, Watched, Discussed):
    """Something that was learned of customers or the market."""

    document: strawberry.Private[documents.Insight]
    title: str = strawberry.field(description="What was learned, in a line.")
    body: str = strawberry.field(description="The text, in Markdown.")
    kind: InsightKind = strawberry.field(description="What it is.")
    tags: list[Tag] = strawberry.field(description="Its labels.", directives=list_size(MOST_TAGS))
    stage: Stage = strawberry.field(description="Where it stands: LISTEN, ANALYSE, ENGAGE, EVOLVE.")
    steps: list[InsightStep] = strawberry.field(
        description="The stages that it came to, the oldest first; the last fifty.", directives=list_size(KEPT_STEPS)
    )
    closed: bool = strawberry.field(description="Whether nothing more is to come of it.")
    created_at: datetime = strawberry.field(description="When it was written down.")
    updated_at: datetime = strawberry.field(description="When something of it was last changed.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: documents.Insight) -> Self:
        """Show an insight."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            title=document.title,
            body=document.body,
            kind=document.kind,
            tags=[Tag.from_document(tag) for tag in document.tags],
            stage=document.stage,
            steps=[InsightStep(stage=one.stage, at=one.at, change=one.change) for one in document.steps],
            closed=document.closed,
            created_at=document.created_at,
            updated_at=document.updated_at,
            version=document.version,
        )

    @strawberry.field(description="Who wrote it; null once they have left.")
    async def author(self, info: Info) -> Author | None:
        """Give who wrote it."""
        author: Author | None = await author_of(info.context, self.document.author_id)
        return author

    @strawberry.field(description="Who looks after it; null once they have left.")
    async def owner(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.owner_id)

    @strawberry.field(description="The departments that it is for.", directives=list_size(MOST_DEPARTMENTS))
    async def departments(self, info: Info) -> list[Department]:
        """Give the departments."""
        found = await info.context.load_many(departments_by_ids, self.document.department_ids)
        return [Department.from_document(one) for one in found]

    @strawberry.field(
        description="What shows it, as far as the viewer may read that: cases, messages, mentions, questions, answers, pages, "
        "posts, ideas, alerts, initiatives. What they may not read is not counted either.",
        directives=list_size(MOST_EVIDENCE),
    )
    async def evidence(self, info: Info) -> list[Node]:
        """Read each behind its gate."""
        found: dict[str, Node] = {}
        by_kind: dict[str, list[str]] = {}
        for one in self.document.evidence:
            by_kind.setdefault(prefix_of(one.target_id), []).append(one.target_id)
        for kind, several in by_kind.items():
            if kind in READERS:
                rows: Sequence[Any] = await info.context.load_many(READERS[kind], several)
                found |= {row.id: info.context.present(row) for row in rows}
        return [found[one.target_id] for one in self.document.evidence if one.target_id in found]

    @override
    async def _concerned(self, info: Info) -> bool:
        return info.context.actor.member_id in {self.document.author_id, self.document.owner_id}

    @strawberry.field(description="Whether the viewer can change it.")
    def viewer_can_edit(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_steer_insight(info.context.actor, self.document))

    @strawberry.field(description="Whether the viewer can move it on to its next stage.")
    def viewer_can_move(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_move_insight(info.context.actor, self.document))


@strawberry.type(description="What a department is told from time to time: what was learned for it.")
class InsightDigest(Node):
    """What a department is told from time to time."""

    document: strawberry.Private[documents.InsightDigest]
    period: DigestPeriod = strawberry.field(description="How often.")
    next_at: datetime | None = strawberry.field(description="When the next one is due; null while it is OFF.")
    from_: datetime | None = strawberry.field(
        description="The first instant of the last one; null before there was any.", name="from"
    )
    until: datetime | None = strawberry.field(description="The first instant after the last one.")
    version: int = strawberry.field(description="Rises with each edit by a person, from 0; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: documents.InsightDigest) -> Self:
        """Show a digest."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            period=document.period,
            next_at=document.next_act_at,
            from_=document.last_from,
            until=document.last_until,
            version=document.version,
        )

    @strawberry.field(description="The department.")
    async def department(self, info: Info) -> Department | None:
        """Give the department."""
        found = await info.context.load(departments_by_ids, self.document.department_id)
        return Department.from_document(found) if found is not None else None

    @paged("What the last one told of, the newest first.", graphql_type=Connection[Insight])
    async def insights(self, info: Info, window: Window) -> object:
        """Give a page of the insights."""
        actor, span = info.context.actor, self.document
        learned = Where("department_id", Comparison.EQ, span.department_id)
        told_of = Every((learned, Where("created_at", Comparison.AT_LEAST, span.last_from or span.since)))
        condition = Every((told_of, Where("created_at", Comparison.BEFORE, span.last_until or span.since)))
        found = await list_insights(actor, condition=condition, window=window)
        return pages(info, found, count=lambda: count_insights(actor, condition=condition))


@strawberry.input(description="Compares the kind of insights.")
class InsightKindComparator:
    """Compares the kind of insights."""

    eq: InsightKind | None = given(EQ)
    in_: list[InsightKind] | None = given(IN, name="in")


@strawberry.input(description="Compares where insights stand.")
class InsightStageComparator:
    """Compares where insights stand."""

    eq: Stage | None = given(EQ)
    in_: list[Stage] | None = given(IN, name="in")


@strawberry.input(
    description="Which insights; all that is given must hold. One of kind, stage, ownerId, departmentId and tag must "
    "be compared with `eq` or `in`, or createdAt be bounded."
)
class InsightFilter:
    """Which insights."""

    and_: list["InsightFilter"] | None = given("All of these hold, too.", name="and")
    or_: list["InsightFilter"] | None = given("At least one of these holds.", name="or")
    not_: Optional["InsightFilter"] = given("This does not hold.", name="not")
    kind: InsightKindComparator | None = given("What they are.")
    stage: InsightStageComparator | None = given("Where they stand.")
    owner_id: IdComparator | None = given("Who looks after them.")
    department_id: IdComparator | None = given("A department that they are for.")
    tag: StringComparator | None = given("The slug of one of their labels.")
    closed: BooleanComparator | None = given("Whether nothing more is to come of them.")
    created_at: DateTimeComparator | None = given("When they were written down.")


@strawberry.type
class InsightQueries:
    """What can be asked of insights."""

    @paged("Insights, the newest first.", graphql_type=Connection[Insight])
    async def insights(
        self,
        info: Info,
        window: Window,
        filter: Annotated[
            InsightFilter | None, strawberry.argument(description="Which ones; absent: all that the viewer may see.")
        ] = strawberry.UNSET,
    ) -> object:
        """Give a page of insights."""
        require_staff(info)
        actor, condition = info.context.actor, condition_of(filter) if filter else UNFILTERED
        found = await list_insights(actor, condition=condition, window=window)
        return pages(info, found, count=lambda: count_insights(actor, condition=condition))

    @strawberry.field(description="How often a department is told what was learned for it, and what it was told last.")
    async def insight_digest(
        self, info: Info, department_id: Annotated[strawberry.ID, strawberry.argument(description="The id of the department.")]
    ) -> InsightDigest | None:
        """Give the digest."""
        return InsightDigest.from_document(await show_digest(info.context.actor, department_id))
