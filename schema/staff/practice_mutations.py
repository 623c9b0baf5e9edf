"""Mutations of practice: scenarios are made, runs are started, steered and ended."""

from typing import Annotated, ClassVar

import strawberry

from care.documents.channels import ChannelKind
from care.documents.conversations import Visibility
from care.reading.cases import cases_by_ids
from coaching.practice.documents import InjectKind
from coaching.practice.reading import scenarios_by_ids
from coaching.practice.runs import (
    InjectNow,
    RunDraft,
    end_practice,
    inject_now,
    pause_practice,
    resume_practice,
    start_practice,
)
from coaching.practice.scenarios import ScenarioChange, ScenarioDraft, create_scenario, update_scenario
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.staff.practice import PracticeRun, PracticeScenario

_RUN = "The id of the run."
_TEXTS = "What is said; a tweetstorm has 2 to 30 texts, everything else one."


@strawberry.input(description="Somebody who is to be played.")
class PracticePersonaInput:
    """Somebody who is to be played."""

    key: str = required("How the injects name them: lower-case letters, digits and hyphens.")
    name: str = required("What they are called.")
    handle: str = required("Their name on the channel.")
    followers: int | None = given("How many people hear them.")
    about: str | None = given("What drives them, for facilitators.")


@strawberry.input(description="What a persona is to say, and when.")
class PracticeInjectInput:
    """What a persona is to say, and when."""

    persona: str = required("The key of who says it.")
    phase: str = required("The phase of the story.")
    after_minutes: int | None = given("How many minutes after the start, up to 480; absent: at the start.")
    kind: InjectKind | None = given("What it is; absent: one message.")
    visibility: Visibility | None = given("Whether it is said in public; absent: it is.")
    texts: list[str] = required(_TEXTS)


@strawberry.input(description="What marks are to be given by.")
class PracticeCriterionInput:
    """What marks are to be given by."""

    key: str = required("How marks name it: lower-case letters, digits and hyphens.")
    label: str = required("What it says.")
    weight: int | None = given("How much it counts beside the others, 1 to 100; absent: 1.")


@strawberry.input(description="What a scenario is to be.")
class CreatePracticeScenarioInput:
    """What a scenario is to be."""

    title: str = required("What it is called, up to 200 characters.")
    summary: str = required("What it is about.")
    level: int = required("How much social experience it asks for, from 1 to 5.")
    estimated_minutes: int = required("How long it takes, up to 480.")
    channel_kind: ChannelKind | None = given("On which kind of channel it plays; absent: X.")
    personas: list[PracticePersonaInput] = required("Who is played, up to 20, each with a key of its own.")
    injects: list[PracticeInjectInput] = required("What they say when, up to 100; something at the start.")
    criteria: list[PracticeCriterionInput] | None = given("What marks are given by, up to 20; absent: none are given.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createPracticeScenario`.")
class CreatePracticeScenarioPayload(Payload):
    """The answer of `createPracticeScenario`."""

    scenario: PracticeScenario | None = changed("The scenario.")


@strawberry.input(description="What to change of a scenario; absent stays as it is.")
class UpdatePracticeScenarioInput:
    """What to change of a scenario."""

    scenario_id: strawberry.ID = required("The id of the scenario.")
    title: str | None = given("What it is called, up to 200 characters.")
    summary: str | None = given("What it is about.")
    level: int | None = given("How much social experience it asks for, from 1 to 5.")
    estimated_minutes: int | None = given("How long it takes, up to 480.")
    channel_kind: ChannelKind | None = given("On which kind of channel it plays.")
    personas: list[PracticePersonaInput] | None = given("Who is played; taken whole.")
    injects: list[PracticeInjectInput] | None = given("What they say when; taken whole.")
    criteria: list[PracticeCriterionInput] | None = given("What marks are given by; taken whole.")
    archived: bool | None = given("Whether it is out of use.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `updatePracticeScenario`.")
class UpdatePracticeScenarioPayload(Payload):
    """The answer of `updatePracticeScenario`."""

    written: ClassVar[str | None] = "scenario"

    scenario: PracticeScenario | None = changed()


@strawberry.input(description="Which scenario to practise, and with whom.")
class StartPracticeInput:
    """Which scenario to practise, and with whom."""

    scenario_id: strawberry.ID = required("The id of the scenario.")
    member_ids: list[strawberry.ID] | None = given("Who takes part beside the viewer, up to 19 members; absent: nobody.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `startPractice`.")
class StartPracticePayload(Payload):
    """The answer of `startPractice`."""

    run: PracticeRun | None = changed("The run; what is said at the start is there.")


@strawberry.input(description="Which run to hold.")
class PausePracticeInput:
    """Which run to hold."""

    run_id: strawberry.ID = required(_RUN)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `pausePractice`.")
class PausePracticePayload(Payload):
    """The answer of `pausePractice`."""

    written: ClassVar[str | None] = "run"

    run: PracticeRun | None = changed()


@strawberry.input(description="Which run is to go on.")
class ResumePracticeInput:
    """Which run is to go on."""

    run_id: strawberry.ID = required(_RUN)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `resumePractice`.")
class ResumePracticePayload(Payload):
    """The answer of `resumePractice`."""

    written: ClassVar[str | None] = "run"

    run: PracticeRun | None = changed()


@strawberry.input(description="What a persona is to say now.")
class InjectIntoPracticeInput:
    """What a persona is to say now."""

    run_id: strawberry.ID = required(_RUN)
    persona: str = required("The key of who says it.")
    kind: InjectKind | None = given("What it is; absent: one message.")
    visibility: Visibility | None = given("Whether it is said in public; absent: it is.")
    phase: str | None = given("The phase of the story.")
    texts: list[str] = required(_TEXTS)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `injectIntoPractice`.")
class InjectIntoPracticePayload(Payload):
    """The answer of `injectIntoPractice`."""

    written: ClassVar[str | None] = "run"

    run: PracticeRun | None = changed()


@strawberry.input(description="Which run is over.")
class EndPracticeInput:
    """Which run is over."""

    run_id: strawberry.ID = required(_RUN)
    abandon: bool | None = given("Whether it was given up; absent: it was gone through.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `endPractice`.")
class EndPracticePayload(Payload):
    """The answer of `endPractice`."""

    written: ClassVar[str | None] = "run"

    run: PracticeRun | None = changed()


@strawberry.type
class PracticeMutations:
    """What can be done to practise."""

    @mutation(CreatePracticeScenarioPayload, description="Makes a scenario to practise; needs `practice:manage`.")
    async def create_practice_scenario(self, info: Info, input: Annotated[CreatePracticeScenarioInput, INPUT]) -> object:
        """Make a scenario."""
        draft = parse(ScenarioDraft, **values_of(input))
        made = await create_scenario(info.context.actor, draft, once=once_for(info, "createPracticeScenario", input))
        return CreatePracticeScenarioPayload(scenario=PracticeScenario.from_document(made))

    @mutation(
        UpdatePracticeScenarioPayload, description="Changes a scenario, or takes it out of use; runs keep what they began with."
    )
    async def update_practice_scenario(self, info: Info, input: Annotated[UpdatePracticeScenarioInput, INPUT]) -> object:
        """Change a scenario."""
        told = parse(ScenarioChange, **values_of(input, "scenario_id"))
        version = input.expected_version
        scenario = await update_scenario(info.context.actor, input.scenario_id, told, expected_version=version)
        return UpdatePracticeScenarioPayload(scenario=PracticeScenario.from_document(scenario))

    @mutation(
        StartPracticePayload,
        description="Begins to practise a scenario, alone or with others. Nothing of it ever leaves the house, or is counted.",
    )
    async def start_practice(self, info: Info, input: Annotated[StartPracticeInput, INPUT]) -> object:
        """Begin."""
        draft = parse(RunDraft, **values_of(input))
        started = await start_practice(info.context.actor, draft, once=once_for(info, "startPractice", input))
        info.context.wrote(scenarios_by_ids, started.scenario)
        if started.case is not None:
            info.context.wrote(cases_by_ids, started.case)
        return StartPracticePayload(run=PracticeRun.from_document(started.run))

    @mutation(PausePracticePayload, description="Stops the clock of a run; needs `practice:manage`.")
    async def pause_practice(self, info: Info, input: Annotated[PausePracticeInput, INPUT]) -> object:
        """Hold a run."""
        run = await pause_practice(info.context.actor, input.run_id, expected_version=input.expected_version)
        return PausePracticePayload(run=PracticeRun.from_document(run))

    @mutation(ResumePracticePayload, description="Lets the clock of a run go on; what is to come moves by as long as it stood.")
    async def resume_practice(self, info: Info, input: Annotated[ResumePracticeInput, INPUT]) -> object:
        """Let a run go on."""
        run = await resume_practice(info.context.actor, input.run_id, expected_version=input.expected_version)
        return ResumePracticePayload(run=PracticeRun.from_document(run))

    @mutation(InjectIntoPracticePayload, description="Lets a persona of a run say something now; needs `practice:manage`.")
    async def inject_into_practice(self, info: Info, input: Annotated[InjectIntoPracticeInput, INPUT]) -> object:
        """Let a persona speak."""
        told = parse(InjectNow, **values_of(input, "run_id"))
        run = await inject_now(info.context.actor, input.run_id, told, expected_version=input.expected_version)
        return InjectIntoPracticePayload(run=PracticeRun.from_document(run))

    @mutation(EndPracticePayload, description="Ends a run, for who started it and for facilitators; its cases stay.")
    async def end_practice(self, info: Info, input: Annotated[EndPracticeInput, INPUT]) -> object:
        """End a run."""
        run = await end_practice(
            info.context.actor, input.run_id, abandon=input.abandon is True, expected_version=input.expected_version
        )
        return EndPracticePayload(run=PracticeRun.from_document(run))
