"""The kinds of content that can stand in a space, by the prefix of their ids; a new kind joins here."""

from collections.abc import Mapping
from typing import Final

from community.blog.documents import BlogPost
from community.documents import Question, SpaceContent
from community.drafts import may_be_id
from community.ideas.documents import Idea
from community.kudos.documents import Kudos
from community.moderation.documents import ModerationAction, ModerationItem
from community.prompts.documents import DiscussionPrompt, QuestionCampaign
from community.spaces.documents import Space
from community.visibility import PREFIX
from community.wiki.documents import WikiPage
from core.ids import prefix_of

CONTENTS: Final[Mapping[str, type[SpaceContent]]] = {
    "kud": Kudos,
    "dpr": DiscussionPrompt,
    "ide": Idea,
    "mac": ModerationAction,
    "mod": ModerationItem,
    "pst": BlogPost,
    "qcm": QuestionCampaign,
    "qst": Question,
    "wik": WikiPage,
}


async def content_of(identifier: str) -> SpaceContent | None:
    """Give the content of an id, whoever may read it; None for other ids and for what is not there."""
    model = CONTENTS.get(prefix_of(identifier))
    return await model.get(identifier) if model is not None and may_be_id(identifier, *CONTENTS) else None


async def closed_to(identifier: str) -> str | None:
    """Give the space whose members alone may know of what has this id: of closed content, and of a secret space itself."""
    if prefix_of(identifier) == PREFIX:
        space = await Space.get(identifier)
        return space.secret_id if space is not None else None
    content = await content_of(identifier)
    return content.closed_space_id if content is not None else None
