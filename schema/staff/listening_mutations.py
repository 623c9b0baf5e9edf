"""Mutations of listening: what the company listens for."""

from typing import Annotated, ClassVar

import strawberry

from care.documents.listening import ListeningKind
from care.listening import queries
from care.listening.queries import QueryChange, QueryDraft
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.staff.enums import Visibility
from schema.staff.listening import ListeningQuery

_QUERY = "The id of the query."
_NAME = "Its name, up to 100 characters."
_ANY = "Phrases of which one must be there, up to 20; case, accents and ways of writing do not matter."
_ALL = "Phrases that must all be there, up to 20."
_NONE = "Phrases that must not be there, up to 20."
_CHANNELS = "The ids of the channels to listen in, up to 20; empty: all."
_VISIBILITIES = "PUBLIC, PRIVATE; empty: both."
_LANGUAGES = "`tr`, `fa`, `en`; empty: all."


@strawberry.input(description="What to listen for.")
class CreateListeningQueryInput:
    """What to listen for."""

    name: str = required(_NAME)
    kind: ListeningKind = required("What it listens for.")
    any_of: list[str] | None = given(_ANY)
    all_of: list[str] | None = given(_ALL)
    none_of: list[str] | None = given(_NONE)
    channel_ids: list[strawberry.ID] | None = given(_CHANNELS)
    visibilities: list[Visibility] | None = given(_VISIBILITIES)
    languages: list[str] | None = given(_LANGUAGES)
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createListeningQuery`.")
class CreateListeningQueryPayload(Payload):
    """The answer of `createListeningQuery`."""

    listening_query: ListeningQuery | None = changed("The query; it finds messages that come in from now on.")


@strawberry.input(description="What to change of a query; absent stays as it is, a list is taken whole.")
class UpdateListeningQueryInput:
    """What to change of a query."""

    query_id: strawberry.ID = required(_QUERY)
    name: str | None = given(_NAME)
    any_of: list[str] | None = given(_ANY)
    all_of: list[str] | None = given(_ALL)
    none_of: list[str] | None = given(_NONE)
    channel_ids: list[strawberry.ID] | None = given(_CHANNELS)
    visibilities: list[Visibility] | None = given(_VISIBILITIES)
    languages: list[str] | None = given(_LANGUAGES)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `updateListeningQuery`.")
class UpdateListeningQueryPayload(Payload):
    """The answer of `updateListeningQuery`."""

    written: ClassVar[str | None] = "listening_query"

    listening_query: ListeningQuery | None = changed()


@strawberry.input(description="The query to take out of use.")
class ArchiveListeningQueryInput:
    """The query to take out of use."""

    query_id: strawberry.ID = required(_QUERY)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `archiveListeningQuery`.")
class ArchiveListeningQueryPayload(Payload):
    """The answer of `archiveListeningQuery`."""

    written: ClassVar[str | None] = "listening_query"

    listening_query: ListeningQuery | None = changed("The query; what it found stays.")


@strawberry.type
class ListeningMutations:
    """What can be done with what the company listens for."""

    @mutation(CreateListeningQueryPayload, description="Listens for something in customers' messages; needs `listening:manage`.")
    async def create_listening_query(self, info: Info, input: Annotated[CreateListeningQueryInput, INPUT]) -> object:
        """Make a query."""
        once = once_for(info, "createListeningQuery", input)
        query = await queries.create_listening_query(info.context.actor, parse(QueryDraft, **values_of(input)), once=once)
        return CreateListeningQueryPayload(listening_query=ListeningQuery.from_document(query))

    @mutation(UpdateListeningQueryPayload, description="Changes what a query listens for from now on; needs `listening:manage`.")
    async def update_listening_query(self, info: Info, input: Annotated[UpdateListeningQueryInput, INPUT]) -> object:
        """Change a query."""
        draft = parse(QueryChange, **values_of(input))
        query = await queries.update_listening_query(info.context.actor, draft, expected_version=input.expected_version)
        return UpdateListeningQueryPayload(listening_query=ListeningQuery.from_document(query))

    @mutation(ArchiveListeningQueryPayload, description="Takes a query out of use; needs `listening:manage`.")
    async def archive_listening_query(self, info: Info, input: Annotated[ArchiveListeningQueryInput, INPUT]) -> object:
        """Archive a query."""
        query = await queries.archive_listening_query(info.context.actor, input.query_id, expected_version=input.expected_version)
        return ArchiveListeningQueryPayload(listening_query=ListeningQuery.from_document(query))
