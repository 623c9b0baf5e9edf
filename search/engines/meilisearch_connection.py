"""Calls of Meilisearch's client: off the event loop, one client a thread, every failure to reach it named."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from meilisearch import Client
from meilisearch.errors import MeilisearchApiError, MeilisearchError
from meilisearch.models.task import TaskInfo

from core.errors import Unavailable
from search.engine import SearchRefused

T = TypeVar("T")

_THREADS: Final = 8
_POLL_MILLISECONDS: Final = 15
_FORBIDDEN: Final = frozenset({401, 403})
_SERVER_ERROR: Final = 500


class MeilisearchConnection:
    """Runs calls of the client in threads of its own.

    The client changes its headers with every call, so threads can't share one; it opens a connection per call, which
    also keeps it clear of Nagle's delay on chunked answers.
    """

    def __init__(self, url: str, key: str, *, seconds: int, task_seconds: float) -> None:
        self._url = url.rstrip("/")
        self._key = key
        self._seconds = seconds
        self._task_seconds = task_seconds
        self._local = threading.local()
        self._threads = ThreadPoolExecutor(_THREADS, "meilisearch")

    async def run(self, call: Callable[[Client], T]) -> T:
        """Return what `call` returns for a client.

        Raises Unavailable if Meilisearch can't be reached or won't let us in, SearchRefused if it declines.
        """
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._guarded, call)

    async def settle(self, call: Callable[[Client], TaskInfo], *, accept: frozenset[str] = frozenset()) -> None:
        """Have `call` enqueue a task and wait until it is done; a failure whose code is among `accept` counts as done.

        Raises Unavailable as well when it takes too long: Meilisearch keeps the task and may still do it.
        """
        await self.run(lambda client: self._settle(client, call(client), accept))

    def close(self) -> None:
        """Wait for what is under way and end the threads."""
        self._threads.shutdown()

    def _guarded(self, call: Callable[[Client], T]) -> T:
        try:
            return call(self._client())
        except MeilisearchApiError as error:
            if error.status_code >= _SERVER_ERROR or error.status_code in _FORBIDDEN:
                raise Unavailable("Meilisearch", error.message) from error
            raise SearchRefused(error.message, code=str(error.code)) from error
        except (MeilisearchError, OSError) as error:
            # Errors of requests which the client lets through are OSErrors.
            raise Unavailable("Meilisearch", str(error)) from error

    def _settle(self, client: Client, task: TaskInfo, accept: frozenset[str]) -> None:
        done = client.wait_for_task(task.task_uid, int(self._task_seconds * 1_000), _POLL_MILLISECONDS)
        error = done.error or {}
        code = str(error.get("code", done.status))
        if done.status != "succeeded" and code not in accept:
            raise SearchRefused(str(error.get("message", done.status)), code=code)

    def _client(self) -> Client:
        client: Client | None = getattr(self._local, "client", None)
        if client is None:
            client = self._local.client = Client(self._url, self._key, timeout=self._seconds)
        return client
