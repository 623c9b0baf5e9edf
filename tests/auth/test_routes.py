"""The routes by which people sign in, as a browser and a program meet them."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from httpx2 import ASGITransport, AsyncClient, Response
from pymongo.errors import NetworkTimeout, OperationFailure
from starlette.applications import Starlette
from starlette.requests import HTTPConnection

from auth.accounts import disable_account
from auth.actor import SYSTEM, Role
from auth.documents import Account
from auth.keys import open_keys
from auth.routes import auth_routes
from auth.setup import ensure_setup_token
from auth.tokens import Audience
from core.database import Database
from core.errors import Unavailable
from tests.auth.makers import KEYRING, PASSWORD, URL, make_authenticator, make_customer, make_member
from tests.auth.test_attempts import to_full_minute

SIGN_IN = {"email": "ayse@kopru.example", "password": PASSWORD}


def is_same_site(request: HTTPConnection) -> bool:
    return request.headers.get("origin", URL) == URL


@pytest.fixture
async def client(store: Database) -> AsyncIterator[AsyncClient]:
    app = Starlette(routes=auth_routes(make_authenticator(), is_same_site=is_same_site))
    async with AsyncClient(transport=ASGITransport(app=app, client=("192.0.2.1", 5000)), base_url=URL) as opened:
        yield opened


def problem(response: Response) -> tuple[int, str, list[str]]:
    (error,) = response.json()["errors"]
    assert error["message"]
    assert response.headers["cache-control"] == "no-store"
    return response.status_code, error["extensions"]["code"], error["path"]


async def test_password_gives_a_token(client: AsyncClient) -> None:
    member = await make_member()
    answer = await client.post("/auth/token", json=SIGN_IN)

    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert (sorted(answer.json()), answer.json()["token_type"]) == (["access_token", "expires_in", "token_type"], "Bearer")
    assert answer.json()["expires_in"] == 3600
    assert "set-cookie" not in answer.headers
    header = f"Bearer {answer.json()['access_token']}"
    assert (await make_authenticator().identify(header, None, audience=Audience.STAFF)).account_id == member.id


async def test_session_cookie_is_strict_and_new_at_every_sign_in(client: AsyncClient, store: Database) -> None:
    await make_member()
    first = await client.post("/auth/token", json={**SIGN_IN, "session": True})
    cookie, *attributes = first.headers["set-cookie"].split("; ")

    assert cookie.startswith("__Host-sid=")
    assert sorted(attributes) == ["HttpOnly", "Max-Age=604800", "Path=/", "SameSite=lax", "Secure"]
    second = await client.post("/auth/token", json={**SIGN_IN, "session": True})
    assert second.headers["set-cookie"].split("; ")[0] != cookie
    assert await store["sessions"].count_documents({}) == 1


async def test_signing_out_ends_the_session_and_the_cookie(client: AsyncClient, store: Database) -> None:
    await make_member()
    await client.post("/auth/token", json={**SIGN_IN, "session": True})
    json = {"content-type": "application/json"}
    answer = await client.post("/auth/logout", headers=json)

    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["set-cookie"].startswith('__Host-sid=""; ')
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert await store["sessions"].count_documents({}) == 0
    assert (await client.post("/auth/logout", headers=json)).status_code == 204


@pytest.mark.parametrize("customer", [False, True], ids=["member", "customer"])
async def test_signing_out_everywhere_ends_tokens_too(client: AsyncClient, *, customer: bool) -> None:
    account = await (make_customer(email="ayse@kopru.example") if customer else make_member())
    token = (await client.post("/auth/token", json=SIGN_IN)).json()["access_token"]
    headers = {"authorization": f"Bearer {token}"}

    assert (await client.post("/auth/logout", json={"everywhere": True}, headers=headers)).status_code == 204
    assert problem(await client.post("/auth/logout", json={"everywhere": True}, headers=headers)) == (401, "UNAUTHENTICATED", [])
    assert problem(await client.post("/auth/logout", json={"everywhere": True})) == (401, "UNAUTHENTICATED", [])
    assert ((await Account.get(account.id)) or account).tokens_valid_after is not None


async def test_own_password_is_changed_by_who_knows_it(client: AsyncClient) -> None:
    await make_member()
    new = "another long password"
    await client.post("/auth/token", json={**SIGN_IN, "session": True})
    wrong = await client.post("/auth/password", json={"current_password": "wrong", "password": new})
    assert problem(wrong) == (401, "UNAUTHENTICATED", [])

    answer = await client.post("/auth/password", json={"current_password": PASSWORD, "password": new})

    assert answer.status_code == 204
    assert problem(await client.post("/auth/token", json=SIGN_IN)) == (401, "UNAUTHENTICATED", [])
    assert (await client.post("/auth/token", json={**SIGN_IN, "password": new})).status_code == 200
    client.cookies.clear()
    nobody = await client.post("/auth/password", json={"current_password": new, "password": PASSWORD})
    assert problem(nobody) == (401, "UNAUTHENTICATED", [])


async def test_unknown_user_and_wrong_password_get_the_same_bytes(client: AsyncClient) -> None:
    await make_member()
    gone = await make_member(email="gone@kopru.example")
    await disable_account(SYSTEM, gone.id)
    answers = [
        await client.post("/auth/token", json={"email": email, "password": password})
        for email, password in (
            ("ayse@kopru.example", "wrong password"),
            ("unknown@kopru.example", PASSWORD),
            ("gone@kopru.example", PASSWORD),
        )
    ]

    assert len({(answer.status_code, answer.content, tuple(sorted(answer.headers.items()))) for answer in answers}) == 1
    assert problem(answers[0]) == (401, "UNAUTHENTICATED", [])
    assert answers[0].headers["www-authenticate"] == "Bearer"


async def test_two_processes_share_the_bounds(client: AsyncClient, store: Database) -> None:
    await make_member()
    to_full_minute()
    other_app = Starlette(routes=auth_routes(make_authenticator(), is_same_site=is_same_site))
    async with AsyncClient(transport=ASGITransport(app=other_app, client=("192.0.2.9", 5000)), base_url=URL) as other:
        for number in range(5):
            asked = client if number % 2 else other
            assert (await asked.post("/auth/token", json={**SIGN_IN, "password": "wrong"})).status_code == 401
        for asked in (client, other):
            refused = await asked.post("/auth/token", json=SIGN_IN)
            assert problem(refused) == (429, "LIMIT_REACHED", [])
            assert 50 <= int(refused.headers["retry-after"]) <= 61


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({}, ["email"]),
        ({"email": "ayse@kopru.example"}, ["password"]),
        ({"email": "ayse@kopru.example", "password": ""}, ["password"]),
        ({"email": {"$ne": ""}, "password": PASSWORD}, ["email"]),
        ({**SIGN_IN, "session": "yes"}, ["session"]),
        ([], []),
        (1, []),
    ],
    ids=str,
)
async def test_wrong_fields_are_named(client: AsyncClient, fields: Any, path: list[str]) -> None:
    assert problem(await client.post("/auth/token", json=fields)) == (400, "INVALID_INPUT", path)


@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"email": "\\ud800"}', b"[" * 2000])
async def test_broken_json_is_refused(client: AsyncClient, body: bytes) -> None:
    answer = await client.post("/auth/token", content=body, headers={"content-type": "application/json; charset=utf-8"})

    assert problem(answer) == (400, "INVALID_INPUT", [])


async def test_body_is_bounded(client: AsyncClient) -> None:
    answer = await client.post("/auth/token", json={**SIGN_IN, "password": "x" * 17_000})

    assert problem(answer) == (413, "PAYLOAD_TOO_LARGE", [])


@pytest.mark.parametrize("path", ["/auth/token", "/auth/logout", "/auth/password", "/auth/setup"])
async def test_other_sites_can_do_nothing(client: AsyncClient, store: Database, path: str) -> None:
    await make_member()
    await client.post("/auth/token", json={**SIGN_IN, "session": True})
    before = await store["sessions"].find({}).to_list()

    foreign = await client.post(path, json=SIGN_IN, headers={"origin": "https://evil.example"})
    form = await client.post(path, data={"email": "ayse@kopru.example"})
    plain = await client.post(path, content=b"{}", headers={"content-type": "text/plain"})

    assert problem(foreign) == (403, "CROSS_SITE_REQUEST", [])
    assert [problem(answer) for answer in (form, plain)] == [(415, "UNSUPPORTED_MEDIA_TYPE", [])] * 2
    assert (await client.get(path)).status_code == 405
    assert await store["sessions"].find({}).to_list() == before


async def test_setup_signs_the_first_administrator_in_once(client: AsyncClient) -> None:
    token = await ensure_setup_token(KEYRING)
    given = {"token": token, "email": "ada@kopru.example", "password": PASSWORD, "name": "Ada", "session": True}
    for change, path in (({"password": "short"}, ["password"]), ({"name": " "}, ["name"]), ({"email": "ada"}, ["email"])):
        assert problem(await client.post("/auth/setup", json={**given, **change})) == (400, "INVALID_INPUT", path)

    answer = await client.post("/auth/setup", json=given)

    assert answer.status_code == 200
    assert answer.headers["set-cookie"].startswith("__Host-sid=")
    header = f"Bearer {answer.json()['access_token']}"
    assert (await make_authenticator().identify(header, None, audience=Audience.STAFF)).roles == {Role.ADMIN}
    assert problem(await client.post("/auth/setup", json=given)) == (409, "ALREADY_DONE", ["token"])


async def test_guessing_the_setup_token_is_bounded(client: AsyncClient) -> None:
    await ensure_setup_token(KEYRING)
    to_full_minute()
    given = {"token": "guess", "email": "eve@kopru.example", "password": PASSWORD, "name": "Eve"}
    for _ in range(5):
        assert problem(await client.post("/auth/setup", json=given)) == (401, "UNAUTHENTICATED", ["token"])

    assert problem(await client.post("/auth/setup", json=given)) == (429, "LIMIT_REACHED", [])


async def test_keys_are_published_without_their_private_half(client: AsyncClient) -> None:
    answer = await client.get("/.well-known/jwks.json")

    assert answer.headers["content-type"] == "application/jwk-set+json"
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert answer.json() == {"keys": [dict(key.public) for key in (await open_keys(KEYRING)).keys]}
    assert all("d" not in key for key in answer.json()["keys"])


@pytest.mark.parametrize("error", [Unavailable("store"), NetworkTimeout("timed out")])
async def test_store_that_does_not_answer_is_503(client: AsyncClient, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("auth.routes.sign_in", fail)
    answer = await client.post("/auth/token", json=SIGN_IN)

    assert problem(answer) == (503, "UNAVAILABLE", [])
    assert answer.headers["retry-after"] == "1"


async def test_error_of_the_store_is_not_ours_to_hide(client: AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise OperationFailure("unknown operator", 2)

    monkeypatch.setattr("auth.routes.sign_in", fail)
    with pytest.raises(OperationFailure):
        await client.post("/auth/token", json=SIGN_IN)
