"""What can go wrong for a person or an operator, and what each of them is called.

DomainError            a rule says no; told to the person who asked, with a stable code
├── InvalidInput       a field's value can't be used
├── NotFound           there is no such object for this viewer
├── Forbidden          the viewer knows the object but may not do this with it
├── Conflict           somebody changed the object since the viewer read it
├── AlreadyDone        what was asked for has happened before
├── LimitReached       a bound on size, number or frequency
│   └── RateLimited    too much in too short a time; says when to try again
└── …                  every domain's own in its `errors.py`
Unavailable            a store or a peer does not answer; try again
"""

from typing import Any, ClassVar, Final

from pydantic import ValidationError


class DomainError(Exception):
    """A rule of the product that says no; `path` names the input field it is about, `()` the whole request."""

    code: ClassVar[str] = "INVALID_INPUT"

    def __init__(self, message: str, *, path: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.path = path


class InvalidInput(DomainError):
    """A field's value can't be used; the message names the fix."""

    code = "INVALID_INPUT"


class InvalidFields(InvalidInput):
    """Several fields at once; `problems` holds one error each."""

    def __init__(self, problems: list[InvalidInput]) -> None:
        super().__init__(problems[0].message, path=problems[0].path)
        self.problems = problems

    @classmethod
    def of(cls, error: ValidationError, *within: str) -> "InvalidFields":
        """Say every problem of a draft in words for people; `within` is where in the input the draft stands."""
        return cls([_problem(detail, within) for detail in error.errors()])


_WORDS: Final = {
    "missing": "Give this",
    "too_short": "Give at least {min_length}, not {actual_length}",
    "too_long": "Give at most {max_length}, not {actual_length}",
    "string_too_short": "Write at least {min_length} characters",
    "string_too_long": "Write at most {max_length} characters",
    "greater_than_equal": "Give at least {ge}",
    "less_than_equal": "Give at most {le}",
    "greater_than": "Give more than {gt}",
    "less_than": "Give less than {lt}",
}
"""What to do about the problems that Pydantic tells of by the type of a value; all others are told in our own words."""


def _problem(detail: Any, within: tuple[str, ...]) -> InvalidInput:
    words = _WORDS.get(detail["type"])
    message = words.format(**detail.get("ctx", {})) if words else detail["msg"].removeprefix("Value error, ")
    return InvalidInput(f"{message[0].upper()}{message[1:]}.", path=(*within, *(str(part) for part in detail["loc"])))


class NotFound(DomainError):
    """There is no such object for this viewer: absent and hidden read alike."""

    code = "NOT_FOUND"


class Forbidden(DomainError):
    """The viewer lacks a permission for this act."""

    code = "FORBIDDEN"


class Conflict(DomainError):
    """Somebody changed the object since; `current` is the document as it is now."""

    code = "CONFLICT"
    CHANGED: ClassVar[str] = "This was changed by somebody else meanwhile; look at it again."

    def __init__(self, message: str = CHANGED, *, path: tuple[str, ...] = ("expectedVersion",), current: Any = None) -> None:
        super().__init__(message, path=path)
        self.current = current


class AlreadyDone(DomainError):
    """What was asked for has happened before."""

    code = "ALREADY_DONE"


class LimitReached(DomainError):
    """A bound on size, number or frequency was met."""

    code = "LIMIT_REACHED"


class RateLimited(LimitReached):
    """Too much in too short a time; `retry_after` are the seconds after which the same is allowed."""

    code = "RATE_LIMITED"

    def __init__(self, message: str, *, retry_after: int, path: tuple[str, ...] = ()) -> None:
        super().__init__(message, path=path)
        self.retry_after = retry_after


class IdempotencyMismatch(DomainError):
    """The idempotency key was used before with another input."""

    code = "IDEMPOTENCY_MISMATCH"


class CursorExpired(DomainError):
    """The events after this cursor are no longer kept; fetch the state anew."""

    code = "CURSOR_EXPIRED"


class Unavailable(Exception):
    """A store or a peer does not answer; the same request may succeed later."""

    def __init__(self, service: str, message: str = "") -> None:
        super().__init__(f"{service} is not reachable{': ' + message if message else ''}")
        self.service = service
