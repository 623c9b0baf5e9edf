"""Deciding on suggestions: two customers are the same, and merged, or they are not, and never suggested again."""

import contextlib
from typing import Annotated

from pydantic import BaseModel

from auth.actor import Actor
from care.documents.customers import Customer
from care.documents.twins import MergeSuggestion, SuggestionState
from care.merging import merge_customers
from care.policies import may_merge
from care.reading.twins import require_suggestion
from care.twins.events import MergeSuggestionChanged
from care.twins.finding import settle_suggestions
from community.drafts import text
from core.clock import now
from core.errors import AlreadyDone, Conflict, InvalidInput, NotFound
from core.idempotency import Once
from core.records import change, fresh


class Acceptance(BaseModel):
    """Which suggestion is right, and who of the two is kept."""

    suggestion_id: str
    survivor_id: str


class Dismissal(BaseModel):
    """Which suggestion is wrong, and why."""

    suggestion_id: str
    reason: Annotated[str, text(1, 500, lines="one")] | None = None


async def accept_suggestion(actor: Actor, draft: Acceptance, *, expected_version: int) -> tuple[MergeSuggestion, Customer]:
    """Merge two customers who are the same, as `merge_customers` does; give the suggestion and the duplicate.

    Raises Forbidden without `customer:merge`, NotFound, InvalidInput for a survivor who is none of the two, AlreadyDone
    for a suggestion that is decided and for somebody who was merged meanwhile, Conflict.
    """
    suggestion = await _open_suggestion(actor, draft.suggestion_id, expected_version)
    if draft.survivor_id not in suggestion.customer_ids:
        raise InvalidInput("Choose one of the two customers of the suggestion.", path=("survivor_id",))
    (duplicate_id,) = set(suggestion.customer_ids) - {draft.survivor_id}
    duplicate = await Customer.get(duplicate_id)
    if duplicate is None:
        raise NotFound("There is no such customer.", path=("suggestion_id",))
    merged = await merge_customers(actor, draft.survivor_id, duplicate.id, expected_version=duplicate.version, once=Once())

    def rule(current: MergeSuggestion) -> None:
        current.state, current.decided_by, current.decided_at = SuggestionState.MERGED, actor.id, now()
        current.record(MergeSuggestionChanged(suggestion_id=current.id), actor=actor.id)

    with contextlib.suppress(Conflict):  # dismissed meanwhile: that they are merged counts
        await change(suggestion, rule, expected_version=expected_version)
    await settle_suggestions(suggestion.customer_ids)
    return await fresh(suggestion), merged.duplicate


async def dismiss_suggestion(actor: Actor, draft: Dismissal, *, expected_version: int) -> MergeSuggestion:
    """Say that two customers are not the same; they are not suggested again.

    Raises Forbidden without `customer:merge`, NotFound, AlreadyDone for a suggestion that is decided, Conflict.
    """
    suggestion = await _open_suggestion(actor, draft.suggestion_id, expected_version)

    def rule(current: MergeSuggestion) -> None:
        _require_open(current)
        current.state, current.reason = SuggestionState.DISMISSED, draft.reason
        current.decided_by, current.decided_at = actor.id, now()
        current.record(MergeSuggestionChanged(suggestion_id=current.id), actor=actor.id)

    return await change(suggestion, rule, expected_version=expected_version)


async def _open_suggestion(actor: Actor, identifier: str, expected_version: int) -> MergeSuggestion:
    may_merge(actor).enforce()
    suggestion = await require_suggestion(actor, identifier)
    if suggestion.version != expected_version:
        raise Conflict(current=suggestion)
    _require_open(suggestion)
    return suggestion


def _require_open(suggestion: MergeSuggestion) -> None:
    if suggestion.state is not SuggestionState.OPEN:
        raise AlreadyDone(f"This suggestion is {suggestion.state.value} already.", path=("suggestion_id",))
