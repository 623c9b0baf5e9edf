"""The tone guide of the company's own: which phrases to avoid and what to say instead, per language and brand."""

from collections.abc import Iterator
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, Field

from auth.actor import Actor, Permission
from care.documents.brands import Brand
from care.documents.tone import AdviceSeverity, ToneGuide, ToneRule
from care.events import ToneGuideChanged
from community.drafts import text
from core.clock import now
from core.defaults import change_or_insert, stored_or
from core.errors import InvalidInput
from core.records import by_ids
from core.text.words import Word, words

MOST_RULES: Final = 200
_ID: Final = "tng_company"


def _with_words(given: str) -> str:
    if not any(words(given)):
        message = "write at least one word, by which it is found"
        raise ValueError(message)
    return given


class ToneRuleDraft(BaseModel):
    """A phrase to avoid; a star at its end stands for any ending of the last word."""

    avoid: Annotated[str, text(1, 200, lines="one"), AfterValidator(_with_words)]
    prefer: Annotated[str, text(1, 200, lines="one")] | None = None
    reason: Annotated[str, text(1, 300, lines="one")]
    severity: AdviceSeverity = AdviceSeverity.MEDIUM
    locale: Literal["tr", "fa", "en"] | None = None
    brand_id: str | None = None


class ToneGuideDraft(BaseModel):
    """All rules that the guide is to have."""

    rules: Annotated[list[ToneRuleDraft], Field(max_length=MOST_RULES)]


async def show_tone_guide(actor: Actor) -> ToneGuide:
    """Give the guide, empty and of version 0 while nobody has set any. Forbidden without `answer_bank:read`."""
    actor.require(Permission.ANSWER_BANK_READ)
    return await read_tone_guide()


async def read_tone_guide() -> ToneGuide:
    """Give the guide as it holds now."""
    return await stored_or(ToneGuide(id=_ID, created_at=now()))


async def set_tone_guide(actor: Actor, draft: ToneGuideDraft, *, expected_version: int) -> ToneGuide:
    """Let the guide hold exactly these rules; the version is 0 before anybody has set any.

    Raises Forbidden without `answer_bank:approve`, InvalidInput that names the rule for a brand that there is not,
    Conflict.
    """
    actor.require(Permission.ANSWER_BANK_APPROVE)
    await _require_brands(draft)
    rules = [ToneRule.model_validate(one.model_dump()) for one in draft.rules]

    def rule(current: ToneGuide) -> None:
        current.rules = rules
        current.record(ToneGuideChanged(guide_id=current.id), actor=actor.id)

    return await change_or_insert(await read_tone_guide(), rule, expected_version=expected_version)


def off_tone(guide: ToneGuide, body: str, *, locale: str | None, brand_id: str | None) -> Iterator[tuple[ToneRule, int, int]]:
    """Find the passages `body[start:end]` that the guide wants otherwise, however they are spelled.

    A rule of one language holds in texts of it, and in those whose language can't be told.
    """
    spoken = list(words(body))
    for rule in guide.rules:
        if rule.brand_id not in {None, brand_id} or (rule.locale and locale and rule.locale != locale):
            continue
        avoided = [word.folded for word in words(rule.avoid)]
        for place in range(len(spoken) - len(avoided) + 1):
            there = spoken[place : place + len(avoided)]
            if _says(there, avoided, open_ended=rule.avoid.endswith("*")):
                yield rule, there[0].start, there[-1].end


def _says(there: list[Word], avoided: list[str], *, open_ended: bool) -> bool:
    said = [word.folded for word in there]
    return said == avoided or (open_ended and said[:-1] == avoided[:-1] and said[-1].startswith(avoided[-1]))


async def _require_brands(draft: ToneGuideDraft) -> None:
    known = await by_ids(Brand, [one.brand_id for one in draft.rules if one.brand_id is not None])
    for place, one in enumerate(draft.rules):
        if one.brand_id is not None and one.brand_id not in known:
            raise InvalidInput("There is no such brand.", path=("rules", str(place), "brand_id"))
