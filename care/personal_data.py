"""Personal data in a text: card, account, identity and telephone numbers, told by their check digits where they have any."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from core.text.fold import fold


class PersonalData(StrEnum):
    """What a number is."""

    CARD_NUMBER = "CARD_NUMBER"
    IBAN = "IBAN"
    NATIONAL_ID = "NATIONAL_ID"
    PHONE_NUMBER = "PHONE_NUMBER"


_IBAN_LENGTHS: Final = {
    "ae": 23,
    "at": 20,
    "az": 28,
    "be": 16,
    "bg": 22,
    "ch": 21,
    "cy": 28,
    "cz": 24,
    "de": 22,
    "dk": 18,
    "es": 24,
    "fi": 18,
    "fr": 27,
    "gb": 22,
    "ge": 22,
    "gr": 27,
    "hu": 28,
    "ie": 22,
    "ir": 26,
    "it": 27,
    "kw": 30,
    "lu": 20,
    "nl": 18,
    "no": 15,
    "pl": 28,
    "pt": 25,
    "qa": 29,
    "ro": 24,
    "sa": 24,
    "se": 24,
    "tr": 26,
    "ua": 29,
}
"""How long account numbers are, by the country at their beginning."""
_IBAN_START: Final = re.compile(r"(?<![^\W_])[a-z]{2}[0-9]{2}(?: ?[a-z0-9]){11,30}")
_SHORTEST_CARD: Final = 13
_NATIONAL_ID_LENGTH: Final = 11
_DIGITS: Final = re.compile(r"(?<![^\W_])[0-9](?:[ -]?[0-9]){10,18}(?![^\W_])")
_PHONE: Final = re.compile(r"(?<![^\W_])(?:\+|0)[0-9](?:[ ().-]{0,2}[0-9]){7,14}(?![^\W_])")
_DIALLED: Final = re.compile(r"(?:\+|00)[1-9][0-9]{7,14}|0[1-9][0-9]{9}")


def find_personal_data(text: str) -> Iterator[tuple[PersonalData, int, int]]:
    """Give each kind and place, in whatever digits it is written; a place is told of once."""
    folded, taken = fold(text), list[tuple[int, int]]()
    for kind, start, end in (*_ibans(folded), *_numbers(folded), *_phones(folded)):
        if all(end <= other_start or other_end <= start for other_start, other_end in taken):
            taken.append((start, end))
            yield kind, start, end


def _ibans(folded: str) -> Iterator[tuple[PersonalData, int, int]]:
    for found in _IBAN_START.finditer(folded):
        letters = [place for place in range(found.start(), found.end()) if folded[place] != " "]
        length = _IBAN_LENGTHS.get(found.group()[:2], len(letters) + 1)
        if length > len(letters):
            continue
        end = letters[length - 1] + 1
        if not folded[end : end + 1].isalnum() and is_iban(folded[found.start() : end]):
            yield PersonalData.IBAN, found.start(), end


def _numbers(folded: str) -> Iterator[tuple[PersonalData, int, int]]:
    for found in _DIGITS.finditer(folded):
        digits = re.sub(r"\D", "", found.group())
        if len(digits) >= _SHORTEST_CARD and is_card_number(digits):
            yield PersonalData.CARD_NUMBER, found.start(), found.end()
        elif is_national_id(digits):
            yield PersonalData.NATIONAL_ID, found.start(), found.end()


def _phones(folded: str) -> Iterator[tuple[PersonalData, int, int]]:
    for found in _PHONE.finditer(folded):
        if _DIALLED.fullmatch(re.sub(r"[ ().-]", "", found.group())):
            yield PersonalData.PHONE_NUMBER, found.start(), found.end()


def is_iban(given: str) -> bool:
    """Tell whether the check digits of an account number fit (ISO 13616: the rest by 97 is 1)."""
    letters = given.replace(" ", "")
    return int("".join(str(int(letter, 36)) for letter in letters[4:] + letters[:4])) % 97 == 1


def is_card_number(digits: str) -> bool:
    """Tell whether the check digit of a card number fits (ISO 7812, Luhn), for what is not one digit over and over."""
    doubled = [divmod(int(digit) * (1 + place % 2), 10) for place, digit in enumerate(reversed(digits))]
    return len(set(digits)) > 1 and sum(tens + ones for tens, ones in doubled) % 10 == 0


def is_national_id(digits: str) -> bool:
    """Tell whether this is a Turkish identity number, by its two check digits."""
    if len(digits) != _NATIONAL_ID_LENGTH or digits[0] == "0":
        return False
    numbers = [int(digit) for digit in digits]
    tenth = (sum(numbers[0:9:2]) * 7 - sum(numbers[1:8:2])) % 10
    return numbers[9] == tenth and numbers[10] == sum(numbers[:10]) % 10
