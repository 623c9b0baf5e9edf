"""What the Meilisearch engine promises beyond the contract: dropped indexes, settings, tasks that fail, rebuilds that meet."""

import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
from meilisearch import Client

from core.errors import Unavailable
from search.engine import RebuildSuperseded, SearchIndex, SearchRefused
from search.engines.meilisearch import MeilisearchEngine
from search.engines.meilisearch_connection import MeilisearchConnection
from search.entries import SearchEntry
from tests import stores
from tests.search.engines.contract import ids_of, make_entry, make_query, numbered, stream

STAFF = SearchIndex.STAFF
SERVER = stores.meilisearch()
if SERVER is None:
    pytest.skip(
        "KOPRU_TEST_MEILISEARCH_URL is not set: the search engines' contract is not tested on Meilisearch",
        allow_module_level=True,
    )
URL, KEY = SERVER
pytestmark = pytest.mark.services


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


async def test_a_wrong_key_is_unavailable() -> None:
    engine = MeilisearchEngine(URL, "wrong")

    with pytest.raises(Unavailable):
        await engine.open()

    await engine.close()


async def test_a_task_that_takes_too_long_is_unavailable(engine: MeilisearchEngine) -> None:
    hasty = MeilisearchConnection(URL, KEY, seconds=5, task_seconds=0.0)

    with pytest.raises(Unavailable):
        await hasty.settle(lambda client: client.index(engine._name(STAFF)).add_documents([{"id": "a"}]))

    hasty.close()


async def test_a_task_that_fails_is_refused_with_its_code(engine: MeilisearchEngine) -> None:
    with pytest.raises(SearchRefused) as refusal:
        await engine._connection.settle(lambda client: client.index(engine._name(STAFF)).add_documents([{"id": "not valid"}]))

    assert refusal.value.code == "invalid_document_id"


async def test_other_settings_are_set_right_by_the_next_start(engine: MeilisearchEngine, client: Client) -> None:
    index = client.index(engine._name(STAFF))
    settle(client, index.update_settings({"filterableAttributes": ["kind"], "searchableAttributes": ["*"]}))

    with pytest.raises(Unavailable):
        await engine.find(STAFF, make_query("iade"))

    assert await found(engine, "iade") == []
    assert sorted(index.get_filterable_attributes()) == ["id", "kind", "readers", "tags", "updated_at"]


async def test_settings_that_are_right_are_left_alone(engine: MeilisearchEngine, client: Client) -> None:
    def updates() -> int:
        return client.get_tasks({"indexUids": engine._name(STAFF), "types": "settingsUpdate"}).total

    before = updates()
    again = MeilisearchEngine(URL, KEY, prefix=engine._prefix)
    await again.open()
    await again.close()

    assert (before, updates()) == (1, 1)


async def test_a_dropped_index_is_made_again_with_its_settings(engine: MeilisearchEngine, client: Client) -> None:
    settle(client, client.delete_index(engine._name(STAFF)))

    with pytest.raises(Unavailable):
        await engine.find(STAFF, make_query("iade"))
    await engine.put(STAFF, [make_entry("a", "iade")])
    settle(client, client.delete_index(engine._name(STAFF)))
    await engine.put(STAFF, [make_entry("b", "iade")])

    assert await found(engine, "iade") == ["b"]


async def test_a_rebuild_removes_what_others_left_and_leaves_nothing(engine: MeilisearchEngine, client: Client) -> None:
    name = engine._name(STAFF)
    settle(client, client.create_index(f"{name}-next-killed", {"primaryKey": "id"}))
    settle(client, client.create_index(f"{name}-journal-late", {"primaryKey": "id"}))
    await engine.put(STAFF, [make_entry("a", "iade")])
    assert names(client, engine) == ["portal-v1", "staff-v1", "staff-v1-next-killed"]

    await engine.rebuild(STAFF, stream(numbered(2)))

    assert names(client, engine) == ["portal-v1", "staff-v1"]
    assert await found(engine, "iade") == ["n_0", "n_1"]


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


async def test_a_long_list_of_writes_during_a_rebuild_is_replayed(engine: MeilisearchEngine) -> None:
    other = MeilisearchEngine(URL, KEY, prefix=engine._prefix)

    async def entries() -> AsyncIterator[SearchEntry]:
        yield make_entry("n_0", "eski")
        await other.put(STAFF, numbered(1_200))

    await engine.rebuild(STAFF, entries())

    assert await engine.count(STAFF) == 1_200
    assert await found(engine, "eski") == []
    await other.close()
