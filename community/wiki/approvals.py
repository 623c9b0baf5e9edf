"""Approval: edits of some pages are published once enough people, none of whom wrote them, said so."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Final

from pydantic import BaseModel, Field

from auth.actor import Actor, Permission, permissions_of
from community.documents import Member
from community.drafts import Remark, ids
from community.members import require_members
from community.spaces.documents import Space
from community.spaces.reading import owns_space, page_space
from community.turns.places import places_in
from community.turns.policies import may_write_at
from community.turns.taking import require_unlocked
from community.wiki.documents import Approval, Proposal, ProposalState, WikiPage
from community.wiki.events import (
    WikiApprovalSet,
    WikiEditApproved,
    WikiEditRejected,
    WikiEditWithdrawn,
    WikiPageEdited,
    WikiReviewRequested,
)
from community.wiki.policies import may_approve, may_manage, may_withdraw, may_write
from community.wiki.reading import child_counts, require_page
from community.wiki.revisions import keep_if_many
from community.wiki.writing import Wording, publish
from core.clock import now
from core.errors import AlreadyDone, InvalidInput
from core.outcomes import outcome
from core.records import by_ids, change

MOST_APPROVALS: Final = 5
MOST_REVIEWERS: Final = 10


class ApprovalRule(BaseModel):
    """How many must approve the edits of a page and of those below; None: as many as above it."""

    minimum: Annotated[int, Field(ge=0, le=MOST_APPROVALS)] | None


class Review(BaseModel):
    """Who is asked to look at an edit; nobody in particular: the owner, or all who may approve."""

    reviewer_ids: Annotated[list[str], ids(MOST_REVIEWERS, "reviewers")] = Field(default_factory=list)


class Rejection(BaseModel):
    """Why an edit is refused."""

    reason: Remark


async def approvals_needed(page: WikiPage) -> int:
    """Tell how many must approve an edit of a page: as its own rule says, else that of the nearest above, else its space's."""
    if page.approvals_required is not None:
        return page.approvals_required
    above, spaces = await asyncio.gather(pages_above(page.path), by_ids(Space, [page.space_id] if page.space_id else []))
    return approvals_among(page, above, spaces.get(page.space_id or ""))


async def pages_above(path: str) -> list[WikiPage]:
    """Give the pages at the paths above, of whatever space and whoever may read them."""
    parts = path.split("/")
    above = ["/".join(parts[:depth]) for depth in range(1, len(parts))]
    return await WikiPage.find({"path": {"$in": above}, "deleted_at": {"$exists": False}}).to_list() if above else []


def approvals_among(page: WikiPage, above: Sequence[WikiPage], space: Space | None) -> int:
    """Tell the same of a page above which these stand, and of its space."""
    if page.approvals_required is not None:
        return page.approvals_required
    ruling = [one for one in above if one.approvals_required is not None and one.space_id == page.space_id]
    if ruling:
        return max(ruling, key=lambda one: len(one.path)).approvals_required or 0
    return space.minimum_approvals if space is not None else 0


async def approvals_to_edit(actor: Actor, page: WikiPage, *, path: str = "page_id") -> int:
    """Refuse what `page_to_edit` refuses, of a page that the actor was given; tell how many must approve the edit."""
    may_write(actor).enforce()
    standing, above = await asyncio.gather(outcome(page_space(actor, page.space_id, path=path)), pages_above(page.path))
    space = standing.take()
    may_write_at(actor, places_in(page, space)).enforce()
    return approvals_among(page, above, space)


async def set_approval_rule(actor: Actor, page_id: str, asked: ApprovalRule, *, expected_version: int) -> WikiPage:
    """Say how many must approve the edits of a page and of those below; what is proposed already waits for as many.

    Raises NotFound, Forbidden without `wiki:manage` for others than who owns its space, Conflict.
    """
    page = await require_page(actor, page_id)
    if not await owns_space(actor, page.space_id):
        may_manage(actor).enforce()

    def rule(current: WikiPage) -> None:
        current.approvals_required = asked.minimum
        current.record(WikiApprovalSet(page_id=current.id), actor=actor.id)

    return await change(page, rule, expected_version=expected_version)


async def request_review(actor: Actor, page_id: str, review: Review, *, expected_version: int) -> WikiPage:
    """Ask people to look at what is proposed for a page.

    Raises NotFound, Forbidden without `wiki:edit`, InvalidInput when nothing is proposed or for a reviewer who may not
    approve it, AlreadyDone when it was rejected, Conflict.
    """
    page = await require_page(actor, page_id)
    may_write(actor).enforce()
    await _require_reviewers(page, review.reviewer_ids)

    def rule(current: WikiPage) -> None:
        proposal = _proposed(current)
        proposal.state, proposal.reviewer_ids = ProposalState.REVIEW_REQUESTED, review.reviewer_ids
        current.record(WikiReviewRequested(page_id=current.id, number=proposal.number), actor=actor.id)

    return await change(page, rule, expected_version=expected_version)


async def approve_edit(actor: Actor, page_id: str, *, expected_version: int) -> WikiPage:
    """Approve what is proposed for a page; the last approval that is needed publishes it, and the revision tells by whom.

    Raises NotFound, Forbidden for who wrote it and for others than the owner and who has `wiki:approve`, InvalidInput
    when nothing is proposed, AlreadyDone when it was rejected or approved by the actor before, Locked, Conflict.
    """
    page = await require_page(actor, page_id)
    may_approve(actor, page, page.proposal).enforce()
    await require_unlocked(actor, page)
    needed = await approvals_needed(page)

    def rule(current: WikiPage) -> None:
        proposal = _proposed(current)
        may_approve(actor, current, proposal).enforce()
        if any(one.member_id == actor.member for one in proposal.approvals):
            raise AlreadyDone("You approved this edit before; it waits for others.", path=("page_id",))
        proposal.approvals = [*proposal.approvals, Approval(member_id=actor.member, at=now())]
        proposal.needed = needed
        approved = WikiEditApproved(page_id=current.id, number=proposal.number, approver_id=actor.member)
        current.record(approved, actor=actor.id)
        if len(proposal.approvals) >= needed:
            _publish_proposal(current, proposal, actor)

    return await keep_if_many(await change(page, rule, expected_version=expected_version))


async def reject_edit(actor: Actor, page_id: str, rejection: Rejection, *, expected_version: int) -> WikiPage:
    """Refuse what is proposed for a page; who wrote it is told why, and can write it anew or take it back.

    Raises NotFound, Forbidden for who wrote it and for others than the owner and who has `wiki:approve`, InvalidInput
    when nothing is proposed, AlreadyDone when it was rejected before, Conflict.
    """
    page = await require_page(actor, page_id)
    may_approve(actor, page, page.proposal).enforce()

    def rule(current: WikiPage) -> None:
        proposal = _proposed(current)
        may_approve(actor, current, proposal).enforce()
        proposal.state, proposal.approvals = ProposalState.REJECTED, []
        proposal.rejected_by, proposal.reason = actor.member, rejection.reason
        author = proposal.author_ids[-1]
        current.record(WikiEditRejected(page_id=current.id, number=proposal.number, author_id=author), actor=actor.id)

    return await change(page, rule, expected_version=expected_version)


async def withdraw_edit(actor: Actor, page_id: str, *, expected_version: int) -> WikiPage:
    """Take back what is proposed for a page; a page of which nothing was published is taken out of the wiki by it.

    Raises NotFound, Forbidden for others than who wrote it and who has `wiki:manage`, InvalidInput when nothing is
    proposed or the page would be taken out while pages stand below it, Conflict.
    """
    page = await require_page(actor, page_id)
    may_write(actor).enforce()
    if page.unpublished and (await child_counts(actor, [page.id]))[page.id]:
        raise InvalidInput("Pages stand below this one; move or delete them first.", path=("page_id",))

    def rule(current: WikiPage) -> None:
        proposal = current.proposal
        if proposal is None:
            raise _nothing_proposed()
        may_withdraw(actor, proposal).enforce()
        if current.unpublished:
            current.deleted_at, current.place = now(), None
        current.proposal, current.withdrawn = None, current.version + 1
        current.record(WikiEditWithdrawn(page_id=current.id, number=proposal.number), actor=actor.id)

    return await change(page, rule, expected_version=expected_version)


def _publish_proposal(page: WikiPage, proposal: Proposal, actor: Actor) -> None:
    wording = Wording(
        proposal.title,
        proposal.body,
        proposal.tags,
        proposal.summary,
        proposal.restored_from,
        proposal.merged_from,
    )
    author = proposal.author_ids[-1]
    publish(page, wording, author_id=author, approved_by=tuple(one.member_id for one in proposal.approvals))
    page.record(WikiPageEdited(page_id=page.id, number=page.version + 1, author_id=author), actor=actor.id)


def _proposed(page: WikiPage) -> Proposal:
    if page.proposal is None:
        raise _nothing_proposed()
    if page.proposal.state is ProposalState.REJECTED:
        raise AlreadyDone("This edit was rejected; write it anew first.", path=("page_id",))
    return page.proposal


def _nothing_proposed() -> InvalidInput:
    return InvalidInput("Nothing is proposed for this page.", path=("page_id",))


async def _require_reviewers(page: WikiPage, member_ids: list[str]) -> None:
    await require_members(member_ids, path=("reviewer_ids",))
    authors = page.proposal.author_ids if page.proposal else []
    for member in (await by_ids(Member, member_ids)).values():
        may = Permission.WIKI_APPROVE in permissions_of(member.roles) or member.id == page.owner_id
        if not may or member.id in authors:
            raise InvalidInput(f"{member.display_name} can't approve this edit; name somebody else.", path=("reviewer_ids",))
