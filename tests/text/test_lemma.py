"""Dictionary forms in three languages."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.text.language import LANGUAGES, Language
from core.text.lemma import MAX_LEMMATISED_CHARACTERS, lemma_forms, lemmatise, prepare_lemmas


@pytest.mark.parametrize(
    ("text", "language", "lemmas"),
    [
        ("Siparişlerimizin iadesi", "tr", "siparis iade"),
        ("KİTAPLARI IŞIKTA", "tr", "kitap isik"),
        ("Refunds went, arrived", "en", "refund go arrive"),
        ("شکایت‌ها و كتاب‌های", "fa", "شکایت و کتاب"),
        ("کتابها", "fa", "کتاب"),
        ("کارمندان", "fa", "کارمند"),
        ("ژژژها", "fa", "ژژژها"),
        ("نامه‌ای", "fa", "نامه"),
        ("Refunds went", None, "refunds went"),
        ("zzqqx 123", "tr", "zzqqx 123"),
        ("", "tr", ""),
    ],
)
def test_dictionary_forms(text: str, language: Language | None, lemmas: str) -> None:
    assert lemmatise(text, language) == lemmas


def test_forms_of_a_text_in_an_unknown_language() -> None:
    assert lemma_forms("kitapları went شکایت‌های") == [
        ("kitaplari", ("kitap", "kitaplari")),
        ("went", ("went", "go")),
        ("شکایتهای", ("شکایت",)),
    ]


def test_only_the_beginning_of_an_endless_text_is_read() -> None:
    assert len(lemmatise("iade " * 1_000_000, "tr")) < MAX_LEMMATISED_CHARACTERS


@settings(max_examples=50, deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=200), st.sampled_from(LANGUAGES))
def test_no_text_is_too_strange(text: str, language: Language) -> None:
    prepare_lemmas()

    assert len(lemmatise(text, language).split()) == len(lemma_forms(text))
