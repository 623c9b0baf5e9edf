"""What the system says by itself: in its own words while they are taken, afterwards by a template that is set for it, or not."""

from collections.abc import Sequence
from datetime import datetime

from auth.actor import SYSTEM
from care.documents.cases import Case
from care.documents.conversations import Conversation, TemplateUse
from care.documents.customers import Customer
from care.documents.templates import AutomaticPurpose, AutomaticUse, MessageTemplate, TemplateState
from care.documents.under_way import Outgoing
from care.personalisation import personalised
from care.template_places import filled, require_values
from care.templates.windows import takes_free_words
from core.errors import InvalidInput
from core.text.language import detect_language

_MOST = 100
"""So many approved templates of a channel are looked at."""


async def able_to_leave(case: Case, entry: Outgoing, at: datetime) -> Outgoing | None:
    """Give an automatic reply as it can leave at a time: as it is, or as a template set for its purpose; None: it can't."""
    conversation, purpose = await Conversation.get(entry.conversation_id), entry.automatic_purpose
    if conversation is None or purpose is None or entry.template is not None:
        return entry
    if await takes_free_words(conversation, at):
        return entry
    locale = await _locale(case, entry)
    for template, use in await _set_for(purpose, conversation.channel_id, locale):
        if worded := await _worded(case, entry, template, use):
            return worded
    return None


async def _set_for(purpose: AutomaticPurpose, channel_id: str, locale: str) -> list[tuple[MessageTemplate, AutomaticUse]]:
    """Give the approved templates that are set for a purpose: those in the language, then in English, then any, by name."""
    wanted = {"channel_id": channel_id, "state": TemplateState.APPROVED.value}
    found = await MessageTemplate.find(wanted).sort("name", "_id").limit(_MOST).to_list()
    usable = [(one, use) for one in found if one.objection is None for use in one.automatic if use.purpose is purpose]
    order = {locale: 0, "en": 1}
    return sorted(usable, key=lambda pair: order.get(pair[0].language[:2], 2))


async def _worded(case: Case, entry: Outgoing, template: MessageTemplate, use: AutomaticUse) -> Outgoing | None:
    """Give the entry in a template's words; None where a variable has no value, or the places are others by now."""
    try:
        require_values(template.body, use.values)
        values = [await personalised(SYSTEM, case, one, author_id=None) for one in use.values]
        body = said(template, values)
    except InvalidInput:
        return None
    used = TemplateUse(template_id=template.id, name=template.name, language=template.language, values=values)
    return entry.model_copy(update={"template": used, "body": body})


def said(template: MessageTemplate, values: Sequence[str]) -> str:
    """Give what the customer reads. Raises InvalidInput when it is too long with the values."""
    return "\n\n".join(filter(None, (template.header, filled(template.body, values), template.footer)))


async def _locale(case: Case, entry: Outgoing) -> str:
    customer = await Customer.get(case.customer_id) if case.customer_id else None
    known = customer.locale if customer is not None else None
    return (known or detect_language(entry.body) or detect_language(case.request_subject or case.subject) or "en")[:2]
