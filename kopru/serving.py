"""Starting the processes: api and worker together or apart, several at once, or the embedded store alone."""

import argparse
import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import FrameType

import uvicorn
from starlette.applications import Starlette
from typing_extensions import override

from api.app import make_application
from auth.setup import ensure_setup_token
from bootstrap.platform import Platform, open_platform
from core.collector import spare_what_is_there
from core.embedded.store import EmbeddedStore
from core.logs import log, set_up_logs
from core.secrets import Keyring
from core.settings import Settings
from core.tasks import end
from schema.staff.stored_documents import StoredDocuments
from worker.run import Worker

logger = log(__name__)

LONGEST_HEADERS = 32_768
RESTART_PAUSE = 1.0


def add_serving(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `serve`, `worker` and `store`."""
    serve_command = commands.add_parser("serve", help="serve the API, with a worker in the same process unless told otherwise")
    serve_command.add_argument("--host", default="127.0.0.1")
    serve_command.add_argument("--port", type=int, default=8000)
    serve_command.add_argument("--workers", type=int, default=1, help="API processes; with several, a worker beside them")
    serve_command.add_argument("--no-worker", action="store_true", help="serve the API alone; `kopru worker` does the rest")
    serve_command.add_argument("--shared", action="store_true", help="let other processes listen on the same port")
    serve_command.set_defaults(run=_serve)
    commands.add_parser("worker", help="do what is to be done behind the API").set_defaults(run=_work)
    commands.add_parser("store", help="serve the embedded store in a process of its own").set_defaults(run=_store)


async def _serve(options: argparse.Namespace, settings: Settings) -> int:
    if options.workers > 1:
        return await supervise(options)
    with logging_to_standard_error(settings):
        async with open_platform(settings) as platform:
            await tell_setup_token(platform.keyring)
            await serve(platform, host=options.host, port=options.port, with_worker=not options.no_worker, shared=options.shared)
    return 0


async def tell_setup_token(keyring: Keyring) -> None:
    """Print the token that makes the first administrator, while there is none."""
    if token := await ensure_setup_token(keyring):
        print(
            f"kopru: there is no administrator yet. POST /auth/setup makes one with this token, valid for a day: {token}",
            flush=True,
        )


async def _work(_: argparse.Namespace, settings: Settings) -> int:
    with logging_to_standard_error(settings):
        async with open_platform(settings) as platform, running_worker(platform):
            spare_what_is_there()
            print("kopru: worker is running", flush=True)
            await until_told_to_stop()
    return 0


async def _store(_: argparse.Namespace, settings: Settings) -> int:
    with logging_to_standard_error(settings):
        store = EmbeddedStore(None if settings.memory_only else settings.data / "store")
        await store.start()
        print(f"kopru: embedded store at {store.url}", flush=True)
        try:
            await until_told_to_stop()
        finally:
            await store.stop()
    return 0


@contextlib.contextmanager
def logging_to_standard_error(settings: Settings) -> Iterator[None]:
    """Log while the block runs."""
    listener = set_up_logs(settings.log_level)
    try:
        yield
    finally:
        listener.stop()


@dataclass
class Drain:
    """Whether this process sends new callers elsewhere."""

    on: bool = False


class DrainingServer(uvicorn.Server):
    """A server that, told to stop, first says so at /readyz for `pause` seconds and then finishes what runs."""

    def __init__(self, config: uvicorn.Config, drain: Drain, *, pause: float) -> None:
        super().__init__(config)
        self._drain = drain
        self._pause = pause

    @override
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self._drain.on or not self._pause:
            super().handle_exit(sig, frame)
        else:
            asyncio.get_running_loop().call_later(self._pause, super().handle_exit, sig, frame)
        self._drain.on = True


async def serve(platform: Platform, *, host: str, port: int, with_worker: bool, shared: bool = False) -> None:
    """Serve the API on an open platform until a signal says stop; `shared` lets other processes listen on the same port."""
    drain = Drain()
    application = await make_application(platform, draining=lambda: drain.on)
    server = DrainingServer(
        _config(platform.settings, application.asgi, host, port), drain, pause=platform.settings.drain_seconds
    )
    watching = asyncio.create_task(application.watch.run())
    try:
        async with running_worker(platform) if with_worker else contextlib.nullcontext():
            spare_what_is_there()
            await server.serve(sockets=[_shared_socket(host, port)] if shared else None)
    finally:
        await end(watching)


def _config(settings: Settings, application: Starlette, host: str, port: int) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        ws_max_size=65_536,
        ws_max_queue=16,
        ws_ping_interval=20,
        ws_ping_timeout=20,
        h11_max_incomplete_event_size=LONGEST_HEADERS,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=settings.shutdown_seconds,
    )


def _shared_socket(host: str, port: int) -> socket.socket:
    """Listen beside others of our kind: the kernel spreads connections over all who do."""
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listening.bind((host, port))
    return listening


@asynccontextmanager
async def running_worker(platform: Platform) -> AsyncIterator[Worker]:
    """Run a worker beside the block; at its end the worker finishes what it has begun."""
    documents = StoredDocuments(platform.database, platform.keyring, platform.search, public_url=platform.settings.public_url)
    worker = Worker(platform, documents=documents)
    task = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        worker.stop()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(task, platform.settings.shutdown_seconds)


async def until_told_to_stop() -> None:
    """Wait for SIGINT or SIGTERM."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    await told.wait()


async def supervise(options: argparse.Namespace) -> int:
    """Run `--workers` API processes on one port and a worker, and start again whichever ends by itself."""
    told = asyncio.create_task(until_told_to_stop())
    api = ["serve", "--host", options.host, "--port", str(options.port), "--no-worker", "--shared"]
    commands = [api] * options.workers + ([] if options.no_worker else [["worker"]])
    async with asyncio.TaskGroup() as children:
        for command in commands:
            children.create_task(_keep_alive(command, told))
    return 0


async def _keep_alive(command: list[str], told: asyncio.Task[None]) -> None:
    while not told.done():
        child = await asyncio.create_subprocess_exec(sys.executable, "-m", "kopru", *command)
        ended = asyncio.create_task(child.wait())
        await asyncio.wait([ended, told], return_when=asyncio.FIRST_COMPLETED)
        if told.done() and child.returncode is None:
            child.terminate()
        code = await ended
        if not told.done():
            logger.error("process.ended", command=command[0], status=code)
            await asyncio.sleep(RESTART_PAUSE)
