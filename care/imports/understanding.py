"""From a row as it came to what it says of a customer, or to the reason why it says nothing that can be kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from care.claims.values import clean, normal
from care.documents.claims import PERSONAL, ClaimField
from care.documents.imports import ImportTarget, RowError
from care.imports.reading_rows import RawRow
from core.errors import InvalidInput
from core.text.fold import fold

LONGEST_ID: Final = 200
_YES: Final = frozenset(fold(word) for word in ("yes", "true", "1", "x", "evet", "var", "بله", "بلی", "آری"))
_NO: Final = frozenset(fold(word) for word in ("", "no", "false", "0", "hayır", "yok", "خیر", "نه"))
_FIELDS: Final = {ImportTarget[one.name]: one for one in ClaimField}


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """What a row says; `key` names the customer in the other system: its id there, else the e-mail or telephone."""

    number: int
    key: str
    raw: bytes
    told: dict[ClaimField, str] = field(default_factory=dict)
    consents: bool = False

    @property
    def name(self) -> str:
        """Give what the customer is called, for want of a name the way to reach them."""
        names = (ClaimField.NAME, ClaimField.EMAIL, ClaimField.PHONE)
        return next((self.told[one] for one in names if one in self.told), self.key)


class Refused(Exception):
    """A column of a row says something that can't be kept."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason


def understand(row: RawRow, targets: Mapping[str, ImportTarget]) -> CustomerRow | RowError:
    """Read a row; every value must be one that its field can hold."""
    try:
        return _read(row, targets)
    except Refused as refused:
        return RowError(row=row.number, column=refused.column, reason=refused.reason, raw=_bytes(row))


def _read(row: RawRow, targets: Mapping[str, ImportTarget]) -> CustomerRow:
    if row.problem is not None:
        raise Refused("", row.problem)
    told: dict[ClaimField, str] = {}
    external, consents = "", False
    for column, target in targets.items():
        value = row.values.get(column, "").strip()
        if any("\ud800" <= letter <= "\udfff" for letter in value):
            raise Refused(column, "This is not written in UTF-8.")
        if target is ImportTarget.CONSENT:
            consents = _consents(column, value)
        elif target is ImportTarget.EXTERNAL_ID:
            external = _external(column, value)
        elif value:
            told[_FIELDS[target]] = _cleaned(column, _FIELDS[target], value)
    _require_consent(targets, told, consents=consents)
    return CustomerRow(row.number, _key(external, told), _bytes(row), told, consents)


def _bytes(row: RawRow) -> bytes:
    return row.raw.encode("utf-8", "surrogateescape")


def _cleaned(column: str, of: ClaimField, value: str) -> str:
    try:
        return clean(of, value)
    except InvalidInput as refusal:
        raise Refused(column, refusal.message) from None


def _consents(column: str, value: str) -> bool:
    folded = fold(value)
    if folded not in _YES | _NO:
        raise Refused(column, "Write yes or no: evet or hayır, بله or خیر.")
    return folded in _YES


def _external(column: str, value: str) -> str:
    if len(value) > LONGEST_ID:
        raise Refused(column, f"An id has at most {LONGEST_ID} characters.")
    return fold(value) if value.isdigit() else value


def external_key(external: str) -> str:
    """Give the key of a customer by their id in the other system, without the system's name."""
    told = external.strip()
    return f"id:{fold(told) if told.isdigit() else told}"


def _require_consent(targets: Mapping[str, ImportTarget], told: Mapping[ClaimField, str], *, consents: bool) -> None:
    personal = next((of for of in told if of in PERSONAL), None)
    if personal is not None and not consents:
        column = next(name for name, target in targets.items() if _FIELDS.get(target) is personal)
        raise Refused(column, "This is kept only with consent; the row has no column that says so with yes.")


def _key(external: str, told: Mapping[ClaimField, str]) -> str:
    if external:
        return external_key(external)
    for of in (ClaimField.EMAIL, ClaimField.PHONE):
        if of in told:
            return f"{of.value.lower()}:{normal(of, told[of])}"
    raise Refused("", "The row names nobody: it has neither an id nor an e-mail address nor a telephone number.")
