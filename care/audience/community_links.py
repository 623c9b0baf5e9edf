"""Links that lead a customer from a reply to what others talk about in public: a published question, or an idea."""

import asyncio
from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import quote

from pydantic import BaseModel, Field
from pymongo.errors import DuplicateKeyError

from auth.actor import ANONYMOUS, Actor, Permission
from care.audience.events import TrackedLinkChanged
from care.audience.links import new_code
from care.documents.links import TrackedLink
from care.reading.cases import require_case
from community.documents import Question
from community.ideas.documents import Idea
from community.ideas.reading import ideas_by_ids
from community.reading import questions_by_ids
from core.clock import now
from core.errors import AlreadyDone, InvalidInput
from core.ids import derived_id, with_prefix
from core.records import save

_LONGEST_NAME: Final = 100
_TRIES: Final = 5
_PORTAL_PREFIXES: Final = {Question: "pqs", Idea: "pid"}


@dataclass(frozen=True, slots=True)
class Places:
    """Where short addresses begin, and where the company's portal shows something, with `{id}` in it."""

    own: str
    portal: str | None


class CommunityLinkDraft(BaseModel):
    """In the replies of which case to lead to what."""

    case_id: Annotated[str, Field(max_length=100)]
    content_id: Annotated[str, Field(max_length=100)]


async def link_to_community(actor: Actor, draft: CommunityLinkDraft, places: Places) -> TrackedLink:
    """Give the link that leads from a case's replies to a public question or idea; there is one for each of both.

    Raises Forbidden without `case:reply`, NotFound for a case that the actor may not know of, InvalidInput for what the
    public can't read and where nobody has said where the portal is, AlreadyDone for a link that was archived.
    """
    actor.require(Permission.CASE_REPLY)
    case = await require_case(actor, draft.case_id)
    content = await _public(draft.content_id)
    if places.portal is None:
        message = "Nobody has said where the portal shows questions and ideas: set KOPRU_PORTAL_URL."
        raise InvalidInput(message, path=("content_id",))
    identifier = derived_id("lnk", case.id, content.id)
    for _ in range(_TRIES):
        if (before := await TrackedLink.get(identifier)) is not None:
            return _usable(before)
        link = TrackedLink(
            id=identifier, created_at=now(), code=new_code(), name=content.title[:_LONGEST_NAME],
            target=places.portal.replace("{id}", quote(with_prefix(_PORTAL_PREFIXES[type(content)], content.id))),
            case_id=case.id, content_id=content.id, origin=places.own, created_by=actor.id,
        )  # fmt: skip
        link.record(TrackedLinkChanged(link_id=link.id), actor=actor.id)
        try:
            await save(link)
        except DuplicateKeyError:  # somebody else was faster, or another link has the code
            continue
        return link
    raise AlreadyDone("No code is free for this link; try again.")


def _usable(link: TrackedLink) -> TrackedLink:
    if link.archived:
        raise AlreadyDone("The link from this case to this was archived.", path=("content_id",))
    return link


async def _public(content_id: str) -> Question | Idea:
    """Give what the public can read under an id of the staff."""
    questions, ideas = await asyncio.gather(questions_by_ids(ANONYMOUS, [content_id]), ideas_by_ids(ANONYMOUS, [content_id]))
    found = questions.get(content_id) or ideas.get(content_id)
    if found is None:
        raise InvalidInput("Only a question or an idea that the public can read can be linked to.", path=("content_id",))
    return found
