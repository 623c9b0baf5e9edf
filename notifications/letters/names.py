"""Signed names in e-mails of ours: the Message-ID that a report brings back, and the links that need no sign-in."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from core.ids import prefix_of, with_prefix
from core.secrets import Keyring
from notifications.documents import MailFrequency, NotificationKind, NotificationPreferences
from notifications.letters.documents import LetterTopic
from notifications.preferences import wish_of

EVERYTHING: Final = "ALL"
DIGESTS: Final = "DIGESTS"

_LETTER: Final = "letter"
_LINK: Final = "unsubscribe"
_NAMED: Final = re.compile(r"(nml_[0-9a-z]{20,32})\.([A-Za-z0-9_-]{12})@")
_MEMBER: Final = "mem"
_CUSTOMER: Final = "pcu"
"""Customers stand in links as in the portal, not as the company knows them."""
_SCOPES: Final = {
    _MEMBER: frozenset({EVERYTHING, DIGESTS, *NotificationKind}),
    _CUSTOMER: frozenset({EVERYTHING, *LetterTopic}),
}


@dataclass(frozen=True, slots=True)
class Unsubscription:
    """Who wants no more e-mails of what: one kind, the gathered ones, one topic, or all."""

    recipient_id: str
    scope: str

    @property
    def customer_id(self) -> str | None:
        """Give the customer who wants no more; None for a member."""
        return with_prefix("cus", self.recipient_id) if prefix_of(self.recipient_id) == _CUSTOMER else None


def wire_id(keyring: Keyring, letter_id: str, *, domain: str) -> str:
    """Give the Message-ID of an e-mail, without its brackets: the same however often it is tried."""
    return f"{letter_id}.{keyring.sign(_LETTER, letter_id)}@{domain}"


def letters_named(keyring: Keyring, wire_ids: Iterable[str]) -> list[str]:
    """List the e-mails of ours that Message-IDs name with a good signature."""
    found = [match.groups() for text in wire_ids if (match := _NAMED.match(text))]
    return [letter_id for letter_id, signature in found if keyring.signed_by_us(_LETTER, letter_id, signature)]


def write_token(keyring: Keyring, recipient_id: str, scope: str) -> str:
    """Write what an unsubscribing link ends with, for a member or, by their portal id, a customer."""
    text = f"{recipient_id}.{scope}"
    return f"{text}.{keyring.sign(_LINK, text)}"


def read_token(keyring: Keyring, token: str) -> Unsubscription | None:
    """Read what an unsubscribing link ends with; None when it is not of ours."""
    text, _, signature = token.rpartition(".")
    recipient_id, _, scope = text.partition(".")
    if scope not in _SCOPES.get(prefix_of(recipient_id), ()) or not keyring.signed_by_us(_LINK, text, signature):
        return None
    return Unsubscription(recipient_id, scope)


def kinds_meant(scope: str, preferences: NotificationPreferences) -> list[NotificationKind]:
    """Give the kinds that a scope stands for to a member."""
    if scope == EVERYTHING:
        return list(NotificationKind)
    if scope == DIGESTS:
        gathered = (MailFrequency.HOURLY, MailFrequency.DAILY)
        return [kind for kind in NotificationKind if wish_of(preferences, kind).email in gathered]
    return [NotificationKind(scope)]


def topics_meant(scope: str) -> list[LetterTopic]:
    """Give the topics that a scope stands for to a customer."""
    return list(LetterTopic) if scope == EVERYTHING else [LetterTopic(scope)]
