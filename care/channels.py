"""Channels: setting them up, their secrets, and who may read them."""

import base64
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel, ValidationError
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor, ActorKind, Permission
from care.channel_drafts import (
    CREDENTIALS,
    ChannelChange,
    ChannelDraft,
    require_fitting,
    require_whole,
    with_kept_credentials,
    with_kept_passwords,
)
from care.documents.channels import Channel, ChannelAdapter, ChannelKind
from care.events import ChannelChanged
from care.mail.settings import EmailSettings, seal_settings, settings_of
from care.providers.adapter import Adapter, Keys
from care.providers.registry import ADAPTERS
from core.clock import now
from core.errors import AlreadyDone, InvalidFields, InvalidInput, LimitReached, NotFound
from core.gates import NOTHING, PRESENT, Gate, In, both, to_mongo
from core.idempotency import Once
from core.records import change, save
from core.secrets import Keyring

OVERLAP = timedelta(hours=24)
MOST_FORMER = 10
"""How many secrets before the newest one are taken at once."""
"""How long the secret before a rotation is still taken."""

_SECRET_BYTES = 32
_PREFIX = "whsec_"


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

    Raises Forbidden without `channel:manage`, InvalidInput for what does not fit the kind or the adapter,
    IdempotencyMismatch.
    """
    actor.require(Permission.CHANNEL_MANAGE)
    require_whole(draft)
    if once.may_be_repeat and (found := await Channel.get(once.identifier("chn"))):
        return _created_before(found, keyring, once)
    secret = _new_secret(draft.adapter)
    channel = _channel(draft, secret, keyring, once)
    channel.record(ChannelChanged(channel_id=channel.id), actor=actor.id)
    try:
        await save(channel)
    except DuplicateKeyError:
        if found := await Channel.get(channel.id):
            return _created_before(found, keyring, once)
        raise
    return IssuedSecret(channel, secret)


async def update_channel(
    actor: Actor, channel_id: str, told: ChannelChange, *, keyring: Keyring, expected_version: int
) -> Channel:
    """Change how a channel is set up; what is not given stays, an e-mail password too while its server and user do.

    Of a provider's credentials each stays by itself, but where its interface is at another address from now on. Raises
    Forbidden without `channel:manage`, NotFound, InvalidInput for what does not fit the channel, Conflict.
    """
    channel = await _managed(actor, channel_id)
    require_fitting(channel.kind, channel.adapter, set(told.model_dump(exclude_none=True)))

    def rule(current: Channel) -> None:
        _apply(current, told, keyring)
        current.record(ChannelChanged(channel_id=current.id), actor=actor.id)

    return await change(channel, rule, expected_version=expected_version)


async def archive_channel(actor: Actor, channel_id: str, *, expected_version: int) -> Channel:
    """Take a channel out of use: deliveries are turned away, replies fail; its cases stay.

    Raises Forbidden without `channel:manage`, NotFound, InvalidInput for the portal's, AlreadyDone, Conflict.
    """
    channel = await _managed(actor, channel_id)
    if channel.kind is ChannelKind.PORTAL:
        raise InvalidInput("The portal's channel is always in use.", path=("channel_id",))

    def rule(current: Channel) -> None:
        if current.archived_at is not None:
            raise AlreadyDone("This channel is archived already.", path=("channel_id",))
        current.archived_at = now()
        current.record(ChannelChanged(channel_id=current.id), actor=actor.id)

    return await change(channel, rule, expected_version=expected_version)


async def restore_channel(actor: Actor, channel_id: str, *, expected_version: int) -> Channel:
    """Take an archived channel into use again, with the secret that it had.

    Raises Forbidden without `channel:manage`, NotFound, AlreadyDone, Conflict.
    """
    channel = await _managed(actor, channel_id)

    def rule(current: Channel) -> None:
        if current.archived_at is None:
            raise AlreadyDone("This channel is in use.", path=("channel_id",))
        current.archived_at = None
        current.record(ChannelChanged(channel_id=current.id), actor=actor.id)

    return await change(channel, rule, expected_version=expected_version)


async def rotate_secret(actor: Actor, channel_id: str, *, keyring: Keyring, expected_version: int) -> IssuedSecret:
    """Give the channel a new secret; the one before it is still taken for 24 hours, whatever is rotated meanwhile.

    Raises Forbidden without `channel:manage`, NotFound, LimitReached for too many at once, Conflict.
    """
    channel = await _managed(actor, channel_id)
    secret = _new_secret(channel.adapter)
    sealed = keyring.encrypt(secret)

    def rotate(channel: Channel) -> None:
        kept = _former(channel)
        if len(kept) >= MOST_FORMER:
            first = kept[-1][1].isoformat(timespec="minutes")
            raise LimitReached(f"{MOST_FORMER + 1} secrets are in use; the oldest goes at {first}.", path=("channel_id",))
        channel.sealed_secrets = [sealed, *channel.sealed_secrets[:1], *(secret for secret, _ in kept)]
        channel.previous_secret_until = now() + OVERLAP
        channel.former_until = [channel.previous_secret_until, *(until for _, until in kept)]
        channel.record(ChannelChanged(channel_id=channel.id), actor=actor.id)

    return IssuedSecret(await change(channel, rotate, expected_version=expected_version), secret)


def open_secrets(channel: Channel, keyring: Keyring) -> list[str]:
    """Give the secrets that are taken now, the newest first; WrongSetting when the keyring is another one."""
    sealed = [*channel.sealed_secrets[:1], *(secret for secret, _ in _former(channel))]
    return [keyring.decrypt(secret) for secret in sealed]


def _former(channel: Channel) -> list[tuple[str, datetime]]:
    """Give the secrets before the newest that are still taken, with until when; one rotated by an older version has one."""
    untils = channel.former_until or ([channel.previous_secret_until] if channel.previous_secret_until else [])
    at = now()
    return [(secret, until) for secret, until in zip(channel.sealed_secrets[1:], untils, strict=False) if at < until]


async def _managed(actor: Actor, channel_id: str) -> Channel:
    """Give a channel that the actor is about to change."""
    actor.require(Permission.CHANNEL_MANAGE)
    channel = (await read_channels(actor, [channel_id])).get(channel_id)
    if channel is None:
        raise NotFound("There is no such channel.", path=("channel_id",))
    return channel


def _channel(draft: ChannelDraft, secret: str, keyring: Keyring, once: Once) -> Channel:
    return Channel(
        id=once.identifier("chn"),
        created_at=now(),
        name=draft.name,
        kind=draft.kind,
        adapter=draft.adapter,
        environment=draft.environment,
        send_url=draft.send_url,
        form=draft.form.settings() if draft.form else None,
        sealed_secrets=[keyring.encrypt(secret)],
        sealed_credentials=_sealed(draft.credentials, keyring),
        fingerprint=once.fingerprint,
    )


def _apply(channel: Channel, told: ChannelChange, keyring: Keyring) -> None:
    """Put in what was told; null takes a send URL and a form's settings away."""
    given = told.model_fields_set
    channel.name = told.name or channel.name
    if "send_url" in given:
        channel.send_url = told.send_url
    if "form" in given:
        channel.form = told.form.settings() if told.form else None
    if told.email is not None:
        channel.sealed_credentials = seal_settings(_mail_settings(channel, told.email, keyring), keyring)
    adapter = ADAPTERS.get(channel.adapter)
    changes = getattr(told, CREDENTIALS[channel.adapter]) if adapter is not None else None
    if adapter is not None and changes is not None:
        channel.sealed_credentials = _sealed(_credentials(channel, adapter, changes, keyring), keyring)


def _credentials(channel: Channel, adapter: Adapter, changes: dict[str, Any], keyring: Keyring) -> BaseModel:
    place = CREDENTIALS[channel.adapter]
    whole = with_kept_credentials(changes, open_keys(channel, keyring).credentials, place)
    try:
        return adapter.credentials.model_validate(whole)
    except ValidationError as error:
        raise InvalidFields.of(error, place) from error


def _mail_settings(channel: Channel, told: dict[str, Any], keyring: Keyring) -> EmailSettings:
    try:
        return EmailSettings.model_validate(with_kept_passwords(told, settings_of(channel, keyring)))
    except ValidationError as error:
        raise InvalidFields.of(error, "email") from error


def _sealed(credentials: BaseModel | None, keyring: Keyring) -> str | None:
    return None if credentials is None else keyring.encrypt(credentials.model_dump_json())


def open_keys(channel: Channel, keyring: Keyring) -> Keys:
    """Give what a channel of a provider holds, in the open; WrongSetting when the keyring is another one."""
    adapter = ADAPTERS.get(channel.adapter)
    secrets_now = open_secrets(channel, keyring)
    if adapter is None or channel.sealed_credentials is None:
        return Keys(secrets_now)
    try:
        return Keys(secrets_now, adapter.credentials.model_validate_json(keyring.decrypt(channel.sealed_credentials)))
    except ValidationError:
        return Keys(secrets_now)


def _created_before(channel: Channel, keyring: Keyring, once: Once) -> IssuedSecret:
    once.same_input(channel.fingerprint)
    return IssuedSecret(channel, keyring.decrypt(channel.sealed_secrets[0]))


def _new_secret(adapter: ChannelAdapter) -> str:
    if adapter in ADAPTERS:
        return secrets.token_urlsafe(_SECRET_BYTES)  # a word to be given to the provider, who takes letters, digits, - and _
    return _PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()
