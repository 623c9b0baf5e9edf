"""Situations of the rules that cases are worked by."""

from care.cases.rules import ChecklistDraft, read_rules, set_checklist
from tests.journeys.story import MARK, Input, Situation, Story

POINT = f"{MARK} Sipariş kaydına bakıldı"


async def _set_checklist(story: Story, who: str) -> Input:
    rules, items = await read_rules(), [{"text": POINT, "required": False}]
    return {"step": "CONTACT", "items": items, "expectedVersion": rules.version}


async def _set_alarm(story: Story, who: str) -> Input:
    return {"step": "SOLVE", "afterMinutes": 2_880, "expectedVersion": (await read_rules()).version}


async def _tick(story: Story, who: str) -> Input:
    rules = await read_rules()
    if not any(step.items for step in rules.steps):
        draft = ChecklistDraft.model_validate({"step": "CONTACT", "items": [{"text": POINT, "required": False}]})
        await set_checklist(await story.actor("manager"), draft, expected_version=rules.version)
    case = await story.case()
    assert case.cycle.terms is not None
    item = next(item for step in case.cycle.terms.steps for item in step.items)
    return {"caseId": case.id, "itemId": item.id, "done": True, "expectedVersion": case.version}


async def _set_no_answer(story: Story, who: str) -> Input:
    texts = [{"locale": "tr", "text": "Sorununuz çözüldü mü?"}, {"locale": "en", "text": "Is it solved?"}]
    policy = {"after": "SOLVE", "remindAfterMinutes": [1_440, 2_880], "closeAfterMinutes": 4_320, "texts": texts}
    return {"policy": policy, "expectedVersion": (await read_rules()).version}


async def _set_window(story: Story, who: str) -> Input:
    return {"minutes": 20_160, "expectedVersion": (await read_rules()).version}


SITUATIONS: dict[str, Situation] = {
    "setChecklist": _set_checklist,
    "setStuckAlarm": _set_alarm,
    "setNoAnswerPolicy": _set_no_answer,
    "setReopenWindow": _set_window,
    "tickChecklistItem": _tick,
}
