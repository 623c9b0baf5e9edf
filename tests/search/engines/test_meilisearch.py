"""What the Meilisearch engine promises beyond the contract: faults, dropped indexes, settings, rebuilds that meet."""

import threading
import uuid
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from meilisearch import Client
from typing_extensions import override

from core.errors import Unavailable
from search.engine import RebuildSuperseded, SearchIndex, SearchRefused
from search.engines.meilisearch import MeilisearchEngine
from search.engines.meilisearch_connection import MeilisearchConnection
from search.entries import SearchEntry
from tests import stores
from tests.search.engines.contract import ids_of, make_entry, make_query, numbered, stream

STAFF = SearchIndex.STAFF
URL, KEY = stores.meilisearch() or ("", "")
needs_server = pytest.mark.skipif(not URL, reason="KOPRU_TEST_MEILISEARCH_URL is not set")


@pytest.fixture
async def engine() -> AsyncIterator[MeilisearchEngine]:
    engine = MeilisearchEngine(URL, KEY, prefix=f"faults-{uuid.uuid4().hex[:8]}-")
    await engine.open()
    yield engine
    await engine.drop()
    await engine.close()


@pytest.fixture
def client() -> Client:
    return Client(URL, KEY, timeout=5)


def settle(client: Client, task: Any) -> None:
    assert client.wait_for_task(task.task_uid).status == "succeeded"


def names(client: Client, engine: MeilisearchEngine) -> list[str]:
    return sorted(index.uid.removeprefix(engine._prefix) for index in client.get_indexes({"limit": 1_000})["results"]
                  if index.uid.startswith(engine._prefix))  # fmt: skip


async def found(engine: MeilisearchEngine, text: str) -> list[str]:
    return sorted(ids_of(await engine.find(STAFF, make_query(text))))


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
    thread = threading.Thread(target=server.serve_forever)
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


@needs_server
@pytest.mark.services
async def test_a_wrong_key_is_unavailable() -> None:
    engine = MeilisearchEngine(URL, "wrong")

    with pytest.raises(Unavailable):
        await engine.open()

    await engine.close()


@needs_server
@pytest.mark.services
async def test_a_task_that_takes_too_long_is_unavailable(engine: MeilisearchEngine) -> None:
    hasty = MeilisearchConnection(URL, KEY, seconds=5, task_seconds=0.0)

    with pytest.raises(Unavailable):
        await hasty.settle(lambda client: client.index(engine._name(STAFF)).add_documents([{"id": "a"}]))

    hasty.close()


@needs_server
@pytest.mark.services
async def test_a_task_that_fails_is_refused_with_its_code(engine: MeilisearchEngine) -> None:
    with pytest.raises(SearchRefused) as refusal:
        await engine._connection.settle(lambda client: client.index(engine._name(STAFF)).add_documents([{"id": "not valid"}]))

    assert refusal.value.code == "invalid_document_id"


@needs_server
@pytest.mark.services
async def test_other_settings_are_set_right_by_the_next_start(engine: MeilisearchEngine, client: Client) -> None:
    index = client.index(engine._name(STAFF))
    settle(client, index.update_settings({"filterableAttributes": ["kind"], "searchableAttributes": ["*"]}))

    with pytest.raises(Unavailable):
        await engine.find(STAFF, make_query("iade"))

    assert await found(engine, "iade") == []
    assert sorted(index.get_filterable_attributes()) == ["id", "kind", "readers", "tags", "updated_at"]


@needs_server
@pytest.mark.services
async def test_settings_that_are_right_are_left_alone(engine: MeilisearchEngine, client: Client) -> None:
    def updates() -> int:
        return client.get_tasks({"indexUids": engine._name(STAFF), "types": "settingsUpdate"}).total

    before = updates()
    again = MeilisearchEngine(URL, KEY, prefix=engine._prefix)
    await again.open()
    await again.close()

    assert (before, updates()) == (1, 1)


@needs_server
@pytest.mark.services
async def test_a_dropped_index_is_made_again_with_its_settings(engine: MeilisearchEngine, client: Client) -> None:
    settle(client, client.delete_index(engine._name(STAFF)))

    with pytest.raises(Unavailable):
        await engine.find(STAFF, make_query("iade"))
    await engine.put(STAFF, [make_entry("a", "iade")])
    settle(client, client.delete_index(engine._name(STAFF)))
    await engine.put(STAFF, [make_entry("b", "iade")])

    assert await found(engine, "iade") == ["b"]


@needs_server
@pytest.mark.services
async def test_a_rebuild_removes_what_others_left_and_leaves_nothing(engine: MeilisearchEngine, client: Client) -> None:
    name = engine._name(STAFF)
    settle(client, client.create_index(f"{name}-next-killed", {"primaryKey": "id"}))
    settle(client, client.create_index(f"{name}-journal-late", {"primaryKey": "id"}))
    await engine.put(STAFF, [make_entry("a", "iade")])
    assert names(client, engine) == ["portal-v1", "staff-v1", "staff-v1-next-killed"]

    await engine.rebuild(STAFF, stream(numbered(2)))

    assert names(client, engine) == ["portal-v1", "staff-v1"]
    assert await found(engine, "iade") == ["n_0", "n_1"]


@needs_server
@pytest.mark.services
async def test_a_later_rebuild_supersedes_an_earlier(engine: MeilisearchEngine, client: Client) -> None:
    other = MeilisearchEngine(URL, KEY, prefix=engine._prefix)

    async def entries() -> AsyncIterator[SearchEntry]:
        yield make_entry("early", "iade")
        await other.rebuild(STAFF, stream([make_entry("late", "iade")]))

    with pytest.raises(RebuildSuperseded):
        await engine.rebuild(STAFF, entries())

    assert await found(engine, "iade") == ["late"]
    assert names(client, engine) == ["portal-v1", "staff-v1"]
    await other.close()


@needs_server
@pytest.mark.services
async def test_a_long_list_of_writes_during_a_rebuild_is_replayed(engine: MeilisearchEngine) -> None:
    other = MeilisearchEngine(URL, KEY, prefix=engine._prefix)

    async def entries() -> AsyncIterator[SearchEntry]:
        yield make_entry("n_0", "eski")
        await other.put(STAFF, numbered(1_200))

    await engine.rebuild(STAFF, entries())

    assert await engine.count(STAFF) == 1_200
    assert await found(engine, "eski") == []
    await other.close()
