"""Refusals as clients read them: `userErrors` in every payload, never an exception."""

from collections.abc import Callable
from enum import Enum
from typing import Any, ClassVar, TypeVar

import strawberry
from pydantic import BaseModel, ValidationError
from strawberry.extensions import FieldExtension
from strawberry.utils.str_converters import to_camel_case
from typing_extensions import override

from core.errors import Conflict, DomainError, InvalidFields, RateLimited
from schema.context import Info

DOCUMENTATION = "/docs/errors#"


@strawberry.enum(description="Why a request was refused; stable, for programs to act on.")
class ErrorCode(Enum):
    """Why a request was refused."""

    INVALID_INPUT = strawberry.enum_value("INVALID_INPUT", description="A value can't be used; the message names the fix.")
    NOT_FOUND = strawberry.enum_value("NOT_FOUND", description="There is no such object for this viewer.")
    FORBIDDEN = strawberry.enum_value("FORBIDDEN", description="The viewer may not do this.")
    CONFLICT = strawberry.enum_value("CONFLICT", description="The object changed since; the payload shows it as it is now.")
    ALREADY_DONE = strawberry.enum_value("ALREADY_DONE", description="This has happened before.")
    LIMIT_REACHED = strawberry.enum_value("LIMIT_REACHED", description="A bound on size, number or frequency was met.")
    RATE_LIMITED = strawberry.enum_value(
        "RATE_LIMITED", description="Too much in too short a time; `retryAfter` says when the same is allowed."
    )
    LOCKED = strawberry.enum_value("LOCKED", description="Moderators locked it: only they write there for now.")
    OBLIGATION_OPEN = strawberry.enum_value("OBLIGATION_OPEN", description="The company still owes the customer something.")
    CHECKLIST_OPEN = strawberry.enum_value("CHECKLIST_OPEN", description="Something that must be looked at was not.")
    REVIEW_PENDING = strawberry.enum_value("REVIEW_PENDING", description="A reply still waits for its review.")
    UNDO_EXPIRED = strawberry.enum_value("UNDO_EXPIRED", description="The time to undo is over.")
    CURSOR_EXPIRED = strawberry.enum_value("CURSOR_EXPIRED", description="Events since the cursor are no longer kept.")
    IDEMPOTENCY_MISMATCH = strawberry.enum_value(
        "IDEMPOTENCY_MISMATCH", description="The idempotency key was used with another input."
    )
    ANOTHER_CASE_OPEN = strawberry.enum_value("ANOTHER_CASE_OPEN", description="The conversation has another open case.")


@strawberry.type(description="Why something was refused, and where in the input.")
class UserError:
    """Why something was refused, and where in the input."""

    code: ErrorCode = strawberry.field(description="The kind of refusal, for programs.")
    message: str = strawberry.field(description="The reason and the fix, for people.")
    path: list[str] = strawberry.field(description="Where in the arguments, from `input` down.")
    documentation_url: str = strawberry.field(description="What the code means and what to do.")
    retry_after: int | None = strawberry.field(
        default=None, description="After how many seconds the same is allowed; null unless the code is RATE_LIMITED."
    )


@strawberry.type(description="What a mutation answers.")
class Payload:
    """What a mutation answers; `written` names the field that shows the object a conflict is about."""

    written: ClassVar[str | None] = None

    user_errors: list[UserError] = strawberry.field(
        default_factory=list, description="Why it was refused; empty when it was done."
    )

    def explain(self, error: DomainError) -> None:
        """Show more of a refusal than its words; most have no more to show."""


class Refusals(FieldExtension):
    """Turns a domain's refusal into the payload's `userErrors`, and forgets what was read before the write."""

    def __init__(self, payload: type[Payload]) -> None:
        self._payload = payload

    @override
    async def resolve_async(self, next_: Callable[..., Any], source: Any, info: Info, **kwargs: Any) -> Any:
        try:
            result = await next_(source, info, **kwargs)
        except DomainError as error:
            return self._refused(error, info)
        finally:
            info.context.forget()
        return result

    def _refused(self, error: DomainError, info: Info) -> Payload:
        problems = error.problems if isinstance(error, InvalidFields) else [error]
        payload = self._payload(user_errors=[_user_error(problem, info.context.public_url) for problem in problems])
        if isinstance(error, Conflict) and error.current is not None and self._payload.written:
            setattr(payload, self._payload.written, info.context.present(error.current))
        payload.explain(error)
        return payload


def mutation(payload: type[Payload], *, description: str) -> Any:
    """Declare a mutation that answers with a payload and refuses by `userErrors`."""
    return strawberry.mutation(graphql_type=payload, description=description, extensions=[Refusals(payload)])


def _user_error(error: DomainError, public_url: str) -> UserError:
    code = ErrorCode.__members__.get(error.code, ErrorCode.INVALID_INPUT)
    path = ["input", *(to_camel_case(part) for part in error.path)]
    return UserError(
        code=code,
        message=error.message,
        path=path,
        documentation_url=f"{public_url}{DOCUMENTATION}{code.name}",
        retry_after=error.retry_after if isinstance(error, RateLimited) else None,
    )


DraftT = TypeVar("DraftT", bound=BaseModel)


def parse(draft: type[DraftT], **values: object) -> DraftT:
    """Read an input into a domain's draft; UNSET values are left out. InvalidFields names every field at fault."""
    given = {name: value for name, value in values.items() if value is not strawberry.UNSET}
    try:
        return draft.model_validate(given)
    except ValidationError as error:
        raise InvalidFields.of(error) from error
