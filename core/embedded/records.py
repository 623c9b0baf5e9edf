"""Stored documents: each with its place in the collection's order and its bytes, never changed once stored."""

from dataclasses import dataclass

import bson
from bson.codec_options import CodecOptions, DatetimeConversion

from core.embedded.errors import CommandError
from core.embedded.values import Document

CODEC: CodecOptions[Document] = CodecOptions(
    document_class=dict, tz_aware=False, datetime_conversion=DatetimeConversion.DATETIME_AUTO
)
LARGEST = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Record:
    """A stored document. `raw` is what answers and the journal carry; a change makes a new record."""

    position: int
    document: Document
    raw: bytes


def encode(document: Document) -> bytes:
    """Return the bytes of a document to store.

    Raises CommandError (BSONObjectTooLarge) over 16 MiB.
    """
    raw = bson.encode(document, codec_options=CODEC)
    if len(raw) > LARGEST:
        raise CommandError(f"The document has {len(raw)} bytes; the most is {LARGEST}.", 10334)
    return raw


def decode(raw: bytes) -> Document:
    """Return the document that `raw` holds."""
    return bson.decode(raw, codec_options=CODEC)
