"""Situations of the answer bank and its phrases."""

from care.answer_bank import EntryDraft, create_entry
from care.documents.phrases import PhraseBookKind
from care.misses import MissDraft, report_miss
from care.phrase_books import read_phrases
from care.tone_guide import read_tone_guide
from core.idempotency import Once
from tests.journeys.story import MARK, Input, Situation, Story


async def _entry(story: Story, who: str) -> Input:
    return {"title": f"{MARK} Geciken sipariş", "body": f"{MARK} Özür dileriz.", "questionVariants": ["Paketim nerede?"]}


async def _edit_entry(story: Story, who: str) -> Input:
    draft = EntryDraft(title=f"{MARK} Geciken sipariş", body=f"{MARK} Özür dileriz.")
    entry = await create_entry(await story.actor("mentor"), draft, once=Once())
    return {"entryId": entry.id, "title": f"{MARK} Geç gelen sipariş", "expectedVersion": entry.version}


async def _archive_entry(story: Story, who: str) -> Input:
    draft = EntryDraft(title=f"{MARK} Geciken sipariş", body=f"{MARK} Özür dileriz.")
    entry = await create_entry(await story.actor("mentor"), draft, once=Once())
    return {"entryId": entry.id, "expectedVersion": entry.version}


async def _save_answer(story: Story, who: str) -> Input:
    return {"answerId": (await story.accepted())[1].id}


async def _report_miss(story: Story, who: str) -> Input:
    return {"caseId": (await story.case()).id, "question": f"{MARK} Koltuk hangi depoda?"}


async def _dismiss_miss(story: Story, who: str) -> Input:
    draft = MissDraft(case_id=(await story.case()).id, question=f"{MARK} Koltuk hangi depoda?")
    miss = await report_miss(await story.actor("colleague"), draft, once=Once())
    return {"missId": miss.id, "reason": f"{MARK} Kimse sormuyor.", "expectedVersion": miss.version}


async def _set_phrases(story: Story, who: str) -> Input:
    book = await read_phrases(PhraseBookKind.CONTACT_DETAILS)
    phrase = {"locale": "tr", "text": f"{MARK} iletişim bilgilerinizi gönderin"}
    return {"kind": "CONTACT_DETAILS", "phrases": [phrase], "expectedVersion": book.version}


async def _set_tone(story: Story, who: str) -> Input:
    rule = {"avoid": f"{MARK} mağdur*", "prefer": "aksaklık", "reason": "Soğuk duruyor.", "severity": "LOW", "locale": "tr"}
    return {"rules": [rule], "expectedVersion": (await read_tone_guide()).version}


SITUATIONS: dict[str, Situation] = {
    "createAnswerBankEntry": _entry,
    "editAnswerBankEntry": _edit_entry,
    "archiveAnswerBankEntry": _archive_entry,
    "saveAnswer": _save_answer,
    "setPhrases": _set_phrases,
    "setToneGuide": _set_tone,
    "reportAnswerBankMiss": _report_miss,
    "dismissAnswerBankMiss": _dismiss_miss,
}
