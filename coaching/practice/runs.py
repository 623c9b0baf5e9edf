"""Runs: people begin to practise, alone or together, facilitators steer, and somebody ends it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, Field
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor
from care.cases.changing import next_numbers
from care.cases.opening import Opening
from care.cases.promises import book_of
from care.cases.rules import read_rules
from care.documents.cases import Case
from care.documents.channels import Channel
from care.documents.conversations import Visibility
from care.ingest.firsts import First, take_in_firsts
from care.policies import require_right
from care.sla_order import read_policies
from coaching.practice.channels import keep_channel, new_channel, practice_channel_id, practice_channels
from coaching.practice.documents import InjectKind, PlayedInject, PracticeRun, PracticeRunStatus, PracticeScenario
from coaching.practice.events import InjectPlayed, PracticeEnded, PracticePaused, PracticeResumed, PracticeStarted
from coaching.practice.playing import end, firsts_of, is_all_said, mark_due, play
from coaching.practice.policies import may_end, may_facilitate, may_start
from coaching.practice.reading import require_run, require_scenario
from coaching.practice.scenarios import MOST_VOICES, Key, Line, Said, require_voice
from community.directory import members_by_ids
from community.drafts import ids
from core.clock import now
from core.errors import AlreadyDone, LimitReached, NotFound
from core.idempotency import Once
from core.outcomes import outcome
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


@dataclass(frozen=True, slots=True)
class Started:
    """A run that begins, with its scenario; and the case of its first inject, where this very request opened it."""

    run: PracticeRun
    scenario: PracticeScenario
    case: Case | None = None


async def start_practice(actor: Actor, draft: RunDraft, *, once: Once) -> Started:
    """Begin to practise, alone or with others; what is said at the start is there when this returns.

    The run comes first, for all that follows has ids that follow from it, so that its handler can bring to an end what was
    cut off. Raises NotFound for the scenario or a member, Forbidden without `case:reply`, AlreadyDone for a scenario out of
    use, IdempotencyMismatch.
    """
    chosen, together, channels, before, (policies, _), rules = await asyncio.gather(
        outcome(require_scenario(actor, draft.scenario_id)),
        outcome(_together(actor, draft.member_ids)),
        practice_channels(),
        _started_before(once),
        read_policies(),
        read_rules(),
    )
    scenario = chosen.take()
    may_start(actor, scenario).enforce()
    members = together.take()
    if before is not None:
        return Started(await _played_before(before, once), scenario)
    kind = scenario.channel_kind
    channel = channels.get(practice_channel_id(kind)) or new_channel(kind)
    run, firsts = _run(actor, scenario, members, channel, once)
    try:
        _, _, numbers, book = await asyncio.gather(save(run), keep_channel(channel), next_numbers(len(firsts)), book_of(policies))
    except DuplicateKeyError:  # an equal request was faster
        before = await _started_before(once)
        if before is None:
            raise
        return Started(await _played_before(before, once), scenario)
    cases = await take_in_firsts(firsts, [Opening(number, rules, book) for number in numbers], run.participants)
    if not is_all_said(run, cases):
        return Started(await play(run), scenario)
    return Started(run, scenario, cases[0])


async def _started_before(once: Once) -> PracticeRun | None:
    """Give the run that an earlier, equal request began."""
    return await PracticeRun.get(once.identifier("prn")) if once.may_be_repeat else None


async def _played_before(before: PracticeRun, once: Once) -> PracticeRun:
    once.same_input(before.fingerprint)
    return await play(before)


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


def _run(
    actor: Actor, scenario: PracticeScenario, members: list[str], channel: Channel, once: Once
) -> tuple[PracticeRun, list[First]]:
    """Make a run, not stored yet, and list what is said first in it."""
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
    mark_due(run, at)
    run.plan()
    run.record(PracticeStarted(run_id=run.id), actor=actor.id)
    firsts = firsts_of(run, channel)
    run.case_ids = [first.case_id for first in firsts]
    run.case_id = run.case_ids[0]
    return run, firsts


def _minutes(run: PracticeRun) -> int:
    """Tell how far a run has come, for the record."""
    return int((now() - run.started_at) / timedelta(minutes=1))
