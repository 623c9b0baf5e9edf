"""E-mails to members and customers that come back: the address is noted as one that takes none."""

from email import message_from_bytes, policy

from care.documents.conversations import DeliveryStatus
from care.mail.reports import read_report
from care.mail.tokens import bare_address
from core.secrets import Keyring
from notifications.letters.documents import Letter
from notifications.letters.names import letters_named
from notifications.letters.recipients import note_unreached


class Bounces:
    """Takes the reports that mail servers send back to the sender of our e-mails."""

    def __init__(self, address: str, keyring: Keyring) -> None:
        self.address = bare_address(address)
        self._keyring = keyring

    async def take(self, content: bytes) -> bool:
        """Note whose e-mail failed for good; False for what is no report of an e-mail of ours.

        A report proves itself by the Message-ID, which nobody else can sign. It can come twice.
        """
        report = read_report(message_from_bytes(content, policy=policy.default))
        named = letters_named(self._keyring, report.original_ids) if report else []
        if report is None or not named:
            return False
        letter = await Letter.get(named[0])
        if letter is not None and report.status is DeliveryStatus.FAILED:
            await note_unreached(letter, report.reason or "the e-mail came back")
        return True
