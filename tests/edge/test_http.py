"""Statuses, media types and refusals of GraphQL over HTTP, in both profiles."""

import asyncio
from typing import Any

import httpx2
import pytest

from tests.edge.probe import SECRET, Cancelled

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"


async def ask(
    client: httpx2.AsyncClient, query: str, *, path: str = "/graphql", accept: str = GRAPHQL, **more: Any
) -> httpx2.Response:
    return await client.post(path, json={"query": query, **more}, headers={"accept": accept})


@pytest.mark.parametrize(
    ("path", "accept", "query", "status", "code"),
    [
        ("/graphql", GRAPHQL, "{ hello }", 200, None),
        ("/graphql", JSON, "{ hello }", 200, None),
        ("/graphql", GRAPHQL, "{ hello boom }", 294, "INTERNAL"),
        ("/graphql", GRAPHQL, "{ requiredBoom }", 294, "INTERNAL"),
        ("/graphql", JSON, "{ hello boom }", 200, "INTERNAL"),
        ("/audit", GRAPHQL, "{ hello boom }", 200, "INTERNAL"),
        ("/graphql", GRAPHQL, "{", 400, "GRAPHQL_PARSE_FAILED"),
        ("/graphql", JSON, "{", 200, "GRAPHQL_PARSE_FAILED"),
        ("/graphql", GRAPHQL, "{ nothing }", 422, "GRAPHQL_VALIDATION_FAILED"),
        ("/graphql", JSON, "{ nothing }", 200, "GRAPHQL_VALIDATION_FAILED"),
        ("/audit", GRAPHQL, "{ nothing }", 400, "GRAPHQL_VALIDATION_FAILED"),
        ("/graphql", GRAPHQL, "query($t: String!) { echo(text: $t) }", 422, "BAD_USER_INPUT"),
        ("/audit", GRAPHQL, "query($t: String!) { echo(text: $t) }", 400, "BAD_USER_INPUT"),
        ("/graphql", GRAPHQL, "{ hello } query B { hello }", 422, "LIMIT_EXCEEDED"),
        ("/graphql", GRAPHQL, "subscription { count(to: 1) }", 422, "SUBSCRIPTION_NEEDS_STREAM"),
        ("/graphql", GRAPHQL, "fragment F on Query { hello }", 422, "UNKNOWN_OPERATION"),
    ],
)
async def test_status_follows_profile_and_media_type(
    client: httpx2.AsyncClient, path: str, accept: str, query: str, status: int, code: str | None
) -> None:
    answer = await ask(client, query, path=path, accept=accept)

    assert answer.status_code == status
    assert answer.headers["content-type"] == f"{accept}; charset=utf-8"
    assert [error["extensions"]["code"] for error in answer.json().get("errors", [])] == ([code] if code else [])
    assert ("data" in answer.json()) == (code in {None, "INTERNAL"})


async def test_unknown_operation_name_is_refused_by_name(client: httpx2.AsyncClient) -> None:
    answer = await ask(client, "query A { hello }", operationName="B")

    assert answer.status_code == 422
    assert answer.json() == {"errors": [{"message": 'Unknown operation named "B".', "extensions": {"code": "UNKNOWN_OPERATION"}}]}


@pytest.mark.parametrize(
    ("accept", "status", "media_type"),
    [
        (None, 200, JSON),
        ("*/*", 200, JSON),
        ("application/*", 200, JSON),
        (JSON, 200, JSON),
        (GRAPHQL, 200, GRAPHQL),
        (f"{GRAPHQL}, {JSON};q=0.9", 200, GRAPHQL),
        (f"{GRAPHQL}, application/graphql+json, {JSON}, text/event-stream, multipart/mixed", 200, GRAPHQL),
        (f"{GRAPHQL};q=0.1, {JSON}", 200, JSON),
        (f"{JSON};q=0, */*", 200, GRAPHQL),
        ("APPLICATION/JSON; charset=UTF-8", 200, JSON),
        ("image/png", 406, JSON),
        ("text/event-stream", 406, JSON),
        (f"{JSON};q=0", 406, JSON),
        (f"{JSON};q=nonsense", 406, JSON),
    ],
)
async def test_accept_chooses_the_media_type(
    client: httpx2.AsyncClient, accept: str | None, status: int, media_type: str
) -> None:
    request = client.build_request("POST", "/graphql", json={"query": "{ hello }"})
    del request.headers["accept"]
    if accept is not None:
        request.headers["accept"] = accept

    answer = await client.send(request)

    assert answer.status_code == status
    assert answer.headers["content-type"] == f"{media_type}; charset=utf-8"
    if status == 406:
        assert answer.json()["errors"][0]["extensions"] == {"code": "NOT_ACCEPTABLE"}


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 200),
        ("application/json; charset=utf-8", 200),
        ('Application/JSON ; Charset="UTF-8"', 200),
        ("application/json; charset=latin-1", 415),
        ("text/plain", 415),
        ("application/graphql", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
        ("application/jsonp", 415),
        ("", 415),
    ],
)
async def test_body_must_be_json(client: httpx2.AsyncClient, content_type: str, status: int) -> None:
    answer = await client.post("/graphql", content=b'{"query":"{ hello }"}', headers={"content-type": content_type})

    assert answer.status_code == status
    if status == 415:
        assert answer.json()["errors"][0]["extensions"] == {"code": "UNSUPPORTED_MEDIA_TYPE"}


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"])
@pytest.mark.parametrize("path", ["/graphql", "/graphql/stream", "/audit/stream"])
async def test_other_methods_are_refused_with_allow(client: httpx2.AsyncClient, method: str, path: str) -> None:
    answer = await client.request(method, path, params={"query": "{ hello }"}, headers={"accept": "*/*"})

    assert answer.status_code == 405
    assert "POST" in answer.headers["allow"].split(", ")
    if method != "HEAD":
        assert answer.json()["errors"][0]["extensions"] == {"code": "METHOD_NOT_ALLOWED"}


async def test_get_runs_queries_only_where_it_is_allowed(client: httpx2.AsyncClient) -> None:
    query = await client.get("/audit", params={"query": "query($t: String!) { echo(text: $t) }", "variables": '{"t": "ş"}'})
    mutation = await client.get("/audit", params={"query": 'mutation { keep(text: "x") }'})
    broken = await client.get("/audit", params={"query": "{ hello }", "variables": "{"})

    assert (query.status_code, query.json()) == (200, {"data": {"echo": "ş"}})
    assert (mutation.status_code, mutation.headers["allow"]) == (405, "POST")
    assert mutation.json() == {"errors": [{"message": "Send mutations by POST.", "extensions": {"code": "MUTATION_NEEDS_POST"}}]}
    assert (broken.status_code, broken.json()["errors"][0]["extensions"]) == (400, {"code": "BAD_REQUEST"})


async def test_who_asks_is_found_out_first(client: httpx2.AsyncClient) -> None:
    def asked(token: str) -> Any:
        return client.post("/graphql", json={"query": "{ who }"}, headers={"authorization": f"Bearer {token}"})

    good, bad, down, broken = [await asked(token) for token in ("ayse", "bad", "down", "broken")]

    assert good.json() == {"data": {"who": "ayse"}}
    assert (bad.status_code, bad.headers["www-authenticate"]) == (401, "Bearer")
    assert bad.json() == {
        "errors": [{"message": "Sign in, or send a valid bearer token.", "extensions": {"code": "UNAUTHENTICATED"}}]
    }
    assert (down.status_code, down.headers["retry-after"]) == (503, "1")
    assert down.json()["errors"][0] == {
        "message": "The document store is not reachable, try again.",
        "extensions": {"code": "UNAVAILABLE"},
    }
    assert (broken.status_code, broken.json()["errors"][0]["extensions"]["code"]) == (500, "INTERNAL")
    assert SECRET not in down.text + broken.text


async def test_operation_that_takes_too_long_is_cancelled(client: httpx2.AsyncClient) -> None:
    Cancelled.clear()

    answer = await ask(client, "{ endless }", path="/hasty")

    assert answer.status_code == 504
    assert answer.json() == {
        "errors": [
            {
                "message": "The operation took longer than 0.05 s and was stopped. Ask for less at once.",
                "extensions": {"code": "TIMEOUT"},
            }
        ]
    }
    assert Cancelled.names == ["endless"]


async def test_operations_beyond_the_slots_are_told_to_come_again(client: httpx2.AsyncClient) -> None:
    answers = await asyncio.gather(*(ask(client, "{ endless }", path="/hasty", accept=JSON) for _ in range(4)))

    assert sorted(answer.status_code for answer in answers) == [503, 503, 503, 504]
    refused = next(answer for answer in answers if answer.status_code == 503)
    assert refused.headers["retry-after"] == "1"
    assert refused.json()["errors"][0]["extensions"] == {"code": "OVERLOADED"}
    assert (await ask(client, "{ hello }", path="/hasty")).json() == {"data": {"hello": "world"}}


async def test_answers_are_never_stored(client: httpx2.AsyncClient) -> None:
    assert (await ask(client, "{ hello }")).headers["cache-control"] == "no-store"
    assert (await client.get("/graphql")).headers["cache-control"] == "no-store"
