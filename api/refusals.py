"""Requests that are turned away before anything runs, answered in GraphQL's shape whatever was wrong with them."""

from collections.abc import Mapping
from typing import ClassVar

import orjson
from starlette.responses import Response


class Refusal(Exception):
    """The edge does not take this request; `code` is stable, `message` names the fix, `headers` go out with the answer."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "BAD_REQUEST"

    def __init__(self, message: str, *, headers: Mapping[str, str] | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.headers = dict(headers or {})
        self.refusal_code = code or self.code

    def response(self, media_type: str = "application/json") -> Response:
        """Give `{"errors": [{"message", "extensions": {"code"}}]}` with the status of the refusal."""
        body = orjson.dumps({"errors": [{"message": self.message, "extensions": {"code": self.refusal_code}}]})
        headers = {"cache-control": "no-store", **self.headers}
        return Response(body, self.status, headers, f"{media_type}; charset=utf-8")


class BadRequest(Refusal):
    """The request is not well formed."""


class NotAuthenticated(Refusal):
    """Nobody is recognised by what the request carries; `build_context` raises it."""

    status = 401
    code = "UNAUTHENTICATED"

    def __init__(self, message: str = "Sign in, or send a valid bearer token.", *, challenge: str = "Bearer") -> None:
        super().__init__(message, headers={"www-authenticate": challenge})


class CrossSiteRequest(Refusal):
    """A browser sent its cookie along with a request that another site may have made."""

    status = 403
    code = "CROSS_SITE_REQUEST"


class MethodNotAllowed(Refusal):
    """The address exists, the method does not; the answer names those that do."""

    status = 405
    code = "METHOD_NOT_ALLOWED"


class NotAcceptable(Refusal):
    """The client takes none of the media types the answer could have."""

    status = 406
    code = "NOT_ACCEPTABLE"


class BodyTooLarge(Refusal):
    """The body is longer than the address takes."""

    status = 413
    code = "PAYLOAD_TOO_LARGE"


class UnsupportedMediaType(Refusal):
    """The body is in a format the address does not read."""

    status = 415
    code = "UNSUPPORTED_MEDIA_TYPE"


class Overloaded(Refusal):
    """The process has as much to do as it takes, or a store does not answer; the same request may succeed in a second."""

    status = 503
    code = "OVERLOADED"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message, headers={"retry-after": "1"}, code=code)


class TimedOut(Refusal):
    """The answer took longer than the address allows."""

    status = 504
    code = "TIMEOUT"
