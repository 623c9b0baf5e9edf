"""What inputs and mutations share: declaring fields, reading what was given, and the identity of a request to create."""

from dataclasses import fields, is_dataclass
from typing import Any, Final
from uuid import UUID

import strawberry
from strawberry.types.arguments import StrawberryArgumentAnnotation

from auth.actor import ActorKind
from core.errors import InvalidInput
from core.idempotency import MOST_KEY_LETTERS, Once
from schema.context import Info

INPUT: Final[StrawberryArgumentAnnotation] = strawberry.argument(description="What to do, and with what.")

EXPECTED_VERSION: Final = "The `version` you saw; another one now means that somebody was first, and nothing is changed."
IDEMPOTENCY_KEY: Final = "A text of yours, such as a UUID: the same request sent again with it is done once."


def given(description: str, *, name: str | None = None) -> Any:
    """Declare an input field that may be left out; null means the same."""
    return strawberry.field(default=strawberry.UNSET, name=name, description=description)


def required(description: str, *, name: str | None = None) -> Any:
    """Declare an input field that must be given."""
    return strawberry.field(name=name, description=description)


def changed(description: str = "As it is now.") -> Any:
    """Declare a payload's field; it is null when the request was refused."""
    return strawberry.field(default=None, description=description)


def idempotency_key() -> Any:
    """Declare the input field of a client's key."""
    return given(IDEMPOTENCY_KEY)


def expected_version() -> Any:
    """Declare the input field of the version that the client saw."""
    return required(EXPECTED_VERSION)


def set_fields(asked: object) -> list[tuple[str, Any]]:
    """List what a client gave of an input; null is as good as absent."""
    values = [(field.name, getattr(asked, field.name)) for field in fields(asked)]  # type: ignore[arg-type]  # an input is a dataclass
    return [(name, value) for name, value in values if value is not None and value is not strawberry.UNSET]


def values_of(asked: object, *without: str) -> dict[str, Any]:
    """Give what a client said of an input, absent and null alike, without the fields that are no part of the thing itself."""
    left_out = {"idempotency_key", "expected_version", *without}
    return {name: _plain(value) for name, value in set_fields(asked) if name not in left_out}


def _plain(value: Any) -> Any:
    """Give an input inside an input, or a list of them, as plain values too."""
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return {name: _plain(part) for name, part in set_fields(value)} if is_dataclass(value) else value


def once_for(info: Info, operation: str, asked: Any) -> Once:
    """Give the identity of a request to create something; InvalidInput for a key that is empty or too long."""
    key = None if asked.idempotency_key is strawberry.UNSET else asked.idempotency_key
    if key is not None and not 1 <= len(key) <= MOST_KEY_LETTERS:
        raise InvalidInput(f"An idempotency key has 1 to {MOST_KEY_LETTERS} characters.", path=("idempotencyKey",))
    if key is not None and info.context.actor.kind is ActorKind.ANONYMOUS and not _is_uuid(key):
        raise InvalidInput(
            "Without an account the idempotency key must be a UUID, so that nobody can guess it.", path=("idempotencyKey",)
        )
    return info.context.once(operation, key, values_of(asked))


def _is_uuid(key: str) -> bool:
    try:
        UUID(key)
    except ValueError:
        return False
    return True
