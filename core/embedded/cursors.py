"""Cursors: the part of an answer that the driver has not asked for yet."""

import itertools
from collections import OrderedDict

import bson
from bson import Int64
from bson.raw_bson import RawBSONDocument

from core.embedded.errors import CommandError
from core.embedded.records import CODEC, LARGEST
from core.embedded.values import Document

_FIRST_BATCH = 101
_MOST_OPEN = 1_000


class Cursors:
    """The open cursors; the one not used for longest goes when there are too many."""

    def __init__(self) -> None:
        self._open: OrderedDict[int, tuple[str, list[bytes]]] = OrderedDict()
        self._numbers = itertools.count(1)

    def answer(self, namespace: str, documents: list[bytes], batch_size: int | None, *, single: bool = False) -> Document:
        """Return the first batch, and keep the rest for `more`."""
        size = _FIRST_BATCH if batch_size is None else batch_size
        batch, rest = _cut(documents, size)
        number = 0
        if rest and not single:
            number = next(self._numbers)
            self._keep(number, namespace, rest)
        return {"cursor": {"firstBatch": batch, "id": Int64(number), "ns": namespace}, "ok": 1.0}

    def more(self, number: int, batch_size: int | None) -> Document:
        """Return the next batch of a cursor.

        Raises CommandError (CursorNotFound).
        """
        if number not in self._open:
            raise CommandError(f"cursor id {number} not found", 43)
        namespace, documents = self._open.pop(number)
        batch, rest = _cut(documents, batch_size or len(documents))
        if rest:
            self._keep(number, namespace, rest)
        return {"cursor": {"nextBatch": batch, "id": Int64(number if rest else 0), "ns": namespace}, "ok": 1.0}

    def kill(self, numbers: list[int]) -> Document:
        """Forget cursors."""
        killed = [number for number in numbers if self._open.pop(number, None) is not None]
        unknown = [number for number in numbers if number not in killed]
        return {"cursorsKilled": killed, "cursorsNotFound": unknown, "cursorsAlive": [], "cursorsUnknown": [], "ok": 1.0}

    def _keep(self, number: int, namespace: str, documents: list[bytes]) -> None:
        self._open[number] = (namespace, documents)
        if len(self._open) > _MOST_OPEN:
            self._open.popitem(last=False)


def _cut(documents: list[bytes], size: int) -> tuple[list[RawBSONDocument], list[bytes]]:
    """Return a batch of at most `size` documents and 16 MiB, and the rest; one document always fits."""
    taken = total = 0
    for raw in documents[:size]:
        total += len(raw)
        if taken and total > LARGEST:
            break
        taken += 1
    return [RawBSONDocument(raw) for raw in documents[:taken]], documents[taken:]


def encoded(documents: list[Document]) -> list[bytes]:
    """Return made-up documents as bytes."""
    return [bson.encode(document, codec_options=CODEC) for document in documents]
