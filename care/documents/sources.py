"""What MongoDB keeps of what a reply relies on: what was cited, and exactly which state of it."""

from enum import StrEnum

from pydantic import BaseModel


class SourceKind(StrEnum):
    """What a reply can rely on."""

    WIKI_REVISION = "WIKI_REVISION"
    ANSWER_BANK_ENTRY = "ANSWER_BANK_ENTRY"
    ANSWER = "ANSWER"


class CitedSource(BaseModel):
    """Something that a reply relies on; `version` is what it had reached when it was cited."""

    kind: SourceKind
    id: str
    version: int
