"""E-mail addresses: one spelling, and which are none."""

import pytest

from auth.emails import check_email, fold_email
from core.errors import InvalidInput


def test_spellings_of_one_address_are_one() -> None:
    assert fold_email(" AYSE@Kopru.Example ") == "ayse@kopru.example"
    assert fold_email("İSMET@KÖPRÜ.example") == "ismet@köprü.example"
    assert fold_email("rene\u0301@x.example") == "ren\u00e9@x.example"
    assert fold_email("rené@x.example") != fold_email("rene@x.example")


@pytest.mark.parametrize(
    "email", ["", "ayse", "@x.example", "ayse@", "a@b@c", "a b@x.example", "a\x00@x.example", "a" * 251 + "@x.e"]
)
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_email(email)

    assert refused.value.path == ("email",)
