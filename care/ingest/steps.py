"""Working off the inbox: every event of a delivery is taken in by itself, so that none holds up the others."""

from collections.abc import Sequence
from typing import Any

from care.channels import open_keys
from care.customers import update_customer
from care.documents.channels import Channel, ChannelAdapter
from care.ingest.arrivals import Arrival
from care.ingest.generic import MOST_EVENTS, MessageSaid, ProfileChanged, ReachedUntil, TemplateTold, cut, read_events, understand
from care.ingest.inbox import Delivery
from care.ingest.mail import take_in_mail
from care.ingest.messages import receive_message, receive_unparsed
from care.ingest.receipts import reach_until
from care.ingest.waiting import follow
from care.providers.adapter import Keys
from care.providers.registry import ADAPTERS
from care.templates.keeping import has_templates
from care.templates.states import TemplateNews, keep_state
from core.database import outage
from core.errors import Unavailable
from core.leases import GiveUp
from core.logs import log
from core.secrets import Keyring

UNDERSTOOD_WITHIN = 4
"""After so many attempts an event that still fails is shown unparsed: an agent must see it before its clock runs out."""

logger = log(__name__)


class EventsFailed(Exception):
    """Some events of a delivery could not be taken in; the others were."""


async def take_in(delivery: Delivery, *, attempt: int = 1, keyring: Keyring | None = None) -> None:
    """Make messages and news of a delivery; the same delivery again changes nothing.

    The keyring opens what adapters read with. Raises Unavailable at an outage, EventsFailed when some events failed and
    are to be tried again, and GiveUp when there is no such channel any more.
    """
    channel = await Channel.get(delivery.channel_id)
    if channel is None:
        raise GiveUp("there is no such channel any more")
    if channel.adapter is ChannelAdapter.EMAIL and keyring is not None:
        await _take_mail(Arrival(channel, delivery.id, delivery.received_at, 0), delivery.body, attempt, keyring)
        return
    events = _events_of(channel, delivery, attempt, keyring)
    if events is None:
        arrival = Arrival(channel, delivery.id, delivery.received_at, 0)
        await receive_unparsed(arrival, None, text=cut(delivery.body.decode("utf-8", "replace")))
        return
    failed: list[int] = []
    for place, raw in enumerate(events):
        arrival = Arrival(channel, delivery.id, delivery.received_at, place)
        if not await _done(arrival, raw, attempt):
            failed.append(place)
    _tell(failed)


def _events_of(channel: Channel, delivery: Delivery, attempt: int, keyring: Keyring | None) -> list[Any] | None:
    """Give the events of a delivery, each still untyped; None when it can't be read as a whole, or holds too many."""
    adapter = ADAPTERS.get(channel.adapter)
    if adapter is None:
        return read_events(delivery.body)
    try:
        events = adapter.translate(delivery.body, open_keys(channel, keyring) if keyring else Keys())
    except Exception:
        if attempt < UNDERSTOOD_WITHIN:
            raise
        logger.exception("delivery.not_translated", delivery=delivery.id)
        return None
    return events if events is not None and len(events) <= MOST_EVENTS else None


async def _take_mail(arrival: Arrival, body: bytes, attempt: int, keyring: Keyring) -> None:
    try:
        await take_in_mail(arrival, body, keyring=keyring)
    except Exception as error:
        if attempt < UNDERSTOOD_WITHIN or isinstance(error, Unavailable) or outage(error) is not None:
            raise
        logger.exception("mail.failed", delivery=arrival.delivery_id)
        await receive_unparsed(arrival, None, text=cut(body.decode("utf-8", "replace")))


async def _done(arrival: Arrival, raw: object, attempt: int) -> bool:
    try:
        await _take_event(arrival, raw)
    except Exception as error:
        if isinstance(error, Unavailable) or outage(error) is not None:
            raise
        logger.exception("event.failed", delivery=arrival.delivery_id, place=arrival.place)
        if attempt < UNDERSTOOD_WITHIN:
            return False
        await receive_unparsed(arrival, raw)
    return True


async def _take_event(arrival: Arrival, raw: object) -> None:
    event = understand(raw)
    if event is None or (isinstance(event, TemplateTold) and not has_templates(arrival.channel)):
        await receive_unparsed(arrival, raw)
    elif isinstance(event, MessageSaid):
        await receive_message(arrival, event)
    elif isinstance(event, ReachedUntil):
        await reach_until(arrival, event)
    elif isinstance(event, ProfileChanged):
        await update_customer(arrival.channel, event.author.person())
    elif isinstance(event, TemplateTold):
        news = TemplateNews(**event.model_dump(exclude={"type"}))
        await keep_state(arrival.channel, news, arrival.received_at)
    else:
        await follow(arrival, event, raw)


def _tell(failed: Sequence[int]) -> None:
    if failed:
        raise EventsFailed("events " + ", ".join(str(place) for place in failed))
