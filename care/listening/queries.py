"""Saved queries: making, changing and archiving what the company listens for."""

from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import PydanticCustomError

from auth.actor import Actor, Permission
from care.channels import read_channels
from care.documents.conversations import Visibility
from care.documents.listening import ListeningKind, ListeningQuery
from care.listening.events import ListeningQueryChanged
from care.listening.matching import phrase_of
from care.reading.listening import MOST_QUERIES, count_queries, require_query
from community.creation import insert_once, made_before
from community.drafts import ids, text
from core.clock import now
from core.errors import AlreadyDone, InvalidInput, LimitReached
from core.idempotency import Once
from core.records import change
from core.text.language import LANGUAGES

MOST_PHRASES: Final = 20
"""What one of the three lists of a query holds."""
MOST_CHANNELS: Final = 20


def _phrases(given: list[str]) -> list[str]:
    """Let every phrase have a word, and stand once however it is spelt."""
    distinct = {phrase_of(one): one for one in reversed(given)}
    if () in distinct:
        raise PydanticCustomError("wordless", "A phrase has at least one word")
    if len(distinct) > MOST_PHRASES:
        raise PydanticCustomError("too_many", "Name at most {most} phrases", {"most": MOST_PHRASES})
    return list(reversed(distinct.values()))


def _languages(given: list[str]) -> list[str]:
    if not set(given) <= set(LANGUAGES):
        raise PydanticCustomError("language", "Choose of these languages: {known}", {"known": ", ".join(LANGUAGES)})
    return list(dict.fromkeys(given))


def _visibilities(given: list[Visibility]) -> list[Visibility]:
    if Visibility.INTERNAL in given:
        raise PydanticCustomError("internal", "Customers' messages are PUBLIC or PRIVATE")
    return list(dict.fromkeys(given))


Name = Annotated[str, text(1, 100, lines="one")]
Phrases = Annotated[list[Annotated[str, text(1, 100, lines="one")]], AfterValidator(_phrases)]
Languages = Annotated[list[str], AfterValidator(_languages)]
Channels = Annotated[list[str], ids(MOST_CHANNELS, "channels")]
Visibilities = Annotated[list[Visibility], AfterValidator(_visibilities)]


class QueryDraft(BaseModel):
    """What to listen for, and where; empty lists of channels, visibilities and languages mean all."""

    name: Name
    kind: ListeningKind
    any_of: Phrases = Field(default_factory=list)
    all_of: Phrases = Field(default_factory=list)
    none_of: Phrases = Field(default_factory=list)
    channel_ids: Channels = Field(default_factory=list)
    visibilities: Visibilities = Field(default_factory=list)
    languages: Languages = Field(default_factory=list)


class QueryChange(BaseModel):
    """What to change of a query; None stays as it is, and a list is taken whole."""

    query_id: str
    name: Name | None = None
    any_of: Phrases | None = None
    all_of: Phrases | None = None
    none_of: Phrases | None = None
    channel_ids: Channels | None = None
    visibilities: Visibilities | None = None
    languages: Languages | None = None


async def create_listening_query(actor: Actor, draft: QueryDraft, *, once: Once) -> ListeningQuery:
    """Listen for something in all messages that come in from now on.

    Raises Forbidden without `listening:manage`, InvalidInput without a phrase that must be there and for channels that
    are not there, LimitReached, IdempotencyMismatch.
    """
    actor.require(Permission.LISTENING_MANAGE)
    if before := await made_before(ListeningQuery, once.identifier("lsq"), once):
        return before
    await _require_channels(actor, draft.channel_ids)
    if await count_queries(actor) >= MOST_QUERIES:
        raise LimitReached(f"There are {MOST_QUERIES} queries already; archive one first.")
    values = draft.model_dump()
    query = ListeningQuery(id=once.identifier("lsq"), created_at=now(), owner_id=actor.id, fingerprint=once.fingerprint, **values)
    _require_phrase(query)
    query.record(ListeningQueryChanged(query_id=query.id), actor=actor.id)
    return await insert_once(query, once)


async def update_listening_query(actor: Actor, draft: QueryChange, *, expected_version: int) -> ListeningQuery:
    """Change what a query listens for from now on; what it found stays.

    Raises NotFound, Forbidden without `listening:manage`, InvalidInput as creating does, AlreadyDone for an archived
    one, Conflict.
    """
    actor.require(Permission.LISTENING_MANAGE)
    query = await require_query(actor, draft.query_id)
    await _require_channels(actor, draft.channel_ids or [])
    values = draft.model_dump(exclude_none=True, exclude={"query_id"})

    def rule(current: ListeningQuery) -> None:
        require_in_use(current)
        for name, value in values.items():
            setattr(current, name, value)
        _require_phrase(current)
        current.record(ListeningQueryChanged(query_id=current.id), actor=actor.id)

    return await change(query, rule, expected_version=expected_version)


async def archive_listening_query(actor: Actor, query_id: str, *, expected_version: int) -> ListeningQuery:
    """Stop listening; what the query found stays.

    Raises NotFound, Forbidden without `listening:manage`, AlreadyDone, Conflict.
    """
    actor.require(Permission.LISTENING_MANAGE)
    query = await require_query(actor, query_id)

    def rule(current: ListeningQuery) -> None:
        require_in_use(current)
        current.archived = True
        current.record(ListeningQueryChanged(query_id=current.id), actor=actor.id)

    return await change(query, rule, expected_version=expected_version)


async def _require_channels(actor: Actor, channel_ids: list[str]) -> None:
    known = await read_channels(actor, channel_ids) if channel_ids else {}
    place = next((number for number, one in enumerate(channel_ids, 1) if one not in known), None)
    if place is not None:
        raise InvalidInput(f"There is no channel with the id at place {place}.", path=("channel_ids",))


def _require_phrase(query: ListeningQuery) -> None:
    if not query.any_of and not query.all_of:
        raise InvalidInput("Name at least one phrase in `anyOf` or `allOf`.", path=("any_of",))


def require_in_use(query: ListeningQuery) -> None:
    """Raise AlreadyDone for an archived query."""
    if query.archived:
        raise AlreadyDone("This query is archived; make a new one.", path=("query_id",))
