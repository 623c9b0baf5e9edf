"""Reporting what should not stand there."""

from datetime import datetime
from typing import Annotated, Final

from pydantic import BaseModel, Field
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor, ActorKind
from community.documents import Moderated, Threaded
from community.drafts import text
from community.moderation.contents import REPORTABLE, authors_of, place_of, require_content, root_of
from community.moderation.documents import ModerationItem, ModerationStatus, Report, ReportReason
from community.moderation.events import ContentReported
from core.clock import now
from core.errors import InvalidInput, LimitReached
from core.ids import derived_id, prefix_of
from core.records import change, save

MOST_REPORTS: Final = 50


class ReportDraft(BaseModel):
    """What somebody reports, and why."""

    content_id: Annotated[str, Field(max_length=100)]
    reason: ReportReason
    note: Annotated[str, text(1, 1_000)] | None = None


async def report_content(actor: Actor, draft: ReportDraft) -> ModerationItem:
    """Report something to the moderators; doing so again replaces what one reported. The author does not learn who it was.

    Raises NotFound, Forbidden for who is neither a member nor a customer, InvalidInput for one's own words, LimitReached.
    """
    content = await require_content(actor, draft.content_id)
    reporter_id = _reporter(actor)
    report = Report(reporter_id=reporter_id, reason=draft.reason, note=draft.note, at=now())
    if isinstance(content, Threaded) and content.removal is not None:
        raise InvalidInput("This was deleted already.", path=("content_id",))
    if reporter_id in authors_of(content):
        raise InvalidInput("You wrote this yourself; change it or take it away instead.", path=("content_id",))
    identifier = derived_id("mod", content.id)
    item = await ModerationItem.get(identifier)
    if item is None:
        made = await begun(content, report.at, [report])
        made.record(ContentReported(item_id=identifier), actor=actor.id)
        try:
            await save(made)
        except DuplicateKeyError:
            return await report_content(actor, draft)
        return made
    return await change(item, lambda current: _add(current, report, actor))


def _reporter(actor: Actor) -> str:
    """Give who reports: a member, or a customer who is signed in."""
    return actor.customer_id if actor.kind is ActorKind.CUSTOMER and actor.customer_id is not None else actor.member


async def begun(content: Moderated, at: datetime, reports: list[Report]) -> ModerationItem:
    """Give a new row of the queue about something; it is not stored yet."""
    root_id = root_of(content)
    place = await place_of(root_id)
    return ModerationItem(
        id=derived_id("mod", content.id),
        created_at=at,
        content_id=content.id,
        kind=REPORTABLE[prefix_of(content.id)].kind,
        root_id=root_id,
        space_id=place.space_id if place is not None else None,
        closed_space_id=place.closed_space_id if place is not None else None,
        author_ids=authors_of(content),
        reports=reports,
        reported_at=at,
    )


def _add(item: ModerationItem, report: Report, actor: Actor) -> None:
    is_new = item.status is ModerationStatus.DECIDED
    if is_new:
        item.status, item.reports, item.reported_at = ModerationStatus.WAITING, [], report.at
    others = [one for one in item.reports if one.reporter_id != report.reporter_id]
    if len(others) >= MOST_REPORTS:
        raise LimitReached(f"{MOST_REPORTS} people have reported this already; the moderators know.", path=("content_id",))
    if len(others) == len(item.reports):
        item.record(ContentReported(item_id=item.id), actor=actor.id)
    item.reports = [*others, report]
