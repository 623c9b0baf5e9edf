"""Which queries the product sends while the suite runs, apart from those of the tests themselves."""

import itertools
import sys
from functools import cache
from pathlib import Path
from types import FrameType

from pymongo.monitoring import CommandStartedEvent
from typing_extensions import override

from tests.store.shapes import DeclaredIndex, ShapeRecorder, unserved_shapes

BOUNDED = frozenset(
    {
        *(
            f"kudos: closed_space_id {closed}, deleted_at other, kept_for {kept}, known_to {known}"
            for closed, kept, known in itertools.product(("mixed", "other"), repeat=3)
        ),
        *(
            f"{name}: closed_space_id {how}, deleted_at other, kept_for {kept}"
            for name in ("ideas", "questions", "wiki_pages")
            for how in ("mixed", "other")
            for kept in ("mixed", "other")
        ),
        *(
            f"{name}: closed_space_id {how}, deleted_at other"
            for name in ("moderation_actions", "question_campaigns")
            for how in ("mixed", "other")
        ),
        *(f"{name}: deleted_at other, kept_for {kept}" for name in ("ideas", "insights") for kept in ("mixed", "other")),
        *(
            f"wiki_pages: closed_space_id other, deleted_at other, kept_for {kept}, unpublished other"
            for kept in ("mixed", "other")
        ),
        *(
            f"{name}: deleted_at other"
            for name in ("channels", "ideas", "insights", "members", "questions", "wiki_pages", "wiki_templates")
        ),
        "wiki_pages: deleted_at other, unpublished other",
        *(f"{name}: skill_ids equal" for name in ("assignment_policies", "coverage_rules", "mentorship_programmes")),
        *(f"channels: archived_at {how}, deleted_at other" for how in ("exists", "other")),
    }
)
"""Counts of whole lists: they stop at the cap, whatever the collection holds."""

ROOT = Path(__file__).parent.parent
SMALL = {
    "departments": "a handful, read whole for the directory",
    "skills": "some dozens, read whole to find those a text names",
    "things": "the records of tests/core, which mean nothing",
    "gates": "the documents of a property test",
}


class ProductShapes(ShapeRecorder):
    """Records what was sent by a function of the product, not by one of the tests."""

    def __init__(self) -> None:
        super().__init__()
        self.declared["files.chunks"] = {DeclaredIndex((("files_id", 1), ("n", 1)))}  # the driver makes it with the first file

    @override
    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name == "createIndexes" or _sender() == "product":
            super().started(event)

    def complaints(self) -> list[str]:
        """Tell which queries no declared index serves."""
        return [line for line in unserved_shapes(self.shapes, self.declared, exempt=SMALL) if line not in BOUNDED]


def _sender() -> str:
    """Tell whose function is the innermost of ours on the stack: a command is sent from within the await that asked for it."""
    frame: FrameType | None = sys._getframe()
    while frame is not None and (frame := frame.f_back) is not None:
        if owner := _owner(frame.f_code.co_filename):
            return owner
    return "elsewhere"


@cache
def _owner(name: str) -> str | None:
    """Tell whose a file of code is, `product` or `tests`; None: neither's, or it only watches."""
    file = Path(name)
    if not file.is_relative_to(ROOT) or file == Path(__file__):
        return None
    first = file.relative_to(ROOT).parts[0]
    if first.startswith(".venv"):
        return None
    return "tests" if first == "tests" else "product"
