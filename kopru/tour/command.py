"""`kopru tour`: plays the main job over HTTP against a running demo, and tells step by step what happened."""

import argparse
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx2
import orjson

from core.errors import DomainError
from core.settings import Settings
from kopru.tour import complaint, edges, resolution
from kopru.tour.journey import Journey
from kopru.tour.receiver import listening
from kopru.tour.server import Server, TourFailed

Step = Callable[[Journey], Awaitable[str]]

STEPS: dict[str, tuple[str, Step]] = {
    "meet": ("Who takes part", complaint.meet),
    "complain": ("A complaint arrives on a signed channel hook", complaint.complain),
    "propose": ("The case proposes specialists with reasons, and knowledge", complaint.propose),
    "assign": ("The agent takes the case", complaint.assign),
    "consult": ("The agent consults a specialist of the back office", complaint.consult),
    "notice": ("The specialist is notified", complaint.notice),
    "answer": ("The specialist answers", complaint.answer),
    "accept": ("The agent accepts the answer", complaint.accept),
    "reply": ("The agent replies to the customer in public", complaint.reply),
    "leave": ("The reply leaves through the channel", complaint.leave),
    "hold": ("A trainee replies", resolution.hold),
    "release": ("A mentor releases the trainee's reply", resolution.release),
    "complain-again": ("The customer is not satisfied", resolution.complain_again),
    "solve": ("The second cycle", resolution.solve),
    "satisfy": ("The customer is satisfied", resolution.satisfy),
    "close": ("The agent closes the case", resolution.close),
    "save-answer": ("The answer is saved to the answer bank", resolution.save_answer),
    "find-answer": ("The next search finds it", resolution.find_answer),
    "submit-request": ("A customer makes a request in the portal", edges.submit_request),
    "judge-request": ("The customer sees the answer and says whether it helped", edges.judge_request),
    "repeat": ("The same delivery comes again and again", edges.repeat),
    "forge": ("Somebody forges a delivery", edges.forge),
    "count": ("Nothing was lost, nothing came twice", edges.count),
}


class NoDemo(DomainError):
    """There is no demo.json to play by."""


def add_tour(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `tour`."""
    tour = commands.add_parser("tour", help="play the main job against a running demo and tell each step")
    tour.add_argument("--url", help="where the server is, if not where demo.json says")
    tour.add_argument("--patient", action="store_true", help="tell how long it took to see the case, but do not insist on 2 s")
    tour.set_defaults(run=_tour)


async def _tour(options: argparse.Namespace, settings: Settings) -> int:
    sheet = read_sheet(settings.data / "demo.json")
    return await play(sheet, url=options.url, is_patient=options.patient)


def read_sheet(file: Path) -> dict[str, Any]:
    """Read demo.json. Raises NoDemo."""
    try:
        sheet: dict[str, Any] = orjson.loads(file.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise NoDemo(f"The tour needs {file}, which `kopru demo` writes: {error}.") from None
    return sheet


async def play(sheet: dict[str, Any], *, url: str | None = None, is_patient: bool = False) -> int:
    """Play all steps, each printed when it begins and when it is done; 0, or 1 at the first that is not as promised.

    The lines begin with → and the step's name, then ✓ or ✗; a script that kills a server in the middle can wait for them.
    """
    begun = time.monotonic()
    async with httpx2.AsyncClient(timeout=20, trust_env=False) as http, listening(sheet["channels"]) as receiver:
        server = Server((url or sheet["url"]).rstrip("/"), http)
        journey = Journey(server=server, sheet=sheet, receiver=receiver, is_patient=is_patient)
        for name, (title, step) in STEPS.items():
            if not await _played(journey, name, title, step):
                return 1
    outages = f"; {server.outages} requests met an outage and were repeated" if server.outages else ""
    print(f"The tour is over: {len(STEPS)} steps in {time.monotonic() - begun:.1f} s{outages}.", flush=True)
    return 0


async def _played(journey: Journey, name: str, title: str, step: Step) -> bool:
    print(f"→ {name}: {title}", flush=True)
    begun = time.monotonic()
    try:
        outcome = await step(journey)
    except TourFailed as failure:
        print(f"✗ {name}: {failure}", flush=True)
        return False
    print(f"✓ {outcome}  ({time.monotonic() - begun:.2f} s)", flush=True)
    return True
