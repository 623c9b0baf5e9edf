"""The receiver that the documentation shows takes what we sign, once, and nothing else."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import HTTPServer
from pathlib import Path
from typing import Any

import httpx2
import pytest

from auth.actor import Role
from tests.client import signed
from tests.journeys.conftest import World
from tests.journeys.test_webhooks import CREATE, NEWS, REPLAY, Desk, happen

PAGE = Path(__file__).parents[2] / "docs" / "webhooks.md"


def shown() -> dict[str, Any]:
    """Run the page's receiver without starting it, and give its names."""
    (source,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, Any] = {"__name__": "receiver"}
    exec(compile(source, str(PAGE), "exec"), names)  # noqa: S102 - it is our own page
    return names


@contextmanager
def served(names: dict[str, Any]) -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), names["Receiver"])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/kopru"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


async def test_receiver_of_the_page_takes_what_is_genuine_once(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    await world.join("deniz", Role.MANAGER)
    desk, names = Desk(world), shown()
    with served(names) as url:
        given = {"name": "Depo", "url": url, "document": NEWS}
        made = await world.staff("deniz").do(CREATE, given)
        names["SECRET"] = made["secret"]
        left = await happen(desk)
        await desk.worker.drain()
        (row,) = await desk.log(made["webhook"])
        await world.staff("deniz").do(REPLAY, {"deliveryId": row["id"]})
        await desk.worker.drain()
        body = b'{"type":"INBOX"}'
        strange = "whsec_" + "A" * 43 + "="
        async with httpx2.AsyncClient() as http:
            forged = await http.post(url, content=body, headers=signed(strange, body))

    (row,) = await desk.log(made["webhook"])
    assert [attempt["status"] for attempt in row["attempts"]] == [204, 204]
    assert (forged.status_code, names["SEEN"]) == (401, {row["id"]})
    assert capsys.readouterr().out.count(left.id) == 1
