"""Files of the front office: deliveries for who may read the message that came with them, and the errors of imports."""

from dataclasses import dataclass

from auth.actor import Actor
from care.documents.conversations import Message
from care.ingest.inbox import COLLECTION, Delivery
from care.mail.reading import read_mail
from care.reading.conversations import messages_by_ids
from care.reading.imports import error_file
from core.ids import prefix_of, with_prefix

PREFIX = "fil"
ERRORS = "ime"
_JSON = frozenset({b"{", b"["})


@dataclass(frozen=True, slots=True)
class File:
    """A file to hand out: always as a download, whatever it says it is."""

    name: str
    content_type: str
    content: bytes


def file_id_of(message: Message) -> str | None:
    """Give the id of the file that a message came with; None for one that came otherwise."""
    return with_prefix(PREFIX, message.id) if message.delivery_id else None


async def open_file(actor: Actor, file_id: str) -> File | None:
    """Give the rows that an import did not take, or the delivery of a message, byte for byte.

    With `-2` behind its id the second file of an e-mail.

    None when the actor may not read the message or there is none.
    """
    if prefix_of(file_id) == ERRORS:
        errors = await error_file(actor, with_prefix("imp", file_id))
        return File(f"{file_id}.csv", "text/csv; charset=utf-8", errors) if errors is not None else None
    if prefix_of(file_id) != PREFIX:
        return None
    delivery_file, _, part = file_id.partition("-")
    message: Message | None = next(iter((await messages_by_ids(actor, [with_prefix("msg", delivery_file)])).values()), None)
    if message is None or message.delivery_id is None:
        return None
    row = await Message.get_pymongo_collection().database[COLLECTION].find_one({"_id": message.delivery_id})
    if row is None:
        return None
    return _file(file_id, Delivery.from_row(row).body, part)


def _file(file_id: str, body: bytes, part: str) -> File | None:
    """Give a delivery as it came, or one of the files in it where it is an e-mail."""
    if part:
        mail = read_mail(body)
        wanted = next((one for one in mail.parts if str(one.place) == part), None) if mail else None
        return File(wanted.name or file_id, wanted.content_type, wanted.content) if wanted else None
    if body.lstrip()[:1] in _JSON:
        return File(f"{file_id}.json", "application/json", body)
    return File(f"{file_id}.eml", "message/rfc822", body)
