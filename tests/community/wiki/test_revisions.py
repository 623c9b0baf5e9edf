from hypothesis import given, settings
from hypothesis import strategies as st

from community.wiki.revisions import Hunk, HunkKind, compare

TEXTS = st.lists(st.sampled_from(["bir\n", "iki\n", "سه\n", "dört", "\r\n", "\n", " "]), max_size=30).map("".join) | st.text(
    max_size=200
)


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_hunks_are_the_text_before_and_the_text_after(before: str, after: str) -> None:
    hunks = compare(before, after)

    assert "".join(hunk.text for hunk in hunks if hunk.kind is not HunkKind.ADDED) == before
    assert "".join(hunk.text for hunk in hunks if hunk.kind is not HunkKind.REMOVED) == after
    assert all(hunk.text for hunk in hunks)


@settings(deadline=None)
@given(TEXTS)
def test_nothing_changed_is_one_hunk_at_most(text: str) -> None:
    assert compare(text, text) == ([Hunk(HunkKind.SAME, text)] if text else [])


def test_lines_that_changed_are_shown_with_what_stayed() -> None:
    assert compare("a\nb\nc\n", "a\nB\nc\nd\n") == [
        Hunk(HunkKind.SAME, "a\n"),
        Hunk(HunkKind.REMOVED, "b\n"),
        Hunk(HunkKind.ADDED, "B\n"),
        Hunk(HunkKind.SAME, "c\n"),
        Hunk(HunkKind.ADDED, "d\n"),
    ]
