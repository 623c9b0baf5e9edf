"""The log of moderation keeps what was done to calm something down; can run twice."""

from typing import Final

from pymongo.errors import DuplicateKeyError

from community.blog.documents import BlogPost
from community.documents import Question
from community.moderation.documents import ContentKind, ModerationAct, ModerationAction
from community.spaces.documents import Space, SpaceVisibility
from community.wiki.documents import WikiPage
from core.ids import derived_id, prefix_of
from core.records import save

Calmed = Question | WikiPage | BlogPost | Space
"""What can be slowed down and locked."""

_MODELS: Final[dict[str, type[Calmed]]] = {"pst": BlogPost, "qst": Question, "spc": Space, "wik": WikiPage}
_KINDS: Final = {
    "pst": ContentKind.BLOG_POST,
    "qst": ContentKind.QUESTION,
    "spc": ContentKind.SPACE,
    "wik": ContentKind.WIKI_PAGE,
}


async def place_with_id(identifier: str) -> Calmed | None:
    """Give what can be calmed down and has this id, whoever may read it."""
    model = _MODELS.get(prefix_of(identifier))
    return await model.get(identifier) if model is not None else None


async def keep_calm_log(target: Calmed) -> None:
    """Enter what was done to something, each act once."""
    space_id, closed_space_id = _where(target)
    for entry in target.calm.entries if target.calm is not None else ():
        action = ModerationAction(
            id=derived_id("mac", target.id, "calm", str(entry.number)),
            created_at=entry.at,
            content_id=target.id,
            kind=_KINDS[prefix_of(target.id)],
            root_id=target.id,
            space_id=space_id,
            closed_space_id=closed_space_id,
            decision=ModerationAct(entry.act.value),
            reason=entry.reason,
            by=entry.by,
        )
        try:
            await save(action)
        except DuplicateKeyError:
            continue


def _where(target: Calmed) -> tuple[str | None, str | None]:
    if isinstance(target, Space):
        return target.id, target.id if target.visibility is not SpaceVisibility.OPEN else None
    return getattr(target, "space_id", None), getattr(target, "closed_space_id", None)
