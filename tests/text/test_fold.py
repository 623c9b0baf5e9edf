"""Folding: equal for the reader is equal for the search, and positions stay."""

import unicodedata
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text.fold import DROPPED, ZERO_WIDTH_NON_JOINER, fold
from core.text.words import MAX_WORD_LENGTH, Word, spellings, words

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("IŞIK ışık İstanbul", "isik isik istanbul"),
        ("Şikâyet ÇÖĞÜ çöğü", "sikayet cogu cogu"),
        ("كتاب علي مسؤول", "کتاب علی مسوول"),
        ("أحمد إيران ٱلله آب", "احمد ایران الله اب"),
        ("خانة خانۀ", "خانه خانه"),
        ("١٢٣ ۴۵۶ ７", "123 456 7"),
        ("don’t", "don't"),
        ("a\u00a0b\u2028c", "a b\nc"),
        ("ﬁ ß ſ", "ﬁ s s"),
        ("a\x00b\tc", "a b\tc"),
        ("\ud800x", "\N{REPLACEMENT CHARACTER}x"),
    ],
)
def test_spellings_of_one_word_fold_to_one(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_marks_and_tatweel_are_dropped_in_place_and_the_non_joiner_stays() -> None:
    assert fold("كِتـاب") == f"ک{DROPPED}ت{DROPPED}اب"
    assert fold("s\u0327") == f"s{DROPPED}"
    assert fold("می‌روم") == f"می{ZERO_WIDTH_NON_JOINER}روم"


@given(ANY_TEXT)
def test_folding_keeps_the_length_and_is_done_after_once(text: str) -> None:
    folded = fold(text)

    assert len(folded) == len(text)
    assert fold(folded) == folded
    folded.encode("utf-8")


def test_a_character_folds_to_one_stable_character() -> None:
    codes = [*range(0x3000), *range(0x3000, 0x110000, 61)]

    unstable = [code for code in codes if len(fold(chr(code))) != 1 or fold(fold(chr(code))) != fold(chr(code))]

    assert unstable == []


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_every_unicode_normal_form_gives_the_same_words(form: Literal["NFC", "NFD", "NFKC", "NFKD"]) -> None:
    written = unicodedata.normalize(form, "şçğöü éàñ آبۀ")

    assert [word.folded for word in words(written)] == ["scgou", "ean", "ابه"]


def test_words_know_their_place_in_the_original() -> None:
    text = "«كِتاب‌ها»، İade_12!"

    found = list(words(text))

    assert found == [Word("کتابها", 1, 9), Word("iade", 12, 16), Word("12", 17, 19)]
    assert [text[word.start : word.end] for word in found] == ["كِتاب‌ها", "İade", "12"]


def test_an_endless_word_is_cut() -> None:
    assert list(words("a" * 10_000)) == [Word("a" * MAX_WORD_LENGTH, 0, 10_000)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("می‌روم", ["میروم", "می", "روم"]),
        ("می روم", ["می", "روم", "میروم"]),
        ("کتاب ها", ["کتاب", "ها", "کتابها"]),
        ("iade talebi", ["iade", "talebi"]),
        ("", []),
        ("—!؟\u200c", []),
    ],
)
def test_persian_affixes_are_found_in_each_spelling(text: str, found: list[str]) -> None:
    assert spellings(text) == found
