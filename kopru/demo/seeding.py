"""Seeding: playing the past of an invented company through the product's own operations, then settling what follows."""

import secrets
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

from bootstrap.platform import Platform
from care.events import CaseAssigned, ReplyHeld
from care.workers import jobs_worker
from community.events import AnswerGiven, QuestionAsked
from core.clock import now
from core.handlers import HandlerRunner, Handlers
from kopru.demo.case_stories import tell_case
from kopru.demo.knowledge_stories import tell_entry, tell_question
from kopru.demo.marker import Seeded, mark_begun, mark_seeded
from kopru.demo.people import found_company
from kopru.demo.rows import Content
from kopru.demo.timeline import Story, Timeline
from kopru.demo.world import World
from notifications import announcements
from search import indexing
from search.engine import SearchIndex
from search.rebuilding import rebuild
from worker.subscriptions import all_handlers

TOLD_SINCE = timedelta(hours=48)
"""How long ago the first event was of which people still find a notification."""
_SIGN_OF_LIFE_EVERY = 5.0


async def seed(platform: Platform, content: Content, *, send_to: str) -> Seeded:
    """Fill an empty database with the demo; replies of the past were sent long ago, so nothing leaves the house.

    Everything is relayed, handled and found by search when this comes back. Channels send to `send_to` and their key.
    """
    await mark_begun(platform.database)
    world = World(platform=platform, content=content, until=now(), password=f"narin-{secrets.token_urlsafe(9)}")
    past = _Past(world)
    await Timeline(after_act=past.follow).play(past.stories(send_to), until=world.until)
    await _settle(platform)
    seeded = Seeded(
        sealed_password=platform.keyring.encrypt(world.password),
        channel_ids=[channel.id for channel in world.channels.values()],
        member_accounts=[str(member.account_id) for member in world.members.values()],
        customer_accounts=world.customer_accounts,
    )
    await mark_seeded(platform.database, seeded)
    return seeded


class _Past:
    """All stories of a world, and who is told of what while they are played."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._platform = world.platform
        self._announcer = HandlerRunner(self._platform.database, self._platform.tail, _announcements().all())
        self._is_told = False
        self._signed = time.monotonic()

    def stories(self, send_to: str) -> Iterator[Story]:
        """Give every story of the content."""
        yield found_company(self._world, send_to=send_to)
        yield from (tell_entry(self._world, row) for row in self._world.content.answer_bank)
        yield from (tell_question(self._world, row) for row in self._world.content.questions)
        yield from (tell_case(self._world, row) for row in self._world.content.cases)

    async def follow(self) -> None:
        """Tell people of what happened lately, and the database now and then that it is still being seeded."""
        if time.monotonic() - self._signed > _SIGN_OF_LIFE_EVERY:
            self._signed = time.monotonic()
            await mark_begun(self._platform.database)
        if now() < self._world.until - TOLD_SINCE:
            return
        await self._platform.relay.caught_up()
        if not self._is_told:
            self._is_told = True
            await self._announcer.pass_over()
        await self._announcer.drain()


def _announcements() -> Handlers:
    """Give what people are told of while the past is played: not of clocks, whose alarms of long ago would bury the rest."""
    table = Handlers()
    table.group("demo.announcements", start="head").on(CaseAssigned, announcements.tell_assignee).on(
        QuestionAsked, announcements.tell_invited
    ).on(AnswerGiven, announcements.tell_asker).on(ReplyHeld, announcements.tell_mentors)
    return table


async def _settle(platform: Platform) -> None:
    """Do what follows from all that was played, as the worker would, but fill the search in one go."""
    handlers = all_handlers(platform).all()
    done_otherwise = _names(announcements.subscribe) | _names(lambda table: indexing.subscribe(table, platform.search))
    rest = [handler for handler in handlers if handler.name not in done_otherwise]
    working = HandlerRunner(platform.database, platform.tail, rest)
    # Their messages have arrived already: the jobs only find out that nothing is left to send.
    jobs = jobs_worker(platform.database, keyring=platform.keyring, outbound=platform.outbound)
    while await jobs.drain() + await _relay(platform):
        await working.drain()
    for index in SearchIndex:
        await rebuild(platform.search, index)
    passed = [handler for handler in handlers if handler.name in done_otherwise]
    await HandlerRunner(platform.database, platform.tail, passed).pass_over()


async def _relay(platform: Platform) -> int:
    moved = 0
    while documents := await platform.relay.sweep():
        moved += documents
    return moved


def _names(subscribe: Callable[[Handlers], object]) -> set[str]:
    table = Handlers()
    subscribe(table)
    return {handler.name for handler in table.all()}
