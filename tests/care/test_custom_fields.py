import pytest
from pydantic import ValidationError

from auth.actor import Role
from care.cases.closing import ClosingDraft, close_case
from care.cases.custom_fields import (
    CustomFieldChange,
    CustomFieldDraft,
    archive_custom_field,
    create_custom_field,
    list_custom_fields,
    update_custom_field,
)
from care.cases.field_values import FieldValuesDraft, set_case_fields
from care.documents.case_states import CaseStatus
from care.documents.cases import Case
from care.documents.custom_fields import CustomField, token_of
from care.errors import CaseClosed, FieldsMissing
from care.reading.cases import list_cases
from care.reading.selection import CaseOrder, CaseOrderField, CaseSelection
from community.listing import Comparison, Where
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, IdempotencyMismatch, InvalidInput, NotFound
from core.idempotency import Once, once
from core.paging import Window
from tests.care.stored import event_types, everything
from tests.factories.care import make_actor, make_case, reread

MANAGER = make_actor(Role.MANAGER)
LABELS = [
    {"locale": "en", "text": "Order number"},
    {"locale": "tr", "text": "Sipariş no"},
    {"locale": "fa", "text": "شمارهٔ سفارش"},
]
REGIONS = [{"key": key, "labels": [{"locale": "tr", "text": text}]} for key, text in (("ege", "Ege"), ("marmara", "Marmara"))]


def draft(key: str = "order", kind: str = "TEXT", **given: object) -> CustomFieldDraft:
    return CustomFieldDraft.model_validate({"key": key, "kind": kind, "labels": LABELS, **given})


async def define(key: str = "order", kind: str = "TEXT", **given: object) -> CustomField:
    return await create_custom_field(MANAGER, draft(key, kind, **given), once=Once())


async def fill(case: Case, **values: str | None) -> Case:
    said = [{"key": key, "value": value} for key, value in values.items()]
    plan = FieldValuesDraft.model_validate({"case_id": case.id, "values": said})
    return await set_case_fields(make_actor(), plan, expected_version=(await reread(case)).version)


def held(case: Case) -> dict[str, str]:
    return {one.key: one.value for one in case.fields}


async def test_values_are_kept_in_the_spelling_of_their_kind_and_taken_away(store: Database) -> None:
    for key, kind in {"order": "TEXT", "amount": "NUMBER", "bought": "DATE", "gift": "BOOLEAN"}.items():
        await define(key, kind)
    await define("region", "CHOICE", options=REGIONS)
    case = await make_case()

    filled = await fill(case, order=" TR-7 ", amount="۱۲٫50".replace("٫", "."), bought="2026-01-31", gift="TRUE", region="ege")

    assert held(filled) == {"amount": "12.5", "bought": "2026-01-31", "gift": "true", "order": "TR-7", "region": "ege"}
    assert filled.version == case.version + 1
    changed = await fill(case, amount="-0.00", order=None)
    assert held(changed) == {"amount": "0", "bought": "2026-01-31", "gift": "true", "region": "ege"}
    assert (await event_types(Case)).count("CaseFieldsSet") == 2


@pytest.mark.parametrize(
    ("kind", "value", "wanted"),
    [
        ("NUMBER", "on iki", "a number such as 12.5"),
        ("NUMBER", "NaN", "a number such as 12.5"),
        ("NUMBER", "1e999", "a number such as 12.5"),
        ("DATE", "31.01.2026", "a date such as 2026-01-31"),
        ("DATE", "2026-02-30", "a date such as 2026-01-31"),
        ("BOOLEAN", "evet", "true or false"),
        ("CHOICE", "akdeniz", "one of ege, marmara"),
    ],
)
async def test_value_that_is_not_of_the_kind_is_refused_by_the_fields_name(
    store: Database, kind: str, value: str, wanted: str
) -> None:
    await define("detail", kind, options=REGIONS if kind == "CHOICE" else [])
    case = await make_case()
    before = await everything()

    with pytest.raises(InvalidInput) as refusal:
        await fill(case, detail=value)

    assert refusal.value.message == f"The field Order number takes {wanted}."
    assert refusal.value.path == ("values", "0", "value")
    assert await everything() == before


async def test_case_is_not_closed_while_a_field_that_closing_needs_is_empty(store: Database) -> None:
    await define("order", required_at_closing=True)
    await define("region", "CHOICE", options=REGIONS)
    case = await make_case()
    closing = ClosingDraft(case_id=case.id, reason="Çözüldü")

    with pytest.raises(FieldsMissing) as refusal:
        await close_case(MANAGER, closing, expected_version=case.version)
    assert (refusal.value.message, refusal.value.path) == ("Fill in first, to close the case: Order number.", ("case_id",))

    filled = await fill(case, order="TR-7")
    closed = await close_case(MANAGER, closing, expected_version=filled.version)
    assert closed.status is CaseStatus.CLOSED
    with pytest.raises(CaseClosed):
        await fill(case, order="TR-8")


async def test_cases_are_found_by_what_they_hold_however_it_is_spelled(store: Database) -> None:
    await define("city")
    one, other = await make_case(), await make_case()
    await fill(one, city="İzmir")
    await fill(other, city="Izmit")

    for value, wanted in (("İZMİR", [one.id]), ("izmit", [other.id]), ("Ankara", [])):
        condition = Where("custom_field", Comparison.EQ, token_of("city", value))
        selection = CaseSelection(condition=condition)
        assert [case.id for case in (await list_cases(make_actor(), selection, window=Window())).items] == wanted
    by_city = Where("custom_field", Comparison.EQ, "city=izmir")
    unserved = CaseSelection(condition=by_city, order=CaseOrder(CaseOrderField.REACH))
    with pytest.raises(InvalidInput):
        await list_cases(make_actor(), unserved, window=Window())


async def test_definition_changes_and_goes_out_of_use_while_cases_keep_what_they_hold(store: Database) -> None:
    field = await define("region", "CHOICE", options=REGIONS)
    case = await make_case()
    await fill(case, region="ege")

    fewer = CustomFieldChange.model_validate({"field_id": field.id, "options": REGIONS[1:], "required_at_closing": True})
    changed = await update_custom_field(MANAGER, fewer, expected_version=1)
    assert ([one.key for one in changed.options], changed.required_at_closing, changed.version) == (["marmara"], True, 2)
    with pytest.raises(InvalidInput, match="one of marmara"):
        await fill(case, region="ege")
    with pytest.raises(InvalidInput) as none:
        await update_custom_field(
            MANAGER, CustomFieldChange.model_validate({"field_id": field.id, "options": []}), expected_version=2
        )
    assert none.value.path == ("options",)

    await archive_custom_field(MANAGER, field.id, expected_version=2)
    assert held(await reread(case)) == {"region": "ege"}
    assert (await list_custom_fields(make_actor(), Window())).items == []
    with pytest.raises(InvalidInput) as gone:
        await fill(case, region="marmara")
    assert (gone.value.message, gone.value.path) == ("There is no field 'region' in use.", ("values", "0", "key"))
    with pytest.raises(AlreadyDone):
        await archive_custom_field(MANAGER, field.id, expected_version=3)
    with pytest.raises(InvalidInput) as taken:
        await define("region")
    assert taken.value.path == ("key",)
    await close_case(MANAGER, ClosingDraft(case_id=case.id, reason="x"), expected_version=(await reread(case)).version)


async def test_field_is_defined_once_a_key_of_the_request(store: Database) -> None:
    def keyed(**given: object) -> Once:
        return once(b"a secret key of thirty-two bytes", actor="mem_a", operation="createCustomField", key="k", given=given)

    first = await create_custom_field(MANAGER, draft(), once=keyed(key="order"))
    assert (await create_custom_field(MANAGER, draft(), once=keyed(key="order"))).id == first.id
    with pytest.raises(IdempotencyMismatch):
        await create_custom_field(MANAGER, draft("other"), once=keyed(key="other"))
    assert await CustomField.find({}).count() == 1


@pytest.mark.parametrize(
    "given",
    [{"key": "Sipariş"}, {"key": "x" * 41}, {"kind": "CHOICE"}, {"options": REGIONS}, {"labels": LABELS[:1] * 2}, {"labels": []}],
)
def test_definition_that_means_nothing_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        CustomFieldDraft.model_validate({"key": "order", "kind": "TEXT", "labels": LABELS, **given})


async def test_refusals_leave_no_trace(store: Database) -> None:
    field, expert = await define(), make_actor(Role.EXPERT)
    case = await make_case(consulted=[expert.member])
    plan = FieldValuesDraft.model_validate({"case_id": case.id, "values": [{"key": "order", "value": "7"}]})
    twice = FieldValuesDraft.model_validate({"case_id": case.id, "values": [{"key": "order", "value": "7"}] * 2})
    before = await everything(Case, CustomField)

    with pytest.raises(Forbidden):
        await create_custom_field(make_actor(Role.MENTOR), draft("other"), once=Once())
    with pytest.raises(Conflict):
        await update_custom_field(MANAGER, CustomFieldChange(field_id=field.id), expected_version=7)
    with pytest.raises(NotFound):
        await archive_custom_field(MANAGER, "cfd_none", expected_version=1)
    with pytest.raises(Forbidden):
        await set_case_fields(expert, plan, expected_version=case.version)
    with pytest.raises(NotFound):
        await set_case_fields(make_actor(Role.EXPERT), plan, expected_version=case.version)
    with pytest.raises(Conflict):
        await set_case_fields(make_actor(), plan, expected_version=7)
    with pytest.raises(InvalidInput) as named_twice:
        await set_case_fields(make_actor(), twice, expected_version=case.version)
    assert named_twice.value.path == ("values", "1", "key")

    assert await everything(Case, CustomField) == before


def test_option_that_is_named_twice_is_refused() -> None:
    with pytest.raises(ValidationError, match="Name each option once"):
        draft("region", "CHOICE", options=[*REGIONS, REGIONS[0]])
