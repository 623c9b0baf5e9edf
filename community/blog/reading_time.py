"""How long a post takes to read.

Words per minute are those that Trauzettel-Klosinski and Dietz measured with the IReST paragraphs, read aloud ("Standardized
Assessment of Reading Performance: The New International Reading Speed Texts IReST", Investigative Ophthalmology & Visual
Science 53, 2012): English 228, Turkish 166. They measured no Persian; Arabic, in the same script, stands for it: 138.
"""

import math
import re
from typing import Final

from core.text.language import Language
from core.text.markdown import plain

WORDS_PER_MINUTE: Final[dict[Language, int]] = {"en": 228, "tr": 166, "fa": 138}
_FALLBACK: Final = WORDS_PER_MINUTE["en"]
_WORD: Final = re.compile(r"[^\W_]+(?:[’'\u200c-][^\W_]+)*")


def reading_minutes(body: str, language: Language | None) -> int:
    """Give the whole minutes that a Markdown text takes in its language, at least one; of another language as in English."""
    words = len(_WORD.findall(plain(body)))
    return max(1, math.ceil(words / (WORDS_PER_MINUTE[language] if language else _FALLBACK)))
