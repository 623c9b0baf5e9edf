"""Strategies: wiki pages that several departments' people write together, reuse as forks, and offer back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import BaseModel, Field

from auth.actor import Actor
from community.directory import departments_by_ids, members_by_ids
from community.drafts import Title, ids
from community.spaces.content import insiders
from community.strategies.events import StrategySet
from community.strategies.policies import may_fork, may_lead
from community.strategies.reading import revision_at
from community.wiki.documents import StrategyMark, WikiPage
from community.wiki.pages import PageDraft, create_page
from community.wiki.paths import Path
from community.wiki.places import page_to_edit
from community.wiki.reading import require_page
from community.wiki.revisions import keep_revisions
from core.clock import now
from core.errors import InvalidInput, NotFound
from core.idempotency import Once
from core.records import change

MOST_CO_AUTHORS: Final = 20
MOST_SECTIONS: Final = 200
_FENCES: Final = ("```", "~~~")
_DEEPEST: Final = 6
CoAuthorIds = Annotated[list[str], ids(MOST_CO_AUTHORS, "co-authors")]


class StrategyDraft(BaseModel):
    """Whose strategy a page is, and who writes it together."""

    department_id: str | None = None
    co_author_ids: CoAuthorIds = Field(default_factory=list)


class ForkDraft(StrategyDraft):
    """Where a fork is to stand, and what it is called; None: as what it comes from."""

    path: Path
    title: Title | None = None
    space_id: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a strategy, by its heading: 1 is the widest, 6 the narrowest."""

    level: int
    title: str


async def set_strategy(actor: Actor, page_id: str, draft: StrategyDraft, *, expected_version: int) -> WikiPage:
    """Let a page be a strategy, of a department and written together; what it is said to come from stays.

    Raises NotFound, also for a department or a co-author who is not there or may not read it, Forbidden for who does not
    lead it, SpaceArchived, Locked, Conflict.
    """
    page = await page_to_edit(actor, page_id)
    may_lead(actor, page).enforce()
    await _require_known(actor, draft, page.closed_space_id)

    def rule(current: WikiPage) -> None:
        may_lead(actor, current).enforce()
        before = current.strategy or StrategyMark()
        current.strategy = before.model_copy(update=draft.model_dump())
        current.is_strategy = True
        current.record(StrategySet(page_id=current.id), actor=actor.id)

    return await change(page, rule, expected_version=expected_version)


async def fork_strategy(actor: Actor, page_id: str, draft: ForkDraft, *, once: Once) -> WikiPage:
    """Write a page that begins with what a strategy says now, and keeps where it comes from.

    Raises NotFound, Forbidden without `wiki:edit`, InvalidInput for what is no published strategy and for a fork outside
    of the closed space that it stands in, and what `create_page` raises.
    """
    origin = await keep_revisions(await require_page(actor, page_id))
    may_fork(actor, origin).enforce()
    if origin.closed_space_id is not None and draft.space_id != origin.space_id:
        raise InvalidInput("What a closed space holds stays there; fork it within the space.", path=("space_id",))
    await _require_known(actor, draft, draft.space_id)
    begun = await revision_at(origin.id, origin.version)
    if begun is None:
        raise InvalidInput("Only a published strategy is forked.", path=("page_id",))
    mark = StrategyMark(
        department_id=draft.department_id,
        co_author_ids=draft.co_author_ids,
        origin_id=origin.id,
        origin_number=begun.number,
        forked_at=now(),
    )
    page = PageDraft(
        path=draft.path,
        title=draft.title or begun.title,
        body=begun.body,
        tag_slugs=[tag.name for tag in origin.tags],
        space_id=draft.space_id,
        strategy=mark,
    )
    return await create_page(actor, page, once=once)


def sections_of(body: str) -> list[Section]:
    """List the headings of a text in their order, but for what stands in code; at most 200."""
    found, fence = [], ""
    for line in body.splitlines():
        stripped = line.strip()
        if fence or stripped.startswith(_FENCES):
            mark = stripped[:3]
            fence = "" if fence and mark == fence else fence or mark
            continue
        level = len(line) - len(line.lstrip("#"))
        if 1 <= level <= _DEEPEST and line[level : level + 1] == " " and (title := line[level:].strip().rstrip("#").strip()):
            found.append(Section(level, title))
    return found[:MOST_SECTIONS]


async def _require_known(actor: Actor, draft: StrategyDraft, closed_space_id: str | None) -> None:
    if draft.department_id is not None and draft.department_id not in await departments_by_ids(actor, [draft.department_id]):
        raise NotFound("There is no such department.", path=("department_id",))
    wanted: Sequence[str] = draft.co_author_ids
    known = await members_by_ids(actor, wanted)
    readers = await insiders(closed_space_id, wanted) if closed_space_id is not None else list(wanted)
    if any(one not in known or one not in readers for one in wanted):
        raise NotFound("There is no such member who may read it there.", path=("co_author_ids",))
