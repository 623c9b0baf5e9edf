"""How often, and in how many waves, a task and those that it starts ask the store, as the driver tells it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

import pymongo.monitoring
from graphql import FieldNode, FragmentSpreadNode, InlineFragmentNode, OperationDefinitionNode, SelectionSetNode, parse
from pymongo.monitoring import CommandFailedEvent, CommandStartedEvent, CommandSucceededEvent
from typing_extensions import override

WRAPPERS = {"nodes", "edges", "pageInfo"}
"""Fields that only wrap rows which are there already."""


@dataclass
class Trip:
    """One command: when it was sent and when its answer came."""

    name: str
    sent_at: int
    answered_at: int | None = None


@dataclass
class Trips:
    """The commands that something sent."""

    by_request: dict[int, Trip] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        return [trip.name for trip in self.by_request.values()]

    @property
    def waves(self) -> int:
        """Count the waves: commands sent before the first answer to the wave has come are sent together."""
        count, ends = 0, 0
        for trip in sorted(self.by_request.values(), key=lambda one: one.sent_at):
            assert trip.answered_at is not None
            if not count or trip.sent_at >= ends:
                count, ends = count + 1, trip.answered_at
            else:
                ends = min(ends, trip.answered_at)
        return count


_current: ContextVar[Trips | None] = ContextVar("trips", default=None)


class _Listener(pymongo.monitoring.CommandListener):
    @override
    def started(self, event: CommandStartedEvent) -> None:
        if (trips := _current.get()) is not None:
            what = event.command[event.command_name]
            trips.by_request[event.request_id] = Trip(f"{event.command_name} {what}", time.monotonic_ns())

    @override
    def succeeded(self, event: CommandSucceededEvent) -> None:
        self._answered(event.request_id)

    @override
    def failed(self, event: CommandFailedEvent) -> None:
        self._answered(event.request_id)

    def _answered(self, request_id: int) -> None:
        trips = _current.get()
        if trips is not None and request_id in trips.by_request:
            trips.by_request[request_id].answered_at = time.monotonic_ns()


pymongo.monitoring.register(_Listener())  # the session's client, which a fixture makes later, takes it up


@contextmanager
def measured() -> Iterator[Trips]:
    """Measure what the block sends, and what the tasks do that it starts."""
    trips = Trips()
    token = _current.set(trips)
    try:
        yield trips
    finally:
        _current.reset(token)


def depth_of(document: str) -> int:
    """Tell how deep objects lie in objects, without counting connections' own wrapping."""
    (operation,) = [one for one in parse(document).definitions if isinstance(one, OperationDefinitionNode)]
    return _depth(operation.selection_set)


def _depth(selections: SelectionSetNode) -> int:
    depths = [0]
    for one in selections.selections:
        assert not isinstance(one, FragmentSpreadNode), "documents of the contract have no named fragments"
        inner = one.selection_set if isinstance(one, FieldNode | InlineFragmentNode) else None
        if inner is not None:
            depths.append(_depth(inner) + (isinstance(one, FieldNode) and one.name.value not in WRAPPERS))
    return max(depths)
