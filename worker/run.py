"""The second process: works deliveries and send jobs off, reacts to events, watches the clocks, keeps the house."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta

from auth.actor import SYSTEM
from auth.expiry import forget_expired
from auth.keys import rotate_due_keys
from bootstrap.platform import Platform
from care import clock_scan
from care.birthdays.suggesting import suggest_birthdays
from care.ingest import quarantine
from care.ingest.forgetting import forget_what_others_change
from care.ingest.mail_poll import watch_mailboxes
from care.ingest.mail_receiver import MailReceiver, receive_for_ever
from care.presence import forget_presences
from care.shifts.coverage import warn_of_gaps
from care.syncs.starting import start_due_syncs
from care.workers import inbox_worker, jobs_worker
from coaching.courses.enrolling import enrol_required, remind_of_trainings
from coaching.governance.initiatives import remind_of_reviews
from coaching.levels.certificates import act_on_certificates
from coaching.levels.standings import act_on_standings
from coaching.practice.playing import act_on_practice
from coaching.superseding import act_on_reviews
from community.uploads import sweep_uploads
from core.clock import clock
from core.database import outage
from core.errors import Unavailable
from core.handlers import HandlerRunner
from core.leases import Leader
from core.logs import log
from core.relay import trim
from core.tasks import running, together
from notifications.letters import gathering
from notifications.letters.bounces import Bounces
from notifications.letters.sending import Post
from notifications.letters.settings import post_settings
from notifications.webhooks.delivering import WebhookDeliverer
from notifications.webhooks.pump import WebhookPump, forget_deliveries
from notifications.webhooks.running import DocumentRunner
from search.engine import SearchIndex, SearchRefused
from search.rebuilding import rebuild_if_empty
from worker.subscriptions import all_handlers

logger = log(__name__)

SCAN_EVERY = 2.0
COVERAGE_EVERY = 60.0
MAILBOXES_EVERY = 30.0
HOUSEKEEPING_EVERY = timedelta(hours=1).total_seconds()


class Worker:
    """Any number may run beside any number of api processes; what one suffices for is done by the leader."""

    def __init__(self, platform: Platform, *, documents: DocumentRunner | None = None) -> None:
        self._platform = platform
        self.inbox = inbox_worker(platform.database, keyring=platform.keyring)
        self._post = post_settings(platform.settings)
        also = {gathering.LETTER: Post(self._post, platform.keyring).send} if self._post else {}
        self.jobs = jobs_worker(platform.database, keyring=platform.keyring, outbound=platform.outbound, also=also)
        self._webhooks = WebhookPump(_deliverer(platform, documents)) if documents is not None else None
        self._leader = Leader(platform.database, "worker")
        handlers = all_handlers(platform)
        if self._post:
            gathering.subscribe(handlers)
        self.runner = HandlerRunner(platform.database, platform.tail, handlers.all())

    async def run(self) -> None:
        """Work until cancelled or told to stop."""
        async with running(self._leader.lead(self._lead), *self._receivers()):
            await together(self.inbox.run(), self.jobs.run())
        await self._leader.resign()

    def _receivers(self) -> list[Coroutine[object, object, None]]:
        settings = self._platform.settings
        if settings.mail_port is None:
            return []
        bounces = Bounces(self._post.bounces, self._platform.keyring) if self._post else None
        receiver = MailReceiver(self._platform.database, self._platform.keyring, bounces=bounces)
        received = receive_for_ever(receiver, settings.mail_protocol, settings.mail_host, settings.mail_port)
        return [received, forget_what_others_change(self._platform.tail)]

    def stop(self) -> None:
        """Claim nothing more, finish what runs, let another process lead."""
        self.inbox.stop()
        self.jobs.stop()

    async def drain(self, *, is_alone: bool = False, clocks: bool = True) -> None:
        """Do everything there is to do now and come back: for tests and for the end of an import.

        With `is_alone`, no other process has left anything, so that nothing of it is looked for in every collection.
        Without `clocks`, what follows upon time alone waits for another drain: a good thirty collections are not asked for it.
        """
        relay = self._platform.relay
        if not is_alone:
            await relay.sweep()
        while True:
            while await self._work_off():
                pass
            if not clocks or not await self._look_at_clocks():
                return

    async def _work_off(self) -> int:
        """Do the jobs that there are and what follows upon events; give how much was done."""
        done = await self.inbox.drain() + await self.jobs.drain()
        await self._platform.relay.caught_up()
        done += await self.runner.drain()
        return done + (await self._webhooks.drain() if self._webhooks is not None else 0)

    @staticmethod
    async def _look_at_clocks() -> int:
        """Do what is due by the clock; give how much was done."""
        done = await clock_scan.scan()
        done += await act_on_reviews(clock_scan.AT_ONCE) + await act_on_practice(clock_scan.AT_ONCE)
        done += await remind_of_reviews(clock_scan.AT_ONCE) + await start_due_syncs(clock_scan.AT_ONCE)
        done += await enrol_required(clock_scan.AT_ONCE) + await remind_of_trainings(clock_scan.AT_ONCE)
        return done + await act_on_certificates(clock_scan.AT_ONCE) + await act_on_standings(clock_scan.AT_ONCE)

    async def _lead(self) -> None:
        await together(
            self.runner.run(),
            self._fill_search(),
            *([self._webhooks.run()] if self._webhooks is not None else []),
            self._platform.relay.run_sweeps(),
            every(SCAN_EVERY, self._scan),
            every(COVERAGE_EVERY, warn_of_gaps),
            every(MAILBOXES_EVERY, self._watch_mailboxes),
            every(HOUSEKEEPING_EVERY, self._keep_house),
        )

    async def _fill_search(self) -> None:
        """Build an index that has nothing: after an upgrade of its form, a loss, or on an engine in memory."""
        for index in SearchIndex:
            try:
                await rebuild_if_empty(self._platform.search, index)
            except (Unavailable, SearchRefused) as error:
                logger.warning("search.not_filled", index=index.value, error=str(error))

    async def _scan(self) -> None:
        if clock.trusted:
            await self._look_at_clocks()

    async def _watch_mailboxes(self) -> None:
        await watch_mailboxes(self._platform.keyring)

    async def _keep_house(self) -> None:
        await trim(self._platform.database, passed=await self.runner.passed())
        await sweep_uploads()
        await quarantine.sweep(self._platform.database)
        await forget_expired()
        await forget_presences()
        await suggest_birthdays()
        await forget_deliveries()
        await rotate_due_keys(SYSTEM, self._platform.keyring)


def _deliverer(platform: Platform, documents: DocumentRunner) -> WebhookDeliverer:
    return WebhookDeliverer(platform.tail, documents, keyring=platform.keyring, outbound=platform.outbound)


async def every(seconds: float, act: Callable[[], Awaitable[object]]) -> None:
    """Act for ever with a pause between; an outage of the store is waited out."""
    while True:
        try:
            await act()
        except Exception as error:
            if not isinstance(error, Unavailable) and outage(error) is None:
                logger.exception("schedule.failed", act=getattr(act, "__name__", "act"))
            else:
                logger.warning("schedule.waiting", error=type(error).__name__)
        await asyncio.sleep(seconds)
