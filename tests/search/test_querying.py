from collections.abc import Sequence
from typing import Any

import pytest

from auth.actor import ANONYMOUS, SYSTEM, Actor, Role
from care.documents.cases import Case
from community.documents import Question
from community.public_questions import publish_question
from core.clock import now
from core.database import Database
from core.errors import Forbidden, InvalidInput, Unavailable
from core.paging import Position, Window
from core.records import save
from search.alike import similar_questions
from search.engine import SearchEngine
from search.engines.embedded import EmbeddedEngine
from search.entries import MAX_OFFSET, SearchKind
from search.querying import Found, find, find_public
from tests.factories import care, community
from tests.search.settling import Settling

PAGE = Window()
AGENT = care.make_actor()


def ids(found: Found) -> list[str]:
    return [hit.id for hit in found.hits.items]


def facet(found: Found, name: str) -> dict[str, int]:
    return next(dict(one.buckets) for one in found.facets if one.name == name)


async def everything(engine: SearchEngine, actor: Actor, text: str = "", **narrowing: Any) -> Found:
    return await find(actor, engine, text, window=PAGE, **narrowing)


async def test_every_kind_is_found_with_its_document_and_highlights(settling: Settling) -> None:
    case = await care.say(await care.make_conversation(), "Çelik tencerem kırık geldi <b>!")
    question = await community.make_question(title="Tencerem çizilirse garanti geçerli mi?")
    entry = await care.make_entry(title="Kırık tencereler", body="Tencereyi **değiştiririz**.")
    member = await community.make_member(display_name="Tencere Ustası")
    await settling()
    found = await everything(settling.engine, AGENT, "tencere")
    assert {hit.kind: hit.document.id for hit in found.hits.items} == {
        SearchKind.CASE: case.id,
        SearchKind.QUESTION: question.id,
        SearchKind.ANSWER_BANK_ENTRY: entry.id,
        SearchKind.MEMBER: member.id,
    }
    by_kind = {hit.kind: hit for hit in found.hits.items}
    assert by_kind[SearchKind.CASE].title_highlight == "Çelik <mark>tencerem</mark> kırık geldi &lt;b&gt;!"
    assert by_kind[SearchKind.ANSWER_BANK_ENTRY].body_highlight == "<mark>Tencereyi</mark> değiştiririz."
    assert isinstance(by_kind[SearchKind.CASE].document, Case)
    assert found.total == 4
    assert not found.total_capped
    assert facet(found, "kind") == {"ANSWER_BANK_ENTRY": 1, "CASE": 1, "MEMBER": 1, "QUESTION": 1}
    assert await find(AGENT, settling.engine, "yokböylebirşey", window=PAGE) == Found(
        type(found.hits)([], []), 0, [type(found.facets[0])("kind", []), type(found.facets[0])("tag", [])]
    )


async def test_narrowing_by_kind_tag_and_time(settling: Settling) -> None:
    first = await community.make_question(title="Kargo nerede kaldı?", tag_slugs=["Ürün İadesi", "kargo"])
    care.later(hours=1)
    moment = now()
    second = await community.make_question(title="Kargo ne zaman gelir?", tag_slugs=["kargo"])
    await care.make_entry(title="Kargo bilgisi")
    await settling()
    engine = settling.engine
    assert set(ids(await everything(engine, AGENT, "kargo", kinds=[SearchKind.QUESTION]))) == {first.id, second.id}
    tagged = await everything(engine, AGENT, "kargo", tags=["Ürün iadesi"])
    assert ids(tagged) == [first.id]
    assert facet(tagged, "tag") == {"kargo": 1, "urun-iadesi": 1}
    assert (await everything(engine, AGENT, "kargo", tags=["!?"])).total == 0
    after = await everything(engine, AGENT, "kargo", kinds=[SearchKind.QUESTION], updated_after=moment)
    assert ids(after) == [second.id]
    before = await everything(engine, AGENT, "kargo", updated_before=moment)
    assert ids(before) == [first.id]
    assert ids(await everything(engine, AGENT, "", kinds=[SearchKind.QUESTION])) == [second.id, first.id]


async def test_an_outsider_learns_nothing_from_hits_totals_or_facets(settling: Settling) -> None:
    hidden = await care.make_case(tags=[{"slug": "gizli", "name": "Gizli"}])
    mine = await care.make_case()
    await community.make_public_question(title="Siparişim gelmedi, ne yapayım?")
    await care.make_entry(care.make_actor(Role.AGENT), title="Siparişim taslağı")
    await settling()
    agency = care.make_actor(Role.AGENCY, reach=frozenset({mine.channel_id}))
    found = await everything(settling.engine, agency, "siparişim", kinds=[SearchKind.CASE])
    assert (ids(found), found.total) == ([mine.id], 1)
    assert (facet(found, "kind"), facet(found, "tag")) == ({"CASE": 1}, {})
    expert = care.make_actor(Role.EXPERT)
    assert facet(await everything(settling.engine, expert, "siparişim"), "kind") == {"ANSWER_BANK_ENTRY": 1, "QUESTION": 1}
    manager = await everything(settling.engine, care.make_actor(Role.MANAGER), "siparişim", kinds=[SearchKind.CASE])
    assert (set(ids(manager)), facet(manager, "tag")) == ({hidden.id, mine.id}, {"gizli": 1})
    reader = Actor(expert.kind, "mem_r", member_id="mem_r", permissions=expert.permissions - {"answer_bank:edit"})
    assert facet(await everything(settling.engine, reader, "siparişim"), "kind") == {"QUESTION": 1}


async def test_what_left_the_actors_sight_since_it_was_indexed_is_not_given(settling: Settling) -> None:
    kept, gone = await community.make_question(), await community.make_question()
    await settling()
    gone.deleted_at = now()
    await save(gone)
    found = await everything(settling.engine, AGENT, "kargo", kinds=[SearchKind.QUESTION])
    assert (ids(found), found.total) == ([kept.id], 1)
    assert [place.values[1] for place in found.hits.positions] == [kept.id]


async def test_pages_in_both_directions_give_every_hit_once(settling: Settling) -> None:
    for _ in range(5):
        await care.make_entry()
        care.later(minutes=1)
    await settling()
    engine = settling.engine

    async def page(**window: Any) -> Found:
        return await find(AGENT, engine, "", kinds=[SearchKind.ANSWER_BANK_ENTRY], window=Window(**window))

    whole = ids(await page(limit=5))
    first = await page(limit=2)
    second = await page(limit=2, after=first.hits.positions[-1])
    third = await page(limit=2, after=second.hits.positions[-1])
    assert [ids(one) for one in (first, second, third)] == [whole[:2], whole[2:4], whole[4:]]
    flags = [(one.hits.has_previous, one.hits.has_next) for one in (first, second, third)]
    assert flags == [(False, True), (True, True), (True, False)]
    last = await page(limit=2, backwards=True)
    assert (ids(last), last.hits.has_previous, last.hits.has_next) == (whole[3:], True, False)
    middle = await page(limit=2, backwards=True, before=last.hits.positions[0])
    assert (ids(middle), middle.hits.has_previous, middle.hits.has_next) == (whole[1:3], True, True)
    until = await page(limit=5, before=third.hits.positions[0])
    assert (ids(until), until.hits.has_next) == (whole[:4], True)
    between = await page(limit=5, backwards=True, after=first.hits.positions[0], before=third.hits.positions[0])
    assert ids(between) == whole[1:4]
    none = await page(limit=5, before=first.hits.positions[0])
    assert (ids(none), none.total) == ([], 5)
    assert ids(await page(limit=5, backwards=True, before=first.hits.positions[0])) == []
    beyond = await page(limit=2, after=Position((50, "abe_x")))
    assert (ids(beyond), beyond.hits.has_next) == ([], False)


@pytest.mark.parametrize(
    ("window", "path"),
    [
        (Window(limit=101), ("first",)),
        (Window(limit=0, backwards=True), ("last",)),
        (Window(after=Position((MAX_OFFSET, "case_x"))), ("after",)),
        (Window(after=Position(("2026", "case_x"))), ("after",)),
        (Window(before=Position((-1, "case_x"))), ("before",)),
        (Window(before=Position(("x",)), backwards=True), ("before",)),
    ],
)
async def test_windows_that_cannot_be_served_are_refused_by_name(
    store: Database, engine: SearchEngine, window: Window, path: tuple[str, ...]
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        await find(AGENT, engine, "kargo", window=window)
    assert refusal.value.path == path


async def test_the_last_page_that_can_be_reached_has_no_next(store: Database, engine: SearchEngine) -> None:
    found = await find(AGENT, engine, "", window=Window(after=Position((MAX_OFFSET - 1, "case_x"))))
    assert (ids(found), found.hits.has_next, found.hits.has_previous) == ([], False, True)


async def test_a_text_that_nobody_types_is_refused(store: Database, engine: SearchEngine) -> None:
    await find(AGENT, engine, "a" * 1_000, window=PAGE)
    with pytest.raises(InvalidInput, match="at most 1,000 characters") as refusal:
        await find(AGENT, engine, "a" * 1_001, window=PAGE)
    assert refusal.value.path == ("query",)


@pytest.mark.parametrize("actor", [ANONYMOUS, community.customer_actor()])
async def test_who_may_not_search_is_refused(store: Database, engine: SearchEngine, actor: Actor) -> None:
    with pytest.raises(Forbidden, match="search:use"):
        await find(actor, engine, "kargo", window=PAGE)
    with pytest.raises(Forbidden, match="search:use"):
        await similar_questions(actor, engine, "kargo", limit=5)


async def test_an_engine_that_is_not_there_is_told_as_unavailable(store: Database) -> None:
    closed = EmbeddedEngine()
    with pytest.raises(Unavailable):
        await find(AGENT, closed, "kargo", window=PAGE)
    with pytest.raises(Unavailable):
        await find_public(ANONYMOUS, closed, "kargo", window=PAGE)


async def test_the_public_finds_published_questions_and_the_companys_answers_alone(settling: Settling) -> None:
    question = await community.make_public_question(title="چگونه کالا را مرجوع کنم؟")
    await community.make_answer(question, body="از صفحه سفارش‌ها **بازگشت** را بزنید.")
    await community.make_comment(question, body="این فقط داخلی است")
    await community.make_question(title="بازگشت کالا داخلی")
    await settling()
    engine = settling.engine
    assert (await find_public(ANONYMOUS, engine, "بازگشت", window=PAGE)).total == 0
    await publish_question(SYSTEM, question.id, expected_version=question.version)
    await settling()
    found = await find_public(community.customer_actor(), engine, "بازگشت", window=PAGE)
    assert [(hit.id, hit.kind) for hit in found.hits.items] == [(question.id, SearchKind.PUBLIC_QUESTION)]
    assert "<mark>بازگشت</mark>" in found.hits.items[0].body_highlight
    assert isinstance(found.hits.items[0].document, Question)
    assert found.facets == []
    assert (await find_public(ANONYMOUS, engine, "داخلی", window=PAGE)).total == 0
    assert ids(await everything(engine, AGENT, "داخلی", kinds=[SearchKind.QUESTION])) != []


async def test_similar_questions_are_the_more_alike_the_earlier(settling: Settling) -> None:
    alike = await community.make_question(title="İade kargosu ücretini kim öder?")
    near = await community.make_question(title="Kargo ücreti ne kadar?")
    await community.make_question(title="Fatura adresi değişir mi?", body="Yeni adres lazım.")
    await settling()
    title = "Müşteri iade kargo ücretini ödemek istemiyor"
    found = await similar_questions(AGENT, settling.engine, title, limit=5)
    assert [question.id for question, _ in found] == [alike.id, near.id]
    scores: Sequence[float] = [score for _, score in found]
    assert scores[0] > scores[1] > 0
    assert [one.id for one, _ in await similar_questions(AGENT, settling.engine, title, limit=1)] == [alike.id]
    assert await similar_questions(AGENT, settling.engine, "?!", limit=5) == []
