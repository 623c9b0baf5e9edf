"""Fetching e-mail from mailboxes: one worker a mailbox at a time, from where the last look ended, and nothing twice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from care.documents.channels import Channel
from care.ingest.inbox import COLLECTION, Delivery, put
from care.jobs import POLL, jobs
from care.mail.imap import MailboxFailed, OpenMailbox
from care.mail.settings import Mailbox, mail_channels, settings_of
from core.clock import now
from core.database import Database
from core.leases import GiveUp, Job, LeaseQueue, TryLater
from core.logs import log
from core.outbound import AddressRefused, Outbound, Unreachable
from core.secrets import Keyring

EVERY = 30.0
"""Seconds between two looks into a mailbox."""

_AFTER_TROUBLE = 60.0
_MOST_AT_ONCE = 50
_OVERLAP = timedelta(days=1)

logger = log(__name__)


async def watch_mailboxes(keyring: Keyring) -> None:
    """See to it that every mailbox of a channel has its one job; the job then comes back by itself."""
    for channel in await mail_channels():
        settings = settings_of(channel, keyring)
        if settings is not None and settings.imap is not None:
            identifier = f"poll:{channel.id}"
            if not await jobs().add(identifier, {"kind": POLL, "channel_id": channel.id}):
                await jobs().replay(identifier)


async def poll(job: Job, *, database: Database, keyring: Keyring, outbound: Outbound) -> None:
    """Store what is new in a mailbox, at most 50 e-mails, each before the next; then ask to be called again.

    Where the look ended is noted in the job after each e-mail, under its fencing token. Always raises: TryLater, with
    the reason where the mailbox could not be read, or GiveUp when the channel has none any more.
    """
    channel = await Channel.get(job.row["channel_id"])
    settings = settings_of(channel, keyring) if channel and channel.deleted_at is None and channel.archived_at is None else None
    if channel is None or settings is None or settings.imap is None:
        raise GiveUp("the channel has no mailbox any more")
    try:
        async with _opened(settings.imap, outbound) as mailbox:
            has_more = await _taken(job, channel, mailbox, database)
    except (MailboxFailed, AddressRefused, Unreachable, TimeoutError) as error:
        logger.warning("mailbox.failed", channel=channel.id, reason=str(error))
        raise TryLater(str(error), pause=_AFTER_TROUBLE) from None
    raise TryLater("the next look", pause=0.0 if has_more else EVERY)


async def _taken(job: Job, channel: Channel, mailbox: OpenMailbox, database: Database) -> bool:
    """Store what is new; true when there is more of it."""
    inbox, queue = LeaseQueue(database, COLLECTION), jobs()
    waiting = await _waiting(job, channel, mailbox)
    for uid in waiting[:_MOST_AT_ONCE]:
        raw = await asyncio.to_thread(mailbox.fetch, uid)
        at = now()
        if raw is not None:
            await put(inbox, Delivery(channel.id, "mail", raw, at))
        await queue.note(job, uid=uid, uidvalidity=mailbox.uidvalidity, looked_on=at)
    return len(waiting) > _MOST_AT_ONCE


async def _waiting(job: Job, channel: Channel, mailbox: OpenMailbox) -> list[int]:
    """List what was not fetched yet.

    The first look begins with the day on which the channel was set up. When the server has numbered its mailbox anew,
    the day before the last look is begun with; what was stored then is known by its bytes.
    """
    row = job.row
    if row.get("uidvalidity") == mailbox.uidvalidity and "uid" in row:
        return await asyncio.to_thread(mailbox.newer, row["uid"])
    begin: datetime = row["looked_on"] - _OVERLAP if "looked_on" in row else channel.created_at
    return await asyncio.to_thread(mailbox.since, begin.date())


@asynccontextmanager
async def _opened(settings: Mailbox, outbound: Outbound) -> AsyncIterator[OpenMailbox]:
    addresses = await outbound.addresses_of(settings.host, settings.port)
    mailbox = await asyncio.to_thread(OpenMailbox, settings, addresses[0])
    try:
        yield mailbox
    finally:
        await asyncio.to_thread(mailbox.close)
