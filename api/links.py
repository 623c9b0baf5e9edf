"""GET /l/{code}: a tracked link leads to its page, and the click is counted."""

from typing import Final, Protocol

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from care.audience.links import follow_link
from core.database import outage

_PREFETCH: Final = frozenset({"prefetch", "preview", "prefetch;prerender"})
_UNKNOWN: Final = "This link leads nowhere (any more).\n"
_LATER: Final = "This link can't be followed at the moment; try again in some seconds.\n"


class Follow(Protocol):
    """Give where a code leads, None for nowhere; count the click if so told."""

    async def __call__(self, code: str, *, counted: bool) -> str | None: ...


def link_route(follow: Follow = follow_link) -> Route:
    """Make the route. Who only looks ahead is led on without being counted."""

    async def lead_on(request: Request) -> Response:
        purposes = (request.headers.get(name, "").lower() for name in ("sec-purpose", "purpose", "x-purpose"))
        counted = request.method == "GET" and _PREFETCH.isdisjoint(purposes)
        try:
            target = await follow(request.path_params["code"], counted=counted)
        except Exception as error:
            if outage(error) is None:
                raise
            return PlainTextResponse(_LATER, status_code=503, headers={"retry-after": "5"})
        if target is None:
            return PlainTextResponse(_UNKNOWN, status_code=404)
        return RedirectResponse(target, 302, {"cache-control": "no-store", "referrer-policy": "no-referrer"})

    return Route("/l/{code}", lead_on, methods=["GET", "HEAD"])
