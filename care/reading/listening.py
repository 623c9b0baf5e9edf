"""The only way to read listening queries and mentions for a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from auth.actor import Actor, Permission
from care.documents.channels import Environment
from care.documents.listening import ListeningAlert, ListeningQuery, Mention
from care.reading.gates import reads_all_live
from community.drafts import may_be_id
from core.errors import InvalidInput, NotFound
from core.paging import Order, Slice, Window, count, read_slice
from core.records import by_ids

MOST_QUERIES: Final = 100
MOST_NAMED: Final = 100
"""How many queries or channels one filter may name."""

_OLDEST_FIRST: Final = Order((("created_at", 1),))
_LATEST_FIRST: Final = Order((("raised_at", -1),))


@dataclass(frozen=True, slots=True)
class MentionSelection:
    """Which mentions; None: all."""

    query_ids: tuple[str, ...] | None = None
    channel_ids: tuple[str, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None
    newest_first: bool = True


async def queries_by_ids(actor: Actor, query_ids: Sequence[str]) -> dict[str, ListeningQuery]:
    """Give those of the queries, archived ones too, to who may read cases."""
    wanted = [one for one in dict.fromkeys(query_ids) if may_be_id(one, "lsq")]
    return await by_ids(ListeningQuery, wanted) if wanted and actor.may(Permission.CASE_READ) else {}


async def require_query(actor: Actor, query_id: str) -> ListeningQuery:
    """Give a query; NotFound when there is none for this actor."""
    found = (await queries_by_ids(actor, [query_id])).get(query_id)
    if found is None:
        raise NotFound("There is no such query.", path=("query_id",))
    return found


async def list_queries(actor: Actor, window: Window, *, archived: bool = False) -> Slice[ListeningQuery]:
    """List the queries in use, or the archived ones, the oldest first. Forbidden without `case:read`."""
    actor.require(Permission.CASE_READ)
    return await read_slice(ListeningQuery, {"archived": archived}, _OLDEST_FIRST, window)


async def count_queries(actor: Actor, *, archived: bool = False) -> int:
    """Count what `list_queries` lists."""
    actor.require(Permission.CASE_READ)
    return await count(ListeningQuery, {"archived": archived})


async def mentions_by_ids(actor: Actor, mention_ids: Sequence[str]) -> dict[str, Mention]:
    """Give those of the mentions that the actor may know of."""
    found = await by_ids(Mention, [one for one in dict.fromkeys(mention_ids) if may_be_id(one, "men")])
    return {one: row for one, row in found.items() if _may_know(actor, row)}


async def list_mentions(actor: Actor, selection: MentionSelection, window: Window) -> Slice[Mention]:
    """List the mentions in messages of the actor's channels, by when they were said.

    Raises Forbidden without `case:read`, InvalidInput for a filter that names too many.
    """
    order = Order((("said_at", -1 if selection.newest_first else 1),))
    return await read_slice(Mention, mention_query(actor, selection), order, window)


async def count_mentions(actor: Actor, selection: MentionSelection) -> int:
    """Count what `list_mentions` lists, up to 10,001. Raises as it does."""
    return await count(Mention, mention_query(actor, selection))


def mention_query(actor: Actor, selection: MentionSelection) -> dict[str, Any]:
    """Say which mentions are meant and may be known of; the gate is that of LIVE cases, by their channel."""
    actor.require(Permission.CASE_READ)
    query: dict[str, Any] = {"environment": Environment.LIVE.value}
    if selection.query_ids is not None:
        query["query_id"] = _one_of("query_id", selection.query_ids)
    channels = selection.channel_ids
    if not reads_all_live(actor):
        channels = tuple(sorted(actor.reach if channels is None else actor.reach & set(channels)))
    if channels is not None:
        query["channel_id"] = _one_of("channel_id", channels)
    bounds = {"$gte": selection.since, "$lt": selection.until}
    said = {name: bound for name, bound in bounds.items() if bound is not None}
    return query | ({"said_at": said} if said else {})


async def alerts_by_ids(actor: Actor, alert_ids: Sequence[str]) -> dict[str, ListeningAlert]:
    """Give those of the alerts that the actor may know of: they count what is said in every channel."""
    wanted = [one for one in dict.fromkeys(alert_ids) if may_be_id(one, "lal")]
    return await by_ids(ListeningAlert, wanted) if wanted and actor.may(Permission.REPORT_READ) else {}


async def require_alert(actor: Actor, alert_id: str) -> ListeningAlert:
    """Give an alert; NotFound when there is none for this actor."""
    found = (await alerts_by_ids(actor, [alert_id])).get(alert_id)
    if found is None:
        raise NotFound("There is no such alert.", path=("alert_id",))
    return found


async def list_alerts(actor: Actor, window: Window, *, is_open: bool | None = None) -> Slice[ListeningAlert]:
    """List alerts, the latest first; None: open and ended ones. Forbidden without `report:read`."""
    actor.require(Permission.REPORT_READ)
    return await read_slice(ListeningAlert, _standing(is_open=is_open), _LATEST_FIRST, window)


async def count_alerts(actor: Actor, *, is_open: bool | None = None) -> int:
    """Count what `list_alerts` lists, up to 10,001."""
    actor.require(Permission.REPORT_READ)
    return await count(ListeningAlert, _standing(is_open=is_open))


def _standing(*, is_open: bool | None) -> dict[str, Any]:
    return {} if is_open is None else {"open": is_open}


def _one_of(name: str, values: tuple[str, ...]) -> Any:
    if len(values) > MOST_NAMED:
        raise InvalidInput(f"Name at most {MOST_NAMED} values.", path=("filter", name))
    return values[0] if len(values) == 1 else {"$in": list(values)}


def _may_know(actor: Actor, mention: Mention) -> bool:
    return reads_all_live(actor) or (actor.may(Permission.CASE_READ) and mention.channel_id in actor.reach)
