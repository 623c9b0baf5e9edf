"""Taking out of texts who really wrote them: stand-ins for names, handles, numbers, addresses and links, then a second look."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from care.documents.cases import Case
from care.documents.customers import Customer
from core.text.fold import DROPPED, fold

SAFE_HOST: Final = "example.com"
SHORTEST_NAME: Final = 2
SHORTEST_STEM: Final = 3
"""A name of so many letters is known with an ending too; a shorter one only by itself."""
SHORTEST_VALUE: Final = 4
SHORTEST_NUMBER: Final = 4

STAND_INS: Final = (("Deniz", "Örnek"), ("Sam", "Sample"), ("آزاد", "نمونه"), ("Umut", "Deneme"), ("Robin", "Specimen"))
"""Names nobody here has: the first that has nothing in common with the real one is taken."""

_LINK: Final = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_BARE_LINK: Final = re.compile(
    r"\b(?:[\w-]+\.)+(?:com|net|org|info|biz|io|co|ir|tr|uk|de|me|ly|gl|app|shop)(?:/\S*)?(?![\w@])", re.IGNORECASE
)
_EMAIL: Final = re.compile(r"[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>(),;]+")
_HANDLE: Final = re.compile(r"(?<![\w.])@[\w.]+")
_NUMBER: Final = re.compile(r"(?:[A-Za-z]{1,4}[- ]?)?\d(?:[\d\s().\-/]*\d)?")
_DIGIT: Final = re.compile(r"\d")
_WORD: Final = re.compile(r"[^\W\d_][^\W\d_\u200c]*")
_PLACE_BEFORE: Final = re.compile(
    r"(?:[^\W\d_]+\s+){1,3}(?:mahallesi|mah|caddesi|cad|sokağı|sokagi|sokak|sok|sk|bulvarı|bulvari|blv|apartmanı|apt|sitesi)\b\.?"
    r"|\d+[a-z]?\s+(?:[A-Z][\w']+\s+){1,3}(?:street|road|avenue|lane|drive|square|st|rd|ave)\b\.?",
    re.IGNORECASE,
)
_PLACE_AFTER: Final = re.compile(r"(?:خیابان|کوچه|بلوار|میدان|محله|پلاک|واحد)\s+[^\s،,.؛]+(?:\s+[^\s،,.؛]+)?")
_HOUSE: Final = re.compile(r"\b(?:no|daire|kat|flat|apt|d)\s*[:.]\s*\d+\w?(?:\s*/\s*\d+)?", re.IGNORECASE)
_PLACES: Final = (_PLACE_BEFORE, _PLACE_AFTER, _HOUSE)
_PLACE_STAND_IN: Final = "[…]"


@dataclass(frozen=True, slots=True)
class Original:
    """What is known of the real people of a case, in the spelling in which texts are compared."""

    names: frozenset[str] = frozenset()
    """Single words of names."""
    marks: frozenset[str] = frozenset()
    """Handles, addresses and other values, without blanks."""
    numbers: frozenset[str] = frozenset()
    """The digits of numbers that are theirs."""


@dataclass(frozen=True, slots=True)
class Leftover:
    """Something real that is still in a text."""

    place: int
    kind: str


def original_of(case: Case, customers: Iterable[Customer], more: Sequence[str] = ()) -> Original:
    """Gather what tells who the customers of a case are; `more` are words that a person wants to be gone as well."""
    people, values = list(customers), list[str](more)
    names = [customer.display_name for customer in people]
    for customer in people:
        values += [value for value in (customer.email, customer.phone) if value]
        for fact in (*customer.facts, *customer.former_facts):
            names += [fact.value] if fact.field.value == "NAME" else []
            values.append(fact.value)
        for identity in customer.identities:
            values += [identity.handle, identity.external_id, *([identity.profile_url] if identity.profile_url else [])]
        values += [key.partition(":")[2] for key in customer.crm_keys or ()]
    values += [entry.value for entry in case.fields]
    names += [value for value in more if not _DIGIT.search(value)]
    words = {word for name in names for word in words_of(name) if len(word) >= SHORTEST_NAME}
    marks = {mark for value in values if len(mark := _joined(value).lstrip("@")) >= SHORTEST_VALUE}
    numbers = {digits for value in values if len(digits := digits_of(value)) >= SHORTEST_NUMBER}
    return Original(frozenset(words), frozenset(marks), frozenset(numbers))


def words_of(text: str) -> list[str]:
    """Give the words of a text in the spelling in which they are compared."""
    return [_plain(word) for word in _WORD.findall(text)]


def digits_of(text: str) -> str:
    """Give the digits of a text as 0 to 9, whatever script they are in."""
    return "".join(letter for letter in fold(text) if letter.isascii() and letter.isdigit())


@dataclass(slots=True)
class Disguise:
    """Puts stand-ins in the place of what is real, the same one for the same person throughout."""

    original: Original
    name: tuple[str, str] = field(init=False)

    def __post_init__(self) -> None:
        """Choose a name that has nothing in common with the real ones."""
        free = (pair for pair in STAND_INS if not any(self._is_name(word) for part in pair for word in words_of(part)))
        self.name = next(free, ("Kişi", "X"))

    @property
    def handle(self) -> str:
        """Give the handle of the stand-in."""
        return "@stand_in"

    def put_on(self, text: str) -> str:
        """Give a text with stand-ins for all that could tell who wrote it."""
        hidden = _EMAIL.sub(f"someone@{SAFE_HOST}", text)
        hidden = _LINK.sub(f"https://{SAFE_HOST}/", hidden)
        hidden = _BARE_LINK.sub(lambda found: found[0] if SAFE_HOST in found[0] else SAFE_HOST, hidden)
        hidden = _HANDLE.sub(lambda found: found[0] if found[0] == f"@{SAFE_HOST}" else self.handle, hidden)
        for place in _PLACES:
            hidden = place.sub(_PLACE_STAND_IN, hidden)
        hidden = _NUMBER.sub(_zeroed, hidden)
        named = _WORD.sub(lambda found: self.name[0] if self._is_name(_plain(found[0])) else found[0], hidden)
        return self._without_marks(named)

    def _without_marks(self, text: str) -> str:
        """Put blanks in the place of handles and values that stand there without a sign by which they are known."""
        hidden = text
        for mark in sorted(self.original.marks, key=len, reverse=True):
            folded = fold(hidden)
            while (at := folded.find(mark)) >= 0:
                hidden = f"{hidden[:at]}{_PLACE_STAND_IN}{hidden[at + len(mark) :]}"
                folded = fold(hidden)
        return hidden

    def _is_name(self, word: str) -> bool:
        return any(word == name or (len(name) >= SHORTEST_STEM and word.startswith(name)) for name in self.original.names)


def leftovers(texts: Sequence[str], original: Original) -> list[Leftover]:
    """Look at texts once more, by another way than they were disguised, for what is left of the original or of anybody real."""
    return [Leftover(place, kind) for place, text in enumerate(texts) for kind in _kinds_in(text, original)]


def _kinds_in(text: str, original: Original) -> list[str]:
    joined, digits = _joined(text), digits_of(text)
    found = {
        "a name": any(_begins_a_word(name, text) for name in original.names),
        "a handle or value": any(mark in joined for mark in original.marks),
        "a number": any(number in digits for number in original.numbers) or _has_number(text),
        "an e-mail address": any(not mail.endswith(f"@{SAFE_HOST}") for mail in _EMAIL.findall(text)),
        "a link": any(SAFE_HOST not in link for link in (*_LINK.findall(text), *_BARE_LINK.findall(text))),
    }
    return [kind for kind, is_there in found.items() if is_there]


def _has_number(text: str) -> bool:
    """Tell whether a run of digits is long enough to be somebody's, and is not all zeros."""
    return any(len(digits_of(run)) >= SHORTEST_NUMBER and digits_of(run).strip("0") for run in _NUMBER.findall(text))


def _begins_a_word(name: str, text: str) -> bool:
    end = "" if len(name) >= SHORTEST_STEM else r"(?![^\W_])"
    return re.search(rf"(?<![^\W_]){re.escape(name)}{end}", _plain(text)) is not None


def _zeroed(found: re.Match[str]) -> str:
    """Put zeros in the place of the digits of a long number, in their own script; short ones tell nobody."""
    if len(digits_of(found[0])) < SHORTEST_NUMBER:
        return found[0]
    return _DIGIT.sub(lambda digit: chr(ord(digit[0]) - int(digit[0])), found[0])


def _plain(text: str) -> str:
    return fold(text).replace(DROPPED, "")


def _joined(text: str) -> str:
    return "".join(_plain(text).split())
