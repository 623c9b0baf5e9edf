"""Files handed out: deliveries and what providers keep, for who may read the message; files of pages; errors of imports."""

from dataclasses import dataclass

from auth.actor import Actor
from care.channels import open_keys
from care.documents.channels import Channel
from care.documents.conversations import Attachment, Message
from care.ingest.inbox import COLLECTION, Delivery
from care.mail.reading import read_mail
from care.providers.adapter import NotTaken, Refused
from care.providers.registry import ADAPTERS
from care.reading.conversations import messages_by_ids
from care.reading.imports import error_file
from community.exports import exports
from community.wiki import attachments as wiki
from community.wiki import exporting
from core.errors import Unavailable
from core.ids import prefix_of, with_prefix
from core.logs import log
from core.outbound import Outbound, OutboundError
from core.secrets import Keyring

PREFIX = "fil"
ERRORS = "ime"
_JSON = frozenset({b"{", b"["})

logger = log(__name__)


@dataclass(frozen=True, slots=True)
class File:
    """A file to hand out: always as a download, whatever it says it is."""

    name: str
    content_type: str
    content: bytes


def file_id_of(message: Message) -> str | None:
    """Give the id of the file that a message came with; None for one that came otherwise."""
    return with_prefix(PREFIX, message.id) if message.delivery_id else None


async def open_file(actor: Actor, file_id: str, *, keyring: Keyring, outbound: Outbound) -> File | None:
    """Give a file of a page of the wiki, the rows that an import did not take, or the delivery of a message byte for byte.

    With `-2` behind its id the second file that came with the message.

    A file that a provider keeps is fetched there. None when the actor may not read the message or there is none.
    Raises Unavailable when the provider does not give it.
    """
    if prefix_of(file_id) != PREFIX:
        return await _of_wiki(actor, file_id) or await _errors(actor, file_id)
    delivery_file, _, part = file_id.partition("-")
    message: Message | None = next(iter((await messages_by_ids(actor, [with_prefix("msg", delivery_file)])).values()), None)
    if message is None or message.delivery_id is None:
        return None
    kept = next((one for one in message.attachments if one.url == f"/files/{file_id}" and one.id != file_id), None)
    if kept is not None:
        return await _fetched(message, kept, keyring, outbound)
    row = await Message.get_pymongo_collection().database[COLLECTION].find_one({"_id": message.delivery_id})
    if row is None:
        return None
    return _file(file_id, Delivery.from_row(row).body, part)


async def _of_wiki(actor: Actor, file_id: str) -> File | None:
    """Give a file that is attached to a page of the wiki, or a part of the wiki written into a file."""
    if prefix_of(file_id) == exports.PREFIX:
        kept = await exports.export_file(actor, file_id)
        return File(kept[0], "application/zip", kept[1]) if kept is not None else None
    if prefix_of(file_id) in exporting.PREFIXES:
        made = await exporting.export(actor, file_id)
        return File(made.name, made.content_type, made.content) if made is not None else None
    if prefix_of(file_id) != wiki.PREFIX:
        return None
    found = (await wiki.files_by_ids(actor, [file_id])).get(file_id)
    content = await wiki.content_of(found) if found is not None else None
    return File(found.name, found.content_type, content) if found is not None and content is not None else None


async def _errors(actor: Actor, file_id: str) -> File | None:
    """Give the rows that an import did not take."""
    errors = await error_file(actor, with_prefix("imp", file_id)) if prefix_of(file_id) == ERRORS else None
    return File(f"{file_id}.csv", "text/csv; charset=utf-8", errors) if errors is not None else None


async def _fetched(message: Message, kept: Attachment, keyring: Keyring, outbound: Outbound) -> File | None:
    """Give a file that the provider of a channel keeps."""
    channel = await Channel.get(message.channel_id)
    adapter = ADAPTERS.get(channel.adapter) if channel else None
    if channel is None or adapter is None:
        return None
    try:
        content = await adapter.fetch(kept.id, open_keys(channel, keyring), outbound)
    except Refused as refusal:
        logger.info("file.refused", channel=channel.id, reason=str(refusal))
        return None
    except (NotTaken, OutboundError) as error:
        raise Unavailable("the provider of the channel", str(error)) from None
    return File(kept.name or kept.id, kept.content_type or "application/octet-stream", content)


def _file(file_id: str, body: bytes, part: str) -> File | None:
    """Give a delivery as it came, or one of the files in it where it is an e-mail."""
    if part:
        mail = read_mail(body)
        wanted = next((one for one in mail.parts if str(one.place) == part), None) if mail else None
        return File(wanted.name or file_id, wanted.content_type, wanted.content) if wanted else None
    if body.lstrip()[:1] in _JSON:
        return File(f"{file_id}.json", "application/json", body)
    return File(f"{file_id}.eml", "message/rfc822", body)
