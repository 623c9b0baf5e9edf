from hypothesis import given, settings
from hypothesis import strategies as st

from community.wiki.front_matter import parted, written

TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40)


@settings(deadline=None)
@given(TEXTS, st.lists(TEXTS, max_size=4), st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1))
def test_what_is_written_is_read_again(title: str, tags: list[str], body: str) -> None:
    values, text = parted(written({"title": title, "tags": tags}) + "\n" + body)

    assert (values, text) == ({"title": title, "tags": tags}, body)


def test_what_people_write_is_understood() -> None:
    front = ["title: İade: nasıl?", "Tags:", "  - kargo", "  - 'iade'", 'keywords: [a, "b"]', "empty:"]
    lines = ["\ufeff---", *front, "---", "", "Metin", ""]
    file = "\r\n".join(lines)

    assert parted(file) == (
        {"title": "İade: nasıl?", "tags": ["kargo", "iade"], "keywords": ["a", "b"], "empty": ""},
        "Metin\n",
    )
    assert parted("Metin\n---\nyok") == ({}, "Metin\n---\nyok")
    assert parted("---\ntitle: açık") == ({}, "---\ntitle: açık")


def test_lines_that_say_nothing_are_passed_over() -> None:
    file = "---\n  - kimin?\ntitle: İade\n??\ntags:\n  - kargo\n\n  - iade\n---\nMetin"
    assert parted(file) == ({"title": "İade", "tags": ["kargo", "iade"]}, "Metin")
