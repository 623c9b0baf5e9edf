"""What MongoDB keeps of accounts, sessions, tokens, signing keys and tries to sign in.

Refresh tokens are not kept, for none are given: a browser has its session, a program signs in again or has an API token.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from beanie import Document
from pydantic import BaseModel, Field
from pymongo import ASCENDING, IndexModel

from auth.actor import Permission, Role
from core.ids import derived_id, with_prefix
from core.records import PENDING_EVENTS, Record

_EXPIRY = IndexModel([("expires_at", ASCENDING)])
"""Serves `auth.expiry.forget_expired`; a TTL index is outside the portable subset and follows the host's clock, not ours."""


class AccountKind(StrEnum):
    """Who an account is for: one of us, a customer, or a program."""

    MEMBER = "MEMBER"
    CUSTOMER = "CUSTOMER"
    SERVICE = "SERVICE"


class KeyState(StrEnum):
    """NEXT is published but signs nothing yet; ACTIVE signs; RETIRED still proves what it signed."""

    NEXT = "NEXT"
    ACTIVE = "ACTIVE"
    RETIRED = "RETIRED"


class Account(Record):
    """Somebody who can sign in; `reach` holds the ids of the channels, spaces and brands the account was given."""

    kind: AccountKind
    name: str
    email: str | None = None
    password_hash: str | None = None
    roles: list[Role] = Field(default_factory=list)
    reach: list[str] = Field(default_factory=list)
    customer_id: str | None = None
    locale: str = "en"
    disabled_at: datetime | None = None
    tokens_valid_after: datetime | None = None
    """Whatever was issued until this time is void: tokens, sessions and API tokens alike."""
    fingerprint: str | None = None

    class Settings:
        name = "accounts"
        indexes: ClassVar = [
            IndexModel([("email", ASCENDING)], unique=True, sparse=True),
            IndexModel([("customer_id", ASCENDING)], unique=True, sparse=True),
            IndexModel([("roles", ASCENDING)]),
            IndexModel([("disabled_at", ASCENDING)], sparse=True),
            PENDING_EVENTS,
        ]

    @property
    def member_id(self) -> str | None:
        """The member of this account: the same remainder under another prefix; None for customers and programs."""
        return with_prefix("mem", self.id) if self.kind is AccountKind.MEMBER else None

    def issued_from(self, moment: datetime) -> datetime:
        """Give the time to write on what is issued now: later than what is void, though another process's clock be ahead."""
        after = self.tokens_valid_after
        return moment if after is None else max(moment, after + timedelta(milliseconds=1))

    def voids(self, issued_at: float) -> bool:
        """Tell whether what was issued then (seconds since 1970) is void."""
        return self.tokens_valid_after is not None and issued_at <= self.tokens_valid_after.timestamp()


class Session(Document):
    """A browser that is signed in; the id is the SHA-256 of what the cookie holds."""

    id: str  # type: ignore[assignment]  # made before the insert, never Beanie's
    account_id: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime

    class Settings:
        name = "sessions"
        indexes: ClassVar = [_EXPIRY]


class ApiToken(Record):
    """A program's lasting token; the id is the SHA-256 of its secret, `deleted_at` tells that it was revoked."""

    account_id: str
    name: str
    scopes: list[Permission]
    expires_at: datetime | None = None
    last_used_at: datetime | None = None

    class Settings:
        name = "api_tokens"
        indexes: ClassVar = [IndexModel([("account_id", ASCENDING), ("_id", ASCENDING)]), PENDING_EVENTS]


class SigningKey(BaseModel):
    """A key of our issuer: the private half sealed by the keyring, the public one as a JSON Web Key."""

    kid: str
    state: KeyState
    sealed: str
    public: dict[str, str]
    published_at: datetime
    activated_at: datetime | None = None
    retired_at: datetime | None = None


class SigningKeys(Record):
    """All keys of our issuer in one document, so that a rotation is one write and there is always one ACTIVE key."""

    keys: list[SigningKey]

    class Settings:
        name = "signing_keys"
        indexes: ClassVar = [PENDING_EVENTS]


class SetupToken(Record):
    """The token by which the first administrator is made; another `serial` makes it another token."""

    serial: str
    sealed: str
    expires_at: datetime

    class Settings:
        name = "setup_tokens"
        indexes: ClassVar = [PENDING_EVENTS]

    @property
    def account_id(self) -> str:
        """The id of the one account that this token can make: it exists, so the token is used."""
        return derived_id("acc", "setup", self.serial)


class Attempts(Document):
    """How many tries there were in one window of time; the id is derived from who tried and the window."""

    id: str  # type: ignore[assignment]  # made before the insert, never Beanie's
    tries: int
    expires_at: datetime

    class Settings:
        name = "sign_in_attempts"
        indexes: ClassVar = [_EXPIRY]


DOCUMENTS: list[type[Document]] = [Account, Session, ApiToken, SigningKeys, SetupToken, Attempts]
