"""Turning the result of an operation into an answer: its JSON, and its status by GraphQL over HTTP."""

import json
from typing import Any, Literal

import orjson
from starlette.responses import Response
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError

from api.negotiation import GRAPHQL_RESPONSE

Profile = Literal["draft", "audit"]
_PARTIAL_SUCCESS = 294
# These say nothing of the request, so that every client must see them in the status, whichever media type it reads.
_SERVER_STATES = {"OVERLOADED": 503, "TIMEOUT": 504, "UNAVAILABLE": 503, "INTERNAL": 500}


def payload(result: ExecutionResult) -> dict[str, Any]:
    """Give the response map; `data` is absent when the operation never began."""
    content: dict[str, Any] = {}
    if result.errors:
        content["errors"] = [error.formatted for error in result.errors]
    if has_data(result):
        content["data"] = result.data
    if result.extensions:
        content["extensions"] = result.extensions
    return content


def has_data(result: ExecutionResult) -> bool:
    """Say whether execution began: a refused document and wrong variables give no `data`, not even null."""
    if isinstance(result, PreExecutionError):
        return False
    return result.data is not None or any(error.path for error in result.errors or ())


def encode(content: object) -> bytes:
    """Give JSON in UTF-8, also for the rare text that is no Unicode and the rare number beyond 64 bits."""
    try:
        return orjson.dumps(content)
    except TypeError:
        return json.dumps(content, separators=(",", ":")).encode()


def answer(result: ExecutionResult, media_type: str, profile: Profile) -> Response:
    """Build the HTTP answer to a well-formed request."""
    status = _status(result, media_type, profile)
    headers = {"cache-control": "no-store"}
    if status == 503:  # noqa: PLR2004 - Service Unavailable
        headers["retry-after"] = "1"
    if status == 405:  # noqa: PLR2004 - Method Not Allowed
        headers["allow"] = "POST"
    return Response(encode(payload(result)), status, headers, f"{media_type}; charset=utf-8")


def _status(result: ExecutionResult, media_type: str, profile: Profile) -> int:
    if has_data(result):
        is_partial = bool(result.errors) and media_type == GRAPHQL_RESPONSE and profile == "draft"
        return _PARTIAL_SUCCESS if is_partial else 200
    codes = {(error.extensions or {}).get("code") for error in result.errors or ()}
    if "MUTATION_NEEDS_POST" in codes:
        return 405
    if states := [status for code, status in _SERVER_STATES.items() if code in codes]:
        return states[0]
    if media_type != GRAPHQL_RESPONSE:
        return 200
    return 400 if profile == "audit" or "GRAPHQL_PARSE_FAILED" in codes else 422
