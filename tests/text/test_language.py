"""Telling the three languages apart, and saying nothing where it is not clear."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.text.language import LANGUAGES, Language, detect_language, prepare_languages


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Siparişim hâlâ gelmedi, ne yapmalıyım?", "tr"),
        ("siparisim hala gelmedi ne yapmaliyim", "tr"),
        ("merhaba", "tr"),
        ("سفارش من هنوز نرسیده است", "fa"),
        ("سلام", "fa"),
        ("My order has not arrived yet", "en"),
        ("REFUND PLEASE", "en"),
        ("", None),
        ("ok", None),
        ("12345 67", None),
        ("привет как дела", None),
        ("你好，我的包裹在哪里", None),
        ("Guten Tag, wo ist mein Paket?", None),
        ("\ud800\udfff\x00", None),
    ],
)
def test_language_of_a_text(text: str, language: Language | None) -> None:
    assert detect_language(text) == language


def test_only_the_beginning_of_an_endless_text_is_read() -> None:
    assert detect_language("my order is late " * 200 + "سفارش من " * 1_000_000) == "en"


@settings(max_examples=50, deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=500))
def test_no_text_is_too_strange(text: str) -> None:
    prepare_languages()

    assert detect_language(text) in {*LANGUAGES, None}
