"""Facts: what happened to a document, stored with the change and told afterwards."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import TypeAdapter

SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A fact in the past tense; its fields are ids and enums only, never text or a person's values.

    `topics` are the live topics under which clients hear of it; `node_field` names the field that holds
    the id of the object that changed for them, None: the document itself.
    """

    topics: ClassVar[tuple[str, ...]] = ()
    node_field: ClassVar[str | None] = None

    def payload(self) -> dict[str, Any]:
        """Give the fields as the store keeps them."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    return [_plain(part) for part in value] if isinstance(value, tuple | list) else value


E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """An event as it stands in `events`: `number` is its place in the one order of all events."""

    number: int
    event_id: str
    type: str
    at: datetime
    actor: str
    subject: str
    node: str
    topics: tuple[str, ...]
    facts: Mapping[str, Any]
    revision: int
    version: int
    payload: Mapping[str, Any]

    @classmethod
    def from_stored(cls, raw: Mapping[str, Any]) -> "StoredEvent":
        """Read a document of the `events` collection."""
        return cls(
            number=raw["_id"],
            event_id=raw["event_id"],
            type=raw["type"],
            at=raw["at"],
            actor=raw["actor"],
            subject=raw["subject"],
            node=raw["node"],
            topics=tuple(raw["topics"]),
            facts=raw["facts"],
            revision=raw["revision"],
            version=raw["version"],
            payload=raw["payload"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded(Generic[E]):
    """What a handler gets: the fact, typed, and where it stands."""

    fact: E
    number: int
    event_id: str
    at: datetime
    actor: str
    subject: str

    @classmethod
    def from_event(cls, event: StoredEvent, kind: type[E]) -> "Recorded[E]":
        """Rebuild the typed fact; a payload of an older release may lack fields that have defaults."""
        key: Any = kind
        fact: E = _adapter(key).validate_python(dict(event.payload))
        return cls(fact=fact, number=event.number, event_id=event.event_id, at=event.at, actor=event.actor, subject=event.subject)


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def pending_event(event: Event, *, subject: str, actor: str, at: datetime) -> dict[str, Any]:
    """Make the entry of a document's `pending` list; facts, revision and version are added when it is written."""
    return {
        "id": uuid.uuid4().hex,
        "type": type(event).__name__,
        "at": at,
        "actor": actor,
        "subject": subject,
        "node": getattr(event, event.node_field) if event.node_field else subject,
        "topics": list(event.topics),
        "payload": event.payload(),
    }
