"""Channels: setting them up, their secrets, and who may read them."""

import base64
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor, ActorKind, Permission
from care.documents.channels import Channel, ChannelKind, Environment
from care.events import ChannelChanged
from core.clock import now
from core.errors import NotFound
from core.gates import NOTHING, PRESENT, Gate, In, both, to_mongo
from core.idempotency import Once
from core.outbound import AddressRefused, check_url
from core.records import change, save
from core.secrets import Keyring

OVERLAP = timedelta(hours=24)
"""How long the secret before a rotation is still taken."""

_SECRET_BYTES = 32
_PREFIX = "whsec_"


class ChannelDraft(BaseModel):
    """What a new channel is to be."""

    model_config = ConfigDict(frozen=True)

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    kind: ChannelKind = ChannelKind.GENERIC
    environment: Environment = Environment.LIVE
    send_url: Annotated[str, Field(max_length=2048)] | None = None

    @field_validator("send_url")
    @classmethod
    def _callable(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                check_url(value)
            except AddressRefused as refusal:
                raise ValueError(str(refusal)) from None
        return value


@dataclass(frozen=True, slots=True)
class IssuedSecret:
    """A channel and its newest secret in the open: shown once, to whoever asked for it."""

    channel: Channel
    secret: str


def visible_channels(actor: Actor) -> Gate:
    """Members and services know the channels by name; an agency's person those in their reach; customers none."""
    if actor.kind not in {ActorKind.MEMBER, ActorKind.SERVICE, ActorKind.SYSTEM}:
        return NOTHING
    return both(PRESENT, In("_id", tuple(sorted(actor.reach)))) if actor.scoped else PRESENT


async def read_channels(actor: Actor, channel_ids: Iterable[str]) -> dict[str, Channel]:
    """Read the channels of these ids that the actor may know of, in one query."""
    wanted = list(dict.fromkeys(channel_ids))
    if not wanted:
        return {}
    query = {"$and": [{"_id": {"$in": wanted}}, to_mongo(visible_channels(actor))]}
    return {channel.id: channel for channel in await Channel.find(query).to_list()}


async def create_channel(actor: Actor, draft: ChannelDraft, *, keyring: Keyring, once: Once) -> IssuedSecret:
    """Set up a channel with a secret of its own; a repeat of the same request gives the same again.

    Raises Forbidden without `channel:manage`, IdempotencyMismatch.
    """
    actor.require(Permission.CHANNEL_MANAGE)
    if once.may_be_repeat and (found := await Channel.get(once.identifier("chn"))):
        return _created_before(found, keyring, once)
    secret = _new_secret()
    channel = Channel(
        id=once.identifier("chn"),
        created_at=now(),
        sealed_secrets=[keyring.encrypt(secret)],
        fingerprint=once.fingerprint,
        **draft.model_dump(),
    )
    channel.record(ChannelChanged(channel_id=channel.id), actor=actor.id)
    try:
        await save(channel)
    except DuplicateKeyError:
        if found := await Channel.get(channel.id):
            return _created_before(found, keyring, once)
        raise
    return IssuedSecret(channel, secret)


async def rotate_secret(actor: Actor, channel_id: str, *, keyring: Keyring, expected_version: int) -> IssuedSecret:
    """Give the channel a new secret; the one before it is still taken for 24 hours.

    Raises Forbidden without `channel:manage`, NotFound, Conflict.
    """
    actor.require(Permission.CHANNEL_MANAGE)
    channel = (await read_channels(actor, [channel_id])).get(channel_id)
    if channel is None:
        raise NotFound("There is no such channel.", path=("channelId",))
    secret = _new_secret()
    sealed = keyring.encrypt(secret)

    def rotate(channel: Channel) -> None:
        channel.sealed_secrets = [sealed, *channel.sealed_secrets[:1]]
        channel.previous_secret_until = now() + OVERLAP
        channel.record(ChannelChanged(channel_id=channel.id), actor=actor.id)

    return IssuedSecret(await change(channel, rotate, expected_version=expected_version), secret)


def open_secrets(channel: Channel, keyring: Keyring) -> list[str]:
    """Give the secrets that are taken now, the newest first; WrongSetting when the keyring is another one."""
    overlaps = channel.previous_secret_until is not None and now() < channel.previous_secret_until
    sealed = channel.sealed_secrets[: 2 if overlaps else 1]
    return [keyring.decrypt(secret) for secret in sealed]


def _created_before(channel: Channel, keyring: Keyring, once: Once) -> IssuedSecret:
    once.same_input(channel.fingerprint)
    return IssuedSecret(channel, keyring.decrypt(channel.sealed_secrets[0]))


def _new_secret() -> str:
    return _PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()
