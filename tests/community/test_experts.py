import asyncio

import pytest

from community import experts
from community.documents import Evidence, EvidenceKind
from community.experts import complete_evidence, evidence_id, record_evidence, withdraw_evidence
from core.clock import now
from core.database import Database
from tests.factories.community import make_answer, make_question


async def recorded(**overrides: object) -> None:
    given: dict[str, object] = {"source_id": "case_1", "text": "Kargo", "tags": ["kargo"], "weight": 2.0, "occurred_at": now()}
    await record_evidence("mem_1", EvidenceKind.CASE_SOLVED, **(given | overrides))  # type: ignore[arg-type]  # the keywords above


async def test_one_reason_is_kept_once_however_often_it_is_told(store: Database) -> None:
    occurred_at = now()

    await asyncio.gather(*(recorded(occurred_at=occurred_at) for _ in range(8)))
    await recorded(text="Kargo gecikmesi", occurred_at=occurred_at)

    assert await store["evidence"].find({}).to_list() == [
        {
            "_id": evidence_id("mem_1", EvidenceKind.CASE_SOLVED, "case_1"),
            "member_id": "mem_1",
            "kind": "CASE_SOLVED",
            "source_id": "case_1",
            "text": "Kargo gecikmesi",
            "tags": ["kargo"],
            "weight": 2.0,
            "occurred_at": occurred_at,
        }
    ]


async def test_a_withdrawn_reason_comes_back_when_it_is_true_again(store: Database) -> None:
    await recorded()
    kept = []

    for act in (withdraw_evidence, withdraw_evidence):
        await act("mem_1", EvidenceKind.CASE_SOLVED, source_id="case_1")
        kept.append(await store["evidence"].find_one({}))
    await withdraw_evidence("mem_1", EvidenceKind.ANSWER, source_id="case_1")
    await recorded()

    row = await store["evidence"].find_one({})
    assert kept[0] is not None
    assert kept[0]["withdrawn_at"] is not None
    assert kept[1] == kept[0]
    assert row is not None
    assert "withdrawn_at" not in row
    assert await store["evidence"].count_documents({}) == 1


async def test_older_evidence_comes_to_name_its_question_page_by_page(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(experts, "_PAGE", 1)
    answers = [await make_answer(await make_question()) for _ in range(2)]
    await record_evidence(
        "mem_1", EvidenceKind.ANSWER, source_id="ans_gone", text="Kargo", tags=["kargo"], weight=1.0, occurred_at=now()
    )
    await store["evidence"].update_many({}, {"$unset": {"question_id": ""}})

    assert [await complete_evidence() for _ in range(2)] == [2, 0]

    named = {one.source_id: one.question_id for one in await Evidence.find_all().to_list()}
    assert named == {**{one.id: one.question_id for one in answers}, "ans_gone": None}
