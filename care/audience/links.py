"""Links from social media to the company's pages whose clicks are counted, day by day."""

import secrets
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pydantic import BaseModel
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor, Permission
from care.audience.addresses import WebAddress
from care.audience.events import TrackedLinkChanged
from care.documents.links import TrackedLink
from care.reading.cases import require_case
from care.reading.links import require_link
from community.creation import insert_once, made_before
from community.drafts import text
from core.clock import now
from core.errors import AlreadyDone
from core.idempotency import Once
from core.records import change

_CODE_BYTES: Final = 6
_COUNTERS: Final = "counters"
_TRIES: Final = 5

Line = Annotated[str, text(1, 100, lines="one")]


class LinkDraft(BaseModel):
    """Where a link leads, and what web analytics is told of the visitor."""

    url: WebAddress
    name: Line
    source: Line | None = None
    medium: Line | None = None
    campaign: Line | None = None
    case_id: str | None = None


async def create_link(actor: Actor, draft: LinkDraft, *, once: Once, origin: str | None = None) -> TrackedLink:
    """Make a short address that leads to a page and counts who takes it; it begins at `origin`, the company's own place.

    Raises Forbidden without `case:reply`, NotFound for a case that the actor may not know of, IdempotencyMismatch.
    """
    actor.require(Permission.CASE_REPLY)
    if before := await made_before(TrackedLink, once.identifier("lnk"), once):
        return before
    if draft.case_id is not None:
        await require_case(actor, draft.case_id)
    identifier = once.identifier("lnk")
    for _ in range(_TRIES):
        link = TrackedLink(
            id=identifier, created_at=now(), code=new_code(), name=draft.name, target=_target(draft),
            campaign=draft.campaign, case_id=draft.case_id, origin=origin, created_by=actor.id, fingerprint=once.fingerprint,
        )  # fmt: skip
        link.record(TrackedLinkChanged(link_id=link.id), actor=actor.id)
        try:
            return await insert_once(link, once)
        except DuplicateKeyError:  # another link has the code
            continue
    raise AlreadyDone("No code is free for this link; try again.")


def new_code() -> str:
    """Give a code that nobody guesses, of letters that no Markdown reads as marks."""
    return secrets.token_hex(_CODE_BYTES)


async def archive_link(actor: Actor, link_id: str, *, expected_version: int) -> TrackedLink:
    """Let a link lead nowhere any more; its clicks stay counted.

    Raises NotFound, Forbidden without `case:reply`, AlreadyDone, Conflict.
    """
    actor.require(Permission.CASE_REPLY)
    link = await require_link(actor, link_id)

    def rule(current: TrackedLink) -> None:
        if current.archived:
            raise AlreadyDone("This link is archived already.", path=("link_id",))
        current.archived = True
        current.record(TrackedLinkChanged(link_id=current.id), actor=actor.id)

    return await change(link, rule, expected_version=expected_version)


async def follow_link(code: str, *, counted: bool = True) -> str | None:
    """Give where a link leads, and count the click; None for a code that nobody has and for an archived link."""
    link = await TrackedLink.find_one({"code": code})
    if link is None or link.archived:
        return None
    if counted:
        for key in (_key(link.id), _key(link.id, now().date())):
            await _counters().update_one({"_id": key}, {"$inc": {"value": 1}}, upsert=True)
    return link.target


async def clicks_of(link_ids: list[str]) -> dict[str, int]:
    """Give how often each link was taken."""
    keys = {_key(one): one for one in link_ids}
    found = {keys[row["_id"]]: int(row["value"]) async for row in _counters().find({"_id": {"$in": list(keys)}})}
    return {one: found.get(one, 0) for one in link_ids}


async def clicks_by_day(link_id: str, since: datetime, until: datetime) -> list[tuple[date, int]]:
    """Give how often a link was taken on each day of a range on which it was, in UTC."""
    last = (until - timedelta(microseconds=1)).date()
    days = [since.date() + timedelta(days=number) for number in range((last - since.date()).days + 1)]
    keys = {_key(link_id, day): day for day in days}
    rows = _counters().find({"_id": {"$in": list(keys)}})
    return sorted([(keys[row["_id"]], int(row["value"])) async for row in rows])


def _key(link_id: str, day: date | None = None) -> str:
    return f"link_clicks:{link_id}:{day.isoformat()}" if day else f"link_clicks:{link_id}"


def _counters() -> Any:
    return TrackedLink.get_pymongo_collection().database[_COUNTERS]


def _target(draft: LinkDraft) -> str:
    """Give the page's address with the fields by which web analytics knows visitors; those that it has stay."""
    told = {"utm_source": draft.source, "utm_medium": draft.medium, "utm_campaign": draft.campaign}
    whole = urlsplit(draft.url)
    there = parse_qsl(whole.query, keep_blank_values=True)
    more = [(name, value) for name, value in told.items() if value is not None and name not in dict(there)]
    return urlunsplit(whole._replace(query=urlencode([*there, *more]))) if more else draft.url
