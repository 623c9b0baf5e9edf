"""The kinds of content that can stand in a space, by the prefix of their ids; a new kind joins here."""

from collections.abc import Mapping
from typing import Final

from community.blog.documents import BlogPost
from community.documents import Question, SpaceContent
from community.drafts import may_be_id
from community.help.documents import HelpArticle
from community.ideas.documents import Idea
from community.kudos.documents import Kudos
from community.moderation.documents import ModerationAction, ModerationItem
from community.polls.documents import Poll
from community.prompts.documents import DiscussionPrompt, QuestionCampaign
from community.spaces.documents import Space, SpaceVisibility
from community.visibility import PREFIX
from community.wiki.documents import WikiPage
from core.ids import prefix_of

CONTENTS: Final[Mapping[str, type[SpaceContent]]] = {
    "kud": Kudos,
    "dpr": DiscussionPrompt,
    "hlp": HelpArticle,
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
    """Give the space whose members alone may know of what has this id: of closed content, and of a secret space itself.

    What is said in the talk of a closed space (polls) is its members' own as well.
    """
    if prefix_of(identifier) == "pol":
        poll = await Poll.get(identifier)
        return await _closed_talk(poll.parent_id) if poll is not None else None
    if prefix_of(identifier) == PREFIX:
        space = await Space.get(identifier)
        return space.secret_id if space is not None else None
    content = await content_of(identifier)
    return content.closed_space_id if content is not None else None


async def _closed_talk(parent_id: str) -> str | None:
    """Give the closed space in which a poll stands, in its talk or in what stands there."""
    if prefix_of(parent_id) != PREFIX:
        return await closed_to(parent_id)
    space = await Space.get(parent_id)
    return parent_id if space is not None and space.visibility is not SpaceVisibility.OPEN else None
