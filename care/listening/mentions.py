"""Keeping what queries found: one mention for each message and query, whoever looks how often."""

import contextlib
from datetime import datetime

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


async def find_mentions(message: Message) -> list[ListeningQuery]:
    """Keep which queries in use a customer's LIVE message fits, and give these. Can run twice."""
    if not is_heard(message):
        return []
    fitting = list((await _matcher()).matches(message))
    for query, phrases in fitting:
        await keep_mention(query, message, phrases)
    return [query for query, _ in fitting]


def is_heard(message: Message) -> bool:
    """Tell whether a message is one that is listened to: a customer's, LIVE, and not withdrawn."""
    return message.direction is Direction.INBOUND and message.environment is Environment.LIVE and not message.deleted_at


def said_at(message: Message) -> datetime:
    """Give when a message was said, by the place where it was said if that tells."""
    return message.sent_at or message.created_at


async def keep_mention(query: ListeningQuery, message: Message, phrases: list[str]) -> None:
    """Keep that a query found a message. Can run twice."""
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
        said_at=said_at(message),
    )
    with contextlib.suppress(DuplicateKeyError):
        await save(mention)


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
