"""Comments on pages: threads about words of a page or all of it, which stay with their words through edits."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Final

from pydantic import BaseModel

from auth.actor import Actor, Permission
from community.creation import insert_once, made_before
from community.drafts import Remark, may_be_id, text
from community.handles import few_mentions
from community.threads import Threads, place_in_thread, require_root, set_resolved
from community.turns.limits import limits_now
from community.turns.taking import require_unlocked, take_turn_below
from community.visibility import present_for
from community.wiki.anchors import CONTEXT, LONGEST_QUOTE, Selector, locate, normal, readable
from community.wiki.documents import Anchor, WikiComment, WikiPage
from community.wiki.events import WikiCommentAdded
from community.wiki.policies import may_comment, may_edit_comment, may_resolve
from community.wiki.reading import pages_by_ids, require_page
from core.clock import now
from core.errors import InvalidInput, NotFound
from core.gates import PRESENT, to_mongo
from core.idempotency import Once
from core.outcomes import outcome
from core.records import change

WIKI_THREADS: Final = Threads(WikiComment, "page_id", Permission.WIKI_READ)
"""The threads about pages."""
_ROOTS: Final = {"root": True, **to_mongo(PRESENT)}

Around = Annotated[str, text(0, 200)]


class Quote(BaseModel):
    """Which words are meant: as they stand in the page, with some of what stands before and after them."""

    exact: Annotated[str, text(1, LONGEST_QUOTE)]
    prefix: Around = ""
    suffix: Around = ""


class CommentChanges(BaseModel):
    """The new words of a remark."""

    body: Annotated[Remark, few_mentions]


class CommentDraft(BaseModel):
    """A remark on a page, on words of it, or in answer to another one."""

    page_id: str
    body: Annotated[Remark, few_mentions]
    quote: Quote | None = None
    in_reply_to_id: str | None = None


async def add_comment(actor: Actor, draft: CommentDraft, *, once: Once) -> WikiComment:
    """Remark on a page, or answer in a thread.

    Raises NotFound for the page or the remark answered, Forbidden for who is no member that may read the wiki,
    InvalidInput for words that the page does not say or a quote in an answer, Locked, RateLimited, IdempotencyMismatch.
    """
    identifier, at = once.identifier("wcm"), now()
    commented, made, replied, limits = await asyncio.gather(
        outcome(require_page(actor, draft.page_id)),
        outcome(made_before(WikiComment, identifier, once)),
        outcome(_answered(actor, draft)),
        limits_now(),
    )
    page = commented.take()
    may_comment(actor).enforce()
    if (before := made.take()) is not None:
        return before
    answered = replied.take()
    comment = WikiComment(
        id=identifier,
        created_at=at,
        updated_at=at,
        page_id=page.id,
        **place_in_thread(answered),
        author_id=actor.member,
        body=draft.body,
        anchor=_anchored(page, draft.quote) if draft.quote else None,
        fingerprint=once.fingerprint,
    )
    comment.record(
        WikiCommentAdded(page_id=page.id, comment_id=identifier, author_id=actor.member),
        actor=actor.id,
    )
    await take_turn_below(actor, identifier, page, limits)
    return await insert_once(comment, once)


async def edit_comment(actor: Actor, comment_id: str, changes: CommentChanges, *, expected_version: int) -> WikiComment:
    """Write a remark anew. Raises NotFound, Forbidden for others than who wrote it, Locked, Conflict."""
    comment = await require_comment(actor, comment_id)
    may_edit_comment(actor, comment).enforce()
    await require_unlocked(actor, await require_page(actor, comment.page_id))

    def rule(current: WikiComment) -> None:
        current.body, current.updated_at = changes.body, now()
        _record(current, actor)

    return await change(comment, rule, expected_version=expected_version)


async def resolve_thread(actor: Actor, comment_id: str, *, resolved: bool, expected_version: int) -> WikiComment:
    """Close a thread as done, or open it again; by the remark that began it.

    Raises NotFound, Forbidden for others than who began it and who may edit the wiki, InvalidInput for an answer, Conflict.
    """
    comment = await require_comment(actor, comment_id)
    may_resolve(actor, comment).enforce()
    require_root(comment)

    def rule(current: WikiComment) -> None:
        if set_resolved(current, actor.id, resolved=resolved):
            _record(current, actor)

    return await change(comment, rule, expected_version=expected_version)


async def settle_anchors(page: WikiPage) -> None:
    """Find the words that the threads of a page are about in what it says now; can run twice."""
    roots = await WikiComment.find({"page_id": page.id, **_ROOTS}).to_list()
    anchored = [comment for comment in roots if comment.anchor is not None]
    said = readable(page.body) if anchored else ""
    for comment in anchored:
        await change(comment, lambda current: _reanchor(current, said))


async def comments_by_ids(actor: Actor, comment_ids: Sequence[str]) -> dict[str, WikiComment]:
    """Give those of the comments whose pages the actor may read: the comments, then the pages."""
    readable_ids = [one for one in dict.fromkeys(comment_ids) if may_be_id(one, "wcm")]
    if not readable_ids:
        return {}
    comments = await WikiComment.find({"_id": {"$in": readable_ids}, **present_for(actor)}).to_list()
    pages = await pages_by_ids(actor, [comment.page_id for comment in comments])
    return {comment.id: comment for comment in comments if comment.page_id in pages}


async def require_comment(actor: Actor, comment_id: str) -> WikiComment:
    """Give a comment; NotFound when there is none for this actor."""
    comment = (await comments_by_ids(actor, [comment_id])).get(comment_id)
    if comment is None:
        raise NotFound("There is no such comment.", path=("comment_id",))
    return comment


async def _answered(actor: Actor, draft: CommentDraft) -> WikiComment | None:
    if draft.in_reply_to_id is None:
        return None
    answered = (await comments_by_ids(actor, [draft.in_reply_to_id])).get(draft.in_reply_to_id)
    if answered is None or answered.page_id != draft.page_id:
        raise NotFound("There is no such comment on this page.", path=("in_reply_to_id",))
    if draft.quote is not None:
        raise InvalidInput("An answer is about what its thread is about; leave the quote out.", path=("quote",))
    return answered


def _anchored(page: WikiPage, quote: Quote) -> Anchor:
    said, exact = readable(page.body), normal(quote.exact)
    wanted = Selector(exact, _end(quote.prefix), _start(quote.suffix))
    found = locate(said, wanted)
    if found is None or found.exact != exact:
        raise InvalidInput("The page does not say this; quote its text without marks of Markdown.", path=("quote", "exact"))
    return Anchor(quote=exact, exact=exact, prefix=found.prefix, suffix=found.suffix, start=found.start)


def _end(prefix: str) -> str:
    """Give the end of what stands before; whether a blank stands between is for the text to say."""
    return normal(prefix)[-CONTEXT:]


def _start(suffix: str) -> str:
    return normal(suffix)[:CONTEXT]


def _reanchor(comment: WikiComment, said: str) -> None:
    anchor = comment.anchor
    if anchor is None:
        return
    found = locate(said, Selector(anchor.exact, anchor.prefix, anchor.suffix, anchor.start))
    if found is None:
        comment.anchor = anchor.model_copy(update={"orphaned": True})
        return
    comment.anchor = Anchor(quote=anchor.quote, exact=found.exact, prefix=found.prefix, suffix=found.suffix, start=found.start)


def _record(comment: WikiComment, actor: Actor) -> None:
    comment.record(comment.change(), actor=actor.id)
