"""What customers are found by when somebody types the beginning of it. Pure rules."""

from collections.abc import Iterable, Iterator
from typing import Final

from care.documents.channels import ChannelKind
from care.documents.claims import ClaimField
from care.documents.customers import Customer
from care.profiles import value_of
from core.text.fold import DROPPED, fold
from core.text.words import words

_MOST_KEPT: Final = 100
_NATIONAL: Final = 10
"""So many digits of a telephone number are the same within the country and from abroad."""


def found_by(customer: Customer) -> list[str]:
    """Give what a customer is found by: words of names, handles and foreign ids, addresses, and numbers in both spellings."""
    numbers = [one.external_id for one in customer.identities if one.channel_kind in (ChannelKind.PHONE, ChannelKind.WHATSAPP)]
    addresses = [one.external_id for one in customer.identities if one.channel_kind is ChannelKind.EMAIL]
    called = [customer.display_name, *(one.handle for one in customer.identities)]
    called += [key.rpartition(":")[2] for key in customer.crm_keys or []]
    found = {
        *words_in(called),
        *(plain(one) for one in (value_of(customer, ClaimField.EMAIL), *addresses) if one),
        *(key for one in (value_of(customer, ClaimField.PHONE), *numbers) if one for key in spellings_of(one)),
    }
    return sorted(one for one in found if one)[:_MOST_KEPT]


def plain(text: str) -> str:
    """Give the spelling that is compared."""
    return fold(text).replace(DROPPED, "").strip()


def digits_in(text: str) -> str:
    """Give the digits of a number without the zeros that it is dialled with."""
    return "".join(one for one in text if one.isdigit()).lstrip("0")


def words_in(texts: Iterable[str]) -> Iterator[str]:
    """Give the words of texts as they are compared."""
    for text in texts:
        for word in words(text):
            yield digits_in(word.folded) if word.folded.isdigit() else word.folded


def spellings_of(number: str) -> tuple[str, str]:
    """Give the digits of a number, and those of them that are the same within its country and from abroad."""
    digits = digits_in(plain(number))
    return digits, digits[-_NATIONAL:]
