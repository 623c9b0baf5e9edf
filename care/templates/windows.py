"""Until when a customer can be answered in words of one's own: WhatsApp takes them for a day after they wrote last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from auth.actor import SYSTEM, Actor, ActorKind
from care.documents.channels import Channel, ChannelKind
from care.documents.conversations import Conversation, Direction, Message
from care.templates.keeping import has_templates
from core.clock import now
from core.errors import InvalidInput
from core.records import by_ids

LENGTH: Final = timedelta(hours=24)
_NO_STAFF: Final = frozenset({ActorKind.ANONYMOUS, ActorKind.CUSTOMER})


@dataclass(frozen=True, slots=True)
class ReplyWindow:
    """Until when free words are taken in a conversation; None: the customer never wrote in it."""

    until: datetime | None

    def is_open(self, at: datetime) -> bool:
        """Tell whether free words are taken at a time."""
        return self.until is not None and at < self.until


async def windows_of(actor: Actor, conversation_ids: Sequence[str]) -> dict[str, ReplyWindow]:
    """Give the windows of conversations of the actor's; those whose channel knows no window are left out.

    Whoever calls this holds the conversations from a read behind their gate.
    """
    if actor.kind in _NO_STAFF:
        return {}
    found = await by_ids(Conversation, conversation_ids)
    on_whatsapp = {one: talk for one, talk in found.items() if talk.channel_kind is ChannelKind.WHATSAPP}
    channels = await by_ids(Channel, [talk.channel_id for talk in on_whatsapp.values()]) if on_whatsapp else {}
    bounded = [one for one, talk in on_whatsapp.items() if (held := channels.get(talk.channel_id)) and has_templates(held)]
    heard = await _last_heard(bounded) if bounded else {}
    return {one: ReplyWindow(heard[one] + LENGTH if one in heard else None) for one in bounded}


BY_MUTATION: Final = ("conversation_id", "send an approved template with `sendTemplate`")
"""The field of a reply that is refused, and what to do instead."""
BY_FIELD: Final = ("channel_id", "name an approved template (`templateId`) in place of `body`")
"""The field of a first message that is refused, and what to do instead."""


BY_RETURNING: Final = "take this reply back or return it, and send an approved template with `sendTemplate`"
"""What to do instead of letting a held reply go that is not taken any more."""


async def require_open_window(
    actor: Actor, conversation: Conversation, *, leaves_at: datetime | None = None, way_out: tuple[str, str] = BY_MUTATION
) -> None:
    """Raise InvalidInput, which names the way out, when free words would not be taken at the time that they leave."""
    if conversation.channel_kind is not ChannelKind.WHATSAPP:
        return
    window = (await windows_of(actor, [conversation.id])).get(conversation.id)
    at = leaves_at or now()
    if window is None or window.is_open(at):
        return
    raise InvalidInput(_refusal(window.until, at, way_out[1]), path=(way_out[0],))


async def takes_free_words(conversation: Conversation, at: datetime) -> bool:
    """Tell whether a conversation's channel takes words of one's own at a time."""
    if conversation.channel_kind is not ChannelKind.WHATSAPP:
        return True
    window = (await windows_of(SYSTEM, [conversation.id])).get(conversation.id)
    return window is None or window.is_open(at)


def _refusal(until: datetime | None, at: datetime, way_out: str) -> str:
    if until is None:
        return f"This customer has not written here yet, and WhatsApp takes no free text before; {way_out}."
    moment = f"{until:%Y-%m-%d %H:%M} UTC"
    if now() < until <= at:
        return f"WhatsApp takes free text until {moment} only; let it leave before, or {way_out}."
    return f"WhatsApp took free text until {moment}, 24 hours after the customer wrote; {way_out}, or wait until they write."


async def _last_heard(conversation_ids: Sequence[str]) -> dict[str, datetime]:
    """Give when the customer last wrote in each conversation, also what they took back since."""
    match = {"conversation_id": {"$in": sorted(set(conversation_ids))}, "direction": Direction.INBOUND.value}
    by_talk = {"_id": "$conversation_id", "last": {"$max": "$created_at"}}
    pipeline = [{"$match": {**match, "contact": {"$exists": False}}}, {"$group": by_talk}]
    rows = await (await Message.get_pymongo_collection().aggregate(pipeline)).to_list()
    return {row["_id"]: row["last"] for row in rows}
