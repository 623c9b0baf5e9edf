"""What was reported, and what moderators made of it."""

from datetime import datetime
from typing import Annotated, Final, Self

import strawberry

from community.moderation import documents
from community.moderation.decisions import MOST_DECISIONS
from community.moderation.documents import (
    ContentKind,
    ContentState,
    ModerationAct,
    ModerationDecision,
    ModerationStatus,
)
from community.moderation.policies import may_decide
from community.moderation.reading import count_actions, count_items, list_actions, list_items
from community.moderation.reports import MOST_REPORTS
from core.paging import Window
from schema.connections import Connection
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.nodes import Node
from schema.paging import paged, pages
from schema.report_reasons import ReportReason
from schema.staff.members import Member, member_of
from schema.staff.reach import reach

told(
    ContentKind,
    "What can be reported.",
    QUESTION="A question.",
    ANSWER="An answer.",
    COMMENT="A remark on a question, an answer, a post, an idea or an insight.",
    WIKI_PAGE="A page of the wiki.",
    WIKI_COMMENT="A comment on a page of the wiki.",
    BLOG_POST="A post of the blog.",
    IDEA="An idea.",
    INSIGHT="An insight.",
    KUDOS="Thanks of one member to another.",
    POLL="A poll.",
    SPACE="A space; it is slowed down or locked, never reported.",
)
told(
    ModerationStatus,
    "Whether something waits for a moderator.",
    WAITING="It was reported, and nobody has decided.",
    DECIDED="Nothing was reported since a moderator decided.",
)
told(
    ContentState,
    "What moderators made of something.",
    VISIBLE="Whoever may read there reads it.",
    HIDDEN="Only its author and moderators read it.",
    DELETED="Nobody reads it any more.",
)
told(
    ModerationDecision,
    "What a moderator does.",
    HIDE="Only its author and moderators read it from now on.",
    RESTORE="It is no longer hidden.",
    DELETE="Nobody reads it any more; this is for good.",
    DISMISS="The reports are answered, and everything stays as it is.",
)

told(
    ModerationAct,
    "What moderators did, as the log keeps it.",
    HIDE="What was reported was hidden.",
    RESTORE="It was shown again.",
    DELETE="It was deleted.",
    DISMISS="It stayed as it is.",
    SLOW_DOWN="Slow mode was turned on, or changed.",
    SPEED_UP="Slow mode was turned off.",
    LOCK="It was locked: only moderators write there.",
    UNLOCK="It was unlocked.",
    SUCCESSION="A secret space without an owner who can sign in was passed on to somebody inside.",
)

_STATUS: Final = strawberry.argument(description="What waits, or what was decided.")


@strawberry.type(description="What a member reported.")
class ContentReport:
    """What a member reported."""

    document: strawberry.Private[documents.Report]
    reason: ReportReason = strawberry.field(description="What is wrong.")
    note: str | None = strawberry.field(description="In the member's words; null: nothing was added.")
    at: datetime = strawberry.field(description="When.")

    @classmethod
    def of(cls, report: documents.Report) -> Self:
        """Show a report."""
        return cls(document=report, reason=report.reason, note=report.note, at=report.at)

    @strawberry.field(description="Who reported it; only moderators learn this.")
    async def reporter(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.reporter_id)


@strawberry.type(description="What a moderator decided or did about something, as the log keeps it.")
class ModerationAction(Node):
    """One decision of a moderator."""

    document: strawberry.Private[documents.ModerationAction]
    kind: ContentKind = strawberry.field(description="What it was about.")
    content_id: strawberry.ID = strawberry.field(description="The id of what it was about, also once that is deleted.")
    decision: ModerationAct = strawberry.field(description="What was decided or done.")
    reason: str = strawberry.field(description="Why.")
    at: datetime = strawberry.field(description="When.")

    @classmethod
    def from_document(cls, document: documents.ModerationAction) -> Self:
        """Show a decision."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            kind=document.kind,
            content_id=strawberry.ID(document.content_id),
            decision=document.decision,
            reason=document.reason,
            at=document.created_at,
        )

    @strawberry.field(description="Who decided.")
    async def moderator(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.by)


@strawberry.type(description="One decision about an item of the queue.")
class ModerationVerdict:
    """One decision about an item of the queue."""

    document: strawberry.Private[documents.Decision]
    decision: ModerationDecision = strawberry.field(description="What was decided.")
    reason: str = strawberry.field(description="Why.")
    at: datetime = strawberry.field(description="When.")

    @classmethod
    def of(cls, decision: documents.Decision) -> Self:
        """Show a decision."""
        return cls(document=decision, decision=decision.decision, reason=decision.reason, at=decision.at)

    @strawberry.field(description="Who decided.")
    async def moderator(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.by)


@strawberry.type(description="Something that was reported, in the queue of moderators.")
class ModerationItem(Node):
    """Something that was reported."""

    document: strawberry.Private[documents.ModerationItem]
    kind: ContentKind = strawberry.field(description="What it is.")
    status: ModerationStatus = strawberry.field(description="Whether it waits for a moderator.")
    state: ContentState = strawberry.field(description="What moderators made of it.")
    reports: list[ContentReport] = strawberry.field(
        description="What was reported lately: since the decision before, the first first.", directives=list_size(MOST_REPORTS)
    )
    reported_at: datetime = strawberry.field(description="When it was first reported since the last decision.")
    claimed_at: datetime | None = strawberry.field(description="When a moderator claimed it; null: nobody has.")
    decisions: list[ModerationVerdict] = strawberry.field(
        description="What was decided, the first first.", directives=list_size(MOST_DECISIONS)
    )
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: documents.ModerationItem) -> Self:
        """Show an item."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            kind=document.kind,
            status=document.status,
            state=document.state,
            reports=[ContentReport.of(report) for report in document.reports],
            reported_at=document.reported_at,
            claimed_at=document.claimed_at,
            decisions=[ModerationVerdict.of(decision) for decision in document.decisions],
            version=document.version,
        )

    @strawberry.field(description="What was reported; null once it is deleted.")
    async def content(self, info: Info) -> Node | None:
        """Give the content."""
        found = await reach(info.context, self.document.content_id)
        shown: Node | None = info.context.present(found) if found is not None else None
        return shown

    @strawberry.field(description="Who looks at it.")
    async def claimed_by(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.claimed_by)

    @strawberry.field(description="Whether the viewer can decide about it as it is.")
    def viewer_can_decide(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_decide(info.context.actor, self.document))


@strawberry.type
class ModerationQueries:
    """What moderators look at."""

    @paged(
        "What was reported in what the viewer moderates, what waits longest first: of everything with `question:moderate`, "
        "else of the spaces that they own or moderate.",
        graphql_type=Connection[ModerationItem],
    )
    async def moderation_queue(
        self, info: Info, window: Window, status: Annotated[ModerationStatus, _STATUS] = ModerationStatus.WAITING
    ) -> object:
        """Give a page of the queue."""
        actor = info.context.actor
        return pages(info, await list_items(actor, status, window), count=lambda: count_items(actor, status))

    @paged(
        "What moderators decided and did where the viewer moderates, the latest first.", graphql_type=Connection[ModerationAction]
    )
    async def moderation_log(self, info: Info, window: Window) -> object:
        """Give a page of the log."""
        actor = info.context.actor
        return pages(info, await list_actions(actor, window), count=lambda: count_actions(actor))
