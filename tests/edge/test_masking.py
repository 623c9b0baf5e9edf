"""What a client may read of an error, and what is logged of it, once."""

from typing import Any

import pytest
from graphql import GraphQLError
from pymongo.errors import AutoReconnect
from strawberry.extensions import SchemaExtension
from strawberry.types import ExecutionResult
from structlog.testing import capture_logs
from typing_extensions import override

from schema.execution.guarded import GuardedSchema
from schema.execution.masking import masked_error
from tests.edge.probe import SECRET, make_schema

INTERNAL = "Internal error. Quote errorId to the operators."


@pytest.fixture
def schema() -> GuardedSchema:
    return make_schema()


async def run(schema: GuardedSchema, query: str) -> tuple[list[dict[str, Any]], list[Any]]:
    """Give the formatted errors and the log lines of one operation."""
    with capture_logs() as lines:
        result = await schema.execute(query)
    return [dict(error.formatted) for error in result.errors or ()], lines


@pytest.mark.parametrize("field", ["boom", "requiredBoom", "wrongLeaf"])
async def test_unexpected_error_is_told_by_number_only(schema: GuardedSchema, field: str) -> None:
    errors, lines = await run(schema, f"{{ {field} }}")

    error_id = errors[0]["extensions"]["errorId"]
    assert errors == [
        {
            "message": INTERNAL,
            "locations": [{"line": 1, "column": 3}],
            "path": [field],
            "extensions": {"code": "INTERNAL", "errorId": error_id},
        }
    ]
    assert SECRET not in str(errors)
    assert [(line["event"], line["errorId"], line["path"]) for line in lines] == [("operation_failed", error_id, [field])]
    assert SECRET in str(lines[0]["exc_info"])
    assert lines[0]["exc_info"].__traceback__ is not None


async def test_same_failure_in_many_rows_is_one_log_line(schema: GuardedSchema) -> None:
    errors, lines = await run(schema, "{ rows { number text } }")

    assert [error["path"] for error in errors] == [["rows", 1, "text"], ["rows", 3, "text"], ["rows", 5, "text"]]
    assert {error["extensions"]["errorId"] for error in errors} == {lines[0]["errorId"]}
    assert len(lines) == 1


async def test_refusal_of_the_domain_is_told_in_full(schema: GuardedSchema) -> None:
    errors, lines = await run(schema, "{ refused }")

    assert errors == [
        {
            "message": "Choose a date after today.",
            "locations": [{"line": 1, "column": 3}],
            "path": ["refused"],
            "extensions": {"code": "INVALID_INPUT", "path": ["input", "dueAt"]},
        }
    ]
    assert lines == []


async def test_outage_of_the_driver_is_told_like_one_of_ours() -> None:
    with capture_logs() as lines:
        error = masked_error(AutoReconnect(SECRET))

    assert (error.message, error.extensions) == ("Store is not reachable, try again.", {"code": "UNAVAILABLE"})
    assert [line["event"] for line in lines] == ["store_unavailable"]


async def test_coded_graphql_error_is_told_in_full(schema: GuardedSchema) -> None:
    errors, lines = await run(schema, "{ coded }")

    assert (errors[0]["message"], errors[0]["extensions"]) == ("Only on weekdays.", {"code": "WEEKEND"})
    assert lines == []


async def test_store_that_does_not_answer_is_named_without_detail(schema: GuardedSchema) -> None:
    errors, lines = await run(schema, "{ storeDown }")

    assert errors[0]["message"] == "The document store is not reachable, try again."
    assert errors[0]["extensions"] == {"code": "UNAVAILABLE"}
    assert [(line["event"], line["service"]) for line in lines] == [("store_unavailable", "The document store")]


@pytest.mark.parametrize(
    "query", ["{", "{ nothing }", '{ add(a: "x", b: 1) }', "query($a: Int!) { add(a: $a, b: 1) }", "query A { hello"]
)
async def test_mistakes_of_clients_are_told_and_not_logged(
    schema: GuardedSchema, query: str, caplog: pytest.LogCaptureFixture
) -> None:
    errors, lines = await run(schema, query)

    assert [error["message"] == INTERNAL for error in errors] == [False]
    assert lines == []
    assert caplog.records == []


async def test_failure_of_an_extension_is_masked_too() -> None:
    class Broken(SchemaExtension):
        @override
        def on_execute(self) -> Any:
            raise RuntimeError(SECRET)

    errors, lines = await run(make_schema(extensions=[Broken]), "{ hello }")

    assert [error["message"] for error in errors] == [INTERNAL]
    assert [line["errorId"] for line in lines] == [errors[0]["extensions"]["errorId"]]


@pytest.mark.parametrize(
    ("query", "results"),
    [
        ("subscription { breaks }", [{"breaks": 1}, None]),
        (
            "subscription { rowsLive { number text } }",
            [{"rowsLive": {"number": 0, "text": "row 0"}}, {"rowsLive": {"number": 1, "text": None}}],
        ),
        ("{ boom }", [{"boom": None}]),
    ],
)
async def test_streams_are_masked_like_answers(schema: GuardedSchema, query: str, results: list[Any]) -> None:
    with capture_logs() as lines:
        received = [result async for result in await schema.stream(query)]

    assert all(isinstance(result, ExecutionResult) for result in received)
    assert [getattr(result, "data", None) for result in received] == results
    errors = [error for result in received for error in getattr(result, "errors", None) or ()]
    assert [error.message for error in errors] == [INTERNAL]
    assert [line["errorId"] for line in lines] == [(errors[0].extensions or {})["errorId"]]


async def test_quoted_values_are_cut(schema: GuardedSchema) -> None:
    errors, _ = await run(schema, f'{{ add(a: "{"x" * 5_000}", b: 1) }}')

    assert len(errors[0]["message"]) == 1_001


def test_masked_error_leaves_the_cause_behind() -> None:
    with capture_logs() as lines:
        error = masked_error(RuntimeError(SECRET))

    assert isinstance(error, GraphQLError)
    assert (error.message, error.original_error) == (INTERNAL, None)
    assert [line["errorId"] for line in lines] == [(error.extensions or {})["errorId"]]
