"""What customers like, learned from what they write: a claim with its source, which waits for a member's decision."""

from typing import Final

from care.claims.observing import propose
from care.claims.values import MOST_ENTRIES, clean, normal
from care.customers import SOCIAL
from care.documents.channels import Channel
from care.documents.claims import ClaimField, ClaimSource, LicenceClass, Said
from care.documents.conversations import Message, SentimentLabel
from care.documents.customers import Customer
from care.documents.listening import ListeningKind, ListeningQuery
from care.listening.mentions import said_at
from care.profiles import CONFIDENCE, value_of
from care.reading.customers import same_customers, united
from core.errors import InvalidInput

TELLING: Final = frozenset({ListeningKind.PRODUCT, ListeningKind.TOPIC})
"""The kinds of query whose names are what somebody may like."""


async def learn_interests(message: Message, found: list[ListeningQuery]) -> None:
    """Propose as interests what a customer writes of, not in anger, and the profile does not name yet. Can run twice.

    One claim for each query, however often the customer writes of it; what a member rejected stays so.
    """
    names = {query.id: query.name for query in found if query.kind in TELLING}
    is_angry = message.sentiment is not None and message.sentiment.label is SentimentLabel.NEGATIVE
    same = (await same_customers([message.customer_id])).get(message.customer_id, []) if names and not is_angry else []
    customer = await Customer.get(same[0]) if same else None
    channel = await Channel.get(message.channel_id)
    if customer is None or channel is None:
        return
    whole = (await united({customer.id: customer}))[customer.id]
    known = value_of(whole, ClaimField.INTERESTS)
    for query_id, name in names.items():
        if (value := _with(known, name)) is not None:
            await propose(whole, _saying(message, channel, value, origin=f"listening:{query_id}"))


def _with(known: str | None, name: str) -> str | None:
    """Give the interests with one more; None for one that is named already, and when there is no room."""
    entries = [entry.strip() for entry in known.split(",")] if known else []
    fresh = name.replace(",", " ")
    held = {normal(ClaimField.CITY, entry) for entry in entries}
    if normal(ClaimField.CITY, fresh) in held or len(entries) >= MOST_ENTRIES:
        return None
    try:
        return clean(ClaimField.INTERESTS, ", ".join([*entries, fresh]))
    except InvalidInput:
        return None


def _saying(message: Message, channel: Channel, value: str, *, origin: str) -> Said:
    is_lent = channel.kind in SOCIAL
    return Said(
        field=ClaimField.INTERESTS,
        value=value,
        source=ClaimSource.CONTENT,
        origin=origin,
        channel_id=channel.id,
        observed_at=said_at(message),
        confidence=CONFIDENCE[ClaimSource.CONTENT],
        licence=LicenceClass.PROVIDER_TERMS if is_lent else LicenceClass.OWN,
    )
