"""Ideas that customers' messages speak of."""

from typing import Annotated

from pydantic import Field

from auth.actor import Actor
from care.documents.channels import Environment
from care.reading.conversations import messages_by_ids
from community.ideas.documents import Idea
from community.ideas.ideas import IdeaDraft, link_message, submit_idea
from core.errors import NotFound
from core.idempotency import Once


class MessageIdeaDraft(IdeaDraft):
    """An idea, in a member's words, and the message that it comes from."""

    message_id: Annotated[str, Field(max_length=100)]


async def create_idea_from_message(actor: Actor, draft: MessageIdeaDraft, *, once: Once) -> Idea:
    """Keep an idea that a customer's message speaks of, linked to the message; the customer is not named.

    Raises NotFound for a message that the actor may not read, Forbidden without `idea:submit`, IdempotencyMismatch.
    """
    await _require_message(actor, draft.message_id)
    return await submit_idea(actor, draft, message_ids=(draft.message_id,), once=once)


async def link_idea_to_message(actor: Actor, idea_id: str, message_id: str) -> Idea:
    """Say that a message speaks of an idea that is there already.

    Raises NotFound for an idea or a message that the actor may not read, Forbidden without `idea:submit`, LimitReached.
    """
    await _require_message(actor, message_id)
    return await link_message(actor, idea_id, message_id)


async def _require_message(actor: Actor, message_id: str) -> None:
    message = (await messages_by_ids(actor, [message_id])).get(message_id)
    if message is None or message.environment is Environment.PRACTICE:
        raise NotFound("There is no such message.", path=("message_id",))
