"""Writing the wiki: pages are created, edited, restored, vouched for and deleted."""

from datetime import datetime, timedelta
from typing import Annotated, Final

from pydantic import AwareDatetime, BaseModel, Field
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor
from community.creation import insert_once, made_before
from community.drafts import TagNames, Title, tag_of, text
from community.members import require_members
from community.names import sort_key
from community.wiki.documents import RevisionEntry, WikiPage
from community.wiki.errors import PathTaken
from community.wiki.events import WikiPageCreated, WikiPageDeleted, WikiPageEdited, WikiPageVerified
from community.wiki.paths import Path, links_in, split
from community.wiki.places import free_path, parent_at, place_of
from community.wiki.policies import may_delete, may_verify, may_write
from community.wiki.reading import child_counts, require_page, revisions_by_ids
from community.wiki.revisions import keep_revisions
from core.clock import now
from core.errors import InvalidInput, NotFound
from core.idempotency import Once
from core.records import change
from core.text.language import detect_language
from core.text.markdown import MAX_MARKDOWN_CHARACTERS

LONGEST_VOUCHING: Final = timedelta(days=730)

PageBody = Annotated[str, text(1, MAX_MARKDOWN_CHARACTERS)]
Summary = Annotated[str, text(1, 300, lines="one")]


class PageDraft(BaseModel):
    """A page to write."""

    path: Path
    title: Title
    body: PageBody
    summary: Summary | None = None
    tag_slugs: TagNames = Field(default_factory=list)


class PageChanges(BaseModel):
    """What is to change of a page; a field that is not given stays."""

    title: Title = ""
    body: PageBody = ""
    summary: Summary | None = None
    tag_slugs: TagNames = Field(default_factory=list)


class Vouching(BaseModel):
    """Who vouches for a page, and until when; what is not given stays, null takes it away."""

    owner_id: str | None = None
    until: AwareDatetime | None = None


async def create_page(actor: Actor, draft: PageDraft, *, once: Once) -> WikiPage:
    """Write a page; the page above it must be there.

    Raises Forbidden without `wiki:edit`, InvalidInput when there is no page above, PathTaken, IdempotencyMismatch.
    """
    may_write(actor).enforce()
    identifier, at = once.identifier("wik"), now()
    if (before := await made_before(WikiPage, identifier, once)) is not None:
        return await keep_revisions(before)
    parent_id, slug = await parent_at(actor, draft.path), split(draft.path)[1]
    page = WikiPage(
        id=identifier,
        created_at=at,
        updated_at=at,
        parent_id=parent_id,
        slug=slug,
        place=place_of(parent_id, slug),
        path=draft.path,
        author_id=actor.member,
        edited_by=actor.member,
        tags=[tag_of(name) for name in draft.tag_slugs],
        fingerprint=once.fingerprint,
        **_content(draft.title, draft.body),
    )
    _enter(page, actor, draft.summary, at)
    page.record(WikiPageCreated(page_id=identifier, author_id=actor.member), actor=actor.id)
    try:
        page = await insert_once(page, once)
    except DuplicateKeyError:
        raise PathTaken(f"There is a page at {draft.path} already; edit it, or choose another path.", path=("path",)) from None
    await free_path(page)
    return await keep_revisions(page)


async def edit_page(actor: Actor, page_id: str, changes: PageChanges, *, expected_version: int) -> WikiPage:
    """Change what a page says; the edit is a revision of its own.

    Raises NotFound, Forbidden without `wiki:edit`, Conflict.
    """
    page = await require_page(actor, page_id)
    may_write(actor).enforce()
    given = changes.model_fields_set

    def rule(current: WikiPage) -> None:
        title = changes.title if "title" in given else current.title
        body = changes.body if "body" in given else current.body
        if "tag_slugs" in given:
            current.tags = [tag_of(name) for name in changes.tag_slugs]
        _write(current, actor, title=title, body=body, summary=changes.summary)

    return await keep_revisions(await change(page, rule, expected_version=expected_version))


async def restore_revision(actor: Actor, revision_id: str, *, expected_version: int) -> WikiPage:
    """Let a page say again what an earlier revision said; that too is a new revision, so nothing is lost.

    Raises NotFound, Forbidden without `wiki:edit`, Conflict.
    """
    revision = (await revisions_by_ids(actor, [revision_id])).get(revision_id)
    if revision is None:
        raise NotFound("There is no such revision.", path=("revision_id",))
    page = await require_page(actor, revision.page_id)
    may_write(actor).enforce()

    def rule(current: WikiPage) -> None:
        _write(current, actor, title=revision.title, body=revision.body, summary=None)
        current.entries[-1].restored_from = revision.number

    return await keep_revisions(await change(page, rule, expected_version=expected_version))


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
            current.verified_until = vouching.until
        current.record(WikiPageVerified(page_id=current.id, owner_id=current.owner_id), actor=actor.id)

    return await change(page, rule, expected_version=expected_version)


async def delete_page(actor: Actor, page_id: str, *, expected_version: int) -> WikiPage:
    """Take a page out of the wiki; its revisions stay stored.

    Raises NotFound, Forbidden without `wiki:manage`, InvalidInput while pages stand below it, Conflict.
    """
    page = await require_page(actor, page_id)
    may_delete(actor).enforce()
    if (await child_counts(actor, [page.id]))[page.id]:
        raise InvalidInput("Pages stand below this one; move or delete them first.", path=("page_id",))

    def rule(current: WikiPage) -> None:
        current.deleted_at, current.place = now(), None
        current.record(WikiPageDeleted(page_id=current.id), actor=actor.id)

    return await change(page, rule, expected_version=expected_version)


def _write(page: WikiPage, actor: Actor, *, title: str, body: str, summary: str | None) -> None:
    at = now()
    for name, value in _content(title, body).items():
        setattr(page, name, value)
    page.updated_at, page.edited_by = at, actor.member
    _enter(page, actor, summary, at)
    page.record(
        WikiPageEdited(page_id=page.id, number=page.version + 1, author_id=actor.member),
        actor=actor.id,
    )


def _content(title: str, body: str) -> dict[str, object]:
    return {
        "title": title,
        "sort_title": sort_key(title),
        "body": body,
        "locale": detect_language(body),
        "links": links_in(body),
    }


def _enter(page: WikiPage, actor: Actor, summary: str | None, at: datetime) -> None:
    """Keep what the page says as the entry of a revision, in the same write."""
    page.entries = [
        *page.entries,
        RevisionEntry(
            number=page.version + 1,
            title=page.title,
            body=page.body,
            summary=summary,
            author_id=actor.member,
            at=at,
        ),
    ]


def _require_near(until: datetime | None) -> None:
    if until is not None and not now() < until <= now() + LONGEST_VOUCHING:
        raise InvalidInput("Choose a time from now on, at most two years ahead.", path=("until",))
