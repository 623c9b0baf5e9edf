"""The way in: who sent a delivery is proved on its raw bytes, then it is stored, and only then acknowledged."""

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from pymongo.errors import PyMongoError

from care.channel_health import note_refused
from care.channels import open_keys
from care.documents.channels import IN_USE, Channel
from care.ingest.forgetting import forget_changed
from care.ingest.inbox import COLLECTION, Delivery, put
from care.ingest.quarantine import Quarantine
from care.providers.adapter import Adapter, Challenge, Keys
from care.providers.registry import ADAPTERS
from care.signatures import BadSignature, verify
from core.clock import now
from core.database import Database
from core.errors import LimitReached, NotFound, Unavailable
from core.leases import LeaseQueue
from core.logs import log
from core.secrets import Keyring
from core.settings import WrongSetting

LARGEST_BODY = 3 * 1024 * 1024

_REMEMBERED_FOR = 3.0
_ASK_AGAIN_AFTER = 0.5
_MOST_REMEMBERED = 1_000

logger = log(__name__)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A stored delivery; `is_new` is false for one that was stored before."""

    delivery_id: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class _Remembered:
    adapter: Adapter | None
    keys: Keys
    read_at: float


class InboundHooks:
    """Takes deliveries of all channels; remembers a channel's adapter and keys for three seconds.

    A channel that this process changes is forgotten at once, one that another process changes as soon as this one reads of it,
    a tenth of a second later; what was accepted by then is taken in. A secret that it rotates is known here with the first
    delivery that it signs.
    """

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._inbox = LeaseQueue(database, COLLECTION)
        self._quarantine = Quarantine(database)
        self._keyring = keyring
        self._remembered: dict[str, _Remembered] = {}
        self._asked_anew: dict[str, float] = {}
        self._changes = 0
        forget_changed(self, InboundHooks.forget)

    def forget(self, channel_id: str) -> None:
        """Read a channel anew with its next delivery; what is being read now is not remembered either."""
        self._changes += 1
        self._remembered.pop(channel_id, None)

    async def declare(self) -> None:
        """Make the indexes of the inbox and the quarantine."""
        await self._inbox.declare()
        await self._quarantine.declare()

    async def require_channel(self, channel_id: str) -> None:
        """Raise NotFound unless there is such a channel, Unavailable when the store can't tell."""
        await self._channel(channel_id, at_most=_REMEMBERED_FOR)

    async def challenge(self, channel_id: str, query: Mapping[str, str]) -> Challenge | None:
        """Give the answer to a provider that asks whether the hook is ours; None where nobody asks such things.

        Raises NotFound for an unknown channel, BadSignature when the question proves nothing, Unavailable.
        """
        remembered = await self._channel(channel_id, at_most=_ASK_AGAIN_AFTER)
        if remembered.adapter is None:
            return None
        answer = remembered.adapter.challenge(remembered.keys, query)
        if answer is None:
            raise BadSignature("This question does not prove that it is the provider's.")
        return answer

    async def accept(self, channel_id: str, headers: Mapping[str, str], body: bytes) -> Accepted:
        """Store a delivery: when this comes back, it is kept for good, once, however often it is sent.

        Raises NotFound for an unknown channel, LimitReached over 3 MiB, BadSignature, and Unavailable when it could
        not be stored: then the sender must send it again.
        """
        if len(body) > LARGEST_BODY:
            raise LimitReached(f"A delivery has at most {LARGEST_BODY} bytes; send its events in several.")
        try:
            webhook_id = await self._verified(channel_id, headers, body)
        except BadSignature as refusal:
            kept = await self._quarantine.keep(channel_id, headers, body)
            logger.warning("hook.bad_signature", channel=channel_id, reason=str(refusal), kept=kept)
            if kept:  # which bounds how often this is written
                with suppress(PyMongoError):
                    await note_refused(channel_id, str(refusal))
            raise
        delivery = Delivery(channel_id, webhook_id, body, now())
        try:
            return Accepted(delivery.id, await put(self._inbox, delivery))
        except PyMongoError as error:
            raise Unavailable("store", type(error).__name__) from error

    async def _verified(self, channel_id: str, headers: Mapping[str, str], body: bytes) -> str:
        try:
            return _proved(await self._channel(channel_id, at_most=_REMEMBERED_FOR), headers, body)
        except BadSignature:
            return _proved(await self._read_anew(channel_id), headers, body)

    async def _read_anew(self, channel_id: str) -> _Remembered:
        """Look whether the secret was rotated a moment ago, for wrong signatures at most every half second."""
        asked_at = self._asked_anew.get(channel_id)
        if asked_at is not None and time.monotonic() - asked_at < _ASK_AGAIN_AFTER:
            return await self._channel(channel_id, at_most=_REMEMBERED_FOR)
        if len(self._asked_anew) >= _MOST_REMEMBERED:
            self._asked_anew.clear()
        self._asked_anew[channel_id] = time.monotonic()
        return await self._channel(channel_id, at_most=0.0)

    async def _channel(self, channel_id: str, *, at_most: float) -> _Remembered:
        remembered = self._remembered.get(channel_id)
        if remembered is not None and time.monotonic() - remembered.read_at < at_most:
            return remembered
        changes = self._changes
        try:
            channel = await Channel.find_one({"_id": channel_id, **IN_USE})
        except PyMongoError as error:
            raise Unavailable("store", type(error).__name__) from error
        if channel is None:
            self._remembered.pop(channel_id, None)
            raise NotFound("There is no such channel.")
        if len(self._remembered) >= _MOST_REMEMBERED:
            self._remembered.clear()
        read = _Remembered(ADAPTERS.get(channel.adapter), self._open(channel), time.monotonic())
        if changes == self._changes:
            self._remembered[channel_id] = read
        return read

    def _open(self, channel: Channel) -> Keys:
        try:
            return open_keys(channel, self._keyring)
        except WrongSetting as error:
            logger.error("hook.wrong_key", channel=channel.id, reason=str(error))  # noqa: TRY400 - the traceback would only repeat it
            raise Unavailable("the channel's secret", str(error)) from error


def _proved(channel: _Remembered, headers: Mapping[str, str], body: bytes) -> str:
    if channel.adapter is not None:
        return channel.adapter.verify(channel.keys, headers, body)
    return verify(channel.keys.secrets, headers, body)
