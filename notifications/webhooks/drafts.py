"""What somebody gives to make or change a webhook."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

import orjson
from pydantic import AfterValidator, BaseModel, Field, StringConstraints
from pydantic_core import PydanticCustomError

from core.outbound import AddressRefused, check_url

LONGEST_VARIABLES = 10_000


def _callable_url(given: str) -> str:
    try:
        check_url(given)
    except AddressRefused as refusal:
        raise PydanticCustomError("url", "{reason}", {"reason": str(refusal).rstrip(".")}) from None
    return given


_Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]
_Url = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000), AfterValidator(_callable_url)]


class CheckedDocument(BaseModel):
    """A document that the schema takes: what it is, and with which variables and at which topics it runs."""

    text: Annotated[str, Field(max_length=20_000)]
    variables: str = "{}"
    is_query: bool = False
    topics: list[str] = Field(default_factory=list)

    @classmethod
    def of(cls, text: str, variables: Mapping[str, Any], *, is_query: bool, topics: list[str]) -> Self:
        """Keep the variables as JSON."""
        return cls(text=text, variables=orjson.dumps(variables).decode(), is_query=is_query, topics=topics)


class WebhookDraft(BaseModel):
    """A webhook to be."""

    name: _Name
    url: _Url
    document: CheckedDocument


class WebhookChange(BaseModel):
    """What to change of a webhook; what is not given stays."""

    name: _Name | None = None
    url: _Url | None = None
    document: CheckedDocument | None = None
