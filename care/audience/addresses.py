"""Addresses of web pages, as members write them down."""

from typing import Annotated

from pydantic import AfterValidator, Field

from core.outbound import AddressRefused, check_url


def _address(given: str) -> str:
    try:
        check_url(given)
    except AddressRefused as refusal:
        raise ValueError(str(refusal).rstrip(".")) from None
    if not given.isascii() or not given.isprintable() or set(given) & set(' \\"<>'):
        message = "write the address percent-encoded, without spaces and quotes"
        raise ValueError(message)
    return given


WebAddress = Annotated[str, Field(max_length=2048), AfterValidator(_address)]
"""The http or https address of a page, without a name or password in it."""
