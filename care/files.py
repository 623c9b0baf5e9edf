"""Files of the front office: deliveries as they came, for whoever may read the message that came with them."""

from dataclasses import dataclass

from auth.actor import Actor
from care.documents.conversations import Message
from care.ingest.inbox import COLLECTION, Delivery
from care.reading.conversations import messages_by_ids
from core.ids import prefix_of, with_prefix

PREFIX = "fil"


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
    """Give the delivery of a message, byte for byte; None when the actor may not read the message or there is none."""
    if prefix_of(file_id) != PREFIX:
        return None
    message: Message | None = next(iter((await messages_by_ids(actor, [with_prefix("msg", file_id)])).values()), None)
    if message is None or message.delivery_id is None:
        return None
    row = await Message.get_pymongo_collection().database[COLLECTION].find_one({"_id": message.delivery_id})
    if row is None:
        return None
    return File(name=f"{file_id}.json", content_type="application/json", content=Delivery.from_row(row).body)
