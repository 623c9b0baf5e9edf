"""Addresses of web pages that people hand in: of schemes that can't run anything where they are shown."""

import re
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

LONGEST: Final = 2_000
_SCHEMES: Final = frozenset({"https", "http"})
_PRINTED: Final = re.compile(r"[!-~]+")


def checked_address(given: str) -> str:
    """Give an absolute address of http or https with a host and no sign-in; ValueError for all others."""
    address = given.strip()
    wrong = PydanticCustomError("address", "Give an address of a page that begins with https:// or http://")
    if not _PRINTED.fullmatch(address) or len(address) > LONGEST or set(address) & set("\"'<>`\\"):
        raise wrong
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError as error:
        raise wrong from error
    if parts.scheme not in _SCHEMES or not host or "@" in parts.netloc:
        raise wrong
    return address


WebAddress = Annotated[str, AfterValidator(checked_address)]
