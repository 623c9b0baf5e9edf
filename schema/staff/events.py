"""What changed, as streams and catching up tell it: hints with the object as the viewer may see it now."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import strawberry

from auth.actor import Actor
from care.reading.gates import visible_cases
from community.ideas.reading import visible_ideas
from community.insights.reading import visible_insights
from community.reading import visible_questions
from core.errors import CursorExpired
from core.events import StoredEvent
from core.gates import Gate, admits
from core.ids import prefix_of
from core.paging import COUNT_LIMIT
from notifications.reading import visible_notifications
from schema.connections import Connection, Edge, PageInfo, counted_once
from schema.context import Context
from schema.live import follow, read_event_cursor, write_event_cursor
from schema.nodes import Node
from schema.staff.enums import EventTopic
from schema.staff.reach import reach

_TOPICS: Final = frozenset(topic.value for topic in EventTopic)
_GATES: Final[Mapping[str, Callable[[Actor], Gate]]] = {
    "case": visible_cases,
    "ide": visible_ideas,
    "ins": visible_insights,
    "ntf": visible_notifications,
    "qst": visible_questions,
}
_CHUNK: Final = 512
_MOST_SCANNED: Final = 2_048
_MOST_SEEN: Final = 10_000


@strawberry.type(description="Something changed.")
class Event:
    """Something changed."""

    topic: EventTopic = strawberry.field(description="What it is about.")
    cursor: str = strawberry.field(description="Its place in the order of all events; cursors compare as text.")
    version: int = strawberry.field(description="The object's `version` after it; may repeat; 0 for kinds without one.")
    node_id: strawberry.ID = strawberry.field(description="The id of the object that changed.")
    node: Node | None = strawberry.field(description="The object as it is now; null: it left the viewer's sight.")


@dataclass(slots=True)
class Sight:
    """What one stream has shown, so that it can tell when something leaves the viewer's sight."""

    context: Context
    seen: dict[str, None] = field(default_factory=dict)

    async def show(self, stored: StoredEvent, topic: EventTopic) -> Event | None:
        """Give the event as the viewer may see it; None when it is none of theirs.

        A viewer may hear of an object that can't be read any more if this stream has shown it before, or if, as the
        event's own facts tell, it could be read when the event happened.
        """
        document = await reach(self.context, stored.node)
        if document is None and stored.node not in self.seen and not self._could_see(stored):
            return None
        self._note(stored.node, visible=document is not None)
        return Event(
            topic=topic,
            cursor=write_event_cursor(self.context.keyring, stored.number),
            version=_version(stored, document),
            node_id=strawberry.ID(stored.node),
            node=self.context.present(document) if document is not None else None,
        )

    def _could_see(self, stored: StoredEvent) -> bool:
        """Judge by the facts of the object itself: those of an answer, or of a vote, do not tell in which space it stands."""
        gate = _GATES.get(prefix_of(stored.node))
        if prefix_of(stored.node) in {"qst", "ide"} and stored.subject != stored.node:
            return False
        return gate is not None and admits(gate(self.context.actor), stored.facts)

    def _note(self, identifier: str, *, visible: bool) -> None:
        self.seen.pop(identifier, None)
        if visible:
            self.seen[identifier] = None
            if len(self.seen) > _MOST_SEEN:
                del self.seen[next(iter(self.seen))]


def _version(stored: StoredEvent, document: Any) -> int:
    if prefix_of(stored.node) not in {"case", "drv", "qst"}:
        return 0
    if stored.subject == stored.node:
        return stored.version
    return int(document.version) if document is not None else 0


def topic_of(stored: StoredEvent) -> EventTopic | None:
    """Give the topic of an event for members, the widest first; None for events that are not told."""
    return next((EventTopic(topic) for topic in stored.topics if topic in _TOPICS), None)


async def changes(
    context: Context, cursor: int, topic: EventTopic, wanted: Callable[[StoredEvent], bool]
) -> AsyncGenerator[Event, None]:
    """Give the events of a topic after `cursor` that are the viewer's, for ever."""
    sight = Sight(context)
    async for stored in follow(context, cursor, lambda event: topic.value in event.topics and wanted(event)):
        event = await sight.show(stored, topic)
        if event is not None:
            yield event


async def events_since(context: Context, cursor: str, first: int) -> Any:
    """Give the viewer's events after a cursor; CursorExpired when some of them are no longer kept.

    The end cursor moves on past what is not the viewer's, so that a page may be empty and still not the last.
    """
    start = read_event_cursor(context.keyring, cursor)
    if start < await context.tail.forgotten():
        raise CursorExpired("Events since this cursor are no longer kept; fetch the state anew.", path=("cursor",))
    shown, reached = await _collected(context, start, most=first)

    async def count() -> int:
        return len((await _collected(context, start, most=COUNT_LIMIT + 1, scan=COUNT_LIMIT + 1))[0])

    info = PageInfo(
        has_next_page=reached < context.tail.head,
        has_previous_page=False,
        start_cursor=shown[0].cursor if shown else None,
        end_cursor=write_event_cursor(context.keyring, reached),
    )
    edges = [Edge(cursor=event.cursor, node=event) for event in shown]
    return Connection(edges=edges, page_info=info, counter=counted_once(count))


async def _collected(context: Context, start: int, *, most: int, scan: int = _MOST_SCANNED) -> tuple[list[Event], int]:
    """Read on until enough of the viewer's events are found; give them and the number of the last event looked at."""
    shown: list[Event] = []
    reached = start
    while len(shown) < most and reached - start < scan:
        page = _up_to(await context.tail.at_once(reached, page=_CHUNK), 2 * most)
        if not page:
            break
        told = await asyncio.gather(*(_told(context, stored) for stored in page))
        for stored, event in zip(page, told, strict=True):
            reached = stored.number
            shown += [event] if event is not None else []
            if len(shown) == most:
                break
    return shown, reached


def _up_to(events: Sequence[StoredEvent], most: int) -> Sequence[StoredEvent]:
    """Cut a chunk after so many events that are told, if they are the viewer's: what they are about is read together."""
    told = [place for place, stored in enumerate(events[:_CHUNK], start=1) if topic_of(stored) is not None]
    return events[: told[most - 1] if len(told) >= most else _CHUNK]


async def _told(context: Context, stored: StoredEvent) -> Event | None:
    topic = topic_of(stored)
    return await Sight(context).show(stored, topic) if topic is not None else None
