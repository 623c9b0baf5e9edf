"""Looking into a mailbox by IMAP without changing anything in it; every call blocks, so they are made in threads."""

import imaplib
import re
import socket
import ssl
from datetime import date
from typing import cast

from care.mail.reading import CUT_HEADER, LARGEST_MAIL
from care.mail.settings import Mailbox, MailSecurity
from core.outbound import Address

TIMEOUT = 20.0
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SIZE = re.compile(rb"RFC822\.SIZE (\d{1,15})")


class MailboxFailed(Exception):
    """The server does not answer, or not with what was asked; another look may succeed."""


class _Client(imaplib.IMAP4):
    """Connects to the very address that was checked, with the host's name in TLS."""

    def __init__(self, mailbox: Mailbox, address: Address, trust: ssl.SSLContext) -> None:
        self._address, self._trust, self._is_encrypted = str(address), trust, mailbox.security is MailSecurity.TLS
        super().__init__(mailbox.host, mailbox.port, TIMEOUT)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        connection = socket.create_connection((self._address, self.port), timeout)
        if not self._is_encrypted:
            return connection
        try:
            return self._trust.wrap_socket(connection, server_hostname=self.host)
        except BaseException:
            connection.close()
            raise


class OpenMailbox:
    """A folder that was opened for reading alone."""

    def __init__(self, mailbox: Mailbox, address: Address) -> None:
        """Connect, sign in and open the folder; MailboxFailed when one of these fails."""
        self._mailbox, self._address = mailbox, address
        self._client = self._connected()
        try:
            self.uidvalidity = self._opened()
        except BaseException:
            self.close()
            raise

    def newer(self, uid: int) -> list[int]:
        """List what came after a UID, the oldest first."""
        found = self._search(f"UID {uid + 1}:*")  # the range turned round names the last one, which may be an old one
        return [one for one in found if one > uid]

    def since(self, day: date) -> list[int]:
        """List what came on a day or after it, the oldest first."""
        return self._search(f"SINCE {day.day}-{_MONTHS[day.month - 1]}-{day.year}")

    def fetch(self, uid: int) -> bytes | None:
        """Give an e-mail, of one that is too large the beginning; None for one that is gone. It stays unread."""
        parts = self._asked("FETCH", str(uid), f"(RFC822.SIZE BODY.PEEK[]<0.{LARGEST_MAIL}>)")
        for part in parts:
            if isinstance(part, tuple):
                told, content = cast("tuple[bytes, bytes]", part)
                size = _SIZE.search(told + b" ".join(rest for rest in parts if isinstance(rest, bytes)))
                is_cut = size is not None and int(size[1]) > len(content) >= LARGEST_MAIL
                return f"{CUT_HEADER}: {int(size[1])}\r\n".encode() + content if is_cut and size else content
        return None

    def close(self) -> None:
        """Say good-bye; whatever goes wrong with that does not matter any more."""
        try:
            self._client.logout()
        except (imaplib.IMAP4.error, OSError):
            self._client.shutdown()

    def _connected(self) -> _Client:
        trust = ssl.create_default_context()
        try:
            client = _Client(self._mailbox, self._address, trust)
        except (imaplib.IMAP4.error, OSError) as error:
            raise MailboxFailed(f"{self._mailbox.host} does not answer: {error}") from None
        try:
            if self._mailbox.security is MailSecurity.STARTTLS:
                client.starttls(trust)
            client.login(_quoted(self._mailbox.user or ""), self._mailbox.password or "")  # the password it quotes itself
        except (imaplib.IMAP4.error, OSError, UnicodeError) as error:
            client.shutdown()
            raise MailboxFailed(f"{self._mailbox.host} did not let us in: {error}") from None
        return client

    def _opened(self) -> int:
        try:
            answer, told = self._client.select(_quoted(self._mailbox.folder), readonly=True)
            _, validity = self._client.response("UIDVALIDITY")
        except (imaplib.IMAP4.error, OSError, UnicodeError) as error:
            raise MailboxFailed(f"the folder can't be opened: {error}") from None
        if answer != "OK":
            raise MailboxFailed(f"the folder can't be opened: {told!r}")
        known = validity[0] if validity else None
        return int(known) if isinstance(known, bytes) and known.isdigit() else 0

    def _search(self, asked: str) -> list[int]:
        found = self._asked("SEARCH", asked)
        return sorted({int(word) for line in found if isinstance(line, bytes) for word in line.split() if word.isdigit()})

    def _asked(self, command: str, *words: str) -> list[object]:
        try:
            answer, parts = self._client.uid(command, *words)
        except (imaplib.IMAP4.error, OSError) as error:
            raise MailboxFailed(f"{command} failed: {error}") from None
        if answer != "OK":
            raise MailboxFailed(f"{command} was refused: {parts!r}")
        return list(parts)


def _quoted(text: str) -> str:
    """Give a text as a quoted string of the protocol."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
