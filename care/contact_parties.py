"""Where a contact written down by hand belongs, and whose it was."""

import asyncio
import unicodedata
from typing import Annotated, Final

from pydantic import BaseModel, field_validator
from pydantic_core import PydanticCustomError

from auth.actor import Actor
from care.channels import read_channels, visible_channels
from care.customers import Person
from care.documents.channels import IN_USE, Channel, ChannelKind, Environment
from care.documents.conversations import ContactKind
from care.documents.customers import Customer
from care.events import ChannelChanged
from care.reading.customers import customers_by_ids
from community.drafts import text
from core.clock import now
from core.errors import NotFound
from core.gates import admits
from core.ids import derived_id
from core.records import insert_or_read
from core.text.fold import fold

_FEWEST_DIGITS = 3
_CHANNELS: Final = {
    ContactKind.PHONE: (ChannelKind.PHONE, "Telephone"),
    ContactKind.LETTER: (ChannelKind.LETTER, "Letters"),
    ContactKind.IN_PERSON: (ChannelKind.GENERIC, "In person"),
}


class ContactPerson(BaseModel):
    """Somebody who was not found among the customers: a name, and how they can be reached."""

    name: Annotated[str, text(1, 100, lines="one")]
    phone: Annotated[str, text(3, 40, lines="one")] | None = None
    address: Annotated[str, text(3, 500)] | None = None

    @field_validator("phone")
    @classmethod
    def _callable(cls, given: str | None) -> str | None:
        if given is not None and len(_digits(given)) < _FEWEST_DIGITS:
            raise PydanticCustomError("phone", "Write a telephone number such as +90 212 555 01 02")
        return given


async def find_channel(actor: Actor, kind: ContactKind, channel_id: str | None) -> Channel | None:
    """Read the channel that was named, NotFound where there is none for this actor; else the usual one for contacts of a kind.

    That is the oldest live one; None where nobody has asked for one yet.
    """
    return await (_usual(kind) if channel_id is None else _named(actor, channel_id))


async def _usual(kind: ContactKind) -> Channel | None:
    channel_kind, _ = _CHANNELS[kind]
    query = {"kind": channel_kind.value, "environment": Environment.LIVE.value, **IN_USE}
    others = [] if channel_kind is ChannelKind.GENERIC else [Channel.find(query).sort("_id").limit(1).to_list()]
    made, present = await asyncio.gather(Channel.get(_usual_id(kind)), asyncio.gather(*others))
    return made or next((channel for found in present for channel in found), None)


async def make_usual(kind: ContactKind) -> Channel:
    """Make the usual channel for contacts of a kind, for the first who asks."""
    channel_kind, name = _CHANNELS[kind]
    made = Channel(id=_usual_id(kind), created_at=now(), name=name, kind=channel_kind)
    made.record(ChannelChanged(channel_id=made.id))
    return await insert_or_read(made)


def _usual_id(kind: ContactKind) -> str:
    return derived_id("chn", "contacts", kind.value)


async def _named(actor: Actor, channel_id: str) -> Channel:
    found = (await read_channels(actor, [channel_id])).get(channel_id)
    if found is None:
        raise NotFound("There is no such channel.", path=("channel_id",))
    return found


def require_known(actor: Actor, channel: Channel) -> None:
    """Raise NotFound for a channel that the actor may not know of."""
    facts = {"_id": channel.id} | ({"deleted_at": channel.deleted_at} if channel.deleted_at is not None else {})
    if not admits(visible_channels(actor), facts):
        raise NotFound("There is no such channel.", path=("channel_id",))


async def require_customer(actor: Actor, customer_id: str) -> Customer:
    """Give a customer; NotFound when there is none for this actor."""
    found = (await customers_by_ids(actor, [customer_id])).get(customer_id)
    if found is None:
        raise NotFound("There is no such customer.", path=("customer_id",))
    return found


def person_of(person: ContactPerson, *, message_id: str) -> Person:
    """Give somebody as a channel tells of them, by number or address.

    Somebody of whom only the name is known is somebody new each time.
    """
    external_id, handle = message_id, person.name
    if person.phone is not None:
        external_id, handle = _digits(person.phone), person.phone
    elif person.address is not None:
        external_id, handle = derived_id("adr", fold(person.name), fold(" ".join(person.address.split()))), person.address
    return Person(external_id=external_id, handle=handle, name=person.name, phone=person.phone, by_hand=True)


def _digits(phone: str) -> str:
    """Give a number as it is compared: digits alone, with 00 for +."""
    digits = "".join(str(unicodedata.decimal(letter)) for letter in phone if letter.isdecimal())
    return f"00{digits}" if phone.strip().startswith("+") else digits
