"""What every search engine promises; run on the embedded engine and on the Meilisearch that KOPRU_TEST_MEILISEARCH_URL names."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from search.engine import SearchEngine, SearchIndex
from search.entries import SearchEntry, SearchFacet, SearchKind, SearchMode, SearchPage, SearchQuery
from tests.search.engines.contract import ALL, NOON, ids_of, make_entry, make_query, numbered, stream

STAFF, PORTAL = SearchIndex.STAFF, SearchIndex.PORTAL


async def found(engine: SearchEngine, text: str, **changes: object) -> list[str]:
    return ids_of(await engine.find(STAFF, make_query(text, **changes)))


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        # Turkish letters and case
        ("Işık kesintisi", "IŞIK"),
        ("Işık kesintisi", "isik"),
        ("İSTANBUL şubesi", "istanbul"),
        ("istanbul subesi", "İstanbul Şubesi"),
        ("SIGORTA poliçem", "sigorta"),
        # Turkish endings, both ways
        ("Siparişlerimiz gelmedi", "sipariş"),
        ("sipariş", "siparişlerimizden"),
        ("kitap iadesi", "kitapları"),
        ("Faturalarımı göremiyorum", "fatura"),
        # English endings
        ("He went home", "go home"),
        ("Refunds are late", "refund"),
        ("a refund", "refunds"),
        # Persian letters, digits, marks, the zero-width non-joiner and affixes
        ("كتاب علي رسيد", "کتاب علی رسید"),
        ("کتاب علی رسید", "كتاب علي"),
        ("کِتاب تـــازه", "کتاب تازه"),
        ("خانه‌ی آبی", "خانه ابی"),
        ("سفارش‌های من", "سفارش"),
        ("سفارش", "سفارش‌ها"),
        ("می‌روم", "میروم"),
        ("می‌روم", "می روم"),
        ("میروم", "می‌روم"),
        ("می روم", "میروم"),
        ("کتاب ها", "کتاب‌ها"),
        ("کتابها", "کتاب ها"),
        # digits of all scripts
        ("سفارش ۱۲۳۴۵", "12345"),
        ("order 12345", "۱۲۳۴۵"),
        ("order 12345", "١٢٣٤٥"),
        # typing errors and beginnings
        ("Sigorta poliçesi", "sigorat"),
        ("international shipping", "internatonal"),
        ("international shipping", "internatoinl"),
        ("Kargo takip numarası", "kargo tak"),
        ("Kargo takip numarası", "takip kar"),
        # filler words, order, joined words
        ("return policy", "how do I return"),
        ("e-mail address", "email"),
        ("email address", "e mail"),
    ],
)
async def test_is_found(engine: SearchEngine, written: str, asked: str) -> None:
    await engine.put(STAFF, [make_entry("other", "zzqqx"), make_entry("wanted", written)])

    assert await found(engine, asked) == ["wanted"]


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("order 12345", "12346"),
        ("return policy", "return shipping"),
        ("kart", "kurt"),
        ("Sigorta", "orta"),
        ("iade", "iade zzqqx"),
    ],
)
async def test_is_not_found(engine: SearchEngine, written: str, asked: str) -> None:
    await engine.put(STAFF, [make_entry("other", written)])

    assert await found(engine, asked) == []


async def test_title_comes_before_keywords_before_body(engine: SearchEngine) -> None:
    filler = "başka bir konu hakkında uzun bir metin"
    await engine.put(
        STAFF,
        [
            make_entry("body", filler, "fatura"),
            make_entry("title", "fatura", filler),
            make_entry("keywords", filler, filler, keywords=("fatura",)),
        ],
    )

    assert await found(engine, "fatura") == ["title", "keywords", "body"]


async def test_the_word_itself_comes_before_a_typing_error(engine: SearchEngine) -> None:
    await engine.put(STAFF, [make_entry("close", "sigorka"), make_entry("same", "sigorta"), make_entry("near", "sigorda")])

    assert (await found(engine, "sigorta"))[0] == "same"


async def test_tags_and_keywords_are_searched(engine: SearchEngine) -> None:
    entry = make_entry("a", "Başlık", tags=("Ödeme Sorunu",), keywords=("para nerede", "havale"))
    await engine.put(STAFF, [entry])

    assert await found(engine, "odeme") == ["a"]
    assert await found(engine, "havale") == ["a"]


async def test_readers_restrict_hits_totals_and_facets(engine: SearchEngine) -> None:
    await engine.put(
        STAFF,
        [
            make_entry("mine", "iade", readers=frozenset({"team:1", "user:7"}), tags=("açık",)),
            make_entry("theirs", "iade", readers=frozenset({"team:2"}), tags=("gizli",), kind=SearchKind.QUESTION),
            make_entry("nobodys", "iade", readers=frozenset(), tags=("gizli",)),
        ],
    )
    facets = frozenset(SearchFacet)

    for text, mode in [("iade", SearchMode.ALL), ("", SearchMode.ALL), ("iade", SearchMode.ANY)]:
        page = await engine.find(STAFF, make_query(text, mode=mode, readers=frozenset({"user:7", "team:9"}), facets=facets))

        assert ids_of(page) == ["mine"]
        assert (page.total, page.total_capped) == (1, False)
        assert page.facets == {SearchFacet.KIND: {"CASE": 1}, SearchFacet.TAG: {"açık": 1}}
    assert await engine.find(STAFF, make_query("iade", readers=frozenset(), facets=facets)) == SearchPage(
        facets={SearchFacet.KIND: {}, SearchFacet.TAG: {}},
    )


@pytest.mark.parametrize("token", ['team" OR id = "theirs', "team\\", "team' OR 1=1", "a,b", "[x]", "تیم ۱", "\ud800", "*", " "])
async def test_strange_tokens_and_tags_are_only_themselves(engine: SearchEngine, token: str) -> None:
    await engine.put(
        STAFF, [make_entry("mine", readers=frozenset({token}), tags=(token,)), make_entry("theirs", readers=frozenset({"x"}))]
    )

    assert await found(engine, "", readers=frozenset({token})) == ["mine"]
    assert await found(engine, "", readers=frozenset({token, "x"}), tags=frozenset({token})) == ["mine"]


async def test_kinds_tags_and_times_restrict(engine: SearchEngine) -> None:
    hour = timedelta(hours=1)
    await engine.put(
        STAFF,
        [
            make_entry("early", "iade", tags=("a",), updated_at=NOON - hour),
            make_entry("noon", "iade", tags=("a", "b"), kind=SearchKind.QUESTION),
            make_entry("late", "iade", tags=("b",), updated_at=NOON + hour, kind=SearchKind.ANSWER),
        ],
    )

    assert await found(engine, "iade", kinds=frozenset({SearchKind.QUESTION, SearchKind.ANSWER}), tags=frozenset({"a"})) == [
        "noon"
    ]
    assert await found(engine, "iade", tags=frozenset({"a", "b"})) == ["noon"]
    assert await found(engine, "", updated_after=NOON) == ["late", "noon"]
    assert await found(engine, "", updated_before=NOON) == ["early"]
    assert await found(engine, "", updated_after=NOON - hour, updated_before=NOON + hour) == ["noon", "early"]


async def test_facets_count_all_hits_the_most_frequent_first(engine: SearchEngine) -> None:
    await engine.put(
        STAFF,
        [
            *[make_entry(f"c{number}", "iade", tags=("kargo", "ödeme")) for number in range(3)],
            make_entry("q", "iade", kind=SearchKind.QUESTION, tags=("kargo", "%20")),
            make_entry("other", "fatura", tags=("fatura",)),
        ],
    )

    page = await engine.find(STAFF, make_query("iade", limit=1, facets=frozenset(SearchFacet)))

    assert list(page.facets[SearchFacet.KIND].items()) == [("CASE", 3), ("QUESTION", 1)]
    assert list(page.facets[SearchFacet.TAG].items()) == [("kargo", 4), ("ödeme", 3), ("%20", 1)]
    assert (await engine.find(STAFF, make_query("iade", facets=frozenset({SearchFacet.KIND})))).facets == {
        SearchFacet.KIND: {"CASE": 3, "QUESTION": 1},
    }


@pytest.mark.parametrize(("text", "mode"), [("iade", SearchMode.ALL), ("", SearchMode.ALL), ("iade talebi", SearchMode.ANY)])
async def test_pages_hold_each_hit_once(engine: SearchEngine, text: str, mode: SearchMode) -> None:
    await engine.put(STAFF, numbered(25))

    pages = [await engine.find(STAFF, make_query(text, mode=mode, offset=offset, limit=10)) for offset in range(0, 40, 10)]

    assert [len(page.hits) for page in pages] == [10, 10, 5, 0]
    assert [page.total for page in pages] == [25, 25, 25, 25]
    assert sorted(id_ for page in pages for id_ in ids_of(page)) == sorted(f"n_{number}" for number in range(25))


async def test_with_an_empty_text_the_newest_come_first(engine: SearchEngine) -> None:
    await engine.put(STAFF, numbered(5))

    assert await found(engine, "  ") == ["n_4", "n_3", "n_2", "n_1", "n_0"]
    assert await found(engine, "", offset=3) == ["n_1", "n_0"]
    assert await found(engine, "", mode=SearchMode.ANY) == []


@pytest.mark.parametrize("text", ["?!", "🚚", " 👍🏽 ❤️ ", "…", "\u200c", "—_—"])
async def test_text_without_any_word_finds_nothing(engine: SearchEngine, text: str) -> None:
    await engine.put(STAFF, numbered(5))

    page = await engine.find(STAFF, make_query(text, facets=frozenset(SearchFacet)))

    assert (page.hits, page.total, page.facets) == ((), 0, {facet: {} for facet in SearchFacet})
    assert await found(engine, f"{text} fatura") == await found(engine, "fatura")


async def test_highlights_are_the_original_escaped_and_marked(engine: SearchEngine) -> None:
    await engine.put(STAFF, [make_entry("a", "<b>İade</b> & «كِتاب»", 'IADELER "yarın" <script>')])

    [hit] = (await engine.find(STAFF, make_query("iade kitab کتاب", mode=SearchMode.ANY))).hits
    [plain] = (await engine.find(STAFF, make_query("iade", highlight=False))).hits

    assert hit.kind is SearchKind.CASE
    assert hit.title_highlight == "&lt;b&gt;<mark>İade</mark>&lt;/b&gt; &amp; «<mark>كِتاب</mark>»"
    assert hit.body_highlight == "<mark>IADELER</mark> &quot;yarın&quot; &lt;script&gt;"
    assert plain.title_highlight == "&lt;b&gt;İade&lt;/b&gt; &amp; «كِتاب»"
    assert plain.body_highlight == "IADELER &quot;yarın&quot; &lt;script&gt;"


async def test_put_again_replaces_and_twice_is_once(engine: SearchEngine) -> None:
    await engine.put(STAFF, [make_entry("a", "eski"), make_entry("b", "başka")])
    for _ in range(2):
        await engine.put(STAFF, [make_entry("a", "eski"), make_entry("a", "yeni")])

    assert await found(engine, "eski") == []
    assert await found(engine, "yeni") == ["a"]
    assert await engine.count(STAFF) == 2


async def test_removed_is_not_found(engine: SearchEngine) -> None:
    await engine.put(STAFF, numbered(3))
    for _ in range(2):
        await engine.remove(STAFF, ["n_0", "n_2", "unknown"])

    assert await found(engine, "iade") == ["n_1"]
    assert await engine.count(STAFF) == 1


async def test_nothing_put_or_removed_changes_nothing(engine: SearchEngine) -> None:
    await engine.put(STAFF, numbered(2))

    await engine.put(STAFF, [])
    await engine.remove(STAFF, [])

    assert await engine.count(STAFF) == 2


async def test_the_audiences_are_apart(engine: SearchEngine) -> None:
    await engine.put(STAFF, [make_entry("inside", "iade")])
    await engine.put(PORTAL, [make_entry("outside", "iade", kind=SearchKind.HELP_ARTICLE)])

    assert ids_of(await engine.find(STAFF, make_query("iade"))) == ["inside"]
    assert ids_of(await engine.find(PORTAL, make_query("iade"))) == ["outside"]
    await engine.remove(PORTAL, ["inside"])
    assert await engine.count(STAFF) == 1


async def test_a_long_text_finds_its_like(engine: SearchEngine) -> None:
    await engine.put(
        STAFF,
        [
            make_entry(
                "like", "Hasarlı televizyon", "Televizyonun ekranı kırık geldi, kargo hasarlı teslim etti, değişim istiyorum"
            ),
            make_entry("bit", "Televizyon kurulumu", "Kurulum randevusu"),
            make_entry("unlike", "Fatura adresi", "Adres değişikliği"),
        ],
    )
    case = "Merhaba, dün teslim edilen televizyonumun ekranı kırık çıktı. Kargo paketi de hasarlıydı. Lütfen değişim yapın. " * 40

    page = await engine.find(STAFF, make_query(case, mode=SearchMode.ANY))

    assert ids_of(page) == ["like", "bit"]
    assert page.total == 2
    assert page.hits[0].score > page.hits[1].score


async def test_more_than_ten_words_of_all_are_not_asked_for(engine: SearchEngine) -> None:
    words = "alfa bravo charlie delta echo foxtrot golf hotel india juliett"
    await engine.put(STAFF, [make_entry("a", words)])

    assert await found(engine, f"{words} zzqqx") == ["a"]
    assert await found(engine, f"zzqqx {words}") == []


@pytest.mark.parametrize(
    "text",
    [
        '"', '"iade', "iade AND OR NOT", "title:iade", "-iade", "iade*", "(((", "+iade^9 ~2", "\\", "'; --", "{}[]<>|&!",
        "\x00", "iade\x00", "\ud800 iade", "\u200c\u200d\u200e", "a" * 10_000, "iade " * 2_000, "😀", "。。。", "\n\t",
        "%20", "א ב", "ﷺ",
    ],
)  # fmt: skip
async def test_no_text_is_too_strange(engine: SearchEngine, text: str) -> None:
    await engine.put(STAFF, [make_entry("a", text, text, keywords=(text,))])

    for mode in SearchMode:
        page = await engine.find(STAFF, make_query(text, mode=mode, facets=frozenset(SearchFacet)))
        assert set(ids_of(page)) <= {"a"}
    assert ids_of(await engine.find(STAFF, make_query())) == ["a"]


async def test_rebuild_swaps_while_queries_go_on(engine: SearchEngine) -> None:
    await engine.put(STAFF, [make_entry("old", "iade")])
    seen: list[list[str]] = []

    async def entries() -> AsyncIterator[SearchEntry]:
        for entry in numbered(1_100):
            if entry.id in {"n_0", "n_600", "n_1099"}:
                seen.append(await found(engine, "iade"))
            yield entry
        yield make_entry("n_0", "bambaşka")

    asking = asyncio.create_task(_ask_until(engine, "n_1099"))
    taken = await engine.rebuild(STAFF, entries())

    assert taken == 1_100
    assert seen == [["old"], ["old"], ["old"]]
    assert await asyncio.wait_for(asking, 30) == {("old",), ("n_1099",)}
    assert await engine.count(STAFF) == 1_100
    assert await found(engine, "bambaska") == ["n_0"]


async def _ask_until(engine: SearchEngine, last: str) -> set[tuple[str, ...]]:
    answers: set[tuple[str, ...]] = set()
    while (last,) not in answers:
        answers.add(tuple(await found(engine, "", limit=1)))
    return answers


async def test_what_changes_during_a_rebuild_holds_afterwards(engine: SearchEngine) -> None:
    await engine.put(STAFF, [make_entry("a", "eski"), make_entry("b", "eski"), make_entry("c", "eski")])

    async def entries() -> AsyncIterator[SearchEntry]:
        yield make_entry("a", "eski")
        await engine.put(STAFF, [make_entry("a", "yeni"), make_entry("b", "yeni"), make_entry("d", "yeni")])
        await engine.remove(STAFF, ["c"])
        await engine.put(STAFF, [make_entry("d", "yepyeni")])
        yield make_entry("b", "eski")
        yield make_entry("c", "eski")

    await engine.rebuild(STAFF, entries())

    assert sorted(await found(engine, "yeni")) == ["a", "b"]
    assert await found(engine, "yepyeni") == ["d"]
    assert await engine.count(STAFF) == 3


async def test_a_failing_rebuild_leaves_the_old(engine: SearchEngine) -> None:
    await engine.put(STAFF, [make_entry("old", "iade")])

    async def entries() -> AsyncIterator[SearchEntry]:
        for entry in numbered(700):
            yield entry
        await engine.put(STAFF, [make_entry("meanwhile", "iade")])
        raise LookupError("the store went away")

    with pytest.raises(LookupError, match="the store went away"):
        await engine.rebuild(STAFF, entries())

    assert sorted(await found(engine, "iade")) == ["meanwhile", "old"]
    assert await engine.rebuild(STAFF, stream(numbered(2))) == 2
    assert sorted(await found(engine, "iade")) == ["n_0", "n_1"]


async def test_answers_healthy(engine: SearchEngine) -> None:
    await engine.open()

    assert await engine.healthy() is True


async def test_entries_of_any_size_are_taken(engine: SearchEngine) -> None:
    await engine.put(STAFF, [make_entry("long", "iade " * 10_000, "fatura " * 100_000), make_entry("none")])

    [hit] = (await engine.find(STAFF, SearchQuery(text="fatura", readers=ALL))).hits

    assert hit.id == "long"
    assert hit.body_highlight.startswith("<mark>fatura</mark> ")
    assert hit.body_highlight.endswith("<mark>fatura</mark>…")
