"""Writing the wiki: pages are created, edited, restored, vouched for and deleted."""

import asyncio

from pydantic import BaseModel, Field
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor
from community.creation import insert_once, made_before
from community.drafts import TagNames, Title, tag_of
from community.spaces.content import put_in
from community.spaces.reading import moderates, page_space
from community.turns.limits import limits_now
from community.turns.taking import take_turn
from community.wiki.approvals import approvals_among, approvals_to_edit, pages_above
from community.wiki.conflicts import stale_edit
from community.wiki.documents import StrategyMark, WikiPage
from community.wiki.errors import PathTaken
from community.wiki.events import WikiPageCreated, WikiPageDeleted
from community.wiki.merging import has_markers
from community.wiki.paths import Path, split
from community.wiki.places import free_path, pages_once_at, parent_at, place_of
from community.wiki.policies import may_delete, may_write
from community.wiki.reading import child_counts, require_page, revision_in_page
from community.wiki.revisions import keep_if_many
from community.wiki.writing import (
    DraftMark,
    PageBody,
    PageChanges,
    Summary,
    Wording,
    changed,
    content,
    latest,
    mark_draft,
    propose,
    publish,
    write,
)
from core.clock import now
from core.errors import Conflict, InvalidInput, NotFound
from core.idempotency import Once
from core.outcomes import outcome
from core.records import change


class PageDraft(BaseModel):
    """A page to write."""

    path: Path
    title: Title
    body: PageBody
    summary: Summary | None = None
    tag_slugs: TagNames = Field(default_factory=list)
    space_id: str | None = None
    draft: DraftMark | None = None
    source_answer_id: str | None = None
    """The answer that the page was made of."""
    strategy: StrategyMark | None = None
    """What makes the page a strategy; never from a client."""


class MergedEdit(BaseModel):
    """An edit that was begun on an older version, merged by a person with what was written meanwhile."""

    base_version: int = Field(ge=1)
    title: Title
    body: PageBody
    summary: Summary | None = None


async def create_page(actor: Actor, draft: PageDraft, *, once: Once) -> WikiPage:
    """Write a page, in a space or in none; the page above it must be there. Where edits need approval, it is proposed.

    Raises Forbidden without `wiki:edit` and where the space lets others write, NotFound for a space, SpaceArchived,
    InvalidInput when there is no page above, Locked, RateLimited, PathTaken, IdempotencyMismatch.
    """
    may_write(actor).enforce()
    identifier = once.identifier("wik")
    made, limits, standing, parent, above, former = await asyncio.gather(
        outcome(made_before(WikiPage, identifier, once)),
        limits_now(),
        outcome(page_space(actor, draft.space_id)),
        outcome(parent_at(actor, draft.path, draft.space_id)),
        pages_above(draft.path),
        pages_once_at(draft.path),
    )
    if (before := made.take()) is not None:
        return before
    space = standing.take()
    page = _page_of(actor, draft, parent.take(), identifier)
    page.fingerprint = once.fingerprint
    put_in(page, space)
    _say_first(page, actor, draft, needed=approvals_among(page, above, space))
    page.record(WikiPageCreated(page_id=page.id, author_id=actor.member), actor=actor.id)
    mark_draft(page, draft.draft, actor)
    await take_turn(actor, identifier, [space] if space is not None else [], limits)
    try:
        page = await insert_once(page, once)
    except DuplicateKeyError:
        raise PathTaken(f"There is a page at {draft.path} already; edit it, or choose another path.", path=("path",)) from None
    await free_path(page, former)
    return page


def _page_of(actor: Actor, draft: PageDraft, parent_id: str, identifier: str) -> WikiPage:
    slug, at = split(draft.path)[1], now()
    return WikiPage(
        id=identifier,
        created_at=at,
        updated_at=at,
        parent_id=parent_id,
        slug=slug,
        place=place_of(parent_id, slug),
        path=draft.path,
        author_id=actor.member,
        edited_by=actor.member,
        source_answer_id=draft.source_answer_id,
        strategy=draft.strategy,
        is_strategy=True if draft.strategy is not None else None,
        **content(draft.title, draft.body),
    )


def _say_first(page: WikiPage, actor: Actor, draft: PageDraft, *, needed: int) -> None:
    wording = Wording(draft.title, draft.body, [tag_of(name) for name in draft.tag_slugs], draft.summary)
    if needed:
        page.unpublished = True
        propose(page, actor, wording, needed=needed)
    else:
        publish(page, wording, author_id=actor.member)


async def edit_page(actor: Actor, page_id: str, changes: PageChanges, *, expected_version: int) -> WikiPage:
    """Change what a page says; the edit is a revision of its own, proposed where the page's edits need approval.

    Raises NotFound, Forbidden without `wiki:edit`, and StaleEdit, which tells how the edit merges with what was
    written since the expected version.
    """
    page = await require_page(actor, page_id)
    needed = await approvals_to_edit(actor, page)

    def rule(current: WikiPage) -> None:
        write(current, actor, changed(current, changes), needed=needed)
        mark_draft(current, changes.draft, actor)

    try:
        edited = await change(page, rule, expected_version=expected_version)
    except Conflict as conflict:
        raise await stale_edit(conflict, changes, base_version=expected_version) from None
    return await keep_if_many(edited)


async def merge_edit(actor: Actor, page_id: str, merged: MergedEdit, *, expected_version: int) -> WikiPage:
    """Save what a person made of their edit and of what was written meanwhile; the revision tells both versions.

    Raises NotFound, Forbidden without `wiki:edit`, InvalidInput while a conflict is marked in the text or for a version
    that the page never had before the expected one, and StaleEdit when the page was edited once more.
    """
    page = await require_page(actor, page_id)
    needed = await approvals_to_edit(actor, page)
    if has_markers(merged.body):
        raise InvalidInput("A conflict is still marked in the text; keep what shall stay, without the markers.", path=("body",))
    if merged.base_version >= expected_version:
        raise InvalidInput("The edit must have begun before the version it is merged with.", path=("base_version",))

    def rule(current: WikiPage) -> None:
        tags, since = latest(current).tags, merged.base_version
        wording = Wording(merged.title, merged.body, tags, merged.summary, merged_from=since)
        write(current, actor, wording, needed=needed)

    try:
        saved = await change(page, rule, expected_version=expected_version)
    except Conflict as conflict:
        changes = PageChanges(title=merged.title, body=merged.body)
        raise await stale_edit(conflict, changes, base_version=expected_version) from None
    return await keep_if_many(saved)


async def restore_revision(actor: Actor, revision_id: str, *, expected_version: int) -> WikiPage:
    """Let a page say again what an earlier revision said; that too is a new revision, so nothing is lost.

    Raises NotFound, Forbidden without `wiki:edit`, Conflict.
    """
    found = await revision_in_page(actor, revision_id)
    if found is None:
        raise NotFound("There is no such revision.", path=("revision_id",))
    revision, page = found
    needed = await approvals_to_edit(actor, page, path="revision_id")

    def rule(current: WikiPage) -> None:
        wording = Wording(revision.title, revision.body, latest(current).tags, restored_from=revision.number)
        write(current, actor, wording, needed=needed)

    return await keep_if_many(await change(page, rule, expected_version=expected_version))


async def delete_page(actor: Actor, page_id: str, *, expected_version: int) -> WikiPage:
    """Take a page out of the wiki; its revisions stay stored.

    Raises NotFound, Forbidden without `wiki:manage` and for who does not look after its space, InvalidInput while pages
    stand below it, Conflict.
    """
    page = await require_page(actor, page_id)
    if page.space_id is None or not await moderates(actor, page.space_id):
        may_delete(actor).enforce()
    if (await child_counts(actor, [page.id]))[page.id]:
        raise InvalidInput("Pages stand below this one; move or delete them first.", path=("page_id",))

    def rule(current: WikiPage) -> None:
        current.deleted_at, current.place, current.next_act_at = now(), None, None
        current.record(WikiPageDeleted(page_id=current.id), actor=actor.id)

    return await change(page, rule, expected_version=expected_version)
