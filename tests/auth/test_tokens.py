"""Access tokens: what is accepted, and every known way of forging one."""

import base64
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey
from joserfc.jws import JWSRegistry
from typing_extensions import override

from auth.accounts import create_service_account
from auth.actor import SYSTEM
from auth.authenticator import Authenticator, open_authenticator
from auth.documents import SigningKeys
from auth.errors import NotAuthenticated
from auth.keys import active_key, open_keys, revoke_key, rotate_keys
from auth.tokens import Audience, TokenReader
from core.clock import clock, now
from core.database import Database
from core.errors import InvalidInput
from core.secrets import Keyring
from core.settings import Settings, WrongSetting
from tests.auth.makers import KEYRING, URL, make_authenticator, make_customer, make_member

Forgery = Callable[[SigningKeys, dict[str, Any], dict[str, Any]], str]


class Lax(JWSRegistry):
    """Signs whatever header a forger wants."""

    @override
    def check_header(self, header: dict[str, Any]) -> None:
        pass


def _signed(header: dict[str, Any], claims: dict[str, Any], key: ECKey) -> str:
    return jwt.encode(header, claims, key, registry=Lax(algorithms=["ES256"]), default_type=None)


def _part(value: object) -> str:
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def _changed(*, header: dict[str, Any] | None = None, claims: dict[str, Any] | None = None) -> Forgery:
    """Sign with the right key what a right token would not say; None takes a member away."""

    def forge(keys: SigningKeys, good_header: dict[str, Any], good_claims: dict[str, Any]) -> str:
        merged = {**good_header, **(header or {})}
        said = {name: value for name, value in {**good_claims, **(claims or {})}.items() if value is not None}
        return _signed({name: value for name, value in merged.items() if value is not None}, said, active_key(keys, KEYRING))

    return forge


def _alg_none(keys: SigningKeys, header: dict[str, Any], claims: dict[str, Any]) -> str:
    return f"{_part({**header, 'alg': 'none'})}.{_part(claims)}."


def _hs256_with_public_key(keys: SigningKeys, header: dict[str, Any], claims: dict[str, Any]) -> str:
    signed = f"{_part({**header, 'alg': 'HS256'})}.{_part(claims)}"
    return f"{signed}.{_part(hmac.digest(active_key(keys, KEYRING).as_pem(private=False), signed.encode(), 'sha256'))}"


def _es256_label_on_hs256(keys: SigningKeys, header: dict[str, Any], claims: dict[str, Any]) -> str:
    signed = f"{_part(header)}.{_part(claims)}"
    return f"{signed}.{_part(hmac.digest(active_key(keys, KEYRING).as_pem(private=False), signed.encode(), 'sha256'))}"


def _foreign_key_same_kid(keys: SigningKeys, header: dict[str, Any], claims: dict[str, Any]) -> str:
    return _signed(header, claims, ECKey.generate_key("P-256"))


def _tampered(keys: SigningKeys, header: dict[str, Any], claims: dict[str, Any]) -> str:
    token = _signed(header, claims, active_key(keys, KEYRING))
    return f"{token.split('.')[0]}.{_part({**claims, 'sub': 'acc_admin'})}.{token.split('.')[2]}"


def _header_is_list(keys: SigningKeys, header: dict[str, Any], claims: dict[str, Any]) -> str:
    return f"{_part(['alg', 'kid'])}.{_part(claims)}.c2ln"


def _deep(keys: SigningKeys, header: dict[str, Any], claims: dict[str, Any]) -> str:
    return f"{_part(header)}.{_part(b'[' * 5000)}.c2ln"


def _signed_list(keys: SigningKeys, header: dict[str, Any], claims: dict[str, Any]) -> str:
    return f"{_part(header)}.{_part([1])}.c2ln"


FUTURE = 4102444800
FORGERIES: dict[str, Forgery] = {
    "alg none": _alg_none,
    "HS256 with the public key": _hs256_with_public_key,
    "HS256 under an ES256 label": _es256_label_on_hs256,
    "foreign key, same kid": _foreign_key_same_kid,
    "tampered claims": _tampered,
    "unknown kid": _changed(header={"kid": "unknown"}),
    "no kid": _changed(header={"kid": None}),
    "jku": _changed(header={"jku": "https://evil.example/jwks.json"}),
    "jwk": _changed(header={"jwk": {"kty": "EC"}}),
    "x5u": _changed(header={"x5u": "https://evil.example/x5u"}),
    "crit": _changed(header={"crit": ["exp"], "exp": 1}),
    "typ of an id token": _changed(header={"typ": "JWT"}),
    "no typ": _changed(header={"typ": None}),
    "typ is no text": _changed(header={"typ": 1}),
    "portal's audience": _changed(claims={"aud": "urn:kopru:portal"}),
    "no audience": _changed(claims={"aud": None}),
    "foreign issuer": _changed(claims={"iss": "https://evil.example"}),
    "issuer with a slash": _changed(claims={"iss": f"{URL}/"}),
    "issuer is no text": _changed(claims={"iss": [URL]}),
    "no issuer": _changed(claims={"iss": None}),
    "no expiry": _changed(claims={"exp": None}),
    "expiry is a text": _changed(claims={"exp": "4102444800"}),
    "expiry beyond all calendars": _changed(claims={"exp": 10**30}),
    "no subject": _changed(claims={"sub": None}),
    "subject is no text": _changed(claims={"sub": {"$ne": ""}}),
    "no iat": _changed(claims={"iat": None}),
    "iat in the future": _changed(claims={"iat": FUTURE}),
    "no jti": _changed(claims={"jti": None}),
    "no client_id": _changed(claims={"client_id": None}),
    "nbf in the future": _changed(claims={"nbf": FUTURE}),
    "expired": _changed(claims={"exp": 1_000_000_000}),
    "oversize": _changed(claims={"padding": "x" * 8192}),
    "header is a list": _header_is_list,
    "deep nesting": _deep,
    "claims are a list": _signed_list,
    "two parts": lambda *_: "a.b",
    "five parts": lambda *_: "a.b.c.d.e",
    "no base64": lambda *_: "a.b.c",
    "not ASCII": lambda *_: "ş.ş.ş",
    "empty": lambda *_: "",
}


async def _good(authenticator: Authenticator) -> tuple[str, dict[str, Any], dict[str, Any]]:
    issued = await authenticator.issuer.issue(await make_member())
    header, claims = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in issued.access_token.split(".")[:2])
    return issued.access_token, header, claims


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=list(FORGERIES))
async def test_forged_token_is_refused(store: Database, forge: Forgery) -> None:
    authenticator = make_authenticator()
    _, header, claims = await _good(authenticator)
    token = forge(await open_keys(KEYRING), header, claims)

    with pytest.raises(NotAuthenticated) as refused:
        await authenticator.tokens.read(token, audience=Audience.STAFF)
    assert refused.value.message == "This token is not valid, or not any more; sign in again."


async def test_token_says_what_rfc_9068_asks_and_is_accepted(store: Database) -> None:
    authenticator = make_authenticator()
    token, header, claims = await _good(authenticator)
    kid = (await open_keys(KEYRING)).keys[0].kid

    assert header == {"typ": "at+jwt", "alg": "ES256", "kid": kid}
    assert sorted(claims) == ["aud", "client_id", "exp", "iat", "iss", "jti", "scope", "sub"]
    assert (claims["iss"], claims["aud"], claims["client_id"], claims["scope"]) == (URL, "urn:kopru:api", "kopru", "staff")
    assert claims["exp"] == int(claims["iat"] + 3600)
    read = await authenticator.tokens.read(token, audience=Audience.STAFF)
    assert (read.issuer, read.subject, read.issued_at) == (URL, claims["sub"], claims["iat"])
    assert read.expires_at.timestamp() == claims["exp"]


@pytest.mark.parametrize(
    "forge",
    [
        _changed(header={"typ": "application/at+jwt"}),
        _changed(claims={"aud": ["urn:other", "urn:kopru:api"]}),
        _changed(claims={"nbf": 1_000_000_000}),
    ],
    ids=["long typ", "list of audiences", "nbf in the past"],
)
async def test_other_right_spellings_are_accepted(store: Database, forge: Forgery) -> None:
    authenticator = make_authenticator()
    _, header, claims = await _good(authenticator)
    token = forge(await open_keys(KEYRING), header, claims)

    assert (await authenticator.tokens.read(token, audience=Audience.STAFF)).subject == claims["sub"]


async def test_token_expires_after_its_life_and_thirty_seconds(store: Database) -> None:
    authenticator = make_authenticator(life=timedelta(minutes=5))
    token, _, _ = await _good(authenticator)

    clock.shift(timedelta(minutes=5, seconds=25))
    await authenticator.tokens.read(token, audience=Audience.STAFF)
    clock.shift(timedelta(seconds=6))
    with pytest.raises(NotAuthenticated):
        await authenticator.tokens.read(token, audience=Audience.STAFF)


async def test_customers_token_is_for_the_portal_alone(store: Database) -> None:
    authenticator = make_authenticator()
    customer = await make_customer()
    issued = await authenticator.issuer.issue(customer, life=timedelta(hours=24), client="demo")

    assert issued.expires_in == 86_400
    assert (await authenticator.tokens.read(issued.access_token, audience=Audience.PORTAL)).subject == customer.id
    with pytest.raises(NotAuthenticated):
        await authenticator.tokens.read(issued.access_token, audience=Audience.STAFF)


async def test_life_is_bounded_and_programs_get_none(store: Database) -> None:
    authenticator = make_authenticator()
    with pytest.raises(InvalidInput, match="24 hours"):
        await authenticator.issuer.issue(await make_member(), life=timedelta(hours=25))

    service = await create_service_account(SYSTEM, "CRM import")
    with pytest.raises(InvalidInput, match="API tokens"):
        await authenticator.issuer.issue(service)


async def test_another_process_accepts_after_rotation_and_refuses_after_revocation(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("auth.issuer._LOOKED_AGAIN_AFTER", 0.0)
    here, there = make_authenticator(), make_authenticator()
    old_token, _, _ = await _good(here)
    await there.tokens.read(old_token, audience=Audience.STAFF)

    clock.shift(timedelta(hours=24))
    keys = await rotate_keys(SYSTEM, KEYRING)
    await here.issuer.refresh()
    new_token = (await here.issuer.issue(await make_member(email="b@kopru.example"))).access_token
    await there.tokens.read(new_token, audience=Audience.STAFF)

    active = next(key.kid for key in keys.keys if key.state == "ACTIVE")
    await revoke_key(SYSTEM, active, KEYRING)
    monkeypatch.setattr("auth.issuer._FRESH_FOR", 0.0)
    with pytest.raises(NotAuthenticated):
        await there.tokens.read(new_token, audience=Audience.STAFF)
    assert active not in [key["kid"] for key in await there.issuer.public_keys()]


async def test_unknown_kids_do_not_make_us_read_each_time(store: Database) -> None:
    authenticator = make_authenticator()
    _, header, claims = await _good(authenticator)
    opened = authenticator.issuer._opened
    token = _changed(header={"kid": "unknown"})(await open_keys(KEYRING), header, claims)

    for _ in range(3):
        with pytest.raises(NotAuthenticated):
            await authenticator.tokens.read(token, audience=Audience.STAFF)
    assert authenticator.issuer._opened is opened


async def test_key_that_signs_nothing_yet_proves_nothing(store: Database) -> None:
    authenticator = make_authenticator()
    _, header, claims = await _good(authenticator)
    coming = next(key for key in (await open_keys(KEYRING)).keys if key.state == "NEXT")
    private = ECKey.import_key({**json.loads(KEYRING.decrypt(coming.sealed)), "kid": coming.kid})

    with pytest.raises(NotAuthenticated):
        await authenticator.tokens.read(_signed({**header, "kid": coming.kid}, claims, private), audience=Audience.STAFF)


async def test_reader_without_issuers_trusts_nobody(store: Database) -> None:
    token, _, _ = await _good(make_authenticator())

    with pytest.raises(NotAuthenticated):
        await TokenReader([]).read(token, audience=Audience.STAFF)


async def test_wrong_secret_key_stops_the_start(store: Database) -> None:
    settings = Settings(public_url=URL, access_token_minutes=5)
    opened = await open_authenticator(settings, KEYRING)
    issued = await opened.issuer.issue(await make_member())
    assert issued.expires_in == 300
    assert (await opened.tokens.read(issued.access_token, audience=Audience.STAFF)).expires_at > now()

    with pytest.raises(WrongSetting, match="KOPRU_SECRET_KEY"):
        await open_authenticator(settings, Keyring(b"another secret"))
