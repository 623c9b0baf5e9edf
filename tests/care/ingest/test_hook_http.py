"""The hook in HTTP: what a sender is told."""

import asyncio
from collections.abc import AsyncIterator

import httpx2
import pytest
from pymongo.errors import AutoReconnect
from starlette.applications import Starlette

from api import hooks as api_hooks
from api.hooks import hook_routes
from care.channels import IssuedSecret
from care.ingest.hook import LARGEST_BODY, InboundHooks
from core.database import Database
from core.leases import LeaseQueue
from tests.care.ingest.sender import KEYRING, body_of, make_channel, said, signed


@pytest.fixture
async def made(store: Database) -> IssuedSecret:
    return await make_channel()


@pytest.fixture
async def client(store: Database) -> AsyncIterator[httpx2.AsyncClient]:
    app = Starlette(routes=hook_routes(InboundHooks(store, KEYRING)))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://kopru.example") as client:
        yield client


async def test_good_delivery_is_200_with_nothing(store: Database, client: httpx2.AsyncClient, made: IssuedSecret) -> None:
    body = body_of(said())

    answers = [
        await client.post(f"/hooks/{made.channel.id}", content=body, headers=signed(made.secret, body, webhook_id="w"))
        for _ in range(2)
    ]

    assert [(answer.status_code, answer.content) for answer in answers] == [(200, b""), (200, b"")]
    assert await store["inbox"].count_documents({}) == 1


async def test_refusals(store: Database, client: httpx2.AsyncClient, made: IssuedSecret) -> None:
    body, large = body_of(said()), b"x" * (LARGEST_BODY + 1)
    good, path = signed(made.secret, body), f"/hooks/{made.channel.id}"

    unknown = await client.post("/hooks/chn_unknown", content=body, headers=good)
    unsigned = await client.post(path, content=body)
    declared = await client.post(path, content=large, headers=signed(made.secret, large))
    read = await client.get(path)

    assert (unknown.status_code, unknown.text) == (404, "There is no such channel.")
    assert (unsigned.status_code, unsigned.text) == (401, "Missing required headers.")
    assert (declared.status_code, declared.text) == (413, "A delivery has at most 3145728 bytes; send its events in several.")
    assert read.status_code == 405
    assert await store["inbox"].count_documents({}) == 0


async def test_undeclared_body_is_read_no_further_than_it_may_be(
    store: Database, client: httpx2.AsyncClient, made: IssuedSecret
) -> None:
    given = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal given
        while given < 20:
            given += 1
            yield b"x" * 1024 * 1024

    answer = await client.post(f"/hooks/{made.channel.id}", content=endless(), headers=signed(made.secret, b"x"))

    assert answer.status_code == 413


async def test_store_that_does_not_answer_is_503(
    client: httpx2.AsyncClient, made: IssuedSecret, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = body_of(said())

    async def lost(*_: object) -> bool:
        raise AutoReconnect("connection closed")

    monkeypatch.setattr(LeaseQueue, "add", lost)
    answer = await client.post(f"/hooks/{made.channel.id}", content=body, headers=signed(made.secret, body))

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.text == "This was not stored; send it again."


async def test_body_that_does_not_come_is_408(
    client: httpx2.AsyncClient, made: IssuedSecret, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api_hooks, "_READ_WITHIN", 0.05)

    async def stalling() -> AsyncIterator[bytes]:
        yield b"x"
        await asyncio.Event().wait()

    answer = await client.post(f"/hooks/{made.channel.id}", content=stalling(), headers=signed(made.secret, b"x"))

    assert (answer.status_code, answer.text) == (408, "This was not stored; send it again.")
