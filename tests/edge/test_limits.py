"""How large a document may be: each limit at its edge, and hostile documents by the work they cost."""

from typing import Any

import pytest
from graphql import get_introspection_query, parse

from api.explorer import FILES
from schema.execution.documents import KnownDocuments
from schema.execution.guarded import GuardedSchema
from schema.execution.limits import Census, DocumentLimits, refuse_beyond
from tests.edge.probe import make_schema

LIMITS = DocumentLimits()
SOURCES = FILES.parent / "explorer_source" / "src"


def nested(levels: int) -> str:
    return "{ " + "nest { " * (levels - 1) + "leaf" + " }" * (levels - 1) + " }"


def exceeded(document: str) -> list[tuple[str, int, int]]:
    """Give the name, the count and the maximum of each limit a document passes."""
    errors = [error.extensions or {} for error in refuse_beyond(LIMITS, parse(document))]
    assert {error["code"] for error in errors} <= {"LIMIT_EXCEEDED"}
    return [(error["limit"], error["actual"], error["maximum"]) for error in errors]


@pytest.mark.parametrize(
    ("document", "refusals"),
    [
        (nested(15), []),
        (nested(16), [("depth", 16, 15)]),
        ("{ " + " ".join(["hello"] * 20) + " }", []),
        ("{ " + " ".join(["hello"] * 21) + " }", [("root_fields", 21, 20)]),
        ("{ ...F } fragment F on Query { " + " ".join(["hello"] * 21) + " }", [("root_fields", 21, 20)]),
        ("{ ... on Query { " + " ".join(["hello"] * 21) + " } }", [("root_fields", 21, 20)]),
        ("{ nest { " + " ".join(f"a{n}: leaf" for n in range(30)) + " } }", []),
        ("{ nest { " + " ".join(f"a{n}: leaf" for n in range(31)) + " } }", [("aliases", 31, 30)]),
        ("{ nest { " + "leaf " * 999 + " } }", []),
        ("{ nest { " + "leaf " * 1_000 + " } }", [("fields", 1_001, 1_000)]),
        ("{ hello " + "@skip(if: false) " * 20 + "}", []),
        ("{ hello " + "@skip(if: false) " * 21 + "}", [("directives", 21, 20)]),
        ("query " + "@a " * 21 + "{ hello }", [("directives", 21, 20)]),
        ("{ ...F " + "@a " * 11 + "} fragment F on Query " + "@a " * 10 + "{ hello }", [("directives", 21, 20)]),
        ("query A { hello } query B { hello }", [("operations", 2, 1)]),
        ("{ ...F0 } " + " ".join(f"fragment F{n} on Query {{ ...F{n + 1} }}" for n in range(30)), []),
        ("{ ...F0 } " + " ".join(f"fragment F{n} on Query {{ ...F{n + 1} }}" for n in range(31)), [("fragment_nesting", 31, 30)]),
    ],
)
def test_limit_holds_at_its_edge(document: str, refusals: list[tuple[str, int, int]]) -> None:
    assert exceeded(document) == refusals


def test_refusal_names_what_how_many_the_limit_and_where() -> None:
    document = (
        "{ hello nest { ...Many leaf } } fragment Many on Nest { nest { " + " ".join(f"a{n}: leaf" for n in range(40)) + " } }"
    )

    (error,) = refuse_beyond(LIMITS, parse(document))

    assert error.message == (
        "The document has 40 aliases; the limit is 30. Most of it is at nest.nest. Split the operation, or ask by a list of ids."
    )
    assert error.extensions == {
        "code": "LIMIT_EXCEEDED",
        "limit": "aliases",
        "actual": 40,
        "maximum": 30,
        "path": ["nest", "nest"],
    }


def bomb(fragments: int) -> str:
    doubling = (f"fragment F{n} on Nest {{ ...F{n + 1} ...F{n + 1} }}" for n in range(fragments))
    return "{ nest { ...F0 } } " + " ".join(doubling) + f" fragment F{fragments} on Nest {{ leaf }}"


def circle(fragments: int) -> str:
    each = (
        f"fragment F{n} on Nest {{ nest {{ ...F{(n + 1) % fragments} ...F{(n + 7) % fragments} }} }}" for n in range(fragments)
    )
    return "{ nest { ...F0 } } " + " ".join(each)


@pytest.mark.parametrize(
    ("document", "selections"),
    [(bomb(28), 59), (bomb(100), 203), (circle(100), 302), ("{ " + "hello " * 2_000 + "}", 2_000), (nested(150), 150)],
)
def test_every_selection_is_visited_a_bounded_number_of_times(document: str, selections: int) -> None:
    census = Census(parse(document))
    for operation in census.operations:
        census.weigh(operation)

    # Selections of fragments are seen twice: once to order the fragments, once to count.
    assert selections <= census.visited <= 2 * selections


def test_doubling_fragments_are_counted_beyond_any_number() -> None:
    assert exceeded(bomb(28)) == [("fields", 2**28 + 1, 1_000)]
    assert exceeded(bomb(100)) == [("fields", 10**9, 1_000), ("fragment_nesting", 101, 30)]


@pytest.mark.parametrize(
    ("document", "limit"),
    [
        ("{ " + "hello " * 2_000 + "}", None),
        ("{ nest { " + "leaf " * 950 + "} }", "comparisons"),
        ("{ " + ("nest { nest { " + "nest { leaf } " * 12 + "} } ") * 12 + "}", "comparisons"),
        ("{ " + "nest { " * 300 + "leaf" + " }" * 301, None),
        ("#" + "x" * 5_000_000 + "\n{ hello }", None),
        ("#\n" * 3_000 + "{ hello }", None),
        (bomb(60), "fields"),
        (circle(60), "fields"),
    ],
)
async def test_hostile_document_never_reaches_execution(document: str, limit: str | None) -> None:
    schema = make_schema()

    result = await schema.execute(document)

    errors = [error.extensions or {} for error in result.errors or ()]
    assert result.data is None
    assert {error["code"] for error in errors} == {"LIMIT_EXCEEDED"}
    assert limit in {error.get("limit") for error in errors}
    assert len(errors) <= 11
    assert len(schema.known) == 0


async def test_small_circle_of_fragments_is_told_by_validation() -> None:
    result = await make_schema().execute(circle(3))

    assert [(error.extensions or {})["code"] for error in result.errors or ()] == ["GRAPHQL_VALIDATION_FAILED"] * 2


async def test_errors_of_validation_are_few() -> None:
    result = await make_schema().execute("{ nest { " + " ".join(f"unknown{n}" for n in range(900)) + " } }")

    assert len(result.errors or ()) == 11
    assert (result.errors or [])[-1].message == "Too many validation errors, error limit reached. Validation aborted."


@pytest.mark.parametrize("name", ["staff", "portal"])
def test_documents_of_the_explorer_are_far_below_every_limit(name: str) -> None:
    source = parse((SOURCES / f"{name}.graphql").read_text(encoding="utf-8"))
    census = Census(source)

    weights = [census.weigh(operation) for operation in census.operations]

    assert len(weights) == {"staff": 22, "portal": 10}[name]
    assert max(weight.depth for weight in weights) <= 8
    assert max(weight.root_fields for weight in weights) == 1
    assert max(weight.fields for weight in weights) <= 151
    assert max(weight.aliases + weight.directives for weight in weights) == 0


async def test_introspection_is_within_the_limits() -> None:
    query = get_introspection_query(descriptions=True, specified_by_url=True, input_value_deprecation=True)

    result = await make_schema().execute(query)

    assert result.errors is None
    assert result.data is not None


async def test_second_time_a_document_is_neither_parsed_nor_validated() -> None:
    schema = make_schema()

    results = [await schema.execute("query($t: String!) { echo(text: $t) }", variable_values={"t": text}) for text in "abc"]

    assert [result.data for result in results] == [{"echo": "a"}, {"echo": "b"}, {"echo": "c"}]
    assert (schema.known.hits, len(schema.known)) == (2, 1)


async def test_schemas_do_not_share_what_they_know() -> None:
    first, second = make_schema(), make_schema(limits=DocumentLimits(depth=1))

    assert (await first.execute("{ nest { leaf } }")).data == {"nest": {"leaf": "leaf"}}
    assert [error.extensions for error in (await second.execute("{ nest { leaf } }")).errors or ()] == [
        {"code": "LIMIT_EXCEEDED", "limit": "depth", "actual": 2, "maximum": 1, "path": ["nest", "leaf"]}
    ]


async def test_documents_that_were_refused_are_not_remembered() -> None:
    schema = make_schema()

    for query in ("{", "{ nothing }", nested(16), "{ hello }", "{ hello }"):
        await schema.execute(query)

    assert (len(schema.known), schema.known.hits) == (1, 1)


def test_memory_is_bounded_and_forgets_the_least_used() -> None:
    known = KnownDocuments(most_characters=30)
    documents: dict[str, Any] = {
        query: parse(query) for query in ("{ aaaaaaa }", "{ bbbbbbb }", "{ ccccccc }", "{ " + "d" * 40 + " }")
    }
    first, second, third, huge = documents

    known.keep(first, documents[first])
    known.keep(second, documents[second])
    known.find(first)
    known.keep(third, documents[third])
    known.keep(huge, documents[huge])

    assert [known.find(query) is not None for query in documents] == [True, False, True, False]
    assert (len(known), known.characters) == (2, 22)


def test_schema_takes_extensions_of_its_own() -> None:
    assert isinstance(make_schema(extensions=[]), GuardedSchema)
