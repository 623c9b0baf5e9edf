"""What all steps of the tour share: who takes part, what is known so far, and how to look and to edit."""

import asyncio
import random
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from core.clock import now
from kopru.tour.receiver import Receiver
from kopru.tour.server import PATIENCE, Answer, Channel, Person, Server, TourFailed

_LOOK_EVERY = 0.05
_TRIES = 5
FoundT = TypeVar("FoundT")


def invented_name() -> str:
    """Make the name of a product that nobody has heard of, so that every tour speaks of another one."""
    return "".join(random.choice("bdfgklmnprstvz") + random.choice("aeiou") for _ in range(5)).title()


@dataclass(kw_only=True)
class Journey:
    """One tour: its product's name is in everything that is said, by which it finds its own things again."""

    server: Server
    sheet: dict[str, Any]
    receiver: Receiver
    is_patient: bool
    run: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    product: str = field(default_factory=invented_name)
    people: dict[str, Person] = field(default_factory=dict)
    """Everybody with an account, by their member's id."""
    names: dict[str, str] = field(default_factory=dict)
    agent_id: str = ""
    mentor_id: str = ""
    trainee_id: str = ""
    expert_id: str = ""
    case_id: str = ""
    conversation_id: str = ""
    question_id: str = ""
    consultation_id: str = ""
    answer_id: str = ""
    message_id: str = ""
    held_id: str = ""
    entry_id: str = ""
    request_id: str = ""

    @property
    def agent(self) -> Person:
        """Act as the agent."""
        return self.people[self.agent_id]

    @property
    def channel(self) -> Channel:
        """Act as the provider of the first channel."""
        known = self.sheet["channels"][0]
        return Channel(self.server, known["id"], known["secret"])

    @property
    def customer(self) -> Person:
        """Act as the first customer with an account in the portal."""
        return Person(self.server, self.sheet["customers"][0]["token"], "/portal/graphql")

    def key(self, what: str) -> str:
        """Give an idempotency key of this tour."""
        return f"tour-{self.run}-{what}"

    def said(self, text: str, *, place: int, author: str = "a", thread: str = "a") -> dict[str, Any]:
        """Make the event of a customer's message in public."""
        return {
            "id": f"tour-{self.run}-{author}{thread}{place}",
            "type": "message",
            "visibility": "public",
            "sentAt": now().isoformat(),
            "thread": {"id": f"tour-{self.run}-{thread}", "url": f"https://social.example/post/{self.run}-{thread}"},
            "author": {"id": f"tour-{self.run}-{author}", "handle": f"@deniz_{author}", "name": "Deniz Yolcu", "followers": 5400},
            "text": text,
        }

    async def until(self, look: Callable[[], Awaitable[FoundT | None]], expected: str) -> FoundT:
        """Look until there is something; TourFailed after a minute."""
        deadline = time.monotonic() + PATIENCE
        while True:
            found = await look()
            if found:
                return found
            if time.monotonic() > deadline:
                raise TourFailed(f"{expected} within {PATIENCE:g} s", "nothing of the kind")
            await asyncio.sleep(_LOOK_EVERY)

    async def edit(
        self, person: Person, name: str, *, given: Callable[[], Awaitable[Answer]], done: Callable[[], Awaitable[bool]]
    ) -> None:
        """Run a mutation that takes a version: after an outage nobody knows whether it was done, so one looks first."""
        for _ in range(_TRIES):
            if await done():
                return
            outages = self.server.outages
            payload = await person.attempt(name, **await given())
            errors = payload["userErrors"]
            if not errors:
                return
            if self.server.outages == outages and errors[0]["code"] != "CONFLICT":
                raise TourFailed(f"{name} to be done", errors)
        raise TourFailed(f"{name} to be done", "conflicts only")

    async def case(self, case_id: str | None = None) -> Answer:
        """Read the case's screen as the agent."""
        return await self.node("CaseScreen", case_id or self.case_id)

    async def node(self, name: str, identifier: str) -> Answer:
        """Read an object as the agent; TourFailed when it is not there."""
        found: Answer | None = (await self.agent.ask(name, id=identifier))["node"]
        if not found:
            raise TourFailed(f"{identifier} to be there", found)
        return found

    async def in_inbox(self, text: str) -> Answer | None:
        """Find the newest case about something in the agent's inbox."""
        newest = {"field": "OPENED_AT", "direction": "DESC"}
        inbox = await self.agent.ask("Inbox", first=20, filter={"status": {"in": ["NEW", "OPEN"]}}, orderBy=newest)
        for row in inbox["cases"]["nodes"]:
            if text in row["subject"] or text in (row["lastMessage"] or {}).get("body", ""):
                found: Answer = row
                return found
        return None

    async def message(self, message_id: str) -> Answer | None:
        """Find a message of the case."""
        return next((message for message in await self.messages() if message["id"] == message_id), None)

    async def messages(self, case_id: str | None = None) -> list[Answer]:
        """List the messages of a case."""
        case = await self.case(case_id)
        return [message for conversation in case["conversations"]["nodes"] for message in conversation["messages"]["nodes"]]

    async def arrived(self, message_id: str) -> Answer:
        """Wait until a reply reached the channel, signed, and the case says so."""

        async def heard() -> Answer | None:
            return self.receiver.heard.get(message_id)

        async def known() -> Answer | None:
            message = await self.message(message_id)
            return message if message and message["deliveryStatus"] in {"SENT", "DELIVERED"} else None

        received = await self.until(heard, f"the reply {message_id} at the channel, signed")
        await self.until(known, f"the reply {message_id} to be SENT")
        return received


def check(condition: object, expected: str, seen: object) -> None:
    """Raise TourFailed unless something is as expected."""
    if not condition:
        raise TourFailed(expected, seen)
