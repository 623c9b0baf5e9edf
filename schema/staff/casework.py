"""How a case is worked on: put aside, labelled, handed over; parts of the case that front offices work with."""

import asyncio
from datetime import datetime
from typing import Annotated, Self

import strawberry

from care import policies
from care.cases import silence
from care.cases.reopening import may_reopen
from care.cases.tags import as_tag, count_case_tags, list_case_tags
from care.documents import cases
from care.documents.casework import MOST_WITHHELD, ClosingKind
from care.documents.cycles import MOST_REMINDERS
from care.documents.templates import AutomaticPurpose
from care.reading.cases import cases_by_ids
from care.saved_drafts import drafts_in
from core.clock import now
from core.paging import Window
from schema.connections import Connection, connection_of, later
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.paging import paged, pages, pages_of_ids
from schema.staff.members import Member, member_of
from schema.staff.saved_drafts import SavedDraft
from schema.staff.values import Sentiment, Tag

told(
    ClosingKind,
    "By what a case was closed.",
    CONFIRMED="The customer said that it helped.",
    NO_ANSWER="The customer did not answer any more.",
    OVERRIDDEN="A supervisor decided, with a reason.",
    MERGED="It became part of another case.",
)


@strawberry.type(description="A case that was put aside.")
class Snooze:
    """A case that was put aside."""

    by_id: strawberry.Private[str]
    at: datetime = strawberry.field(description="When it was put aside.")
    until: datetime | None = strawberry.field(
        description="When it comes back by itself; null: with the customer's next message, which brings it back in any case."
    )

    @strawberry.field(description="Who put it aside.")
    async def by(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.by_id)


@strawberry.type(
    description="Something that was to be said by itself and was not: the window is closed, and no template is set for it."
)
class WithheldReply:
    """Something that was to be said by itself and was not."""

    purpose: AutomaticPurpose = strawberry.field(description="What it was for.")
    at: datetime = strawberry.field(description="When it was to be said.")
    conversation_id: strawberry.ID = strawberry.field(description="In which conversation.")


@strawberry.type(description="A customer who does not answer, by the policy of `caseRules` that held when the cycle began.")
class Silence:
    """A customer who does not answer."""

    since: datetime = strawberry.field(description="From when on it is counted.")
    reminded_at: list[datetime] = strawberry.field(
        description="When the customer was reminded since then.", directives=list_size(MOST_REMINDERS)
    )
    next_reminder_at: datetime | None = strawberry.field(
        description="When they are reminded next; null after the last time, and while the company has the turn."
    )
    closes_at: datetime | None = strawberry.field(
        description="When the case is closed; null before the last reminder, and while something stands against it."
    )

    @classmethod
    def of(cls, case: cases.Case) -> Self | None:
        """Show how it is waited for."""
        since = case.cycle.silent_since
        if since is None:
            return None
        at, is_over = silence.act_at(case), silence.is_over(case)
        return cls(
            since=since,
            reminded_at=case.cycle.reminded,
            next_reminder_at=None if is_over else at,
            closes_at=at if is_over else None,
        )


async def newest_draft(info: Info, conversation_ids: list[str]) -> SavedDraft | None:
    """Give what the viewer wrote last and has not sent in any of some conversations."""
    found = await asyncio.gather(*(info.context.load(drafts_in, one) for one in conversation_ids))
    drafts = sorted((draft for draft in found if draft is not None), key=lambda draft: draft.saved_at)
    return SavedDraft.from_document(drafts[-1]) if drafts else None


async def _case(info: Info, case_id: str | None) -> object:
    found = await info.context.load(cases_by_ids, case_id) if case_id is not None else None
    return info.context.present(found) if found is not None else None


@strawberry.type
class CaseWork:
    """How a case is worked on."""

    document: strawberry.Private[cases.Case]

    @strawberry.field(description="How it was put aside; null unless its status is SNOOZED. Its clocks go on.")
    def snooze(self) -> Snooze | None:
        """Show how it was put aside."""
        snooze = self.document.snooze
        return Snooze(by_id=snooze.by, at=snooze.at, until=snooze.until) if snooze is not None else None

    @strawberry.field(
        description="What could not be said automatically, the oldest first; the last twenty.",
        directives=list_size(MOST_WITHHELD),
    )
    def withheld_replies(self) -> list[WithheldReply]:
        """List them."""
        return [
            WithheldReply(purpose=one.purpose, at=one.at, conversation_id=strawberry.ID(one.conversation_id))
            for one in self.document.withheld
        ]

    @strawberry.field(description="The mood of what the customer said last; null while nothing was said in words.")
    def sentiment(self) -> Sentiment | None:
        """Give the mood."""
        return Sentiment.from_document(self.document.sentiment)

    @strawberry.field(description="By what it was closed; null unless it is.")
    def closing_kind(self) -> ClosingKind | None:
        """Tell by what."""
        return self.document.closing_kind

    @strawberry.field(description="What was said when it was closed; null unless it is.")
    def close_reason(self) -> str | None:
        """Give the reason."""
        return self.document.close_reason

    @strawberry.field(
        description="Until when the customer's message brings it back, and whoever works on cases can; null unless it is closed."
    )
    def reopens_until(self) -> datetime | None:
        """Give the end of the window."""
        return self.document.reopens_until

    @strawberry.field(description="How a customer who does not answer is waited for; null while that is not counted.")
    def silence(self) -> Silence | None:
        """Show the silence."""
        return Silence.of(self.document)

    @strawberry.field(description="Whether people were alarmed that its step stands still, and it has not come on since.")
    def stuck(self) -> bool:
        """Tell whether it stands still."""
        return self.document.stuck

    @strawberry.field(description="Whether the viewer can tick what was looked at.")
    def viewer_can_tick(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(policies.may_tick(info.context.actor, self.document))

    @strawberry.field(description="Whether somebody set the priority; if not, it follows the severity.")
    def priority_set_by_hand(self) -> bool:
        """Tell whose word the priority is."""
        return self.document.priority_by_hand

    @strawberry.field(description="What the viewer has begun to write in it last and not sent; null when nothing.")
    async def viewer_draft(self, info: Info) -> SavedDraft | None:
        """Give the viewer's newest draft."""
        return await newest_draft(info, self.document.conversation_ids)

    @strawberry.field(
        description="What it became part of; null unless it was merged, and when the viewer may not know of that one.",
        graphql_type=later("schema.staff.cases", "Case", optional=True),
    )
    async def merged_into(self, info: Info) -> object:
        """Give the case that goes on."""
        return await _case(info, self.document.merge.into if self.document.merge else None)

    @strawberry.field(
        description="The case of the same conversation before, which was closed too long before to come back; "
        "null for other cases, and when the viewer may not know of that one.",
        graphql_type=later("schema.staff.cases", "Case", optional=True),
    )
    async def follows(self, info: Info) -> object:
        """Give the case before."""
        return await _case(info, self.document.follows)

    @strawberry.field(
        description="What it was split off from; null for other cases, and when the viewer may not know of that one.",
        graphql_type=later("schema.staff.cases", "Case", optional=True),
    )
    async def split_from(self, info: Info) -> object:
        """Give the case that there was before."""
        return await _case(info, self.document.split_from)

    @paged("The cases that were merged into it.", graphql_type=connection_of("schema.staff.cases", "Case"))
    async def merged_cases(self, info: Info, window: Window) -> object:
        """Give a page of its duplicates."""
        return await pages_of_ids(info, self.document.absorbed, cases_by_ids, window)

    @paged("The cases that were split off from it.", graphql_type=connection_of("schema.staff.cases", "Case"))
    async def split_cases(self, info: Info, window: Window) -> object:
        """Give a page of what was split off."""
        return await pages_of_ids(info, [split.id for split in self.document.splits], cases_by_ids, window)

    @strawberry.field(description="Whether the viewer can merge it into another case.")
    def viewer_can_merge(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(policies.may_merge_case(info.context.actor, self.document))

    @strawberry.field(description="Whether the viewer can split it.")
    def viewer_can_split(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(policies.may_split(info.context.actor, self.document))

    @strawberry.field(description="Whether the viewer can put it aside.")
    def viewer_can_snooze(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(policies.may_snooze(info.context.actor, self.document))

    @strawberry.field(description="Whether the viewer can bring it back: it is resolved or closed, and not part of another one.")
    def viewer_can_reopen(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_reopen(info.context.actor, self.document, now()))

    @strawberry.field(description="Whether the viewer can change its labels.")
    def viewer_can_tag(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(policies.may_tag(info.context.actor, self.document))


@strawberry.type
class CaseworkQueries:
    """What cases can be described with."""

    @paged("The labels that cases have had, by slug; needs `case:read`.", graphql_type=Connection[Tag])
    async def case_tags(
        self,
        info: Info,
        window: Window,
        starting: Annotated[
            str, strawberry.argument(description="How their name starts, however it is spelled; absent: all of them.")
        ] = "",
    ) -> object:
        """Give a page of the labels."""
        actor = info.context.actor
        found = await list_case_tags(actor, window, starting=starting)
        rows = [Tag.from_document(as_tag(entry)) for entry in found.items]
        return pages(info, found, count=lambda: count_case_tags(actor, starting=starting), rows=rows)
