"""Customers as the channels know them: met by their first message, kept up with by what comes after."""

import asyncio
from dataclasses import dataclass
from typing import Final

from pymongo.errors import DuplicateKeyError

from care.claims.observing import observe_differences
from care.documents.channels import Channel, ChannelKind, Environment
from care.documents.claims import ClaimField, ClaimSource, Said
from care.documents.customers import Customer, Identity, Lifecycle
from care.events import CustomerChanged
from care.profiles import accepted, fact_of, put_fact, said, value_of
from core.clock import now
from core.errors import Unavailable
from core.ids import derived_id
from core.records import change, save

UNKNOWN_SENDER = "Unknown sender"
SOCIAL: Final = frozenset(
    {ChannelKind.X, ChannelKind.FACEBOOK, ChannelKind.INSTAGRAM, ChannelKind.LINKEDIN, ChannelKind.TELEGRAM, ChannelKind.GENERIC}
)
"""The kinds of channel where the name is what a network lends, not what the customer told the company."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody as a channel tells of them; None where it does not say."""

    external_id: str
    handle: str | None = None
    name: str | None = None
    followers: int | None = None
    profile_url: str | None = None
    email: str | None = None
    """How they can be written to, as they say; nothing of it is verified."""
    phone: str | None = None
    blocked: bool | None = None
    """Whether they take no messages of ours on the channel."""
    by_hand: bool = False
    """Whether a member wrote down who it was: that names who has no name yet, and renames nobody."""


def identity_key(channel_id: str, external_id: str) -> str:
    """Give the key that is unique among the identities of all customers."""
    return f"{channel_id}:{external_id}"


def customer_id(channel_id: str, external_id: str) -> str:
    """Give the id that a person's customer has, or would have, on a channel."""
    return derived_id("cus", channel_id, external_id)


async def ensure_customer(channel: Channel, person: Person) -> Customer:
    """Give the customer behind a person, made if they are new, brought up to date if they changed."""
    return await meet(channel, person, await known_as(channel, person))


async def known_as(channel: Channel, person: Person) -> Customer | None:
    """Give the customer behind a person; None when nobody here has heard of them."""
    return await _holder(customer_id(channel.id, person.external_id), identity_key(channel.id, person.external_id))


async def meet(channel: Channel, person: Person, known: Customer | None) -> Customer:
    """Make the customer behind a person that nobody knew a moment ago; bring one who was known up to date."""
    if known is None:
        fresh = first_met(channel, person)
        if await _is_first(fresh):
            return fresh
        known = await _second(fresh.id, identity_key(channel.id, person.external_id))
    return await _updated(known, channel, person)


async def update_customer(channel: Channel, person: Person) -> Customer | None:
    """Bring a customer up to date; None when nobody here has heard of them, and then nothing is kept."""
    found = await Customer.get(customer_id(channel.id, person.external_id))
    return await _updated(found, channel, person) if found else None


def unknown_sender_id(channel: Channel) -> str:
    """Give the id that the customer of a channel has, or would have, who stands for everybody that can't be told."""
    return derived_id("cus", channel.id, "", "unknown")


async def ensure_unknown_sender(channel: Channel) -> Customer:
    """Give the customer of a channel who stands for everybody that can't be told."""
    identifier = unknown_sender_id(channel)
    if found := await Customer.get(identifier):
        return found
    fresh = Customer(id=identifier, created_at=now(), display_name=UNKNOWN_SENDER, is_practice=_is_practice(channel))
    fresh.record(CustomerChanged(customer_id=fresh.id))
    return fresh if await _is_first(fresh) else await _second(identifier, "")


async def _is_first(customer: Customer) -> bool:
    try:
        await save(customer)
    except DuplicateKeyError:
        return False
    return True


async def _holder(identifier: str, key: str) -> Customer | None:
    """Give who has the identity: the customer made for it, or one who took it over."""
    own, holder = await asyncio.gather(Customer.get(identifier), Customer.find_one({"identity_keys": key}))
    return own or holder


async def _second(identifier: str, key: str) -> Customer:
    found = await _holder(identifier, key)
    if found is None:
        raise Unavailable("store", "a customer can be neither made nor found")
    return found


async def _updated(customer: Customer, channel: Channel, person: Person) -> Customer:
    def rule(current: Customer) -> None:
        if current.is_practice and channel.went_live is not None:  # who played before the channel went live is real now
            current.is_practice = None
            current.record(CustomerChanged(customer_id=current.id))
        _keep_up(current, channel, person)

    customer = await change(customer, rule)
    if any(identity.key == identity_key(channel.id, person.external_id) for identity in customer.identities):
        await observe_differences(customer, _sayings(channel, person))
    return customer


def _is_practice(channel: Channel) -> bool | None:
    return True if channel.environment is Environment.PRACTICE else None


def first_met(channel: Channel, person: Person) -> Customer:
    """Make the customer of a person whom nobody knew; it is not stored yet."""
    customer = Customer(
        id=customer_id(channel.id, person.external_id),
        created_at=now(),
        display_name=person.name or person.handle or person.external_id,
        lifecycle=Lifecycle.LEAD if channel.kind is ChannelKind.WEB_FORM else Lifecycle.CUSTOMER,
        is_practice=_is_practice(channel),
        email=person.email,
        phone=person.phone,
        identities=[_identity(channel, person)],
    )
    customer.facts = [accepted(saying, customer.created_at) for saying in _sayings(channel, person)]
    customer.record(CustomerChanged(customer_id=customer.id))
    return customer


def _keep_up(customer: Customer, channel: Channel, person: Person) -> None:
    key = identity_key(channel.id, person.external_id)
    identity = next((identity for identity in customer.identities if identity.key == key), None)
    if identity is None:
        return
    told = {"handle": person.handle, "followers": person.followers, "profile_url": person.profile_url, "blocked": person.blocked}
    news = {name: value for name, value in told.items() if value is not None and value != getattr(identity, name)}
    named = customer.display_name not in {identity.handle, identity.external_id}
    sayings = [one for one in _sayings(channel, person) if not (person.by_hand and named and one.field is ClaimField.NAME)]
    taken = [saying for saying in sayings if _holds_at_once(customer, saying)]
    if not (news or taken):
        return
    for saying in taken:
        put_fact(customer, accepted(saying, now()))
    customer.identities = [other.model_copy(update=news) if other is identity else other for other in customer.identities]
    customer.record(CustomerChanged(customer_id=customer.id))


def _holds_at_once(customer: Customer, saying: Said) -> bool:
    """Tell whether what a channel says needs nobody's word: it fills a gap, or renames who is known by nothing else."""
    if saying.field is not ClaimField.NAME:
        return value_of(customer, saying.field) is None
    held = fact_of(customer, ClaimField.NAME)
    is_own = held.origin == saying.origin if held is not None else len(customer.identities) == 1
    return is_own and customer.display_name != saying.value


def _sayings(channel: Channel, person: Person) -> list[Said]:
    """Give what a channel says of somebody: the network's word where it is one, else the customer's own."""
    source = ClaimSource.SOCIAL_PROFILE if channel.kind in SOCIAL else ClaimSource.CUSTOMER
    told = {ClaimField.NAME: person.name, ClaimField.EMAIL: person.email, ClaimField.PHONE: person.phone}
    origin = identity_key(channel.id, person.external_id)
    return [
        said(field, value, source, now(), origin=origin).model_copy(update={"channel_id": channel.id})
        for field, value in told.items()
        if value
    ]


def _identity(channel: Channel, person: Person) -> Identity:
    return Identity(
        key=identity_key(channel.id, person.external_id),
        channel_id=channel.id,
        channel_kind=channel.kind,
        external_id=person.external_id,
        handle=person.handle or person.name or person.external_id,
        profile_url=person.profile_url,
        followers=person.followers,
    )
