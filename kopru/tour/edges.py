"""The end of the tour: the portal, deliveries that are repeated or forged, and a look at whether anything happened twice."""

import asyncio
import base64
from collections import Counter

from kopru.tour.journey import Journey, check
from kopru.tour.resolution import close_case
from kopru.tour.server import Answer

REPEATS = 20
AT_ONCE = 8
_STORED = 200
_FORGED = 401


async def submit_request(journey: Journey) -> str:
    """Make a request in the portal, and find it in the agent's inbox."""
    payload = await journey.customer.do(
        "SubmitRequest",
        subject=f"Invoice of my {journey.product}",
        body=f"Please send me the invoice of the {journey.product} once more, I need it for the warranty.",
        idempotencyKey=journey.key("request"),
    )
    request = payload["request"]
    journey.request_id = request["id"]
    check(request["status"] == "RECEIVED", "the request to be RECEIVED", request)
    await journey.until(lambda: journey.in_inbox(f"Invoice of my {journey.product}"), "the request in the agent's inbox")
    return f"{journey.sheet['customers'][0]['name']} made request #{request['number']}"


async def judge_request(journey: Journey) -> str:
    """Answer it, see the answer as the customer, and say as the customer that it helped."""
    row: Answer = await journey.until(lambda: journey.in_inbox(f"Invoice of my {journey.product}"), "the request in the inbox")
    conversation = (await journey.case(row["id"]))["conversations"]["nodes"][0]["id"]
    text = f"Your invoice is in the documents of your account. Enjoy your {journey.product}!"
    await journey.agent.do(
        "ReplyToCase", caseId=row["id"], conversationId=conversation, body=text, idempotencyKey=journey.key("invoice")
    )

    async def answered() -> Answer | None:
        request: Answer = (await journey.customer.ask("RequestScreen", id=journey.request_id, last=10))["node"]
        seen = [message["body"] for message in request["messages"]["nodes"] if message["fromCompany"]]
        return request if seen == [text] and request["viewerCanRecordVerdict"] else None

    async def given() -> Answer:
        request = (await journey.customer.ask("RequestScreen", id=journey.request_id, last=1))["node"]
        return {"requestId": journey.request_id, "verdict": "SATISFIED", "expectedVersion": request["version"]}

    async def done() -> bool:
        request = (await journey.customer.ask("RequestScreen", id=journey.request_id, last=1))["node"]
        return request["status"] in {"ANSWERED", "CLOSED"}

    await journey.until(answered, "the answer in the customer's request")
    await journey.edit(journey.customer, "RecordVerdict", given=given, done=done)
    await close_case(journey, row["id"])
    return "the customer saw the answer, was satisfied, and the agent closed the case"


async def repeat(journey: Journey) -> str:
    """Deliver the same thing 20 times, 8 at once: one case, one message."""
    text = f"Does the {journey.product} come in red? Asking for {journey.run}."
    event = journey.said(text, place=1, author="c", thread="c")
    gate = asyncio.Semaphore(AT_ONCE)

    async def deliver() -> int:
        async with gate:
            return await journey.channel.deliver(journey.key("repeated"), event)

    statuses = await asyncio.gather(*(deliver() for _ in range(REPEATS)))
    check(statuses == [_STORED] * REPEATS, f"HTTP 200, {REPEATS} times", Counter(statuses))
    case: Answer = await journey.until(lambda: journey.in_inbox(text[:60]), "the repeated delivery in the inbox")
    # What is delivered after them all is worked off after them all.
    last = journey.said(f"And in blue? {journey.run}", place=2, author="c", thread="c")
    await journey.channel.deliver(journey.key("last"), last)

    async def settled() -> list[str] | None:
        said = [message["body"] for message in await journey.messages(case["id"])]
        return said if last["text"] in said else None

    said = await journey.until(settled, "the message after the repeats")
    check(sorted(said) == sorted([text, last["text"]]), "one message of the repeats", said)
    cases = await journey.agent.ask("Inbox", first=10, filter={"customerId": {"eq": case["customer"]["id"]}})
    check(cases["cases"]["totalCount"] == 1, "one case", cases["cases"]["totalCount"])
    return f"{REPEATS} deliveries, {AT_ONCE} at once: one case, one message"


async def forge(journey: Journey) -> str:
    """Deliver with a signature of another secret: refused."""
    secret = "whsec_" + base64.b64encode(b"somebody else's secret, not ours").decode()
    text = f"Forged {journey.run}"
    event = journey.said(text, place=1, author="d", thread="d")
    status = await journey.channel.deliver(journey.key("forged"), event, secret=secret)
    check(status == _FORGED, "HTTP 401 for a bad signature", status)
    check(await journey.in_inbox(text) is None, "no case of a forged delivery", "one")
    return "HTTP 401, and no case"


async def count(journey: Journey) -> str:
    """Look whether anything of the first case was lost or is there twice."""
    messages = [message for message in await journey.messages() if message["visibility"] != "INTERNAL"]
    directions = Counter(message["direction"] for message in messages)
    check(directions == {"INBOUND": 2, "OUTBOUND": 3}, "two messages in and three out", directions)
    out = {message["id"] for message in messages if message["direction"] == "OUTBOUND"}
    heard = {
        identifier for identifier, message in journey.receiver.heard.items() if message["threadId"] == f"tour-{journey.run}-a"
    }
    check(heard == out, "the channel to have heard each reply once", heard)
    check(not journey.receiver.refused, "good signatures only", f"{journey.receiver.refused} bad ones")
    return "two messages in, three out, each of them once, here and at the channel"
