"""The tour against a server on a loopback port: it passes, it can be repeated, and it says what is not as promised."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import orjson
import pytest
import uvicorn
from graphql import OperationDefinitionNode, parse, print_ast
from standardwebhooks.webhooks import Webhook
from starlette.applications import Starlette
from typing_extensions import override

from api.app import make_application
from bootstrap.platform import Platform, at_work, compose
from care.workers import declare_queues
from core.clock import now
from core.database import Database
from core.settings import Settings
from kopru.demo.rows import read_content
from kopru.demo.seeding import seed
from kopru.demo.sheet import make_sheet
from kopru.serving import running_worker
from kopru.tour import command as tour
from kopru.tour.command import STEPS, play
from kopru.tour.receiver import PortTaken, listening
from kopru.tour.server import document
from search.engines.embedded import EmbeddedEngine
from tests.contract.documents import documents


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server(uvicorn.Server):
    @contextlib.contextmanager
    @override
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serving(platform: Platform, application: Starlette, port: int) -> AsyncIterator[str]:
    server = Server(uvicorn.Config(application, host="127.0.0.1", port=port, log_config=None, lifespan="off"))
    async with running_worker(platform):
        task = asyncio.create_task(server.serve())
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            await task


@pytest.fixture
async def platform(store: Database, tmp_path: Path) -> AsyncIterator[Platform]:
    settings = Settings(memory_only=True, data=tmp_path, outbound_allow=["127.0.0.1"])
    await declare_queues(store)
    async with at_work(compose(settings, store, EmbeddedEngine(None))) as opened:
        yield opened


@pytest.mark.slow
async def test_tour_passes_twice_and_tells_each_step(platform: Platform, capsys: pytest.CaptureFixture[str]) -> None:
    seeded = await seed(platform, read_content(cases=6, questions=8), send_to=f"http://127.0.0.1:{free_port()}")
    application = await make_application(platform)
    async with serving(platform, application.asgi, free_port()) as url:
        sheet = await make_sheet(platform, seeded, url=url)
        capsys.readouterr()

        statuses = [await play(sheet, is_patient=True) for _ in range(2)]

    told = capsys.readouterr().out.splitlines()
    assert statuses == [0, 0], told[-2:]
    begun = [line for line in told if line.startswith("→ ")]
    assert begun == [f"→ {name}: {title}" for name, (title, _) in STEPS.items()] * 2
    assert sum(line.startswith("✓ ") for line in told) == 2 * len(STEPS)


async def test_tour_says_what_it_expected_and_saw(capsys: pytest.CaptureFixture[str]) -> None:
    port = free_port()

    async def ready(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        body = b'{"errors": [{"message": "Who are you?", "extensions": {"code": "UNAUTHENTICATED"}}], "store": {"kind": "none"}}'
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(ready, "127.0.0.1", port):
        status = await play(sheet_of(port, tokens=["t"]))

    assert status == 1
    assert capsys.readouterr().out.splitlines()[-1] == (
        "✗ meet: expected an answer to Viewer; saw [{'message': 'Who are you?', 'extensions': {'code': 'UNAUTHENTICATED'}}]"
    )


async def test_receiver_takes_good_signatures_only_and_repeats_once() -> None:
    sheet = sheet_of(free_port())
    (channel,) = sheet["channels"]
    body = orjson.dumps({"id": "msg_1", "text": "Merhaba"})

    async with listening([channel]) as receiver, httpx2.AsyncClient(trust_env=False) as http:
        moment = now()
        signature = Webhook(channel["secret"]).sign("msg_1", moment, body.decode())
        headers = {
            "webhook-id": "msg_1", "webhook-timestamp": str(int(moment.timestamp())), "webhook-signature": signature,
        }  # fmt: skip
        answers = [await http.post(channel["sendUrl"], content=body, headers=headers) for _ in range(2)]
        forged = await http.post(channel["sendUrl"], content=body + b" ", headers=headers)

    assert [(answer.status_code, answer.json()) for answer in answers] == [(200, {"id": "out-msg_1"})] * 2
    assert forged.status_code == 401
    assert (receiver.heard, receiver.refused) == ({"msg_1": {"id": "msg_1", "text": "Merhaba"}}, 1)


async def test_taken_port_is_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        sheet = sheet_of(taken.getsockname()[1])

        with pytest.raises(PortTaken, match=r"^The tour listens at 127\.0\.0\.1:\d+, where the demo's channels send to"):
            async with listening(sheet["channels"]):
                pass


@pytest.mark.parametrize(("audience", "own"), [("staff", {"ReleaseReply", "Entry"}), ("portal", set[str]())])
def test_documents_are_those_of_the_contract(audience: str, own: set[str]) -> None:
    contract = documents(audience)
    text = (Path(tour.__file__).parent / f"{audience}.graphql").read_text(encoding="utf-8")
    names = {node.name.value for node in parse(text).definitions if isinstance(node, OperationDefinitionNode) and node.name}
    path = "/graphql" if audience == "staff" else "/portal/graphql"

    assert names - contract.keys() == own
    for name in names - own:
        assert print_ast(parse(document(path, name))) == contract[name]


def sheet_of(port: int, *, tokens: list[str] | None = None) -> dict[str, Any]:
    secret = "whsec_c2VjcmV0IG9mIHRoZSB0b3VyJ3MgdGVzdHM="
    return {
        "url": f"http://127.0.0.1:{port}",
        "accounts": [{"email": "a@b.example", "token": token, "roles": ["AGENT"]} for token in tokens or []],
        "customers": [],
        "channels": [{"id": "chn_1", "secret": secret, "sendUrl": f"http://127.0.0.1:{port if not tokens else free_port()}/x"}],
    }
