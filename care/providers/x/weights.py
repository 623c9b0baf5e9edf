"""How long a post on X is, as X counts: links as 23, emoji and most scripts of East Asia as 2 a sign."""

import re
import unicodedata
from typing import Final

LONGEST_POST: Final = 280
LONGEST_DIRECT_MESSAGE: Final = 10_000

_LINK: Final = 23
_LIGHT: Final = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
_SIGN: Final = r"[\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
_SHADE: Final = r"[\ufe0f\U0001f3fb-\U0001f3ff]*"
_FLAG_OR_KEY: Final = r"[\U0001f1e6-\U0001f1ff]{2}|[0-9#*]\ufe0f?\u20e3"
_PICTURE: Final = rf"{_FLAG_OR_KEY}|{_SIGN}{_SHADE}(?:\u200d{_SIGN}{_SHADE})*"
_ENDING: Final = r"(?:com|net|org|info|io|app|dev|tr|ir|uk|de|eu)(?![\w-])"
_ADDRESS: Final = rf"https?://[^\s]+|(?<![@\w.])(?:[a-z0-9-]+\.)+{_ENDING}(?:/[^\s]*)?"
_COUNTED_AS_ONE: Final = re.compile(rf"(?P<link>{_ADDRESS})|(?P<picture>{_PICTURE})", re.IGNORECASE)


def weight_of(text: str) -> int:
    """Give the length of a post."""
    composed = unicodedata.normalize("NFC", text)
    whole = [match.lastgroup for match in _COUNTED_AS_ONE.finditer(composed)]
    rest = _COUNTED_AS_ONE.sub("", composed)
    return sum(_LINK if group == "link" else 2 for group in whole) + sum(_weight(ord(sign)) for sign in rest)


def _weight(code: int) -> int:
    return 1 if any(first <= code <= last for first, last in _LIGHT) else 2
