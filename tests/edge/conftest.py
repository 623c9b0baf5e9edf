"""A server of the edge on loopback, for the whole session."""

import asyncio
from collections.abc import AsyncIterator

import httpx2
import pytest
import uvicorn

from tests.edge.probe import make_app


@pytest.fixture(scope="session")
async def edge() -> AsyncIterator[str]:
    """Give the base address of a running server."""
    config = uvicorn.Config(make_app(), host="127.0.0.1", port=0, log_level="error", lifespan="off", ws_max_size=1_048_576)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await serving


@pytest.fixture
async def client(edge: str) -> AsyncIterator[httpx2.AsyncClient]:
    """Give an HTTP client of the server."""
    async with httpx2.AsyncClient(base_url=edge, timeout=20) as client:
        yield client
