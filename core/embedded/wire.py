"""MongoDB's wire protocol: OP_MSG, and OP_QUERY for the handshake (https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/)."""

import itertools
import struct
from dataclasses import dataclass

import bson

from core.embedded.records import CODEC
from core.embedded.values import Document

_HEADER = struct.Struct("<iiii")
_REPLY = struct.Struct("<iqii")
_OP_REPLY, _OP_QUERY, _OP_MSG = 1, 2004, 2013
_CHECKSUM, _MORE_TO_COME = 1, 2
_LARGEST = 48_000_000 + 1024
_numbers = itertools.count(1)


class ProtocolError(Exception):
    """The peer sent what is no message of the protocol; the connection must be closed."""


@dataclass(frozen=True, slots=True)
class Message:
    """A command as it came: which request it is, in which form, and whether an answer is wanted."""

    request: int
    operation: int
    command: Document
    answered: bool

    def answer(self, body: Document) -> bytes:
        """Return the bytes of the answer `body`."""
        encoded = bson.encode(body, codec_options=CODEC)
        if self.operation == _OP_QUERY:
            payload, operation = _REPLY.pack(8, 0, 0, 1) + encoded, _OP_REPLY
        else:
            payload, operation = b"\0\0\0\0\0" + encoded, _OP_MSG
        return _HEADER.pack(_HEADER.size + len(payload), next(_numbers), self.request, operation) + payload


def take_message(buffer: bytearray) -> Message | None:
    """Take the first whole message off `buffer`; None where it has not all arrived.

    Raises ProtocolError.
    """
    if len(buffer) < _HEADER.size:
        return None
    length, request, _, operation = _HEADER.unpack_from(buffer)
    if not _HEADER.size < length <= _LARGEST:
        raise ProtocolError(f"a message of {length} bytes")
    if len(buffer) < length:
        return None
    body = bytes(memoryview(buffer)[_HEADER.size : length])
    del buffer[:length]
    try:
        return _parse(request, operation, body)
    except (struct.error, ValueError, IndexError, RecursionError, bson.errors.BSONError) as error:
        raise ProtocolError(str(error)) from error


def _parse(request: int, operation: int, body: bytes) -> Message:
    if operation == _OP_MSG:
        (flags,) = struct.unpack_from("<I", body)
        command = _sections(body[4 : len(body) - 4] if flags & _CHECKSUM else body[4:])
        return Message(request, operation, command, not flags & _MORE_TO_COME)
    if operation == _OP_QUERY:
        start = body.index(b"\0", 4) + 9
        return Message(request, operation, {**bson.decode(body[start:], CODEC), "$db": "admin"}, answered=True)
    raise ProtocolError(f"operation {operation}")


def _sections(body: bytes) -> Document:
    command: Document = {}
    sequences: Document = {}
    position = 0
    while position < len(body):
        kind, (size,) = body[position], struct.unpack_from("<i", body, position + 1)
        section = body[position + 1 : position + 1 + size]
        if kind == 0:
            command = bson.decode(section, CODEC)
        elif kind == 1:
            end = section.index(b"\0", 4)
            sequences[section[4:end].decode()] = bson.decode_all(section[end + 1 :], CODEC)
        else:
            raise ProtocolError(f"section {kind}")
        position += 1 + size
    return {**command, **sequences}
