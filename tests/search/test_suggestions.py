import pytest

from auth.actor import Role
from care.documents.case_states import CaseStatus
from care.documents.cases import Case
from community.documents import Question
from core.database import Database
from core.errors import Forbidden
from core.records import save
from core.text.intent import Intent
from search.engine import SearchEngine
from search.suggestions import answers_for_case, answers_while_replying, experts_for_case, knowledge_for_case, text_of_case
from tests.factories import care, community
from tests.search.settling import Settling

AGENT = care.make_actor()


async def complaint(body: str, **changes: object) -> Case:
    case = await care.say(await care.make_conversation(), body)
    for name, value in changes.items():
        setattr(case, name, value)
    await save(case)
    return case


async def solved(question: Question, text: str = "Kaskoyu ödeyen öder.") -> Question:
    answer = await community.make_answer(question, body=text)
    current = await Question.get(question.id)
    assert current is not None
    return await community.accept(answer, expected_version=current.version)


async def test_the_text_of_a_case_is_its_subject_and_what_its_customer_said_last(store: Database) -> None:
    case = await complaint("Birinci")
    conversation = await care.conversation_of(case)
    for body in ("İkinci", "Üçüncü", "Dördüncü"):
        care.later(minutes=1)
        await care.say(conversation, body)
    await care.make_reply(await care.reread(case), body="Bizim sözümüz")
    case = await care.reread(case)
    assert await text_of_case(case) == "Birinci\nDördüncü\nÜçüncü\nİkinci"
    case.incoming = [care.make_incoming(conversation, body="Beşinci")]
    assert (await text_of_case(case)).splitlines()[:2] == ["Birinci", "Beşinci"]


async def test_only_approved_answers_are_suggested(settling: Settling) -> None:
    case = await complaint("Kargom üç haftadır yolda, takip numarası çalışmıyor")
    approved = await care.make_entry(title="Takip numarası çalışmıyor")
    asked_so = await care.make_entry(title="Gecikme", question_variants=["Kargom neden yolda kaldı?"])
    await care.make_entry(care.make_actor(Role.AGENT), title="Takip numarası taslağı")
    expired = await care.make_entry(title="Eski takip numarası")
    expired.status = type(expired.status)("EXPIRED")
    await save(expired)
    await settling()
    found = await answers_for_case(AGENT, settling.engine, case, limit=5)
    assert {entry.id for entry, _ in found} == {approved.id, asked_so.id}
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
    assert len(await answers_for_case(AGENT, settling.engine, case, limit=1)) == 1


async def test_answers_to_who_wants_the_same_come_first_until_something_is_written(settling: Settling) -> None:
    question = await care.make_entry(title="Kargo takip numarası nerede yazar?", question_variants=["Takip numarası kaç hane?"])
    grief = await care.make_entry(title="Kargo takip numarası çalışmıyor, şikayetçiyim")
    await settling()
    for said, first in (("Kargo takip numarası çalışmıyor, rezalet", grief), ("Kargo takip numarası nerede", question)):
        case = await complaint(said)
        found = await answers_for_case(AGENT, settling.engine, case, limit=5)
        assert next(entry.id for entry, _ in found) == first.id
        assert [entry.id for entry, _ in await answers_while_replying(AGENT, settling.engine, case, "", limit=1)] == [first.id]
        other = case.model_copy(update={"intent": Intent.QUESTION if first is grief else Intent.COMPLAINT})
        scores = {entry.id: score for entry, score in await answers_for_case(AGENT, settling.engine, other, limit=5)}
        written = {
            entry.id: score for entry, score in await answers_while_replying(AGENT, settling.engine, other, " takip", limit=5)
        }
        assert scores[first.id] < {entry.id: score for entry, score in found}[first.id]
        assert set(written) == {question.id, grief.id}


async def test_knowledge_is_what_was_solved_elsewhere(settling: Settling) -> None:
    text = "Kasko poliçem iptal edilmiş, haberim yok"
    case = await complaint(text)
    closed = await complaint(text, status=CaseStatus.CLOSED)
    resolved = await complaint("Kasko poliçem yenilenmedi", status=CaseStatus.RESOLVED)
    await complaint(text)
    helpful = await solved(await community.make_question(title="Kasko poliçesi neden iptal edilir?"))
    await community.make_question(title="Kasko poliçesi açık soru")
    own = await community.make_question(title="Kasko poliçesi iptal, bu vaka için")
    own.case_id = case.id
    await save(own)
    await solved(own)
    await settling()
    found = await knowledge_for_case(AGENT, settling.engine, case, limit=5)
    assert {document.id for document, _ in found} == {closed.id, resolved.id, helpful.id}
    scores = {document.id: score for document, score in found}
    assert (scores[helpful.id], scores[closed.id]) == (1.0, 1.0)
    assert 0 < scores[resolved.id] < 1
    assert len(await knowledge_for_case(AGENT, settling.engine, case, limit=2)) == 2
    agency = care.make_actor(Role.AGENCY, reach=frozenset({case.channel_id}))
    seen = await knowledge_for_case(agency, settling.engine, case, limit=5)
    assert [document.id for document, _ in seen] == [helpful.id]


async def test_nothing_is_suggested_where_nothing_is_known(settling: Settling) -> None:
    case = await complaint("Kombi ses yapıyor")
    await settling()
    assert await knowledge_for_case(AGENT, settling.engine, case, limit=5) == []
    assert await answers_for_case(AGENT, settling.engine, case, limit=5) == []
    assert await experts_for_case(AGENT, settling.engine, case, limit=5) == []


async def test_experts_are_suggested_by_the_text_and_by_the_tags_of_the_case(settling: Settling) -> None:
    by_text, by_tag = await community.make_actor(), await community.make_actor()
    await community.make_answer(await community.make_question(title="Kombi neden ses yapar?"), by_text)
    tagged = await community.make_question(title="Fatura iki kez kesildi", tag_slugs=["fatura"])
    await community.make_answer(tagged, by_tag)
    case = await complaint("Kombi ses yapıyor", tags=tagged.tags)
    await settling()
    found = await experts_for_case(AGENT, settling.engine, case, limit=5)
    assert {one.member.id for one in found} == {by_text.id, by_tag.id}
    assert [len(one.reasons) for one in found] == [1, 1]


async def test_who_may_not_search_gets_no_suggestions(store: Database, engine: SearchEngine) -> None:
    case = await complaint("Kombi ses yapıyor")
    outsider = community.customer_actor()
    with pytest.raises(Forbidden):
        await experts_for_case(outsider, engine, case, limit=5)
    with pytest.raises(Forbidden):
        await answers_for_case(outsider, engine, case, limit=5)
    with pytest.raises(Forbidden):
        await knowledge_for_case(outsider, engine, case, limit=5)
