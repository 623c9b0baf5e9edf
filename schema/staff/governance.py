"""Governance: initiatives, the register of risks, and how ready the company is."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from coaching.governance import documents as governance
from coaching.governance.documents import (
    Dimension,
    InitiativeKind,
    InitiativeOrigin,
    InitiativeWarning,
    Maturity,
    MaturityWarning,
    RiskStatus,
)
from coaching.governance.initiatives import KEPT, MOST_KPIS, return_of, warnings_of
from coaching.governance.policies import may_steer
from coaching.governance.reading import (
    count_assessments,
    count_initiatives,
    count_risks,
    list_assessments,
    list_initiatives,
    list_risks,
)
from community.stages import Stage
from core.clock import now
from core.paging import Window
from schema.connections import Connection
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.insights_on import ShowsInsights
from schema.staff.members import Member, member_of

_VERSION = "Rises with each edit by a person; pass it as `expectedVersion`."

told(
    InitiativeKind,
    "What an initiative is for.",
    MARKETING="To be known and understood.",
    SELLING="To win customers.",
    SERVICE="To help customers.",
)
told(InitiativeOrigin, "Who began an initiative.", COMPANY="The company.", CUSTOMERS="Customers, by what they said.")
told(
    Stage,
    "Where an initiative stands; after the last stage the first begins anew.",
    name="InitiativeStage",
    LISTEN="Hearing what is said.",
    ANALYSE="Understanding it.",
    ENGAGE="Doing something with customers.",
    EVOLVE="Changing something because of what was learned.",
)
told(
    InitiativeWarning,
    "What is amiss with an initiative.",
    NO_SPONSOR="No executive stands for it.",
    NO_KPI="Nothing measures it.",
    KPI_NOT_MEASURED="It engages customers, and something was not measured yet.",
    NO_REVIEW_DATE="It is not said when to look at it again.",
    REVIEW_OVERDUE="It should have been looked at.",
    NO_CUSTOMER_REVIEW="It changed something, and was never looked at with customers.",
)
told(
    RiskStatus,
    "What is done about a risk.",
    OPEN="Nothing yet.",
    MITIGATED="Something is done against it.",
    ACCEPTED="It is borne.",
    CLOSED="It can't happen any more.",
)
told(
    Dimension,
    "What an assessment looks at.",
    name="ReadinessDimension",
    OPERATIONS="How the company works inside.",
    CUSTOMERS="Who the customers are, and whom to reach.",
    MISSION="What it is for.",
    GUIDELINES="What holds for everybody.",
    ANALYTICS="What is measured.",
    GOVERNANCE="Who decides.",
    EXECUTIVES="Whether executives stand for it.",
    NETWORK="Whether departments work on it together.",
)
told(
    Maturity,
    "How far the company has come.",
    PROJECT="Projects, each by itself.",
    PROGRAMME="A programme with a mission, guidelines, measures and sponsors.",
    SOCIAL_CRM="Social CRM, in place everywhere.",
)
told(
    MaturityWarning,
    "A mixture of stages that does not hold.",
    NETWORK_WITHOUT_KPI="Departments work together, and nobody measures it.",
    METRICS_WITHOUT_SPONSOR="A programme is measured that no executive stands for.",
)


@strawberry.type(description="What an initiative is measured by.")
class InitiativeKpi:
    """What an initiative is measured by."""

    name: str = strawberry.field(description="What is measured.")
    unit: str | None = strawberry.field(description="In what; null where it is a mere number.")
    target: float = strawberry.field(description="What is aimed at.")
    actual: float | None = strawberry.field(description="What was measured last; null until then.")


@strawberry.type(description="That an initiative came to a stage.")
class InitiativeStep:
    """That an initiative came to a stage."""

    stage: Stage = strawberry.field(description="The stage.")
    at: datetime = strawberry.field(description="When.")
    change: str | None = strawberry.field(description="What was changed, at EVOLVE; null at other stages.")


@strawberry.type(description="That an initiative was looked at.")
class InitiativeReview:
    """That an initiative was looked at."""

    at: datetime = strawberry.field(description="When.")
    outcome: str = strawberry.field(description="What came of it.")
    with_customers: bool = strawberry.field(description="Whether customers took part.")
    survey_id: strawberry.ID | None = strawberry.field(description="The survey of customers that was looked at; null for none.")


@strawberry.type(description="Something that the company does in social media.")
class Initiative(ShowsInsights, Node):
    """Something that the company does in social media."""

    document: strawberry.Private[governance.Initiative]
    title: str = strawberry.field(description="What it is called.")
    goal: str = strawberry.field(description="What it is to reach.")
    kind: InitiativeKind = strawberry.field(description="What it is for.")
    origin: InitiativeOrigin = strawberry.field(description="Who began.")
    trigger: str | None = strawberry.field(description="What customers said or did that began it; null for none.")
    value_proposition: str | None = strawberry.field(description="What customers have of it; null where that is not said.")
    stage: Stage = strawberry.field(description="Where it stands.")
    spent: float | None = strawberry.field(description="What it has cost; null where that is not known.")
    gained: float | None = strawberry.field(description="What it has brought; null where that is not known.")
    review_at: datetime | None = strawberry.field(description="When to look at it again; null where that is not said.")
    archived: bool = strawberry.field(description="Whether it is over.")
    version: int = strawberry.field(description=_VERSION)

    @classmethod
    def from_document(cls, document: governance.Initiative) -> Self:
        """Show an initiative."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            title=document.title,
            goal=document.goal,
            kind=document.kind,
            origin=document.origin,
            trigger=document.trigger,
            value_proposition=document.value_proposition,
            stage=document.stage,
            spent=document.spent,
            gained=document.gained,
            review_at=document.review_at,
            archived=document.archived,
            version=document.version,
        )

    @strawberry.field(description="The executive who stands for it; null for none.")
    async def sponsor(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.sponsor_id)

    @strawberry.field(description="Who looks after it; null once they have left.")
    async def owner(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.owner_id)

    @strawberry.field(description="What it is measured by.", directives=list_size(MOST_KPIS))
    def kpis(self) -> list[InitiativeKpi]:
        """Give the measures."""
        return [InitiativeKpi(name=o.name, unit=o.unit, target=o.target, actual=o.actual) for o in self.document.kpis]

    @strawberry.field(description="The stages that it came to, the oldest first; the last fifty.", directives=list_size(KEPT))
    def steps(self) -> list[InitiativeStep]:
        """Give the steps."""
        return [InitiativeStep(stage=one.stage, at=one.at, change=one.change) for one in self.document.steps]

    @strawberry.field(description="When it was looked at, the oldest first; the last fifty.", directives=list_size(KEPT))
    def reviews(self) -> list[InitiativeReview]:
        """Give the reviews."""
        return [
            InitiativeReview(
                at=one.at,
                outcome=one.outcome,
                with_customers=one.with_customers,
                survey_id=strawberry.ID(one.survey_id) if one.survey_id else None,
            )
            for one in self.document.reviews
        ]

    @strawberry.field(description="What is amiss with it.", directives=list_size(len(InitiativeWarning)))
    def warnings(self) -> list[InitiativeWarning]:
        """Give the warnings."""
        return warnings_of(self.document, now())

    @strawberry.field(description="What was gained for each unit spent, less that unit; null while either is not known.")
    def return_on_investment(self) -> float | None:
        """Give the return."""
        return return_of(self.document)

    @strawberry.field(description="Whether the viewer can change it, move it on and review it.")
    def viewer_can_steer(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_steer(info.context.actor, self.document))


@strawberry.type(description="Something that may go wrong.")
class Risk(Node):
    """Something that may go wrong."""

    document: strawberry.Private[governance.Risk]
    title: str = strawberry.field(description="What it is called.")
    description: str | None = strawberry.field(description="What may happen; null where that is not said.")
    likelihood: int = strawberry.field(description="How likely it is, 1 to 5.")
    impact: int = strawberry.field(description="How grave it would be, 1 to 5.")
    exposure: int = strawberry.field(description="Likelihood times impact, 1 to 25.")
    mitigation: str | None = strawberry.field(description="What is done against it; null for nothing.")
    status: RiskStatus = strawberry.field(description="Where that stands.")
    initiative_id: strawberry.ID | None = strawberry.field(description="The initiative that it comes with; null for none.")
    version: int = strawberry.field(description=_VERSION)

    @classmethod
    def from_document(cls, document: governance.Risk) -> Self:
        """Show a risk."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            title=document.title,
            description=document.description,
            likelihood=document.likelihood,
            impact=document.impact,
            exposure=document.exposure,
            mitigation=document.mitigation,
            status=document.status,
            initiative_id=strawberry.ID(document.initiative_id) if document.initiative_id else None,
            version=document.version,
        )

    @strawberry.field(description="Who looks after it; null once they have left.")
    async def owner(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.owner_id)


@strawberry.type(description="What was found in one dimension.")
class ReadinessFinding:
    """What was found in one dimension."""

    dimension: Dimension = strawberry.field(description="The dimension.")
    score: int = strawberry.field(description="From 0, nothing, to 4, fully in place.")
    evidence: str = strawberry.field(description="What shows it.")


@strawberry.type(description="How ready the company is and how far it has come, as found at one time.")
class ReadinessAssessment(Node):
    """How ready the company is and how far it has come, as found at one time."""

    document: strawberry.Private[governance.Assessment]
    readiness: float = strawberry.field(description="From 0 to 100, over all dimensions.")
    maturity: Maturity = strawberry.field(description="How far the company has come.")
    warnings: list[MaturityWarning] = strawberry.field(
        description="Mixtures of stages that do not hold.", directives=list_size(len(MaturityWarning))
    )
    findings: list[ReadinessFinding] = strawberry.field(
        description="What was found, dimension by dimension.", directives=list_size(len(Dimension))
    )
    assessed_at: datetime = strawberry.field(description="When.")

    @classmethod
    def from_document(cls, document: governance.Assessment) -> Self:
        """Show an assessment."""
        found = document.findings
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            readiness=document.readiness,
            maturity=document.maturity,
            warnings=list(document.warnings),
            findings=[ReadinessFinding(dimension=one.dimension, score=one.score, evidence=one.evidence) for one in found],
            assessed_at=document.assessed_at,
        )

    @strawberry.field(description="Who assessed; null once they have left.")
    async def assessed_by(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.assessed_by)


@strawberry.type
class GovernanceQueries:
    """What the company has begun, what may go wrong, and how ready it is."""

    @paged("Initiatives that go on, the newest first.", graphql_type=Connection[Initiative])
    async def initiatives(
        self,
        info: Info,
        window: Window,
        kind: Annotated[InitiativeKind | None, strawberry.argument(description="Only of this kind; absent: all.")] = None,
    ) -> object:
        """Give a page of them."""
        actor = info.context.actor
        return pages(info, await list_initiatives(actor, kind, window), count=lambda: count_initiatives(actor, kind))

    @paged(
        "Risks, those with the highest exposure first; none without `governance:manage`.",
        graphql_type=Connection[Risk],
    )
    async def risks(
        self,
        info: Info,
        window: Window,
        status: Annotated[RiskStatus | None, strawberry.argument(description="Only in this state; absent: all.")] = None,
    ) -> object:
        """Give a page of them."""
        actor = info.context.actor
        return pages(info, await list_risks(actor, status, window), count=lambda: count_risks(actor, status))

    @paged(
        "Assessments of how ready the company is, the latest first; none without `governance:manage`.",
        graphql_type=Connection[ReadinessAssessment],
    )
    async def readiness_assessments(self, info: Info, window: Window) -> object:
        """Give a page of them."""
        actor = info.context.actor
        return pages(info, await list_assessments(actor, window), count=lambda: count_assessments(actor))
