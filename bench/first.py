"""The first bench, `make bench`: screens and the hook beside a peer by hand, on each store at hand, in one run."""

import argparse
import asyncio
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx2
import orjson
from standardwebhooks.webhooks import Webhook

from bench.content import fill
from bench.installation import Hook, Installation, Servers, furnished
from bench.load import LoadPlan, measure
from bench.processes import ROOT, Child, free_port
from bench.questions import fill_questions
from bench.round_trips import Counted, counting
from bench.table import Cell, Line, markdown, write
from bench.wiki_pages import fill_wiki
from bootstrap.platform import open_platform
from core.clock import now
from tests.contract.documents import documents
from tests.stores import store_urls

STAFF = documents("staff")
_EMBEDDED = "embedded store, a process of its own"
_WARM_UP = 1.0


@dataclass(frozen=True, slots=True)
class Task:
    """What both are asked for: a path of ours and of the peer's, the bodies, or signed deliveries."""

    name: str
    path: str
    peer_path: str
    bodies: tuple[str, ...] = ()
    secret: str | None = None


@dataclass
class Side:
    """One of the two that are compared."""

    child: Child
    url: str


@dataclass
class Bench:
    """One store: two servers on it, and what they are asked for."""

    installation: Installation
    product: Side
    peer: Side
    token: str
    options: argparse.Namespace

    @property
    def headers(self) -> dict[str, str]:
        """Give what every request carries."""
        return {"authorization": f"Bearer {self.token}"}

    async def line(self, task: Task, counted: Counted) -> Line:
        """Measure a task on both sides, one after the other, and count its commands."""
        product = await self._cell(self.product, task, task.path)
        peer = await self._cell(self.peer, task, task.peer_path)
        body, headers = _one_request(task, self.headers)
        product.commands = await counted.product_commands(task.path, body, headers)
        peer.commands = await counted.peer_commands(task.peer_path, body, headers)
        return Line(task.name, product, peer)

    async def _cell(self, side: Side, task: Task, path: str) -> Cell:
        plan = LoadPlan(
            url=f"{side.url}{path}",
            headers=self.headers,
            bodies=list(task.bodies),
            secret=task.secret,
            connections=self.options.connections,
            seconds=self.options.seconds,
        )
        file = self.installation.folder / "plan.json"
        await measure(replace(plan, seconds=_WARM_UP), file)
        before = side.child.cpu_seconds()
        measured = await measure(plan, file)
        used = side.child.cpu_seconds() - before
        return Cell.of(measured, cpu_seconds=used)

    async def check_equal(self, task: Task) -> None:
        """Stop the bench unless both give the same bytes; SystemExit shows where they part."""
        async with httpx2.AsyncClient(headers={**self.headers, "content-type": "application/json"}) as http:
            for body in task.bodies[:5]:
                ours = (await http.post(f"{self.product.url}{task.path}", content=body)).content
                theirs = (await http.post(f"{self.peer.url}{task.peer_path}", content=body)).content
                if ours != theirs:
                    place = next((at for at, pair in enumerate(zip(ours, theirs, strict=False)) if pair[0] != pair[1]), -1)
                    around = slice(max(0, place - 150), place + 150)
                    sys.exit(f"{task.name}: the peer's bytes differ at {place}:\n{ours[around]!r}\n{theirs[around]!r}")


@dataclass(frozen=True, slots=True)
class Shown:
    """What is looked at in turn: the fullest cases and questions by their ids, and the pages with the most links to them."""

    cases: Sequence[str]
    pages: Sequence[str]
    questions: Sequence[str]


def make_tasks(hook: Hook, shown: Shown, *, rows: int) -> list[Task]:
    """Give the tasks."""
    inbox = orjson.dumps({"query": STAFF["Inbox"], "variables": {"first": rows}}).decode()
    screen = [orjson.dumps({"query": STAFF["CaseScreen"], "variables": {"id": one}}).decode() for one in shown.cases]
    wiki = [orjson.dumps({"query": STAFF["WikiPageScreen"], "variables": {"path": one}}).decode() for one in shown.pages]
    asked = [orjson.dumps({"query": STAFF["QuestionScreen"], "variables": {"id": one}}).decode() for one in shown.questions]
    experts = orjson.dumps({"query": STAFF["Experts"], "variables": {"first": rows}}).decode()
    path = f"/hooks/{hook.channel_id}"
    return [
        Task(f"Inbox, {rows} rows", "/graphql", "/inbox", (inbox,)),
        Task("CaseScreen", "/graphql", "/case-screen", tuple(screen)),
        Task("WikiPageScreen", "/graphql", "/wiki-page", tuple(wiki)),
        Task("QuestionScreen", "/graphql", "/question-screen", tuple(asked)),
        Task(f"Experts, {rows} rows", "/graphql", "/experts", (experts,)),
        Task("hook", path, path, secret=hook.secret),
    ]


def _one_request(task: Task, headers: dict[str, str]) -> tuple[bytes, dict[str, str]]:
    headers = {**headers, "content-type": "application/json"}
    if task.secret is None:
        return task.bodies[0].encode(), headers
    moment = now()
    signature = Webhook(task.secret).sign("delivery-count", moment, "{}")
    signed = {"webhook-id": "delivery-count", "webhook-timestamp": str(int(moment.timestamp())), "webhook-signature": signature}
    return b"{}", {**headers, **signed}


@asynccontextmanager
async def opened(store: str, options: argparse.Namespace) -> AsyncIterator[tuple[Bench, list[Task]]]:
    """Install, fill and serve on one store, and take all of it away again."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kopru-bench-")))
        installation = Installation(folder, Servers(mongodb_url=None if store == "embedded" else store))
        stack.push_async_callback(installation.remove)
        if store == "embedded":
            await _started(stack, installation.kopru("store"), says="embedded store at")
        async with open_platform(installation.settings) as platform:
            hook = await furnished(platform)
            cases = await fill(platform, hook, cases=options.cases)
            pages = await fill_wiki(platform, pages=options.pages)
            questions = await fill_questions(platform, questions=options.questions)
        port = free_port()
        product = Side(await _started(stack, installation.api("--no-worker")), installation.url)
        peer = Side(await _started(stack, installation.child("-m", "bench.peer", str(port))), f"http://127.0.0.1:{port}")
        await product.child.answers(installation.ready)
        await peer.child.answers(f"{peer.url}/healthz")
        bench = Bench(installation, product, peer, await installation.sign_in(), options)
        yield bench, make_tasks(hook, Shown(cases, pages, questions), rows=options.rows)


async def _started(stack: AsyncExitStack, child: Child, *, says: str | None = None) -> Child:
    await child.start()
    stack.push_async_callback(child.stop)
    if says is not None:
        await child.says(says)
    return child


async def run(options: argparse.Namespace) -> int:
    """Measure on every store and print the table."""
    tables = []
    for place, store in enumerate(store_urls()):
        async with opened(store, options) as (bench, tasks):
            for task in tasks:
                await bench.check_equal(task)
            async with counting(bench.installation) as counted:
                lines = [await bench.line(task, counted) for task in tasks]
            name = _EMBEDDED if store == "embedded" else f"server {place} of KOPRU_TEST_MONGODB_URL"
            tables.append(markdown(name, lines))
            print(tables[-1], flush=True)
    write(ROOT / "bench" / "results", tables, options)
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="bench.first", description=__doc__)
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--pages", type=int, default=10_000, help="of the wiki")
    parser.add_argument("--questions", type=int, default=50_000, help="of members")
    parser.add_argument("--rows", type=int, default=25, help="of a page of the inbox and of the directory")
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=5.0, help="of one measurement, after a second of warming up")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the children end with us
    return asyncio.run(run(options))


if __name__ == "__main__":
    sys.exit(main())
