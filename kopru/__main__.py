"""The command line: `python -m kopru COMMAND`."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence

from uvicorn.loops.auto import auto_loop_factory

from core.embedded.errors import JournalDamaged, StoreRefused
from core.errors import DomainError, Unavailable
from core.settings import Settings, WrongSetting, read_settings
from kopru.administration import add_administration
from kopru.demo.command import add_demo
from kopru.serving import add_serving
from kopru.tour.command import add_tour

Command = Callable[[argparse.Namespace, Settings], Awaitable[int]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; a mistake of the operator's is one sentence and exit status 2."""
    parser = argparse.ArgumentParser(prog="kopru", description="Köprü: Social CRM and internal knowledge community.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for add in (add_serving, add_demo, add_tour, add_administration):
        add(commands)
    options = parser.parse_args(arguments)
    run: Command = options.run
    try:
        with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:  # uvloop where it is there
            return runner.run(_ran(run(options, read_settings())))
    except (WrongSetting, StoreRefused, JournalDamaged, Unavailable, DomainError) as error:
        print(f"kopru: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


async def _ran(command: Awaitable[int]) -> int:
    return await command


if __name__ == "__main__":
    sys.exit(main())
