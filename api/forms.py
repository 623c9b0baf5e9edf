"""POST /forms/{channel}: what visitors of a web page fill in, as JSON or as the page's form sends it."""

import asyncio
from collections.abc import Mapping
from urllib.parse import parse_qsl

import orjson
from pydantic import ValidationError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from api.middleware import read_body
from api.refusals import BodyTooLarge
from auth.errors import TooManyAttempts
from care.documents.channels import Channel
from care.forms import MOST_FIELDS, FormDraft, Submission, WebForms
from core.errors import DomainError, InvalidFields, NotFound, Unavailable

LARGEST = 64 * 1024

_READ_WITHIN = 5.0
_OWN_FIELDS = frozenset({"name", "email", "phone", "subject", "message", "consent", "website", "id"})
_YES = frozenset({"on", "true", "1", "yes"})


class _Refused(Exception):
    def __init__(self, status: int, message: str, *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.message, self.headers = status, message, dict(headers or {})


_STATUS: dict[type[Exception], int] = {
    _Refused: 400,
    ValidationError: 422,
    TooManyAttempts: 429,
    NotFound: 404,
    DomainError: 422,
    Unavailable: 503,
    TimeoutError: 408,
    ClientDisconnect: 408,
}


def form_route(forms: WebForms) -> Route:
    """Make the route; 200 means stored for good. Pages of other origins are let in as the form's settings say."""

    async def receive(request: Request) -> Response:
        shared: dict[str, str] = {}
        try:
            channel = await forms.require_form(request.path_params["channel"])
            shared = _shared(channel, request)
            if request.method == "OPTIONS":
                return Response(status_code=204, headers=shared)
            is_json, values = await _values(request)
            submission = await forms.submit(channel, FormDraft.model_validate(values), address=_address(request))
        except tuple(_STATUS) as error:
            return _refusal(error, shared)
        return _taken(channel, submission, shared, is_json=is_json)

    return Route("/forms/{channel}", receive, methods=["POST", "OPTIONS"])


def _shared(channel: Channel, request: Request) -> dict[str, str]:
    """Give what lets a page of an allowed origin read the answer; a page of another one is turned away."""
    origin = request.headers.get("origin")
    allowed = channel.form.origins if channel.form else []
    if origin is None:
        return {"vary": "origin"}
    if allowed and origin.lower() not in {one.lower() for one in allowed}:
        raise _Refused(403, "This page may not use this form.", headers={"vary": "origin"})
    return {
        "vary": "origin",
        "access-control-allow-origin": origin,
        "access-control-allow-methods": "POST",
        "access-control-allow-headers": "content-type",
        "access-control-max-age": "3600",
    }


async def _values(request: Request) -> tuple[bool, dict[str, object]]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {"application/json", "application/x-www-form-urlencoded"}:
        raise _Refused(415, "Send application/json or application/x-www-form-urlencoded.")
    async with asyncio.timeout(_READ_WITHIN):
        body = await _read(request)
    if kind != "application/json":
        return False, _of_page(body)
    try:
        values = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise _Refused(400, f"This is not JSON: {error.msg}.") from None
    if not isinstance(values, dict):
        raise _Refused(400, "Send an object with name, email and message.")
    return True, {name: value for name, value in values.items() if value is not None}


async def _read(request: Request) -> bytes:
    try:
        return await read_body(request, LARGEST)
    except BodyTooLarge:
        raise _Refused(413, f"A form has at most {LARGEST} bytes.", headers={"connection": "close"}) from None


def _of_page(body: bytes) -> dict[str, object]:
    """Read what a page's form sends; fields that are not ours are the page's own."""
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=100)
    except ValueError:
        raise _Refused(400, "This is not a form in UTF-8, or it has more than 100 fields.") from None
    values: dict[str, object] = {name: value for name, value in pairs if name in _OWN_FIELDS}
    if "consent" in values:
        values["consent"] = str(values["consent"]).lower() in _YES
    custom = {name.removeprefix("custom."): value for name, value in pairs if name not in _OWN_FIELDS and name}
    if len(custom) > MOST_FIELDS:
        raise _Refused(422, f"A form has at most {MOST_FIELDS} fields of its own.")
    return {**values, "custom": custom}


def _address(request: Request) -> str | None:
    """Give the client's address; behind a proxy the server puts the right one there."""
    return request.client.host if request.client else None


def _taken(channel: Channel, submission: Submission, shared: Mapping[str, str], *, is_json: bool) -> Response:
    if not is_json and channel.form and channel.form.thanks_url:
        return RedirectResponse(channel.form.thanks_url, 303, headers=shared)
    return JSONResponse({"id": submission.id}, 200, headers=shared)


def _refusal(error: Exception, shared: Mapping[str, str]) -> Response:
    """Tell what is wrong, and with which field."""
    status = next(status for kind, status in _STATUS.items() if isinstance(error, kind))
    headers = dict(shared)
    if isinstance(error, _Refused):
        status, headers = error.status, headers | error.headers
    elif isinstance(error, TooManyAttempts):
        headers["retry-after"] = str(error.retry_after)
    elif isinstance(error, Unavailable):
        headers["retry-after"] = "5"
    return _errors(status, _wrong(error), headers)


def _wrong(error: Exception) -> list[tuple[list[str], str]]:
    if isinstance(error, ValidationError):
        return [([str(part) for part in one["loc"]], one["msg"]) for one in error.errors()]
    if isinstance(error, DomainError):
        problems = error.problems if isinstance(error, InvalidFields) else [error]
        return [(list(one.path), one.message) for one in problems]
    return [([], error.message if isinstance(error, _Refused) else "This was not stored; send it again.")]


def _errors(status: int, wrong: list[tuple[list[str], str]], headers: Mapping[str, str]) -> Response:
    return JSONResponse({"errors": [{"path": path, "message": text} for path, text in wrong]}, status, headers=dict(headers))
