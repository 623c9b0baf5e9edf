from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.experts.ranking import (
    ACTIVITY_WEIGHT,
    FEW,
    LIKENESS_WEIGHT,
    LOAD_PENALTY,
    SKILL_WEIGHT,
    TOPIC_WEIGHT,
    Clue,
    burden,
    merits,
    topics_of,
)

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HALF_SPARE = TOPIC_WEIGHT / 2


def clue(id_: str, member: str, *, days: float = 0.0, weight: float = 1.0, tags: str = "", likeness: float = 0.0) -> Clue:
    at = NOW - timedelta(days=days)
    return Clue(id_, member, weight, at, tags=frozenset(tags.split()), likeness=likeness)


def scores(
    *clues: Clue, topics: dict[str, float] | None = None, skills: dict[str, dict[str, float]] | None = None
) -> dict[str, float]:
    return {member: merit.score for member, merit in merits(clues, topics or {}, skills or {}, NOW).items()}


def test_a_vote_is_halved_every_ninety_days_and_activity_every_thirty() -> None:
    found = scores(clue("e1", "new", likeness=1.0), clue("e2", "old", days=90, likeness=1.0))
    assert found["new"] == pytest.approx(LIKENESS_WEIGHT + ACTIVITY_WEIGHT + 2 * HALF_SPARE)
    assert found["old"] == pytest.approx((LIKENESS_WEIGHT + HALF_SPARE) / 2 + (ACTIVITY_WEIGHT + HALF_SPARE) / 8)


def test_votes_add_up_by_likeness_and_weight() -> None:
    merit = merits(
        [clue("e1", "a", likeness=1.0), clue("e2", "a", likeness=0.5), clue("e3", "b", likeness=0.5, weight=3.0)], {}, {}, NOW
    )
    assert [one for one, _ in merit["a"].clues] == ["e1", "e2"]
    assert [gave for _, gave in merit["a"].clues] == pytest.approx([0.45 * 2 / 3, 0.45 / 3])
    assert dict(merit["b"].clues) == pytest.approx({"e3": 0.45})


def test_topics_weigh_the_more_the_more_clues_they_have() -> None:
    one = merits([clue("e1", "a", tags="kargo")], {"kargo": 1.0}, {}, NOW)
    assert dict(one["a"].clues)["e1"] == pytest.approx(TOPIC_WEIGHT / (1 + FEW))
    many = merits([clue(f"e{n}", "a", tags="kargo") for n in range(95)], {"kargo": 1.0}, {}, NOW)
    assert sum(gave for _, gave in many["a"].clues) == pytest.approx(TOPIC_WEIGHT * 0.95)


def test_activity_elsewhere_raises_nobody_to_a_candidate() -> None:
    found = scores(clue("e1", "busy", tags="fatura", weight=99.0), clue("e2", "knows", likeness=0.1), topics={"kargo": 1.0})
    assert list(found) == ["knows"]
    assert found["knows"] == pytest.approx(LIKENESS_WEIGHT + ACTIVITY_WEIGHT + 2 * HALF_SPARE)


def test_activity_elsewhere_tells_candidates_apart() -> None:
    alike = [clue("e1", "a", likeness=1.0), clue("e2", "b", likeness=1.0)]
    found = scores(*alike, clue("e3", "b"))
    assert found["b"] > found["a"]


def test_a_named_skill_makes_a_candidate_and_outweighs_little_likeness() -> None:
    found = scores(clue("e1", "a", likeness=1.0, days=400), skills={"b": {"s1": 1.0}, "c": {"s1": 1.0, "s2": 1.0}})
    assert found["c"] == pytest.approx(SKILL_WEIGHT)
    assert found["b"] == pytest.approx(SKILL_WEIGHT / 2)
    assert set(found) == {"a", "b", "c"}


def test_nothing_known_suggests_nobody() -> None:
    assert merits([], {}, {}, NOW) == {}
    assert merits([clue("e1", "a", tags="fatura")], {"kargo": 1.0}, {"a": {}}, NOW) == {}


def test_what_happens_in_the_future_counts_as_now() -> None:
    assert scores(clue("e1", "a", days=-5, likeness=1.0)) == scores(clue("e1", "a", likeness=1.0))


def test_equal_clues_are_ordered_by_id() -> None:
    merit = merits([clue("e2", "a", likeness=1.0), clue("e1", "a", likeness=1.0)], {}, {}, NOW)
    assert [one for one, _ in merit["a"].clues] == ["e1", "e2"]


def test_topics_are_shares_of_likeness_and_those_named_count_in_full() -> None:
    found = topics_of([(1.0, ["kargo", "kargo"]), (0.5, ["kargo", "iade"]), (0.5, [])], ["fatura"])
    assert found == {"kargo": 0.75, "iade": 0.25, "fatura": 1.0}
    assert topics_of([(0.0, ["kargo"])], ["kargo"]) == {"kargo": 1.0}
    assert topics_of([], []) == {}


@pytest.mark.parametrize(("waiting", "expected"), [(0, 0.1), (2, 0.1 + 2 * LOAD_PENALTY), (5, 0.35), (50, 0.35)])
def test_what_waits_for_a_member_costs_them_up_to_a_bound(waiting: int, expected: float) -> None:
    assert burden(waiting, 0.1) == pytest.approx(expected)


CLUES = st.lists(
    st.builds(
        clue,
        st.uuids().map(str),
        st.sampled_from("abc"),
        days=st.floats(0, 1_000),
        weight=st.floats(0, 10),
        tags=st.sampled_from(["", "kargo", "iade kargo"]),
        likeness=st.floats(0, 1),
    ),
    max_size=20,
)


@given(CLUES)
def test_scores_are_bounded_and_do_not_depend_on_the_order_of_clues(clues: list[Clue]) -> None:
    ordered = merits(clues, {"kargo": 0.5}, {"a": {"s1": 1.0}}, NOW)
    backwards = merits(clues[::-1], {"kargo": 0.5}, {"a": {"s1": 1.0}}, NOW)
    most = LIKENESS_WEIGHT + TOPIC_WEIGHT + ACTIVITY_WEIGHT + SKILL_WEIGHT
    assert list(ordered) == list(backwards)
    for member, merit in ordered.items():
        assert 0 < merit.score <= most + 1e-9
        assert merit.clues
        assert merit.score == pytest.approx(backwards[member].score)
