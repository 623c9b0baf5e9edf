"""What must hold after the last kill: the sender's ledger against the store, and against what the API shows."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx2

from bench.faults.sending import Ledger
from core.database import Database
from core.leases import JobState
from core.relay import following

CASES = """
query($after: String) {
  cases(first: 50, after: $after, orderBy: {field: OPENED_AT, direction: ASC}) {
    totalCount
    pageInfo { hasNextPage endCursor }
    nodes { id firstResponse { status } conversations(first: 5) { nodes { messages(last: 100) { nodes { id body } } } } }
  }
}"""
_FIRST_RESPONSE = timedelta(minutes=30)
_RECORDS = ("cases", "messages", "conversations", "customers")


@dataclass
class Findings:
    """Counts to print, and every sentence here is a violation."""

    counts: dict[str, int] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)

    def expect(self, what: str, found: int, wanted: int) -> None:
        """Keep a count; another one than wanted is a violation."""
        self.counts[what] = found
        if found != wanted:
            self.violations.append(f"{what}: {found} instead of {wanted}")


async def worked_off(database: Database) -> None:
    """Wait until nothing is to be done any more: no delivery, no entry of a case, no event on its way."""
    while True:
        if not await _waiting(database):
            return
        await asyncio.sleep(0.25)


async def _waiting(database: Database) -> bool:
    undone = {"state": {"$in": [JobState.READY.value, JobState.RUNNING.value]}}
    if await database["inbox"].count_documents(undone, limit=1):
        return True
    for collection in _RECORDS:
        if await database[collection].count_documents({"pending.id": {"$exists": True}}, limit=1):
            return True
    return False


async def check_store(database: Database, ledger: Ledger, findings: Findings) -> None:
    """Compare the ledger with what is stored: every acknowledged message once, in one case a conversation, told once."""
    threads = {entry.thread for entry in ledger.entries if entry.acknowledged}
    states = Counter([row["state"] async for row in database["inbox"].find({}, {"state": 1})])
    findings.expect("deliveries in the inbox", states.total(), ledger.acknowledged)
    findings.expect("deliveries done", states[JobState.DONE.value], ledger.acknowledged)
    _check_messages(findings, ledger, [row async for row in database["messages"].find({})])
    _check_cases(findings, [row async for row in database["cases"].find({})], len(threads))
    findings.expect("conversations", await database["conversations"].count_documents({}), len(threads))
    await _check_events(database, findings, ledger.acknowledged)


def _check_messages(findings: Findings, ledger: Ledger, messages: list[dict[str, Any]]) -> None:
    times = Counter(message["external_id"] for message in messages)
    acknowledged = [entry.external_id for entry in ledger.entries if entry.acknowledged]
    findings.expect("messages", len(messages), len(acknowledged))
    findings.expect("acknowledged and missing", sum(1 for one in acknowledged if not times[one]), 0)
    findings.expect("stored twice", sum(1 for number in times.values() if number > 1), 0)
    texts = {entry.external_id: entry.text for entry in ledger.entries}
    findings.expect("messages with other words", sum(1 for one in messages if one["body"] != texts.get(one["external_id"])), 0)
    homes: dict[str, set[str]] = {}
    for message in messages:
        homes.setdefault(message["conversation_id"], set()).add(message["case_id"])
    findings.expect("conversations in two cases", sum(1 for cases in homes.values() if len(cases) > 1), 0)


def _check_cases(findings: Findings, cases: list[dict[str, Any]], wanted: int) -> None:
    findings.expect("cases", len(cases), wanted)
    findings.expect("case numbers", len({case["number"] for case in cases}), wanted)
    findings.expect("messages that are no documents yet", sum(len(case.get("incoming", [])) for case in cases), 0)
    clocks = [case["first_response"] for case in cases]
    exact = sum(1 for clock in clocks if clock["due_at"] - clock["started_at"] == _FIRST_RESPONSE)
    findings.expect("first responses due after 30 minutes", exact, wanted)


async def _check_events(database: Database, findings: Findings, messages: int) -> None:
    events: list[dict[str, Any]] = []
    while page := await following(database, len(events), page=256):
        events += page
    findings.expect("gaps in the events", await database["events"].count_documents({}) - len(events), 0)
    told = Counter(
        str(event["payload"].get("message_id")) for event in events if event["type"] in {"CaseOpened", "MessageReceived"}
    )
    findings.expect("messages told of", len(told), messages)
    findings.expect("messages told of twice", sum(1 for number in told.values() if number > 1), 0)


async def check_api(url: str, token: str, ledger: Ledger, findings: Findings) -> None:
    """Compare the ledger with what a member is shown."""
    cases = [case async for case in _shown(url, token, findings)]
    bodies = Counter(_bodies(cases))
    acknowledged = [entry for entry in ledger.entries if entry.acknowledged]
    findings.expect("cases shown", len({case["id"] for case in cases}), len({entry.thread for entry in acknowledged}))
    findings.expect("messages shown", bodies.total(), len(acknowledged))
    findings.expect("acknowledged and not shown once", sum(1 for entry in acknowledged if bodies[entry.text] != 1), 0)
    findings.expect("clocks shown running", sum(1 for case in cases if case["firstResponse"]["status"] == "RUNNING"), len(cases))


async def _shown(url: str, token: str, findings: Findings) -> AsyncIterator[dict[str, Any]]:
    after: str | None = None
    async with httpx2.AsyncClient(timeout=30.0, headers={"authorization": f"Bearer {token}"}) as http:
        while True:
            asked = {"query": CASES, "variables": {"after": after}}
            answer = (await http.post(f"{url}/graphql", json=asked)).json()
            if "errors" in answer:
                findings.violations.append(f"GraphQL: {answer['errors']}")
                return
            page = answer["data"]["cases"]
            for case in page["nodes"]:
                yield case
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                return


def _bodies(cases: list[dict[str, Any]]) -> Iterator[str]:
    for case in cases:
        for conversation in case["conversations"]["nodes"]:
            yield from (message["body"] for message in conversation["messages"]["nodes"])
