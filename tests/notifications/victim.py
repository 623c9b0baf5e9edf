"""A worker of e-mails in a process of its own, for a test to kill: `python -m tests.notifications.victim URL DATABASE PORT`."""

import asyncio
import sys

from bootstrap.documents import DOCUMENTS
from care.workers import jobs_worker
from core.clock import clock
from core.database import connect, declare
from core.outbound import Outbound
from notifications.letters.gathering import LETTER
from notifications.letters.sending import Post
from tests.care.ingest.sender import KEYRING
from tests.notifications.post import settings_of


async def work(url: str, name: str, port: int) -> None:
    """Send what is due by the server on this port, for as long as the process lives."""
    client = connect(url)
    database = client[name]
    await declare(database, DOCUMENTS)
    await clock.sample(database)
    post = Post(settings_of(port), KEYRING)
    await jobs_worker(database, keyring=KEYRING, outbound=Outbound(), also={LETTER: post.send}).drain()


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1], sys.argv[2], int(sys.argv[3])))
