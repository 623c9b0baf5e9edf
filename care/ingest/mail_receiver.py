"""The way in for e-mail: a receiver that mail servers hand over to by LMTP or SMTP; what it acknowledges is stored."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal, Protocol, cast

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from pymongo.errors import PyMongoError

from auth.emails import fold_email
from care.ingest.forgetting import forget_changed
from care.ingest.inbox import COLLECTION, Delivery, put
from care.mail.reading import LARGEST_MAIL
from care.mail.settings import mail_channels, settings_of
from care.mail.tokens import bare_address
from core.clock import now
from core.database import Database
from core.leases import LeaseQueue
from core.logs import log
from core.secrets import Keyring
from core.settings import WrongSetting

MailProtocol = Literal["lmtp", "smtp"]

ROOM_FOR_TRACES = 64 * 1024
_LONGEST_LINE = 1024 * 1024
_REMEMBERED_FOR = 3.0
_PATIENCE = 60.0
_ASK_AGAIN_AFTER = 5.0
_NOT_NOW = "451 4.3.0 This was not stored; send it again"

logger = log(__name__)


class _Smtp(SMTP):
    line_length_limit = _LONGEST_LINE


class _Lmtp(LMTP):
    line_length_limit = _LONGEST_LINE


@dataclass(frozen=True, slots=True)
class _Addresses:
    channels: dict[str, str]
    read_at: float


class BounceReader(Protocol):
    """Takes what comes back to an address that e-mails of ours are sent from."""

    @property
    def address(self) -> str:
        """Give the address."""
        ...

    async def take(self, content: bytes) -> bool:
        """Note a report; False for what is none of an e-mail of ours."""
        ...


class MailReceiver:
    """Takes e-mail for the addresses of our e-mail channels, one recipient at a time, reports of bounces, and nothing else.

    The addresses are remembered for three seconds, and forgotten at once when this process changes a channel. One that another
    process archives is still taken here for up to three seconds, and its e-mail is kept and taken in.
    """

    def __init__(self, database: Database, keyring: Keyring, *, bounces: BounceReader | None = None) -> None:
        self._bounces = bounces
        self._inbox = LeaseQueue(database, COLLECTION)
        self._keyring = keyring
        self._known = _Addresses({}, float("-inf"))
        self._changes = 0
        forget_changed(self, MailReceiver.forget)

    def forget(self, _channel_id: str) -> None:
        """Read the addresses anew for the next e-mail; what is being read now is not remembered either."""
        self._changes += 1
        self._known = _Addresses({}, float("-inf"))

    async def handle_RCPT(  # noqa: N802 - the names and arguments are aiosmtpd's
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        """Take the address of a channel, also with +something in its name; refuse any other for good."""
        if envelope.rcpt_tos:
            return "452 4.5.3 One recipient at a time"
        try:
            known = self._takes_bounces(address) or await self._channel_of(address)
        except (PyMongoError, WrongSetting) as error:
            logger.warning("mail.unavailable", error=type(error).__name__)
            return "451 4.3.0 Ask again"
        if not known:
            return "550 5.1.1 There is nobody of this name here"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(rcpt_options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Store the e-mail as it came, with what the envelope says before it; 250 means stored for good."""
        recipient, content = envelope.rcpt_tos[0], cast("bytes", envelope.original_content)
        traces = f"Return-Path: <{envelope.mail_from or ''}>\r\nDelivered-To: {recipient}\r\n"
        try:
            channel_id = await self._channel_of(recipient)
            if channel_id is None and self._bounces is not None and self._takes_bounces(recipient):
                return await _bounced(self._bounces, content)
            if channel_id is None:
                return "550 5.1.1 There is nobody of this name here any more"
            await put(self._inbox, Delivery(channel_id, "mail", traces.encode("utf-8", "replace") + content, now()))
        except (PyMongoError, WrongSetting) as error:
            logger.warning("mail.not_stored", error=type(error).__name__)
            return _NOT_NOW
        return "250 2.0.0 Stored"

    async def handle_exception(self, error: Exception) -> str:
        """Let the sender try again, whatever went wrong here."""
        logger.error("mail.receiver_failed", exc_info=error)
        return _NOT_NOW

    def _takes_bounces(self, address: str) -> bool:
        return self._bounces is not None and bare_address(fold_email(address)) == self._bounces.address

    async def _channel_of(self, address: str) -> str | None:
        wanted = bare_address(fold_email(address))
        known = self._known
        if time.monotonic() - known.read_at > _REMEMBERED_FOR:
            changes = self._changes
            known = _Addresses(await self._addresses(), time.monotonic())
            if changes == self._changes:
                self._known = known
        return known.channels.get(wanted)

    async def _addresses(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for channel in await mail_channels():
            settings = settings_of(channel, self._keyring)
            if settings is not None:
                found.setdefault(bare_address(settings.address), channel.id)
        return found


async def _bounced(bounces: BounceReader, content: bytes) -> str:
    if await bounces.take(content):
        return "250 2.0.0 Noted"
    return "550 5.7.1 Only reports of our own e-mails are taken here"


@asynccontextmanager
async def receiving(receiver: MailReceiver, protocol: MailProtocol, host: str, port: int) -> AsyncIterator[int]:
    """Listen for the length of the block; give the port, which is a free one where 0 was asked for."""
    loop = asyncio.get_running_loop()
    kind = _Lmtp if protocol == "lmtp" else _Smtp

    def connected() -> SMTP:
        return kind(receiver, data_size_limit=LARGEST_MAIL, timeout=_PATIENCE, hostname="kopru", ident="Kopru", loop=loop)

    server = await loop.create_server(connected, host, port)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def receive_for_ever(receiver: MailReceiver, protocol: MailProtocol, host: str, port: int) -> None:
    """Listen until cancelled; while another process of ours has the port, wait to take its place."""
    while True:
        try:
            async with receiving(receiver, protocol, host, port):
                logger.info("mail.receiving", protocol=protocol, host=host, port=port)
                await asyncio.Event().wait()
        except OSError as error:
            logger.warning("mail.port_not_free", host=host, port=port, reason=str(error))
            await asyncio.sleep(_ASK_AGAIN_AFTER)
