"""What the stores hold, to compare before and after."""

from collections.abc import Callable
from typing import Any

from care.documents.answer_bank import AnswerBankEntry
from care.documents.cases import Case
from care.documents.channels import Channel
from care.documents.claims import CustomerClaim
from care.documents.consultations import Consultation
from care.documents.conversations import Conversation, Message
from care.documents.customers import Customer
from care.documents.tags import CaseTag
from care.handlers import subscribe
from community.documents import Answer, Question
from core.events import StoredEvent
from core.handlers import Handlers
from core.records import Record

KINDS: tuple[type[Record], ...] = (
    AnswerBankEntry,
    Case,
    CaseTag,
    Channel,
    Consultation,
    Conversation,
    Customer,
    CustomerClaim,
    Message,
    Question,
)


async def event_types(kind: type[Record]) -> list[str]:
    """List the types of the events that documents of a kind carry, in their order."""
    rows = await kind.get_pymongo_collection().find({}).sort("_id", 1).to_list()
    return [event["type"] for row in rows for event in row.get("pending", [])]


async def everything(*kinds: type[Record]) -> dict[str, list[dict[str, Any]]]:
    """Give all documents of all kinds, and the jobs, as they are stored."""
    database = Case.get_pymongo_collection().database
    names = [kind.get_collection_name() for kind in kinds or KINDS] + ["jobs"]
    return {name: await database[name].find({}).sort("_id", 1).to_list() for name in names}


async def handle_twice(
    reactions: Callable[[Handlers], None] = subscribe, kinds: tuple[type[Record], ...] = (*KINDS, Answer)
) -> None:
    """Let handlers, care's unless told, see every event that waits in a document, twice in a row, as after a cut."""
    handlers = Handlers()
    reactions(handlers)
    for event in await _waiting(kinds):
        for handler in handlers.all():
            react = handler.reactions.get(event.type)
            if react is not None:
                await react(event)
                await react(event)


async def _waiting(kinds: tuple[type[Record], ...]) -> list[StoredEvent]:
    found: list[dict[str, Any]] = []
    for kind in kinds:
        for row in await kind.get_pymongo_collection().find({}).to_list():
            found += row.get("pending", [])
    found.sort(key=lambda event: event["at"])
    return [StoredEvent.from_stored({**event, "_id": number, "event_id": event["id"]}) for number, event in enumerate(found, 1)]
