"""What a case holds in the company's own fields, each value in the one spelling of its kind."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Final

from pydantic import BaseModel, Field

from auth.actor import Actor
from care.cases import lifecycle
from care.cases.custom_fields import fields_by_keys
from care.cases.events import CaseFieldsSet
from care.documents.cases import Case
from care.documents.custom_fields import MOST_FIELDS, CustomField, CustomFieldKind, FieldValue, token_of
from care.errors import FieldsMissing
from care.policies import may_set_fields, require_right
from care.reading.cases import require_case
from community.drafts import text
from core.clock import now
from core.errors import InvalidInput
from core.records import change

_LONGEST_NUMBER: Final = 30
_TRUTHS: Final = ("true", "false")


class ValueDraft(BaseModel):
    """What to hold in a field; None takes it away."""

    key: str
    value: Annotated[str, text(1, 500)] | None = None


class FieldValuesDraft(BaseModel):
    """What to hold in some fields; the others stay as they are."""

    case_id: str
    values: Annotated[list[ValueDraft], Field(min_length=1, max_length=MOST_FIELDS)]


async def set_case_fields(actor: Actor, draft: FieldValuesDraft, *, expected_version: int) -> Case:
    """Let a case hold these values.

    Raises NotFound, Forbidden without `case:work`, CaseClosed, InvalidInput that names the field for a value that is not
    of its kind and for a field that is not in use or is named twice, Conflict.
    """
    case = await require_case(actor, draft.case_id)
    require_right(may_set_fields(actor, case))
    fields = await fields_by_keys([one.key for one in draft.values])
    said = _read(draft, fields)

    def rule(current: Case) -> None:
        may_set_fields(actor, current).enforce()
        held = {one.key: one for one in current.fields}
        for key, value in said.items():
            held.pop(key, None)
            if value is not None:
                held[key] = FieldValue(field_id=fields[key].id, key=key, value=value)
        _require_room(held)
        current.fields = [held[key] for key in sorted(held)]
        current.field_tokens = [token_of(one.key, one.value) for one in current.fields]
        current.record(CaseFieldsSet(case_id=current.id), actor=actor.id)
        lifecycle.project(current, touched_at=now())

    return await change(case, rule, expected_version=expected_version)


def require_filled(case: Case, required: Sequence[CustomField]) -> None:
    """Refuse a closing while a field that it needs is empty, FieldsMissing."""
    held = {one.field_id for one in case.fields}
    missing = [field.label for field in required if field.id not in held]
    if missing:
        raise FieldsMissing(f"Fill in first, to close the case: {'; '.join(missing)}.", path=("case_id",))


def _read(draft: FieldValuesDraft, fields: Mapping[str, CustomField]) -> dict[str, str | None]:
    """Give each value in the spelling of its kind."""
    said: dict[str, str | None] = {}
    for place, one in enumerate(draft.values):
        field = fields.get(one.key)
        if field is None:
            raise InvalidInput(f"There is no field {one.key!r} in use.", path=("values", str(place), "key"))
        if one.key in said:
            raise InvalidInput(f"Name the field {field.label} once.", path=("values", str(place), "key"))
        said[one.key] = None if one.value is None else _spelled(field, one.value, place)
    return said


def _spelled(field: CustomField, value: str, place: int) -> str:
    spelled = _SPELLINGS[field.kind](value, field)
    if spelled is None:
        options = ", ".join(option.key for option in field.options)
        wanted = _WANTED.get(field.kind, f"one of {options}")
        raise InvalidInput(f"The field {field.label} takes {wanted}.", path=("values", str(place), "value"))
    return spelled


def _number(value: str, _: CustomField) -> str | None:
    try:
        number = Decimal(value) + 0  # which makes -0 a 0
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number.adjusted()) > _LONGEST_NUMBER or len(value) > _LONGEST_NUMBER:
        return None
    plain = f"{number:f}"
    return (plain.rstrip("0").rstrip(".") if "." in plain else plain) or "0"


def _date(value: str, _: CustomField) -> str | None:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        return None


_WANTED: Final = {
    CustomFieldKind.TEXT: "a text",
    CustomFieldKind.NUMBER: "a number such as 12.5",
    CustomFieldKind.DATE: "a date such as 2026-01-31",
    CustomFieldKind.BOOLEAN: "true or false",
}
_SPELLINGS: Final[Mapping[CustomFieldKind, Callable[[str, CustomField], str | None]]] = {
    CustomFieldKind.TEXT: lambda value, _: value,
    CustomFieldKind.NUMBER: _number,
    CustomFieldKind.DATE: _date,
    CustomFieldKind.BOOLEAN: lambda value, _: value.lower() if value.lower() in _TRUTHS else None,
    CustomFieldKind.CHOICE: lambda value, field: value if any(value == option.key for option in field.options) else None,
}


def _require_room(held: Mapping[str, FieldValue]) -> None:
    if len(held) > 2 * MOST_FIELDS:
        raise InvalidInput("This case holds too many values of fields that are out of use.", path=("values",))
