"""The message templates of a WhatsApp business account, as Meta tells of them."""

from dataclasses import dataclass
from typing import Final

from care.documents.templates import TemplateCategory, TemplateQuality, TemplateState
from care.providers.adapter import NotTaken, Refused
from care.providers.meta.credentials import MetaCredentials
from care.providers.meta.refusals import refusal_of
from care.providers.meta.sending import headers_of, segment
from care.providers.untyped import at, rows, words
from care.template_places import LONGEST_BODY, has_places, places_of
from core.careless_json import read_json
from core.errors import InvalidInput
from core.outbound import Outbound

MOST: Final = 2_000
"""How many templates of an account are read."""
_A_PAGE: Final = 100
_FIELDS: Final = "name,language,status,category,components,parameter_format,rejected_reason,quality_score"
_SUCCESS: Final = range(200, 300)
_CATEGORIES: Final = {one.value: one for one in TemplateCategory}
_QUALITIES: Final = {one.value: one for one in TemplateQuality}
_STATES: Final = {
    "PENDING": TemplateState.PENDING,
    "APPROVED": TemplateState.APPROVED,
    "REJECTED": TemplateState.REJECTED,
    "IN_APPEAL": TemplateState.REJECTED,
    "PAUSED": TemplateState.PAUSED,
    "DELETED": TemplateState.DELETED,
    "PENDING_DELETION": TemplateState.DELETED,
}


@dataclass(frozen=True, slots=True)
class ToldTemplate:
    """A template in Meta's words, read."""

    name: str
    language: str
    category: TemplateCategory
    state: TemplateState
    body: str
    header: str | None
    footer: str | None
    objection: str | None
    reason: str | None
    quality: TemplateQuality | None


async def fetch_templates(credentials: MetaCredentials, outbound: Outbound) -> list[ToldTemplate]:
    """Give the templates of the account, page after page. Raises NotTaken, Refused, and what `Outbound.get` raises."""
    if credentials.business_account_id is None:
        raise Refused("The channel has no business account id. Ask an administrator to enter it.")
    start = f"{credentials.api_url}/{segment(credentials.business_account_id)}/message_templates?fields={_FIELDS}&limit={_A_PAGE}"
    found: list[ToldTemplate] = []
    after: str | None = ""
    while after is not None and len(found) < MOST:
        answer = await outbound.get(f"{start}&after={after}" if after else start, headers_of(credentials))
        if answer.status not in _SUCCESS:
            refusal = refusal_of(answer.status, answer.body)
            raise NotTaken(refusal.reason) if refusal.passing else Refused(refusal.reason)
        page = read_json(answer.body)
        found += [told for row in rows(page, "data") if (told := read(row)) is not None]
        after = _next(page, after)
    return found[:MOST]


def read(row: object) -> ToldTemplate | None:
    """Read a template; None for what has no name or no words."""
    name, language, parts = words(row, "name"), words(row, "language"), rows(row, "components")
    body = words(_part(parts, "BODY"), "text")
    if name is None or language is None or body is None:
        return None
    return ToldTemplate(
        name=name,
        language=language,
        category=_CATEGORIES.get(words(row, "category") or "", TemplateCategory.UTILITY),
        state=_STATES.get(words(row, "status") or "", TemplateState.DISABLED),
        body=body[:LONGEST_BODY],
        header=words(_part(parts, "HEADER"), "text"),
        footer=words(_part(parts, "FOOTER"), "text"),
        objection=_objection(body, parts),
        reason=_reason(words(row, "rejected_reason")),
        quality=_QUALITIES.get(words(row, "quality_score", "score") or ""),
    )


def _reason(told: str | None) -> str | None:
    return None if told == "NONE" else told


def _objection(body: str, parts: list[object]) -> str | None:
    """Say what of a template asks for more than values in its words."""
    header = _part(parts, "HEADER")
    if words(header, "format") not in {None, "TEXT"}:
        return "Its header asks for a picture, a film or a document, which can't be sent along from here."
    if has_places(words(header, "text") or ""):
        return "Its header has a place for a value; only those in the body can be filled from here."
    buttons = rows(_part(parts, "BUTTONS"), "buttons")
    if any(has_places(words(button, "url") or "") or words(button, "type") in {"OTP", "COPY_CODE"} for button in buttons):
        return "One of its buttons asks for a value; only those in the body can be filled from here."
    try:
        places_of(body)
    except InvalidInput as refusal:
        return refusal.message
    return None


def _part(parts: list[object], kind: str) -> object:
    return next((part for part in parts if (words(part, "type") or "").upper() == kind), None)


def _next(page: object, before: str) -> str | None:
    """Give where the next page begins; None after the last one."""
    after = words(page, "paging", "cursors", "after")
    if at(page, "paging", "next") is None or after is None or after == before:
        return None
    return after if after.replace("_", "").replace("-", "").replace("=", "").isalnum() else None
