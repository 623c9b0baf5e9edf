"""The only way to read draft reviews for a person: behind their case, for their author and for those who release replies."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

from auth.actor import SYSTEM, Actor, Permission
from care.documents.cases import Case
from care.documents.channels import Environment
from care.reading.cases import case_of_outgoing, cases_by_ids
from care.reading.gates import reads_all_live
from coaching.documents import DraftReview, DraftReviewStatus
from community.drafts import may_be_id
from core.errors import NotFound
from core.ids import with_prefix
from core.paging import Order, Slice, Window, count, read_slice
from core.records import by_ids

MOST_URGENT_FIRST: Final = Order((("turn_ends_at", 1),))
NEWEST_FIRST: Final = Order((("submitted_at", -1),))
_UNDECIDED: Final = [DraftReviewStatus.PENDING.value, DraftReviewStatus.SUPERSEDED.value]
_UNSETTLED: Final = [*_UNDECIDED, DraftReviewStatus.RETURNED.value]
_DESK: Final[dict[str, Any]] = {"environment": Environment.LIVE.value, "status": {"$in": _UNDECIDED}}


def review_id_of(message_id: str) -> str:
    """Give the id of the review of a held reply."""
    return with_prefix("drv", message_id)


def has_desk(actor: Actor) -> bool:
    """Tell whether somebody decides on replies: a member with `reply:release` who may read all cases."""
    return actor.member_id is not None and actor.may(Permission.REPLY_RELEASE) and reads_all_live(actor)


async def reviews_by_ids(actor: Actor, review_ids: Sequence[str]) -> dict[str, DraftReview]:
    """Give those of the reviews that are the actor's own or theirs to decide, of cases that they may know of."""
    found = await by_ids(DraftReview, [one for one in dict.fromkeys(review_ids) if may_be_id(one, "drv")])
    mine = {one: row for one, row in found.items() if _is_theirs(actor, row)}
    cases = await cases_by_ids(actor, [row.case_id for row in mine.values()])
    return {one: row for one, row in mine.items() if row.case_id in cases}


async def review_with_case(actor: Actor, review_id: str) -> tuple[DraftReview, Case | None]:
    """Give a review, with the case in which its reply waits still; NotFound when there is none for this actor."""
    none = NotFound("There is no such draft review.", path=("draft_review_id",))
    if not may_be_id(review_id, "drv"):
        raise none
    message_id = with_prefix("msg", review_id)
    review, case = await asyncio.gather(DraftReview.get(review_id), case_of_outgoing(actor, message_id))
    if review is None or not _is_theirs(actor, review):
        raise none
    if case is not None and case.id == review.case_id:
        return review, case
    seen, waiting = await asyncio.gather(cases_by_ids(actor, [review.case_id]), case_of_outgoing(SYSTEM, message_id))
    if review.case_id not in seen:
        raise none
    return review, waiting  # it left, or waits in the case that its own was merged into


def _is_theirs(actor: Actor, review: DraftReview) -> bool:
    return actor.may(Permission.REPLY_RELEASE) or review.author_id == actor.member_id


async def waiting_reviews(actor: Actor, window: Window) -> Slice[DraftReview]:
    """List what waits for a mentor's decision, the most urgent first; nothing for who decides on none."""
    return await read_slice(DraftReview, _DESK, MOST_URGENT_FIRST, window) if has_desk(actor) else Slice([], [])


async def count_waiting_reviews(actor: Actor) -> int:
    """Count what waits for a mentor's decision."""
    return await count(DraftReview, _DESK) if has_desk(actor) else 0


async def own_reviews(member_id: str, window: Window) -> Slice[DraftReview]:
    """List a member's own replies that are not decided for good, the most urgent first."""
    return await read_slice(DraftReview, _own(member_id), MOST_URGENT_FIRST, window)


async def count_own_reviews(member_id: str) -> int:
    """Count a member's own replies that are not decided for good."""
    return await count(DraftReview, _own(member_id))


async def reviews_of_case(actor: Actor, case_id: str, window: Window) -> Slice[DraftReview]:
    """List the reviews of a case that are the actor's own or theirs to decide, the newest first."""
    return await read_slice(DraftReview, _of_case(actor, case_id), NEWEST_FIRST, window)


async def count_reviews_of_case(actor: Actor, case_id: str) -> int:
    """Count the reviews of a case that are the actor's own or theirs to decide."""
    return await count(DraftReview, _of_case(actor, case_id))


def _own(member_id: str) -> dict[str, Any]:
    return {"author_id": member_id, "status": {"$in": _UNSETTLED}}


def _of_case(actor: Actor, case_id: str) -> dict[str, Any]:
    return {"case_id": case_id} if actor.may(Permission.REPLY_RELEASE) else {"case_id": case_id, "author_id": actor.member_id}
