"""What the front office says to customers: replies, the release of held ones, and the request for contact details."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from pydantic import AwareDatetime, BaseModel, Field
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor
from care.cases.changing import Overtaken, change_as_read
from care.cases.obligations import obligation_id
from care.cases.outgoing import find_outgoing, put_outgoing, release_outgoing
from care.cases.scheduling import require_ahead, schedule
from care.citing import SourceIds, cite, named
from care.continuations import private_part, refuse_second_case, take_private
from care.documents.cases import Case
from care.documents.channels import Channel
from care.documents.conversations import Conversation, DeliveryStatus, Direction, Message, Visibility
from care.documents.customers import Customer
from care.documents.obligations import Obligation
from care.documents.phrases import PhraseBook, PhraseBookKind
from care.documents.sources import CitedSource
from care.documents.under_way import Outgoing
from care.follow_ups import send_outgoing
from care.holding import Holds, hold, read_holds
from care.messages import Place, channel_of, place_of
from care.native_sending import require_sendable
from care.personalisation import personalised
from care.phrase_books import heed_stock_phrases, read_phrases
from care.policies import may_release, may_reply, may_request_contact_details, must_wait, require_right
from care.providers.registry import ADAPTERS
from care.reading.answer_bank import entries_by_ids
from care.reading.cases import case_for, case_of_outgoing
from care.reading.conversations import messages_by_ids
from care.templates.wording import Wording, read_wording, require_own_words, require_still_taken, word
from care.written import body_of
from community.drafts import Body, may_be_id
from core.clock import now
from core.errors import AlreadyDone, Conflict, InvalidInput, NotFound, Unavailable
from core.idempotency import Once
from core.outcomes import Outcome, outcome
from core.records import change

_TRIES = 20


class ReplyDraft(BaseModel):
    """What to say, in which of the case's conversations, and when: at once, 15 s later if it can be undone, or at a time."""

    case_id: str
    conversation_id: str
    body: Body
    answer_bank_entry_id: str | None = None
    holding: bool = False
    """Whether it only says that an answer will come."""
    send_at: AwareDatetime | None = None
    undoable: bool = False
    privately: bool = False
    """Whether the answer to a public conversation is said in private, where the talk goes on."""
    source_ids: SourceIds = Field(default_factory=list)
    """What it relies on: revisions of the wiki, entries of the answer bank, answers of experts."""


class ContactDetailsDraft(BaseModel):
    """How to ask for the customer's contact details."""

    case_id: str
    conversation_id: str
    body: Body


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply and its case, and its conversation where that was read on the way."""

    case: Case
    message: Message
    conversation: Conversation | None = None


@dataclass(frozen=True, slots=True)
class ContactRequest:
    """A request for contact details and its case; the obligation starts only when it leaves the house."""

    case: Case
    message: Message
    obligation: Obligation | None
    conversation: Conversation | None = None


Beside = Callable[[Case, Outgoing], Awaitable[object]]
"""What a layer above does beside the message of a reply, once its case holds the entry. The handler of the event can do it."""


@dataclass(frozen=True, slots=True)
class Saying:
    """A reply that is about to be said: its entry, for which request, in which version of the case, and what is done beside."""

    entry: Outgoing
    once: Once
    expected_version: int | None = None
    beside: Beside | None = None


async def reply_to_case(actor: Actor, draft: ReplyDraft, *, once: Once, beside: Beside | None = None) -> Reply:
    """Answer the customer; the clock that runs is met by the same write.

    Without `case:reply_public`, or without the certificate that the channel asks for, the reply is held;
    so is one that is drawn to be looked at before it leaves.
    A holding reply leaves like any other, but it is no answer: it meets a clock only if the clock's terms say so. One with
    `send_at` or `undoable` waits for its time first, and meets the clock that runs then.

    Raises NotFound, Forbidden without `case:reply`, CaseClosed, InvalidInput for a conversation of another case, a text
    that the channel does not take, an unknown entry of the answer bank, a source that the actor may not read or that
    proves nothing, or a time that is past or over a year away,
    AnotherCaseOpen when the private part of the talk is in another open case, IdempotencyMismatch.
    """
    entry = entry_for(actor, draft.conversation_id, draft.body, once)
    entry.answer_bank_entry_id, entry.holding = draft.answer_bank_entry_id, draft.holding
    entry.continues = draft.conversation_id if draft.privately else None
    entry.sources = named(draft.source_ids)
    schedule(entry, draft.send_at, undoable=draft.undoable)
    return await say(actor, draft.case_id, Saying(entry, once, beside=beside))


async def request_contact_details(
    actor: Actor, draft: ContactDetailsDraft, *, expected_version: int, once: Once, beside: Beside | None = None
) -> ContactRequest:
    """Ask the customer for contact details: the case waits for them, and the company owes to use them within 24 hours.

    Without `case:reply_public` the question is held and nothing is owed yet. Raises NotFound, Forbidden without
    `case:reply`, CaseClosed, InvalidInput for a conversation of another case, IdempotencyMismatch, Conflict.
    """
    entry = entry_for(actor, draft.conversation_id, draft.body, once)
    entry.asks_for_contact_details = True
    reply = await say(actor, draft.case_id, Saying(entry, once, expected_version, beside))
    wanted = obligation_id(reply.message.id)
    owed = next((owed for owed in reply.case.obligations if owed.id == wanted), None)
    return ContactRequest(reply.case, reply.message, owed, reply.conversation)


@dataclass(frozen=True, slots=True)
class Held:
    """A reply that is held, as it was read: the case that holds it and its message, each None if it is not there."""

    case: Case | None
    message: Message | None


async def held_reply(actor: Actor, message_id: str) -> Held:
    """Read a held reply."""
    reading = [Message.get(message_id)] if may_be_id(message_id, "msg") else []
    case, found = await asyncio.gather(case_of_outgoing(actor, message_id), asyncio.gather(*reading))
    return Held(case, next(iter(found), None))


async def release(
    actor: Actor, message_id: str, *, body: str | None = None, held: Held | None = None, beside: Beside | None = None
) -> Reply:
    """Let a held reply go, with another text if one is given; from now on it is like any other.

    Whoever has read it already gives it. Raises NotFound, Forbidden without `reply:release`, AlreadyDone when it is not held
    any more, InvalidInput for the text.
    """
    final = None if body is None else body_of(body)
    held = held or await held_reply(actor, message_id)
    case = held.case
    if case is None:
        if await messages_by_ids(actor, [message_id]):
            raise AlreadyDone("This message is not held.", path=("message_id",))
        raise NotFound("There is no such message.", path=("message_id",))
    may_release(actor, case).enforce()
    waiting = find_outgoing(case, message_id)
    place = await _released_in(actor, case, waiting, final, held.message) if waiting is not None else None

    def rule(current: Case) -> None:
        may_release(actor, current).enforce()
        entry = find_outgoing(current, message_id)
        if entry is None or entry.state is not DeliveryStatus.HELD_FOR_REVIEW:
            raise AlreadyDone("This reply was released already.", path=("message_id",))
        if final is not None and waiting is not None:
            entry.body, entry.by_phrase = waiting.body, waiting.by_phrase
            entry.asks_for_contact_details = waiting.asks_for_contact_details
        release_outgoing(current, entry, now(), actor=actor.id)

    return await followed(await change(case, rule), message_id, place, beside)


async def _released_in(actor: Actor, case: Case, waiting: Outgoing, final: str | None, message: Message | None) -> Place:
    """Make sure that a held reply would still be taken, and let it say something else if that is given; give where it stands."""
    taken, place, phrases = await asyncio.gather(
        outcome(require_still_taken(actor, case, waiting, field="message_id")),
        place_of(case, waiting, message),
        _phrases_for(final),
    )
    taken.take()
    if final is not None and phrases is not None:
        await _reword(actor, case, waiting, (final, phrases), place)
    return place


async def _phrases_for(final: str | None) -> PhraseBook | None:
    return await read_phrases(PhraseBookKind.CONTACT_DETAILS) if final is not None else None


async def _reword(actor: Actor, case: Case, waiting: Outgoing, words: tuple[str, PhraseBook], place: Place) -> None:
    """Let a held reply say something else."""
    final, phrases = words
    require_own_words(waiting, final)
    waiting.body = await personalised(actor, case, final, author_id=waiting.author_id, sources=waiting.sources)
    if place.conversation is not None:
        await require_sendable(place.conversation, waiting.body)
    heed_stock_phrases(waiting, phrases)


def entry_for(actor: Actor, conversation_id: str, body: str, once: Once) -> Outgoing:
    """Give the entry of a reply that is about to be said; it waits for a mentor where its author's must."""
    return Outgoing(
        message_id=once.identifier("msg"),
        conversation_id=conversation_id,
        body=body,
        visibility=Visibility.PRIVATE,  # until the conversation, which says, has been read
        author_id=actor.member,
        state=DeliveryStatus.HELD_FOR_REVIEW if must_wait(actor) else DeliveryStatus.QUEUED,
        created_at=now(),
        fingerprint=once.fingerprint,
    )


async def say(actor: Actor, case_id: str, saying: Saying) -> Reply:
    """Put the entry on its way in its case, once, and do what follows. Raises what `reply_to_case` raises."""
    entry, once = saying.entry, saying.once
    ruling = may_request_contact_details if entry.asks_for_contact_details else may_reply

    def rule(current: Case) -> None:
        ruling(actor, current).enforce()
        take_private(current, entry)
        put_outgoing(current, entry.model_copy(), actor=actor.id)

    for _ in range(_TRIES):
        case = await _case_of(actor, case_id, entry)
        before, around = await asyncio.gather(_said_before(case, entry, once), _around(actor, case, entry))
        if before is not None:
            return before
        require_right(ruling(actor, case))
        place = await _prepared(actor, case, entry, around)
        try:
            write = change_as_read if once.may_be_repeat else change
            written = await write(case, rule, expected_version=saying.expected_version)
            return await followed(written, entry.message_id, place, saying.beside)
        except Overtaken:
            continue
        except DuplicateKeyError:
            raise await refuse_second_case(entry.conversation_id) from None
        except Conflict as conflict:  # an equal request that was faster has raised the version
            if (before := await _said_before(conflict.current, entry, once)) is not None:
                return before
            raise
    raise Unavailable("store", "too many writers of one case")


async def _said_before(case: Case, entry: Outgoing, once: Once) -> Reply | None:
    """Give what an earlier, equal request said; None when this is the first. IdempotencyMismatch for another input."""
    if not once.may_be_repeat:
        return None
    if waiting := find_outgoing(case, entry.message_id):
        once.same_input(waiting.fingerprint)
        return await followed(case, entry.message_id)
    message = await Message.get(entry.message_id)
    if message is None:
        return None
    once.same_input(message.fingerprint)
    return Reply(case, message)


async def _case_of(actor: Actor, case_id: str, entry: Outgoing) -> Case:
    """Give the case, and make sure of the entry of the answer bank that the reply names."""
    case, _ = await asyncio.gather(case_for(actor, case_id), _require_entry(actor, entry.answer_bank_entry_id))
    if case is None:
        raise NotFound("There is no such case.", path=("case_id",))
    return case


async def _require_entry(actor: Actor, entry_id: str | None) -> None:
    if entry_id and not await entries_by_ids(actor, [entry_id]):
        raise InvalidInput("There is no such entry in the answer bank.", path=("answer_bank_entry_id",))


@dataclass(frozen=True, slots=True)
class _Around:
    """What a reply is said in: the conversation, if it is the case's, what was heard there last, and what holds for replies.

    And what is made of the reply itself: what it cites, and its words with the variables filled.
    """

    conversation: Conversation | None
    heard: str | None
    channel: Channel | None
    customer: Customer | None
    """Read only where a channel's provider has its say."""
    phrases: PhraseBook
    holds: Holds
    sources: Outcome[list[CitedSource]]
    wording: Wording


async def _around(actor: Actor, case: Case, entry: Outgoing) -> _Around:
    place, named_ids = entry.continues or entry.conversation_id, [source.id for source in entry.sources]
    (conversation, heard, channel, customer), (phrases, holds), (sources, wording) = await asyncio.gather(
        asyncio.gather(
            Conversation.get(place), _last_heard(case, place), Channel.get(case.channel_id), _customer_where_asked(case)
        ),
        asyncio.gather(read_phrases(PhraseBookKind.CONTACT_DETAILS), read_holds()),
        asyncio.gather(outcome(cite(actor, case, named_ids)), read_wording(actor, case, entry)),
    )
    known = conversation if place in case.conversation_ids else None
    return _Around(known, heard, channel, customer, phrases, holds, sources, wording)


async def _prepared(actor: Actor, case: Case, entry: Outgoing, around: _Around) -> Place:
    """Let the entry be as it will leave; give where it stands."""
    require_ahead(entry)
    conversation = await _address(entry, around)
    await hold(actor, entry, conversation.channel_id, around.holds)
    entry.sources = around.sources.take()
    await word(actor, case, entry, conversation, around.wording)
    channel = await channel_of(conversation, around.channel)
    await require_sendable(conversation, entry.body, channel=channel, customer=around.customer)
    heed_stock_phrases(entry, around.phrases)
    return Place(conversation, channel)


async def _customer_where_asked(case: Case) -> Customer | None:
    """Read a case's customer where the provider of its channel has its say about what they are written."""
    is_asked = any(case.channel_kind in adapter.kinds for adapter in ADAPTERS.values())
    return await Customer.get(case.customer_id) if is_asked else None


async def _address(entry: Outgoing, around: _Around) -> Conversation:
    """Say everything that the conversation decides: who can see the reply, and what it answers; give the conversation."""
    conversation = around.conversation
    if conversation is None:
        raise InvalidInput("This conversation is not part of the case.", path=("conversation_id",))
    entry.visibility, entry.in_reply_to = conversation.visibility, around.heard
    if entry.continues is None:
        return conversation
    private = await private_part(conversation, await channel_of(conversation, around.channel))
    entry.conversation_id, entry.visibility = private.id, Visibility.PRIVATE
    return private


async def _last_heard(case: Case, conversation_id: str) -> str | None:
    """Give the channel's id of the customer's last message, which the channel shows the reply under."""
    waiting = [entry.external_id for entry in case.incoming if entry.conversation_id == conversation_id]
    if waiting:
        return waiting[-1]
    query = {"conversation_id": conversation_id, "direction": Direction.INBOUND.value}
    found = await Message.find(query).sort("-created_at", "-_id").limit(1).to_list()
    return found[0].external_id if found else None


async def followed(case: Case, message_id: str, place: Place | None = None, beside: Beside | None = None) -> Reply:
    """Do what follows a reply that its case holds, each beside the other, and give both as they are then."""
    entry = find_outgoing(case, message_id)
    making = send_outgoing(case, entry, place) if entry else Message.get(message_id)
    follows = [beside(case, entry)] if beside is not None and entry is not None else []
    message, _ = await asyncio.gather(making, asyncio.gather(*follows))
    if message is None:
        raise NotFound("There is no such message.", path=("message_id",))
    is_as_read = place is not None and entry is not None and entry.continues is None  # else it was linked meanwhile
    return Reply(case, message, place.conversation if place is not None and is_as_read else None)
