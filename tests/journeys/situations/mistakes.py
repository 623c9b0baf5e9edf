"""Situations of the mistakes that the company learns from."""

from care.cases.mistake_kinds import MistakeKindDraft, create_mistake_kind
from care.cases.mistakes import MistakeDraft, record_mistake
from care.documents.mistakes import MistakeKind
from core.idempotency import Once
from tests.journeys.story import MARK, Input, Situation, Story


async def _kind(story: Story) -> MistakeKind:
    """Give a kind of mistake in use."""
    draft = MistakeKindDraft(name=f"{MARK} Yanlış adres {next(story.numbers)}", remedy=f"{MARK} Listeden seçilir.")
    return await create_mistake_kind(await story.actor("manager"), draft, once=Once())


async def _create(story: Story, who: str) -> Input:
    return {"name": f"{MARK} Geç yanıt", "description": f"{MARK} Saatler sonra.", "remedy": f"{MARK} Nöbet."}


async def _change_kind(story: Story, who: str) -> Input:
    return {"kindId": (await _kind(story)).id, "name": f"{MARK} Başka", "expectedVersion": 1}


async def _archive(story: Story, who: str) -> Input:
    return {"kindId": (await _kind(story)).id, "expectedVersion": 1}


async def _record(story: Story, who: str) -> Input:
    case, kind = await story.case(), await _kind(story)
    return {"caseId": case.id, "kindId": kind.id, "rootCause": f"{MARK} Elle yazılmış.", "expectedVersion": case.version}


async def _recorded(story: Story, who: str) -> Input:
    case, kind = await story.case(), await _kind(story)
    draft = MistakeDraft(case_id=case.id, kind_id=kind.id, root_cause=f"{MARK} Elle yazılmış.")
    actor = await story.actor("colleague")
    changed, mistake = await record_mistake(actor, draft, expected_version=case.version, once=Once())
    return {"caseId": case.id, "mistakeId": mistake.id, "expectedVersion": changed.version}


async def _change(story: Story, who: str) -> Input:
    return {**await _recorded(story, who), "lesson": f"{MARK} Listeden seçiliyor."}


SITUATIONS: dict[str, Situation] = {
    "createMistakeKind": _create,
    "updateMistakeKind": _change_kind,
    "archiveMistakeKind": _archive,
    "recordMistake": _record,
    "changeMistake": _change,
    "withdrawMistake": _recorded,
}
