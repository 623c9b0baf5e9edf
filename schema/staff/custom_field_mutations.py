"""Defining the company's own fields of cases, and filling them in."""

from typing import Annotated, ClassVar

import strawberry

from care.cases.custom_fields import (
    CustomFieldChange,
    CustomFieldDraft,
    archive_custom_field,
    create_custom_field,
    update_custom_field,
)
from care.cases.field_values import FieldValuesDraft, set_case_fields
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.staff.cases import Case
from schema.staff.custom_fields import CustomField, CustomFieldKind
from schema.staff.local_texts import LocalTextInput

_FIELD = "The id of the field."
_OPTIONS = "What can be chosen, at most 50; for a CHOICE alone."


@strawberry.input(description="One of the values of a CHOICE.")
class CustomFieldOptionInput:
    """One of the values of a CHOICE."""

    key: str = required("What is stored and filtered by: small Latin letters, digits and `_`, at most 40.")
    labels: list[LocalTextInput] = required("Its name, once a language.")


@strawberry.input(description="A new field of the company's own.")
class CreateCustomFieldInput:
    """A new field of the company's own."""

    key: str = required("What it is called in filters: small Latin letters, digits and `_`, at most 40; no other field had it.")
    kind: CustomFieldKind = required("What it holds.")
    labels: list[LocalTextInput] = required("Its name, once a language.")
    options: list[CustomFieldOptionInput] | None = given(_OPTIONS)
    required_at_closing: bool | None = given("Whether `closeCase` refuses while it is empty; absent: no.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createCustomField`.")
class CreateCustomFieldPayload(Payload):
    """The answer of `createCustomField`."""

    custom_field: CustomField | None = changed("The new field.")


@strawberry.input(description="What to change of a field; what is left out stays as it is.")
class UpdateCustomFieldInput:
    """What to change of a field."""

    field_id: strawberry.ID = required(_FIELD)
    labels: list[LocalTextInput] | None = given("Its name, once a language.")
    options: list[CustomFieldOptionInput] | None = given(f"{_OPTIONS} Cases keep what they hold.")
    required_at_closing: bool | None = given("Whether `closeCase` refuses while it is empty.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `updateCustomField`.")
class UpdateCustomFieldPayload(Payload):
    """The answer of `updateCustomField`."""

    written: ClassVar[str | None] = "custom_field"

    custom_field: CustomField | None = changed()


@strawberry.input(description="Which field to take out of use.")
class ArchiveCustomFieldInput:
    """Which field to take out of use."""

    field_id: strawberry.ID = required(_FIELD)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `archiveCustomField`.")
class ArchiveCustomFieldPayload(Payload):
    """The answer of `archiveCustomField`."""

    written: ClassVar[str | None] = "custom_field"

    custom_field: CustomField | None = changed()


@strawberry.input(description="What to hold in a field.")
class CaseFieldInput:
    """What to hold in a field."""

    key: str = required("The key of the field.")
    value: str | None = given("The value, spelled as `CustomFieldKind` says; null or absent takes it away.")


@strawberry.input(description="What a case is to hold in the company's own fields.")
class SetCaseFieldsInput:
    """What a case is to hold in the company's own fields."""

    case_id: strawberry.ID = required("The id of the case.")
    values: list[CaseFieldInput] = required("The fields to change, at most 50; the others stay as they are.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `setCaseFields`.")
class SetCaseFieldsPayload(Payload):
    """The answer of `setCaseFields`."""

    written: ClassVar[str | None] = "case"

    case: Case | None = changed("The case as it is now.")


@strawberry.type
class CustomFieldMutations:
    """What is done with the company's own fields."""

    @mutation(CreateCustomFieldPayload, description="Defines a field of the company's own; needs `casework:manage`.")
    async def create_custom_field(self, info: Info, input: Annotated[CreateCustomFieldInput, INPUT]) -> object:
        """Define a field."""
        draft, once = parse(CustomFieldDraft, **values_of(input)), once_for(info, "createCustomField", input)
        field = await create_custom_field(info.context.actor, draft, once=once)
        return CreateCustomFieldPayload(custom_field=CustomField.from_document(field))

    @mutation(UpdateCustomFieldPayload, description="Changes a field of the company's own; needs `casework:manage`.")
    async def update_custom_field(self, info: Info, input: Annotated[UpdateCustomFieldInput, INPUT]) -> object:
        """Change a field."""
        draft = parse(CustomFieldChange, **values_of(input))
        field = await update_custom_field(info.context.actor, draft, expected_version=input.expected_version)
        return UpdateCustomFieldPayload(custom_field=CustomField.from_document(field))

    @mutation(
        ArchiveCustomFieldPayload,
        description="Takes a field of the company's own out of use; cases keep what they hold in it. Needs `casework:manage`.",
    )
    async def archive_custom_field(self, info: Info, input: Annotated[ArchiveCustomFieldInput, INPUT]) -> object:
        """Archive a field."""
        field = await archive_custom_field(info.context.actor, input.field_id, expected_version=input.expected_version)
        return ArchiveCustomFieldPayload(custom_field=CustomField.from_document(field))

    @mutation(
        SetCaseFieldsPayload,
        description="Fills in the company's own fields of a case; filter by them with `customField`. A value that is not of the "
        "field's kind is refused with the field's name.",
    )
    async def set_case_fields(self, info: Info, input: Annotated[SetCaseFieldsInput, INPUT]) -> object:
        """Fill in fields."""
        draft = parse(FieldValuesDraft, **values_of(input))
        case = await set_case_fields(info.context.actor, draft, expected_version=input.expected_version)
        return SetCaseFieldsPayload(case=Case.from_document(case))
