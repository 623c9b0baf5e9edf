"""What a Meta channel is set up with."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from care.providers.addresses import ApiUrl, Token

GRAPH_URL = "https://graph.facebook.com/v24.0"


class MetaCredentials(BaseModel):
    """The app's secret that signs what comes in, the token that opens the interface, and whose account it is."""

    model_config = ConfigDict(frozen=True)

    app_secret: Annotated[Token, Field(repr=False, json_schema_extra={"secret": True})]
    """Of the app that posts to the hook: it signs every delivery."""
    verify_token: Annotated[Token, Field(repr=False, json_schema_extra={"secret": True})]
    """A word of the company's own that the app sends when the hook is entered there."""
    access_token: Annotated[Token | None, Field(repr=False, json_schema_extra={"secret": True})] = None
    """Of the page, the Instagram account or the system user; without it nothing leaves."""
    account_id: Annotated[str | None, StringConstraints(strip_whitespace=True, pattern=r"^[0-9]{1,40}$")] = None
    """The id of the telephone number that WhatsApp messages leave from, where a customer wrote to none yet."""
    business_account_id: Annotated[str | None, StringConstraints(strip_whitespace=True, pattern=r"^[0-9]{1,40}$")] = None
    """The id of the WhatsApp business account, whose message templates can be read."""
    api_url: ApiUrl = GRAPH_URL
