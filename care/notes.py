"""Internal notes: what the company's people tell each other beside a case."""

from typing import Annotated

from pydantic import BaseModel

from auth.actor import Actor
from care.cases.last_message import show_as_last
from care.documents.cases import Case
from care.documents.conversations import Direction, Message, Visibility
from care.events import NoteAdded
from care.policies import may_add_note
from care.reading.cases import require_case
from community.creation import insert_once
from community.drafts import Body
from community.handles import few_mentions
from core.clock import now
from core.idempotency import Once
from core.text.language import detect_language


class NoteDraft(BaseModel):
    """What to note beside which case."""

    case_id: str
    body: Annotated[Body, few_mentions]


async def add_internal_note(actor: Actor, draft: NoteDraft, *, once: Once) -> Message:
    """Write a note that no customer sees; it meets no clock.

    Raises NotFound, Forbidden without `case:note`, IdempotencyMismatch.
    """
    case = await require_case(actor, draft.case_id)
    may_add_note(actor, case).enforce()
    note = await _inserted(_note(actor, case, draft, once), once)
    await show_as_last(case, note)
    return note


def _note(actor: Actor, case: Case, draft: NoteDraft, once: Once) -> Message:
    note = Message(
        id=once.identifier("msg"),
        created_at=now(),
        case_id=case.id,
        conversation_id=case.conversation_ids[-1],
        customer_id=case.customer_id or "",
        channel_id=case.channel_id,
        environment=case.environment,
        direction=Direction.OUTBOUND,
        visibility=Visibility.INTERNAL,
        body=draft.body,
        language=detect_language(draft.body),
        author_id=actor.member,
        fingerprint=once.fingerprint,
    )
    note.record(NoteAdded(case_id=case.id, message_id=note.id), actor=actor.id)
    return note


async def _inserted(note: Message, once: Once) -> Message:
    """Insert the note; give the one that an earlier, equal request made."""
    return await insert_once(note, once)
