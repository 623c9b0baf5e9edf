"""Deleting remarks: by who wrote them, and with a reason, for the record, by who moderates there."""

from typing import Annotated

from pydantic import BaseModel

from auth.actor import Actor
from community.anonymity import acting_as
from community.comment_reading import remarkable, require_comment
from community.documents import Comment, Threaded
from community.drafts import text
from community.moderation.contents import place_of, root_of
from community.moderation.documents import ContentState, Decision, ModerationDecision, ModerationItem, ModerationStatus
from community.moderation.events import ContentModerated
from community.moderation.reports import begun
from community.moderation.settling import settle_item
from community.policies import may_delete
from community.spaces.reading import moderates
from community.tombstones import RemarkT, has_answers, settle_place, take_away
from community.turns.taking import require_unlocked
from community.wiki.comments import require_comment as require_wiki_comment
from community.wiki.documents import WikiComment
from community.wiki.reading import require_page
from core.defaults import change_or_insert
from core.errors import InvalidInput
from core.ids import derived_id
from core.records import change


class DeletionDraft(BaseModel):
    """Why a remark is deleted: its author reads what a moderator says; of one's own words it is not asked."""

    reason: Annotated[str, text(3, 1_000)] | None = None


async def delete_comment(actor: Actor, comment_id: str, draft: DeletionDraft, *, expected_version: int) -> Comment:
    """Take a remark away. One that others answered keeps an empty place at the head of its thread while they did.

    Raises NotFound, NotYours for others than author and moderators, AlreadyDone, InvalidInput for a moderator without a
    reason, Locked, Conflict.
    """
    comment = await require_comment(actor, comment_id)
    root = await remarkable(actor, comment.guarded_by)
    return await _delete(actor, comment, root, draft, expected_version=expected_version)


async def delete_wiki_comment(actor: Actor, comment_id: str, draft: DeletionDraft, *, expected_version: int) -> WikiComment:
    """Take a remark on a page away, by the same rule."""
    comment = await require_wiki_comment(actor, comment_id)
    page = await require_page(actor, comment.page_id)
    return await _delete(actor, comment, page, draft, expected_version=expected_version)


async def _delete(actor: Actor, comment: RemarkT, root: object, draft: DeletionDraft, *, expected_version: int) -> RemarkT:
    place = await place_of(root_of(comment))
    is_moderator = await moderates(actor, place.space_id if place is not None else None)
    may_delete(actor, comment, is_moderator=is_moderator).enforce()
    await require_unlocked(actor, root)
    is_own = actor.member_id == comment.writer_id
    if not is_own and draft.reason is None:
        raise InvalidInput("Say why; the author reads it.", path=("reason",))
    by, reason = (acting_as(actor, comment), None) if is_own else (actor.id, draft.reason)
    keeps_place = await has_answers(comment)

    def rule(current: RemarkT) -> None:
        may_delete(actor, current, is_moderator=is_moderator).enforce()
        take_away(current, by, reason=reason, keeps_place=keeps_place)
        current.record(current.change(), actor=by)

    return await settle_removal(await change(comment, rule, expected_version=expected_version))


async def settle_removal(comment: RemarkT) -> RemarkT:
    """Let the place of the thread, the queue and the log of moderation follow a remark; can run twice."""
    comment = await settle_place(comment)
    await _enter_decision(comment)
    return comment


async def _enter_decision(comment: Threaded) -> None:
    """Enter what a moderator did as a decision: reports of it are answered, the log keeps it, and the author is told."""
    removal = comment.removal
    if removal is None or removal.reason is None:
        return
    made = Decision(decision=ModerationDecision.DELETE, reason=removal.reason, by=removal.by, at=removal.at)

    def rule(current: ModerationItem) -> None:
        if current.state is ContentState.DELETED:
            return
        current.decisions = [*current.decisions, made]
        current.state, current.status = ContentState.DELETED, ModerationStatus.DECIDED
        current.claimed_by = current.claimed_at = None
        fact = ContentModerated(item_id=current.id, decision=made.decision.value, number=len(current.decisions))
        current.record(fact, actor=removal.by)

    found = await ModerationItem.get(derived_id("mod", comment.id))
    item = await change_or_insert(found or await begun(comment, removal.at, []), rule)
    await settle_item(item.id)
