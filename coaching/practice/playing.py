"""Playing injects when they are due: marked first, then said, so that each is said once whatever is killed in between."""

import asyncio
from datetime import datetime
from functools import partial

from care.conversations import conversation_id
from care.customers import customer_id
from care.documents.cases import Case
from care.documents.channels import Channel, Environment
from care.documents.conversations import Message
from care.ingest.arrivals import Arrival
from care.ingest.generic import Author, MessageSaid, Thread
from care.ingest.messages import receive_message
from care.messages import inbound_id
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
    channel, unsaid = await asyncio.gather(Channel.get(run.channel_id), _unsaid(run))
    if channel is None or channel.environment is not Environment.PRACTICE:
        return run
    opened = [run.case_id]
    for place, voice in unsaid:
        opened.append(await _say(run, channel, place, voice))
    await asyncio.gather(*(_let_in(case_id, run) for case_id in dict.fromkeys([*run.case_ids, *opened])))
    return await change(run, partial(_keep_cases, found=opened))


def first_case_id(run: PracticeRun) -> str:
    """Give the id that the case of the first inject will have."""
    inject, channel_id = run.injects[0], run.channel_id
    customer = customer_id(channel_id, _author(run, inject, 0).id)
    conversation = conversation_id(channel_id, run.id, customer, inject.visibility)
    return derived_id("case", conversation, inbound_id(channel_id, external_id(run, 0, 0)))


def external_id(run: PracticeRun, place: int, voice: int) -> str:
    """Give the id under which the channel would know a text of an inject."""
    return f"{run.id}:{place}:{voice}"


async def _unsaid(run: PracticeRun) -> list[tuple[int, int]]:
    """List the texts that are marked as played and of which there is no case yet, by inject and voice."""
    marked = [(place, voice) for place, one in enumerate(run.injects) if one.played_at for voice in range(len(one.texts))]
    names = {pair: inbound_id(run.channel_id, external_id(run, *pair)) for pair in marked}
    said = await by_ids(Message, names.values())
    return [pair for pair in marked if (message := said.get(names[pair])) is None or message.case_id not in run.case_ids]


async def _say(run: PracticeRun, channel: Channel, place: int, voice: int) -> str:
    """Take a text in as a message; give the id of its case."""
    name, inject = external_id(run, place, voice), run.injects[place]
    at = inject.played_at or now()
    event = MessageSaid(
        type="message", message_id=name, visibility=inject.visibility, sent_at=at, text=inject.texts[voice],
        thread=Thread(id=run.id), author=_author(run, inject, voice),
    )  # fmt: skip
    await receive_message(Arrival(channel, derived_id("ibx", run.id, str(place)), at, voice), event)
    said = await Message.get(inbound_id(channel.id, name))
    return said.case_id if said is not None else run.case_id


def _author(run: PracticeRun, inject: PlayedInject, voice: int) -> Author:
    """Give who says a text: the persona, or in a tweetstorm one more person for each text."""
    persona = _persona(run, inject)
    if inject.kind is not InjectKind.TWEETSTORM or voice == 0:
        return Author(id=f"{run.id}:{persona.key}", handle=persona.handle, name=persona.name, followers=persona.followers)
    number = voice + 1
    return Author(id=f"{run.id}:{persona.key}:{number}", handle=f"{persona.handle}{number}", name=f"{persona.name} {number}")


def _persona(run: PracticeRun, inject: PlayedInject) -> Persona:
    return next(persona for persona in run.personas if persona.key == inject.persona)


async def _let_in(case_id: str, run: PracticeRun) -> None:
    """Let who takes part see a case of the run."""
    case = await Case.get(case_id)
    if case is not None and not set(run.participants) <= set(case.participants):
        await change(case, partial(_take_part, members=run.participants))


def _take_part(case: Case, members: list[str]) -> None:
    case.participants = sorted({*case.participants, *members})


def _keep_cases(run: PracticeRun, found: list[str]) -> None:
    run.case_ids = list(dict.fromkeys([*run.case_ids, *found]))
