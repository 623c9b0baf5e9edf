"""Looking for a query in the messages that were there before it: a job that goes on where it was interrupted."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from auth.actor import Actor, Permission
from care.documents.conversations import Message
from care.documents.listening import EarlierSearch, ListeningQuery
from care.jobs import LISTEN, jobs
from care.listening.events import EarlierMessagesAsked
from care.listening.matching import Matcher
from care.listening.mentions import is_heard, keep_mention, said_at
from care.listening.queries import require_in_use
from care.reading.listening import require_query
from core.clock import now
from core.errors import AlreadyDone, InvalidInput
from core.records import change

FURTHEST: Final = timedelta(days=366)
BATCH: Final = 200


async def find_earlier_mentions(actor: Actor, query_id: str, since: datetime, *, expected_version: int) -> ListeningQuery:
    """Let a query be looked for in the messages said since an instant; progress stands in `earlier`.

    Raises NotFound, Forbidden without `listening:manage`, InvalidInput for an instant to come or more than 366 days ago,
    AlreadyDone for an archived query and while an earlier search goes on, Conflict.
    """
    actor.require(Permission.LISTENING_MANAGE)
    query = await require_query(actor, query_id)
    at = now()
    if not at - FURTHEST <= since < at:
        raise InvalidInput(f"Choose an instant of the last {FURTHEST.days} days.", path=("since",))

    def act(current: ListeningQuery) -> None:
        require_in_use(current)
        if current.earlier is not None and current.earlier.finished_at is None:
            raise AlreadyDone("The earlier messages are being looked at; wait until that has ended.", path=("query_id",))
        current.earlier = EarlierSearch(since=since, asked_at=at)
        asked = EarlierMessagesAsked(query_id=current.id, version=current.version + 1)
        current.record(asked, actor=actor.id)

    return await change(query, act, expected_version=expected_version)


async def queue_search(query_id: str, version: int) -> None:
    """Have the search done. Can run twice."""
    await jobs().add(f"listen:{query_id}:{version}", {"kind": LISTEN, "query_id": query_id})


async def search_earlier(query_id: str) -> None:
    """Look through the messages in the order of their ids, a batch at a time, from where an interrupted search had come to."""
    while (query := await ListeningQuery.get(query_id)) and query.earlier and query.earlier.finished_at is None:
        came_to = query.earlier.after_id
        rows = await Message.find({"_id": {"$gt": came_to}}).sort("_id").limit(BATCH).to_list()
        found = sum([await _look(query, query.earlier.since, message) for message in rows])
        over = len(rows) < BATCH or query.archived
        await change(query, _progress(came_to, rows[-1].id if rows else came_to, looked_at=len(rows), found=found, over=over))


def _progress(came_to: str, reached: str, *, looked_at: int, found: int, over: bool) -> Callable[[ListeningQuery], None]:
    def act(current: ListeningQuery) -> None:
        search = current.earlier
        if search is None or search.finished_at is not None or search.after_id != came_to:
            return  # another worker came further
        current.earlier = search.model_copy(
            update={
                "after_id": reached,
                "looked_at": search.looked_at + looked_at,
                "found": search.found + found,
                "finished_at": now() if over else None,
            }
        )

    return act


async def _look(query: ListeningQuery, since: datetime, message: Message) -> int:
    """Keep the mention when there is one; give how many there are in the message, found now or before."""
    if not is_heard(message) or said_at(message) < since:
        return 0
    hits = list(Matcher.of([query]).matches(message))
    for found, phrases in hits:
        await keep_mention(found, message, phrases)
    return len(hits)
