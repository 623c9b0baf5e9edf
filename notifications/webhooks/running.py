"""What runs a webhook's document: a protocol, for this package does not know the schema."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from auth.actor import Actor
from core.events import StoredEvent


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A GraphQL document with its variables; a query is run at every event, a subscription gives what it gives of it."""

    text: str
    variables: Mapping[str, Any]
    is_query: bool


class DocumentRefused(Exception):
    """The document can't be run any more; the text says why."""


class DocumentRunner(Protocol):
    """Runs a stored document as somebody, for one event."""

    async def run(self, actor: Actor, document: StoredDocument, event: StoredEvent) -> Mapping[str, Any] | None:
        """Give the result, `data` and perhaps `errors`; None when this event is none of the document's, or not for the actor.

        Raises DocumentRefused.
        """
        ...
