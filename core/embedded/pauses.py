"""Pauses of the process that owns the store: what lives long is kept out of the way of Python's collector of cycles."""

import gc
import time
from typing import Any, Literal

LONGEST = 0.1
"""Seconds that a full collection may take before what survives it is left out of the next ones."""
_OLDEST = 2
"""The generation whose collection walks every object there is."""


class Pauses:
    """While it is entered, full collections stay short however many documents are stored.

    A stored document is tens of objects that live until it is written anew. Each full collection walks them all with every thread
    standing still: more than a second from some 60,000 documents on, for which drivers take the store for dead. What survived a
    long one is therefore frozen (`gc.freeze`), right after it, when no garbage is left to be frozen with it.
    """

    def __init__(self, longest: float = LONGEST) -> None:
        self._longest = longest
        self._began = 0.0

    def __enter__(self) -> None:
        """Watch the collector."""
        gc.callbacks.append(self._heard)

    def __exit__(self, *raised: object) -> None:
        """Leave the collector alone; what has been frozen stays so."""
        gc.callbacks.remove(self._heard)

    def _heard(self, phase: Literal["start", "stop"], info: dict[str, Any]) -> None:
        if info["generation"] != _OLDEST:
            return
        if phase == "start":
            self._began = time.monotonic()
        elif time.monotonic() - self._began > self._longest:
            gc.freeze()
