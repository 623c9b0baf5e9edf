"""Mutations of insights: writing down, changing, showing by evidence, moving on, and digests."""

from typing import Annotated, ClassVar

import strawberry

from coaching.insights.evidence import ShownInsightDraft, keep_insight, link_evidence
from community.insights.digests import set_digest
from community.insights.documents import DigestPeriod, InsightKind
from community.insights.insights import InsightChange, InsightMove, move_insight, update_insight
from community.stages import Stage
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.staff.insights import Insight, InsightDigest

_INSIGHT_ID = "The id of the insight."
_TITLE = "What was learned, in a line, 5 to 200 characters."
_BODY = "The text, in Markdown, at most 20,000 characters; write it in your own words and name no customer."
_TAGS = "Its labels, at most 5."
_DEPARTMENTS = "The ids of the departments that it is for, at most 20."


@strawberry.input(description="What was learned.")
class CreateInsightInput:
    """What was learned."""

    kind: InsightKind = required("What it is.")
    title: str = required(_TITLE)
    body: str = required(_BODY)
    tag_slugs: list[str] | None = given(_TAGS)
    department_ids: list[strawberry.ID] | None = given(_DEPARTMENTS)
    evidence_ids: list[strawberry.ID] | None = given(
        "The ids of what shows it, at most 50: cases, messages, mentions, questions, answers, pages, posts, ideas, "
        "alerts, initiatives."
    )
    owner_id: strawberry.ID | None = given("Who looks after it; absent: the viewer.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createInsight`.")
class CreateInsightPayload(Payload):
    """The answer of `createInsight`."""

    insight: Insight | None = changed("The insight, at the stage LISTEN.")


@strawberry.input(description="What to change of an insight; absent stays as it is.")
class UpdateInsightInput:
    """What to change of an insight."""

    insight_id: strawberry.ID = required(_INSIGHT_ID)
    kind: InsightKind | None = given("What it is.")
    title: str | None = given(_TITLE)
    body: str | None = given(_BODY)
    tag_slugs: list[str] | None = given(f"{_TAGS} Taken whole.")
    department_ids: list[strawberry.ID] | None = given(f"{_DEPARTMENTS} Taken whole.")
    owner_id: strawberry.ID | None = given("Who looks after it.")
    closed: bool | None = given("Whether nothing more is to come of it.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `updateInsight`.")
class UpdateInsightPayload(Payload):
    """The answer of `updateInsight`."""

    written: ClassVar[str | None] = "insight"

    insight: Insight | None = changed()


@strawberry.input(description="What shows an insight, or no longer does.")
class SetInsightEvidenceInput:
    """What shows an insight, or no longer does."""

    insight_id: strawberry.ID = required(_INSIGHT_ID)
    evidence_id: strawberry.ID = required(
        "The id of the case, message, mention, question, answer, page, post, idea, alert or initiative."
    )
    linked: bool = required("Whether it shows the insight; it is set, never toggled.")


@strawberry.type(description="The answer of `setInsightEvidence`.")
class SetInsightEvidencePayload(Payload):
    """The answer of `setInsightEvidence`."""

    insight: Insight | None = changed()


@strawberry.input(description="To which stage an insight moves on.")
class MoveInsightInput:
    """To which stage an insight moves on."""

    insight_id: strawberry.ID = required(_INSIGHT_ID)
    stage: Stage = required("The next stage: LISTEN, ANALYSE, ENGAGE, EVOLVE, and LISTEN again.")
    change: str | None = given("What was changed because of what was learned; EVOLVE needs it.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `moveInsight`.")
class MoveInsightPayload(Payload):
    """The answer of `moveInsight`."""

    written: ClassVar[str | None] = "insight"

    insight: Insight | None = changed()


@strawberry.input(description="How often a department is to be told.")
class SetInsightDigestInput:
    """How often a department is to be told."""

    department_id: strawberry.ID = required("The id of the department.")
    period: DigestPeriod = required("How often; what was learned from now on is told.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `setInsightDigest`.")
class SetInsightDigestPayload(Payload):
    """The answer of `setInsightDigest`."""

    written: ClassVar[str | None] = "insight_digest"

    insight_digest: InsightDigest | None = changed()


@strawberry.type
class InsightMutations:
    """What is done with insights."""

    @mutation(CreateInsightPayload, description="Writes down what was learned, with what shows it; needs `idea:submit`.")
    async def create_insight(self, info: Info, input: Annotated[CreateInsightInput, INPUT]) -> object:
        """Write down an insight."""
        draft = parse(ShownInsightDraft, **values_of(input))
        made = await keep_insight(info.context.actor, draft, once=once_for(info, "createInsight", input))
        return CreateInsightPayload(insight=Insight.from_document(made))

    @mutation(UpdateInsightPayload, description="Changes an insight, for who owns or wrote it and with `idea:manage`.")
    async def update_insight(self, info: Info, input: Annotated[UpdateInsightInput, INPUT]) -> object:
        """Change an insight."""
        told, version = parse(InsightChange, **values_of(input, "insight_id")), input.expected_version
        found = await update_insight(info.context.actor, input.insight_id, told, expected_version=version)
        return UpdateInsightPayload(insight=Insight.from_document(found))

    @mutation(SetInsightEvidencePayload, description="Says that something shows an insight, or no longer does; once is enough.")
    async def set_insight_evidence(self, info: Info, input: Annotated[SetInsightEvidenceInput, INPUT]) -> object:
        """Link evidence."""
        found = await link_evidence(info.context.actor, input.insight_id, input.evidence_id, linked=input.linked)
        return SetInsightEvidencePayload(insight=Insight.from_document(found))

    @mutation(MoveInsightPayload, description="Moves an insight on to its next stage; EVOLVE says what was changed.")
    async def move_insight(self, info: Info, input: Annotated[MoveInsightInput, INPUT]) -> object:
        """Move an insight on."""
        move, version = parse(InsightMove, **values_of(input, "insight_id")), input.expected_version
        found = await move_insight(info.context.actor, input.insight_id, move, expected_version=version)
        return MoveInsightPayload(insight=Insight.from_document(found))

    @mutation(SetInsightDigestPayload, description="Says how often a department is told what was learned; needs `idea:manage`.")
    async def set_insight_digest(self, info: Info, input: Annotated[SetInsightDigestInput, INPUT]) -> object:
        """Set the digest."""
        version = input.expected_version
        found = await set_digest(info.context.actor, input.department_id, input.period, expected_version=version)
        return SetInsightDigestPayload(insight_digest=InsightDigest.from_document(found))
