from datetime import UTC, datetime
from typing import Any

import pytest

from community.listing import UNFILTERED, Comparison, Either, Every, Filter, Where, Without, names
from community.reading import NEWEST_FIRST, QUESTIONS, QuestionOrder, question_order
from core.errors import InvalidInput
from core.gates import EVERYTHING, NOTHING, PRESENT, Eq

MOMENT = datetime(2026, 11, 21, 10, tzinfo=UTC)
OPEN = Where("status", Comparison.EQ, "OPEN")
BY_SCORE = question_order(QuestionOrder.SCORE)


@pytest.mark.parametrize(
    ("condition", "query"),
    [
        (UNFILTERED, {}),
        (OPEN, {"status": "OPEN"}),
        (Where("status", Comparison.IN, ["OPEN", "SOLVED"]), {"status": {"$in": ["OPEN", "SOLVED"]}}),
        (Where("status", Comparison.IN, ("OPEN",)), {"status": {"$in": ["OPEN"]}}),
        (Where("tag", Comparison.EQ, "Ürün İadesi"), {"tags.slug": "urun-iadesi"}),
        (Where("tag", Comparison.IN, ["İade", "Kargo"]), {"tags.slug": {"$in": ["iade", "kargo"]}}),
        (
            Every((OPEN, Where("author_id", Comparison.NOT_IN, ["mem_1"]))),
            {"status": "OPEN", "author_id": {"$nin": ["mem_1"]}},
        ),
        (Every((OPEN, Where("status", Comparison.EQ, "SOLVED"))), {"$and": [{"status": "OPEN"}, {"status": "SOLVED"}]}),
        (Every((OPEN, Every())), {"status": "OPEN"}),
        (Every((OPEN, Where("tag", Comparison.CONTAINS, "a.b"))), {"status": "OPEN", "tags.slug": {"$regex": r"a\.b"}}),
        (Every((OPEN, Where("tag", Comparison.IS_NULL, True))), {"status": "OPEN", "tags.slug": {"$size": 0}}),
        (
            Every((OPEN, Where("invited_expert_id", Comparison.IS_NULL, False))),
            {"status": "OPEN", "$nor": [{"invited_expert_ids": {"$size": 0}}]},
        ),
        (Every((OPEN, Where("author_id", Comparison.IS_NULL, False))), {"status": "OPEN", "author_id": {"$exists": True}}),
        (
            Either((OPEN, Every((Where("tag", Comparison.EQ, "iade"), Without(OPEN))))),
            {"$or": [{"status": "OPEN"}, {"tags.slug": "iade", "$nor": [{"status": "OPEN"}]}]},
        ),
        (Either(()), {"_id": {"$in": []}}),
        (Where("created_at", Comparison.AFTER, MOMENT), {"created_at": {"$gt": MOMENT}}),
        (Where("created_at", Comparison.BEFORE, MOMENT), {"created_at": {"$lt": MOMENT}}),
        (Every((OPEN, Where("created_at", Comparison.AT_LEAST, MOMENT))), {"status": "OPEN", "created_at": {"$gte": MOMENT}}),
    ],
)
def test_a_filter_is_rendered_for_the_store(condition: Filter, query: dict[str, Any]) -> None:
    assert QUESTIONS.query(EVERYTHING, condition, NEWEST_FIRST) == query


def test_gate_and_filter_both_hold() -> None:
    assert QUESTIONS.query(PRESENT, OPEN, BY_SCORE) == {"deleted_at": {"$exists": False}, "status": "OPEN"}
    assert QUESTIONS.query(Eq("status", "SOLVED"), OPEN, BY_SCORE) == {"$and": [{"status": "SOLVED"}, {"status": "OPEN"}]}
    assert QUESTIONS.query(NOTHING, UNFILTERED, BY_SCORE) == {"_id": {"$in": []}}


@pytest.mark.parametrize(
    "condition",
    [
        Without(OPEN),
        Where("tag", Comparison.CONTAINS, "iade"),
        Where("status", Comparison.NOT_IN, ["OPEN"]),
        Where("created_at", Comparison.AFTER, MOMENT),
        Every((Every(), Without(OPEN))),
        Either((OPEN, Without(OPEN))),
    ],
)
def test_a_filter_that_no_index_serves_names_what_is_allowed(condition: Filter) -> None:
    with pytest.raises(InvalidInput) as caught:
        QUESTIONS.query(PRESENT, condition, BY_SCORE)

    assert caught.value.path == ("filter",)
    assert caught.value.message == (
        "No index serves this filter in this order. Compare one of status, authorId, invitedExpertId, tag, audience, spaceId "
        "with `eq` or `in` (in every branch of an `or`), or bound the time that the list is ordered by; then add what you like."
    )


def test_a_range_of_the_very_order_is_served_alone() -> None:
    condition = Where("created_at", Comparison.AFTER, MOMENT)

    assert QUESTIONS.query(EVERYTHING, condition, NEWEST_FIRST) == {"created_at": {"$gt": MOMENT}}


def nested(depth: int) -> Filter:
    return Every((nested(depth - 1),)) if depth else OPEN


@pytest.mark.parametrize(
    ("condition", "path", "message"),
    [
        (Every((OPEN,) * 30), ("filter",), "Use at most 30 conditions, 5 deep."),
        (Every((OPEN, nested(5))), ("filter",), "Use at most 30 conditions, 5 deep."),
        (Every((OPEN, Without(nested(5)))), ("filter",), "Use at most 30 conditions, 5 deep."),
        (Where("status", Comparison.IN, ["OPEN"] * 101), ("filter", "status"), "Name at most 100 values."),
        (Where("author_id", Comparison.EQ, "\ud800"), ("filter", "author_id"), "This is no well-formed text."),
        (Where("tag", Comparison.IN, ["a", "b\0"]), ("filter", "tag"), "This is no well-formed text."),
        (Every((OPEN, Where("sound_level", Comparison.EQ, 1))), ("filter", "sound_level"), "This list has no filter soundLevel."),
    ],
)
def test_hostile_filters_are_refused(condition: Filter, path: tuple[str, ...], message: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        QUESTIONS.query(PRESENT, condition, NEWEST_FIRST)

    assert (caught.value.path, caught.value.message) == (path, message)


@pytest.mark.parametrize(
    ("condition", "does"),
    [
        (OPEN, True),
        (Where("tag", Comparison.EQ, "iade"), False),
        (Every((Where("tag", Comparison.EQ, "iade"), OPEN)), True),
        (Either((Where("tag", Comparison.EQ, "iade"), Without(OPEN))), True),
        (Without(Where("tag", Comparison.EQ, "iade")), False),
        (UNFILTERED, False),
    ],
)
def test_a_field_is_found_wherever_a_filter_names_it(condition: Filter, *, does: bool) -> None:
    assert names(condition, "status") is does
