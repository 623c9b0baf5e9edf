"""The table of a bench: one line a task, ours beside the peer's."""

import argparse
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.load import Measured
from core.clock import now

_HEAD = """| {name} | requests/s | peer | p95 ms | peer | CPU ms per request | peer | commands to the store | peer | CPU ratio |
|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|"""


@dataclass
class Cell:
    """One measurement; `cpu` in milliseconds of the serving process per request."""

    rate: float
    p95: float
    cpu: float
    failures: int
    commands: int = 0

    @classmethod
    def of(cls, measured: Measured, *, cpu_seconds: float) -> "Cell":
        """Make a cell of what the client measured and what the process used meanwhile."""
        requests = max(1, measured.requests)
        return cls(measured.requests / measured.seconds, measured.p95, cpu_seconds * 1000 / requests, measured.failures)


@dataclass(frozen=True, slots=True)
class Line:
    """A task on both sides."""

    task: str
    product: Cell
    peer: Cell


def markdown(name: str, lines: Sequence[Line]) -> str:
    """Give the table of one store."""
    return "\n".join([_HEAD.format(name=name), *(_line(line) for line in lines)])


def _line(line: Line) -> str:
    ours, peer = line.product, line.peer
    failed = f" ({ours.failures}/{peer.failures} failed)" if ours.failures or peer.failures else ""
    cells = (
        f"{line.task}{failed}",
        f"{ours.rate:.0f}",
        f"{peer.rate:.0f}",
        f"{ours.p95:.1f}",
        f"{peer.p95:.1f}",
        f"{ours.cpu:.2f}",
        f"{peer.cpu:.2f}",
        str(ours.commands),
        str(peer.commands),
        f"{ours.cpu / peer.cpu:.2f}",
    )
    return f"| {' | '.join(cells)} |"


def write(folder: Path, tables: Sequence[str], options: argparse.Namespace) -> None:
    """Keep the tables in a file named after the moment."""
    folder.mkdir(exist_ok=True)
    moment = now()
    asked = f"{options.cases} cases, {options.connections} connections, {options.seconds:g} s a measurement"
    head = f"{moment:%Y-%m-%d %H:%M} UTC, Python {platform.python_version()}, {asked}"
    file = folder / f"first-{moment:%Y%m%d-%H%M%S}.md"
    file.write_text("\n\n".join([head, *tables]) + "\n", encoding="utf-8")
    print(f"\nkept in {file.relative_to(folder.parent.parent)}")
