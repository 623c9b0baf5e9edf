from hypothesis import given, settings
from hypothesis import strategies as st

from community.wiki.anchors import CONTEXT, Selector, locate, readable

WORDS = st.lists(st.sampled_from(["depo", "kargo", "iade", "سفارش", "gün", "yarın"]), min_size=3, max_size=30)


@settings(deadline=None)
@given(WORDS, WORDS, WORDS, st.data())
def test_a_quote_is_found_again_wherever_words_are_added_around_it(
    said: list[str], before: list[str], after: list[str], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(said)))
    said[place:place] = ["Tam", "burası"]
    text = " ".join(said)
    first = locate(text, Selector("Tam burası"))
    assert first is not None
    assert text[first.start :].startswith("Tam burası")

    later = " ".join([*before, *said, *after])
    found = locate(later, first)

    assert found is not None
    assert later[found.start : found.start + len(found.exact)] == "Tam burası" == found.exact
    assert (found.prefix, found.suffix) == (
        later[max(0, found.start - CONTEXT) : found.start],
        later[found.start + 10 : found.start + 10 + CONTEXT],
    )


def test_of_many_like_it_the_one_among_the_same_words_is_meant() -> None:
    text = "Pazar günü kapalı. Salı günü açık. Cuma günü kapalı."

    third = locate(text, Selector("günü", prefix="Cuma", suffix="kapalı"))
    nearest = locate(text, Selector("günü", start=24))

    assert third is not None
    assert nearest is not None
    assert (third.start, nearest.start) == (text.rindex("günü"), text.index("günü", 10))


def test_a_changed_quote_is_found_between_the_same_words_and_a_gone_one_is_not() -> None:
    was = locate("Sipariş iki haftada gelir, sorulmaz.", Selector("iki haftada gelir"))
    assert was is not None

    changed = locate("Sipariş üç haftada gelir, sorulmaz.", was)
    gone = locate("Sipariş bilinmez, sorulmaz.", was)

    assert changed is not None
    assert (changed.exact, changed.prefix, changed.suffix) == ("üç haftada gelir", "Sipariş ", ", sorulmaz.")
    assert gone is None
    assert locate("Başka bir sayfa.", Selector("iki haftada gelir")) is None


def test_what_is_quoted_is_what_people_see() -> None:
    assert readable("## İade\n\nÖnce **depoya**   [sorulur](/wiki/depo).\n\n- bir\n- iki") == "İade Önce depoya sorulur. bir iki"


def test_a_changed_quote_is_not_looked_for_over_half_the_page() -> None:
    was = locate("Sipariş iki haftada gelir, sorulmaz.", Selector("iki haftada gelir"))
    assert was is not None
    far = "Sipariş " + "beklenmeyen bir şey oldu ve kimse bilmiyor " * 20 + ", sorulmaz."
    assert locate(far, was) is None
    turned = ", sorulmaz. Böyle denir. Sipariş "
    assert locate(turned, was) is None
