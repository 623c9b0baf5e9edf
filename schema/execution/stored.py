"""Checking a document before it is stored to be run later: against the limits, the schema and its own variables."""

from collections.abc import Mapping
from typing import Any, Final

import orjson
from graphql import GraphQLError, OperationDefinitionNode, OperationType, get_operation_ast, parse, validate
from graphql.execution.values import get_variable_values

from core.errors import InvalidInput
from notifications.webhooks.drafts import LONGEST_VARIABLES, CheckedDocument
from schema.execution.documents import RULES
from schema.execution.guarded import GuardedSchema
from schema.execution.limits import refuse_beyond

NODE: Final = "nodeId"
"""The variable by which a stored query is told the object of an event."""
LONGEST: Final = 20_000


def check_document(schema: GuardedSchema, text: str, variables: Mapping[str, Any], topics: list[str]) -> CheckedDocument:
    """Read a document that is to be stored; InvalidInput says what is wrong with it, its variables or its topics."""
    operation = _operation(schema, text)
    is_query = operation.operation is OperationType.QUERY
    if is_query and not topics:
        raise InvalidInput("A query is run when something happens: give the topics.", path=("topics",))
    if not is_query and topics:
        raise InvalidInput("A subscription knows by itself what it tells of: leave the topics out.", path=("topics",))
    given = {**variables, **({NODE: "node"} if is_query else {})}
    coerced = get_variable_values(schema._schema, operation.variable_definitions or (), given)  # noqa: SLF001 - as strawberry keeps it
    if isinstance(coerced, list):
        raise InvalidInput(coerced[0].message, path=("variables",))
    return CheckedDocument.of(text, variables, is_query=is_query, topics=topics)


def read_variables(text: str | None) -> dict[str, Any]:
    """Read variables that were given as JSON; InvalidInput unless they are an object of no more than 10,000 bytes."""
    if text is None:
        return {}
    try:
        variables = orjson.loads(text[: LONGEST_VARIABLES + 1])
    except orjson.JSONDecodeError:
        variables = None
    if not isinstance(variables, dict):
        raise InvalidInput(
            f'Give the variables as a JSON object of at most {LONGEST_VARIABLES} bytes, such as {{"id": "case_…"}}.',
            path=("variables",),
        )
    return variables


def _operation(schema: GuardedSchema, text: str) -> OperationDefinitionNode:
    if len(text) > LONGEST:
        raise InvalidInput(f"A stored document has at most {LONGEST} characters.", path=("document",))
    try:
        document = parse(text, max_lexical_tokens=schema.limits.tokens, max_comments=schema.limits.comments)
    except GraphQLError as error:
        raise InvalidInput(f"This is no GraphQL document: {error.message}", path=("document",)) from None
    schema_of = schema._schema  # noqa: SLF001 - as above
    problems = refuse_beyond(schema.limits, document) or validate(schema_of, document, RULES, max_errors=1)
    if problems:
        raise InvalidInput(f"The schema does not take this document: {problems[0].message}", path=("document",))
    operation = get_operation_ast(document)
    if operation is None or operation.operation is OperationType.MUTATION:
        raise InvalidInput("Give one subscription or one query, and nothing that changes anything.", path=("document",))
    return operation
