"""Answers by customers: what waits, publishing and declining, and how far the company trusts."""

from typing import Annotated, ClassVar, Self

import strawberry

from community.peer_answers import documents
from community.peer_answers.answers import DecliningDraft, count_held, decline_answer, list_held, publish_answer
from community.peer_answers.settings import PolicyDraft, set_policy, show_policy
from core.paging import Window
from schema.connections import Connection
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, required, values_of
from schema.paging import paged, pages
from schema.staff.questions import Answer
from schema.staff.reach import require_staff

_ANSWER = "The id of the answer."
_TRUSTED = "With so many published answers, and none declined or taken away, a customer's are published at once; 0: nobody's."
_HOUR = "How many one customer writes in an hour; 0: as many as they like."
_DAY = "How many one customer writes in a day; 0: as many as they like."


@strawberry.type(description="How customers answer each other.")
class PublicAnswerPolicy:
    """How customers answer each other."""

    version: int = strawberry.field(description="Rises with each change, from 0; pass it as `expectedVersion`.")
    trusted_after: int = strawberry.field(description=_TRUSTED)
    per_hour: int = strawberry.field(description=_HOUR)
    per_day: int = strawberry.field(description=_DAY)

    @classmethod
    def from_document(cls, document: documents.PublicAnswerPolicy) -> Self:
        """Show the policy."""
        return cls(
            version=document.version,
            trusted_after=document.trusted_after,
            per_hour=document.per_hour,
            per_day=document.per_day,
        )


@strawberry.input(description="Which answer is published.")
class PublishAnswerInput:
    """Which answer is published."""

    answer_id: strawberry.ID = required(_ANSWER)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `publishAnswer`.")
class PublishAnswerPayload(Payload):
    """The answer of `publishAnswer`."""

    written: ClassVar[str | None] = "answer"

    answer: Answer | None = changed()


@strawberry.input(description="Which answer is not published, and why.")
class DeclineAnswerInput:
    """Which answer is not published, and why."""

    answer_id: strawberry.ID = required(_ANSWER)
    reason: str = required("Why, at most 500 characters; who wrote it reads it.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `declineAnswer`.")
class DeclineAnswerPayload(Payload):
    """The answer of `declineAnswer`."""

    written: ClassVar[str | None] = "answer"

    answer: Answer | None = changed()


@strawberry.input(description="Whom to trust, and how much one customer may write.")
class SetPublicAnswerPolicyInput:
    """Whom to trust, and how much one customer may write."""

    trusted_after: int = required(f"{_TRUSTED} Up to 1,000.")
    per_hour: int = required(f"{_HOUR} Up to 100.")
    per_day: int = required(f"{_DAY} Up to 1,000.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `setPublicAnswerPolicy`.")
class SetPublicAnswerPolicyPayload(Payload):
    """The answer of `setPublicAnswerPolicy`."""

    written: ClassVar[str | None] = "policy"

    policy: PublicAnswerPolicy | None = changed()


@strawberry.type
class PeerAnswerQueries:
    """What can be asked of answers by customers."""

    @paged(
        "Customers' answers that wait for somebody with `question:publish`, the longest waiting first.",
        graphql_type=Connection[Answer],
    )
    async def held_answers(self, info: Info, window: Window) -> object:
        """Give a page of what waits."""
        require_staff(info)
        actor = info.context.actor
        return pages(info, await list_held(actor, window), count=lambda: count_held(actor))

    @strawberry.field(description="How customers answer each other; needs `question:publish`.")
    async def public_answer_policy(self, info: Info) -> PublicAnswerPolicy | None:
        """Give the policy."""
        return PublicAnswerPolicy.from_document(await show_policy(info.context.actor))


@strawberry.type
class PeerAnswerMutations:
    """What is done about answers by customers."""

    @mutation(
        PublishAnswerPayload,
        description="Lets everybody read a customer's answer; who asked and who answered are told. Needs `question:publish`.",
    )
    async def publish_answer(self, info: Info, input: Annotated[PublishAnswerInput, INPUT]) -> object:
        """Publish."""
        answer = await publish_answer(info.context.actor, input.answer_id, expected_version=input.expected_version)
        return PublishAnswerPayload(answer=Answer.from_document(answer))

    @mutation(
        DeclineAnswerPayload,
        description="Keeps a customer's answer from the others; who wrote it reads why. Needs `question:publish`.",
    )
    async def decline_answer(self, info: Info, input: Annotated[DeclineAnswerInput, INPUT]) -> object:
        """Decline."""
        draft = parse(DecliningDraft, reason=input.reason)
        answer = await decline_answer(info.context.actor, input.answer_id, draft, expected_version=input.expected_version)
        return DeclineAnswerPayload(answer=Answer.from_document(answer))

    @mutation(
        SetPublicAnswerPolicyPayload,
        description="Says whose answers are published at once, and how much one customer may write; needs `question:moderate`.",
    )
    async def set_public_answer_policy(self, info: Info, input: Annotated[SetPublicAnswerPolicyInput, INPUT]) -> object:
        """Set the policy."""
        draft = parse(PolicyDraft, **values_of(input))
        policy = await set_policy(info.context.actor, draft, expected_version=input.expected_version)
        return SetPublicAnswerPolicyPayload(policy=PublicAnswerPolicy.from_document(policy))
