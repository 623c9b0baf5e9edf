"""Names of our messages in e-mails, signed, so that whoever brings one back has had the e-mail in hand."""

import hmac
import re
from collections.abc import Iterable

from core.ids import keyed_id
from core.secrets import Keyring

_SIGNED = re.compile(r"(?<![0-9a-z])(msg_[0-9a-z]{20,32})\.([0-9a-z]{14})(?=@)")
_SIGNATURE_LETTERS = 14  # 70 bits


def token(keyring: Keyring, message_id: str) -> str:
    """Give a message's id with a signature, in letters that no mail server changes."""
    return f"{message_id}.{_signature(keyring, message_id)}"


def wire_id(keyring: Keyring, message_id: str, *, domain: str) -> str:
    """Give the Message-ID of a message of ours, without its brackets: the same however often it is sent."""
    return f"{token(keyring, message_id)}@{domain}"


def reply_address(keyring: Keyring, message_id: str, *, address: str) -> str:
    """Give the address under which an answer to a message of ours finds its way back."""
    name, _, domain = address.rpartition("@")
    return f"{name}+{token(keyring, message_id)}@{domain}"


def bare_address(address: str) -> str:
    """Give an address without what stands behind a + in its name."""
    name, _, domain = address.rpartition("@")
    return f"{name.partition('+')[0]}@{domain}"


def signed_messages(keyring: Keyring, texts: Iterable[str]) -> list[str]:
    """List the messages of ours that addresses or Message-IDs name with a good signature, each once."""
    found = [match.groups() for text in texts for match in _SIGNED.finditer(text.lower())]
    proved = [name for name, signature in found if hmac.compare_digest(signature, _signature(keyring, name))]
    return list(dict.fromkeys(proved))


def _signature(keyring: Keyring, message_id: str) -> str:
    return keyed_id("", keyring.key("mail"), message_id)[1 : 1 + _SIGNATURE_LETTERS]
