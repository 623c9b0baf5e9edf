"""Phrases that the company uses over and over: those that oblige it by being sent, and those that say "we are on it"."""

import re
from collections.abc import Sequence
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, Field

from auth.actor import Actor, Permission
from care.documents.phrases import Phrase, PhraseBook, PhraseBookKind
from care.documents.under_way import Outgoing
from care.events import PhraseBookChanged
from care.personalisation import VARIABLES, require_sayable
from community.drafts import text
from core.clock import now
from core.defaults import change_or_insert, stored_or
from core.text.words import words

MOST_PHRASES: Final = 100
_FEWEST_LETTERS: Final = 8
_MOST_BETWEEN: Final = 4
"""So many other words may stand between the words of a phrase, all in all."""
_SENTENCE_END: Final = re.compile(r"[.!?؟…;؛\n]")
_OWN: Final[dict[PhraseBookKind, dict[str, tuple[str, ...]]]] = {
    PhraseBookKind.CONTACT_DETAILS: {
        "en": (
            "send us your contact details",
            "send your contact details by",
            "send your contact details to us",
            "share your contact details",
            "send us your phone number",
            "leave us your phone number",
            "dm us your contact details",
        ),
        "tr": (
            "iletişim bilgilerinizi gönder",
            "iletişim bilgilerinizi paylaş",
            "iletişim bilgilerinizi ilet",
            "telefon numaranızı gönder",
            "telefon numaranızı paylaş",
            "telefon numaranızı ilet",
        ),
        "fa": (
            "اطلاعات تماس خود را بفرستید",
            "اطلاعات تماس خود را ارسال",
            "اطلاعات تماستان را بفرستید",
            "شماره تماس خود را بفرستید",
            "شماره تماس خود را ارسال",
            "شماره تلفن خود را بفرستید",
        ),
    },
    PhraseBookKind.HOLDING_REPLY: {
        "en": ("Thank you for telling us. We are asking our specialists and will come back to you within a day.",),
        "tr": ("Bize yazdığınız için teşekkür ederiz. Konuyu uzmanlarımıza soruyoruz; bir gün içinde size döneceğiz.",),
        "fa": ("از اینکه به ما خبر دادید سپاسگزاریم. موضوع را از کارشناسان خود می‌پرسیم و ظرف یک روز به شما پاسخ می‌دهیم.",),
    },
    PhraseBookKind.PUBLIC_CLOSING: {
        "en": ("We have been in touch by private message, and this is solved. Thank you for telling us.",),
        "tr": ("Özel mesajla görüştük ve sorun çözüldü. Bize bildirdiğiniz için teşekkür ederiz.",),
        "fa": ("با پیام خصوصی در تماس بودیم و مشکل حل شد. از اینکه به ما خبر دادید سپاسگزاریم.",),
    },
}
OWN_PHRASES: Final = {
    kind: [Phrase(locale=locale, text=one) for locale, texts in own.items() for one in texts] for kind, own in _OWN.items()
}
"""What holds as long as nobody has said otherwise."""


def _recognisable(given: str) -> str:
    if len(_letters(given)) < _FEWEST_LETTERS:
        message = f"write at least {_FEWEST_LETTERS} letters, so that it is not found in everything"
        raise ValueError(message)
    return given


class PhraseDraft(BaseModel):
    """Words in one language."""

    locale: Literal["tr", "fa", "en"]
    text: Annotated[str, text(1, 1_000, lines="one"), AfterValidator(_recognisable)]


class PhraseBookDraft(BaseModel):
    """All phrases that a book is to have."""

    kind: PhraseBookKind
    phrases: Annotated[list[PhraseDraft], Field(max_length=MOST_PHRASES)]


async def show_phrases(actor: Actor, kind: PhraseBookKind) -> PhraseBook:
    """Give the phrases of a kind, those of the product while nobody has set any. Forbidden without `answer_bank:read`."""
    actor.require(Permission.ANSWER_BANK_READ)
    return await read_phrases(kind)


async def set_phrases(actor: Actor, draft: PhraseBookDraft, *, expected_version: int) -> PhraseBook:
    """Let a book hold exactly these phrases; with none, no words oblige the company, or no holding reply is offered.

    The version is 0 before anybody has set any. Raises Forbidden without `answer_bank:approve`, InvalidInput for a variable
    that there is not in words that customers are told, Conflict.
    """
    actor.require(Permission.ANSWER_BANK_APPROVE)
    if draft.kind is not PhraseBookKind.CONTACT_DETAILS:
        for place, one in enumerate(draft.phrases):
            require_sayable(one.text, among=VARIABLES, path=("phrases", str(place), "text"))
    phrases = [Phrase(locale=one.locale, text=one.text) for one in draft.phrases]

    def rule(current: PhraseBook) -> None:
        current.phrases = phrases
        current.record(PhraseBookChanged(book_id=current.id), actor=actor.id)

    return await change_or_insert(await read_phrases(draft.kind), rule, expected_version=expected_version)


async def read_phrases(kind: PhraseBookKind) -> PhraseBook:
    """Give the phrases of a kind as they hold now."""
    identifier = f"phb_{kind.value.lower()}"
    return await stored_or(PhraseBook(id=identifier, created_at=now(), phrases=OWN_PHRASES[kind]))


def heed_stock_phrases(entry: Outgoing, book: PhraseBook) -> None:
    """Let a reply that asks for contact details in so many words start the obligation to use them."""
    if not entry.asks_for_contact_details or entry.by_phrase:
        entry.asks_for_contact_details = entry.by_phrase = holds_phrase(book.phrases, entry.body)


async def holding_reply(locale: str | None) -> str | None:
    """Give the holding reply in a language, in English or any other where there is none; None where none is offered."""
    return await offered(PhraseBookKind.HOLDING_REPLY, locale)


async def offered(kind: PhraseBookKind, locale: str | None) -> str | None:
    """Give the first phrase of a kind in a language, in English or any other where there is none."""
    phrases = (await read_phrases(kind)).phrases
    texts = {phrase.locale: phrase.text for phrase in reversed(phrases)}
    return texts.get(locale or "en") or texts.get("en") or next((phrase.text for phrase in phrases), None)


def holds_phrase(phrases: Sequence[Phrase], body: str) -> bool:
    """Tell whether a text holds one of the phrases, however it is spelled: without regard to case, marks, joins and blanks.

    Within a sentence, a few other words may stand between its words, for people put in by which way and to whom.
    """
    letters = _letters(body)
    if any(_letters(phrase.text) in letters for phrase in phrases):
        return True
    sentences = [[word.folded for word in words(sentence)] for sentence in _SENTENCE_END.split(body)]
    wanted = [[word.folded for word in words(phrase.text)] for phrase in phrases]
    return any(_stands_in(phrase, sentence) for phrase in wanted for sentence in sentences)


def _stands_in(phrase: Sequence[str], sentence: Sequence[str]) -> bool:
    """Tell whether words come in this order with few others between them; the last one may have an ending."""
    *inner, last = phrase
    reached = [(at, _MOST_BETWEEN) for at, word in enumerate(sentence) if inner and word == inner[0]]
    for wanted in (*inner[1:], last):
        further: dict[int, int] = {}
        for at, left in reached:
            for between, word in enumerate(sentence[at + 1 : at + left + 2]):
                if word == wanted or (wanted is last and word.startswith(last)):
                    further[at + 1 + between] = max(left - between, further.get(at + 1 + between, 0))
        reached = list(further.items())
    return bool(reached)


def _letters(given: str) -> str:
    return "".join(word.folded for word in words(given))
