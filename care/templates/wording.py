"""What a reply says in the end: its own words with the variables filled, or a template's with values in them."""

from dataclasses import dataclass

from auth.actor import Actor
from care.documents.cases import Case
from care.documents.channels import ChannelKind
from care.documents.conversations import Conversation, TemplateUse
from care.documents.templates import MessageTemplate, TemplateState
from care.documents.under_way import Outgoing
from care.personalisation import personalised
from care.template_places import require_values
from care.templates.automatic import said
from care.templates.keeping import templates_by_ids
from care.templates.windows import BY_RETURNING, require_open_window
from core.clock import now
from core.errors import InvalidInput
from core.outcomes import Outcome, outcome

_PATH = ("template_id",)


@dataclass(frozen=True, slots=True)
class Wording:
    """What a reply is worded by, as it was read: its own words with the variables filled, or the template that it names."""

    words: Outcome[str]
    template: MessageTemplate | None = None


async def read_wording(actor: Actor, case: Case, entry: Outgoing) -> Wording:
    """Read what a reply is worded by; what stands in the way is raised in its turn, by `word`."""
    if entry.template is None:
        words = personalised(actor, case, entry.body, author_id=entry.author_id, sources=entry.sources)
        return Wording(await outcome(words))
    template_id = entry.template.template_id
    return Wording(Outcome(entry.body), (await templates_by_ids(actor, [template_id])).get(template_id))


async def word(actor: Actor, case: Case, entry: Outgoing, conversation: Conversation, wording: Wording) -> None:
    """Let a reply say what the customer will read. Can run twice.

    Raises InvalidInput for variables that have no value, for free words outside of the channel's window, for a template
    that is not the channel's or not approved, and for another number of values than it takes.
    """
    if entry.template is None:
        entry.body = wording.words.take()
        await require_open_window(actor, conversation, leaves_at=entry.leaves_at)
        return
    template, told = _sendable(wording.template, conversation), entry.template.values
    require_values(template.body, told)
    values = [await _value(actor, case, one, entry.author_id) for one in told]
    entry.template = TemplateUse(template_id=template.id, name=template.name, language=template.language, values=values)
    entry.body = said(template, values)


def require_own_words(entry: Outgoing, final: str) -> None:
    """Raise InvalidInput for other words in place of a template's: the provider takes its own alone."""
    if entry.template is not None and final != entry.body:
        raise InvalidInput("A template leaves as it was approved; let it go as it is, or give it back.", path=("body",))


async def require_still_taken(actor: Actor, case: Case, entry: Outgoing, *, field: str) -> None:
    """Raise InvalidInput when free words that waited for a mentor would not be taken any more at the time that they leave."""
    if case.channel_kind is not ChannelKind.WHATSAPP and len(case.conversation_ids) == 1:
        return
    conversation = await Conversation.get(entry.conversation_id) if entry.template is None else None
    if conversation is not None:
        at = now()
        await require_open_window(actor, conversation, leaves_at=max(entry.leaves_at or at, at), way_out=(field, BY_RETURNING))


async def _value(actor: Actor, case: Case, told: str, author_id: str | None) -> str:
    try:
        return await personalised(actor, case, told, author_id=author_id)
    except InvalidInput as refusal:
        raise InvalidInput(refusal.message, path=("values",)) from refusal


def _sendable(template: MessageTemplate | None, conversation: Conversation) -> MessageTemplate:
    if template is None or template.channel_id != conversation.channel_id:
        raise InvalidInput("This conversation's channel has no such template.", path=_PATH)
    if template.state is not TemplateState.APPROVED:
        raise InvalidInput(f"This template is {template.state.value}; choose an approved one.", path=_PATH)
    if template.objection is not None:
        raise InvalidInput(template.objection, path=_PATH)
    return template
