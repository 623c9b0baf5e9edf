"""What happened to accounts, API tokens and signing keys."""

from dataclasses import dataclass
from enum import StrEnum

from auth.documents import AccountKind
from core.events import Event


class AccountChange(StrEnum):
    """What of an account changed; everybody who holds an Actor of it reads it again."""

    DISABLED = "DISABLED"
    ENABLED = "ENABLED"
    PASSWORD = "PASSWORD"  # noqa: S105 - names a change, holds no secret
    REACH = "REACH"
    ROLES = "ROLES"
    SIGNED_OUT = "SIGNED_OUT"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCreated(Event):
    """An account was made; one of a MEMBER has the member with the same remainder of the id."""

    account_id: str
    kind: AccountKind


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountChanged(Event):
    """What an account may do, or whether its tokens and sessions hold, has changed."""

    account_id: str
    change: AccountChange


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiTokenCreated(Event):
    """A program got a token."""

    token_id: str
    account_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiTokenRevoked(Event):
    """A program's token holds no longer."""

    token_id: str
    account_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKeysRotated(Event):
    """Another key signs from now on."""

    kid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKeyRevoked(Event):
    """What this key signed is void."""

    kid: str
