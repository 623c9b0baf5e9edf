from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from community.wiki.merging import Region, RegionKind, has_markers, merge

LINES = st.lists(st.sampled_from(["bir", "iki", "سه", "dört", "", " "]), max_size=25)
TEXTS = LINES.map("\n".join) | st.text(max_size=120)


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_what_only_one_changed_is_taken_whole(base: str, edited: str) -> None:
    assert merge(base, base, edited).text == edited
    assert merge(base, edited, base).text == edited
    assert merge(base, edited, edited).text == edited
    assert merge(base, edited, edited).conflicts == merge(base, base, edited).conflicts == 0


@settings(deadline=None)
@given(TEXTS, TEXTS, TEXTS)
def test_regions_are_the_three_texts(base: str, theirs: str, yours: str) -> None:
    regions = merge(base, theirs, yours).regions

    for name, text in (("base", base), ("theirs", theirs), ("yours", yours)):
        assert "\n".join(line for region in regions for line in getattr(region, name)) == text


@settings(deadline=None)
@given(TEXTS, TEXTS, TEXTS)
def test_who_was_first_makes_no_difference(base: str, theirs: str, yours: str) -> None:
    swapped = {RegionKind.YOURS: RegionKind.THEIRS, RegionKind.THEIRS: RegionKind.YOURS}
    one, other = merge(base, theirs, yours), merge(base, yours, theirs)

    assert [Region(swapped.get(r.kind, r.kind), r.base, r.yours, r.theirs) for r in one.regions] == list(other.regions)
    if not one.conflicts:
        assert one.text == other.text


@settings(deadline=None)
@given(LINES, LINES, LINES)
def test_a_clean_merge_holds_both_changes(base: list[str], theirs: list[str], yours: list[str]) -> None:
    merged = merge("\n".join(base), "\n".join(theirs), "\n".join(yours))
    if merged.conflicts:
        assert has_markers(merged.text)
        return
    expected = Counter("\n".join(base).split("\n"))
    for text in (theirs, yours):
        expected.update("\n".join(text).split("\n"))
        expected.subtract("\n".join(base).split("\n"))
    for region in merged.regions:
        if region.kind is RegionKind.BOTH:
            expected.subtract(region.yours)
            expected.update(region.base)
    assert +Counter(merged.text.split("\n")) == +expected


@settings(deadline=None)
@given(st.integers(3, 40), st.data())
def test_changes_apart_from_each_other_merge(length: int, data: st.DataObject) -> None:
    base = [f"satır {number}" for number in range(length)]
    first = data.draw(st.integers(0, length - 3))
    second = data.draw(st.integers(first + 2, length - 1))
    theirs, yours, both = base.copy(), base.copy(), base.copy()
    theirs[first] = both[first] = "onların"
    yours[second] = both[second] = "sizin"

    assert merge("\n".join(base), "\n".join(theirs), "\n".join(yours)).text == "\n".join(both)


def test_changes_of_one_line_are_a_conflict_that_shows_all_three() -> None:
    merged = merge("a\nb\nc", "a\nB1\nc", "a\nB2\nc\nd")

    assert [region.kind for region in merged.regions] == [
        RegionKind.SAME,
        RegionKind.CONFLICT,
        RegionKind.SAME,
        RegionKind.YOURS,
    ]
    assert merged.conflicts == 1
    assert merged.text == "a\n<<<<<<< yours\nB2\n||||||| base\nb\n=======\nB1\n>>>>>>> theirs\nc\nd"
    assert has_markers(merged.text)
    assert not has_markers("Başlık\n=======\nmetin")
