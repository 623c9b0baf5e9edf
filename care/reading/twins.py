"""The only way to read suggestions of merging for a person: for who may merge."""

from collections.abc import Sequence

from auth.actor import Actor, Permission
from care.documents.twins import MergeSuggestion, SuggestionState
from care.policies import may_merge
from community.drafts import may_be_id
from core.errors import NotFound
from core.paging import Order, Slice, Window, count, read_slice
from core.records import by_ids

MOST_SHOWN = 20
"""The suggestions shown with a customer."""

_LATEST_FIRST = Order((("found_at", -1),))


def reads_suggestions(actor: Actor) -> bool:
    """Tell whether somebody may know of suggestions."""
    return actor.may(Permission.CUSTOMER_READ) and bool(may_merge(actor))


async def suggestions_by_ids(actor: Actor, suggestion_ids: Sequence[str]) -> dict[str, MergeSuggestion]:
    """Give those of the suggestions to who may merge."""
    wanted = [one for one in dict.fromkeys(suggestion_ids) if may_be_id(one, "mgs")]
    return await by_ids(MergeSuggestion, wanted) if wanted and reads_suggestions(actor) else {}


async def require_suggestion(actor: Actor, suggestion_id: str) -> MergeSuggestion:
    """Give a suggestion; NotFound when there is none for this actor."""
    found = (await suggestions_by_ids(actor, [suggestion_id])).get(suggestion_id)
    if found is None:
        raise NotFound("There is no such suggestion.", path=("suggestion_id",))
    return found


async def list_suggestions(actor: Actor, window: Window, *, state: SuggestionState) -> Slice[MergeSuggestion]:
    """List the suggestions of a state, found last first. Forbidden for who may not merge."""
    may_merge(actor).enforce()
    return await read_slice(MergeSuggestion, {"state": state.value}, _LATEST_FIRST, window)


async def count_suggestions(actor: Actor, *, state: SuggestionState) -> int:
    """Count what `list_suggestions` lists."""
    may_merge(actor).enforce()
    return await count(MergeSuggestion, {"state": state.value})


async def suggestions_of_customers(actor: Actor, customer_ids: Sequence[str]) -> dict[str, list[MergeSuggestion]]:
    """Give the open suggestions of each customer; none for who may not merge."""
    if not reads_suggestions(actor):
        return {}
    query = {"customer_ids": {"$in": list(customer_ids)}, "state": SuggestionState.OPEN.value}
    found: dict[str, list[MergeSuggestion]] = {one: [] for one in customer_ids}
    for suggestion in sorted(await MergeSuggestion.find(query).to_list(), key=lambda one: (one.found_at, one.id), reverse=True):
        for one in suggestion.customer_ids:
            if len(found.get(one, [])) < MOST_SHOWN:
                found.setdefault(one, []).append(suggestion)
    return found
