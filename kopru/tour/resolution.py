"""The second half of the tour: a held reply, a customer who is not satisfied, the second cycle, and the answer bank."""

from collections.abc import Awaitable, Callable

from kopru.tour.complaint import say
from kopru.tour.journey import Journey, check
from kopru.tour.server import Answer

STEPS_TO_SOLVE = ("CONTACT", "ASSURE", "VERIFY", "SOLVE")


async def hold(journey: Journey) -> str:
    """Reply as a trainee: the reply waits."""
    payload = await say(journey, journey.people[journey.trainee_id], "held", "Our engineer can come tomorrow between 9 and 11.")
    message = payload["message"]
    check(message["deliveryStatus"] == "HELD_FOR_REVIEW", "the trainee's reply to be held", message)
    journey.held_id = message["id"]
    return f"{journey.names[journey.trainee_id]}'s reply waits for a mentor"


async def release(journey: Journey) -> str:
    """Release it as a mentor: only now it leaves."""
    check(journey.held_id not in journey.receiver.heard, "a held reply to stay in the house", "it left")

    async def given() -> Answer:
        return {"messageId": journey.held_id}

    async def done() -> bool:
        message = await journey.message(journey.held_id)
        return message is not None and message["deliveryStatus"] != "HELD_FOR_REVIEW"

    await journey.edit(journey.people[journey.mentor_id], "ReleaseReply", given=given, done=done)
    await journey.arrived(journey.held_id)
    return f"{journey.names[journey.mentor_id]} released it, and it arrived"


async def complain_again(journey: Journey) -> str:
    """Hear that it did not help: the second cycle begins, with 30 minutes to answer."""
    still = journey.said(f"The rod was not it. The {journey.product} still screams!", place=2)
    await journey.channel.deliver(journey.key("still"), still)

    async def heard() -> bool:
        return bool((await journey.case())["nextResponse"]["status"] == "RUNNING")

    await journey.until(heard, "the clock for the next response to run")

    async def done() -> bool:
        return len((await journey.case())["cycles"]) == 2  # noqa: PLR2004 - the second cycle

    await _judge(journey, "UNSATISFIED", done)
    case = await journey.case()
    check(
        case["currentStep"] == "CONTACT" and case["status"] == "OPEN", "the second cycle at its first step", case["currentStep"]
    )
    return f"UNSATISFIED: cycle {case['cycles'][-1]['number']} begins, next response due {case['nextResponse']['dueAt']}"


async def solve(journey: Journey) -> str:
    """Go through the steps and reply again."""
    for step in STEPS_TO_SOLVE:
        await _complete(journey, step)
    payload = await say(
        journey, journey.agent, "solution", "An engineer with a new bearing comes tomorrow at 9. His name is Sami."
    )
    check(payload["case"]["nextResponse"]["status"] == "MET", "the clock for the next response to be MET", payload["case"])
    await journey.arrived(payload["message"]["id"])
    await _complete(journey, "FEEDBACK")
    status = (await journey.case())["status"]
    check(status == "RESOLVED", "the case to be RESOLVED after FEEDBACK", status)
    return "CONTACT, ASSURE, VERIFY, SOLVE, a second reply, FEEDBACK"


async def satisfy(journey: Journey) -> str:
    """Record that the customer is satisfied."""

    async def done() -> bool:
        return bool((await journey.case())["cycles"][-1]["outcome"] == "SATISFIED")

    await _judge(journey, "SATISFIED", done)
    return "SATISFIED: the last step is confirmed by the customer's word"


async def close(journey: Journey) -> str:
    """Close the case."""
    await close_case(journey, journey.case_id)
    return f"closed at {(await journey.case())['closedAt']}"


async def close_case(journey: Journey, case_id: str) -> None:
    """Close a case once nothing is on its way any more."""

    async def closable() -> bool:
        case = await journey.case(case_id)
        return bool(case["viewerCanClose"] or case["status"] == "CLOSED")

    async def given() -> Answer:
        return {"caseId": case_id, "expectedVersion": (await journey.case(case_id))["version"]}

    async def done() -> bool:
        return bool((await journey.case(case_id))["status"] == "CLOSED")

    await journey.until(closable, "the case to be ready for closing")
    await journey.edit(journey.agent, "CloseCase", given=given, done=done)


async def save_answer(journey: Journey) -> str:
    """Save the answer for the next time: the agent writes it, the mentor approves it."""
    title = f"{journey.product} screams when it spins"
    payload = await journey.agent.do(
        "CreateAnswer",
        title=title,
        body=f"Look for a fourth rod behind the hose of your **{journey.product}**. If it is out, we send an engineer.",
        questionVariants=[f"{journey.product} loud at 1400", f"{journey.product} drum knocks"],
        caseId=journey.case_id,
        idempotencyKey=journey.key("entry"),
    )
    journey.entry_id = payload["entry"]["id"]

    async def given() -> Answer:
        entry = await journey.node("Entry", journey.entry_id)
        return {"entryId": journey.entry_id, "title": title, "expectedVersion": entry["version"]}

    async def done() -> bool:
        return bool((await journey.node("Entry", journey.entry_id))["status"] == "APPROVED")

    await journey.edit(journey.people[journey.mentor_id], "EditAnswer", given=given, done=done)
    return f"“{title}”, written by the agent, approved by {journey.names[journey.mentor_id]}"


async def find_answer(journey: Journey) -> str:
    """Find it by the next search, and have it proposed for a new complaint of the same kind."""

    async def found() -> bool:
        hits = (await journey.agent.ask("Search", query=f"{journey.product} spins", first=10))["search"]["edges"]
        return any((edge["node"] or {}).get("id") == journey.entry_id for edge in hits)

    async def proposed() -> bool:
        shown = (await journey.node("CaseSuggestions", similar["id"]))["suggestions"]["answerBankEntries"]["edges"]
        return any(edge["node"]["id"] == journey.entry_id for edge in shown)

    await journey.until(found, "the saved answer in the search")
    text = f"Hello, is it normal that a {journey.product} knocks and screams at 1400?"
    await journey.channel.deliver(journey.key("similar"), journey.said(text, place=1, author="b", thread="b"))
    similar: Answer = await journey.until(lambda: journey.in_inbox(text[:60]), "the similar complaint in the inbox")
    await journey.until(proposed, "the saved answer proposed for the similar complaint")
    return f"found by the search, and proposed for case #{similar['number']}"


async def _judge(journey: Journey, outcome: str, done: Callable[[], Awaitable[bool]]) -> None:
    async def given() -> Answer:
        return {"caseId": journey.case_id, "outcome": outcome, "expectedVersion": (await journey.case())["version"]}

    await journey.edit(journey.agent, "RecordVerdict", given=given, done=done)


async def _complete(journey: Journey, step: str) -> None:
    async def given() -> Answer:
        return {"caseId": journey.case_id, "step": step, "expectedVersion": (await journey.case())["version"]}

    async def done() -> bool:
        steps = (await journey.case())["cycles"][-1]["steps"]
        return any(one["step"] == step and one["completedAt"] for one in steps)

    await journey.edit(journey.agent, "CompleteStep", given=given, done=done)
