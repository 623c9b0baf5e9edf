"""Indexes change how fast an answer comes, never the answer; and the answer is found without a scan."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.embedded.catalog import Catalog
from core.embedded.collection import Collection
from core.embedded.constraints import constraints_of
from core.embedded.filters import compile_filter
from core.embedded.indexes import Declaration
from core.embedded.plans import best_plan
from core.embedded.searching import count, find
from core.embedded.values import element_keys, parse_sort

FIELDS = ["a", "b", "c.d", "c.e"]
SCALARS = st.one_of(st.none(), st.integers(0, 4), st.sampled_from(["x", "y"]), st.booleans(), st.sampled_from([0.5, 2.0]))
VALUES = st.one_of(SCALARS, st.lists(SCALARS, max_size=3))
ELEMENT_LISTS = st.lists(st.fixed_dictionaries({}, optional={"d": SCALARS, "e": SCALARS}), max_size=3)
DOCUMENTS = st.fixed_dictionaries({}, optional={"a": VALUES, "b": VALUES, "c": st.one_of(SCALARS, ELEMENT_LISTS)})
CONDITIONS = st.one_of(
    SCALARS,
    st.fixed_dictionaries({"$in": st.lists(SCALARS, max_size=3)}),
    st.fixed_dictionaries({"$gt": SCALARS, "$lte": SCALARS}),
    st.fixed_dictionaries({"$gte": st.integers(0, 4)}),
    st.fixed_dictionaries({"$lt": st.integers(0, 4)}),
    st.fixed_dictionaries({"$ne": SCALARS}),
    st.fixed_dictionaries({"$exists": st.booleans()}),
)
PLAIN = st.dictionaries(st.sampled_from([*FIELDS, "_id"]), CONDITIONS, max_size=3)
ELEMENTS = st.dictionaries(st.sampled_from(["d", "e"]), CONDITIONS, min_size=1)
SIMPLE = st.one_of(PLAIN, st.builds(lambda base, element: {**base, "c": {"$elemMatch": element}}, PLAIN, ELEMENTS))
FILTERS = st.one_of(
    SIMPLE, st.builds(lambda base, branches: {**base, "$or": branches}, SIMPLE, st.lists(SIMPLE, min_size=1, max_size=3))
)
DIRECTIONS = st.sampled_from([1, -1])
SORTS = st.dictionaries(st.sampled_from([*FIELDS, "_id"]), DIRECTIONS, max_size=3)
INDEXES = st.lists(st.tuples(st.dictionaries(st.sampled_from(FIELDS), DIRECTIONS, min_size=1), st.booleans()), max_size=4)


def collection(documents: list[dict[str, Any]], indexes: list[tuple[dict[str, int], bool]]) -> Collection:
    made = Catalog().collection("test.docs")
    for number, (key, sparse) in enumerate(indexes):
        if len({tuple(known[0].items()) for known in indexes[: number + 1]}) == number + 1:
            made.declare(Declaration.parse({"key": key, "name": str(number), "sparse": sparse}))
    for number, document in enumerate(documents):
        try:
            made.insert({"_id": number, **document})
        except Exception as error:  # noqa: BLE001  two arrays under one index: not what is tested here
            assert "parallel arrays" in str(error)  # noqa: PT017
    return made


@settings(max_examples=250, deadline=None)
@given(st.lists(DOCUMENTS, max_size=25), INDEXES, FILTERS, SORTS, st.integers(0, 3), st.integers(0, 6))
def test_indexes_do_not_change_answers(
    documents: list[dict[str, Any]],
    indexes: list[tuple[dict[str, int], bool]],
    filter_: dict[str, Any],
    sort: dict[str, int],
    skip: int,
    limit: int,
) -> None:
    indexed = collection(documents, indexes)
    matches = compile_filter(filter_)
    expected = [record.document for record in indexed.records.values() if matches(record.document)]
    order = parse_sort(sort)
    found = [record.document for record in find(indexed, filter_, order, skip, limit)]
    assert count(indexed, filter_) == len(expected)
    size = max(0, len(expected) - skip)
    assert len(found) == (min(size, limit) if limit else size)
    assert all(document in expected for document in found)
    assert len({document["_id"] for document in found}) == len(found)
    assert [key(document, order) for document in found] == sorted_keys(expected, order)[skip : skip + len(found)] or not order


def key(document: dict[str, Any], order: list[tuple[tuple[str, ...], int]]) -> list[Any]:
    return [(min if direction > 0 else max)(element_keys(document, path)[0]) for path, direction in order]


def sorted_keys(documents: list[dict[str, Any]], order: list[tuple[tuple[str, ...], int]]) -> list[Any]:
    keys = [key(document, order) for document in documents]
    for place, (_, direction) in reversed(list(enumerate(order))):
        keys.sort(key=lambda each, place=place: each[place], reverse=direction < 0)  # type: ignore[misc]  # bound per turn
    return keys


@pytest.mark.parametrize(
    ("filter_", "sort", "limit", "name", "in_order", "read"),
    [
        ({"status": "A"}, {}, 0, "inbox", True, 250),
        ({"status": {"$in": ["A", "B"]}}, {"due": 1, "_id": 1}, 21, "inbox", True, 500),
        ({"status": "A"}, {"due": -1, "_id": -1}, 21, "inbox", True, 250),
        ({"status": "A", "due": {"$gte": 10, "$lt": 20}}, {"due": 1}, 0, "inbox", True, 2),
        ({"status": "A", "due": 4}, {}, 0, "inbox", True, 1),
        ({"customer": 7}, {"due": 1}, 0, "customer", False, 10),
        ({"customer": 7, "status": "A"}, {"due": 1}, 0, "customer", False, 10),
        ({"open": {"$exists": True}}, {}, 0, "open", True, 10),
        ({"space": 1}, {"score": -1, "_id": 1}, 5, "score", True, 250),
        ({"space": 1, "score": {"$gt": 990}}, {"score": -1}, 0, "score", True, 2),
        ({"_id": {"$gt": 995}}, {"_id": 1}, 0, "_id_", True, 4),
    ],
)
def test_the_narrowest_index_is_chosen(
    filter_: dict[str, Any],
    sort: dict[str, int],
    limit: int,
    name: str,
    in_order: bool,  # noqa: FBT001  a column of the table
    read: int,
) -> None:
    indexes = [
        ("inbox", {"status": 1, "due": 1, "_id": 1}, False),
        ("customer", {"customer": 1}, False),
        ("open", {"open": 1}, True),
        ("score", {"space": 1, "score": -1, "_id": 1}, False),
    ]
    made = Catalog().collection("test.cases")
    for index, fields, sparse in indexes:
        made.declare(Declaration.parse({"key": fields, "name": index, "sparse": sparse}))
    for number in range(1000):
        document = {"status": "ABCD"[number % 4], "due": number, "customer": number % 100, "space": number % 4, "score": number}
        made.insert({"_id": number, **document, **({"open": number} if number % 100 == 0 else {})})
    plan = best_plan(made.indexes.values(), constraints_of(filter_), parse_sort(sort), limit)
    assert plan is not None
    assert (plan.index.declaration.name, plan.sorted, plan.estimate) == (name, in_order, read)


def test_nothing_helps_what_no_index_begins_with() -> None:
    made = collection([{"a": 1, "b": 1}], [({"a": 1, "b": 1}, False)])
    assert best_plan(made.indexes.values(), constraints_of({"b": 1}), [], 0) is None


def test_pairs_of_one_element_stay_together_under_a_unique_index() -> None:
    made = Catalog().collection("test.identities")
    made.declare(Declaration.parse({"key": {"ids.kind": 1, "ids.value": 1}, "name": "pair", "unique": True}))
    made.insert({"_id": 1, "ids": [{"kind": "mail", "value": "a"}, {"kind": "phone", "value": "b"}]})
    made.insert({"_id": 2, "ids": [{"kind": "mail", "value": "b"}, {"kind": "phone", "value": "a"}]})
    with pytest.raises(Exception, match="E11000"):
        made.insert({"_id": 3, "ids": [{"kind": "phone", "value": "b"}]})
    assert [record.position for record in find(made, {"ids": {"$elemMatch": {"kind": "mail", "value": "b"}}})] == [2]
    across = {"ids.kind": "mail", "ids.value": "b"}
    assert [record.position for record in find(made, across)] == [1, 2]
    both = {"$and": [{"ids": {"$elemMatch": {"kind": "mail"}}}, {"ids": {"$elemMatch": {"value": "b"}}}]}
    assert [record.position for record in find(made, both)] == [1, 2]
    assert len(made) == 2
