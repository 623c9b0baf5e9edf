"""Who says something, and where, as it was read before anything of it is written: all of it in one go."""

import asyncio
from dataclasses import dataclass, replace

from care.cases.intake import latest_cases, look_around, receive, settle_incoming
from care.continuations import Asked, go_on_privately, where_asked
from care.conversations import Talk, open_talk
from care.customers import Person, customer_id, ensure_unknown_sender, known_as, meet, unknown_sender_id
from care.documents.cases import Case
from care.documents.channels import Channel
from care.documents.conversations import Conversation, Visibility
from care.documents.customers import Customer
from care.documents.under_way import Incoming
from care.ingest.generic import Thread
from care.messages import ensure_incoming

UNPARSED_THREAD = "unparsed"


@dataclass(frozen=True, slots=True)
class Scene:
    """A person, None for one who can't be told, in a talk; with those of customer, conversation and cases that are there."""

    person: Person | None
    talk: Talk
    customer: Customer | None
    conversation: Conversation | None
    cases: list[Case]


async def look(channel: Channel, person: Person | None, thread: Thread | None, visibility: Visibility) -> Scene:
    """Read who speaks and where, on the assumption that they are the customer whom the channel's own name gives.

    Where another customer has taken that name over, their conversation is read behind them.
    """
    expected = customer_id(channel.id, person.external_id) if person else unknown_sender_id(channel)
    thread_id, url = (thread.id, thread.url) if thread else (UNPARSED_THREAD, None)
    talk = Talk(channel, expected, thread_id, visibility, url)
    known = known_as(channel, person) if person else Customer.get(expected)
    customer, conversation, cases = await asyncio.gather(known, Conversation.get(talk.id), latest_cases(talk.id))
    if customer is not None and customer.id != expected:
        talk = replace(talk, customer_id=customer.id)
        conversation, cases = await asyncio.gather(Conversation.get(talk.id), latest_cases(talk.id))
    return Scene(person, talk, customer, conversation, cases)


async def take_in_message(scene: Scene, incoming: Incoming, *, subject: str | None = None) -> Case | None:
    """Put a message into the case of its conversation, or a new one about `subject`, and make a document of it.

    A private one goes on in the case whose public thread asked for it. Each step can run twice: what speaks of something is
    stored after it, and the message leaves the case's `incoming` last. None when another customer has taken the name of the
    person over since the scene was read: then it is to be read again.
    """
    asked, customer, conversation, around = await asyncio.gather(
        _where_asked(scene),
        _met(scene),
        open_talk(scene.talk, scene.conversation),
        look_around(incoming, scene.cases, customer=scene.customer, channel=scene.talk.channel),
    )
    if customer.id != scene.talk.customer_id:
        return None
    if asked is not None:
        await go_on_privately(asked, conversation)
    seen = around if asked is None else None
    case = await receive(incoming, conversation=conversation, customer=customer, subject=subject, around=seen)
    message = await ensure_incoming(case, incoming, conversation)
    return await settle_incoming(case.id, message, case)


async def _met(scene: Scene) -> Customer:
    if scene.person is None:
        return scene.customer or await ensure_unknown_sender(scene.talk.channel)
    return await meet(scene.talk.channel, scene.person, scene.customer)


async def _where_asked(scene: Scene) -> Asked | None:
    """Look where a customer was asked to write in private; a conversation that has an open case stays with that one."""
    is_private = scene.talk.visibility is Visibility.PRIVATE
    is_open = any(scene.talk.id in (case.open_keys or []) for case in scene.cases)
    if scene.customer is None or not is_private or is_open:
        return None
    return await where_asked(scene.talk.channel.id, scene.customer)
