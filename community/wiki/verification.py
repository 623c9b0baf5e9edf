"""Vouching: a page's owner says until when it can be relied on, is reminded before, and called in after."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from pydantic import AwareDatetime, BaseModel

from auth.actor import Actor
from community.members import require_members
from community.wiki.documents import WikiPage
from community.wiki.events import WikiPageOutdated, WikiPageVerified, WikiReviewDue
from community.wiki.policies import may_verify
from community.wiki.reading import require_page, visible_pages
from core.clock import now
from core.errors import InvalidInput
from core.gates import to_mongo
from core.paging import Order, Slice, Window, count, read_slice
from core.records import change

LONGEST_VOUCHING: Final = timedelta(days=730)
REMIND_BEFORE: Final = timedelta(days=14)
MOST_URGENT_FIRST: Final = Order((("verified_until", 1),))


class Verification(StrEnum):
    """Whether a page can be relied on; DUE: its time is over within two weeks."""

    UNVERIFIED = "UNVERIFIED"
    VERIFIED = "VERIFIED"
    DUE = "DUE"
    OUTDATED = "OUTDATED"


class Vouching(BaseModel):
    """Who vouches for a page, and until when; what is not given stays, null takes it away."""

    owner_id: str | None = None
    until: AwareDatetime | None = None


def verification_of(page: WikiPage) -> Verification:
    """Tell whether a page can be relied on now."""
    if page.verified_until is None:
        return Verification.UNVERIFIED
    left = page.verified_until - now()
    if left <= timedelta(0):
        return Verification.OUTDATED
    return Verification.DUE if left <= REMIND_BEFORE else Verification.VERIFIED


async def vouch_for_page(actor: Actor, page_id: str, vouching: Vouching, *, expected_version: int) -> WikiPage:
    """Say who owns a page and until when it can be relied on.

    Raises NotFound, Forbidden for others than the owner and who has `wiki:manage` (of a page without an owner: who may
    not write), InvalidInput for an unknown member or a time that is past or more than two years ahead, Conflict.
    """
    page = await require_page(actor, page_id)
    may_verify(actor, page).enforce()
    given = vouching.model_fields_set
    if vouching.owner_id is not None:
        await require_members([vouching.owner_id], path=("owner_id",))
    _require_near(vouching.until)

    def rule(current: WikiPage) -> None:
        may_verify(actor, current).enforce()
        if "owner_id" in given:
            current.owner_id = vouching.owner_id
        if "until" in given:
            _vouch(current, actor, vouching.until)
        current.record(WikiPageVerified(page_id=current.id, owner_id=current.owner_id), actor=actor.id)

    return await change(page, rule, expected_version=expected_version)


async def remind_of_pages(at_once: int) -> int:
    """Tell once that a page is to be checked soon, and once that its time is over; give how many pages that were."""
    due = {"next_act_at": {"$lte": now()}}
    pages = await WikiPage.find(due).sort("next_act_at").limit(at_once).to_list()
    for page in pages:
        await change(page, _act)
    return len(pages)


async def wiki_reviews_due(actor: Actor, window: Window, *, owner_id: str | None = None) -> Slice[WikiPage]:
    """List the pages whose time is over or ends within two weeks, the most urgent first; of one owner, or of all."""
    return await read_slice(WikiPage, _due(actor, owner_id), MOST_URGENT_FIRST, window)


async def count_wiki_reviews_due(actor: Actor, *, owner_id: str | None = None) -> int:
    """Count the same pages, up to 10,001."""
    return await count(WikiPage, _due(actor, owner_id))


def _due(actor: Actor, owner_id: str | None) -> dict[str, Any]:
    owned = {"owner_id": owner_id} if owner_id is not None else {}
    return {**owned, "verified_until": {"$lte": now() + REMIND_BEFORE}, **to_mongo(visible_pages(actor))}


def _vouch(page: WikiPage, actor: Actor, until: datetime | None) -> None:
    """Begin anew; where the time is too short for a reminder there is only the alarm."""
    page.verified_until, page.verified_by = until, actor.member_id if until is not None else None
    page.reminded_at = page.outdated_at = page.next_act_at = None
    if until is not None:
        reminder = until - REMIND_BEFORE
        page.next_act_at = reminder if reminder > now() else until


def _act(page: WikiPage) -> None:
    at, until = now(), page.verified_until
    if page.next_act_at is None or page.next_act_at > at or until is None:
        return
    page.next_act_at = None
    if until <= at:
        page.outdated_at = at
        page.record(WikiPageOutdated(page_id=page.id, owner_id=page.owner_id or page.verified_by))
    else:
        page.reminded_at, page.next_act_at = at, until
        page.record(WikiReviewDue(page_id=page.id, owner_id=page.owner_id or page.verified_by))


def _require_near(until: datetime | None) -> None:
    at = now()
    if until is not None and not at < until <= at + LONGEST_VOUCHING:
        raise InvalidInput("Choose a time from now on, at most two years ahead.", path=("until",))
