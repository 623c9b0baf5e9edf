"""Mutations around practice: scenarios made of real cases, marks, and talking a run through."""

from typing import Annotated, ClassVar

import strawberry

from coaching.practice.from_cases import CaseScenarioDraft, create_scenario_from_case
from coaching.practice.scoring import DebriefDraft, ScoreDraft, debrief_practice, score_practice
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.staff.practice import PracticeRun, PracticeScenario, PracticeScore


@strawberry.input(description="Which case to make a scenario of.")
class CreatePracticeScenarioFromCaseInput:
    """Which case to make a scenario of."""

    case_id: strawberry.ID = required("The id of a real case.")
    title: str = required("What to call it; it may not tell who it was.")
    summary: str = required("What it is about; it may not tell who it was.")
    level: int = required("How much social experience it asks for, from 1 to 5.")
    estimated_minutes: int = required("How long it takes, up to 480.")
    also_remove: list[str] | None = given("Names and other words to take out beside what is known of the customer, up to 50.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createPracticeScenarioFromCase`.")
class CreatePracticeScenarioFromCasePayload(Payload):
    """The answer of `createPracticeScenarioFromCase`."""

    scenario: PracticeScenario | None = changed("The scenario; read it, then take it into use by `updatePracticeScenario`.")


@strawberry.input(description="A mark by one criterion.")
class PracticeMarkInput:
    """A mark by one criterion."""

    criterion: str = required("The key of the criterion.")
    mark: int = required("The mark, from 0 to 5.")
    remark: str | None = given("Why.")


@strawberry.input(description="How a member did in a run.")
class ScorePracticeInput:
    """How a member did in a run."""

    run_id: strawberry.ID = required("The id of a run that is over.")
    member_id: strawberry.ID = required("The id of a member who took part.")
    marks: list[PracticeMarkInput] = required("One mark by each criterion of the run.")
    expected_version: int = required("The `version` of the marks you gave before; 0 for the first.")


@strawberry.type(description="The answer of `scorePractice`.")
class ScorePracticePayload(Payload):
    """The answer of `scorePractice`."""

    written: ClassVar[str | None] = "score"

    score: PracticeScore | None = changed("The viewer's marks for the member.")


@strawberry.input(description="What was said when a run was talked through.")
class DebriefPracticeInput:
    """What was said when a run was talked through."""

    run_id: strawberry.ID = required("The id of a run that is over.")
    went_well: str = required("What went well.")
    to_improve: str = required("What to do better.")
    lessons: str | None = given("What was learned.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `debriefPractice`.")
class DebriefPracticePayload(Payload):
    """The answer of `debriefPractice`."""

    written: ClassVar[str | None] = "run"

    run: PracticeRun | None = changed()


@strawberry.type
class PracticeScoreMutations:
    """What facilitators do before and after a run."""

    @mutation(
        CreatePracticeScenarioFromCasePayload,
        description="Makes a scenario of what a real customer said, with stand-ins for everything that could tell who it was. "
        "Refused while anything of them is left; out of use until somebody has read it.",
    )
    async def create_practice_scenario_from_case(
        self, info: Info, input: Annotated[CreatePracticeScenarioFromCaseInput, INPUT]
    ) -> object:
        """Make a scenario of a case."""
        draft, once = parse(CaseScenarioDraft, **values_of(input)), once_for(info, "createPracticeScenarioFromCase", input)
        made = await create_scenario_from_case(info.context.actor, draft, once=once)
        return CreatePracticeScenarioFromCasePayload(scenario=PracticeScenario.from_document(made))

    @mutation(ScorePracticePayload, description="Gives the viewer's marks to a member who took part in a run that is over.")
    async def score_practice(self, info: Info, input: Annotated[ScorePracticeInput, INPUT]) -> object:
        """Give marks."""
        draft = parse(ScoreDraft, **values_of(input))
        score = await score_practice(info.context.actor, draft, expected_version=input.expected_version)
        return ScorePracticePayload(score=PracticeScore.from_document(score))

    @mutation(DebriefPracticePayload, description="Writes down what was said when a run was talked through.")
    async def debrief_practice(self, info: Info, input: Annotated[DebriefPracticeInput, INPUT]) -> object:
        """Write a debrief down."""
        draft = parse(DebriefDraft, **values_of(input, "run_id"))
        run = await debrief_practice(info.context.actor, input.run_id, draft, expected_version=input.expected_version)
        return DebriefPracticePayload(run=PracticeRun.from_document(run))
