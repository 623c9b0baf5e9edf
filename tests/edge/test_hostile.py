"""Input made to hurt: every answer is JSON in GraphQL's shape with a 4xx, and the server goes on."""

import json
import zlib
from typing import Any

import httpx2
import pytest

HEADERS = {"content-type": "application/json", "accept": "application/graphql-response+json"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nonsense",
        b"null",
        b"1",
        b'"query"',
        b"[]",
        b'[{"query":"{ hello }"}]',
        b"{}",
        b'{"query":null}',
        b'{"query":""}',
        b'{"query":1}',
        b'{"query":["{ hello }"]}',
        b'{"query":{"a":1}}',
        b'{"query":"{ hello }","variables":[]}',
        b'{"query":"{ hello }","variables":"{}"}',
        b'{"query":"{ hello }","variables":1}',
        b'{"query":"{ hello }","operationName":1}',
        b'{"query":"{ hello }","operationName":{}}',
        b'{"query":"{ hello }","extensions":[]}',
        b'{"query":"{ hello }","extensions":"x"}',
        b'{"query":"\xff\xfe"}',
        b'{"query":"\\ud800"}',
        b'{"query":"{ hello }"}\x00',
        b"\x00" * 100,
        b'{"query":NaN}',
        b"[" * 10_000 + b"]" * 10_000,
        b'{"query":"{ hello }","variables":' + b'{"a":' * 10_000 + b"1" + b"}" * 10_001,
    ],
    ids=lambda body: f"{len(body)}-{zlib.crc32(body):08x}",
)
@pytest.mark.parametrize("path", ["/graphql", "/audit"])
async def test_request_that_is_not_well_formed_is_400(client: httpx2.AsyncClient, path: str, body: bytes) -> None:
    answer = await client.post(path, content=body, headers=HEADERS)

    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/graphql-response+json; charset=utf-8"
    assert [error["extensions"] for error in answer.json()["errors"]] == [{"code": "BAD_REQUEST"}]


@pytest.mark.parametrize(
    ("query", "variables", "code"),
    [
        ("{ hello\x00 }", None, "GRAPHQL_PARSE_FAILED"),
        ("\ufeff", None, "GRAPHQL_PARSE_FAILED"),
        ("query($a: Int!) { add(a: $a, b: 1) }", {"a": 2**31}, "BAD_USER_INPUT"),
        ("query($a: Int!) { add(a: $a, b: 1) }", {"a": 2**64}, "BAD_USER_INPUT"),
        ("query($a: Int!) { add(a: $a, b: 1) }", {"a": 10**400}, "BAD_REQUEST"),
        ("query($a: Int!) { add(a: $a, b: 1) }", {"a": [[[1]]]}, "BAD_USER_INPUT"),
        ("query($a: Int!) { add(a: $a, b: 1) }", {"a": "x" * 60_000}, "BAD_USER_INPUT"),
        ("{ add(a: 99999999999999999999999999, b: 1) }", None, "GRAPHQL_VALIDATION_FAILED"),
        ("query($a: [[[[Int]]]]!) { add(a: $a, b: 1) }", {"a": 1}, "GRAPHQL_VALIDATION_FAILED"),
        ("{ " + "nest { " * 400 + "leaf" + " }" * 400 + " }", None, "LIMIT_EXCEEDED"),
        ("{ hello }" + " #" + "x" * 100_000 + "\n" + "}", None, "GRAPHQL_PARSE_FAILED"),
    ],
)
async def test_request_no_schema_could_serve_is_4xx(
    client: httpx2.AsyncClient, query: str, variables: dict[str, Any] | None, code: str
) -> None:
    answer = await client.post("/graphql", content=json.dumps({"query": query, "variables": variables}).encode(), headers=HEADERS)

    assert answer.status_code in {400, 422}
    assert [error["extensions"]["code"] for error in answer.json()["errors"]] == [code]
    assert len(answer.content) < 5_000


async def test_deep_variables_that_nobody_uses_do_no_harm(client: httpx2.AsyncClient) -> None:
    deep: Any = 1
    for _ in range(500):
        deep = {"a": deep}

    answer = await client.post("/graphql", json={"query": "{ hello }", "variables": deep})

    assert answer.json() == {"data": {"hello": "world"}}


@pytest.mark.parametrize("chunked", [False, True])
async def test_body_beyond_the_cap_is_413(client: httpx2.AsyncClient, chunked: bool) -> None:  # noqa: FBT001 - a parameter of the table
    body = b'{"query":"{ hello }","variables":{"x":"' + b"x" * 3_000_000 + b'"}}'

    async def pieces() -> Any:
        for start in range(0, len(body), 65_536):
            yield body[start : start + 65_536]

    try:
        answer = await client.post("/graphql", content=pieces() if chunked else body, headers=HEADERS)
    except (httpx2.WriteError, httpx2.ReadError):  # the server may hang up while we still send
        answer = await client.post("/graphql", content=b"x" * 131_073, headers=HEADERS)

    assert answer.status_code == 413
    assert answer.json() == {
        "errors": [{"message": "The body is longer than 131,072 bytes.", "extensions": {"code": "PAYLOAD_TOO_LARGE"}}]
    }
    assert (await client.post("/graphql", json={"query": "{ hello }"})).status_code == 200


async def test_body_of_exactly_the_cap_is_read(client: httpx2.AsyncClient) -> None:
    start, end = b'{"query":"{ hello }","extensions":{"x":"', b'"}}'
    body = start + b"x" * (131_072 - len(start) - len(end)) + end

    answer = await client.post("/graphql", content=body, headers=HEADERS)

    assert answer.json() == {"data": {"hello": "world"}}


async def test_turkish_and_persian_text_comes_back_as_it_was(client: httpx2.AsyncClient) -> None:
    text = "Siparişim gelmedi – سفارش من نرسید 😟 İıŞş\u200c\u0000"

    answer = await client.post("/graphql", json={"query": "query($t: String!) { echo(text: $t) }", "variables": {"t": text}})

    assert answer.json() == {"data": {"echo": text}}
