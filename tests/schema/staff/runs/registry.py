"""Which documents are run, and how each is checked."""

from collections.abc import Awaitable, Callable

from tests.schema.staff.staff import Staff
from tests.schema.staff.world import World

Run = Callable[[Staff, World], Awaitable[None]]
RUNS: dict[str, Run] = {}


def run(check: Run) -> Run:
    """Take a check as the run of the document that its name says: `run_case_screen` runs CaseScreen."""
    RUNS["".join(part.capitalize() for part in check.__name__.removeprefix("run_").split("_"))] = check
    return check
