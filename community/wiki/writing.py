"""What a page says, put into its document together with the entry of its next revision: published, or proposed."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, Field

from auth.actor import Actor
from community.documents import Tag
from community.drafts import TagNames, Title, tag_of, text
from community.handles import few_mentions
from community.names import sort_key
from community.wiki.documents import Proposal, RevisionEntry, WikiPage
from community.wiki.events import WikiDraftPublished, WikiEditProposed, WikiPageEdited
from community.wiki.paths import links_in
from core.clock import now
from core.text.language import detect_language
from core.text.markdown import MAX_MARKDOWN_CHARACTERS

PageBody = Annotated[str, text(1, MAX_MARKDOWN_CHARACTERS), few_mentions]
Summary = Annotated[str, text(1, 300, lines="one")]


class DraftMark(BaseModel):
    """Which draft is published, at which of its versions."""

    draft_id: str
    draft_version: int


class PageChanges(BaseModel):
    """What is to change of a page; a field that is not given stays."""

    title: Title = ""
    body: PageBody = ""
    summary: Summary | None = None
    tag_slugs: TagNames = Field(default_factory=list)
    draft: DraftMark | None = None


@dataclass(frozen=True, slots=True)
class Wording:
    """What a page says, or shall say."""

    title: str
    body: str
    tags: list[Tag]
    summary: str | None = None
    restored_from: int | None = None
    merged_from: int | None = None


def mark_draft(page: WikiPage, draft: DraftMark | None, actor: Actor) -> None:
    """Tell in the same write that what is written was a draft."""
    if draft is not None:
        page.record(WikiDraftPublished(page_id=page.id, number=page.version + 1, **draft.model_dump()), actor=actor.id)


def latest(page: WikiPage) -> Wording:
    """Give what who edits a page sees: what is proposed for it, else what it says."""
    said = page.proposal or page
    return Wording(said.title, said.body, said.tags)


def changed(page: WikiPage, changes: PageChanges) -> Wording:
    """Give what a page shall say after these changes."""
    before, given = latest(page), changes.model_fields_set
    return Wording(
        changes.title if "title" in given else before.title,
        changes.body if "body" in given else before.body,
        [tag_of(name) for name in changes.tag_slugs] if "tag_slugs" in given else before.tags,
        changes.summary,
    )


def write(page: WikiPage, actor: Actor, wording: Wording, *, needed: int) -> None:
    """Let a page say this from now on, or propose it where approvals are needed."""
    if needed:
        propose(page, actor, wording, needed=needed)
        page.record(WikiEditProposed(page_id=page.id, number=page.version + 1, author_id=actor.member), actor=actor.id)
    else:
        publish(page, wording, author_id=actor.member)
        page.record(WikiPageEdited(page_id=page.id, number=page.version + 1, author_id=actor.member), actor=actor.id)


def publish(page: WikiPage, wording: Wording, *, author_id: str, approved_by: tuple[str, ...] = ()) -> None:
    """Let a page say this, in a revision of its own; nothing is proposed any more."""
    _say(page, wording, author_id)
    page.proposal = page.unpublished = None
    _enter(page, wording, author_id, approved_by=list(approved_by))


def propose(page: WikiPage, actor: Actor, wording: Wording, *, needed: int) -> None:
    """Keep what a page shall say until it is approved; approvals of what was proposed before count no more."""
    before = page.proposal.author_ids if page.proposal else []
    page.proposal = Proposal(
        number=page.version + 1,
        title=wording.title,
        body=wording.body,
        tags=wording.tags,
        summary=wording.summary,
        author_ids=[*(one for one in before if one != actor.member), actor.member],
        at=now(),
        needed=needed,
        restored_from=wording.restored_from,
        merged_from=wording.merged_from,
    )
    if page.unpublished:
        _say(page, wording, actor.member)
    _enter(page, wording, actor.member, proposed=True)


def content(title: str, body: str) -> dict[str, object]:
    """Give the fields of a page that its title and text make."""
    return {
        "title": title,
        "sort_title": sort_key(title),
        "body": body,
        "locale": detect_language(body),
        "links": links_in(body),
    }


def _say(page: WikiPage, wording: Wording, author_id: str) -> None:
    for name, value in content(wording.title, wording.body).items():
        setattr(page, name, value)
    page.tags, page.updated_at, page.edited_by = wording.tags, now(), author_id


def _enter(
    page: WikiPage, wording: Wording, author_id: str, *, proposed: bool | None = None, approved_by: list[str] | None = None
) -> None:
    """Keep the words as the entry of a revision, in the same write."""
    entry = RevisionEntry(
        number=page.version + 1,
        title=wording.title,
        body=wording.body,
        summary=wording.summary,
        author_id=author_id,
        at=now(),
        restored_from=wording.restored_from,
        merged_from=wording.merged_from,
        proposed=proposed,
        approved_by=approved_by or [],
    )
    page.entries = [*page.entries, entry]
