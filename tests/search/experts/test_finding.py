from typing import Any

import pytest

from auth.actor import SYSTEM, Actor, ActorKind, Permission, Role, permissions_of
from care.consultations import ConsultationDraft, consult_experts, decline_consultation
from community.documents import Answer, Availability, Evidence, EvidenceKind, Member, Question
from community.experts import ExpertFinder, complete_evidence, record_evidence
from community.members import set_availability
from core.clock import now
from core.database import Database
from core.errors import Forbidden, Unavailable
from core.idempotency import Once
from core.records import save
from search.engine import SearchEngine
from search.engines.embedded import EmbeddedEngine
from search.experts.finding import SearchExpertFinder, Suggestion, suggest
from search.experts.ranking import LOAD_PENALTY
from tests.factories import care, community
from tests.search.settling import Settling

AGENT = care.make_actor()
TEXT = "Müşterinin iade parası kartına yatmadı"


async def answered(title: str, by: Actor, *, is_accepted: bool = False, **question: Any) -> Answer:
    asked = await community.make_question(title=title, **question)
    answer = await community.make_answer(asked, by)
    if is_accepted:
        current = await Question.get(asked.id)
        assert current is not None
        await community.accept(answer, expected_version=current.version)
    return answer


def named(found: list[Suggestion]) -> list[str]:
    return [one.member.id for one in found]


async def test_who_answered_what_is_alike_is_suggested_with_these_answers(settling: Settling) -> None:
    knows, other = await community.make_actor(), await community.make_actor()
    accepted = await answered("İade parası ne zaman yatar?", knows, is_accepted=True)
    given = await answered("Kart iadesi kaç günde geçer?", knows)
    await answered("Fatura adresi nasıl değişir?", other)
    await settling()
    found = await suggest(AGENT, settling.engine, TEXT)
    assert named(found) == [knows.id]
    reasons = [(one.kind, one.source_id, one.text) for one in found[0].reasons]
    assert reasons == [
        (EvidenceKind.ACCEPTED_ANSWER, accepted.id, "İade parası ne zaman yatar?"),
        (EvidenceKind.ANSWER, given.id, "Kart iadesi kaç günde geçer?"),
    ]
    stored = await Evidence.find({"source_id": {"$in": [accepted.id, given.id]}, "withdrawn_at": {"$exists": False}}).to_list()
    assert {one.id for one in found[0].reasons} == {row.id for row in stored}


async def test_recent_knowledge_comes_before_old(settling: Settling) -> None:
    old, new = await community.make_actor(), await community.make_actor()
    await answered("İade parası ne zaman yatar?", old)
    care.later(days=120)
    await answered("İade parası ne zaman yatar?", new)
    await settling()
    assert named(await suggest(AGENT, settling.engine, TEXT)) == [new.id, old.id]


async def test_a_skill_named_in_another_language_is_a_reason(settling: Settling) -> None:
    skill = await community.make_skill("İade", "refund")
    skilled = await community.make_member(skill_ids=[skill.id])
    await community.make_member()
    await settling()
    (found,) = await suggest(AGENT, settling.engine, "They never got their refunds")
    assert found.member.id == skilled.id
    (reason,) = found.reasons
    assert (reason.kind, reason.text, reason.source_id) == (EvidenceKind.SKILL, "İade", skill.id)
    assert await Evidence.get(reason.id) is None


async def test_an_answer_of_the_bank_speaks_for_its_owner_unless_it_is_a_draft(settling: Settling) -> None:
    owner, drafter = await community.make_actor(Role.MENTOR), await community.make_actor(Role.AGENT)
    entry = await care.make_entry(owner, title="İade parası yatmadı")
    await care.make_entry(drafter, title="İade parası yatmadı")
    await settling()
    (found,) = await suggest(AGENT, settling.engine, TEXT)
    assert found.member.id == owner.id
    assert [(one.source_id, one.text) for one in found.reasons] == [(entry.id, "İade parası yatmadı")]


async def test_activity_under_the_topic_of_what_is_alike_counts(settling: Settling) -> None:
    regular, once = await community.make_actor(), await community.make_actor()
    await answered("İade parası ne zaman yatar?", once, tag_slugs=["iade"])
    for number in range(8):
        await answered(f"Değişim kuralı {number} nedir?", regular, tag_slugs=["iade"], is_accepted=True)
    await settling()
    found = await suggest(AGENT, settling.engine, TEXT)
    assert named(found) == [regular.id, once.id]
    assert len(found[0].reasons) == 3
    assert {reason.tags[0] for reason in found[0].reasons} == {"iade"}
    by_tag = await suggest(AGENT, settling.engine, "?!", tags=["İade"])
    assert set(named(by_tag)) == {regular.id, once.id}


async def test_who_is_busy_loaded_or_away_comes_later(settling: Settling) -> None:
    people = [await community.make_actor() for _ in range(4)]
    for person in people:
        await answered("İade parası ne zaman yatar?", person)
    here, loaded, busy, away = people
    for person, availability in ((here, "ONLINE"), (loaded, "ONLINE"), (busy, "BUSY"), (away, "OFFLINE")):
        await set_availability(SYSTEM, person.member, Availability(availability))
    await community.make_question(invited_expert_ids=[loaded.member])
    await settling()
    assert named(await suggest(AGENT, settling.engine, TEXT)) == [person.member for person in people]


async def test_what_somebody_declined_lately_is_a_load_and_takes_nothing_from_what_they_know(settling: Settling) -> None:
    free, declining = await community.make_actor(), await community.make_actor()
    for person in (declining, free):
        await answered("İade parası ne zaman yatar?", person)
        await set_availability(SYSTEM, person.member, Availability.ONLINE)
    case = await care.make_case()
    draft = ConsultationDraft(case_id=case.id, title="Depo nerede?", body="Bilen?", expert_ids=[declining.member])
    consultation = (await consult_experts(AGENT, draft, once=Once())).consultation
    await decline_consultation(declining, consultation.id, expected_version=consultation.version)
    await settling()
    scores = {one.member.id: one.score for one in await suggest(AGENT, settling.engine, TEXT)}
    assert list(scores) == [free.member, declining.member]
    assert round(scores[free.member] - scores[declining.member], 6) == LOAD_PENALTY

    care.later(days=8)
    later = {one.member.id: one.score for one in await suggest(AGENT, settling.engine, TEXT)}
    assert later[free.member] == later[declining.member]


async def test_equals_are_ordered_by_id_and_cut_at_the_limit(settling: Settling) -> None:
    question = await community.make_question(title="İade parası ne zaman yatar?")
    people = [await community.make_actor() for _ in range(3)]
    at = now()
    for person in people:
        answer = await community.make_answer(question, person)
        reason = {
            "source_id": answer.id,
            "text": "İade",
            "tags": [],
            "weight": 1.0,
            "occurred_at": at,
            "question_id": question.id,
        }
        await record_evidence(person.member, EvidenceKind.ANSWER, **reason)  # type: ignore[arg-type]  # the keywords above
    await settling()
    found = await suggest(AGENT, settling.engine, TEXT, limit=2)
    assert named(found) == sorted(person.member for person in people)[:2]
    assert found[0].score == found[1].score


async def test_neither_oneself_nor_the_excluded_nor_who_has_left_is_suggested(settling: Settling) -> None:
    asking, excluded, left, there = [await community.make_actor(Role.AGENT) for _ in range(4)]
    for person in (asking, excluded, left, there):
        await answered("İade parası ne zaman yatar?", person)
    gone = await Member.get(left.member)
    assert gone is not None
    gone.deleted_at = now()
    await save(gone)
    await settling()
    assert named(await suggest(asking, settling.engine, TEXT, exclude=[excluded.member])) == [there.id]


async def solved_case_of(expert: Actor) -> str:
    case = await care.make_case()
    await record_evidence(
        expert.member,
        EvidenceKind.CASE_SOLVED,
        source_id=case.id,
        text="Helped to solve a case: Gizli başlık",
        tags=["iade"],
        weight=5.0,
        occurred_at=now(),
    )
    return case.id


async def test_a_case_that_was_solved_speaks_for_who_helped(settling: Settling) -> None:
    expert = await community.make_actor()
    case_id = await solved_case_of(expert)
    await settling()
    (found,) = await suggest(AGENT, settling.engine, care.SENTENCE)
    assert [(one.source_id, one.text) for one in found.reasons] == [(case_id, "Helped to solve a case: Gizli başlık")]


async def test_reasons_name_nothing_of_what_the_viewer_may_not_read(settling: Settling) -> None:
    expert = await community.make_actor()
    case_id = await solved_case_of(expert)
    await settling()
    agency = care.make_actor(Role.AGENCY, reach=frozenset({"chn_other"}))
    assert await suggest(agency, settling.engine, care.SENTENCE) == []
    (found,) = await suggest(agency, settling.engine, "?", tags=["iade"])
    assert [(one.source_id, one.text) for one in found.reasons] == [(case_id, "Helped to solve a case")]
    (seen,) = await suggest(AGENT, settling.engine, "?", tags=["iade"])
    assert [one.text for one in seen.reasons] == ["Helped to solve a case: Gizli başlık"]


async def test_who_has_only_reasons_that_the_viewer_may_not_read_is_not_suggested(settling: Settling) -> None:
    await answered("İade parası ne zaman yatar?", await community.make_actor(), tag_slugs=["iade"])
    await settling()
    reads_members = frozenset({Permission.SEARCH_USE, Permission.MEMBER_READ})
    service = Actor(ActorKind.SERVICE, "svc", permissions=reads_members)
    assert await suggest(service, settling.engine, TEXT, tags=["iade"]) == []
    without_members = permissions_of([Role.AGENT]) - {Permission.MEMBER_READ}
    nameless = Actor(ActorKind.SERVICE, "svc", permissions=without_members)
    assert await suggest(nameless, settling.engine, TEXT, tags=["iade"]) == []


async def test_a_reason_that_was_withdrawn_counts_no_longer(settling: Settling) -> None:
    answer = await answered("İade parası ne zaman yatar?", await community.make_actor())
    await settling()
    await Evidence.find({"source_id": answer.id}).update({"$set": {"withdrawn_at": now()}})
    assert await suggest(AGENT, settling.engine, TEXT) == []


async def test_the_finder_fulfils_the_protocol_of_the_community(settling: Settling) -> None:
    knows = await community.make_actor()
    await answered("İade parası ne zaman yatar?", knows)
    await settling()
    finder: ExpertFinder = SearchExpertFinder(settling.engine)
    (found,) = await finder.suggest(AGENT, TEXT, tags=[], exclude=[], limit=5)
    (same,) = await suggest(AGENT, settling.engine, TEXT)
    assert (found.member_id, [one.id for one in found.reasons]) == (knows.id, [one.id for one in same.reasons])
    assert found.score == pytest.approx(same.score, abs=1e-4)
    assert await finder.suggest(AGENT, TEXT, tags=[], exclude=[knows.member], limit=5) == []


async def test_refusals_and_outages_are_told(store: Database, engine: SearchEngine) -> None:
    with pytest.raises(Forbidden, match="search:use"):
        await suggest(community.customer_actor(), engine, TEXT)
    with pytest.raises(Unavailable):
        await suggest(AGENT, EmbeddedEngine(), TEXT)


async def test_evidence_older_than_half_a_year_tells_nothing_of_activity(settling: Settling) -> None:
    await answered("Değişim kuralı nedir?", await community.make_actor(), tag_slugs=["iade"])
    care.later(days=181)
    await settling()
    assert await suggest(AGENT, settling.engine, "?", tags=["iade"]) == []


async def endorsed(weight: float, *, skill_ids: list[str], **changes: Any) -> Member:
    person = await community.make_member(skill_ids=skill_ids)
    for name, value in changes.items():
        setattr(person, name, value)
    await save(person)
    reason = {"source_id": "mem_who_knows", "text": "İade", "tags": ["iade"], "occurred_at": now()}
    await record_evidence(person.id, EvidenceKind.ENDORSEMENT, weight=weight, **reason)  # type: ignore[arg-type]  # the keywords above
    return person


async def test_who_does_not_want_to_be_proposed_or_has_left_takes_nobody_s_place(settling: Settling) -> None:
    skill = await community.make_skill("İade")
    for number in range(60):
        changes: dict[str, Any] = {"deleted_at": now()} if number % 2 else {"accepts_questions": False}
        await endorsed(9.0, skill_ids=[skill.id] if number % 3 else [], **changes)
    willing = await endorsed(1.0, skill_ids=[])
    await settling()
    assert named(await suggest(AGENT, settling.engine, "İade", tags=["iade"])) == [willing.id]


async def test_answers_to_questions_that_the_viewer_may_not_read_speak_for_nobody(settling: Settling) -> None:
    knows = await community.make_actor()
    answer = await answered("İade parası ne zaman yatar?", knows)
    await settling()
    assert named(await suggest(AGENT, settling.engine, TEXT)) == [knows.id]
    question = await Question.get(answer.question_id)
    assert question is not None
    question.closed_space_id = "spc_closed"
    await save(question)
    assert await suggest(AGENT, settling.engine, TEXT) == []


async def test_an_answer_is_a_reason_wherever_its_question_went(settling: Settling) -> None:
    knows = await community.make_actor()
    answer = await answered("Değişim kuralı nedir?", knows, tag_slugs=["iade"])
    await settling()
    for changes in ({"$set": {"question_id": "qst_where_it_stood"}}, {"$unset": {"question_id": ""}}):
        await Evidence.find({"source_id": answer.id}).update(changes)
        (found,) = await suggest(AGENT, settling.engine, "?", tags=["iade"])
        assert [reason.source_id for reason in found.reasons] == [answer.id]


async def test_evidence_from_before_it_named_the_question_votes_once_it_is_completed(settling: Settling) -> None:
    knows = await community.make_actor()
    answer = await answered("İade parası ne zaman yatar?", knows)
    await settling()
    before = await suggest(AGENT, settling.engine, TEXT)
    await Evidence.find({"source_id": answer.id}).update({"$unset": {"question_id": ""}})
    assert await suggest(AGENT, settling.engine, TEXT) == []
    assert [await complete_evidence(), await complete_evidence()] == [1, 0]
    after = await suggest(AGENT, settling.engine, TEXT)
    assert [(one.member.id, [reason.id for reason in one.reasons]) for one in after] == [
        (one.member.id, [reason.id for reason in one.reasons]) for one in before
    ]
    assert named(after) == [knows.id]
