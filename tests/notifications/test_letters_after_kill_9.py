"""A worker that is killed while it sends e-mails to members: none is sent twice, and none that had not left is lost."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from core.clock import clock
from core.database import Database
from core.leases import LEASE
from notifications.documents import NotificationKind
from notifications.letters.documents import LetterState
from tests.care.mail.post import PostOffice, post_office
from tests.notifications.post import make_reader, only_letter, send_all, tell

ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def killed_worker(url: str, store: Database, office: PostOffice) -> AsyncIterator[None]:
    """Let another process send, and kill it once the block has seen what it waits for; its lease then runs out."""
    command = [sys.executable, "-m", "tests.notifications.victim", url, store.name, str(office.port)]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT)
    try:
        yield
    finally:
        process.send_signal(signal.SIGKILL)
        await process.wait()
    clock.shift(LEASE + timedelta(seconds=1))


@pytest.mark.parametrize("stops_at", ["DATA", "RCPT"])
async def test_killed_worker_s_letter_leaves_once_at_most_and_is_not_lost(store: Database, store_url: str, stops_at: str) -> None:
    member = await make_reader()
    async with post_office() as office:
        office.hangs, office.hangs_early = stops_at == "DATA", stops_at == "RCPT"
        await tell(member, NotificationKind.QUESTION_INVITED)
        async with killed_worker(store_url, store, office):
            await asyncio.wait_for(office.hanging.wait(), timeout=180)
        office.hangs = office.hangs_early = False
        await send_all(store, office)
        await send_all(store, office, after=timedelta(days=1))

    letter = await only_letter()
    was_handed_over = stops_at == "DATA"
    assert len(office.taken) == 1
    assert letter.state is (LetterState.UNCERTAIN if was_handed_over else LetterState.SENT)
