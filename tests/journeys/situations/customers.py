"""Situations of customers."""

from care.merging import merge_customers
from core.idempotency import Once
from tests.factories.care import make_customer
from tests.journeys.story import MARK, Input, Situation, Story


async def _reach_out(story: Story, who: str) -> Input:
    customer = await story.stranger()
    return {
        "customerId": customer.id,
        "channelId": story.channel.id,
        "subject": f"{MARK} Geciken teslimat",
        "body": f"{MARK} Paketiniz yarın gelecek.",
        "reason": f"{MARK} Depo taşındı.",
    }


async def _merge(story: Story, who: str) -> Input:
    survivor, duplicate = [
        await make_customer(story.channel, external_id=f"u-{next(story.numbers)}", handle=f"@ikiz{next(story.numbers)}")
        for _ in range(2)
    ]
    return {"survivorId": survivor.id, "duplicateId": duplicate.id, "expectedVersion": duplicate.version}


async def _set_lifecycle(story: Story, who: str) -> Input:
    customer = await story.stranger()
    return {"customerId": customer.id, "lifecycle": "ADVOCATE", "reason": "Bizi övüyor.", "expectedVersion": customer.version}


async def _undo_merge(story: Story, who: str) -> Input:
    given = await _merge(story, who)
    merged = await merge_customers(
        await story.actor("colleague"), given["survivorId"], given["duplicateId"], expected_version=1, once=Once()
    )
    assert merged.duplicate.merge is not None
    return {"mergeId": merged.duplicate.merge.id}


async def _attempt(story: Story, who: str) -> Input:
    customer = await story.stranger()
    return {"customerId": customer.id, "kind": "PHONE", "note": f"{MARK} Açmadı.", "expectedVersion": customer.version}


async def _set_needs(story: Story, who: str) -> Input:
    customer = await story.stranger()
    return {"customerId": customer.id, "needs": f"{MARK} Akşam teslimatı.", "expectedVersion": customer.version}


SITUATIONS: dict[str, Situation] = {
    "reachOut": _reach_out,
    "mergeCustomers": _merge,
    "undoCustomerMerge": _undo_merge,
    "setLifecycle": _set_lifecycle,
    "setCustomerNeeds": _set_needs,
    "recordContactAttempt": _attempt,
}
