from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from care.reports.statistics import Spread, nearest_rank, share

SECONDS = st.lists(st.integers(0, 10_000), max_size=60)


@given(SECONDS.map(sorted), st.sampled_from([1, 50, 90, 99, 100]))
def test_nearest_rank_is_the_smallest_value_that_enough_values_do_not_pass(values: list[int], percent: int) -> None:
    enough = [
        value for value in values if Fraction(sum(other <= value for other in values), len(values)) >= Fraction(percent, 100)
    ]

    assert nearest_rank(values, percent) == (min(enough) if enough else None)


@given(SECONDS)
def test_order_of_values_does_not_matter(values: list[int]) -> None:
    assert Spread.of(values) == Spread.of(values[::-1])


def test_numbers_of_nothing_are_unknown() -> None:
    assert Spread.of([]) == Spread(0, None, None)
    assert share(0, 0) is None


def test_median_and_ninetieth_of_ten_are_the_fifth_and_the_ninth() -> None:
    assert Spread.of([100, 10, 20, 30, 40, 50, 60, 70, 80, 90]) == Spread(10, 50, 90)
