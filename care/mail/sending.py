"""Handing e-mails over to the provider's server by SMTP."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
)

from care.documents.channels import Channel
from care.documents.conversations import Direction, Message
from care.mail.composing import Letter, NoAddress, compose
from care.mail.settings import MailSecurity, MailServer, settings_of
from care.mail.tokens import bare_address
from core.outbound import Address, AddressRefused, Outbound, Unreachable
from core.secrets import Keyring

TIMEOUT = 20.0
_CONNECT_WITHIN = 5.0
_QUIT_WITHIN = 1.0
_FOR_GOOD = range(500, 600)

Committed = Callable[[], Awaitable[object]]


class MailRefused(Exception):
    """The e-mail will not be taken, however often it is sent; `of_recipient` when it is for whom it is sent to."""

    def __init__(self, reason: str, *, of_recipient: bool = False) -> None:
        super().__init__(reason)
        self.of_recipient = of_recipient


class MailNotTaken(Exception):
    """The e-mail was not taken now; another try may succeed. Unless the server `answered`, this one may have been heard."""

    def __init__(self, reason: str, *, answered: bool = False) -> None:
        super().__init__(reason)
        self.answered = answered


async def send_mail(message: Message, channel: Channel, *, keyring: Keyring, outbound: Outbound) -> str:
    """Send a message as an e-mail of a channel and give its Message-ID, by which answers will speak of it.

    Raises MailRefused and MailNotTaken, with the reason.
    """
    settings = settings_of(channel, keyring)
    if settings is None:
        raise MailNotTaken("the e-mail settings of the channel are missing")
    if message.author_id is None and await _answers_a_machine(message):
        raise MailRefused("what a machine wrote is not answered by a machine")
    try:
        letter = await compose(message, channel, settings, keyring=keyring)
    except NoAddress as refusal:
        raise MailRefused(str(refusal)) from None
    if bare_address(letter.recipient.lower()) == settings.address:
        raise MailRefused("the address is the channel's own")
    await hand_over(letter, settings.smtp, outbound=outbound)
    return letter.wire_id


async def hand_over(letter: Letter, server: MailServer, *, outbound: Outbound, committed: Committed | None = None) -> None:
    """Give an e-mail to a mail server; `committed` is awaited when all was agreed and only the last word is left to say.

    Raises MailRefused and MailNotTaken, with the reason, and what `committed` raises.
    """
    try:
        async with asyncio.timeout(3 * TIMEOUT):
            addresses = await outbound.addresses_of(server.host, server.port)
            await _handed_over(letter, server, addresses, committed or _nothing)
    except AddressRefused as refusal:
        raise MailRefused(str(refusal)) from None
    except (Unreachable, TimeoutError, OSError) as error:
        raise MailNotTaken(str(error) or "the mail server did not answer in time") from None


async def _nothing() -> None:
    """Note nothing before the last word: a reply to a customer must leave, if need be twice."""


async def _answers_a_machine(message: Message) -> bool:
    """Tell whether the last that was heard in the conversation was not written by a person."""
    heard = {"conversation_id": message.conversation_id, "direction": Direction.INBOUND.value}
    last = await Message.find(heard).sort("-created_at", "-_id").limit(1).to_list()
    return bool(last) and last[0].automatic


async def _handed_over(letter: Letter, server: MailServer, addresses: list[Address], committed: Committed) -> None:
    failure: OSError | None = None
    for address in addresses:
        try:
            connection = await _connected(address, server.port)
        except OSError as error:
            failure = error
            continue
        await _said(letter, server, connection, committed)
        return
    raise Unreachable(f"{server.host} does not answer: {failure}")


async def _connected(address: Address, port: int) -> socket.socket:
    """Connect to the very address that was checked."""
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET  # noqa: PLR2004 - the version of the protocol
    connection = socket.socket(family, socket.SOCK_STREAM)
    connection.settimeout(0)
    try:
        async with asyncio.timeout(_CONNECT_WITHIN):
            await asyncio.get_running_loop().sock_connect(connection, (str(address), port))
    except BaseException:
        connection.close()
        raise
    return connection


async def _said(letter: Letter, server: MailServer, connection: socket.socket, committed: Committed) -> None:
    client = SMTP(
        hostname=server.host,
        sock=connection,
        timeout=TIMEOUT,
        use_tls=server.security is MailSecurity.TLS,
        start_tls=server.security is MailSecurity.STARTTLS,
        username=server.user,
        password=server.password,
        local_hostname=letter.sender.rpartition("@")[2],
    )
    try:
        await client.connect()
        await client.mail(letter.sender)
        await client.rcpt(letter.recipient)
        await committed()
        await client.data(letter.content)
    except SMTPException as error:
        raise _judged(error) from None
    except ValueError as error:  # an address that this protocol has no letters for
        raise MailRefused(str(error)) from None
    finally:
        if client.is_connected:
            with suppress(SMTPException, OSError):
                async with asyncio.timeout(_QUIT_WITHIN):
                    await client.quit()
        client.close()


def _judged(error: SMTPException) -> MailRefused | MailNotTaken:
    """Tell by the server's code whether another try can help: a wrong password can be mended, a wrong address can't."""
    reason = f"the mail server said: {_reason(error)}"
    if isinstance(error, SMTPAuthenticationError) or not isinstance(error, SMTPResponseException):
        return MailNotTaken(reason, answered=isinstance(error, SMTPResponseException))
    if error.code in _FOR_GOOD:
        return MailRefused(reason, of_recipient=isinstance(error, SMTPRecipientRefused))
    return MailNotTaken(reason, answered=True)


def _reason(error: SMTPException) -> str:
    code = f"{error.code} " if isinstance(error, SMTPResponseException) else ""
    return f"{code}{error.message}".strip()
