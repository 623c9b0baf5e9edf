"""What a test of the community looks at: the stored rows, the facts that wait to be told, the commands that ran."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pymongo import monitoring
from typing_extensions import override

from core.database import Database
from core.idempotency import Once, once

COLLECTIONS = (
    "acknowledgements",
    "answers",
    "blog_posts",
    "blog_revisions",
    "comments",
    "departments",
    "evidence",
    "members",
    "questions",
    "skills",
    "watches",
    "wiki_pages",
    "wiki_revisions",
)
READS = ("find", "aggregate", "count", "distinct", "getMore")


class _Reads(monitoring.CommandListener):
    def __init__(self) -> None:
        self.kept: list[str] | None = None

    @override
    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if self.kept is not None and event.command_name in READS:
            self.kept.append(f"{event.command_name} {event.command[event.command_name]}")

    @override
    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        pass

    @override
    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        pass


_reads = _Reads()
monitoring.register(_reads)  # before the session's client is made, which takes the listeners there are


@contextmanager
def reads() -> Iterator[list[str]]:
    """Keep the reading commands that run meanwhile, as `find questions`."""
    kept: list[str] = []
    _reads.kept = kept
    try:
        yield kept
    finally:
        _reads.kept = None


async def snapshot(store: Database) -> dict[str, list[dict[str, Any]]]:
    """Give every row of the community: a refusal leaves it as it was."""
    return {name: await store[name].find({}).sort("_id", 1).to_list() for name in COLLECTIONS}


async def facts(store: Database, collection: str, identifier: str) -> list[tuple[str, dict[str, Any]]]:
    """Give type and payload of the facts that wait on a document, oldest first."""
    row = await store[collection].find_one({"_id": identifier})
    return [(event["type"], event["payload"]) for event in (row or {}).get("pending", [])]


def keyed(key: str, given: object, *, operation: str = "test") -> Once:
    """Give the identity of a request that carries an idempotency key."""
    return once(b"secret", actor="mem_somebody", operation=operation, key=key, given=given)
