from typing import TypeVar

import pytest

from auth.actor import SYSTEM, Role
from care.answer_bank import EntryChanges, edit_entry
from care.consultations import ConsultationDraft, consult_experts, decline_consultation
from care.customers import Person, ensure_customer
from care.documents.channels import Environment
from care.documents.consultations import Consultation
from care.documents.conversations import Message, Visibility
from care.events import CaseOpened
from care.messages import edit_message, withdraw_message
from care.notes import NoteDraft, add_internal_note
from care.reading.cases import cases_by_ids
from community import events as community_events
from community.answers import AnswerChanges, edit_answer
from community.documents import Question
from community.members import MemberChanges, change_member
from community.questions import QuestionChanges, edit_question
from core.clock import now
from core.database import Database
from core.errors import Unavailable
from core.events import Event, Recorded
from core.handlers import Handlers
from core.idempotency import Once
from core.paging import Window
from core.records import save
from search.engine import SearchEngine, SearchIndex, SearchRefused
from search.engines.embedded import EmbeddedEngine
from search.entries import SearchEntry, SearchKind
from search.indexing import AFFECTED, Indexer, subscribe
from search.querying import find
from tests.factories import care, community
from tests.search.settling import Settling

E = TypeVar("E", bound=Event)
AGENT = care.make_actor()


async def found(settling: Settling, text: str, *kinds: SearchKind, actor: object = AGENT) -> list[str]:
    await settling()
    page = await find(actor, settling.engine, text, kinds=kinds, window=Window())  # type: ignore[arg-type]  # an actor each
    return [hit.id for hit in page.hits.items]


def test_every_event_that_names_what_can_be_found_is_reacted_to(store: Database) -> None:
    left_out: set[type[Event]] = {
        community_events.VoteCast,
        community_events.QuestionEscalated,
        community_events.SkillEndorsed,
        community_events.SkillConfirmed,
        community_events.SkillUnconfirmed,
    }
    community_kinds = {kind for kind in vars(community_events).values() if isinstance(kind, type) and issubclass(kind, Event)}
    named = {kind for kind in community_kinds if {"question_id", "member_id"} & set(kind.__dataclass_fields__)}
    assert named - left_out <= set(AFFECTED)
    handlers = Handlers()
    subscribe(handlers, EmbeddedEngine())
    (group,) = handlers.all()
    assert (group.name, group.start) == ("search.index", "first")
    assert set(group.reactions) == {kind.__name__ for kind in AFFECTED}


async def test_a_case_is_found_by_what_is_said_noted_and_by_its_customer(settling: Settling) -> None:
    channel = await care.make_channel()
    customer = await care.make_customer(channel, name="Nergis Öztürk", handle="@nergis", external_id="n1")
    conversation = await care.make_conversation(channel, customer, visibility=Visibility.PRIVATE)
    case = await care.say(conversation, "Fırının kapağı kırıldı")
    await care.make_reply(case, body="Yedek menteşe gönderiyoruz")
    note = NoteDraft(case_id=case.id, body="Depoda stok bitmiş")
    await add_internal_note(AGENT, note, once=Once())
    for words in ("fırın kapağı", "yedek menteşe", "stok bitmiş", "nergis öztürk", "@nergis", str(case.number)):
        assert await found(settling, words, SearchKind.CASE) == [case.id], words
    await ensure_customer(channel, Person(external_id="n1", handle="@lale", name="Lale Öztürk"))
    assert await found(settling, "lale", SearchKind.CASE) == [case.id]
    assert await found(settling, "nergis", SearchKind.CASE) == []


async def test_what_a_customer_edits_or_takes_back_is_found_no_longer(settling: Settling) -> None:
    case = await care.say(await care.make_conversation(), "Merhaba", message_id="msg_1")
    care.later(minutes=1)
    await care.say(await care.conversation_of(case), "Kapak sarıydı", message_id="msg_2")
    assert await found(settling, "sarıydı", SearchKind.CASE) == [case.id]
    message = await Message.get("msg_2")
    assert message is not None
    message = await edit_message(message, body="Kapak moruydu", at=now())
    assert await found(settling, "sarıydı", SearchKind.CASE) == []
    assert await found(settling, "moruydu", SearchKind.CASE) == [case.id]
    await withdraw_message(message, at=now())
    assert await found(settling, "moruydu", SearchKind.CASE) == []


async def test_what_is_received_is_found_before_it_is_a_message_of_its_own(store: Database, engine: SearchEngine) -> None:
    case = await care.make_case()
    entry = care.make_incoming(await care.conversation_of(case), body="Henüz mesaj olmayan sözcük: papatya")
    case.incoming = [entry]
    await save(case)
    await Indexer(engine).react(_recorded(community_events.MemberChanged(member_id="mem_none")))
    await Indexer(engine).react(_recorded(_opened(case.id)))
    page = await find(AGENT, engine, "papatya", window=Window())
    assert [hit.id for hit in page.hits.items] == [case.id]


async def test_practice_cases_and_deleted_ones_are_not_found(settling: Settling) -> None:
    channel = await care.make_channel(environment=Environment.PRACTICE)
    await care.say(await care.make_conversation(channel), "Alıştırma yazısı")
    case = await care.say(await care.make_conversation(), "Gerçek yazı")
    mentor = care.make_actor(Role.MENTOR)
    assert await found(settling, "yazı", SearchKind.CASE, actor=mentor) == [case.id]
    case = await care.reread(case)
    case.deleted_at = now()
    case.record(_opened(case.id))
    await save(case)
    await settling()
    assert await settling.engine.count(SearchIndex.STAFF) == 0


async def test_an_expert_finds_a_case_while_they_are_asked_about_it(settling: Settling) -> None:
    expert = await community.make_actor(Role.EXPERT)
    case = await care.say(await care.make_conversation(), "Kombi ses yapıyor")
    assert await found(settling, "kombi", SearchKind.CASE, actor=expert) == []
    draft = ConsultationDraft(case_id=case.id, title="Kombi neden ses yapar?", body="Ne önerirsiniz?", expert_ids=[expert.member])
    asking = await community.make_actor(Role.AGENT)
    consultation = (await consult_experts(asking, draft, once=Once())).consultation
    assert await found(settling, "kombi", SearchKind.CASE, actor=expert) == [case.id]
    await decline_consultation(expert, consultation.id, expected_version=consultation.version)
    assert await found(settling, "kombi", SearchKind.CASE, actor=expert) == []
    assert await cases_by_ids(expert, [case.id]) == {}


async def test_who_is_asked_finds_the_case_before_its_own_list_has_followed(store: Database, engine: SearchEngine) -> None:
    case = await care.make_case()
    expert = care.make_actor(Role.EXPERT)
    at = now()
    await save(
        Consultation(
            id="con_1", created_at=at, case_id=case.id, channel_id=case.channel_id, question_id="qst_1", title="Neden?",
            body="Sorun", asked_by=AGENT.id, asked_at=at, due_at=at, invited_expert_ids=[expert.id],
        )
    )  # fmt: skip
    await Indexer(engine).react(_recorded(_opened(case.id)))
    case.consulted = [expert.id]
    await save(case)
    assert [hit.id for hit in (await find(expert, engine, "siparişim", window=Window())).hits.items] == [case.id]


async def test_a_question_is_found_by_answers_remarks_and_tags_as_they_are_now(settling: Settling) -> None:
    asker = await community.make_actor(Role.AGENT)
    question = await community.make_question(asker, title="Garanti ne kadar?", body="Soru metni", tag_slugs=["beyaz eşya"])
    expert = await community.make_actor()
    answer = await community.make_answer(question, expert, body="Garanti *iki yıl* sürer, orkide.")
    await community.make_comment(question, body="Papatya gibi bir yorum")
    await community.make_comment(answer, body="Menekşe gibi bir yorum")
    for words in ("orkide", "papatya", "menekşe", "beyaz eşya"):
        assert await found(settling, words, SearchKind.QUESTION) == [question.id], words
    await edit_answer(expert, answer.id, AnswerChanges(body="Üç yıl, zambak."), expected_version=answer.version)
    assert await found(settling, "orkide", SearchKind.QUESTION) == []
    assert await found(settling, "zambak", SearchKind.QUESTION) == [question.id]
    changes = QuestionChanges(title="Garanti süresi nedir?", tag_slugs=["servis"])
    current = await found_question(question.id)
    await edit_question(asker, question.id, changes, expected_version=current.version)
    assert await found(settling, "beyaz eşya", SearchKind.QUESTION) == []
    assert await found(settling, "servis", SearchKind.QUESTION) == [question.id]


async def found_question(question_id: str) -> Question:
    current = await Question.get(question_id)
    assert current is not None
    return current


async def test_a_member_is_found_by_skills_in_any_language_department_and_job(settling: Settling) -> None:
    skill, department = await community.make_skill("İade", "refund", "مرجوعی"), await community.make_department("Lojistik")
    member = await community.make_member(
        display_name="Nazlı Ece", skill_ids=[skill.id], department_id=department.id, job_title="Uzman", bio="*Kahve* sever"
    )
    await community.make_member(display_name="Başka Biri")
    for words in ("nazlı", "refund", "مرجوعی", "iade", "lojistik", "uzman", "kahve"):
        assert await found(settling, words, SearchKind.MEMBER) == [member.id], words
    await change_member(SYSTEM, member.id, MemberChanges(display_name="Nazan Ece", skill_ids=[]), expected_version=1)
    assert await found(settling, "refund", SearchKind.MEMBER) == []
    assert await found(settling, "nazan", SearchKind.MEMBER) == [member.id]


async def test_an_answer_is_found_by_the_ways_of_asking_and_changes_with_its_text(settling: Settling) -> None:
    mentor = care.make_actor(Role.MENTOR)
    entry = await care.make_entry(mentor, title="İade süresi", question_variants=["Param ne zaman yatar?"])
    assert await found(settling, "param yatar", SearchKind.ANSWER_BANK_ENTRY) == [entry.id]
    await edit_entry(mentor, entry.id, EntryChanges(question_variants=["Havale ne zaman?"]), expected_version=entry.version)
    assert await found(settling, "param yatar", SearchKind.ANSWER_BANK_ENTRY) == []
    assert await found(settling, "havale", SearchKind.ANSWER_BANK_ENTRY) == [entry.id]


async def test_handling_everything_twice_changes_nothing(settling: Settling) -> None:
    case = await care.make_case()
    question = await community.make_question()
    await community.make_answer(question)
    published = await community.publish(await community.make_public_question())
    await settling()
    counts = [await settling.engine.count(index) for index in SearchIndex]
    before = await found(settling, "kargo")
    await settling.again()
    assert [await settling.engine.count(index) for index in SearchIndex] == counts
    assert await found(settling, "kargo") == before
    assert {case.id, question.id, published.id} <= set(await found(settling, ""))


class Watched:
    """An engine that counts what is put, and refuses or fails when told to."""

    def __init__(self, engine: SearchEngine) -> None:
        self._engine = engine
        self.puts: list[list[str]] = []
        self.refused: set[str] = set()
        self.is_down = False

    async def put(self, index: SearchIndex, entries: list[SearchEntry]) -> None:
        if self.is_down:
            raise Unavailable("search")
        if refused := self.refused & {entry.id for entry in entries}:
            raise SearchRefused(f"{refused} are refused", code="refused")
        if entries:
            self.puts.append([entry.id for entry in entries])
        await self._engine.put(index, entries)

    async def remove(self, index: SearchIndex, ids: list[str]) -> None:
        await self._engine.remove(index, ids)


async def numbered(store: Database, settling: Settling) -> list[Recorded[community_events.MemberChanged]]:
    """Three members join; give the events."""
    for name in ("Bir", "İki", "Üç"):
        await community.make_member(display_name=name)
    await settling.relay()
    rows = await store["events"].find({"type": "MemberChanged"}).sort("_id").to_list()
    return [_recorded(community_events.MemberChanged(member_id=row["payload"]["member_id"]), number=row["_id"]) for row in rows]


async def test_what_the_next_events_affect_is_put_along_with_the_first(store: Database, settling: Settling) -> None:
    events = await numbered(store, settling)
    members = [event.fact.member_id for event in events]
    watched = Watched(settling.engine)
    indexer = Indexer(watched)  # type: ignore[arg-type]  # as much of an engine as is needed
    for event in events:
        await indexer.react(event)
    assert watched.puts == [members]
    await indexer.react(events[1])
    assert watched.puts == [members, members[1:]]


async def test_one_that_is_refused_does_not_keep_the_others_out(store: Database, settling: Settling) -> None:
    events = await numbered(store, settling)
    members = [event.fact.member_id for event in events]
    watched = Watched(settling.engine)
    watched.refused = {members[1]}
    indexer = Indexer(watched)  # type: ignore[arg-type]  # as much of an engine as is needed
    await indexer.react(events[0])
    with pytest.raises(SearchRefused):
        await indexer.react(events[1])
    await indexer.react(events[2])
    assert watched.puts == [[members[0]], [members[2]]]
    watched.refused = set()
    await indexer.react(events[2])
    assert watched.puts[2:] == [[members[2]]]
    watched.refused = {members[2]}
    with pytest.raises(SearchRefused):
        await indexer.react(events[2])


async def test_an_outage_is_told_and_nothing_counts_as_done(store: Database, settling: Settling) -> None:
    events = await numbered(store, settling)
    watched = Watched(settling.engine)
    watched.is_down = True
    indexer = Indexer(watched)  # type: ignore[arg-type]  # as much of an engine as is needed
    with pytest.raises(Unavailable):
        await indexer.react(events[0])
    watched.is_down = False
    await indexer.react(events[0])
    assert len(watched.puts) == 1
    assert len(watched.puts[0]) == 3


def _opened(case_id: str) -> CaseOpened:
    return CaseOpened(case_id=case_id)


def _recorded(fact: E, *, number: int = 10_000) -> Recorded[E]:
    return Recorded(fact=fact, number=number, event_id="e", at=now(), actor="system", subject="s")
