"""What follows upon an event whose subject is gone: nothing, and no handler stumbles over it."""

from collections.abc import AsyncIterator
from dataclasses import MISSING, fields
from datetime import datetime
from enum import Enum
from types import NoneType, SimpleNamespace, UnionType
from typing import Any, Final, cast, get_args, get_origin, get_type_hints

import pytest

from bootstrap.platform import Platform
from community.calm import CalmAct
from core.clock import now
from core.database import Database
from core.events import Event, StoredEvent
from core.handlers import Handler
from search.engines.embedded import EmbeddedEngine
from tests.test_architecture import recorded_events
from tests.written import WRITTEN
from worker.subscriptions import all_handlers

GONE: Final = "qst_gone"
"""An id as there are many, of nothing."""

SAID: Final = {"act": CalmAct.LOCK.value}
"""What fields say that hold a word of a fixed set."""

LOOKS_LATER: Final = {"jobs"}
"""A job may be left that finds nothing."""

ENGINE: Final = EmbeddedEngine(None)


@pytest.fixture(autouse=True)
async def engine() -> AsyncIterator[None]:
    await ENGINE.open()
    yield
    await ENGINE.close()


def table() -> list[Handler]:
    """Give every handler there is."""
    return all_handlers(cast("Platform", SimpleNamespace(search=ENGINE))).all()


def value_of(kind: Any) -> Any:
    """Give a value of a field's type that points to nothing."""
    if get_origin(kind) is UnionType:
        return value_of(next(one for one in get_args(kind) if one is not NoneType))
    if get_origin(kind) in (tuple, list):
        return [value_of(get_args(kind)[0])]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind)).value
    return {str: GONE, int: 1, bool: True, float: 1.0, datetime: now()}[kind]


def event_of(kind: type[Event], *, whole: bool) -> StoredEvent:
    """Make an event of a kind, with all of its fields or with those alone that it can't be without."""
    hints = get_type_hints(kind)
    said = {one.name: SAID.get(one.name) or value_of(hints[one.name]) for one in fields(kind) if whole or one.default is MISSING}
    return StoredEvent(
        number=1,
        event_id="e1",
        type=kind.__name__,
        at=now(),
        actor="system",
        subject=GONE,
        node=GONE,
        topics=kind.topics,
        facts={},
        revision=1,
        version=1,
        payload=said,
    )


@pytest.mark.parametrize("handler", table(), ids=lambda handler: handler.name)
async def test_nothing_follows_when_what_an_event_is_about_is_gone(store: Database, handler: Handler) -> None:
    for kind, react in handler.reactions.items():
        for whole in (True, False):
            WRITTEN.changed.clear()
            await react(event_of(recorded_events()[kind], whole=whole))
            assert WRITTEN.changed <= LOOKS_LATER, kind
