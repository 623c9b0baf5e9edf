"""Drafts: what somebody has begun to write of a page is kept until they publish or discard it, and nobody else sees it."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field, ValidationError

from auth.actor import Actor
from community.creation import insert_once, made_before
from community.drafts import TagNames, may_be_id, text
from community.wiki.documents import WikiDraft, WikiPage
from community.wiki.pages import PageDraft, create_page, edit_page
from community.wiki.policies import may_write
from community.wiki.reading import require_page
from community.wiki.writing import DraftMark, PageChanges, latest
from core.clock import now
from core.errors import Conflict, InvalidFields, InvalidInput, LimitReached, NotFound
from core.idempotency import Once
from core.paging import Order, Slice, Window, read_slice
from core.paging import count as count_rows
from core.records import change
from core.text.markdown import MAX_MARKDOWN_CHARACTERS

MOST_DRAFTS: Final = 200
_LAST_WRITTEN_FIRST: Final = Order((("updated_at", -1),))


class DraftWords(BaseModel):
    """What is written so far; all of it may still be missing, and a field that is not given stays."""

    path: Annotated[str, text(0, 1_000, lines="one")] = ""
    title: Annotated[str, text(0, 200, lines="one")] = ""
    body: Annotated[str, text(0, MAX_MARKDOWN_CHARACTERS)] = ""
    summary: Annotated[str, text(0, 300, lines="one")] | None = None
    tag_slugs: TagNames = Field(default_factory=list)
    base_version: Annotated[int, Field(ge=1)] | None = None


class DraftStart(DraftWords):
    """What to begin with: a new page, or one that is there, whose words are then where nothing else is given."""

    page_id: str | None = None


async def start_draft(actor: Actor, start: DraftStart, *, once: Once) -> WikiDraft:
    """Begin to write. Raises Forbidden without `wiki:edit`, NotFound for the page, LimitReached, IdempotencyMismatch."""
    may_write(actor).enforce()
    identifier, at = once.identifier("wdr"), now()
    if (before := await made_before(WikiDraft, identifier, once)) is not None:
        return before
    if await count_drafts(actor) >= MOST_DRAFTS:
        raise LimitReached(f"You have {MOST_DRAFTS} drafts; publish or discard some first.")
    draft = WikiDraft(
        id=identifier, created_at=at, updated_at=at, author_id=actor.member, page_id=start.page_id, fingerprint=once.fingerprint
    )
    if start.page_id is not None:
        page = await require_page(actor, start.page_id)
        words = latest(page)
        draft.title, draft.body, draft.base_version = words.title, words.body, page.version
        draft.tag_slugs = [tag.name for tag in words.tags]
    _take(draft, start)
    return await insert_once(draft, once)


async def edit_draft(actor: Actor, draft_id: str, words: DraftWords, *, expected_version: int) -> WikiDraft:
    """Go on writing; `base_version` says that the words were merged with that version of the page. Raises NotFound, Conflict."""
    draft = await _require_draft(actor, draft_id)
    may_write(actor).enforce()

    def rule(current: WikiDraft) -> None:
        _require_there(current)
        _take(current, words)
        current.updated_at = now()

    return await change(draft, rule, expected_version=expected_version)


async def publish_draft(actor: Actor, draft_id: str, *, expected_version: int) -> WikiPage:
    """Let a page say what the draft says, or propose it where approvals are needed; the draft is gone by it.

    Raises NotFound, Forbidden without `wiki:edit`, InvalidInput for what a page must have, PathTaken, Conflict for a draft
    that another window wrote, and StaleEdit when the page was edited since the draft was begun.
    """
    draft = await _require_draft(actor, draft_id)
    may_write(actor).enforce()
    if draft.version != expected_version:
        raise Conflict("This draft was changed meanwhile; look at it again.", current=draft)
    mark = DraftMark(draft_id=draft.id, draft_version=draft.version)
    page = await _written(actor, draft, mark)
    await settle_draft(draft.id, draft.version, page_id=page.id, page_version=page.version)
    return page


async def discard_draft(actor: Actor, draft_id: str, *, expected_version: int) -> WikiDraft:
    """Throw a draft away. Raises NotFound, Conflict."""
    draft = await _require_draft(actor, draft_id)
    may_write(actor).enforce()

    def rule(current: WikiDraft) -> None:
        _require_there(current)
        current.deleted_at = now()

    return await change(draft, rule, expected_version=expected_version)


async def settle_draft(draft_id: str, version: int, *, page_id: str, page_version: int) -> None:
    """Let go of a draft that was published; what was written in it since goes on as an edit of the page. Can run twice."""
    draft = await WikiDraft.get(draft_id)
    if draft is None or draft.deleted_at is not None:
        return

    def rule(current: WikiDraft) -> None:
        if current.version == version:
            current.deleted_at = now()
        else:
            current.page_id, current.base_version = page_id, max(page_version, current.base_version or 0)

    await change(draft, rule)


async def drafts_by_ids(actor: Actor, draft_ids: Sequence[str]) -> dict[str, WikiDraft]:
    """Give those of the drafts that are the actor's own."""
    readable = [draft_id for draft_id in dict.fromkeys(draft_ids) if may_be_id(draft_id, "wdr")]
    if not readable or actor.member_id is None:
        return {}
    found = await WikiDraft.find({"_id": {"$in": readable}, **_own(actor.member_id)}).to_list()
    return {draft.id: draft for draft in found}


async def list_drafts(actor: Actor, window: Window) -> Slice[WikiDraft]:
    """Give a window of the actor's own drafts, the last written first."""
    if actor.member_id is None:
        return Slice([], [])
    return await read_slice(WikiDraft, _own(actor.member_id), _LAST_WRITTEN_FIRST, window)


async def count_drafts(actor: Actor) -> int:
    """Count the actor's own drafts."""
    return await count_rows(WikiDraft, _own(actor.member_id)) if actor.member_id is not None else 0


def _own(member_id: str) -> dict[str, object]:
    return {"author_id": member_id, "deleted_at": {"$exists": False}}


def _take(draft: WikiDraft, words: DraftWords) -> None:
    for name in words.model_fields_set - {"page_id"}:
        setattr(draft, name, getattr(words, name))


async def _written(actor: Actor, draft: WikiDraft, mark: DraftMark) -> WikiPage:
    words: dict[str, Any] = {
        "title": draft.title,
        "body": draft.body,
        "summary": draft.summary or None,
        "tag_slugs": draft.tag_slugs,
    }
    try:
        if draft.page_id is None:
            once = Once(("wiki draft", draft.id), fingerprint=f"{draft.id}@{draft.version}")
            return await create_page(actor, PageDraft(path=draft.path, draft=mark, **words), once=once)
        changes = PageChanges(draft=mark, **words)
    except ValidationError as error:
        raise InvalidFields.of(error) from error
    if draft.base_version is None:
        raise InvalidInput("Say on which version of the page the draft builds.", path=("base_version",))
    return await edit_page(actor, draft.page_id, changes, expected_version=draft.base_version)


def _require_there(draft: WikiDraft) -> None:
    if draft.deleted_at is not None:
        raise _none_such()


async def _require_draft(actor: Actor, draft_id: str) -> WikiDraft:
    draft = (await drafts_by_ids(actor, [draft_id])).get(draft_id)
    if draft is None:
        raise _none_such()
    return draft


def _none_such() -> NotFound:
    return NotFound("You have no such draft.", path=("draft_id",))
