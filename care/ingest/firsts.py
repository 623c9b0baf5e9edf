"""What is said first, where nobody can have said anything before: nothing is looked for, and all is written in two goes."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from care.cases.last_message import show_last
from care.cases.opening import Opening, case_id, new_case
from care.conversations import Talk
from care.customers import customer_id, first_met
from care.documents.cases import Case
from care.ingest.arrivals import Arrival
from care.ingest.generic import MessageSaid
from care.ingest.messages import incoming_of
from care.messages import inbound_id, incoming_message
from core.records import insert_or_read


@dataclass(frozen=True, slots=True)
class First:
    """The first message of a conversation whose customer is as new as it is."""

    arrival: Arrival
    event: MessageSaid

    @property
    def talk(self) -> Talk:
        """Give where it is said, and by whom."""
        channel, event = self.arrival.channel, self.event
        return Talk(channel, customer_id(channel.id, event.author.id), event.thread.id, event.visibility, event.thread.url)

    @property
    def case_id(self) -> str:
        """Give the id of the case that it will open."""
        return case_id(self.talk.id, inbound_id(self.arrival.channel.id, self.event.message_id))


async def take_in_firsts(firsts: Sequence[First], openings: Sequence[Opening], participants: Sequence[str]) -> list[Case]:
    """Take in first messages of different conversations: each opens a case, which the participants see from the beginning.

    The cases name customers and conversations that are there by then. Can run twice: what is there already was made by an
    earlier try. The `incoming` entries stay until the handler of the cases' events has found the messages stored.
    """
    customers = {one.talk.customer_id: first_met(one.arrival.channel, one.event.author.person()) for one in firsts}
    talks = [one.talk.conversation() for one in firsts]
    await asyncio.gather(
        *(insert_or_read(customer) for customer in customers.values()), *(insert_or_read(talk) for talk in talks)
    )
    cases, messages = [], []
    for one, talk, opening in zip(firsts, talks, openings, strict=True):
        incoming = incoming_of(one.arrival, one.event, one.talk)
        case = new_case(incoming, talk, customers[talk.customer_id], opening, subject=one.event.subject)
        case.participants = sorted(participants)
        show_last(case, incoming.message_id, incoming.sent_at)
        cases.append(case)
        messages.append(incoming_message(case, incoming, talk))
    kept, _ = await asyncio.gather(
        asyncio.gather(*(insert_or_read(case) for case in cases)),
        asyncio.gather(*(insert_or_read(message) for message in messages)),
    )
    return kept
