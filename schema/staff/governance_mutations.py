"""Mutations of governance: initiatives, risks and assessments."""

from datetime import datetime
from typing import Annotated, ClassVar

import strawberry

from coaching.governance.assessments import AssessmentDraft, assess_readiness
from coaching.governance.documents import Dimension, InitiativeKind, InitiativeOrigin, RiskStatus
from coaching.governance.initiatives import (
    InitiativeChange,
    InitiativeDraft,
    MoveDraft,
    ReviewDraft,
    create_initiative,
    move_initiative,
    review_initiative,
    update_initiative,
)
from coaching.governance.risks import RiskChange, RiskDraft, create_risk, update_risk
from community.stages import Stage
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.staff.governance import Initiative, ReadinessAssessment, Risk

_INITIATIVE = "The id of the initiative."
_LIKELY = "How likely it is, 1 to 5."
_GRAVE = "How grave it would be, 1 to 5."


@strawberry.input(description="What an initiative is to be measured by.")
class InitiativeKpiInput:
    """What an initiative is to be measured by."""

    name: str = required("What is measured.")
    unit: str | None = given("In what.")
    target: float = required("What is aimed at.")
    actual: float | None = given("What was measured last.")


@strawberry.input(description="What an initiative is to be.")
class CreateInitiativeInput:
    """What an initiative is to be."""

    title: str = required("What it is called, 5 to 200 characters.")
    goal: str = required("What it is to reach.")
    kind: InitiativeKind = required("What it is for.")
    origin: InitiativeOrigin | None = given("Who begins; absent: the company.")
    trigger: str | None = given("What customers said or did that begins it; required when they begin.")
    value_proposition: str | None = given("What customers have of it.")
    sponsor_id: strawberry.ID | None = given("The executive who stands for it; without one there is a warning.")
    owner_id: strawberry.ID | None = given("Who looks after it; absent: the viewer.")
    kpis: list[InitiativeKpiInput] | None = given("What it is measured by, up to 20; without any there is a warning.")
    review_at: datetime | None = given("When to look at it again.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createInitiative`.")
class CreateInitiativePayload(Payload):
    """The answer of `createInitiative`."""

    initiative: Initiative | None = changed("The initiative, at the stage LISTEN.")


@strawberry.input(description="What to change of an initiative; absent stays as it is.")
class UpdateInitiativeInput:
    """What to change of an initiative."""

    initiative_id: strawberry.ID = required(_INITIATIVE)
    title: str | None = given("What it is called, 5 to 200 characters.")
    goal: str | None = given("What it is to reach.")
    trigger: str | None = given("What customers said or did that began it.")
    value_proposition: str | None = given("What customers have of it.")
    sponsor_id: strawberry.ID | None = given("The executive who stands for it.")
    owner_id: strawberry.ID | None = given("Who looks after it.")
    kpis: list[InitiativeKpiInput] | None = given("What it is measured by; taken whole.")
    spent: float | None = given("What it has cost.")
    gained: float | None = given("What it has brought.")
    review_at: datetime | None = given("When to look at it again.")
    archived: bool | None = given("Whether it is over.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `updateInitiative`.")
class UpdateInitiativePayload(Payload):
    """The answer of `updateInitiative`."""

    written: ClassVar[str | None] = "initiative"

    initiative: Initiative | None = changed()


@strawberry.input(description="To which stage an initiative moves on.")
class MoveInitiativeInput:
    """To which stage an initiative moves on."""

    initiative_id: strawberry.ID = required(_INITIATIVE)
    stage: Stage = required("The next stage: LISTEN, ANALYSE, ENGAGE, EVOLVE, and LISTEN again.")
    change: str | None = given("What was changed because of what was learned; EVOLVE needs it.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `moveInitiative`.")
class MoveInitiativePayload(Payload):
    """The answer of `moveInitiative`."""

    written: ClassVar[str | None] = "initiative"

    initiative: Initiative | None = changed()


@strawberry.input(description="What came of looking at an initiative.")
class ReviewInitiativeInput:
    """What came of looking at an initiative."""

    initiative_id: strawberry.ID = required(_INITIATIVE)
    outcome: str = required("What came of it.")
    with_customers: bool | None = given("Whether customers took part; absent: they did not.")
    survey_id: strawberry.ID | None = given("The survey of customers that was looked at; then customers took part.")
    next_review_at: datetime | None = given("When to look again.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `reviewInitiative`.")
class ReviewInitiativePayload(Payload):
    """The answer of `reviewInitiative`."""

    written: ClassVar[str | None] = "initiative"

    initiative: Initiative | None = changed()


@strawberry.input(description="What may go wrong.")
class CreateRiskInput:
    """What may go wrong."""

    title: str = required("What it is called, 5 to 200 characters.")
    description: str | None = given("What may happen.")
    likelihood: int = required(_LIKELY)
    impact: int = required(_GRAVE)
    mitigation: str | None = given("What is done against it.")
    owner_id: strawberry.ID | None = given("Who looks after it; absent: the viewer.")
    initiative_id: strawberry.ID | None = given("The initiative that it comes with.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createRisk`.")
class CreateRiskPayload(Payload):
    """The answer of `createRisk`."""

    risk: Risk | None = changed("The risk.")


@strawberry.input(description="What to change of a risk; absent stays as it is.")
class UpdateRiskInput:
    """What to change of a risk."""

    risk_id: strawberry.ID = required("The id of the risk.")
    title: str | None = given("What it is called, 5 to 200 characters.")
    description: str | None = given("What may happen.")
    likelihood: int | None = given(_LIKELY)
    impact: int | None = given(_GRAVE)
    mitigation: str | None = given("What is done against it.")
    owner_id: strawberry.ID | None = given("Who looks after it.")
    status: RiskStatus | None = given("Where that stands.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `updateRisk`.")
class UpdateRiskPayload(Payload):
    """The answer of `updateRisk`."""

    written: ClassVar[str | None] = "risk"

    risk: Risk | None = changed()


@strawberry.input(description="What was found in one dimension.")
class ReadinessFindingInput:
    """What was found in one dimension."""

    dimension: Dimension = required("The dimension.")
    score: int = required("From 0, nothing, to 4, fully in place.")
    evidence: str = required("What shows it.")


@strawberry.input(description="What was found in every dimension.")
class AssessReadinessInput:
    """What was found in every dimension."""

    findings: list[ReadinessFindingInput] = required("One finding for each dimension.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `assessReadiness`.")
class AssessReadinessPayload(Payload):
    """The answer of `assessReadiness`."""

    assessment: ReadinessAssessment | None = changed("What follows from it.")


@strawberry.type
class GovernanceMutations:
    """What can be done to govern."""

    @mutation(CreateInitiativePayload, description="Begins an initiative; needs `governance:manage`.")
    async def create_initiative(self, info: Info, input: Annotated[CreateInitiativeInput, INPUT]) -> object:
        """Begin an initiative."""
        draft = parse(InitiativeDraft, **values_of(input))
        made = await create_initiative(info.context.actor, draft, once=once_for(info, "createInitiative", input))
        return CreateInitiativePayload(initiative=Initiative.from_document(made))

    @mutation(UpdateInitiativePayload, description="Changes an initiative, for its owner and with `governance:manage`.")
    async def update_initiative(self, info: Info, input: Annotated[UpdateInitiativeInput, INPUT]) -> object:
        """Change an initiative."""
        told, version = parse(InitiativeChange, **values_of(input, "initiative_id")), input.expected_version
        found = await update_initiative(info.context.actor, input.initiative_id, told, expected_version=version)
        return UpdateInitiativePayload(initiative=Initiative.from_document(found))

    @mutation(MoveInitiativePayload, description="Moves an initiative on to its next stage; EVOLVE says what was changed.")
    async def move_initiative(self, info: Info, input: Annotated[MoveInitiativeInput, INPUT]) -> object:
        """Move an initiative on."""
        draft, version = parse(MoveDraft, **values_of(input, "initiative_id")), input.expected_version
        found = await move_initiative(info.context.actor, input.initiative_id, draft, expected_version=version)
        return MoveInitiativePayload(initiative=Initiative.from_document(found))

    @mutation(ReviewInitiativePayload, description="Writes down what came of looking at an initiative, with customers or not.")
    async def review_initiative(self, info: Info, input: Annotated[ReviewInitiativeInput, INPUT]) -> object:
        """Review an initiative."""
        draft, version = parse(ReviewDraft, **values_of(input, "initiative_id")), input.expected_version
        found = await review_initiative(info.context.actor, input.initiative_id, draft, expected_version=version)
        return ReviewInitiativePayload(initiative=Initiative.from_document(found))

    @mutation(CreateRiskPayload, description="Puts a risk down; needs `governance:manage`.")
    async def create_risk(self, info: Info, input: Annotated[CreateRiskInput, INPUT]) -> object:
        """Put a risk down."""
        made = await create_risk(
            info.context.actor, parse(RiskDraft, **values_of(input)), once=once_for(info, "createRisk", input)
        )
        return CreateRiskPayload(risk=Risk.from_document(made))

    @mutation(UpdateRiskPayload, description="Changes a risk, or what is done about it; needs `governance:manage`.")
    async def update_risk(self, info: Info, input: Annotated[UpdateRiskInput, INPUT]) -> object:
        """Change a risk."""
        told, version = parse(RiskChange, **values_of(input, "risk_id")), input.expected_version
        found = await update_risk(info.context.actor, input.risk_id, told, expected_version=version)
        return UpdateRiskPayload(risk=Risk.from_document(found))

    @mutation(AssessReadinessPayload, description="Keeps how ready the company was found, and how far it has come.")
    async def assess_readiness(self, info: Info, input: Annotated[AssessReadinessInput, INPUT]) -> object:
        """Assess how ready the company is."""
        draft = parse(AssessmentDraft, **values_of(input))
        made = await assess_readiness(info.context.actor, draft, once=once_for(info, "assessReadiness", input))
        return AssessReadinessPayload(assessment=ReadinessAssessment.from_document(made))
