"""The company's own fields of cases, as a manager defines them."""

from collections.abc import Sequence
from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, BaseModel, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor, Permission
from care.cases.events import CustomFieldChanged
from care.documents.custom_fields import MOST_FIELDS, MOST_OPTIONS, CustomField, CustomFieldKind, FieldOption
from care.documents.cycles import LocalText
from care.local_texts import LocalLabel, one_a_language
from community.creation import insert_once, made_before
from community.drafts import may_be_id
from core.clock import now
from core.errors import AlreadyDone, InvalidInput, LimitReached, NotFound
from core.idempotency import Once
from core.paging import Order, Slice, Window, count, read_slice
from core.records import by_ids, change

BY_KEY: Final = Order((("key", 1),))
_IN_USE: Final[dict[str, Any]] = {"archived": False}

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Labels = Annotated[list[LocalLabel], Field(min_length=1), AfterValidator(one_a_language)]


class OptionDraft(BaseModel):
    """One of the values of a CHOICE."""

    key: Key
    labels: Labels


def _one_a_key(given: list[OptionDraft]) -> list[OptionDraft]:
    if len({one.key for one in given}) < len(given):
        raise PydanticCustomError("option", "Name each option once")
    return given


Options = Annotated[list[OptionDraft], Field(max_length=MOST_OPTIONS), AfterValidator(_one_a_key)]


class CustomFieldDraft(BaseModel):
    """A new field."""

    key: Key
    kind: CustomFieldKind
    labels: Labels
    options: Options = Field(default_factory=list)
    required_at_closing: bool = False

    @model_validator(mode="after")
    def _options_of_choices(self) -> Self:
        if (self.kind is CustomFieldKind.CHOICE) != bool(self.options):
            raise PydanticCustomError("options", "A field of the kind CHOICE has options, and no other has any")
        return self


class CustomFieldChange(BaseModel):
    """What to change of a field; None stays as it is."""

    field_id: str
    labels: Labels | None = None
    options: Options | None = None
    required_at_closing: bool | None = None


async def create_custom_field(actor: Actor, draft: CustomFieldDraft, *, once: Once) -> CustomField:
    """Define a field.

    Raises Forbidden without `casework:manage`, InvalidInput for a key that another field has or had, LimitReached,
    IdempotencyMismatch.
    """
    actor.require(Permission.CASEWORK_MANAGE)
    if before := await made_before(CustomField, once.identifier("cfd"), once):
        return before
    if await count(CustomField, _IN_USE) >= MOST_FIELDS:
        raise LimitReached(f"There are {MOST_FIELDS} fields already; archive one first.")
    field = CustomField(id=once.identifier("cfd"), created_at=now(), fingerprint=once.fingerprint, **draft.model_dump())
    field.record(CustomFieldChanged(field_id=field.id), actor=actor.id)
    try:
        return await insert_once(field, once)
    except DuplicateKeyError:
        raise InvalidInput("Another field has this key, or had it; choose another one.", path=("key",)) from None


async def update_custom_field(actor: Actor, draft: CustomFieldChange, *, expected_version: int) -> CustomField:
    """Change a field; cases keep what they hold, also in an option that is gone.

    Raises NotFound, Forbidden without `casework:manage`, InvalidInput for options of what is no CHOICE or none of what is
    one, AlreadyDone for an archived one, Conflict.
    """
    actor.require(Permission.CASEWORK_MANAGE)
    field = await _require_field(actor, draft.field_id)
    if draft.options is not None and (field.kind is CustomFieldKind.CHOICE) != bool(draft.options):
        raise InvalidInput("A field of the kind CHOICE has options, and no other has any.", path=("options",))

    def rule(current: CustomField) -> None:
        _require_in_use(current)
        if draft.labels is not None:
            current.labels = [LocalText(locale=one.locale, text=one.text) for one in draft.labels]
        if draft.options is not None:
            current.options = [FieldOption.model_validate(one.model_dump()) for one in draft.options]
        if draft.required_at_closing is not None:
            current.required_at_closing = draft.required_at_closing
        current.record(CustomFieldChanged(field_id=current.id), actor=actor.id)

    return await change(field, rule, expected_version=expected_version)


async def archive_custom_field(actor: Actor, field_id: str, *, expected_version: int) -> CustomField:
    """Take a field out of use; cases keep what they hold in it.

    Raises NotFound, Forbidden without `casework:manage`, AlreadyDone, Conflict.
    """
    actor.require(Permission.CASEWORK_MANAGE)
    field = await _require_field(actor, field_id)

    def rule(current: CustomField) -> None:
        _require_in_use(current)
        current.archived = True
        current.record(CustomFieldChanged(field_id=current.id), actor=actor.id)

    return await change(field, rule, expected_version=expected_version)


async def custom_fields_by_ids(actor: Actor, field_ids: Sequence[str]) -> dict[str, CustomField]:
    """Give those of the fields that the actor may know of, archived ones too: all with `case:read`."""
    wanted = [one for one in field_ids if may_be_id(one, "cfd")]
    return await by_ids(CustomField, wanted) if actor.may(Permission.CASE_READ) else {}


async def fields_by_keys(keys: Sequence[str]) -> dict[str, CustomField]:
    """Give the fields in use with these keys."""
    found = await CustomField.find({"key": {"$in": list(keys)}, **_IN_USE}).to_list()
    return {field.key: field for field in found}


async def required_fields() -> list[CustomField]:
    """List the fields in use without which no case is closed."""
    return await CustomField.find({**_IN_USE, "required_at_closing": True}).sort("key", "_id").to_list()


async def list_custom_fields(actor: Actor, window: Window) -> Slice[CustomField]:
    """List the fields in use by key. Forbidden without `case:read`."""
    actor.require(Permission.CASE_READ)
    return await read_slice(CustomField, _IN_USE, BY_KEY, window)


async def count_custom_fields(actor: Actor) -> int:
    """Count the fields in use. Forbidden without `case:read`."""
    actor.require(Permission.CASE_READ)
    return await count(CustomField, _IN_USE)


async def _require_field(actor: Actor, field_id: str) -> CustomField:
    found = (await custom_fields_by_ids(actor, [field_id])).get(field_id)
    if found is None:
        raise NotFound("There is no such field.", path=("field_id",))
    return found


def _require_in_use(field: CustomField) -> None:
    if field.archived:
        raise AlreadyDone("This field is archived; make a new one.", path=("field_id",))
