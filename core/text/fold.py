"""Folding: the one spelling under which texts in Turkish, Persian and English are compared."""

import unicodedata
from typing import Final

# Stands where a character was dropped, so that positions in the folded text are positions in the original.
DROPPED: Final = "\u200d"
# Kept by `fold`, because it joins («کتاب‌ها» is one word) and separates («کتاب ها» is how others write it).
ZERO_WIDTH_NON_JOINER: Final = "\u200c"

_EXCEPTIONS: Final = {
    "ı": "i",
    "İ": "i",
    "ي": "ی",
    "ى": "ی",
    "ې": "ی",
    "ك": "ک",
    "ة": "ه",
    "ۀ": "ه",
    "ە": "ه",
    "ھ": "ه",
    "ہ": "ه",
    "ٱ": "ا",
    "ø": "o",
    "đ": "d",
    "ł": "l",
    "ß": "s",
    "’": "'",
    "‘": "'",
    "ʼ": "'",
    "٬": ",",
    "٫": ".",
    "ـ": DROPPED,
    ZERO_WIDTH_NON_JOINER: ZERO_WIDTH_NON_JOINER,
}
_LAST_REMEMBERED: Final = 0x2FFF


def fold(text: str) -> str:
    """Return `text` in the spelling that searches compare: same length, character by character.

    Case, accents and the Turkish dots go (`Işık`, `IŞIK`, `isik` are one), Arabic letters become Persian ones
    (ي ك ة أ → ی ک ه ا), all digits become 0-9. Harakat, tatweel, other marks and invisible controls become `DROPPED`,
    which `words` skips; control characters become spaces and lone surrogates U+FFFD, so that every store can take the
    result. `fold(fold(text)) == fold(text)`, and position n of the result belongs to character n of `text`.
    """
    return text.translate(_FOLDED)


class _Folded(dict[int, str]):
    """The folded form of each code point, found when first met; only low ones are remembered, so hostile text fills no memory."""

    def __missing__(self, code: int) -> str:
        folded = chr(code)
        while (further := _fold_once(folded)) != folded:
            folded = further
        if code <= _LAST_REMEMBERED:
            self[code] = folded
        return folded


def _fold_once(character: str) -> str:
    if character in _EXCEPTIONS:
        return _EXCEPTIONS[character]
    category = unicodedata.category(character)
    if category in _REPLACED:
        return character if character in "\t\n\r" else _REPLACED[category]
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    return _base_letter(character)


def _base_letter(character: str) -> str:
    """Return the letter below its marks, in lower case; what would become several characters stays as it is."""
    lowered = character.lower()
    base = [part for part in unicodedata.normalize("NFKD", lowered) if unicodedata.category(part) not in {"Mn", "Me"}]
    if len(base) == 1:
        return base[0]
    return lowered if len(lowered) == 1 else character


_REPLACED: Final = {
    "Mn": DROPPED,
    "Me": DROPPED,
    "Cf": DROPPED,
    "Cc": " ",
    "Cs": "\N{REPLACEMENT CHARACTER}",
    "Zs": " ",
    "Zl": "\n",
    "Zp": "\n",
}
_FOLDED: Final = _Folded()
