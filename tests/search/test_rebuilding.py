from collections.abc import AsyncIterator

import pytest

from auth.actor import ANONYMOUS
from care.documents.answer_bank import AnswerBankEntry
from care.documents.channels import Environment
from care.events import CaseOpened
from community.events import QuestionChanged
from core.clock import now
from core.database import Database
from core.errors import Unavailable
from core.paging import Window
from core.records import save
from search import rebuilding, sources
from search.engine import SearchEngine, SearchIndex
from search.engines.embedded import EmbeddedEngine
from search.entries import SearchEntry, SearchKind
from search.querying import find, find_public
from search.rebuilding import rebuild, rebuild_if_empty
from tests.factories import care, community
from tests.search.settling import Settling

AGENT = care.make_actor()


async def count(engine: SearchEngine, text: str) -> int:
    return (await find(AGENT, engine, text, window=Window())).total


async def test_everything_that_is_stored_is_found_afterwards(store: Database, engine: SearchEngine) -> None:
    await care.make_case()
    await care.make_case(environment=Environment.PRACTICE)
    await care.make_entry()
    question = await community.make_question()
    await community.make_answer(question)
    gone = await community.make_question()
    gone.deleted_at = now()
    await save(gone)
    await community.publish(await community.make_public_question())
    await community.make_public_question()
    given = await rebuild(engine, SearchIndex.STAFF)
    members = given.pop(SearchKind.MEMBER)
    assert given == {SearchKind.CASE: 1, SearchKind.QUESTION: 3, SearchKind.ANSWER_BANK_ENTRY: 1}
    assert members == await store["members"].count_documents({})
    assert await engine.count(SearchIndex.STAFF) == 5 + members
    assert await rebuild(engine, SearchIndex.PORTAL) == {SearchKind.PUBLIC_QUESTION: 1}
    assert (await find_public(ANONYMOUS, engine, "مرجوع", window=Window())).total == 1


async def test_documents_are_read_in_batches_without_gap_or_repeat(
    store: Database, engine: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "BATCH", 2)
    made = sorted([(await care.make_entry()).id for _ in range(5)])
    pages = [[row.id for row in page] async for page in sources.batches(AnswerBankEntry)]
    assert pages == [made[:2], made[2:4], made[4:]]
    assert await rebuild(engine, SearchIndex.STAFF) == {SearchKind.ANSWER_BANK_ENTRY: 5}


class Interrupted:
    """An engine in whose rebuild something happens after the first entry."""

    def __init__(self, engine: SearchEngine, happening: object) -> None:
        self._engine = engine
        self._happening = happening

    def __getattr__(self, name: str) -> object:
        return getattr(self._engine, name)

    async def rebuild(self, index: SearchIndex, entries: AsyncIterator[SearchEntry]) -> int:
        async def with_happening() -> AsyncIterator[SearchEntry]:
            is_first = True
            async for entry in entries:
                yield entry
                if is_first:
                    await self._happening()  # type: ignore[operator]  # a coroutine function
                is_first = False

        return await self._engine.rebuild(index, with_happening())


async def test_what_changes_meanwhile_is_in_it_without_any_worker(settling: Settling) -> None:
    hidden, changed = await community.make_question(title="Gizlenecek soru"), await community.make_question(title="Eski başlık")
    case = await care.say(await care.make_conversation(), "Kalacak vaka")
    lost = await care.say(await care.make_conversation(), "Silinecek vaka")
    await settling()

    async def happening() -> None:
        await community.make_question(title="Yepyeni soru")
        hidden.deleted_at = now()
        hidden.record(QuestionChanged(question_id=hidden.id))
        await save(hidden)
        changed.title = "Taze başlık"
        changed.record(QuestionChanged(question_id=changed.id))
        await save(changed)
        for one, deleted_at in ((case, None), (lost, now())):
            current = await care.reread(one)
            current.deleted_at = deleted_at
            current.record(CaseOpened(case_id=one.id))
            await save(current)
        await community.publish(await community.make_public_question())
        await settling.relay()

    engine = settling.engine
    given = await rebuild(Interrupted(engine, happening), SearchIndex.STAFF)  # type: ignore[arg-type]  # passes on what it lacks
    counted = [
        await count(engine, words) for words in ("gizlenecek", "silinecek", "eski başlık", "taze başlık", "yepyeni", "kalacak")
    ]
    assert counted == [0, 0, 0, 1, 1, 1]
    assert (given[SearchKind.QUESTION], given[SearchKind.CASE]) == (3, 1)
    assert await engine.count(SearchIndex.PORTAL) == 0


async def test_what_a_worker_indexes_meanwhile_holds(settling: Settling) -> None:
    await community.make_question(title="Eski soru")

    async def happening() -> None:
        await community.make_question(title="Yepyeni soru")
        await settling()

    await rebuild(Interrupted(settling.engine, happening), SearchIndex.STAFF)  # type: ignore[arg-type]  # passes on what it lacks
    assert [await count(settling.engine, words) for words in ("eski soru", "yepyeni")] == [1, 1]


async def test_a_rebuild_that_fails_leaves_what_was_found_before(settling: Settling, monkeypatch: pytest.MonkeyPatch) -> None:
    await community.make_question(title="Eski soru")
    await settling()

    async def happening() -> None:
        raise Unavailable("store")

    with pytest.raises(Unavailable):
        await rebuild(Interrupted(settling.engine, happening), SearchIndex.STAFF)  # type: ignore[arg-type]  # passes on what it lacks
    assert await count(settling.engine, "eski soru") == 1


async def test_only_an_empty_index_is_rebuilt_for_being_empty(settling: Settling) -> None:
    await care.make_entry()
    assert await rebuild_if_empty(settling.engine, SearchIndex.STAFF) == {SearchKind.ANSWER_BANK_ENTRY: 1}
    await care.make_entry()
    assert await rebuild_if_empty(settling.engine, SearchIndex.STAFF) == {}
    assert await settling.engine.count(SearchIndex.STAFF) == 1


async def test_an_engine_that_is_not_there_is_told(store: Database) -> None:
    with pytest.raises(Unavailable):
        await rebuilding.rebuild(EmbeddedEngine(), SearchIndex.STAFF)
