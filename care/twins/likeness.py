"""By what customers are compared, and when two may be the same. Pure rules."""

from collections.abc import Collection
from typing import Final

from care.customers import SOCIAL
from care.documents.channels import ChannelKind
from care.documents.claims import ClaimField, contact_key
from care.documents.customers import Customer
from care.documents.twins import Likeness
from care.profiles import value_of
from care.twins.called import spellings_of
from core.text.fold import DROPPED, fold

SHORTEST_HANDLE: Final = 4
FEWEST_WORDS: Final = 2
"""A first name alone tells nothing."""

_CONTACTS: Final = {
    ChannelKind.EMAIL: (ClaimField.EMAIL, Likeness.SAME_EMAIL),
    ChannelKind.PHONE: (ClaimField.PHONE, Likeness.SAME_PHONE),
    ChannelKind.WHATSAPP: (ClaimField.PHONE, Likeness.SAME_PHONE),
}
_PROFILE: Final = {ClaimField.EMAIL: Likeness.SAME_EMAIL, ClaimField.PHONE: Likeness.SAME_PHONE}


def keys_of(customer: Customer) -> list[str]:
    """Give the keys under which a customer, as they are stored, is found alike with others."""
    found = [_contact(likeness, field, value_of(customer, field)) for field, likeness in _PROFILE.items()]
    for identity in customer.identities:
        if identity.channel_kind in _CONTACTS:
            field, likeness = _CONTACTS[identity.channel_kind]
            found.append(_contact(likeness, field, identity.external_id))
        elif identity.channel_kind in SOCIAL:
            found.append(_handle(identity.handle))
    return sorted({key for key in (*found, _name(customer.display_name)) if key})


def reasons_of(first: Collection[str], second: Collection[str]) -> list[Likeness]:
    """Say what two customers have in common by their keys, the strongest first."""
    shared = {key.partition(":")[0] for key in set(first) & set(second)}
    return [likeness for likeness in Likeness if likeness.value in shared]


def may_be_same(reasons: Collection[Likeness], first: Customer, second: Customer) -> bool:
    """Tell whether that is enough: a name alone only of people known on different kinds of channel."""
    if set(reasons) - {Likeness.SAME_NAME}:
        return True
    here, there = _kinds(first), _kinds(second)
    return bool(reasons) and here.isdisjoint(there)


def _kinds(customer: Customer) -> set[ChannelKind]:
    return {identity.channel_kind for identity in customer.identities}


def _contact(likeness: Likeness, field: ClaimField, value: str | None) -> str | None:
    """Give the key of an address, or of a number as it is dialled from within its country and from abroad."""
    if not value:
        return None
    if field is ClaimField.EMAIL:
        return f"{likeness.value}:{contact_key(field, value).partition(':')[2]}"
    return f"{likeness.value}:{spellings_of(value)[-1]}"


def _handle(handle: str) -> str | None:
    name = "".join(_spelling(handle).lstrip("@").split())
    return f"{Likeness.SAME_HANDLE.value}:{name}" if len(name) >= SHORTEST_HANDLE else None


def _name(name: str) -> str | None:
    words = _spelling(name).split()
    return f"{Likeness.SAME_NAME.value}:{' '.join(words)}" if len(words) >= FEWEST_WORDS else None


def _spelling(text: str) -> str:
    return fold(text).replace(DROPPED, "")
