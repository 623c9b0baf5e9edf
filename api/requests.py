"""Reading a GraphQL request out of what a client sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from api.refusals import BadRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphQLRequest:
    """One operation a client asks for: the document, the values of its variables and, if the client says so, its name."""

    query: str
    variables: dict[str, Any] | None = None
    operation_name: str | None = None


def parse_body(body: bytes) -> GraphQLRequest:
    """Read a JSON body; raises BadRequest that names what is wrong with it."""
    return parse_parameters(parse_json(body, "The body"))


def parse_parameters(parameters: object) -> GraphQLRequest:
    """Read the parameters of a request, as GraphQL over HTTP names them; others are passed over. Raises BadRequest."""
    if isinstance(parameters, list):
        raise BadRequest("Batches of operations are not taken; send one object a request.")
    if not isinstance(parameters, dict):
        raise BadRequest("The request must be a JSON object with a `query`.")
    query = parameters.get("query")
    if not isinstance(query, str) or not query:
        raise BadRequest("`query` must be a string that holds a GraphQL document.")
    variables, operation_name, extensions = (parameters.get(name) for name in ("variables", "operationName", "extensions"))
    if variables is not None and not isinstance(variables, dict):
        raise BadRequest("`variables` must be a JSON object or null.")
    if operation_name is not None and not isinstance(operation_name, str):
        raise BadRequest("`operationName` must be a string or null.")
    if extensions is not None and not isinstance(extensions, dict):
        raise BadRequest("`extensions` must be a JSON object or null.")
    return GraphQLRequest(query=query, variables=variables, operation_name=operation_name or None)


def parse_query_string(parameters: Mapping[str, str]) -> GraphQLRequest:
    """Read the parameters of a GET request, where variables and extensions are JSON inside the address. Raises BadRequest."""
    read: dict[str, object] = dict(parameters)
    for name in ("variables", "extensions"):
        if parameters.get(name):
            read[name] = parse_json(parameters[name].encode("utf-8", "surrogateescape"), f"`{name}`")
    return parse_parameters(read)


def parse_json(raw: bytes, what: str) -> object:
    """Read JSON in UTF-8; raises BadRequest for anything else, also for nesting no request needs."""
    try:
        value: object = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise BadRequest(f"{what} is not JSON in UTF-8: {error.msg} (line {error.lineno}, column {error.colno}).") from error
    return value
