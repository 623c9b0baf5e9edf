"""Kill -9 under load: `python -m bench.faults.first` sends deliveries, kills what serves them, and counts what is there."""

import argparse
import asyncio
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.faults.checking import Findings, check_api, check_store, worked_off
from bench.faults.playing import installed, make_parser, play_to_the_end, served
from bench.faults.sending import Entry, Ledger, Sender
from bench.installation import Hook, Installation, furnish
from bench.processes import Child

MESSAGES_A_THREAD = 5
REPEATED_SHARE = 0.1
LATEST_KILL = 0.3
"""A kill comes up to so many seconds after the delivery that asks for it, at any instant of what is being done."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is sent and when something is killed: all of it follows from `seed`."""

    seed: int
    ledger: Ledger
    repeats: frozenset[int]
    kills: Sequence[tuple[int, float]]
    """After how many acknowledgements, and how many seconds later."""


def make_plan(seed: int, *, deliveries: int, kills: int) -> Plan:
    """Draw the order of deliveries, those that are repeated, and the moments of the kills."""
    dice = random.Random(seed)
    entries = [Entry(number, number % max(1, deliveries // MESSAGES_A_THREAD)) for number in range(deliveries)]
    dice.shuffle(entries)
    repeats = frozenset(dice.sample(range(deliveries), int(deliveries * REPEATED_SHARE)))
    moments = sorted(dice.sample(range(deliveries // 20, deliveries - deliveries // 20), kills))
    return Plan(seed, Ledger(entries), repeats, [(moment, dice.uniform(0, LATEST_KILL)) for moment in moments])


class Nemesis:
    """Kills the children in turn at the planned moments, and starts each again at once."""

    def __init__(self, plan: Plan, victims: Sequence[Child], ready: str) -> None:
        self._plan = plan
        self._victims = victims
        self._ready = ready
        self._progress = asyncio.Event()
        self.done: list[str] = []
        self.down: list[float] = []
        """For how many seconds nobody answered, by kill."""

    def progressed(self) -> None:
        """Look whether it is time."""
        self._progress.set()

    async def run(self) -> None:
        """Kill as planned; a moment that passed during a start comes right after it."""
        for turn, (moment, later) in enumerate(self._plan.kills):
            while self._plan.ledger.acknowledged < moment:
                self._progress.clear()
                await self._progress.wait()
            await asyncio.sleep(later)
            victim = self._victims[turn % len(self._victims)]
            at = self._plan.ledger.acknowledged
            started = time.monotonic()
            await victim.kill()
            await victim.start()
            await victim.answers(self._ready)
            self.down.append(time.monotonic() - started)
            self.done.append(f"{victim.log.stem} at {at}")


@dataclass
class Run:
    """One run: what is installed, what was planned, and what was found."""

    installation: Installation
    plan: Plan
    nemesis: Nemesis
    findings: Findings
    times: dict[str, float]

    async def play(self, hook: Hook) -> None:
        """Send and kill, wait until everything is worked off, then check."""
        sender = Sender(self.installation.url, hook, self.plan.ledger, progressed=self.nemesis.progressed)
        started = time.monotonic()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(sender.run(repeats=self.plan.repeats))
            tasks.create_task(self.nemesis.run())
        self.times["sending, with all kills"] = time.monotonic() - started
        started = time.monotonic()
        async with self.installation.database() as database:
            await worked_off(database)
            self.times["working off the rest"] = time.monotonic() - started
            await check_store(database, self.plan.ledger, self.findings)
        await check_api(self.installation.url, await self.installation.sign_in(), self.plan.ledger, self.findings)
        self.findings.expect("kills", len(self.nemesis.done), len(self.plan.kills))

    def report(self) -> str:
        """Give everything that was counted, a line each, and what is wrong with it."""
        ledger = self.plan.ledger
        lines = [
            f"seed {self.plan.seed}",
            f"deliveries {len(ledger.entries)}, requests {ledger.attempts}, acknowledged {ledger.acknowledged}",
            f"sent again after their acknowledgement {len(self.plan.repeats)}",
            f"not acknowledged at first {dict(sorted(ledger.refused.items()))}",
            f"slowest acknowledgement {ledger.slowest:.2f} s",
            f"killed after so many acknowledgements: {', '.join(self.nemesis.done)}",
            f"answering again after {', '.join(f'{seconds:.1f}' for seconds in self.nemesis.down)} s",
            *(f"{what} {seconds:.1f} s" for what, seconds in self.times.items()),
            *(f"{what} {number}" for what, number in self.findings.counts.items()),
            *(f"VIOLATION {violation}" for violation in self.findings.violations),
            "FAILED" if self.findings.violations else "all there, once",
        ]
        return "\n".join(lines)


async def run(options: argparse.Namespace) -> int:
    """Play one run and print it; 1 when anything acknowledged is missing, twice, or not shown."""
    async with installed(options, folder=options.keep) as installation:
        hook = await furnish(installation)
        async with served(installation) as children:
            return await _played(options, installation, hook, children)


async def _played(options: argparse.Namespace, installation: Installation, hook: Hook, children: Sequence[Child]) -> int:
    plan = make_plan(options.seed, deliveries=options.deliveries, kills=options.kills)
    played = Run(installation, plan, Nemesis(plan, children, installation.ready), Findings(), {})
    try:
        async with asyncio.timeout(options.seconds):
            await played.play(hook)
    except TimeoutError:
        played.findings.violations.append(f"not done within {options.seconds} s")
    print(played.report())
    return 1 if played.findings.violations else 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line and run."""
    parser = make_parser("first", __doc__)
    parser.add_argument("--deliveries", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6), help="of the moments; printed")
    parser.add_argument("--seconds", type=int, default=240, help="after which the run has failed")
    parser.add_argument("--keep", type=Path, help="an empty folder for data and logs, which stay there")
    return play_to_the_end(run, parser.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main())
