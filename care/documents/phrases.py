"""What MongoDB keeps of phrases: the ones that oblige the company, and the words that keep a customer company while waiting."""

from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, Field

from core.records import PENDING_EVENTS, Record


class PhraseBookKind(StrEnum):
    """What a book's phrases are for; CONTACT_DETAILS oblige the company, the others are offered to be sent."""

    CONTACT_DETAILS = "CONTACT_DETAILS"
    HOLDING_REPLY = "HOLDING_REPLY"
    PUBLIC_CLOSING = "PUBLIC_CLOSING"


class Phrase(BaseModel):
    """Words in one language."""

    locale: str
    text: str


class PhraseBook(Record):
    """All phrases of one kind, in place of the product's own; its id is `phb_` and the kind."""

    phrases: list[Phrase] = Field(default_factory=list)

    class Settings:
        name = "phrase_books"
        indexes: ClassVar = [PENDING_EVENTS]
