"""Documents that change by one guarded command, which carries the change's events."""

import asyncio
import random
import time
import uuid
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, NoReturn, TypeVar
from weakref import WeakValueDictionary

from beanie import Document
from beanie.odm.utils.encoder import Encoder
from pydantic import PrivateAttr
from pymongo import ASCENDING, IndexModel
from pymongo.errors import AutoReconnect, BulkWriteError, DuplicateKeyError

from core.clock import now
from core.errors import Conflict, NotFound, Unavailable
from core.events import SYSTEM, Event, pending_event

_OURS = frozenset({"_id", "id", "revision_id", "revision", "version", "pending", "writes"})
_KEPT_WRITES = 20
_DUPLICATE = 11000
_PATIENCE = 5.0
AT_ONCE = 1_000
"""Rows in one answer of the store, which else gives 101: more would come with a second command, after the first."""

PENDING_EVENTS = IndexModel([("pending.id", ASCENDING)], sparse=True)
"""Every record's collection declares it: the relay's sweep is served by it."""

RecordT = TypeVar("RecordT", bound="Record")


class StaleRevision(Exception):
    """Somebody wrote the document since it was read."""


class Record(Document):
    """A document whose only writer is `save`; `revision` guards every write, `version` counts people's edits.

    `gate_fields` are copied to each event as `facts`, so that who may hear of it can be told from the event alone.
    """

    gate_fields: ClassVar[tuple[str, ...]] = ()

    id: str  # type: ignore[assignment]  # Beanie's own is optional; ours is made before the first write
    revision: int = 0
    version: int = 0
    created_at: datetime
    deleted_at: datetime | None = None

    # Beanie's own looks at every access whether the field still has to be parsed; records always are (a tenth of reading one).
    __getattribute__ = object.__getattribute__

    _stored: dict[str, Any] = PrivateAttr(default_factory=dict)
    _events: list[dict[str, Any]] = PrivateAttr(default_factory=list)

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        if values.get("revision"):
            self._stored = {name: value for name, value in values.items() if name not in _OURS}

    def record(self, event: Event, *, actor: str = SYSTEM) -> None:
        """Add a fact that the next save stores together with the change."""
        self._events.append(pending_event(event, subject=self.id, actor=actor, at=now()))

    async def _no_other_writer(self, *_: object, **__: object) -> NoReturn:
        message = "core.records.save is the only writer of records"
        raise TypeError(message)

    insert = create = save = replace = update = delete = save_changes = set = inc = current_date = _no_other_writer


class CreatedOnce(Record):
    """A record that remembers the request that made it, so that a repeat of the request finds it instead of making another."""

    fingerprint: str | None = None


_locks: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()
_listeners: list[Callable[[str, str], None]] = []


def when_saved(listener: Callable[[str, str], None]) -> Callable[[], None]:
    """Call `listener(collection, id)` after every save with events; the answer takes it off again."""
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


async def save(document: Record, *, expected_version: int | None = None) -> None:
    """Insert or change the document with its events in one command.

    With `expected_version` the change counts as a person's edit and raises `version`. Raises StaleRevision when
    somebody was first, and pymongo's DuplicateKeyError on a taken unique key.
    """
    if expected_version is not None and document.revision and document.version != expected_version:
        raise Conflict(current=document)
    stored = _encoded(document)
    has_events = bool(document._events)  # noqa: SLF001 - the two are one unit: the class holds, this function writes
    if document.revision:
        if not await _changed(document, stored, is_edit=expected_version is not None):
            return
    else:
        await _inserted(document, stored)
    document._stored = stored  # noqa: SLF001
    document._events.clear()  # noqa: SLF001
    if has_events:
        for listener in tuple(_listeners):  # one may be taken off meanwhile
            listener(document.get_collection_name(), document.id)


async def insert_or_read(document: RecordT) -> RecordT:
    """Insert the document with its events and give it; when something is stored under its id already, give that.

    Raises DuplicateKeyError when another unique key than the id is taken.
    """
    try:
        await save(document)
    except DuplicateKeyError:
        found = await type(document).get(document.id)
        if found is None:
            raise
        return found
    return document


async def save_new(documents: Sequence[Record]) -> set[str]:
    """Insert documents with their events in few commands, in their order; give the ids of those that can't be new.

    What has a unique key that is taken is left out, the others are stored. Raises what a lost connection raises: then
    some may be stored, and the caller finds out by their ids.
    """
    bodies = [_body(document, _encoded(document), uuid.uuid4().hex) for document in documents]
    taken: set[str] = set()
    start = 0
    while start < len(bodies):
        try:
            await documents[0].get_pymongo_collection().insert_many(bodies[start:], ordered=True)
            break
        except BulkWriteError as error:
            problem = error.details["writeErrors"][0]
            if problem["code"] != _DUPLICATE:
                raise
            start += problem["index"]
            taken.add(bodies[start]["_id"])
            start += 1
    for document, body in zip(documents, bodies, strict=True):
        if document.id not in taken:
            _stored_as(document, {name: value for name, value in body.items() if name not in _OURS})
    return taken


def _stored_as(document: Record, stored: dict[str, Any]) -> None:
    """Remember what is stored of a new document, and let the relay see to its events."""
    has_events = bool(document._events)  # noqa: SLF001
    document._stored = stored  # noqa: SLF001
    document._events.clear()  # noqa: SLF001
    document.revision = document.version = 1
    if has_events:
        for listener in tuple(_listeners):  # one may be taken off meanwhile
            listener(document.get_collection_name(), document.id)


def _encoded(document: Record) -> dict[str, Any]:
    """Encode for the store; None is stored as absent, which sparse unique indexes and `$exists` rely on."""
    encoded = Encoder(exclude=set(_OURS), to_db=True).encode(document)
    return {name: value for name, value in encoded.items() if value is not None}


def _pending(document: Record, stored: Mapping[str, Any], *, revision: int, version: int) -> list[dict[str, Any]]:
    facts = {name: stored[name] for name in document.gate_fields if name in stored}
    return [{**event, "facts": facts, "revision": revision, "version": version} for event in document._events]  # noqa: SLF001


def _body(document: Record, stored: dict[str, Any], write: str) -> dict[str, Any]:
    body: dict[str, Any] = {"_id": document.id, **stored, "revision": 1, "version": 1, "writes": [write]}
    if events := _pending(document, stored, revision=1, version=1):
        body["pending"] = events
    return body


async def _inserted(document: Record, stored: dict[str, Any]) -> None:
    collection, write = document.get_pymongo_collection(), uuid.uuid4().hex
    body = _body(document, stored, write)
    await _once_more(lambda: collection.insert_one(dict(body)), lambda: _landed(document, write))
    document.revision = document.version = 1


async def _changed(document: Record, stored: dict[str, Any], *, is_edit: bool) -> bool:
    old = document._stored  # noqa: SLF001
    changed = {name: value for name, value in stored.items() if name not in old or old[name] != value}
    gone = [name for name, value in old.items() if name not in stored and value is not None]
    revision, version = document.revision + 1, document.version + is_edit
    events = _pending(document, stored, revision=revision, version=version)
    if not (changed or gone or events or is_edit):
        return False
    collection, write = document.get_pymongo_collection(), uuid.uuid4().hex
    command: dict[str, Any] = {"$inc": {"revision": 1} | ({"version": 1} if is_edit else {})}
    command["$push"] = {"writes": {"$each": [write], "$slice": -_KEPT_WRITES}}
    if events:
        command["$push"]["pending"] = {"$each": events}
    if changed:
        command["$set"] = changed
    if gone:
        command["$unset"] = dict.fromkeys(gone, "")
    guard = {"_id": document.id, "revision": document.revision}
    result = await _once_more(lambda: collection.update_one(guard, command), lambda: _landed(document, write))
    if result is not None and not result.matched_count:
        raise StaleRevision(document.id)
    document.revision, document.version = revision, version
    return True


async def _landed(document: Record, write: str) -> bool:
    return await document.get_pymongo_collection().count_documents({"_id": document.id, "writes": write}) == 1


ResultT = TypeVar("ResultT")


async def _once_more(act: Callable[[], Awaitable[ResultT]], landed: Callable[[], Awaitable[bool]]) -> ResultT | None:
    """Ask after a lost answer before repeating: a blind repeat would read one's own success as somebody else's."""
    try:
        return await act()
    except AutoReconnect:
        if await landed():
            return None
        return await act()


async def change(document: RecordT, rule: Callable[[RecordT], object], *, expected_version: int | None = None) -> RecordT:
    """Apply a rule to the document as it is now and store the outcome; give the changed document.

    When another writer was first, the rule runs again on the fresh document, for up to five seconds. Raises what the
    rule raises, Conflict when `version` is not the expected one, NotFound when the document is gone, and Unavailable
    when writers crowd each other out.
    """
    lock = _locks.setdefault((document.get_collection_name(), document.id), asyncio.Lock())
    crowded = lock.locked()
    async with lock:
        current = await fresh(document) if crowded else document
        if expected_version is not None and current.version != expected_version:
            current = await fresh(document)
        return await _apply(current, rule, expected_version)


async def _apply(current: RecordT, rule: Callable[[RecordT], object], expected_version: int | None) -> RecordT:
    deadline = time.monotonic() + _PATIENCE
    while True:
        if expected_version is not None and current.version != expected_version:
            raise Conflict(current=current)
        rule(current)
        try:
            await save(current, expected_version=expected_version)
        except StaleRevision:
            if time.monotonic() > deadline:
                raise Unavailable("store", "too many writers of one document") from None
            await asyncio.sleep(random.uniform(0.001, 0.02))
            current = await fresh(current)
        else:
            return current


async def fresh(document: RecordT) -> RecordT:
    """Read the document as it is now; NotFound when it is gone."""
    found = await type(document).get(document.id)
    if found is None:
        raise NotFound("This does not exist any more.")
    return found


async def by_ids(model: type[RecordT], ids: Iterable[str]) -> dict[str, RecordT]:
    """Read documents by their ids in one query, in no order."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return {}
    return {document.id: document for document in await model.find({"_id": {"$in": wanted}}, batch_size=AT_ONCE).to_list()}
