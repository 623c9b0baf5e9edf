"""Gates: what Mongo admits and what Python admits is the same."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.database import Database
from core.gates import EVERYTHING, NOTHING, PRESENT, All, Eq, Exists, Gate, In, InOrAbsent, Some, admits, both, to_mongo, tokens

FIELDS = st.sampled_from(["a", "b", "list", "deep.x"])
VALUES = st.sampled_from(["red", "blue", "green"])
LEAVES: st.SearchStrategy[Gate] = st.one_of(
    st.builds(Eq, FIELDS, st.one_of(VALUES, st.booleans(), st.integers(0, 2))),
    st.builds(In, FIELDS, st.lists(VALUES, max_size=3).map(tuple)),
    st.builds(InOrAbsent, FIELDS, st.lists(VALUES, max_size=3).map(tuple)),
    st.builds(Exists, FIELDS, st.booleans()),
)
GATES: st.SearchStrategy[Gate] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(All, st.lists(inner, max_size=3).map(tuple)), st.builds(Some, st.lists(inner, max_size=3).map(tuple))
    ),
    max_leaves=6,
)
SCALARS = st.one_of(VALUES, st.booleans(), st.integers(0, 2))
DOCUMENTS = st.fixed_dictionaries(
    {},
    optional={
        "a": SCALARS,
        "b": SCALARS,
        "list": st.lists(VALUES, max_size=3),
        "deep": st.fixed_dictionaries({}, optional={"x": SCALARS}),
    },
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(gate=GATES, documents=st.lists(DOCUMENTS, min_size=1, max_size=4))
async def test_mongo_and_python_agree(store: Database, gate: Gate, documents: list[dict[str, Any]]) -> None:
    rows = store["gates"]
    await rows.delete_many({})
    await rows.insert_many([{"_id": number, **document} for number, document in enumerate(documents)])

    found = sorted([row["_id"] async for row in rows.find(to_mongo(gate), {"_id": 1})])

    assert found == [number for number, document in enumerate(documents) if admits(gate, document)]


def test_conditions_are_joined_without_nesting() -> None:
    assert both(Eq("a", "x")) == Eq("a", "x")
    assert to_mongo(both(Eq("a", "x"), All((Exists("b"), In("c", ("y", "z")))))) == {
        "a": "x",
        "b": {"$exists": True},
        "c": {"$in": ["y", "z"]},
    }
    assert to_mongo(both(Eq("a", "x"), Eq("a", "y"))) == {"$and": [{"a": "x"}, {"a": "y"}]}
    assert to_mongo(both(PRESENT, Eq("a", "x"), PRESENT)) == {"deleted_at": {"$exists": False}, "a": "x"}
    assert to_mongo(InOrAbsent("a", ("x",))) == {"a": {"$in": [None, "x"]}}
    assert to_mongo(InOrAbsent("a", ())) == {"a": {"$exists": False}}
    assert to_mongo(EVERYTHING) == {}
    assert to_mongo(NOTHING) == {"_id": {"$in": []}}


def test_tokens_name_every_value() -> None:
    gate = Some((Eq("channel", "chn_1"), All((In("member", ("mem_1", "mem_2")), Exists("x")))))

    assert tokens(gate, lambda field, value: f"{field}:{value}") == ("channel:chn_1", "member:mem_1", "member:mem_2")
