"""Situations of customers who may be the same."""

from care.documents.twins import MergeSuggestion
from care.twins.finding import find_twins, suggestion_id
from tests.factories.care import make_customer
from tests.journeys.story import MARK, Input, Situation, Story


async def _found(story: Story) -> MergeSuggestion:
    handle = f"@ikiz{next(story.numbers)}"
    pair = [await make_customer(story.channel, external_id=f"u-{next(story.numbers)}", handle=handle, name="K") for _ in range(2)]
    for customer in pair:
        await find_twins(customer.id)
    found = await MergeSuggestion.get(suggestion_id(pair[0].id, pair[1].id))
    assert found is not None
    return found


async def _accept(story: Story, who: str) -> Input:
    found = await _found(story)
    return {"suggestionId": found.id, "survivorId": found.customer_ids[0], "expectedVersion": found.version}


async def _dismiss(story: Story, who: str) -> Input:
    found = await _found(story)
    return {"suggestionId": found.id, "reason": f"{MARK} Kardeşler", "expectedVersion": found.version}


SITUATIONS: dict[str, Situation] = {"acceptMergeSuggestion": _accept, "dismissMergeSuggestion": _dismiss}
