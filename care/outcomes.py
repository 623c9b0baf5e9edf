"""What the company did upon customers' words, with the messages that say them: messages are care's."""

from collections.abc import Sequence

from auth.actor import Actor
from care.reading.conversations import messages_by_ids
from community.outcomes import outcomes
from community.outcomes.documents import Outcome
from community.outcomes.outcomes import OutcomeChanges, OutcomeDraft
from core.errors import InvalidInput
from core.idempotency import Once


async def create_outcome(actor: Actor, draft: OutcomeDraft, *, once: Once) -> Outcome:
    """Write an outcome. Raises as `community.outcomes`, InvalidInput for a message that the actor may not read."""
    await _require_readable(actor, draft.message_ids)
    return await outcomes.create_outcome(actor, draft, once=once)


async def update_outcome(actor: Actor, outcome_id: str, changes: OutcomeChanges, *, expected_version: int) -> Outcome:
    """Change an outcome. Raises as `community.outcomes`, InvalidInput for a message that the actor may not read."""
    await _require_readable(actor, changes.message_ids or [])
    return await outcomes.update_outcome(actor, outcome_id, changes, expected_version=expected_version)


async def _require_readable(actor: Actor, message_ids: Sequence[str]) -> None:
    known = await messages_by_ids(actor, message_ids)
    if unknown := [one for one in message_ids if one not in known]:
        raise InvalidInput(f"There is no message with the id {unknown[0][:100]}.", path=("message_ids",))
