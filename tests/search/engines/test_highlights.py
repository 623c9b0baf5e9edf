"""Marking and cropping, and the distance behind forgiven typing errors."""

import html
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.engines.forms import form_of, storable, text_of, token_of
from search.engines.highlights import BODY_CHARACTERS, Highlighter, distance
from search.engines.wording import wanted_words
from search.entries import SearchMode
from tests.search.engines.contract import make_entry, make_query

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=400)


def marked(text: str, asked: str) -> str:
    """The body of a hit for `asked`."""
    return Highlighter.of(wanted_words(make_query(asked))).hit(form_of(make_entry("a", body=text)), 1.0).body_highlight


@pytest.mark.parametrize(
    ("text", "asked", "expected"),
    [
        ("Siparişlerim IŞIKLI", "sipariş ışık", "<mark>Siparişlerim</mark> <mark>IŞIKLI</mark>"),
        ("Sigorta, sigortacı", "sigor", "<mark>Sigorta</mark>, <mark>sigortacı</mark>"),
        ("Sigorta poliçesi", "sigotra", "<mark>Sigorta</mark> poliçesi"),
        ("poliçenizin", "polics", "<mark>poliçenizin</mark>"),
        ("email, e-mail", "e mail", "<mark>email</mark>, <mark>e</mark>-<mark>mail</mark>"),
        ("12345 12346", "12345", "<mark>12345</mark> 12346"),
        ("کِتاب‌های من", "کتاب", "<mark>کِتاب‌های</mark> من"),
        ("iade", "", "iade"),
        ("", "iade", ""),
    ],
)
def test_words_are_marked_where_they_stand(text: str, asked: str, expected: str) -> None:
    assert marked(text, asked) == expected


def test_a_long_body_is_cropped_to_where_most_different_words_are() -> None:
    text = "fatura " + "söz " * 200 + "fatura adresi yanlış " + "son " * 200

    cropped = marked(text, "fatura adresi yanlış")

    assert "<mark>fatura</mark> <mark>adresi</mark> <mark>yanlış</mark>" in cropped
    assert cropped.startswith("…söz söz")
    assert cropped.endswith("son son…")
    assert len(re.sub("</?mark>", "", cropped)) <= BODY_CHARACTERS + 2


def test_a_long_body_without_spaces_is_cropped_all_the_same() -> None:
    assert marked("x" * 1_000, "iade") == "x" * BODY_CHARACTERS + "…"
    assert marked("-" * 1_000 + "iade" + "-" * 1_000, "iade").startswith("…" + "-" * 50 + "<mark>iade</mark>---")


@settings(max_examples=200, deadline=None)
@given(ANY_TEXT, ANY_TEXT)
def test_highlights_are_pieces_of_the_original(text: str, asked: str) -> None:
    shown = html.unescape(re.sub("</?mark>", "", marked(text, asked)))

    assert shown.strip("…").strip() in storable(text)


@pytest.mark.parametrize(
    ("first", "second", "errors"),
    [
        ("iade", "iade", 0),
        ("iade", "iad", 1),
        ("iade", "iaed", 1),
        ("iade", "iadee", 1),
        ("iade", "xade", 1),
        ("abcd", "badc", 2),
        ("abc", "xyz", 3),
    ],
)
def test_distance(first: str, second: str, errors: int) -> None:
    assert distance(first, second, limit=3) == errors
    assert distance(second, first, limit=3) == errors


def test_distance_beyond_the_limit_is_only_known_to_be_so() -> None:
    assert distance("abcdef", "uvwxyz", limit=1) == 2
    assert distance("a", "abcdef", limit=1) == 2


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=50))
def test_tokens_are_ascii_without_quotes_and_lead_back(text: str) -> None:
    token = token_of(text)

    assert re.fullmatch(r"[A-Za-z0-9_.~%:-]*", token)
    assert text_of(token) == text


@pytest.mark.parametrize(
    ("text", "mode", "words"),
    [
        ("how do I return", SearchMode.ALL, ["return"]),
        ("how to", SearchMode.ALL, ["how", "to"]),
        ("iade iade fatura ne ok", SearchMode.ANY, ["iade", "fatura"]),
        (" ".join(f"kelime{number}" for number in range(40)), SearchMode.ANY, [f"kelime{number}" for number in range(10, 26)]),
    ],
)
def test_the_words_that_count(text: str, mode: SearchMode, words: list[str]) -> None:
    assert [word.folded for word in wanted_words(make_query(text, mode=mode))] == words
