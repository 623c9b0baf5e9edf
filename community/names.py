"""The order of people's names, as the Turkish and the Persian alphabet have it, kept as a stored key."""

from typing import Final

from core.text.fold import DROPPED, ZERO_WIDTH_NON_JOINER, fold

# A private-use character is greater than any letter: "c" and it stands after "cz" and before "d".
_AFTER: Final = ("\ue000", "\ue001")

_PLACES: Final = str.maketrans(
    {
        "ç": "c" + _AFTER[0],
        "ğ": "g" + _AFTER[0],
        "ı": "h" + _AFTER[0],
        "ö": "o" + _AFTER[0],
        "ş": "s" + _AFTER[0],
        "ü": "u" + _AFTER[0],
        "پ": "ب" + _AFTER[0],
        "چ": "ج" + _AFTER[0],
        "ژ": "ز" + _AFTER[0],
        "ک": "ق" + _AFTER[0],
        "گ": "ق" + _AFTER[1],
        "و": "ن" + _AFTER[0],
    }
)
_KEPT: Final = frozenset("çğıöşü")


def sort_key(name: str) -> str:
    """Give the key by which names are ordered: without case, accents and joiners, letters in their alphabet's places.

    A capital I is read as i, for the name does not say its language.
    """
    lowered = name.replace("İ", "i").lower()
    folded = "".join(letter if letter in _KEPT else fold(letter) for letter in lowered)
    spaced = " ".join(folded.replace(ZERO_WIDTH_NON_JOINER, " ").replace(DROPPED, "").split())
    return spaced.translate(_PLACES)
