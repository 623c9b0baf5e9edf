"""Whether the process lives and whether it can serve, for those who route requests to it."""

from collections.abc import Awaitable, Callable
from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bootstrap.platform import Platform
from core.clock import clock
from core.database import ping
from core.errors import Unavailable

ADVICE = (
    "The embedded store is for a first look and for tests, up to about 20,000 documents a collection. "
    "Set KOPRU_MONGODB_URL for production."
)


def health_routes(platform: Platform, *, draining: Callable[[], bool]) -> list[Route]:
    """Give /healthz (the process answers) and /readyz (its store answers; a search that does not is only degraded)."""
    return [
        Route("/healthz", _live, methods=["GET"]),
        Route("/readyz", partial(_ready, platform, draining), methods=["GET"]),
    ]


async def _live(_: Request) -> JSONResponse:
    return JSONResponse({"status": "ok"})


async def _ready(platform: Platform, draining: Callable[[], bool], _: Request) -> JSONResponse:
    store = await _answers(lambda: ping(platform.database))
    search = await platform.search.healthy()
    is_embedded = platform.embedded is not None
    ready = store and clock.trusted and not draining()
    report: dict[str, object] = {
        "status": "ready" if ready else "not ready",
        "store": {"answers": store, "kind": "embedded" if is_embedded else "mongodb", "clockTrusted": clock.trusted},
        "search": {"answers": search, "degraded": not search},
        "draining": draining(),
    }
    if is_embedded:
        report["advice"] = ADVICE
    return JSONResponse(report, 200 if ready else 503)


async def _answers(ask: Callable[[], Awaitable[object]]) -> bool:
    try:
        await ask()
    except Unavailable:
        return False
    return True
