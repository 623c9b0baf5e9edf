"""What lives long in the owner's process is kept out of full collections, once they take long."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from core.embedded.pauses import Pauses
from tests.collector import left_alone


@pytest.fixture(autouse=True)
def alone() -> Iterator[None]:
    with left_alone():
        yield


def test_what_survives_a_long_collection_is_frozen() -> None:
    stored = [{"at": object()} for _ in range(1_000)]
    with Pauses(longest=0):
        gc.collect()
    assert gc.get_freeze_count() > len(stored)


def test_garbage_is_collected_before_anything_is_frozen() -> None:
    class Loop:
        itself: "Loop"

    loop = Loop()
    loop.itself = loop
    seen = weakref.ref(loop)
    del loop
    with Pauses(longest=0):
        gc.collect()
    assert seen() is None


def test_short_and_young_collections_freeze_nothing() -> None:
    with Pauses(longest=60):
        gc.collect()
    with Pauses(longest=0):
        gc.collect(1)
    assert gc.get_freeze_count() == 0


def test_nobody_listens_after_the_end() -> None:
    with Pauses():
        assert len(gc.callbacks) == 1
    assert gc.callbacks == []
