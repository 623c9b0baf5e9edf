"""Values of a customer's fields: kept in one spelling, or refused with the fix."""

import pytest

from care.claims import values
from care.claims.values import clean
from care.documents.claims import ClaimField
from core.errors import InvalidInput

F = ClaimField


@pytest.mark.parametrize(
    ("field", "given", "kept"),
    [
        (F.INTERESTS, "futbol,, sinema ؛ Futbol ,", "futbol, sinema"),
        (F.HOBBIES, "فوتبال، سینما", "فوتبال, سینما"),
        (F.BIRTHDAY, "۱۹۸۶/05/04", "1986-05-04"),
        (F.BIRTHDAY, "1900-01-01", "1900-01-01"),
        (F.LANGUAGE, "en_gb", "en-GB"),
    ],
)
def test_value_is_kept_in_one_spelling(field: ClaimField, given: str, kept: str) -> None:
    assert clean(field, given) == kept


@pytest.mark.parametrize(
    ("field", "given", "fix"),
    [
        (F.INTERESTS, ",،;", "Write something that can be read"),
        (F.INTERESTS, ",".join(f"ilgi {number}" for number in range(values.MOST_ENTRIES + 1)), "Name at most 20"),
        (F.BIRTHDAY, "1899-12-31", "between 1900 and today"),
        (F.BIRTHDAY, "9999-01-01", "between 1900 and today"),
        (F.BIRTHDAY, "04.05.1986", "year-month-day"),
        (F.LANGUAGE, "türkçe", "the code of a language"),
        (F.PHONE, "beş", "in digits"),
    ],
)
def test_value_that_can_not_be_kept_is_refused_with_the_fix(field: ClaimField, given: str, fix: str) -> None:
    with pytest.raises(InvalidInput, match=fix):
        clean(field, given)
