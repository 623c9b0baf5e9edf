"""What MongoDB keeps of the catalogue of mistakes: what goes wrong in the house, and how it is put right."""

from datetime import datetime
from typing import ClassVar, Final

from pydantic import BaseModel
from pymongo import ASCENDING, IndexModel

from core.records import PENDING_EVENTS, CreatedOnce

MOST_MISTAKES: Final = 20
"""How many mistakes are recorded on one case."""


class MistakeKind(CreatedOnce):
    """A kind of mistake, with who has to see to it that it does not happen again."""

    name: str
    sort_name: str
    description: str | None = None
    department_id: str | None = None
    remedy: str | None = None
    archived: bool = False

    class Settings:
        name = "mistake_kinds"
        indexes: ClassVar = [
            IndexModel([("archived", ASCENDING), ("sort_name", ASCENDING), ("_id", ASCENDING)]),
            PENDING_EVENTS,
        ]


class Mistake(BaseModel):
    """A mistake that was made in a case, and what was learned from it."""

    id: str
    kind_id: str
    at: datetime
    by: str
    root_cause: str
    lesson: str | None = None
    """What was changed so that it does not happen again."""
    page_id: str | None = None
    """The page of the wiki where that stands."""
    fingerprint: str | None = None
