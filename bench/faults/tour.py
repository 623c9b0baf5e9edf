"""Kill -9 in the tour: `python -m bench.faults.tour` plays the main job on servers; worker and api are killed in its middle."""

import argparse
import asyncio
import sys
from collections.abc import Sequence

from bench.faults.playing import installed, make_parser, play_to_the_end, served
from bench.installation import Installation
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
    async with installed(options, outbound_allow="127.0.0.1") as installation:
        seeding = installation.kopru("demo", "--seed-only", "--port", str(installation.port))
        await seeding.start()
        if await seeding.ended():
            print(seeding.log.read_text(encoding="utf-8"))
            return 1
        async with served(installation) as (api, worker):
            victims = {"undisturbed": None, "worker killed": worker, "api killed": api, "once more": None}
            passed = [await play(installation, name, victim) for name, victim in victims.items()]
        print("nothing lost, nothing twice" if all(passed) else "FAILED")
        return 0 if all(passed) else 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line and run."""
    return play_to_the_end(run, make_parser("tour", __doc__, on_servers=True).parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main())
