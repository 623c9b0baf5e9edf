"""Advice on a reply before it is sent: what could hurt, leak or miss its reader. It never stops anybody."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from auth.actor import Actor
from care.citing import cite
from care.documents.cases import Case
from care.documents.channels import Channel
from care.documents.tone import AdviceSeverity, ToneGuide, ToneRule
from care.personal_data import PersonalData, find_personal_data
from care.personalisation import PLACEHOLDER, variable_values
from care.reading.cases import require_case
from care.tone_guide import off_tone, read_tone_guide
from care.written import body_of
from core.text.fold import fold
from core.text.language import detect_language
from core.text.words import spellings

MOST_ADVICE: Final = 50
SHOUTED_WORDS: Final = 3
"""So many words in capitals in a row are shouted; fewer may be names."""

_GREETINGS: Final = (
    "merhaba",
    "merhabalar",
    "selam",
    "sayin",
    "degerli",
    "gunaydin",
    "iyi gunler",
    "iyi aksamlar",
    "hello",
    "hi",
    "dear",
    "good morning",
    "good afternoon",
    "good evening",
    "سلام",
    "با سلام",
    "درود",
    "وقت بخیر",
    "روز بخیر",
)
_OPENING: Final = 12
"""A greeting stands within so many words."""

_LETTERS: Final = re.compile(r"[^\W\d_]{2,}")
_EXCLAIMED: Final = re.compile(r"!{3,}")


class AdviceKind(StrEnum):
    """What an advice is about."""

    UNFILLED_VARIABLE = "UNFILLED_VARIABLE"
    CARD_NUMBER = "CARD_NUMBER"
    IBAN = "IBAN"
    NATIONAL_ID = "NATIONAL_ID"
    PHONE_NUMBER = "PHONE_NUMBER"
    SHOUTING = "SHOUTING"
    GREETING_MISSING = "GREETING_MISSING"
    NAME_MISSING = "NAME_MISSING"
    TONE = "TONE"


@dataclass(frozen=True, slots=True)
class Advice:
    """What to look at again: the passage `body[start:end]`, or, without places, the whole."""

    kind: AdviceKind
    severity: AdviceSeverity
    reason: str
    start: int | None = None
    end: int | None = None


_PERSONAL: Final = {
    PersonalData.CARD_NUMBER: (AdviceKind.CARD_NUMBER, AdviceSeverity.HIGH, "This is the number of a payment card."),
    PersonalData.IBAN: (AdviceKind.IBAN, AdviceSeverity.HIGH, "This is the number of a bank account."),
    PersonalData.NATIONAL_ID: (AdviceKind.NATIONAL_ID, AdviceSeverity.HIGH, "This is a Turkish identity number."),
    PersonalData.PHONE_NUMBER: (AdviceKind.PHONE_NUMBER, AdviceSeverity.MEDIUM, "This looks like a telephone number."),
}


async def check_reply(actor: Actor, case_id: str, body: str, source_ids: Sequence[str] = ()) -> list[Advice]:
    """Give advice on a reply, in the order of the text, what is about the whole last; nothing is stored.

    Places count the characters of `body` as it was given. Raises NotFound, InvalidInput for a text that can be no
    reply and for what can't be cited.
    """
    case = await require_case(actor, case_id)
    body_of(body)
    values = await variable_values(actor, case, body, author_id=actor.member_id, sources=await cite(actor, case, source_ids))
    guide, brand_id = await read_tone_guide(), await _brand_of(case)
    there = [*_unfilled(body, values), *advice_on(body, guide, brand_id=brand_id)]
    there.sort(key=lambda advice: (advice.start or 0, advice.kind))
    return [*there, *_missing(case, body, values)][:MOST_ADVICE]


def advice_on(body: str, guide: ToneGuide, *, brand_id: str | None) -> list[Advice]:
    """Give the advice that follows from the words alone: personal data, shouting, and what the tone guide wants otherwise."""
    found = off_tone(guide, body, locale=detect_language(body), brand_id=brand_id)
    off = [Advice(AdviceKind.TONE, rule.severity, _said_of(rule), start, end) for rule, start, end in found]
    return [*_personal(body), *_shouted(body), *off]


def _unfilled(body: str, values: dict[str, str]) -> Iterator[Advice]:
    for found in PLACEHOLDER.finditer(body):
        if not values.get(found.group(1)):
            reason = f"The variable {found.group(1)} has no value here; write it out."
            yield Advice(AdviceKind.UNFILLED_VARIABLE, AdviceSeverity.HIGH, reason, found.start(), found.end())


def _personal(body: str) -> Iterator[Advice]:
    for data, start, end in find_personal_data(body):
        kind, severity, reason = _PERSONAL[data]
        yield Advice(kind, severity, f"{reason} Leave it out, most of all in public.", start, end)


def _shouted(body: str) -> Iterator[Advice]:
    reason = "Capitals and rows of exclamation marks read like shouting."
    run: list[re.Match[str]] = []
    for word in [*_LETTERS.finditer(body), None]:
        if word is not None and word.group().isupper():
            run.append(word)
            continue
        if len(run) >= SHOUTED_WORDS:
            yield Advice(AdviceKind.SHOUTING, AdviceSeverity.MEDIUM, reason, run[0].start(), run[-1].end())
        run = []
    for marks in _EXCLAIMED.finditer(body):
        yield Advice(AdviceKind.SHOUTING, AdviceSeverity.LOW, reason, marks.start(), marks.end())


async def _brand_of(case: Case) -> str | None:
    channel = await Channel.get(case.channel_id)
    return channel.brand_id if channel is not None else None


def _said_of(rule: ToneRule) -> str:
    return rule.reason if rule.prefer is None else f"{rule.reason} Rather: {rule.prefer}"


def _missing(case: Case, body: str, values: dict[str, str]) -> Iterator[Advice]:
    """Tell what a first answer lacks; later ones go on with a talk that has begun."""
    if case.first_response.met_at is not None:
        return
    filled = PLACEHOLDER.sub(lambda found: values.get(found.group(1), ""), body)
    opening = f" {' '.join(spellings(filled)[:_OPENING])} "
    if not any(f" {greeting} " in opening for greeting in _GREETINGS):
        reason = "A first answer begins with a greeting, such as Merhaba, سلام or Hello."
        yield Advice(AdviceKind.GREETING_MISSING, AdviceSeverity.LOW, reason)
    first_name = values["customer.firstName"]
    if first_name and fold(first_name) not in spellings(filled):
        yield Advice(AdviceKind.NAME_MISSING, AdviceSeverity.LOW, f"The customer is known by name: {first_name}.")
