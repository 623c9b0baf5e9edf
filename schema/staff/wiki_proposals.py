"""Edits of the wiki that wait for approval."""

from datetime import datetime
from typing import Self

import strawberry

from community.wiki.approvals import MOST_APPROVALS, MOST_REVIEWERS
from community.wiki.documents import Approval, Proposal, ProposalState
from core.text.markdown import render
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.staff.members import Member, member_of, members_of
from schema.staff.values import Tag
from schema.staff.wiki_diffs import WikiDiff

_MOST_AUTHORS = 100

told(
    ProposalState,
    "Where an edit that needs approval stands.",
    name="WikiProposalState",
    WRITTEN="Nobody was asked to look at it yet; who may approve can do so.",
    REVIEW_REQUESTED="People were asked to look at it.",
    REJECTED="It was refused; it can be written anew or taken back.",
)


async def _members(info: Info, member_ids: list[str]) -> list[Member]:
    return await members_of(info, member_ids)


@strawberry.type(description="Somebody said that an edit may be published.")
class WikiApproval:
    """Somebody said that an edit may be published."""

    approval: strawberry.Private[Approval]
    at: datetime = strawberry.field(description="When.")

    @strawberry.field(description="Who.")
    async def member(self, info: Info) -> Member | None:
        """Give who approved."""
        return await member_of(info, self.approval.member_id)


@strawberry.type(description="An edit of a page that is published once enough people approved it.")
class WikiProposal:
    """An edit of a page that is published once enough people approved it."""

    proposal: strawberry.Private[Proposal]
    published_body: strawberry.Private[str]
    version: int = strawberry.field(description="The page's `version` after the edit.")
    title: str = strawberry.field(description="The title.")
    body: str = strawberry.field(description="The text, in Markdown.")
    tags: list[Tag] = strawberry.field(description="The labels.", directives=list_size(10))
    summary: str | None = strawberry.field(description="What its author said of the edit.")
    state: ProposalState = strawberry.field(description="Where it stands.")
    written_at: datetime = strawberry.field(description="When it was written.")
    approvals_needed: int = strawberry.field(description="How many approvals publish it.")
    approvals: list[WikiApproval] = strawberry.field(
        description="The approvals so far; a further edit begins anew.", directives=list_size(MOST_APPROVALS)
    )
    reason: str | None = strawberry.field(description="Why it was rejected.")

    @classmethod
    def from_proposal(cls, proposal: Proposal, published_body: str) -> Self:
        """Show an edit that waits."""
        return cls(
            proposal=proposal,
            published_body=published_body,
            version=proposal.number,
            title=proposal.title,
            body=proposal.body,
            tags=[Tag.from_document(tag) for tag in proposal.tags],
            summary=proposal.summary,
            state=proposal.state,
            written_at=proposal.at,
            approvals_needed=proposal.needed,
            approvals=[WikiApproval(approval=one, at=one.at) for one in proposal.approvals],
            reason=proposal.reason,
        )

    @strawberry.field(description="The text as HTML that is safe to show.")
    def body_html(self) -> str:
        """Render the text."""
        return render(self.body)

    @strawberry.field(description="What it changes of what is published, line by line.")
    async def diff(self) -> WikiDiff:
        """Compare with what is published."""
        return await WikiDiff.between(self.published_body, self.body)

    @strawberry.field(description="Who wrote it, the latest last; they can't approve it.", directives=list_size(_MOST_AUTHORS))
    async def authors(self, info: Info) -> list[Member]:
        """Give who wrote it."""
        return await _members(info, self.proposal.author_ids)

    @strawberry.field(description="Who was asked to look at it.", directives=list_size(MOST_REVIEWERS))
    async def reviewers(self, info: Info) -> list[Member]:
        """Give who was asked."""
        return await _members(info, self.proposal.reviewer_ids)

    @strawberry.field(description="Who rejected it.")
    async def rejected_by(self, info: Info) -> Member | None:
        """Give who rejected it."""
        found = await _members(info, [self.proposal.rejected_by] if self.proposal.rejected_by else [])
        return found[0] if found else None
