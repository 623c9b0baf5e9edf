"""What the Meilisearch engine says when no Meilisearch answers as it should; needs none."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from typing_extensions import override

from core.errors import Unavailable
from search.engine import SearchIndex, SearchRefused
from search.engines.meilisearch import MeilisearchEngine
from search.engines.meilisearch_connection import MeilisearchConnection
from tests.search.engines.contract import make_entry, make_query, stream

STAFF = SearchIndex.STAFF


class _Answer(BaseHTTPRequestHandler):
    status = 500
    body = b""

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    @override
    def log_message(self, format: str, *args: Any) -> None:  # the name the base class gives it
        """Keep the test's output clean."""


@pytest.fixture
def answering() -> Iterator[tuple[str, type[_Answer]]]:
    """A server that gives every question the same answer."""
    handler = type("_Given", (_Answer,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", handler
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (500, b"", Unavailable),
        (503, b'{"message":"busy"}', Unavailable),
        (401, b'{"message":"no","code":"missing_authorization_header"}', Unavailable),
        (403, b'{"message":"no","code":"invalid_api_key"}', Unavailable),
        (400, b'{"message":"no","code":"bad_request"}', SearchRefused),
        (200, b"not json", Unavailable),
    ],
)
async def test_answers_of_a_server_in_trouble(
    answering: tuple[str, type[_Answer]], status: int, body: bytes, error: type[Exception],
) -> None:  # fmt: skip
    url, handler = answering
    handler.status, handler.body = status, body
    connection = MeilisearchConnection(url, "key", seconds=2, task_seconds=1)

    with pytest.raises(error):
        await connection.run(lambda client: client.get_indexes())

    connection.close()


async def test_a_server_that_is_away_is_unavailable() -> None:
    engine = MeilisearchEngine("http://127.0.0.1:9", "key")

    assert await engine.healthy() is False
    for call in (
        engine.open(),
        engine.put(STAFF, [make_entry("a")]),
        engine.remove(STAFF, ["a"]),
        engine.find(STAFF, make_query("iade")),
        engine.rebuild(STAFF, stream([])),
        engine.count(STAFF),
    ):
        with pytest.raises(Unavailable, match="Meilisearch is not reachable"):
            await call
    await engine.close()
