"""Situations of drafts of questions: each caller's own, for nobody reads another's."""

from community.sketches.documents import QuestionSketch
from community.sketches.sketches import SketchWords, begin_sketch
from core.idempotency import Once
from tests.journeys.story import MARK, Input, Situation, Story, member_like


async def begun(story: Story, who: str) -> QuestionSketch:
    """Let somebody begin to ask; who is no member has none of their own."""
    words = SketchWords(title=f"{MARK} Hangi depo?", body=f"{MARK} Bilen var mı?", tag_slugs=["kargo"])
    return await begin_sketch(await story.actor(member_like(story, who)), words, once=Once())


async def _create(story: Story, who: str) -> Input:
    return {"title": f"{MARK} Hangi depo?", "body": f"{MARK} Bilen"}


async def _edit(story: Story, who: str) -> Input:
    draft = await begun(story, who)
    return {"draftId": draft.id, "title": f"{MARK} Kargo nerede?", "expectedVersion": draft.version}


async def _one(story: Story, who: str) -> Input:
    draft = await begun(story, who)
    return {"draftId": draft.id, "expectedVersion": draft.version}


SITUATIONS: dict[str, Situation] = {
    "createQuestionDraft": _create,
    "editQuestionDraft": _edit,
    "discardQuestionDraft": _one,
    "askQuestionDraft": _one,
}
