"""What a channel of X is set up with."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from care.providers.addresses import ApiUrl, Token

API_URL = "https://api.x.com"


class XCredentials(BaseModel):
    """The app's secret that signs what comes in, and the account's token: an OAuth 1.0a pair, or one of OAuth 2.0."""

    model_config = ConfigDict(frozen=True)

    consumer_secret: Annotated[Token, Field(repr=False, json_schema_extra={"secret": True})]
    """Of the app: it signs every delivery, and our answer to the hourly check."""
    consumer_key: Token | None = None
    """Of the app, for OAuth 1.0a."""
    access_token: Annotated[Token | None, Field(repr=False, json_schema_extra={"secret": True})] = None
    """Of the account, for OAuth 1.0a; with `access_token_secret`."""
    access_token_secret: Annotated[Token | None, Field(repr=False, json_schema_extra={"secret": True})] = None
    """Belongs to `access_token`."""
    bearer_token: Annotated[Token | None, Field(repr=False, json_schema_extra={"secret": True})] = None
    """A user token of OAuth 2.0 with the scopes tweet.write and dm.write, in place of the four of OAuth 1.0a."""
    api_url: ApiUrl = API_URL

    @model_validator(mode="after")
    def _whole(self) -> Self:
        pair = (self.access_token, self.access_token_secret)
        if any(pair) and not (all(pair) and self.consumer_key):
            raise PydanticCustomError("half", "Give consumer_key, access_token and access_token_secret together")
        return self
