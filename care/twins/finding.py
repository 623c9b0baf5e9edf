"""Finding customers who may be the same; nobody is merged by it. Every step can run twice."""

from collections.abc import Iterable
from typing import Final

from pymongo.errors import DuplicateKeyError

from care.documents.customers import Customer
from care.documents.twins import Likeness, LikenessKeys, MergeSuggestion, SuggestionState
from care.reading.customers import same_customers, united
from care.twins.called import found_by
from care.twins.events import MergeSuggestionChanged
from care.twins.likeness import keys_of, may_be_same, reasons_of
from core.clock import now
from core.defaults import change_or_insert, stored_or
from core.ids import derived_id
from core.records import by_ids, change, save

MOST_ALIKE: Final = 20
"""What more customers than that have in common tells nobody from another."""


async def find_twins(customer_id: str) -> None:
    """Compare a customer with all others, and suggest those who may be the same, each pair once."""
    customer = await Customer.get(customer_id)
    if customer is None:
        return
    is_gone = customer.merged_into is not None or customer.deleted_at is not None or bool(customer.is_practice)
    whole = (await united({customer.id: customer}))[customer.id]
    keys = [] if is_gone else keys_of(whole)
    held = await _keep_keys(customer.id, keys, [] if is_gone else found_by(whole))
    alike = await _alike(held)
    others = await by_ids(Customer, alike)
    same = set((await same_customers([customer.id])).get(customer.id, ()))
    found: set[str] = set()
    for other in others.values():
        reasons = reasons_of(held.keys, alike[other.id])
        if other.id not in same and other.merged_into is None and may_be_same(reasons, whole, other):
            found.add(await _suggest(customer, other, reasons))
    await _forget(customer.id, found)


async def settle_suggestions(customer_ids: Iterable[str], *, undone_by: str | None = None) -> None:
    """Let suggestions follow who was merged with whom; whom somebody parted again is not suggested any more."""
    query = {"customer_ids": {"$in": list(customer_ids)}}
    for suggestion in await MergeSuggestion.find(query).to_list():
        first, second = suggestion.customer_ids
        is_same = second in (await same_customers([first])).get(first, ())
        await change(suggestion, lambda current, is_same=is_same: _follow(current, undone_by, is_same=is_same))  # type: ignore[misc]


def suggestion_id(first: str, second: str) -> str:
    """Give the id that the suggestion of a pair always has."""
    return derived_id("mgs", *sorted((first, second)))


async def _keep_keys(customer_id: str, keys: list[str], called: list[str]) -> LikenessKeys:
    identifier = derived_id("lky", customer_id)
    first = LikenessKeys(id=identifier, created_at=now(), customer_id=customer_id, keys=keys, found_by=called)

    def rule(current: LikenessKeys) -> None:
        current.keys, current.found_by = keys, called

    return await change_or_insert(await stored_or(first), rule)


async def _alike(held: LikenessKeys) -> dict[str, list[str]]:
    """Give who shares a telling key, with all their keys."""
    found: dict[str, list[str]] = {}
    for key in held.keys:
        sharing = await LikenessKeys.find({"keys": key}).sort("_id").limit(MOST_ALIKE + 1).to_list()
        if len(sharing) <= MOST_ALIKE:
            found |= {one.customer_id: one.keys for one in sharing if one.customer_id != held.customer_id}
    return found


async def _suggest(customer: Customer, other: Customer, reasons: list[Likeness]) -> str:
    identifier = suggestion_id(customer.id, other.id)
    before = await MergeSuggestion.get(identifier)
    if before is not None:
        await change(before, lambda current: _say_again(current, reasons))
        return identifier
    at = now()
    fresh = MergeSuggestion(
        id=identifier, created_at=at, customer_ids=sorted((customer.id, other.id)), reasons=reasons, found_at=at
    )
    fresh.record(MergeSuggestionChanged(suggestion_id=identifier))
    try:
        await save(fresh)
    except DuplicateKeyError:
        return await _suggest(customer, other, reasons)
    return identifier


async def _forget(customer_id: str, found: set[str]) -> None:
    """Let suggestions go whose pair has nothing in common any more."""
    query = {"customer_ids": customer_id, "state": SuggestionState.OPEN.value}
    for suggestion in await MergeSuggestion.find(query).to_list():
        if suggestion.id not in found:
            await change(suggestion, _let_go)


def _say_again(suggestion: MergeSuggestion, reasons: list[Likeness]) -> None:
    if suggestion.state is SuggestionState.OBSOLETE:
        suggestion.state, suggestion.found_at = SuggestionState.OPEN, now()
        suggestion.record(MergeSuggestionChanged(suggestion_id=suggestion.id))
    if suggestion.state is SuggestionState.OPEN:
        suggestion.reasons = reasons


def _let_go(suggestion: MergeSuggestion) -> None:
    if suggestion.state is SuggestionState.OPEN:
        suggestion.state = SuggestionState.OBSOLETE
        suggestion.record(MergeSuggestionChanged(suggestion_id=suggestion.id))


def _follow(suggestion: MergeSuggestion, undone_by: str | None, *, is_same: bool) -> None:
    at = now()
    if is_same and suggestion.state is not SuggestionState.MERGED:
        suggestion.state, suggestion.decided_at = SuggestionState.MERGED, at
    elif not is_same and suggestion.state is SuggestionState.MERGED and undone_by is not None:
        suggestion.state, suggestion.decided_at, suggestion.decided_by = SuggestionState.DISMISSED, at, undone_by
    else:
        return
    suggestion.record(MergeSuggestionChanged(suggestion_id=suggestion.id))
