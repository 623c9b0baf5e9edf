"""How an e-mail channel is set up: its address, where its mail is sent from and where it is fetched."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from auth.emails import check_email
from care.documents.channels import IN_USE, Channel, ChannelAdapter, ChannelKind, Environment
from core.errors import InvalidInput
from core.secrets import Keyring

_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


class MailSecurity(StrEnum):
    """How a connection to a mail server is encrypted: not at all, from STARTTLS on, or from the first byte."""

    NONE = "NONE"
    STARTTLS = "STARTTLS"
    TLS = "TLS"


def _address(given: str) -> str:
    try:
        return check_email(given)
    except InvalidInput as refusal:
        raise PydanticCustomError("email", "Write an e-mail address such as destek@example.com") from refusal


Address = Annotated[str, AfterValidator(_address)]
_Host = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=253, pattern=r"^[A-Za-z0-9.:_-]+$")]
_Word = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"^[^\x00-\x1f\x7f]+$")]


class MailServer(BaseModel):
    """A server of the provider's, and what it asks for."""

    model_config = ConfigDict(frozen=True)

    host: _Host
    port: Annotated[int, Field(ge=1, le=65_535)]
    security: MailSecurity = MailSecurity.TLS
    user: _Word | None = None
    password: Annotated[_Word | None, Field(repr=False)] = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.user is None) != (self.password is None):
            raise PydanticCustomError("half", "Give the user and the password together, or neither")
        if self.password is not None and self.security is MailSecurity.NONE and self.host not in _HERE:
            raise PydanticCustomError("open", "A password leaves only encrypted: choose STARTTLS or TLS")
        return self


class Mailbox(MailServer):
    """A mailbox that is looked into by IMAP; it is only read, nothing in it is changed."""

    folder: _Word = "INBOX"

    @model_validator(mode="after")
    def _with_a_name(self) -> Self:
        if self.user is None:
            raise PydanticCustomError("nobody", "A mailbox is opened by a user and a password")
        return self


class EmailSettings(BaseModel):
    """Everything about an e-mail channel; it is kept sealed in the channel's credentials."""

    model_config = ConfigDict(frozen=True)

    address: Address
    smtp: MailServer
    imap: Mailbox | None = None
    """Where mail is fetched; None: it is handed to our receiver, or to the channel's hook."""
    subaddressing: bool = False
    """Whether the provider delivers `destek+anything@…` to the mailbox too, so that replies can carry a signed address."""
    trusted_authserv_id: _Word | None = None
    """Whose `Authentication-Results` are believed; None: nobody's."""

    @model_validator(mode="after")
    def _without_mark(self) -> Self:
        if "+" in self.address:
            raise PydanticCustomError("mark", "Give the address without a +; what follows it is ours to use")
        return self

    @property
    def domain(self) -> str:
        """Give what follows the @ of the address."""
        return self.address.rpartition("@")[2]


def seal_settings(settings: EmailSettings, keyring: Keyring) -> str:
    """Give the settings as `Channel.sealed_credentials` keeps them."""
    return keyring.encrypt(settings.model_dump_json())


def settings_of(channel: Channel, keyring: Keyring) -> EmailSettings | None:
    """Open the settings of an e-mail channel; None when it has none that can be read. WrongSetting for another key."""
    if channel.adapter is not ChannelAdapter.EMAIL or channel.sealed_credentials is None:
        return None
    try:
        return EmailSettings.model_validate_json(keyring.decrypt(channel.sealed_credentials))
    except ValidationError:
        return None


async def mail_channels() -> list[Channel]:
    """List the channels in use that speak e-mail, the oldest first."""
    query = {"kind": ChannelKind.EMAIL.value, **IN_USE}
    found = await Channel.find(query).sort("_id").to_list()
    return [channel for channel in found if channel.adapter is ChannelAdapter.EMAIL]


async def mail_channel_for(channel: Channel) -> Channel | None:
    """Give the channel whose e-mail carries the replies of a channel: its own, for a form's any live one; else None."""
    if channel.adapter is ChannelAdapter.EMAIL:
        return channel
    if channel.kind is not ChannelKind.WEB_FORM or channel.send_url is not None:
        return None
    able = [one for one in await mail_channels() if one.environment is Environment.LIVE and one.sealed_credentials]
    return next(iter(able), None)
