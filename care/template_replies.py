"""Sending a template to a customer: like any reply, but in the provider's approved words with values in them."""

from pydantic import AwareDatetime, BaseModel, Field

from auth.actor import Actor
from care.cases.scheduling import schedule
from care.documents.conversations import TemplateUse
from care.replies import Beside, Reply, Saying, entry_for, say
from care.template_places import Values
from core.idempotency import Once


class TemplateReplyDraft(BaseModel):
    """Which template to send in which of the case's conversations, with its values in their order."""

    case_id: str
    conversation_id: str
    template_id: str
    values: Values = Field(default_factory=list)
    send_at: AwareDatetime | None = None
    undoable: bool = False


async def send_template(actor: Actor, draft: TemplateReplyDraft, *, once: Once, beside: Beside | None = None) -> Reply:
    """Answer the customer by a template, also where no free words are taken any more; it is a reply like any other.

    Variables in values are filled as in replies. Raises NotFound, Forbidden without `case:reply`, CaseClosed,
    InvalidInput for a conversation of another case, a template that is not the channel's or not approved, another number
    of values than it takes, and a time that is past or over a year away, IdempotencyMismatch.
    """
    entry = entry_for(actor, draft.conversation_id, "", once)
    entry.template = TemplateUse(template_id=draft.template_id, values=draft.values)
    schedule(entry, draft.send_at, undoable=draft.undoable)
    return await say(actor, draft.case_id, Saying(entry, once, beside=beside))
