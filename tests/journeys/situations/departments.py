"""Situations of departments: a case that is handed over, and a channel of theirs."""

from community.departments import DepartmentDraft, add_department
from core.records import fresh
from tests.journeys.story import MARK, Input, Situation, Story


async def _department(story: Story) -> str:
    draft = DepartmentDraft(name=f"{MARK} Satış {next(story.numbers)}")
    return (await add_department(await story.actor("admin"), draft)).id


async def _hand_over(story: Story, who: str) -> Input:
    case = await story.case()
    return {
        "caseId": case.id,
        "departmentId": await _department(story),
        "note": f"{MARK} Teklif istiyor.",
        "expectedVersion": case.version,
    }


async def _set_channel(story: Story, who: str) -> Input:
    return {
        "channelId": story.channel.id,
        "departmentId": await _department(story),
        "expectedVersion": (await fresh(story.channel)).version,
    }


SITUATIONS: dict[str, Situation] = {"handOverCase": _hand_over, "setChannelDepartment": _set_channel}
