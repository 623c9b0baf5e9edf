"""Words that are written once a language, as they are handed in."""

from collections.abc import Sequence
from typing import Annotated, Literal, Protocol, TypeVar

from pydantic import BaseModel
from pydantic_core import PydanticCustomError

from community.drafts import text

Locale = Literal["tr", "fa", "en"]


class LocalTextDraft(BaseModel):
    """Words in one language."""

    locale: Locale
    text: Annotated[str, text(1, 1_000)]


class LocalLabel(BaseModel):
    """A name in one language."""

    locale: Locale
    text: Annotated[str, text(1, 100, lines="one")]


class _Local(Protocol):
    @property
    def locale(self) -> str: ...


LocalT = TypeVar("LocalT", bound=Sequence[_Local])


def one_a_language(given: LocalT) -> LocalT:
    """Refuse two of one language."""
    if len({one.locale for one in given}) < len(given):
        raise PydanticCustomError("language", "Write one text for each language")
    return given
