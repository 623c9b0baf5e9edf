"""Watching: how much of what happens to something a member wants to be told."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Final

from pymongo import ASCENDING, IndexModel

from auth.actor import SYSTEM, Actor, is_scoped
from community.blog.documents import BlogPost
from community.blog.reading import posts_by_ids
from community.directory import departments_by_ids
from community.documents import Department, Member, Question, SpaceContent, Tag
from community.drafts import LONGEST_TAG, slug_of, tag_of
from community.ideas.documents import Idea
from community.ideas.reading import ideas_by_ids
from community.insights.documents import Insight, InsightKind
from community.insights.policies import reads_insights
from community.insights.reading import insights_by_ids
from community.reading import questions_by_ids
from community.spaces.documents import Space
from community.spaces.reading import spaces_by_ids
from community.wiki.documents import WikiPage
from community.wiki.reading import addresses_above, pages_at, pages_by_ids
from core.clock import now
from core.defaults import change_or_insert, stored_or
from core.errors import NotFound
from core.ids import derived_id, prefix_of
from core.records import PENDING_EVENTS, Record, by_ids


class WatchLevel(StrEnum):
    """WATCHING: told of everything; TRACKING: of what matters; NORMAL: of what concerns them; MUTED: of nothing (`TELLS`)."""

    WATCHING = "WATCHING"
    TRACKING = "TRACKING"
    NORMAL = "NORMAL"
    MUTED = "MUTED"


class Happening(StrEnum):
    """What can happen to something, as far as watching goes."""

    STARTED = "STARTED"
    """It is new: asked, written, published, submitted."""
    ANSWERED = "ANSWERED"
    SETTLED = "SETTLED"
    """The company or a moderator said what becomes of it: a status, closed, merged."""
    CHANGED = "CHANGED"
    """A page says something else."""
    REMARKED = "REMARKED"


TELLS: Final[Mapping[WatchLevel, frozenset[Happening]]] = {
    WatchLevel.WATCHING: frozenset(Happening),
    WatchLevel.TRACKING: frozenset({Happening.ANSWERED, Happening.SETTLED, Happening.CHANGED}),
    WatchLevel.NORMAL: frozenset(),
    WatchLevel.MUTED: frozenset(),
}
"""What each level tells those whom it does not concern. Whom it concerns (who wrote it, was invited, voted, takes part in the
thread) is told of everything unless it is MUTED for them. A mention, an invitation and what is to be acknowledged are told
to the muted as well: they ask a person by name."""

FOLLOWING: Final = frozenset({WatchLevel.WATCHING, WatchLevel.TRACKING})

Followed = Question | BlogPost | Idea | Insight | WikiPage
"""What something can happen to."""

Watchable = Followed | Space | Tag | Department | InsightKind
"""What can be watched; a page with what is below it, a space and a tag with all that stands in them, a department and a kind
with the insights for the one and of the other."""

Scopes = Sequence[Sequence[str]]
"""By what levels something is watched, by the ids: itself, for a page those above it, nearest first, its tags, its space."""


KIND_PREFIX: Final = "ink"
"""That of the ids by which kinds of insights are watched."""


class Watch(Record):
    """How one member watches one thing; the id is derived from the two."""

    target_id: str
    member_id: str
    level: WatchLevel
    changed_at: datetime

    class Settings:
        name = "watches"
        indexes: ClassVar = [IndexModel([("target_id", ASCENDING), ("member_id", ASCENDING)]), PENDING_EVENTS]


async def _departments(actor: Actor, department_ids: Sequence[str]) -> Mapping[str, Department]:
    """Give departments to who may read the insights for them, which is all that watching one tells of."""
    return await departments_by_ids(actor, department_ids) if reads_insights(actor) else {}


_READERS: Final[Mapping[str, Callable[[Actor, Sequence[str]], Awaitable[Mapping[str, Any]]]]] = {
    "dep": _departments,
    "ide": ideas_by_ids,
    "ins": insights_by_ids,
    "pst": posts_by_ids,
    "qst": questions_by_ids,
    "spc": spaces_by_ids,
    "wik": pages_by_ids,
}


async def watchable(actor: Actor, target_id: str) -> Watchable:
    """Give what somebody wants to watch; NotFound when there is none for this actor. A tag is there once somebody names it."""
    prefix, _, slug = target_id.partition("_")
    if prefix == "tag" and slug and len(slug) <= LONGEST_TAG and slug == slug_of(slug):
        return tag_of(slug)
    if prefix == KIND_PREFIX and slug in InsightKind.__members__ and reads_insights(actor):
        return InsightKind[slug]
    read = _READERS.get(prefix)
    found: Watchable | None = (await read(actor, [target_id])).get(target_id) if read is not None else None
    if found is None:
        raise NotFound(
            "There is no question, page, post, idea, insight, kind of insights, department, space or tag with this id.",
            path=("target_id",),
        )
    return found


async def set_watch_level(actor: Actor, target_id: str, level: WatchLevel) -> Watchable:
    """Set how much of something one is told; setting it again changes nothing. Give the target.

    Raises NotFound, Forbidden for callers that are no member.
    """
    target = await watchable(actor, target_id)
    await _set(target_id, actor.member, level)
    return target


async def watch_levels(actor: Actor, target_ids: Sequence[str]) -> dict[str, WatchLevel]:
    """Tell what the actor has set of each target; the targets are ones that the actor was given."""
    if actor.member_id is None:
        return {}
    ids = [_watch_id(target_id, actor.member_id) for target_id in target_ids]
    return {watch.target_id: watch.level for watch in await Watch.find({"_id": {"$in": ids}}).to_list()}


def scopes_of(content: Followed, above: Sequence[str] = ()) -> Scopes:
    """Give by what something is watched; `above` are the pages above a page, nearest first."""
    tags = [] if isinstance(content, Idea) else [tag_id(tag) for tag in content.tags]
    if isinstance(content, Insight):
        tags = [*tags, *content.department_ids, kind_id(content.kind)]
    space_id = content.space_id if isinstance(content, SpaceContent) else None
    return [[content.id], *([one] for one in above), tags, [space_id] if space_id is not None else []]


def looked_after_by(page: WikiPage) -> list[str]:
    """Give whom a page concerns: who owns it, else who wrote it first; of a strategy also who writes it together."""
    together = page.strategy.co_author_ids if page.strategy is not None else []
    return list(dict.fromkeys([page.owner_id or page.author_id, *together]))


def tag_id(tag: Tag) -> str:
    """Give the id by which a tag is watched."""
    return f"tag_{tag.slug}"


def kind_id(kind: InsightKind) -> str:
    """Give the id by which a kind of insights is watched."""
    return f"{KIND_PREFIX}_{kind.value}"


def level_in(scopes: Scopes, chosen: Mapping[str, WatchLevel], *, concerned: bool) -> WatchLevel:
    """Tell the level that holds for somebody who chose these.

    What was set of the thing itself holds. Else the nearest of what it stands under; of several tags MUTED, else the one that
    tells most. Whom it concerns watches it even so, unless that is MUTED; where nothing was set others are NORMAL.
    """
    own, *wider = scopes
    if own[0] in chosen:
        return chosen[own[0]]
    nearest = next((found for scope in wider if (found := [chosen[one] for one in scope if one in chosen])), [])
    if WatchLevel.MUTED in nearest:
        return WatchLevel.MUTED
    if concerned:
        return WatchLevel.WATCHING
    return max(nearest, key=lambda level: len(TELLS[level]), default=WatchLevel.NORMAL)


async def followers_of(content: Followed, concerned: Iterable[str], happening: Happening) -> list[str]:
    """Give whom to tell of what happens to something: whom it concerns, then who follows it or what it stands under."""
    scopes = scopes_of(content, await _pages_above(content) if isinstance(content, WikiPage) else ())
    chosen: dict[str, dict[str, WatchLevel]] = {}
    for watch in await Watch.find({"target_id": {"$in": [one for scope in scopes for one in scope]}}).to_list():
        chosen.setdefault(watch.member_id, {})[watch.target_id] = watch.level
    whom = dict.fromkeys(concerned)
    told = [one for one in whom if level_in(scopes, chosen.get(one, {}), concerned=True) is not WatchLevel.MUTED]
    others = (one for one in chosen if one not in whom)
    told += [one for one in others if happening in TELLS[level_in(scopes, chosen[one], concerned=False)]]
    return await _reading_insights(told) if isinstance(content, Insight) else told


async def _reading_insights(member_ids: Sequence[str]) -> list[str]:
    """Give those of the members who may read insights: not who sees only some channels, though they watch a tag."""
    known = await by_ids(Member, member_ids)
    return [one for one in member_ids if one in known and not is_scoped(known[one].roles)]


async def _pages_above(page: WikiPage) -> list[str]:
    """Give the ids of the pages above a page, nearest first."""
    addresses = addresses_above(page)
    found = await pages_at(SYSTEM, addresses) if addresses else {}
    return [found[address].id for address in addresses if address in found]


async def carry_over(target_id: str, to_id: str, concerned: Iterable[str]) -> None:
    """Let who follows one thing follow another, unless they set something there; can run twice.

    `concerned` are those who watch the first without having set it.
    """
    chosen = {watch.member_id: watch.level for watch in await Watch.find({"target_id": target_id}).to_list()}
    levels = {one: WatchLevel.WATCHING for one in concerned if prefix_of(one) == "mem"} | chosen
    known = {watch.member_id for watch in await Watch.find({"target_id": to_id}).to_list()}
    for member_id, level in levels.items():
        if member_id not in known and level in FOLLOWING:
            await _set(to_id, member_id, level)


async def _set(target_id: str, member_id: str, level: WatchLevel) -> None:
    identifier, at = _watch_id(target_id, member_id), now()
    first = Watch(id=identifier, created_at=at, target_id=target_id, member_id=member_id, level=level, changed_at=at)

    def rule(current: Watch) -> None:
        if current.level is not level:
            current.level, current.changed_at = level, at

    await change_or_insert(await stored_or(first), rule)


def _watch_id(target_id: str, member_id: str) -> str:
    return derived_id("wch", target_id, member_id)
