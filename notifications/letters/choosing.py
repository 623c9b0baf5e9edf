"""What customers want by e-mail, and addresses of theirs that take none."""

from collections.abc import Iterable

from pydantic import BaseModel

from auth.actor import Actor, ActorKind
from core.clock import now
from core.defaults import change_or_insert, stored_or
from core.errors import Forbidden
from core.ids import with_prefix
from notifications.events import LetterPreferencesChanged
from notifications.letters.documents import LetterPreferences, LetterTopic


class ChoiceDraft(BaseModel):
    """What to change; what is not given stays."""

    requests: bool | None = None
    community: bool | None = None


async def letter_preferences_of(customer_id: str) -> LetterPreferences:
    """Give what a customer wants: as they said, or as the product does by itself."""
    return await stored_or(_unsaid(customer_id))


async def read_letter_preferences(actor: Actor) -> LetterPreferences | None:
    """Give what the customer who asks wants; None for anybody else."""
    customer_id = _own(actor)
    return await letter_preferences_of(customer_id) if customer_id is not None else None


async def update_letter_preferences(
    actor: Actor, draft: ChoiceDraft, *, resume_email: bool = False, expected_version: int
) -> LetterPreferences:
    """Change what the customer wants by e-mail; version 0 stands for what was never changed.

    Raises Forbidden for who is not signed in as a customer, Conflict.
    """
    customer_id = _own(actor)
    if customer_id is None:
        raise Forbidden("Sign in to do this.")

    def rule(current: LetterPreferences) -> None:
        current.requests = current.requests if draft.requests is None else draft.requests
        current.community = current.community if draft.community is None else draft.community
        if resume_email:
            current.undeliverable_since = current.undeliverable_address = current.undeliverable_reason = None
        current.record(LetterPreferencesChanged(customer_id=customer_id), actor=actor.id)

    return await change_or_insert(await letter_preferences_of(customer_id), rule, expected_version=expected_version)


async def switch_letters_off(customer_id: str, topics: Iterable[LetterTopic]) -> None:
    """Send a customer no e-mail of some topics any more, by an unsubscribing link; runs again without harm."""
    names = [topic.value.lower() for topic in topics]

    def rule(current: LetterPreferences) -> None:
        if any(getattr(current, name) for name in names):
            for name in names:
                setattr(current, name, False)
            current.record(LetterPreferencesChanged(customer_id=customer_id), actor=customer_id)

    await change_or_insert(await letter_preferences_of(customer_id), rule)


async def note_letters_undeliverable(customer_id: str, address: str, reason: str) -> None:
    """Note that e-mails to an address of a customer come back: none is sent there any more; runs again without harm."""

    def rule(current: LetterPreferences) -> None:
        if current.undeliverable_address != address:
            current.undeliverable_since, current.undeliverable_address = now(), address
            current.undeliverable_reason = reason[:300]
            current.record(LetterPreferencesChanged(customer_id=customer_id))

    await change_or_insert(await letter_preferences_of(customer_id), rule)


def _own(actor: Actor) -> str | None:
    return actor.customer_id if actor.kind is ActorKind.CUSTOMER else None


def _unsaid(customer_id: str) -> LetterPreferences:
    return LetterPreferences(id=with_prefix("clp", customer_id), customer_id=customer_id, created_at=now())
