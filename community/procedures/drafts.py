"""Sections as they are handed in, of guidelines and of templates."""

from collections.abc import Sequence
from typing import Annotated, Final

from pydantic import BaseModel, Field, StringConstraints

from community.drafts import text
from community.procedures.documents import Section
from core.errors import InvalidInput

MOST_SECTIONS: Final = 30

Key = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]


class SectionDraft(BaseModel):
    """A part of a procedure or policy."""

    key: Key
    title: Annotated[str, text(1, 200, lines="one")]
    body: Annotated[str, text(0, 20_000)] = ""


Sections = Annotated[list[SectionDraft], Field(max_length=MOST_SECTIONS)]


def sections_of(drafts: Sequence[SectionDraft]) -> list[Section]:
    """Give the sections; InvalidInput for two of one key."""
    keys = [draft.key for draft in drafts]
    if len(set(keys)) < len(keys):
        raise InvalidInput("Give each section a key of its own.", path=("sections",))
    return [Section(**draft.model_dump()) for draft in drafts]
