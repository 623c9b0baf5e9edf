"""“You said, we did”: what the company did upon what customers said."""

from datetime import datetime
from typing import Annotated, ClassVar, Self

import strawberry

from care.outcomes import create_outcome, update_outcome
from care.reading.conversations import messages_by_ids
from community.ideas.reading import ideas_by_ids
from community.outcomes import documents
from community.outcomes.outcomes import (
    MOST_SOURCES,
    OutcomeChanges,
    OutcomeDraft,
    count_outcomes,
    list_outcomes,
    publish_outcome,
    withdraw_outcome,
)
from community.reading import questions_by_ids
from core.paging import Window
from schema.connections import Connection
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.reach import require_staff

_OUTCOME = "The id of the outcome."
_TITLE = "What it is about, in a line of 5 to 200 characters."
_HEARD = "What customers said, in the company's words, in Markdown, at most 5,000 characters."
_DONE = "What the company did, in Markdown, at most 5,000 characters."
_IDEAS = "The ids of public ideas that say so, at most 50"
_QUESTIONS = "The ids of published questions that say so, at most 50"
_MESSAGES = "The ids of messages that say so, at most 50; customers learn how many they are, and nothing else"

told(
    documents.OutcomeStatus,
    "Who reads an outcome.",
    DRAFT="The company alone.",
    PUBLISHED="Everybody.",
    WITHDRAWN="The company alone, again.",
)


@strawberry.type(description="What customers said, and what the company did.")
class Outcome(Node):
    """What customers said, and what the company did."""

    document: strawberry.Private[documents.Outcome]
    title: str = strawberry.field(description="What it is about.")
    heard: str = strawberry.field(description="What customers said, in Markdown.")
    done: str = strawberry.field(description="What the company did, in Markdown.")
    status: documents.OutcomeStatus = strawberry.field(description="Who reads it.")
    published_at: datetime | None = strawberry.field(description="When it was last published; null: never.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: documents.Outcome) -> Self:
        """Show an outcome."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            title=document.title,
            heard=document.heard,
            done=document.done,
            status=document.status,
            published_at=document.published_at,
            version=document.version,
        )

    @strawberry.field(
        description="The ideas, questions and messages that it comes from, as far as the viewer may read them.",
        directives=list_size(3 * MOST_SOURCES),
    )
    async def sources(self, info: Info) -> list[Node]:
        """Give what was said."""
        context, document = info.context, self.document
        found = [
            *await context.load_many(ideas_by_ids, document.idea_ids),
            *await context.load_many(questions_by_ids, document.question_ids),
            *await context.load_many(messages_by_ids, document.message_ids),
        ]
        return [context.present(one) for one in found]


@strawberry.input(description="What customers said, and what the company did.")
class CreateOutcomeInput:
    """What customers said, and what the company did."""

    title: str = required(_TITLE)
    heard: str = required(_HEARD)
    done: str = required(_DONE)
    idea_ids: list[strawberry.ID] | None = given(f"{_IDEAS}.")
    question_ids: list[strawberry.ID] | None = given(f"{_QUESTIONS}.")
    message_ids: list[strawberry.ID] | None = given(f"{_MESSAGES}.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createOutcome`.")
class CreateOutcomePayload(Payload):
    """The answer of `createOutcome`."""

    outcome: Outcome | None = changed("The outcome; it is a draft.")


@strawberry.input(description="What to change of an outcome; absent stays as it is.")
class UpdateOutcomeInput:
    """What to change of an outcome."""

    outcome_id: strawberry.ID = required(_OUTCOME)
    title: str | None = given(_TITLE)
    heard: str | None = given(_HEARD)
    done: str | None = given(_DONE)
    idea_ids: list[strawberry.ID] | None = given(f"{_IDEAS}; taken whole.")
    question_ids: list[strawberry.ID] | None = given(f"{_QUESTIONS}; taken whole.")
    message_ids: list[strawberry.ID] | None = given(f"{_MESSAGES}; taken whole.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `updateOutcome`.")
class UpdateOutcomePayload(Payload):
    """The answer of `updateOutcome`."""

    written: ClassVar[str | None] = "outcome"

    outcome: Outcome | None = changed()


@strawberry.input(description="Which outcome is published.")
class PublishOutcomeInput:
    """Which outcome is published."""

    outcome_id: strawberry.ID = required(_OUTCOME)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `publishOutcome`.")
class PublishOutcomePayload(Payload):
    """The answer of `publishOutcome`."""

    written: ClassVar[str | None] = "outcome"

    outcome: Outcome | None = changed()


@strawberry.input(description="Which outcome is withdrawn.")
class WithdrawOutcomeInput:
    """Which outcome is withdrawn."""

    outcome_id: strawberry.ID = required(_OUTCOME)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `withdrawOutcome`.")
class WithdrawOutcomePayload(Payload):
    """The answer of `withdrawOutcome`."""

    written: ClassVar[str | None] = "outcome"

    outcome: Outcome | None = changed()


@strawberry.type
class OutcomeQueries:
    """What can be asked of outcomes."""

    @paged("What the company did upon what customers said, the newest first.", graphql_type=Connection[Outcome])
    async def outcomes(self, info: Info, window: Window) -> object:
        """Give a page of outcomes."""
        require_staff(info)
        actor = info.context.actor
        return pages(info, await list_outcomes(actor, window), count=lambda: count_outcomes(actor))


@strawberry.type
class OutcomeMutations:
    """What is done with outcomes."""

    @mutation(CreateOutcomePayload, description="Writes what the company did upon what customers said; needs `idea:manage`.")
    async def create_outcome(self, info: Info, input: Annotated[CreateOutcomeInput, INPUT]) -> object:
        """Write an outcome."""
        once = once_for(info, "createOutcome", input)
        outcome = await create_outcome(info.context.actor, parse(OutcomeDraft, **values_of(input)), once=once)
        return CreateOutcomePayload(outcome=Outcome.from_document(outcome))

    @mutation(UpdateOutcomePayload, description="Changes an outcome, a published one for everybody; needs `idea:manage`.")
    async def update_outcome(self, info: Info, input: Annotated[UpdateOutcomeInput, INPUT]) -> object:
        """Change an outcome."""
        changes = parse(OutcomeChanges, **values_of(input, "outcome_id"))
        outcome = await update_outcome(info.context.actor, input.outcome_id, changes, expected_version=input.expected_version)
        return UpdateOutcomePayload(outcome=Outcome.from_document(outcome))

    @mutation(
        PublishOutcomePayload,
        description="Lets customers read an outcome; those whose words it comes from are told. Needs `idea:manage`.",
    )
    async def publish_outcome(self, info: Info, input: Annotated[PublishOutcomeInput, INPUT]) -> object:
        """Publish an outcome."""
        outcome = await publish_outcome(info.context.actor, input.outcome_id, expected_version=input.expected_version)
        return PublishOutcomePayload(outcome=Outcome.from_document(outcome))

    @mutation(WithdrawOutcomePayload, description="Lets customers read an outcome no longer; needs `idea:manage`.")
    async def withdraw_outcome(self, info: Info, input: Annotated[WithdrawOutcomeInput, INPUT]) -> object:
        """Withdraw an outcome."""
        outcome = await withdraw_outcome(info.context.actor, input.outcome_id, expected_version=input.expected_version)
        return WithdrawOutcomePayload(outcome=Outcome.from_document(outcome))
