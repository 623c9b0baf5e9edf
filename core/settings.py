"""Every setting of the product, read once from `KOPRU_…` variables and `.env`."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

MINIMUM_KEY_LENGTH = 32


class Settings(BaseSettings):
    """What an operator can set; the defaults give a first look with nothing configured."""

    model_config = SettingsConfigDict(env_prefix="KOPRU_", env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True)

    data: Path = Field(default=Path(".data"), description="Folder of the embedded store, the embedded search index and the demo.")
    memory_only: bool = Field(default=False, description="Keep the embedded stores in memory and forget them at the end.")
    mongodb_url: str | None = Field(default=None, description="MongoDB; without it the embedded store is used.")
    mongodb_database: str = Field(default="kopru", min_length=1, max_length=38, pattern=r"^[A-Za-z0-9_-]+$")
    meilisearch_url: str | None = Field(default=None, description="Meilisearch; without it the embedded engine is used.")
    meilisearch_key: SecretStr | None = Field(
        default=None, description="A Meilisearch key that may do everything on our indexes."
    )
    meilisearch_prefix: str = Field(default="kopru", pattern=r"^[a-z0-9_-]+$", description="Prefix of our index names.")
    secret_key: SecretStr | None = Field(default=None, description="Encrypts channel secrets and signs cursors; ≥ 32 characters.")
    public_url: str = Field(default="http://127.0.0.1:8000", description="Where clients reach us; issuer of our tokens.")
    allowed_origins: Annotated[list[str], NoDecode] = Field(
        default_factory=list, description="Origins, beside our own, that browsers may call from, comma-separated."
    )
    outbound_allow: Annotated[list[str], NoDecode] = Field(
        default_factory=list, description="Private hosts or networks that channels may send to, comma-separated."
    )
    mail_port: int | None = Field(default=None, ge=0, le=65_535, description="Where workers take e-mail in; none: nowhere.")
    mail_host: str = Field(default="127.0.0.1", min_length=1, description="Address that the receiver of e-mail listens at.")
    mail_protocol: Literal["lmtp", "smtp"] = Field(default="lmtp", description="What the receiver of e-mail speaks.")
    smtp_host: str | None = Field(default=None, min_length=1, description="Server that e-mails of ours leave by; none: none.")
    smtp_port: int = Field(default=587, ge=1, le=65_535)
    smtp_security: Literal["none", "starttls", "tls"] = Field(default="starttls", description="How we speak to it.")
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_from: str | None = Field(default=None, description="Address that e-mails of ours come from.")
    smtp_bounces: str | None = Field(default=None, description="Address that they go back to; none: where they come from.")
    app_url: str | None = Field(default=None, description="Where our web client shows an object, with {id} in it.")
    portal_url: str | None = Field(
        default=None, description="Where your portal shows a request, public question or idea, with {id} in it."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    http_status_profile: Literal["draft", "audit"] = Field(default="draft", description="GraphQL-over-HTTP status codes.")
    access_token_minutes: int = Field(default=60, ge=1, le=1440, description="Life of a token of our own issuer.")
    introspection: bool = Field(default=True, description="Let clients without a token read the schema.")
    drain_seconds: int = Field(default=0, ge=0, le=60, description="How long /readyz says no before a stop refuses connections.")
    shutdown_seconds: int = Field(default=20, ge=0, le=300, description="How long running requests may take at a stop.")

    @field_validator("allowed_origins", "outbound_allow", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @field_validator("public_url")
    @classmethod
    def _bare(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            message = "must start with http:// or https://"
            raise ValueError(message)
        return value.rstrip("/")

    @field_validator("secret_key")
    @classmethod
    def _long(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < MINIMUM_KEY_LENGTH:
            message = f"must have at least {MINIMUM_KEY_LENGTH} characters"
            raise ValueError(message)
        return value


class WrongSetting(Exception):
    """A setting can't be used; the text is one sentence that names it."""


def read_settings(**overrides: object) -> Settings:
    """Read the environment; `WrongSetting` names the variable and what is wrong with it."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # pydantic checks what the overrides are
    except ValidationError as error:
        first = error.errors()[0]
        name = "KOPRU_" + "_".join(str(part) for part in first["loc"]).upper()
        raise WrongSetting(f"{name} is wrong: {first['msg']}.") from None
