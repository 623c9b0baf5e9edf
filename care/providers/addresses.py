"""Fields that the credentials of several providers have: where the interface is, and words that open it."""

from typing import Annotated

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

from core.outbound import AddressRefused, check_url


def _base(given: str) -> str:
    try:
        check_url(given)
    except AddressRefused as refusal:
        raise PydanticCustomError("url", "{reason}", {"reason": str(refusal)}) from refusal
    return given.rstrip("/")


ApiUrl = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500), AfterValidator(_base)]
"""The base address of a provider's interface; another one than the provider's own is for stand-ins and proxies."""

Token = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000, pattern=r"^[\x21-\x7e]+$")]
"""A secret word of a provider's: printable, in one piece."""
