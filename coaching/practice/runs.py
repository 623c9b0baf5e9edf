"""Runs: people begin to practise, alone or together, facilitators steer, and somebody ends it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, Field
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor
from care.documents.channels import Channel, ChannelKind, Environment
from care.documents.conversations import Visibility
from care.policies import require_right
from coaching.practice.documents import InjectKind, PlayedInject, PracticeRun, PracticeRunStatus, PracticeScenario
from coaching.practice.events import InjectPlayed, PracticeEnded, PracticePaused, PracticeResumed, PracticeStarted
from coaching.practice.playing import end, first_case_id, mark_due, play
from coaching.practice.policies import may_end, may_facilitate, may_start
from coaching.practice.reading import require_run, require_scenario
from coaching.practice.scenarios import MOST_VOICES, Key, Line, Said, require_voice
from community.directory import members_by_ids
from community.drafts import ids
from core.clock import now
from core.errors import AlreadyDone, LimitReached, NotFound
from core.idempotency import Once
from core.ids import derived_id
from core.records import change, save

Rule = Callable[[PracticeRun], None]

MOST_PARTICIPANTS = 20
MOST_INJECTS = 200


class RunDraft(BaseModel):
    """Which scenario, and who takes part beside oneself."""

    scenario_id: str
    member_ids: Annotated[list[str], ids(MOST_PARTICIPANTS - 1, "members")] = Field(default_factory=list)


class InjectNow(BaseModel):
    """What a facilitator lets a persona say now."""

    persona: Key
    kind: InjectKind = InjectKind.MESSAGE
    visibility: Visibility = Visibility.PUBLIC
    phase: Line = "Inject"
    texts: Annotated[list[Said], Field(min_length=1, max_length=MOST_VOICES)]


async def start_practice(actor: Actor, draft: RunDraft, *, once: Once) -> PracticeRun:
    """Begin to practise, alone or with others; what is said at the start is there when this returns.

    Raises NotFound for the scenario or a member, Forbidden without `case:reply`, AlreadyDone for a scenario out of use,
    IdempotencyMismatch.
    """
    scenario = await require_scenario(actor, draft.scenario_id)
    may_start(actor, scenario).enforce()
    members = await _together(actor, draft.member_ids)
    run = _run(actor, scenario, members, await practice_channel(scenario.channel_kind), once)
    run.record(PracticeStarted(run_id=run.id), actor=actor.id)
    try:
        await save(run)
    except DuplicateKeyError:
        before = await PracticeRun.get(run.id)
        if before is None:
            raise
        once.same_input(before.fingerprint)
        run = before
    return await play(run)


async def pause_practice(actor: Actor, run_id: str, *, expected_version: int) -> PracticeRun:
    """Stop the clock of a run: nothing more is said before it goes on.

    Raises NotFound, Forbidden without `practice:manage`, AlreadyDone when it is paused or over, Conflict.
    """

    def rule(current: PracticeRun) -> None:
        if current.paused_at is not None:
            raise AlreadyDone("This run is paused already.", path=("run_id",))
        current.paused_at = now()
        current.record(PracticePaused(run_id=current.id), actor=actor.id)

    return await _steered(actor, run_id, rule, expected_version)


async def resume_practice(actor: Actor, run_id: str, *, expected_version: int) -> PracticeRun:
    """Let the clock of a run go on; what is still to come moves by as long as it stood.

    Raises NotFound, Forbidden without `practice:manage`, AlreadyDone when it is not paused or over, Conflict.
    """

    def rule(current: PracticeRun) -> None:
        if current.paused_at is None:
            raise AlreadyDone("This run is not paused.", path=("run_id",))
        stood = now() - current.paused_at
        for inject in current.injects:
            if inject.played_at is None:
                inject.due_at += stood
        current.paused_at = None
        current.record(PracticeResumed(run_id=current.id), actor=actor.id)

    return await _steered(actor, run_id, rule, expected_version)


async def inject_now(actor: Actor, run_id: str, told: InjectNow, *, expected_version: int) -> PracticeRun:
    """Let a persona of the run say something now, also while it is paused.

    Raises NotFound, Forbidden without `practice:manage`, AlreadyDone when it is over, InvalidInput for a persona that
    the run has not or texts that do not fit the kind, LimitReached for too many injects, Conflict.
    """

    def rule(current: PracticeRun) -> None:
        at = now()
        inject = PlayedInject(**told.model_dump(), after_minutes=_minutes(current), due_at=at, played_at=at)
        inject.injected_by = actor.member
        require_voice(inject, [persona.key for persona in current.personas], path=("persona",))
        if len(current.injects) >= MOST_INJECTS:
            raise LimitReached(f"A run has at most {MOST_INJECTS} injects.", path=("run_id",))
        current.injects = [*current.injects, inject]
        current.record(InjectPlayed(run_id=current.id), actor=actor.id)

    return await play(await _steered(actor, run_id, rule, expected_version))


async def end_practice(actor: Actor, run_id: str, *, abandon: bool, expected_version: int) -> PracticeRun:
    """End a run, finished or given up; its cases stay to be talked about.

    Raises NotFound, Forbidden for who neither started it nor holds `practice:manage`, AlreadyDone, Conflict.
    """
    run = await require_run(actor, run_id)
    require_right(may_end(actor, run))

    def rule(current: PracticeRun) -> None:
        may_end(actor, current).enforce()
        end(current, PracticeRunStatus.ABANDONED if abandon else PracticeRunStatus.FINISHED, by=actor.member)
        current.record(PracticeEnded(run_id=current.id), actor=actor.id)

    return await change(run, rule, expected_version=expected_version)


async def practice_channel(kind: ChannelKind) -> Channel:
    """Give the house's own channel for practice of a kind, made at its first use: no secret, no address, nothing leaves by it."""
    identifier = derived_id("chn", "practice", kind.value)
    if found := await Channel.get(identifier):
        return found
    name = f"Practice: {kind.value.replace('_', ' ').title()}"
    fresh = Channel(id=identifier, created_at=now(), name=name, kind=kind, environment=Environment.PRACTICE)
    try:
        await save(fresh)
    except DuplicateKeyError:
        return await practice_channel(kind)
    return fresh


async def _steered(actor: Actor, run_id: str, rule: Rule, expected_version: int) -> PracticeRun:
    run = await require_run(actor, run_id)
    require_right(may_facilitate(actor, run))

    def steer(current: PracticeRun) -> None:
        may_facilitate(actor, current).enforce()
        rule(current)
        if actor.member not in current.facilitators:
            current.facilitators = [*current.facilitators, actor.member]
        current.plan()

    return await change(run, steer, expected_version=expected_version)


async def _together(actor: Actor, member_ids: list[str]) -> list[str]:
    wanted = list(dict.fromkeys([actor.member, *member_ids]))
    others = [one for one in wanted if one != actor.member]
    known = await members_by_ids(actor, others)
    if len(known) < len(others):
        raise NotFound("There is no such member.", path=("member_ids",))
    return wanted


def _run(actor: Actor, scenario: PracticeScenario, members: list[str], channel: Channel, once: Once) -> PracticeRun:
    at = now()
    injects = [
        PlayedInject(**inject.model_dump(), due_at=at + timedelta(minutes=inject.after_minutes)) for inject in scenario.injects
    ]
    run = PracticeRun(
        id=once.identifier("prn"),
        created_at=at,
        scenario_id=scenario.id,
        channel_id=channel.id,
        participants=members,
        personas=scenario.personas,
        injects=injects,
        criteria=scenario.criteria,
        case_id="",
        case_ids=[],
        started_by=actor.member,
        started_at=at,
        fingerprint=once.fingerprint,
    )
    run.case_id = first_case_id(run)
    run.case_ids = [run.case_id]
    mark_due(run, at)
    run.plan()
    return run


def _minutes(run: PracticeRun) -> int:
    """Tell how far a run has come, for the record."""
    return int((now() - run.started_at) / timedelta(minutes=1))
