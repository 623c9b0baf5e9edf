"""What became of deliveries that were taken in, as tests look at it."""

from care.documents.cases import Case
from care.documents.conversations import Message
from care.ingest.steps import take_in
from care.messages import inbound_id
from core.database import Database
from tests.care.ingest.sender import body_of, delivery


async def take(channel_id: str, *events: object) -> None:
    """Let the worker take events in."""
    await take_in(delivery(channel_id, body_of(*events)))


async def counted(store: Database) -> dict[str, int]:
    """Count what became of what was taken in."""
    names = ("customers", "conversations", "cases", "messages")
    return {name: await store[name].count_documents({}) for name in names}


async def message_of(channel_id: str, external_id: str = "ext-1") -> Message:
    """Give the message that the channel knows by an id."""
    found = await Message.get(inbound_id(channel_id, external_id))
    assert found is not None
    return found


async def only_case() -> Case:
    """Give the one case there is."""
    (case,) = await Case.find_all().to_list()
    return case
