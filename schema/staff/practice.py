"""Practice: scenarios, and the runs in which people go through them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Self

import strawberry

from care.documents.channels import ChannelKind
from care.documents.conversations import Visibility
from care.reading.cases import cases_by_ids
from coaching.practice import documents as practice
from coaching.practice.documents import InjectKind, PracticeRunStatus
from coaching.practice.from_cases import source_of
from coaching.practice.policies import may_end, may_facilitate, may_manage_practice, may_start
from coaching.practice.reading import count_runs, count_scenarios, list_runs, list_scenarios, scenarios_by_ids
from coaching.practice.runs import MOST_INJECTS, MOST_PARTICIPANTS
from coaching.practice.scenarios import MOST_CRITERIA, MOST_PERSONAS, MOST_VOICES
from coaching.practice.scoring import MOST_SCORES, agreements, results_for, scores_of_runs
from core.paging import Window
from schema.connections import Connection, later
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.members import Member, member_of, members_of

told(
    InjectKind,
    "What an inject of a scenario is.",
    name="PracticeInjectKind",
    MESSAGE="One message of one persona.",
    TWEETSTORM="Many people at once, each with a text of their own.",
    JOURNALIST="Somebody of the press who asks.",
)
told(
    PracticeRunStatus,
    "Where a run stands.",
    RUNNING="It goes on, or is paused.",
    FINISHED="It was gone through to the end.",
    ABANDONED="It was given up, or left alone for a day.",
)


@strawberry.type(description="Somebody who is played in a scenario.")
class PracticePersona:
    """Somebody who is played in a scenario."""

    key: str = strawberry.field(description="How the injects name them.")
    name: str = strawberry.field(description="What they are called.")
    handle: str = strawberry.field(description="Their name on the channel.")
    followers: int | None = strawberry.field(description="How many people hear them; null where that is not said.")
    about: str | None = strawberry.field(description="What drives them, for facilitators; null for everybody else.")

    @classmethod
    def of(cls, info: Info, persona: practice.Persona) -> Self:
        """Show a persona; what drives them would spoil the exercise."""
        about = persona.about if may_manage_practice(info.context.actor) else None
        return cls(key=persona.key, name=persona.name, handle=persona.handle, followers=persona.followers, about=about)


@strawberry.type(description="What a persona says in a scenario, and when.")
class PracticeInject:
    """What a persona says in a scenario, and when."""

    persona: str = strawberry.field(description="The key of who says it.")
    phase: str = strawberry.field(description="The phase of the story to which it belongs.")
    after_minutes: int = strawberry.field(description="How many minutes after the start.")
    kind: InjectKind = strawberry.field(description="What it is.")
    visibility: Visibility = strawberry.field(description="Whether it is said in public.")
    texts: list[str] = strawberry.field(
        description="What is said; several texts in a tweetstorm only.", directives=list_size(MOST_VOICES)
    )
    due_at: datetime | None = strawberry.field(description="When it is due in the run; null in a scenario.")
    played_at: datetime | None = strawberry.field(description="When it was said in the run; null until then.")

    @classmethod
    def of(cls, inject: practice.Inject) -> Self:
        """Show an inject."""
        in_run = inject if isinstance(inject, practice.PlayedInject) else None
        return cls(
            persona=inject.persona,
            phase=inject.phase,
            after_minutes=inject.after_minutes,
            kind=inject.kind,
            visibility=inject.visibility,
            texts=list(inject.texts),
            due_at=in_run.due_at if in_run else None,
            played_at=in_run.played_at if in_run else None,
        )


@strawberry.type(description="What marks are given by in a scenario.")
class PracticeCriterion:
    """What marks are given by in a scenario."""

    key: str = strawberry.field(description="How marks name it.")
    label: str = strawberry.field(description="What it says.")
    weight: int = strawberry.field(description="How much it counts beside the others.")


def _criteria(found: Sequence[practice.Criterion]) -> list[PracticeCriterion]:
    return [PracticeCriterion(key=one.key, label=one.label, weight=one.weight) for one in found]


@strawberry.type(description="A mark by one criterion.")
class PracticeMark:
    """A mark by one criterion."""

    criterion: str = strawberry.field(description="The key of the criterion.")
    mark: int = strawberry.field(description="The mark, from 0 to 5.")
    remark: str | None = strawberry.field(description="Why; null where nothing was said.")


@strawberry.type(description="The marks of one facilitator for one member in one run.")
class PracticeScore(Node):
    """The marks of one facilitator for one member in one run."""

    document: strawberry.Private[practice.PracticeScore]
    marks: list[PracticeMark] = strawberry.field(
        description="One by each criterion of the run.", directives=list_size(MOST_CRITERIA)
    )
    points: float = strawberry.field(description="From 0 to 100, by the weights of the criteria.")
    scored_at: datetime = strawberry.field(description="When they were given.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: practice.PracticeScore) -> Self:
        """Show marks."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            marks=[PracticeMark(criterion=one.criterion, mark=one.mark, remark=one.remark) for one in document.marks],
            points=document.points,
            scored_at=document.scored_at,
            version=document.version,
        )

    @strawberry.field(description="Who got them; null once they have left.")
    async def member(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.member_id)

    @strawberry.field(description="Who gave them; null once they have left.")
    async def scorer(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.scorer_id)


@strawberry.type(description="How far facilitators agree on a member by one criterion.")
class PracticeAgreement:
    """How far facilitators agree on a member by one criterion."""

    member_id: strawberry.ID = strawberry.field(description="The id of the member.")
    criterion: str = strawberry.field(description="The key of the criterion.")
    lowest: int = strawberry.field(description="The lowest mark.")
    highest: int = strawberry.field(description="The highest mark.")
    mean: float = strawberry.field(description="The mean of the marks.")
    agreed: bool = strawberry.field(description="Whether the marks are no more than one apart; else talk about them.")


@strawberry.type(description="What was said when a run was talked through.")
class PracticeDebrief:
    """What was said when a run was talked through."""

    went_well: str = strawberry.field(description="What went well.")
    to_improve: str = strawberry.field(description="What to do better.")
    lessons: str | None = strawberry.field(description="What was learned; null where nothing was said.")
    at: datetime = strawberry.field(description="When it was written down.")


@strawberry.type(description="What a member reached in one finished run.")
class PracticeResult:
    """What a member reached in one finished run."""

    run_id: strawberry.ID = strawberry.field(description="The id of the run.")
    scenario_id: strawberry.ID = strawberry.field(description="The id of the scenario.")
    level: int = strawberry.field(description="The level of the scenario.")
    points: float = strawberry.field(description="From 0 to 100, the mean over all who gave marks.")
    scorers: int = strawberry.field(description="How many gave marks.")
    calibrated: bool = strawberry.field(description="Whether several gave marks and agreed by every criterion.")
    scored_at: datetime = strawberry.field(description="When the last marks were given.")


@strawberry.type(description="A story to practise: who speaks, and what they say when.")
class PracticeScenario(Node):
    """A story to practise."""

    document: strawberry.Private[practice.PracticeScenario]
    title: str = strawberry.field(description="What it is called.")
    level: int = strawberry.field(description="How much social experience it asks for, from 1 to 5.")
    summary: str = strawberry.field(description="What it is about.")
    estimated_minutes: int = strawberry.field(description="How long it takes.")
    channel_kind: ChannelKind = strawberry.field(description="On which kind of channel it plays.")
    archived: bool = strawberry.field(description="Whether it is out of use.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: practice.PracticeScenario) -> Self:
        """Show a scenario."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            title=document.title,
            level=document.level,
            summary=document.summary,
            estimated_minutes=document.estimated_minutes,
            channel_kind=document.channel_kind,
            archived=document.archived,
            version=document.version,
        )

    @strawberry.field(description="Who is played.", directives=list_size(MOST_PERSONAS))
    def personas(self, info: Info) -> list[PracticePersona]:
        """Give the personas."""
        return [PracticePersona.of(info, persona) for persona in self.document.personas]

    @strawberry.field(
        description="What is said when; only for facilitators, empty for everybody else.", directives=list_size(MOST_INJECTS)
    )
    def injects(self, info: Info) -> list[PracticeInject]:
        """Give the injects."""
        told_to = may_manage_practice(info.context.actor)
        return [PracticeInject.of(inject) for inject in self.document.injects] if told_to else []

    @strawberry.field(description="What marks are given by.", directives=list_size(MOST_CRITERIA))
    def criteria(self) -> list[PracticeCriterion]:
        """Give the criteria."""
        return _criteria(self.document.criteria)

    @strawberry.field(
        description="The real case that it was made of, for facilitators who may read it; null for everybody else.",
        graphql_type=later("schema.staff.cases", "Case", optional=True),
    )
    async def source_case(self, info: Info) -> object:
        """Give the case."""
        found = await source_of(info.context.actor, self.document)
        return info.context.present(found) if found is not None else None

    @strawberry.field(description="Whether the viewer can start it.")
    def viewer_can_start(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_start(info.context.actor, self.document))


@strawberry.type(description="People going through a scenario, alone or together.")
class PracticeRun(Node):
    """People going through a scenario."""

    document: strawberry.Private[practice.PracticeRun]
    status: PracticeRunStatus = strawberry.field(description="Where it stands.")
    started_at: datetime = strawberry.field(description="When it began.")
    paused_at: datetime | None = strawberry.field(description="Since when a facilitator holds it; null while it goes on.")
    ended_at: datetime | None = strawberry.field(description="When it ended; null until then.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: practice.PracticeRun) -> Self:
        """Show a run."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            status=document.status,
            started_at=document.started_at,
            paused_at=document.paused_at,
            ended_at=document.ended_at,
            version=document.version,
        )

    @strawberry.field(description="What is gone through.")
    async def scenario(self, info: Info) -> PracticeScenario:
        """Give the scenario."""
        return PracticeScenario.from_document(await info.context.load(scenarios_by_ids, self.document.scenario_id))

    @strawberry.field(description="The case with which it begins.", graphql_type=later("schema.staff.cases", "Case"))
    async def case(self, info: Info) -> object:
        """Give the case."""
        return info.context.present(await info.context.load(cases_by_ids, self.document.case_id))

    @strawberry.field(description="Who takes part.", directives=list_size(MOST_PARTICIPANTS))
    async def participants(self, info: Info) -> list[Member]:
        """Give the members."""
        return await members_of(info, self.document.participants)

    @strawberry.field(
        description="What was said so far, and for facilitators what is still to come.", directives=list_size(MOST_INJECTS)
    )
    def injects(self, info: Info) -> list[PracticeInject]:
        """Give the injects."""
        all_of_them = may_manage_practice(info.context.actor)
        return [PracticeInject.of(one) for one in self.document.injects if all_of_them or one.played_at is not None]

    @strawberry.field(description="What marks are given by.", directives=list_size(MOST_CRITERIA))
    def criteria(self) -> list[PracticeCriterion]:
        """Give the criteria."""
        return _criteria(self.document.criteria)

    @strawberry.field(description="What was said when it was talked through; null until then.")
    def debrief(self) -> PracticeDebrief | None:
        """Give the debrief."""
        said = self.document.debrief
        if said is None:
            return None
        return PracticeDebrief(went_well=said.went_well, to_improve=said.to_improve, lessons=said.lessons, at=said.at)

    @strawberry.field(description="The marks given: all for facilitators, else the viewer's.", directives=list_size(MOST_SCORES))
    async def scores(self, info: Info) -> list[PracticeScore]:
        """Give the marks."""
        return [PracticeScore.from_document(one) for one in await info.context.load(scores_of_runs, self.document.id)]

    @strawberry.field(
        description="How far facilitators agree, member by member; empty where only one gave marks.",
        directives=list_size(MOST_PARTICIPANTS * MOST_CRITERIA),
    )
    async def calibration(self, info: Info) -> list[PracticeAgreement]:
        """Compare the marks."""
        found = await info.context.load(scores_of_runs, self.document.id)
        return [
            PracticeAgreement(
                member_id=strawberry.ID(member), criterion=one.criterion, lowest=one.lowest, highest=one.highest,
                mean=one.mean, agreed=one.agreed,
            )
            for member in self.document.participants
            for one in agreements([score for score in found if score.member_id == member])
        ]  # fmt: skip

    @strawberry.field(description="Whether the viewer can pause and resume it, and let personas speak.")
    def viewer_can_facilitate(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_facilitate(info.context.actor, self.document))

    @strawberry.field(description="Whether the viewer can end it.")
    def viewer_can_end(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_end(info.context.actor, self.document))


@strawberry.type
class PracticeQueries:
    """What can be practised, and who does."""

    @paged(
        "Scenarios that can be practised, the easiest first; none for who answers no customers.",
        graphql_type=Connection[PracticeScenario],
    )
    async def practice_scenarios(self, info: Info, window: Window) -> object:
        """Give a page of the scenarios."""
        actor = info.context.actor
        return pages(info, await list_scenarios(actor, window), count=lambda: count_scenarios(actor))

    @paged("Runs in which the viewer takes part, all for facilitators, the newest first.", graphql_type=Connection[PracticeRun])
    async def practice_runs(self, info: Info, window: Window) -> object:
        """Give a page of the runs."""
        actor = info.context.actor
        return pages(info, await list_runs(actor, window), count=lambda: count_runs(actor))

    @strawberry.field(
        description="What a member reached in practice, the newest first; others' needs `practice:manage` or `member:manage`.",
        directives=list_size(MOST_SCORES),
    )
    async def practice_results(
        self,
        info: Info,
        member_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="The id of the member; absent: the viewer.")
        ] = None,
    ) -> list[PracticeResult]:
        """Give the results."""
        return [
            PracticeResult(
                run_id=strawberry.ID(one.run_id), scenario_id=strawberry.ID(one.scenario_id), level=one.level,
                points=one.points, scorers=one.scorers, calibrated=one.calibrated, scored_at=one.scored_at,
            )
            for one in await results_for(info.context.actor, member_id)
        ]  # fmt: skip
