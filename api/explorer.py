"""The explorer: GraphiQL on both endpoints, served from files of ours; `api/explorer_source` builds them."""

from pathlib import Path

from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope
from typing_extensions import override

FILES = Path(__file__).parent / "explorer"
# GraphiQL's editor sets styles as it draws, so only styles may be inline; scripts come from this origin alone.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def explorer_routes() -> list[BaseRoute]:
    """Give the routes of the explorer at /explorer; its own content security policy takes the place of the strict one."""
    return [Route("/explorer", _open), Mount("/explorer", _ExplorerFiles(directory=FILES, html=True))]


async def _open(_: object) -> Response:
    return RedirectResponse("/explorer/")


class _ExplorerFiles(StaticFiles):
    @override
    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["content-security-policy"] = POLICY
        response.headers["cache-control"] = "no-cache"  # revalidated by its tag, so that an upgrade shows at once
        return response
