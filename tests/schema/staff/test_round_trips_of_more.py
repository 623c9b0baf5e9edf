"""Round trips of what people do every day besides the contract: no document takes more waves than its depth and one."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from auth.actor import Actor
from care.contacts import ContactDraft, log_contact
from care.documents.channels import Channel, ChannelKind
from care.documents.conversations import ContactKind, Direction, Visibility
from care.documents.customers import Customer
from care.replies import ReplyDraft, reply_to_case
from core.idempotency import Once
from tests.contract.documents import documents
from tests.factories import care
from tests.round_trips import Trips, depth_of, measured
from tests.schema.staff.staff import Staff
from tests.schema.staff.test_round_trips import CONNECTIONS, MEETING, TRIES, best
from tests.schema.staff.world import World, make_world

ERRORS = "userErrors { code message path documentationUrl }"
SAID = (
    "id direction visibility body bodyHtml createdAt sentAt deliveryStatus conversation { id } "
    "author { __typename ... on Member { id displayName } }"
)
REVIEW = "draftReview { id version status body submittedAt supersedeAt }"
CASE = "case { id version status updatedAt assignee { id displayName } }"


@dataclass(frozen=True, slots=True)
class Doing:
    """What somebody does: the document, who does it, and the input, in a situation made anew for each try."""

    document: str
    who: Callable[[World], Actor]
    given: Callable[[World], Awaitable[dict[str, Any]]]


def mutation(name: str, shown: str) -> str:
    """Write a document as a client would."""
    kind = name[0].upper() + name[1:]
    return f"mutation {kind}($input: {kind}Input!) {{ {name}(input: $input) {{ {shown} {ERRORS} }} }}"


async def _reply(world: World) -> dict[str, Any]:
    case = await care.make_case()
    return {"caseId": case.id, "conversationId": case.conversation_ids[0], "body": "Bakıyorum."}


async def _where_nothing_leaves(world: World) -> dict[str, Any]:
    case = await care.make_case(await care.make_conversation(await care.make_channel(send_url=None)))
    return {"caseId": case.id, "conversationId": case.conversation_ids[0], "body": "Bakıyorum."}


async def _held(world: World) -> dict[str, Any]:
    given = await _reply(world)
    draft = ReplyDraft(case_id=given["caseId"], conversation_id=given["conversationId"], body="Bakıyorum.")
    held = await reply_to_case(world.trainee, draft, once=Once())
    return {"messageId": held.message.id}


async def _customer(world: World) -> dict[str, Any]:
    channel = await care.make_channel()
    customer = await care.make_customer(channel)
    return {"customerId": customer.id, "channelId": channel.id, "subject": "Depo taşındı", "body": "Bir gün gecikecek."}


async def _known(world: World) -> dict[str, Any]:
    given = await _customer(world)
    channel, customer = await Channel.get(given["channelId"]), await Customer.get(given["customerId"])
    await care.make_conversation(channel, customer, visibility=Visibility.PRIVATE)
    return given


async def _called(world: World, **given: Any) -> dict[str, Any]:
    await care.make_channel(kind=ChannelKind.PHONE)
    return {"kind": "PHONE", "direction": "INBOUND", "body": "Aradı, bekliyor.", "durationSeconds": 180, **given}


async def _call(world: World) -> dict[str, Any]:
    return await _called(world, caseId=(await care.make_case()).id, answered=True)


async def _further_call(world: World) -> dict[str, Any]:
    given = await _call(world)
    draft = ContactDraft(kind=ContactKind.PHONE, direction=Direction.INBOUND, body="Aradı.", case_id=given["caseId"])
    await log_contact(world.agent, draft, once=Once())
    return given


async def _call_of_ours(world: World) -> dict[str, Any]:
    return await _called(world, caseId=(await care.make_case()).id, direction="OUTBOUND")


async def _call_of_a_customer(world: World) -> dict[str, Any]:
    return await _called(world, customerId=(await care.make_customer()).id)


async def _call_of_ours_to_a_customer(world: World) -> dict[str, Any]:
    return await _called(world, customerId=(await care.make_customer()).id, direction="OUTBOUND")


async def _call_of_a_stranger(world: World) -> dict[str, Any]:
    return await _called(world, person={"name": "Ali"})


REPLY = documents("staff")["ReplyToCase"]
OUTREACH = mutation("reachOut", f"message {{ {SAID} }} {REVIEW} {CASE}")

CALL = mutation("logContact", f"message {{ {SAID} contact {{ kind }} }} {CASE}")

DONE: dict[str, tuple[Doing, int, int]] = {
    "reply of a newcomer": (Doing(REPLY, lambda world: world.trainee, _reply), 4, 19),
    "reply that has nowhere to leave by": (Doing(REPLY, lambda world: world.agent, _where_nothing_leaves), 4, 11),
    "release": (
        Doing(mutation("releaseReply", f"message {{ {SAID} }} {CASE}"), lambda world: world.mentor, _held),
        4,
        11,
    ),
    "call": (Doing(CALL, lambda world: world.agent, _call), 4, 8),
    "further call": (Doing(CALL, lambda world: world.agent, _further_call), 4, 8),
    "call of ours": (Doing(CALL, lambda world: world.agent, _call_of_ours), 4, 8),
    "call of a customer": (Doing(CALL, lambda world: world.agent, _call_of_a_customer), 4, 13),
    "call of ours to a customer": (Doing(CALL, lambda world: world.agent, _call_of_ours_to_a_customer), 4, 11),
    "call of a stranger": (Doing(CALL, lambda world: world.agent, _call_of_a_stranger), 4, 12),
    "outreach": (Doing(OUTREACH, lambda world: world.agent, _customer), 4, 16),
    "outreach in a talk that is there": (Doing(OUTREACH, lambda world: world.agent, _known), 4, 15),
    "outreach of a newcomer": (Doing(OUTREACH, lambda world: world.trainee, _customer), 4, 23),
}
"""What is done, in how many waves and commands."""


@pytest.mark.parametrize("name", sorted(DONE))
async def test_what_is_done_daily_takes_so_many_waves(name: str, staff: Staff) -> None:
    doing, waves, commands = DONE[name]
    world, runs = await make_world(), list[Trips]()
    for _ in range(TRIES):
        given = await doing.given(world)
        await asyncio.gather(*(staff._database.command("ping") for _ in range(CONNECTIONS)))
        with measured() as trips:
            await staff.do(doing.who(world), doing.document, **given)
        runs.append(trips)

    measured_waves, measured_commands = best(runs)
    assert (name, measured_waves <= waves) == (name, True), [trips.names for trips in runs]
    assert commands - MEETING <= measured_commands <= commands, [trips.names for trips in runs]


def test_nothing_that_is_done_daily_takes_more_waves_than_its_depth_and_one() -> None:
    more = {name: waves - depth_of(doing.document) - 1 for name, (doing, waves, _) in DONE.items()}
    assert {name: waves for name, waves in more.items() if waves > 0} == {}
