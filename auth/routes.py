"""The HTTP routes by which people sign in and out and others learn our public keys."""

from functools import partial
from typing import Any

import orjson
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from auth.accounts import sign_out_everywhere
from auth.attempts import address_key, count_failure, require_attempts
from auth.authenticator import Authenticator
from auth.documents import Account
from auth.drafts import FirstAdmin
from auth.errors import NotAuthenticated
from auth.identify import Identity
from auth.requests import NOT_STORED, Endpoint, SameSite, flag, guarded, read_fields, text
from auth.sessions import COOKIE, LONGEST, end_session, start_session
from auth.setup import use_setup_token
from auth.sign_in import change_own_password, sign_in
from auth.tokens import Audience
from core.errors import InvalidInput

_KEYS_CACHED_SECONDS = 300


def auth_routes(authenticator: Authenticator, *, is_same_site: SameSite) -> list[Route]:
    """Give the routes; `is_same_site` says whether a page of ours, or no browser, sent a request."""
    posts: dict[str, Endpoint] = {
        "/auth/token": partial(_sign_in, authenticator),
        "/auth/logout": partial(_sign_out, authenticator),
        "/auth/password": partial(_change_password, authenticator),
        "/auth/setup": partial(_set_up, authenticator),
    }
    routes = [Route(path, guarded(endpoint, is_same_site=is_same_site), methods=["POST"]) for path, endpoint in posts.items()]
    return [*routes, Route("/.well-known/jwks.json", partial(_show_keys, authenticator), methods=["GET"])]


async def _sign_in(authenticator: Authenticator, request: Request) -> Response:
    """Answer e-mail and password with an access token and, with `"session": true`, a session cookie."""
    fields = await read_fields(request)
    wants_session = flag(fields, "session")
    account = await sign_in(text(fields, "email"), text(fields, "password"), address=_address(request))
    return await _signed_in(authenticator, request, account, wants_session=wants_session)


async def _set_up(authenticator: Authenticator, request: Request) -> Response:
    """Answer the setup token with the first administrator, signed in."""
    fields = await read_fields(request)
    wants_session, token, key = flag(fields, "session"), text(fields, "token"), address_key(_address(request))
    await require_attempts(key)
    try:
        admin = FirstAdmin(**{name: text(fields, name) for name in ("email", "password", "name")})
        account = await use_setup_token(token, admin, keyring=authenticator.keyring)
    except ValidationError as error:
        first = error.errors()[0]
        raise InvalidInput(f"{first['msg']}.", path=tuple(str(part) for part in first["loc"])) from None
    except NotAuthenticated:
        await count_failure(key)
        raise
    return await _signed_in(authenticator, request, account, wants_session=wants_session)


async def _sign_out(authenticator: Authenticator, request: Request) -> Response:
    """End the browser's session, or with `"everywhere": true` all tokens and sessions of the account."""
    fields = await read_fields(request)
    if flag(fields, "everywhere"):
        actor = (await _caller(authenticator, request)).actor
        if actor.account_id is None:
            raise NotAuthenticated("Sign in first.")
        await sign_out_everywhere(actor, actor.account_id)
    if cookie := request.cookies.get(COOKIE):
        await end_session(cookie)
    return _without_cookie()


async def _change_password(authenticator: Authenticator, request: Request) -> Response:
    """Replace one's own password; whatever was signed in with the old one is signed out."""
    fields = await read_fields(request)
    caller = await _caller(authenticator, request)
    if caller.actor.account_id is None:
        raise NotAuthenticated("Sign in first.")
    current, new = text(fields, "current_password"), text(fields, "password")
    await change_own_password(caller.actor, current, new, address=_address(request))
    return _without_cookie()


async def _show_keys(authenticator: Authenticator, _: Request) -> Response:
    """Answer with the JSON Web Key Set (RFC 7517) that proves our tokens."""
    body = orjson.dumps({"keys": await authenticator.issuer.public_keys()}, option=orjson.OPT_SORT_KEYS)
    headers = {"cache-control": f"public, max-age={_KEYS_CACHED_SECONDS}", "access-control-allow-origin": "*"}
    return Response(body, 200, headers, "application/jwk-set+json")


async def _signed_in(authenticator: Authenticator, request: Request, account: Account, *, wants_session: bool) -> Response:
    issued = await authenticator.issuer.issue(account)
    answer: dict[str, Any] = {"access_token": issued.access_token, "token_type": "Bearer", "expires_in": issued.expires_in}
    response = Response(orjson.dumps(answer), 200, NOT_STORED, "application/json")
    if wants_session:
        secret = await start_session(account, replacing=request.cookies.get(COOKIE))
        lasts = int(LONGEST.total_seconds())
        response.set_cookie(COOKIE, secret, max_age=lasts, path="/", secure=True, httponly=True, samesite="lax")
    return response


async def _caller(authenticator: Authenticator, request: Request) -> Identity:
    """Recognise staff and customers alike: these routes are for both."""
    header, cookie = request.headers.get("authorization"), request.cookies.get(COOKIE)
    try:
        return await authenticator.recognise(header, cookie, audience=Audience.STAFF)
    except NotAuthenticated:
        return await authenticator.recognise(header, cookie, audience=Audience.PORTAL)


def _without_cookie() -> Response:
    response = Response(status_code=204, headers=NOT_STORED)
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
    return response


def _address(request: Request) -> str | None:
    """Give the client's address; behind a proxy the server puts the right one there."""
    return request.client.host if request.client else None
