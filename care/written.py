"""Texts that operations take beside their drafts, checked as drafts check theirs."""

from typing import Final

from pydantic import TypeAdapter, ValidationError

from community.drafts import Body, Remark
from core.errors import InvalidInput

_BODY: Final = TypeAdapter[str](Body)
_REMARK: Final = TypeAdapter[str](Remark)


def body_of(given: str, *, path: tuple[str, ...] = ("body",)) -> str:
    """Give the text as it is kept: 1 to 20,000 characters; InvalidInput otherwise."""
    return _checked(_BODY, given, path)


def remark_of(given: str | None, *, path: tuple[str, ...] = ("note",)) -> str | None:
    """Give the remark as it is kept: none, or 1 to 5,000 characters; InvalidInput otherwise."""
    return None if given is None else _checked(_REMARK, given, path)


def _checked(kind: TypeAdapter[str], given: str, path: tuple[str, ...]) -> str:
    try:
        return kind.validate_python(given)
    except ValidationError as error:
        raise InvalidInput(f"{error.errors()[0]['msg']}.", path=path) from None
