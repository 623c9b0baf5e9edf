"""Playing injects when they are due: marked first, then said, so that each is said once whatever is killed in between."""

import asyncio
from datetime import datetime
from functools import partial

from care.documents.cases import Case
from care.documents.channels import Channel
from care.documents.conversations import Message
from care.ingest.arrivals import Arrival
from care.ingest.firsts import First
from care.ingest.generic import Author, MessageSaid, Thread
from care.ingest.messages import receive_message
from care.messages import inbound_id
from coaching.practice.channels import channel_of_run
from coaching.practice.documents import (
    ABANDONED_AFTER,
    InjectKind,
    Persona,
    PlayedInject,
    PracticeRun,
    PracticeRunStatus,
)
from coaching.practice.events import InjectPlayed, PracticeEnded
from core.clock import clock, now
from core.ids import derived_id
from core.records import by_ids, change


async def act_on_practice(at_once: int) -> int:
    """Play what is due in the runs that go on, once each, and end those that were left alone; give how many runs these were."""
    if not clock.trusted:
        return 0
    due = {"next_act_at": {"$lte": now()}}
    runs = await PracticeRun.find(due).sort("next_act_at").limit(at_once).to_list()
    for run in runs:
        await play(await change(run, act))
    return len(runs)


def act(run: PracticeRun) -> None:
    """Mark what is due as played, or give up a run that is too old."""
    at = now()
    if run.next_act_at is None or run.next_act_at > at:
        return
    if at >= run.started_at + ABANDONED_AFTER:
        end(run, PracticeRunStatus.ABANDONED)
        run.record(PracticeEnded(run_id=run.id))
    else:
        mark_due(run, at)
    run.plan()


def mark_due(run: PracticeRun, at: datetime) -> None:
    """Mark the injects whose time has come as played, and tell of it."""
    due = [inject for inject in run.injects if inject.played_at is None and inject.due_at <= at]
    for inject in due:
        inject.played_at = at
    if due:
        run.record(InjectPlayed(run_id=run.id))


def end(run: PracticeRun, status: PracticeRunStatus, *, by: str | None = None) -> None:
    """End a run; what was not yet said stays unsaid."""
    run.status, run.ended_at, run.ended_by, run.paused_at = status, now(), by, None
    run.plan()


async def play(run: PracticeRun) -> PracticeRun:
    """Let personas say what is marked as played, through the same intake as live messages. Can run twice."""
    channel, said, cases = await asyncio.gather(channel_of_run(run.channel_id), _said(run), by_ids(Case, run.case_ids))
    if channel is None:
        return run
    opened = [run.case_id]
    for place, voice in _marked(run):
        message = said.get(_message_id(run, place, voice))
        if message is not None and message.case_id in cases:
            continue
        case = await receive_message(*_said_by(run, channel, place, voice))
        if case is not None:
            cases[case.id] = case
            opened.append(case.id)
    await asyncio.gather(*(_let_in(case, run) for case in cases.values()))
    return await change(run, partial(_keep_cases, found=opened))


def firsts_of(run: PracticeRun, channel: Channel) -> list[First]:
    """List what opens a conversation of a new run; that of the first inject comes first."""
    firsts: dict[str, First] = {}
    for place, voice in _marked(run):
        first = First(*_said_by(run, channel, place, voice))
        firsts.setdefault(first.talk.id, first)
    return list(firsts.values())


def is_all_said(run: PracticeRun, cases: list[Case]) -> bool:
    """Tell whether these cases hold all that is marked as played, and whoever takes part sees them."""
    return len(cases) == len(_marked(run)) and all(set(run.participants) <= set(case.participants) for case in cases)


def external_id(run: PracticeRun, place: int, voice: int) -> str:
    """Give the id under which the channel would know a text of an inject."""
    return f"{run.id}:{place}:{voice}"


def _marked(run: PracticeRun) -> list[tuple[int, int]]:
    """List the texts that are marked as played, by inject and voice."""
    return [(place, voice) for place, one in enumerate(run.injects) if one.played_at for voice in range(len(one.texts))]


def _message_id(run: PracticeRun, place: int, voice: int) -> str:
    return inbound_id(run.channel_id, external_id(run, place, voice))


async def _said(run: PracticeRun) -> dict[str, Message]:
    """Give those of the texts that are stored as messages; one may be there before its case."""
    return await by_ids(Message, [_message_id(run, *pair) for pair in _marked(run)])


def _said_by(run: PracticeRun, channel: Channel, place: int, voice: int) -> tuple[Arrival, MessageSaid]:
    """Give a text as a delivery would bring it."""
    name, inject = external_id(run, place, voice), run.injects[place]
    at = inject.played_at or now()
    event = MessageSaid(
        type="message", message_id=name, visibility=inject.visibility, sent_at=at, text=inject.texts[voice],
        thread=Thread(id=run.id), author=_author(run, inject, voice),
    )  # fmt: skip
    return Arrival(channel, derived_id("ibx", run.id, str(place)), at, voice), event


def _author(run: PracticeRun, inject: PlayedInject, voice: int) -> Author:
    """Give who says a text: the persona, or in a tweetstorm one more person for each text."""
    persona = _persona(run, inject)
    if inject.kind is not InjectKind.TWEETSTORM or voice == 0:
        return Author(id=f"{run.id}:{persona.key}", handle=persona.handle, name=persona.name, followers=persona.followers)
    number = voice + 1
    return Author(id=f"{run.id}:{persona.key}:{number}", handle=f"{persona.handle}{number}", name=f"{persona.name} {number}")


def _persona(run: PracticeRun, inject: PlayedInject) -> Persona:
    return next(persona for persona in run.personas if persona.key == inject.persona)


async def _let_in(case: Case, run: PracticeRun) -> None:
    """Let who takes part see a case of the run."""
    if not set(run.participants) <= set(case.participants):
        await change(case, partial(_take_part, members=run.participants))


def _take_part(case: Case, members: list[str]) -> None:
    case.participants = sorted({*case.participants, *members})


def _keep_cases(run: PracticeRun, found: list[str]) -> None:
    run.case_ids = list(dict.fromkeys([*run.case_ids, *found]))
