"""What a client may read of an error: its own mistakes and the product's refusals in full, everything else by number only."""

from collections.abc import Mapping
from uuid import uuid4

from graphql import GraphQLError, GraphQLSyntaxError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.utils.str_converters import to_camel_case

from core.database import outage
from core.errors import DomainError, Unavailable
from core.logs import log
from schema.execution.guards import OperationRefused

_log = log(__name__)
_LONGEST_MESSAGE = 1_000  # graphql-core quotes values of any length
_INTERNAL = "Internal error. Quote errorId to the operators."


def public_errors(errors: list[GraphQLError], *, executed: bool, operation: str | None = None) -> list[GraphQLError]:
    """Turn errors into what the client may read, and log the unexpected ones once, with the stack and the same `errorId`.

    `executed` is false when the operation never began: then errors are about the document or its variables.
    """
    known: dict[tuple[type[BaseException], str], str] = {}
    return [_public(error, known, executed=executed, operation=operation) for error in errors]


def masked_error(cause: BaseException, *, operation: str | None = None) -> GraphQLError:
    """Log a failure of ours and give the error that may be sent in its place."""
    if unavailable := _outage(cause):
        return _unavailable(GraphQLError(""), unavailable)
    return GraphQLError(_INTERNAL, extensions={"code": "INTERNAL", "errorId": _report(cause, operation=operation, path=None)})


def unavailable_message(cause: Unavailable) -> str:
    """Say which service does not answer, and nothing of what it said."""
    return f"{cause.service[:1].upper()}{cause.service[1:]} is not reachable, try again."


def _public(
    error: GraphQLError, known: dict[tuple[type[BaseException], str], str], *, executed: bool, operation: str | None
) -> GraphQLError:
    cause = _root_cause(error)
    if isinstance(cause, DomainError):
        place = [to_camel_case(part) for part in cause.path]
        return _rewritten(error, cause.message, {"code": cause.code, **({"path": place} if place else {})})
    if isinstance(cause, OperationRefused):
        return _rewritten(error, str(cause), {"code": cause.code})
    if unavailable := _outage(cause):
        return _unavailable(error, unavailable)
    if _is_meant_for_clients(error, cause, executed=executed):
        return _coded(error, cause, executed=executed)
    failure: BaseException = cause or error
    key = (type(failure), str(failure))
    if key not in known:  # the same failure in a hundred rows is one line in the log
        known[key] = _report(failure, operation=operation, path=error.path)
    return _rewritten(error, _INTERNAL, {"code": "INTERNAL", "errorId": known[key]})


def _outage(cause: BaseException | None) -> Unavailable | None:
    if cause is None or isinstance(cause, Unavailable):
        return cause
    return outage(cause)


def _root_cause(error: GraphQLError) -> BaseException | None:
    cause: BaseException | None = error.original_error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return cause


def _is_meant_for_clients(error: GraphQLError, cause: BaseException | None, *, executed: bool) -> bool:
    if isinstance(cause, CannotGetOperationTypeError | InvalidOperationTypeError):
        return True
    # Words about the document, its variables and its arguments quote what the client sent, whatever a scalar's parser raised.
    if error.message.startswith(("Variable '$", "Argument '")) or (error.nodes and not executed):
        return True
    if cause is not None and not isinstance(cause, GraphQLError):
        return False
    # Without a code and with a place in the response it is graphql-core's word about a value that a resolver gave: it quotes it.
    return error.path is None or "code" in (error.extensions or {})


def _coded(error: GraphQLError, cause: BaseException | None, *, executed: bool) -> GraphQLError:
    if isinstance(cause, CannotGetOperationTypeError):
        return _rewritten(error, cause.as_http_error_reason(), {"code": "UNKNOWN_OPERATION"})
    if isinstance(cause, InvalidOperationTypeError):
        kind = cause.operation_type.value
        return _rewritten(error, f"A {kind} can't be sent this way.", {"code": "OPERATION_NOT_ALLOWED", "operationType": kind})
    extensions = dict(error.extensions or {})
    if "code" not in extensions:
        extensions["code"] = _code_of(error, executed=executed)
    message = error.message if len(error.message) <= _LONGEST_MESSAGE else f"{error.message[:_LONGEST_MESSAGE]}…"
    return _rewritten(error, message, extensions)


def _code_of(error: GraphQLError, *, executed: bool) -> str:
    if isinstance(error, GraphQLSyntaxError):
        # The parser's own limits are told by their wording alone.
        return "LIMIT_EXCEEDED" if error.message.endswith("Parsing aborted.") else "GRAPHQL_PARSE_FAILED"
    return "BAD_USER_INPUT" if executed else "GRAPHQL_VALIDATION_FAILED"


def _unavailable(error: GraphQLError, cause: Unavailable) -> GraphQLError:
    _log.warning("store_unavailable", service=cause.service, exc_info=cause)
    return _rewritten(error, unavailable_message(cause), {"code": "UNAVAILABLE"})


def _report(cause: BaseException, *, operation: str | None, path: list[str | int] | None) -> str:
    error_id = uuid4().hex
    _log.error("operation_failed", errorId=error_id, operation=operation, path=path, exc_info=cause)
    return error_id


def _rewritten(error: GraphQLError, message: str, extensions: Mapping[str, object]) -> GraphQLError:
    """Copy the places and leave the cause behind, so that nothing of it can be formatted by mistake."""
    return GraphQLError(
        message, nodes=error.nodes, source=error.source, positions=error.positions, path=error.path, extensions=dict(extensions)
    )
