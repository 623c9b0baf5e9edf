"""What MongoDB keeps of the company's own fields of cases: their definitions, and a value as a case holds it."""

from enum import StrEnum
from typing import ClassVar, Final

from pydantic import BaseModel, Field
from pymongo import ASCENDING, IndexModel

from care.documents.cycles import LocalText
from core.records import PENDING_EVENTS, CreatedOnce
from core.text.fold import fold

MOST_FIELDS: Final = 50
MOST_OPTIONS: Final = 50


class CustomFieldKind(StrEnum):
    """What a field holds."""

    TEXT = "TEXT"
    NUMBER = "NUMBER"
    DATE = "DATE"
    BOOLEAN = "BOOLEAN"
    CHOICE = "CHOICE"


class FieldOption(BaseModel):
    """One of the values of a CHOICE."""

    key: str
    labels: list[LocalText]


class CustomField(CreatedOnce):
    """A field of the company's own; its key and its kind never change."""

    key: str
    kind: CustomFieldKind
    labels: list[LocalText]
    options: list[FieldOption] = Field(default_factory=list)
    required_at_closing: bool = False
    archived: bool = False

    @property
    def label(self) -> str:
        """Give its name for messages: in English, or in the language that comes first."""
        return next((label.text for label in self.labels if label.locale == "en"), self.labels[0].text)

    class Settings:
        name = "custom_fields"
        indexes: ClassVar = [
            IndexModel([("key", ASCENDING)], unique=True),
            IndexModel([("archived", ASCENDING), ("key", ASCENDING), ("_id", ASCENDING)]),
            PENDING_EVENTS,
        ]


class FieldValue(BaseModel):
    """What a case holds in a field, in the one spelling of its kind."""

    field_id: str
    key: str
    value: str


def token_of(key: str, value: str) -> str:
    """Give the word by which cases with a value are found, however it is spelled."""
    return f"{key}={fold(value)}"
