"""What MongoDB keeps of recognition: the values that the company wants to see lived."""

from typing import ClassVar

from pymongo import ASCENDING, IndexModel

from core.records import PENDING_EVENTS, CreatedOnce


class CompanyValue(CreatedOnce):
    """What the company stands for; kudos name one of them, and sections of guidelines serve them."""

    name: str
    description: str
    retired: bool = False

    class Settings:
        name = "company_values"
        indexes: ClassVar = [
            IndexModel([("retired", ASCENDING), ("created_at", ASCENDING), ("_id", ASCENDING)]),
            PENDING_EVENTS,
        ]
