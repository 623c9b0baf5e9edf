"""Python's collector of cycles, as a test finds and leaves it."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def left_alone() -> Iterator[None]:
    """Let nothing be frozen, and no store of another test listen, before and after."""
    others, gc.callbacks[:] = list(gc.callbacks), []
    gc.unfreeze()
    yield
    gc.unfreeze()
    gc.callbacks[:] = others
