"""Mutations of approval in the wiki: who must approve, asking for it, approving, rejecting and taking back."""

from typing import Annotated, ClassVar

import strawberry

from community.wiki.approvals import (
    ApprovalRule,
    Rejection,
    Review,
    approve_edit,
    reject_edit,
    request_review,
    set_approval_rule,
    withdraw_edit,
)
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, required, values_of
from schema.staff.wiki import WikiPage

_PAGE_ID = "The id of the page."


@strawberry.input(description="How many must approve the edits of a page and of those below it.")
class SetWikiApprovalInput:
    """How many must approve the edits of a page and of those below it."""

    page_id: strawberry.ID = required(_PAGE_ID)
    minimum: int | None = required("0 to 5; null: as many as for the pages above.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `setWikiApproval`.")
class SetWikiApprovalPayload(Payload):
    """The answer of `setWikiApproval`."""

    written: ClassVar[str | None] = "page"

    page: WikiPage | None = changed("The page as it is now.")


@strawberry.input(description="Whom to ask to look at an edit that waits for approval.")
class RequestWikiReviewInput:
    """Whom to ask to look at an edit that waits for approval."""

    page_id: strawberry.ID = required(_PAGE_ID)
    reviewer_ids: list[strawberry.ID] | None = given("At most 10 members who may approve it; absent: the owner, else all.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `requestWikiReview`.")
class RequestWikiReviewPayload(Payload):
    """The answer of `requestWikiReview`."""

    written: ClassVar[str | None] = "page"

    page: WikiPage | None = changed("The page as it is now.")


@strawberry.input(description="Which edit to approve.")
class ApproveWikiEditInput:
    """Which edit to approve."""

    page_id: strawberry.ID = required(_PAGE_ID)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `approveWikiEdit`.")
class ApproveWikiEditPayload(Payload):
    """The answer of `approveWikiEdit`."""

    written: ClassVar[str | None] = "page"

    page: WikiPage | None = changed("The page as it is now.")


@strawberry.input(description="Which edit to reject, and why.")
class RejectWikiEditInput:
    """Which edit to reject, and why."""

    page_id: strawberry.ID = required(_PAGE_ID)
    reason: str = required("What is wrong, for who wrote it.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `rejectWikiEdit`.")
class RejectWikiEditPayload(Payload):
    """The answer of `rejectWikiEdit`."""

    written: ClassVar[str | None] = "page"

    page: WikiPage | None = changed("The page as it is now.")


@strawberry.input(description="Which edit to take back.")
class WithdrawWikiEditInput:
    """Which edit to take back."""

    page_id: strawberry.ID = required(_PAGE_ID)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `withdrawWikiEdit`.")
class WithdrawWikiEditPayload(Payload):
    """The answer of `withdrawWikiEdit`."""

    written: ClassVar[str | None] = "page"

    page: WikiPage | None = changed("The page as it is now; one of which nothing was published is found no more.")


@strawberry.type
class WikiApprovalMutations:
    """What is done about edits that need approval."""

    @mutation(
        SetWikiApprovalPayload,
        description="Says how many must approve edits of a page and those below it; for `wiki:manage` and owners of the space.",
    )
    async def set_wiki_approval(self, info: Info, input: Annotated[SetWikiApprovalInput, INPUT]) -> object:
        """Set the rule."""
        rule = parse(ApprovalRule, minimum=input.minimum)
        page = await set_approval_rule(info.context.actor, input.page_id, rule, expected_version=input.expected_version)
        return SetWikiApprovalPayload(page=WikiPage.from_document(page))

    @mutation(RequestWikiReviewPayload, description="Asks people to look at an edit that waits for approval.")
    async def request_wiki_review(self, info: Info, input: Annotated[RequestWikiReviewInput, INPUT]) -> object:
        """Ask for a review."""
        review = parse(Review, **values_of(input, "page_id"))
        page = await request_review(info.context.actor, input.page_id, review, expected_version=input.expected_version)
        return RequestWikiReviewPayload(page=WikiPage.from_document(page))

    @mutation(ApproveWikiEditPayload, description="Approves an edit; the last approval that is needed publishes it.")
    async def approve_wiki_edit(self, info: Info, input: Annotated[ApproveWikiEditInput, INPUT]) -> object:
        """Approve."""
        page = await approve_edit(info.context.actor, input.page_id, expected_version=input.expected_version)
        return ApproveWikiEditPayload(page=WikiPage.from_document(page))

    @mutation(RejectWikiEditPayload, description="Rejects an edit with a reason.")
    async def reject_wiki_edit(self, info: Info, input: Annotated[RejectWikiEditInput, INPUT]) -> object:
        """Reject."""
        rejection = parse(Rejection, reason=input.reason)
        page = await reject_edit(info.context.actor, input.page_id, rejection, expected_version=input.expected_version)
        return RejectWikiEditPayload(page=WikiPage.from_document(page))

    @mutation(WithdrawWikiEditPayload, description="Takes back an edit that waits for approval.")
    async def withdraw_wiki_edit(self, info: Info, input: Annotated[WithdrawWikiEditInput, INPUT]) -> object:
        """Take back."""
        page = await withdraw_edit(info.context.actor, input.page_id, expected_version=input.expected_version)
        return WithdrawWikiEditPayload(page=WikiPage.from_document(page))
