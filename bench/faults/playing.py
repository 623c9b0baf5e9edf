"""What fault runs have in common: servers from the command line, an installation on them, and children that end with the run."""

import argparse
import asyncio
import signal
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

from bench.installation import Installation, Servers
from bench.processes import Child


def make_parser(name: str, description: str | None, *, on_servers: bool = False) -> argparse.ArgumentParser:
    """Give the parser of a run that may be on servers, or must be (`on_servers`)."""
    parser = argparse.ArgumentParser(prog=f"bench.faults.{name}", description=description)
    parser.add_argument("--store", required=on_servers, help="MongoDB URL: then api and worker are two processes")
    parser.add_argument("--meilisearch", required=on_servers, help="Meilisearch URL")
    parser.add_argument("--key", help="Meilisearch key")
    return parser


def play_to_the_end(run: Callable[[argparse.Namespace], Awaitable[int]], options: argparse.Namespace) -> int:
    """Play a run and give its exit code; it takes away what it set up, also when it is interrupted or told to end (130)."""

    async def played() -> int:
        return await run(options)

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the children end with us
    with suppress(KeyboardInterrupt):
        return asyncio.run(played())
    return 130


@asynccontextmanager
async def installed(
    options: argparse.Namespace, *, folder: Path | None = None, outbound_allow: str | None = None
) -> AsyncIterator[Installation]:
    """Install on the servers that the options name, in a folder that goes with the run unless one is given."""
    servers = Servers(mongodb_url=options.store, meilisearch_url=options.meilisearch, meilisearch_key=options.key)
    async with AsyncExitStack() as stack:
        place = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kopru-faults-")))
        installation = Installation(place, servers, outbound_allow=outbound_allow)
        stack.push_async_callback(installation.remove)
        yield installation


@asynccontextmanager
async def served(installation: Installation) -> AsyncIterator[Sequence[Child]]:
    """Serve by api and worker in two processes on a store of its own, by one without; the first is the api, and it answers."""
    is_parted = installation.servers.mongodb_url is not None
    children = [installation.api("--no-worker"), installation.kopru("worker")] if is_parted else [installation.api()]
    async with AsyncExitStack() as stack:
        for child in children:
            await child.start()
            stack.push_async_callback(child.stop)
        await children[0].answers(installation.ready)
        yield children
