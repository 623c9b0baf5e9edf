"""What follows a decision, in the request and again by the handlers: the approved reply leaves, and a holding reply does."""

import asyncio
from functools import partial

from auth.actor import SYSTEM
from care.cases.changing import Overtaken, change_as_read
from care.cases.outgoing import find_outgoing, put_outgoing, release_outgoing
from care.cases.withholding import is_withheld, withhold
from care.documents.case_states import CaseStatus
from care.documents.cases import Case
from care.documents.conversations import DeliveryStatus, Message
from care.documents.customers import Customer
from care.documents.phrases import PhraseBook, PhraseBookKind
from care.documents.under_way import Outgoing
from care.messages import Place
from care.personalisation import said_by_itself
from care.phrase_books import heed_stock_phrases, holding_reply, read_phrases
from care.reading.cases import case_of_outgoing
from care.replies import followed
from care.templates.automatic import able_to_leave
from coaching.documents import DraftReview, DraftReviewStatus
from core.clock import now
from core.errors import Unavailable
from core.ids import derived_id
from core.records import change
from core.text.language import detect_language

_TRIES = 20


async def let_go(review: DraftReview) -> None:
    """Let an approved reply leave, with the words of its review. Can run twice: the case lets a held reply go once."""
    if review.status is DraftReviewStatus.APPROVED:
        case, phrases = await asyncio.gather(
            case_of_outgoing(SYSTEM, review.message_id), read_phrases(PhraseBookKind.CONTACT_DETAILS)
        )
        await let_go_of(review, case, phrases)


async def let_go_of(review: DraftReview, case: Case | None, phrases: PhraseBook, place: Place | None = None) -> Message | None:
    """Do so for a reply whose case has just been read, and give its message; of another one nothing.

    Whoever has read already where it stands gives the place.
    """
    if case is None or review.status is not DraftReviewStatus.APPROVED or review.released_by is None:
        return None
    actor = review.released_by

    def rule(current: Case) -> None:
        held = find_outgoing(current, review.message_id)
        if held is None or held.state is not DeliveryStatus.HELD_FOR_REVIEW:
            return
        if held.body != review.body:
            held.body = review.body
            heed_stock_phrases(held, phrases)
        release_outgoing(current, held, now(), actor=actor)

    return (await followed(await change(case, rule), review.message_id, place)).message


def holding_id(review: DraftReview) -> str:
    """Give the id of the holding reply in place of a draft: the same one for every process that sends it."""
    return derived_id("msg", review.id, "holding")


async def hold_the_line(review: DraftReview) -> None:
    """Tell the customer that an answer will come, once, where a holding reply is offered and taken. Can run twice."""
    if review.superseded_at is None:
        return
    for _ in range(_TRIES):
        case = await case_of_outgoing(SYSTEM, review.message_id)
        waiting = find_outgoing(case, review.message_id) if case else None
        if case is None or waiting is None or waiting.state is not DeliveryStatus.HELD_FOR_REVIEW:
            return
        try:
            case = await _with_holding(review, case, waiting)
        except Overtaken:
            continue
        if find_outgoing(case, holding_id(review)) is not None:
            await followed(case, holding_id(review))
        return
    raise Unavailable("store", "too many writers of one case")


async def _with_holding(review: DraftReview, case: Case, waiting: Outgoing) -> Case:
    """Give the case with the holding reply on its way, unless it was said or withheld before, or can't be said."""
    identifier = holding_id(review)
    if find_outgoing(case, identifier) or is_withheld(case, identifier) or case.status is CaseStatus.CLOSED:
        return case
    entry = None if await Message.get(identifier) else await _holding(review, case, waiting)
    if entry is None:
        return case
    fitting = await able_to_leave(case, entry, entry.created_at)
    if fitting is None:
        return await change_as_read(case, partial(withhold, entry=entry, at=entry.created_at))
    return await change_as_read(case, partial(put_outgoing, entry=fitting, actor=SYSTEM.id))


async def _holding(review: DraftReview, case: Case, waiting: Outgoing) -> Outgoing | None:
    customer = await Customer.get(case.customer_id) if case.customer_id else None
    locale = (customer.locale if customer else None) or detect_language(case.request_subject or case.subject)
    text = await holding_reply(locale)
    if text is None:
        return None
    return Outgoing(
        message_id=holding_id(review),
        conversation_id=waiting.conversation_id,
        body=await said_by_itself(case, text),
        visibility=waiting.visibility,
        author_id=None,
        state=DeliveryStatus.QUEUED,
        created_at=now(),
        in_reply_to=waiting.in_reply_to,
        continues=waiting.continues,
        holding=True,
    )
