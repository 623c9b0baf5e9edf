"""Situations of the company's own fields of cases."""

from care.cases.custom_fields import CustomFieldDraft, archive_custom_field, create_custom_field
from care.documents.custom_fields import MOST_FIELDS, CustomField
from core.idempotency import Once
from tests.journeys.story import MARK, Input, Situation, Story

LABELS = [{"locale": "tr", "text": f"{MARK} Sipariş"}]


async def _field(story: Story) -> CustomField:
    """Give a field in use; room is made for it first."""
    manager = await story.actor("manager")
    used = await CustomField.find({"archived": False}).sort("key", "_id").to_list()
    for field in used[: max(0, len(used) - MOST_FIELDS + 2)]:
        await archive_custom_field(manager, field.id, expected_version=field.version)
    draft = CustomFieldDraft.model_validate({"key": f"order_{next(story.numbers)}", "kind": "TEXT", "labels": LABELS})
    return await create_custom_field(manager, draft, once=Once())


async def _create(story: Story, who: str) -> Input:
    await _field(story)
    return {"key": f"order_{next(story.numbers)}", "kind": "TEXT", "labels": LABELS}


async def _update(story: Story, who: str) -> Input:
    return {"fieldId": (await _field(story)).id, "labels": LABELS, "expectedVersion": 1}


async def _archive(story: Story, who: str) -> Input:
    return {"fieldId": (await _field(story)).id, "expectedVersion": 1}


async def _fill_in(story: Story, who: str) -> Input:
    case, field = await story.case(), await _field(story)
    return {"caseId": case.id, "values": [{"key": field.key, "value": f"{MARK} 7"}], "expectedVersion": case.version}


SITUATIONS: dict[str, Situation] = {
    "createCustomField": _create,
    "updateCustomField": _update,
    "archiveCustomField": _archive,
    "setCaseFields": _fill_in,
}
