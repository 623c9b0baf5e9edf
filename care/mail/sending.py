"""Handing e-mails over to the provider's server by SMTP."""

import asyncio
import socket
from contextlib import suppress

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPException,
    SMTPRecipientsRefused,
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
_FOR_GOOD = range(500, 600)


class MailRefused(Exception):
    """The e-mail will not be taken, however often it is sent."""


class MailNotTaken(Exception):
    """The e-mail was not taken now; another try may succeed, and this one may have been heard already."""


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
    try:
        async with asyncio.timeout(3 * TIMEOUT):
            await _handed_over(letter, settings.smtp, await outbound.addresses_of(settings.smtp.host, settings.smtp.port))
    except AddressRefused as refusal:
        raise MailRefused(str(refusal)) from None
    except (Unreachable, TimeoutError, OSError) as error:
        raise MailNotTaken(str(error) or "the mail server did not answer in time") from None
    return letter.wire_id


async def _answers_a_machine(message: Message) -> bool:
    """Tell whether the last that was heard in the conversation was not written by a person."""
    heard = {"conversation_id": message.conversation_id, "direction": Direction.INBOUND.value}
    last = await Message.find(heard).sort("-created_at", "-_id").limit(1).to_list()
    return bool(last) and last[0].automatic


async def _handed_over(letter: Letter, server: MailServer, addresses: list[Address]) -> None:
    failure: OSError | None = None
    for address in addresses:
        try:
            connection = await _connected(address, server.port)
        except OSError as error:
            failure = error
            continue
        await _said(letter, server, connection)
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


async def _said(letter: Letter, server: MailServer, connection: socket.socket) -> None:
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
        await client.sendmail(letter.sender, [letter.recipient], letter.content)
    except SMTPException as error:
        raise _judged(error) from None
    except ValueError as error:  # an address that this protocol has no letters for
        raise MailRefused(str(error)) from None
    finally:
        if client.is_connected:
            with suppress(SMTPException, OSError):
                await client.quit()
        client.close()


def _judged(error: SMTPException) -> MailRefused | MailNotTaken:
    """Tell by the server's code whether another try can help: a wrong password can be mended, a wrong address can't."""
    told = error.recipients[0] if isinstance(error, SMTPRecipientsRefused) else error
    reason = f"the mail server said: {_reason(told)}"
    if isinstance(told, SMTPAuthenticationError):
        return MailNotTaken(reason)
    if isinstance(told, SMTPResponseException) and told.code in _FOR_GOOD:
        return MailRefused(reason)
    return MailNotTaken(reason)


def _reason(error: SMTPException) -> str:
    code = f"{error.code} " if isinstance(error, SMTPResponseException) else ""
    return f"{code}{error.message}".strip()
