"""What two at once do to a case's presence, its saved drafts, misses and twins: one of them, and it is told once."""

from datetime import timedelta

import pytest

from auth.actor import Role
from care import misses, presence, saved_drafts
from care.documents.cases import Case
from care.documents.channels import Environment
from care.documents.consultations import Consultation
from care.documents.drafts import SavedDraft
from care.documents.misses import AnswerBankMiss, MissStatus
from care.documents.presence import CasePresence, PresenceActivity
from care.misses import MissDraft, drop_misses, note_miss, remind_of_misses, report_miss, route_miss
from care.presence import PresenceDraft, presences_of_cases, set_presence, sweep_presences
from care.saved_drafts import UnsentDraft, drafts_in, save_draft
from core.clock import now
from core.database import Database
from core.errors import Unavailable
from core.idempotency import Once
from core.records import fresh
from tests.care.stored import event_types
from tests.factories.care import later, make_actor, make_case, make_customer, make_customer_actor
from tests.factories.community import make_actor as make_colleague
from tests.rivals import overtake


async def test_who_comes_back_before_the_sweep_stays(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    case, agent = await make_case(), make_actor()
    here = PresenceDraft(case_id=case.id, activity=PresenceActivity.VIEWING)
    await set_presence(agent, here)
    later(seconds=46)
    overtake(monkeypatch, presence, lambda: set_presence(agent, here))

    assert await sweep_presences(10) == 1

    (row,) = (await presences_of_cases(make_actor(), [case.id]))[case.id]
    assert (row.member_id, row.expires_at is not None and row.expires_at > now()) == (agent.member, True)


async def test_two_windows_of_one_member_begin_one_presence(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    case, agent = await make_case(), make_actor()
    viewing = PresenceDraft(case_id=case.id, activity=PresenceActivity.VIEWING)
    replying = PresenceDraft(case_id=case.id, activity=PresenceActivity.REPLYING)
    overtake(monkeypatch, presence, lambda: set_presence(agent, viewing), before="save")

    await set_presence(agent, replying)

    (row,) = await CasePresence.find_all().to_list()
    assert (row.activity, await event_types(CasePresence)) == (PresenceActivity.REPLYING, ["PresenceChanged"] * 2)


async def test_too_many_windows_are_told_to_try_again(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "_TRIES", 0)
    with pytest.raises(Unavailable, match="too many windows"):
        await set_presence(make_actor(), PresenceDraft(case_id=(await make_case()).id))


async def test_too_many_writers_of_a_draft_are_told_to_try_again(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    case, agent = await make_case(), make_actor()
    monkeypatch.setattr(saved_drafts, "_TRIES", 0)
    with pytest.raises(Unavailable, match="too many writers of one draft"):
        await save_draft(agent, UnsentDraft(case_id=case.id, conversation_id=case.conversation_ids[0], body="Merhaba"))
    assert await SavedDraft.count() == 0


async def test_customer_has_no_drafts(store: Database) -> None:
    case, agent = await make_case(), make_actor()
    await save_draft(agent, UnsentDraft(case_id=case.id, conversation_id=case.conversation_ids[0], body="Merhaba"))
    assert await drafts_in(make_customer_actor(await make_customer()), case.conversation_ids) == {}
    assert set(await drafts_in(agent, case.conversation_ids)) == set(case.conversation_ids)


async def missed() -> AnswerBankMiss:
    case = await make_case()
    return await report_miss(
        await make_colleague(Role.AGENT), MissDraft(case_id=case.id, question="Ne zaman gelir?"), once=Once()
    )


async def test_miss_that_two_route_asks_the_experts_of_the_first(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = [await make_colleague(Role.EXPERT) for _ in range(2)]
    miss = await missed()
    overtake(monkeypatch, misses, lambda: route_miss(miss.id, [first.member]))

    await route_miss(miss.id, [second.member])

    routed = await fresh(miss)
    assert (routed.status, routed.expert_id, routed.backup_id) == (MissStatus.ROUTED, first.member, None)
    assert await Consultation.count() == 1


async def test_miss_that_two_drop_is_settled_once(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    miss = await missed()
    await Case.get_pymongo_collection().update_one({"_id": miss.case_id}, {"$set": {"closed_at": now()}})
    overtake(monkeypatch, misses, lambda: drop_misses(miss.case_id))

    await drop_misses(miss.case_id)

    assert (await fresh(miss)).status is MissStatus.DROPPED
    assert (await event_types(AnswerBankMiss)).count("AnswerBankMissSettled") == 1


async def test_late_miss_is_reminded_of_once_by_two_scans(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    miss = await missed()
    assert miss.next_act_at is not None
    later(seconds=(miss.next_act_at - now() + timedelta(seconds=1)).total_seconds())
    overtake(monkeypatch, misses, lambda: remind_of_misses(10))

    await remind_of_misses(10)

    told = await event_types(AnswerBankMiss)
    assert (told.count("AnswerBankMissReminded"), told.count("AnswerBankMissOverdue")) == (1, 0)


async def test_what_is_only_practised_is_no_miss(store: Database) -> None:
    case = await make_case(environment=Environment.PRACTICE)
    asked = Consultation(
        id="con_1", created_at=now(), case_id=case.id, question_id="qst_1", title="Ne zaman?", asked_by="mem_a", asked_at=now(),
        channel_id=case.channel_id, body="Sorusu bu.", due_at=now(), invited_expert_ids=["mem_b"],
        environment=Environment.PRACTICE,
    )  # fmt: skip
    assert await note_miss(asked) is None
    assert await note_miss(asked.model_copy(update={"case_id": "case_none"})) is None
    assert await AnswerBankMiss.count() == 0
