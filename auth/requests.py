"""Reading what a client sent to the sign-in routes, and answering what went wrong, all in one shape."""

from collections.abc import Awaitable, Callable

import orjson
from pymongo.errors import PyMongoError
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from auth.errors import AmbiguousCredentials, NotAuthenticated, TooManyAttempts
from core.database import outage
from core.errors import AlreadyDone, Conflict, DomainError, Forbidden, InvalidInput, NotFound, Unavailable

MOST_BYTES = 16_384
NOT_STORED = {"cache-control": "no-store"}

Endpoint = Callable[[Request], Awaitable[Response]]
SameSite = Callable[[HTTPConnection], bool]

_STATUSES: tuple[tuple[type[DomainError], int], ...] = (
    (NotAuthenticated, 401),
    (TooManyAttempts, 429),
    (AmbiguousCredentials, 400),
    (Forbidden, 403),
    (NotFound, 404),
    (AlreadyDone, 409),
    (Conflict, 409),
)


class BodyTooLarge(InvalidInput):
    """The body is longer than any sign-in needs."""

    code = "PAYLOAD_TOO_LARGE"


class NotJson(InvalidInput):
    """The body is not declared as JSON, which a form of another site could not do without asking first."""

    code = "UNSUPPORTED_MEDIA_TYPE"


class CrossSiteRequest(Forbidden):
    """Another site's page made the browser send this."""

    code = "CROSS_SITE_REQUEST"


def guarded(endpoint: Endpoint, *, is_same_site: SameSite) -> Endpoint:
    """Take JSON of our own pages and of programs only, and answer every refusal as `{"errors": [{message, path, extensions}]}`.

    A browser's form can send neither the content type nor pass the check of its origin: so no other site can sign a
    browser in, out or in as somebody else.
    """

    async def call(request: Request) -> Response:
        try:
            if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
                raise NotJson("Send the header Content-Type: application/json.")
            if not is_same_site(request):
                raise CrossSiteRequest("This origin may not sign in here; list it in KOPRU_ALLOWED_ORIGINS.")
            return await endpoint(request)
        except DomainError as error:
            return refusal(error)
        except (Unavailable, PyMongoError) as error:
            if isinstance(error, PyMongoError) and outage(error) is None:
                raise
            return _answer("The store does not answer; try again in a moment.", "UNAVAILABLE", 503, {"retry-after": "1"})

    return call


def refusal(error: DomainError) -> Response:
    """Give the answer for an error, with the status that HTTP has for it and when to try again."""
    headers = {}
    if isinstance(error, NotAuthenticated):
        headers["www-authenticate"] = "Bearer"
    if isinstance(error, TooManyAttempts):
        headers["retry-after"] = str(error.retry_after)
    return _answer(error.message, error.code, _status(error), headers, error.path)


async def read_fields(request: Request) -> dict[str, object]:
    """Read a JSON object of 16 KiB at most; no body reads as an empty one. Raises InvalidInput, BodyTooLarge."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise BodyTooLarge(f"The body may have {MOST_BYTES} bytes.")
    try:
        fields: object = orjson.loads(body or b"{}")
    except orjson.JSONDecodeError as error:
        raise InvalidInput(f"The body is not JSON in UTF-8: {error.msg}.") from error
    if not isinstance(fields, dict):
        raise InvalidInput("The body must be a JSON object.")
    return fields


def text(fields: dict[str, object], name: str) -> str:
    """Give a text field; InvalidInput that names it when it is absent, empty or no text."""
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        raise InvalidInput(f"`{name}` must be a text.", path=(name,))
    return value


def flag(fields: dict[str, object], name: str) -> bool:
    """Give a field that is true or false, absent as false; InvalidInput for anything else."""
    value = fields.get(name, False)
    if not isinstance(value, bool):
        raise InvalidInput(f"`{name}` must be true or false.", path=(name,))
    return value


def _status(error: DomainError) -> int:
    if isinstance(error, BodyTooLarge | NotJson):
        return 413 if isinstance(error, BodyTooLarge) else 415
    return next((status for kind, status in _STATUSES if isinstance(error, kind)), 400)


def _answer(message: str, code: str, status: int, headers: dict[str, str], path: tuple[str, ...] = ()) -> Response:
    body = {"errors": [{"message": message, "path": list(path), "extensions": {"code": code}}]}
    return Response(orjson.dumps(body), status, {**NOT_STORED, **headers}, "application/json")
