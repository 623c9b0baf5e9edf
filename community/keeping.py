"""Keeping what was answered: an answer becomes a page of the wiki in one act."""

from typing import Annotated

from pydantic import BaseModel, Field

from auth.actor import Actor
from community.drafts import Title
from community.reading import require_answer, require_question
from community.wiki.documents import WikiPage
from community.wiki.pages import PageDraft, create_page
from community.wiki.paths import Path
from community.wiki.policies import may_write
from core.idempotency import Once


class KeptAnswer(BaseModel):
    """Which answer is to be a page, where, and under which title; without one it is the question's."""

    answer_id: Annotated[str, Field(max_length=100)]
    path: Path
    title: Title | None = None


async def save_answer_as_page(actor: Actor, kept: KeptAnswer, *, once: Once) -> WikiPage:
    """Write a page that says what an answer says, with the question's tags, in the space in which the question stands.

    So nobody reads it there who could not read the answer. Raises NotFound, and what writing a page raises.
    """
    answer = await require_answer(actor, kept.answer_id)
    may_write(actor).enforce()
    question = await require_question(actor, answer.question_id)
    draft = PageDraft(
        path=kept.path,
        title=kept.title or question.title,
        body=answer.body,
        tag_slugs=[tag.name for tag in question.tags],
        space_id=question.space_id,
        source_answer_id=answer.id,
    )
    return await create_page(actor, draft, once=once)
