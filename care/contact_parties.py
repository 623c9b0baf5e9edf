"""Where a contact written down by hand belongs, and whose it was."""

import unicodedata
from typing import Annotated, Final

from pydantic import BaseModel, field_validator
from pydantic_core import PydanticCustomError

from auth.actor import Actor
from care.channels import read_channels
from care.customers import Person, ensure_customer
from care.documents.channels import IN_USE, Channel, ChannelKind, Environment
from care.documents.conversations import ContactKind
from care.documents.customers import Customer
from care.events import ChannelChanged
from care.reading.customers import customers_by_ids
from community.drafts import text
from core.clock import now
from core.errors import NotFound
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


async def contact_channel(actor: Actor, kind: ContactKind, channel_id: str | None) -> Channel:
    """Give the channel that was named, else the usual one; NotFound for one that the actor may not know of."""
    wanted = channel_id or (await usual_channel(kind)).id
    found = (await read_channels(actor, [wanted])).get(wanted)
    if found is None:
        raise NotFound("There is no such channel.", path=("channel_id",))
    return found


async def usual_channel(kind: ContactKind) -> Channel:
    """Give the channel for contacts of a kind: the oldest live one; where there is none, the first who asks makes it."""
    channel_kind, name = _CHANNELS[kind]
    identifier = derived_id("chn", "contacts", kind.value)
    if found := await Channel.get(identifier):
        return found
    if channel_kind is not ChannelKind.GENERIC:
        query = {"kind": channel_kind.value, "environment": Environment.LIVE.value, **IN_USE}
        if present := await Channel.find(query).sort("_id").limit(1).to_list():
            return present[0]
    made = Channel(id=identifier, created_at=now(), name=name, kind=channel_kind)
    made.record(ChannelChanged(channel_id=made.id))
    return await insert_or_read(made)


async def require_customer(actor: Actor, customer_id: str) -> Customer:
    """Give a customer; NotFound when there is none for this actor."""
    found = (await customers_by_ids(actor, [customer_id])).get(customer_id)
    if found is None:
        raise NotFound("There is no such customer.", path=("customer_id",))
    return found


async def contact_customer(channel: Channel, person: ContactPerson, *, message_id: str) -> Customer:
    """Give the customer of this number or address on the channel, made if they are new.

    Somebody of whom only the name is known is somebody new each time.
    """
    external_id, handle = message_id, person.name
    if person.phone is not None:
        external_id, handle = _digits(person.phone), person.phone
    elif person.address is not None:
        external_id, handle = derived_id("adr", fold(person.name), fold(" ".join(person.address.split()))), person.address
    return await ensure_customer(channel, Person(external_id=external_id, handle=handle, name=person.name, phone=person.phone))


def _digits(phone: str) -> str:
    """Give a number as it is compared: digits alone, with 00 for +."""
    digits = "".join(str(unicodedata.decimal(letter)) for letter in phone if letter.isdecimal())
    return f"00{digits}" if phone.strip().startswith("+") else digits
