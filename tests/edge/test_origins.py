"""Which requests may use a browser's session: no page of another site ever."""

import httpx2
import pytest

COOKIE = {"cookie": "__Host-sid=ayse"}
PROOF = {"graphql-preflight": "1"}


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 200, None),
        ({"origin": "https://evil.example"}, 200, None),
        ({"authorization": "Bearer ayse", "origin": "https://evil.example"}, 200, None),
        (COOKIE, 403, "CROSS_SITE_REQUEST"),
        ({**COOKIE, **PROOF}, 200, None),
        ({**COOKIE, "x-requested-with": "XMLHttpRequest"}, 200, None),
        ({**COOKIE, "apollo-require-preflight": "true"}, 200, None),
        ({**COOKIE, **PROOF, "origin": "https://evil.example"}, 403, "CROSS_SITE_REQUEST"),
        ({**COOKIE, **PROOF, "origin": "null"}, 403, "CROSS_SITE_REQUEST"),
        ({**COOKIE, **PROOF, "origin": "http://[bad"}, 403, "CROSS_SITE_REQUEST"),
        ({**COOKIE, **PROOF, "origin": "http://127.0.0.1:1"}, 403, "CROSS_SITE_REQUEST"),
        ({**COOKIE, **PROOF, "origin": "https://front.example"}, 200, None),
        ({**COOKIE, **PROOF, "origin": "https://front.example", "sec-fetch-site": "cross-site"}, 200, None),
        ({**COOKIE, **PROOF, "origin": "https://front.example.evil.example"}, 403, "CROSS_SITE_REQUEST"),
        ({**COOKIE, **PROOF, "sec-fetch-site": "cross-site"}, 403, "CROSS_SITE_REQUEST"),
        ({**COOKIE, **PROOF, "sec-fetch-site": "same-site"}, 403, "CROSS_SITE_REQUEST"),
        ({**COOKIE, **PROOF, "sec-fetch-site": "same-origin"}, 200, None),
        ({**COOKIE, **PROOF, "authorization": "Bearer ayse"}, 400, "AMBIGUOUS_CREDENTIALS"),
        ({**COOKIE, "authorization": ""}, 400, "AMBIGUOUS_CREDENTIALS"),
    ],
)
@pytest.mark.parametrize("path", ["/graphql", "/graphql/stream"])
async def test_cookie_needs_proof_that_our_page_sent_it(
    client: httpx2.AsyncClient, path: str, headers: dict[str, str], status: int, code: str | None
) -> None:
    answer = await client.post(path, json={"query": "{ who }"}, headers={"accept": "*/*", **headers})

    assert answer.status_code == status
    if code:
        assert [error["extensions"] for error in answer.json()["errors"]] == [{"code": code}]
    else:
        assert ("ayse" if "cookie" in headers or "authorization" in headers else "anonymous") in answer.text


async def test_page_of_our_own_origin_passes(client: httpx2.AsyncClient, edge: str) -> None:
    headers = {**COOKIE, **PROOF, "origin": edge, "sec-fetch-site": "same-origin"}

    answer = await client.post("/graphql", json={"query": "{ who }"}, headers=headers)

    assert answer.json() == {"data": {"who": "ayse"}}


@pytest.mark.parametrize(("origin", "host"), [("https://kopru.example", "kopru.example"), ("https://[::1]:8000", "[::1]:8000")])
async def test_origin_is_compared_with_the_host_the_browser_named(client: httpx2.AsyncClient, origin: str, host: str) -> None:
    answer = await client.post("/graphql", json={"query": "{ who }"}, headers={**COOKIE, **PROOF, "origin": origin, "host": host})

    assert answer.json() == {"data": {"who": "ayse"}}
