"""Kill -9 in the tour: `python -m bench.faults.tour` plays the main job on servers; worker and api are killed in its middle."""

import argparse
import asyncio
import signal
import sys
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from pathlib import Path

from bench.installation import Installation, Servers
from bench.processes import Child

MIDDLE = "→ consult"
"""What the tour prints when it comes to its middle: the specialist is being asked, and nobody has told them yet."""


async def play(installation: Installation, name: str, victim: Child | None) -> bool:
    """Play the tour once; kill the victim in its middle and start it again. True when every step was as expected."""
    tour = installation.child("-m", "kopru", "tour", "--patient", log=f"tour-{name}")
    await tour.start()
    if victim is not None:
        await tour.says(MIDDLE)
        await victim.kill()
        await victim.start()
    passed = await tour.ended() == 0
    told = (await asyncio.to_thread(tour.log.read_text, encoding="utf-8")).splitlines()
    print(f"{name}: {told[-1] if passed else chr(10).join(told[-3:])}", flush=True)
    return passed


async def run(options: argparse.Namespace) -> int:
    """Seed the demo, serve it by two processes, and play the tour four times; 1 when a step was not as expected."""
    servers = Servers(mongodb_url=options.store, meilisearch_url=options.meilisearch, meilisearch_key=options.key)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kopru-tour-")))
        installation = Installation(folder, servers, outbound_allow="127.0.0.1")
        stack.push_async_callback(installation.remove)
        seeding = installation.kopru("demo", "--seed-only", "--port", str(installation.port))
        await seeding.start()
        if await seeding.ended():
            print(seeding.log.read_text(encoding="utf-8"))
            return 1
        api, worker = installation.api("--no-worker"), installation.kopru("worker")
        for child in (api, worker):
            await child.start()
            stack.push_async_callback(child.stop)
        await api.answers(f"{installation.url}/readyz")
        victims = {"undisturbed": None, "worker killed": worker, "api killed": api, "once more": None}
        passed = [await play(installation, name, victim) for name, victim in victims.items()]
        print("nothing lost, nothing twice" if all(passed) else "FAILED")
        return 0 if all(passed) else 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="bench.faults.tour", description=__doc__)
    parser.add_argument("--store", required=True, help="MongoDB URL")
    parser.add_argument("--meilisearch", required=True, help="Meilisearch URL")
    parser.add_argument("--key", help="Meilisearch key")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the children end with us
    with suppress(KeyboardInterrupt):
        return asyncio.run(run(parser.parse_args(arguments)))
    return 130


if __name__ == "__main__":
    sys.exit(main())
