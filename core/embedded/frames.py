"""The files of the journal: frames of effects, each with its length and checksums, and telling a torn end from damage."""

import struct
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import bson

from core.embedded.errors import JournalDamaged
from core.embedded.records import CODEC

MAGIC = b"KOPRU-1\n"
_HEADER = struct.Struct("<III")
_SECTOR = 512


class TornEnd(Exception):
    """The last frame was not written to its end when the power or the process went; `offset` is where it begins, in bytes."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


def frame(effects: Iterable[Any]) -> bytes:
    """Return the bytes of one frame: length, checksum of the payload, checksum of these two, payload."""
    payload = bson.encode({"effects": [list(effect) for effect in effects]}, codec_options=CODEC)
    start = struct.pack("<II", len(payload), zlib.crc32(payload))
    return start + struct.pack("<I", zlib.crc32(start)) + payload


def read_frames(path: Path) -> Iterator[list[Any]]:
    """Yield the effects of each frame of a file.

    Raises TornEnd where the last frame is incomplete, JournalDamaged for anything else that was never written.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        magic = file.read(len(MAGIC))
        if magic != MAGIC:
            if len(magic) < len(MAGIC) and MAGIC.startswith(magic.rstrip(b"\0")):
                raise TornEnd(0)
            raise damaged(path, 0, "this is no journal of Köprü")
        while (offset := file.tell()) < size:
            payload = _payload(path, file, offset, size)
            yield bson.decode(payload, CODEC)["effects"]


def _payload(path: Path, file: BinaryIO, offset: int, size: int) -> bytes:
    header = file.read(_HEADER.size)
    if len(header) < _HEADER.size:
        raise TornEnd(offset)
    length, checksum, own = _HEADER.unpack(header)
    if zlib.crc32(header[:8]) != own:
        if _all_zero(header) and _all_zero(file.read()):
            raise TornEnd(offset)
        raise damaged(path, offset, "the header of a record has a wrong checksum")
    end = offset + _HEADER.size + length
    payload = file.read(length)
    if end > size or (end == size and zlib.crc32(payload) != checksum and _has_hole(payload, offset + _HEADER.size)):
        raise TornEnd(offset)
    if zlib.crc32(payload) != checksum:
        raise damaged(path, offset, "a record has a wrong checksum")
    return payload


def _all_zero(part: bytes) -> bool:
    return not part.strip(b"\0")


def _has_hole(payload: bytes, offset: int) -> bool:
    """Whether a sector of the disk reads as zeros: the power went before it was written, so it was never acknowledged."""
    first = -offset % _SECTOR
    return any(_all_zero(payload[start : start + _SECTOR]) for start in range(first, len(payload), _SECTOR))


def damaged(path: Path, offset: int, why: str) -> JournalDamaged:
    """Return the error for a file that holds what was never written."""
    advice = f"Restore the folder from a backup, or keep only what came before with: truncate -s {offset} '{path}'"
    return JournalDamaged(f"The store's file {path} is damaged at byte {offset}: {why}. {advice}")
