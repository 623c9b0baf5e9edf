"""What operators say of channels: what a new one is to be, and what is to change of one."""

from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from care.documents.channels import ChannelAdapter, ChannelKind, Environment, FormSettings
from care.mail.settings import EmailSettings
from care.providers.meta.credentials import MetaCredentials
from care.providers.registry import ADAPTERS
from care.providers.telegram import TelegramCredentials
from care.providers.x.credentials import XCredentials
from community.drafts import text
from core.errors import InvalidInput
from core.outbound import AddressRefused, check_url

KINDS: Final = {
    ChannelAdapter.EMAIL: frozenset({ChannelKind.EMAIL}),
    **{name: adapter.kinds for name, adapter in ADAPTERS.items()},
}
"""The kinds of channels that an adapter serves; GENERIC, which is not named here, serves all."""

CREDENTIALS: Final = {
    ChannelAdapter.EMAIL: "email",
    ChannelAdapter.META: "meta",
    ChannelAdapter.TELEGRAM: "telegram",
    ChannelAdapter.X: "x",
}
"""The field of a draft that holds what an adapter needs; GENERIC needs nothing but the channel's own secret."""

_SENT: Final = ("access_token", "bearer_token", "bot_token")
"""Which of the credentials every call to a provider's interface shows."""

MOST_ORIGINS = 20
MOST_REQUIRED = 20

_Origin = Annotated[
    str, StringConstraints(strip_whitespace=True, to_lower=True, max_length=300, pattern=r"^https?://[^/\s?#@]+$")
]


def _callable(value: str | None) -> str | None:
    if value is not None:
        try:
            check_url(value)
        except AddressRefused as refusal:
            raise ValueError(str(refusal).rstrip(".")) from None
    return value


class FormDraft(BaseModel):
    """How the form of a channel is to be taken in."""

    model_config = ConfigDict(frozen=True)

    origins: Annotated[list[_Origin], Field(max_length=MOST_ORIGINS)] = Field(default_factory=list)
    required: Annotated[list[Annotated[str, text(1, 60, lines="one")]], Field(max_length=MOST_REQUIRED)] = Field(
        default_factory=list
    )
    consent: Annotated[str, text(1, 1_000, lines="one")] | None = None
    thanks_url: Annotated[str, Field(max_length=2048)] | None = None

    _check_thanks_url = field_validator("thanks_url")(_callable)

    def settings(self) -> FormSettings:
        """Give them as the channel keeps them."""
        return FormSettings(**self.model_dump())


_Name = Annotated[str, text(1, 100, lines="one")]
_Url = Annotated[str, Field(max_length=2048)]


class ChannelDraft(BaseModel):
    """What a new channel is to be; without an adapter it is the one whose settings are given, else GENERIC."""

    model_config = ConfigDict(frozen=True)

    name: _Name
    kind: ChannelKind = ChannelKind.GENERIC
    adapter: ChannelAdapter = ChannelAdapter.GENERIC
    environment: Environment = Environment.LIVE
    send_url: _Url | None = None
    form: FormDraft | None = None
    email: EmailSettings | None = None
    meta: MetaCredentials | None = None
    telegram: TelegramCredentials | None = None
    x: XCredentials | None = None

    _check_send_url = field_validator("send_url")(_callable)

    @model_validator(mode="before")
    @classmethod
    def _adapter_of_settings(cls, given: Any) -> Any:
        if isinstance(given, dict) and given.get("adapter") is None:
            implied = [adapter for adapter, field in CREDENTIALS.items() if given.get(field) is not None]
            return {**given, "adapter": implied[0] if implied else ChannelAdapter.GENERIC}
        return given

    @property
    def credentials(self) -> BaseModel | None:
        """Give what the channel keeps sealed."""
        found: BaseModel | None = getattr(self, CREDENTIALS[self.adapter]) if self.adapter in CREDENTIALS else None
        return found


class ChannelChange(BaseModel):
    """What is to change of a channel; what is not given stays, of a provider's credentials each by itself.

    Of e-mail the settings are given whole, but for passwords, which stay too.
    """

    model_config = ConfigDict(frozen=True)

    name: _Name | None = None
    send_url: _Url | None = None
    form: FormDraft | None = None
    email: dict[str, Any] | None = None
    meta: dict[str, Any] | None = None
    telegram: dict[str, Any] | None = None
    x: dict[str, Any] | None = None

    _check_send_url = field_validator("send_url")(_callable)


def require_fitting(kind: ChannelKind, adapter: ChannelAdapter, given: set[str]) -> None:
    """Raise InvalidInput, which names the field, for what is given and has no meaning for such a channel."""
    for owner, field in CREDENTIALS.items():
        if field in given and owner is not adapter:
            raise InvalidInput(f"This belongs to the adapter {owner.value}; leave it out.", path=(field,))
    if "form" in given and kind is not ChannelKind.WEB_FORM:
        raise InvalidInput("This belongs to the kind WEB_FORM; leave it out.", path=("form",))
    if "send_url" in given and adapter is not ChannelAdapter.GENERIC:
        raise InvalidInput(f"{adapter.value} knows by itself where replies go; leave it out.", path=("send_url",))


def require_whole(draft: ChannelDraft) -> None:
    """Raise InvalidInput, which names the field, unless a new channel's adapter serves its kind and has what it needs."""
    kind, adapter = draft.kind, draft.adapter
    if adapter in KINDS and kind not in KINDS[adapter]:
        served = " or ".join(sorted(KINDS[adapter]))
        raise InvalidInput(f"The adapter {adapter.value} serves channels of the kind {served}.", path=("kind",))
    if adapter in CREDENTIALS and draft.credentials is None:
        raise InvalidInput(f"The adapter {adapter.value} needs these settings.", path=(CREDENTIALS[adapter],))
    require_fitting(kind, adapter, set(draft.model_dump(exclude_none=True)))


def with_kept_passwords(given: dict[str, Any], kept: EmailSettings | None) -> dict[str, Any]:
    """Fill in the passwords that stay: those of a server whose host and user are as they were."""
    if kept is None:
        return given
    filled = dict(given)
    for name, server in (("smtp", kept.smtp), ("imap", kept.imap)):
        told = filled.get(name)
        if server is None or not isinstance(told, dict) or told.get("password") is not None:
            continue
        if (told.get("host"), told.get("user")) == (server.host, server.user):
            filled[name] = {**told, "password": server.password}
    return filled


def with_kept_credentials(given: dict[str, Any], kept: BaseModel | None, place: str) -> dict[str, Any]:
    """Fill in what stays of a provider's credentials; null takes away.

    Raises InvalidInput when the interface moves to another address and a token would follow unasked: who may only change
    the address must not learn by it what is sent there.
    """
    if kept is None:
        return {name: value for name, value in given.items() if value is not None}
    before = kept.model_dump()
    address = given.get("api_url") or type(kept).model_fields["api_url"].default
    if "api_url" in given and str(address).strip().rstrip("/") != before["api_url"]:
        following = [name for name in _SENT if before.get(name) is not None and name not in given]
        if following:
            raise InvalidInput("The address is another one; give this again, for it is sent there.", path=(place, following[0]))
    return {name: value for name, value in {**before, **given}.items() if value is not None}
