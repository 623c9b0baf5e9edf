"""What accounts are made from."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from auth.actor import Role

PersonName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class AccountDraft(BaseModel):
    """What a member's account is made from.

    `member_id` names a member who is there already; without a password nobody can sign in until one is set.
    """

    model_config = ConfigDict(extra="forbid")

    email: str
    name: PersonName
    roles: list[Role] = Field(min_length=1)
    password: str | None = None
    reach: list[str] = Field(default_factory=list)
    locale: str = "en"
    member_id: str | None = None


class CustomerAccountDraft(BaseModel):
    """What a customer's account is made from; all of it is verified before."""

    model_config = ConfigDict(extra="forbid")

    customer_id: str
    email: str
    name: PersonName
    password: str | None = None
    locale: str = "en"


class FirstAdmin(BaseModel):
    """Who becomes the first administrator."""

    model_config = ConfigDict(extra="forbid")

    email: str
    password: str
    name: PersonName
    locale: str = "en"
