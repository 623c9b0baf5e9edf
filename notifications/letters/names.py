"""Signed names in e-mails to members: the Message-ID that a report brings back, and the links that need no sign-in."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from core.secrets import Keyring
from notifications.documents import MailFrequency, NotificationKind, NotificationPreferences
from notifications.preferences import wish_of

EVERYTHING: Final = "ALL"
DIGESTS: Final = "DIGESTS"

_LETTER: Final = "letter"
_LINK: Final = "unsubscribe"
_NAMED: Final = re.compile(r"(nml_[0-9a-z]{20,32})\.([A-Za-z0-9_-]{12})@")
_SCOPES: Final = frozenset({EVERYTHING, DIGESTS, *NotificationKind})


@dataclass(frozen=True, slots=True)
class Unsubscription:
    """Who wants no more e-mails of what: one kind, the gathered ones, or all."""

    member_id: str
    scope: str


def wire_id(keyring: Keyring, letter_id: str, *, domain: str) -> str:
    """Give the Message-ID of an e-mail, without its brackets: the same however often it is tried."""
    return f"{letter_id}.{keyring.sign(_LETTER, letter_id)}@{domain}"


def letters_named(keyring: Keyring, wire_ids: Iterable[str]) -> list[str]:
    """List the e-mails of ours that Message-IDs name with a good signature."""
    found = [match.groups() for text in wire_ids if (match := _NAMED.match(text))]
    return [letter_id for letter_id, signature in found if keyring.signed_by_us(_LETTER, letter_id, signature)]


def write_token(keyring: Keyring, member_id: str, scope: str) -> str:
    """Write what an unsubscribing link ends with."""
    text = f"{member_id}.{scope}"
    return f"{text}.{keyring.sign(_LINK, text)}"


def read_token(keyring: Keyring, token: str) -> Unsubscription | None:
    """Read what an unsubscribing link ends with; None when it is not of ours."""
    text, _, signature = token.rpartition(".")
    member_id, _, scope = text.partition(".")
    if scope not in _SCOPES or not keyring.signed_by_us(_LINK, text, signature):
        return None
    return Unsubscription(member_id, scope)


def kinds_meant(scope: str, preferences: NotificationPreferences) -> list[NotificationKind]:
    """Give the kinds that a scope stands for to a member."""
    if scope == EVERYTHING:
        return list(NotificationKind)
    if scope == DIGESTS:
        gathered = (MailFrequency.HOURLY, MailFrequency.DAILY)
        return [kind for kind in NotificationKind if wish_of(preferences, kind).email in gathered]
    return [NotificationKind(scope)]
