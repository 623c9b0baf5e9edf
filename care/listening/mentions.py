"""Keeping what queries found: one mention for each message and query, whoever looks how often."""

from pymongo.errors import DuplicateKeyError

from care.documents.channels import Environment
from care.documents.conversations import Direction, Message
from care.documents.listening import ListeningQuery, Mention
from care.listening.matching import Matcher
from care.reading.listening import MOST_QUERIES
from core.clock import now
from core.ids import derived_id
from core.records import save

_compiled: dict[tuple[tuple[str, int], ...], Matcher] = {}
"""The matcher of the queries in use, under their ids and revisions; one at a time."""


async def find_mentions(message: Message) -> None:
    """Keep which queries in use a customer's LIVE message fits. Can run twice."""
    if message.direction is not Direction.INBOUND or message.environment is not Environment.LIVE or message.deleted_at:
        return
    for query, phrases in (await _matcher()).matches(message):
        mention = Mention(
            id=derived_id("men", message.id, query.id),
            created_at=now(),
            query_id=query.id,
            kind=query.kind,
            message_id=message.id,
            customer_id=message.customer_id,
            channel_id=message.channel_id,
            environment=message.environment,
            phrases=phrases,
            said_at=message.sent_at or message.created_at,
        )
        try:
            await save(mention)
        except DuplicateKeyError:
            continue


async def _matcher() -> Matcher:
    """Give the matcher of the queries as they are now; it is made anew when one of them was changed."""
    rows = ListeningQuery.get_pymongo_collection().find({"archived": False}, {"revision": 1})
    held = await rows.sort([("created_at", 1), ("_id", 1)]).limit(MOST_QUERIES).to_list()
    key = tuple((row["_id"], row["revision"]) for row in held)
    if key not in _compiled:
        found = ListeningQuery.find({"archived": False}).sort("created_at", "_id").limit(MOST_QUERIES)
        queries = await found.to_list()
        _compiled.clear()
        _compiled[tuple((query.id, query.revision) for query in queries)] = matcher = Matcher.of(queries)
        return matcher
    return _compiled[key]
