"""Rows of an import one by one: how each is read, whom it names, and what becomes of an import that breaks or meets another."""

from collections.abc import Sequence
from typing import Any

import pytest

from care.documents.claims import ClaimField
from care.documents.customers import Customer
from care.documents.imports import CustomerImport, ImportBatch, ImportFormat, ImportState, RowCounts
from care.imports import applying, running
from care.imports.applying import crm_key
from care.imports.reading_rows import LONGEST_ROW, columns_in, read_rows
from care.imports.running import run_import
from care.profiles import consented, value_of
from core.database import Database
from core.errors import InvalidInput, Unavailable
from core.files import FileContents
from core.leases import GiveUp, Job
from core.records import change, fresh, save
from tests.care.imports_of import begin_import, take_in, work
from tests.care.stored import event_types
from tests.factories.care import later, make_customer

F = ClaimField


def counts(**told: int) -> RowCounts:
    return RowCounts(**told)


def job_of(imported: CustomerImport | None, attempt: int = 1) -> Job:
    return Job("import", 1, attempt, {"import_id": imported.id if imported else "imp_none"})


async def only_customer() -> Customer:
    (found,) = await Customer.find().to_list()
    return found


async def problems() -> list[str]:
    return [error.reason for batch in await ImportBatch.find().sort("_id").to_list() for error in batch.errors]


@pytest.mark.parametrize(
    ("line", "values", "problem"),
    [
        ('{"id": 7, "vip": true, "city": null}', {"id": "7", "vip": "true"}, None),
        ('{"id": 7, "interests": ["futbol", 3]}', {"id": "7", "interests": "futbol, 3"}, None),
        ('{"id": 7, "home": {"city": "İzmir"}}', {"id": "7"}, "home is neither a text, a number nor a list of texts."),
        ('{"interests": [["futbol"]], "id": 7}', {"id": "7"}, "interests is neither a text, a number nor a list of texts."),
        ("[7]", {}, "The line is not a JSON object."),
        ("{7", {}, "The line is not JSON in UTF-8."),
        ('{"id": "' + "x" * LONGEST_ROW + '"}', {}, "characters"),
    ],
)
def test_line_of_json_is_a_row_or_says_why_not(line: str, values: dict[str, str], problem: str | None) -> None:
    (row,) = read_rows(f"\n  \n{line}\r\n".encode(), ImportFormat.JSON_LINES)

    assert (row.number, row.values) == (3, values)
    assert (row.problem is None) == (problem is None)
    assert (problem or "") in (row.problem or "")
    assert len(row.raw) <= LONGEST_ROW


@pytest.mark.parametrize(
    ("first", "delimiter"),
    [("sep=;", ";"), ("SEP=,", ","), ('"sep=;"', ";"), ("sep=\t", "\t"), ("sep=|", "|"), ("\ufeffsep=;", ";")],
)
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_first_line_may_name_the_delimiter_and_is_no_row(first: str, delimiter: str, end: str) -> None:
    lines = [first, delimiter.join(("id", "name, or; both")), delimiter.join(("7", "Işıl")), ""]
    if delimiter in ",;":
        lines[1] = f'id{delimiter}"name, or; both"'
    content = end.join(lines).encode()

    (row,) = read_rows(content, ImportFormat.CSV)

    assert columns_in(content, ImportFormat.CSV) == ["id", "name, or; both"]
    assert (row.number, row.values, row.problem) == (2, {"id": "7", "name, or; both": "Işıl"}, None)


async def test_file_with_a_named_delimiter_is_taken_in(store: Database) -> None:
    imported = await take_in(store, "sep=;\r\nid;email\r\n7;isil@ornek.example\r\n")

    assert (imported.state, imported.counts) == (ImportState.DONE, counts(rows=1, created=1))


@pytest.mark.parametrize(
    ("rest", "row"),
    [
        ('8,"Ali\n9,Veli\n10,Can\n', 3),
        ('8,"Ali\n', 3),
        ('8,Ali\n9,"Veli', 4),
        ('8,"' + "x" * 131_072, 3),
        ('8,"' + "x" * 131_071, 3),
    ],
)
async def test_quote_that_is_never_closed_is_said_of_its_row(store: Database, rest: str, row: int) -> None:
    content = f'id,name\n7,"Işıl, ""Işık""\nYıldız"\n{rest}'

    imported = await take_in(store, content)

    assert imported.state is ImportState.DONE
    [error] = [error for batch in await ImportBatch.find().to_list() for error in batch.errors]
    said = f"A quote was opened in row {row} and not closed: the rest of the file was read as one row."
    assert (error.row, error.reason) == (row, said)


def test_quotes_that_are_closed_or_within_a_value_are_no_problem() -> None:
    content = 'id,name\n7,"Işıl\nYıldız"\n8,Ali "Bey\n9,"Veli ""Can"""'

    rows = list(read_rows(content.encode(), ImportFormat.CSV))

    assert [(row.values["name"], row.problem) for row in rows] == [
        ("Işıl\nYıldız", None),
        ('Ali "Bey', None),
        ('Veli "Can"', None),
    ]


def test_columns_of_json_are_those_of_its_first_hundred_objects() -> None:
    lines = [f'{{"id": {number}, "c{number}": 1}}' for number in range(1, 103)]

    names = columns_in("\n".join(lines).encode(), ImportFormat.JSON_LINES)

    assert names == ["id", *(f"c{number}" for number in range(1, 101))]


async def test_row_without_an_id_is_known_by_its_address_else_its_number(store: Database) -> None:
    content = "email,phone,name\nISIL@ornek.example,0532 111 22 33,Işıl\n,۰۹۱۲۱۱۱۲۲۳۳,علی\n"
    first = await take_in(store, content)
    again = await take_in(store, content)

    assert (first.counts, again.counts) == (counts(rows=2, created=2), counts(rows=2, unchanged=2))
    keys = {one.display_name: one.crm_keys for one in await Customer.find().to_list()}
    assert keys == {"Işıl": ["crm:email:isil@ornek.example"], "علی": ["crm:phone:09121112233"]}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("7,Ayşe,belki", "Write yes or no: evet or hayır, بله or خیر."),
        ("x" * 201 + ",Ayşe,evet", "An id has at most 200 characters."),
        (",Ayşe,evet", "The row names nobody"),
    ],
)
async def test_row_that_can_not_be_taken_says_how_to_mend_it(store: Database, row: str, reason: str) -> None:
    imported = await take_in(store, f"id,name,consent\n{row}\n")

    assert imported.counts == counts(rows=1, failed=1)
    (problem,) = await problems()
    assert problem.startswith(reason)
    assert await Customer.find().count() == 0


async def test_two_columns_taken_as_the_same_are_refused(store: Database) -> None:
    columns = [{"column": name, "target": target} for name, target in (("id", "EXTERNAL_ID"), ("ad", "NAME"), ("soyad", "NAME"))]

    with pytest.raises(InvalidInput, match="Two columns are taken as the same") as refused:
        await begin_import("id,ad,soyad\n1,Ayşe,Kaya\n", columns=columns)

    assert refused.value.path == ("columns",)


async def test_consent_that_a_later_file_tells_of_lets_personal_details_in(store: Database) -> None:
    await take_in(store, "id,name\n1,Ayşe\n")
    assert not consented((await only_customer()).consents)
    later(minutes=1)

    imported = await take_in(store, "id,name,birthday,consent\n1,Ayşe,1986-05-04,evet\n")

    customer = await only_customer()
    assert imported.counts == counts(rows=1, updated=1)
    assert (consented(customer.consents), value_of(customer, F.BIRTHDAY)) == (True, "1986-05-04")


async def test_customer_twice_in_one_file_is_made_and_then_brought_up_to_date(store: Database) -> None:
    imported = await take_in(store, "id,name,city\n1,Ayşe,İzmir\n1,Ayşe Kaya,Muğla\n")

    assert imported.counts == counts(rows=2, created=1, updated=1)
    assert value_of(await only_customer(), F.CITY) == "Muğla"


async def test_address_that_several_customers_proved_to_be_theirs_names_none_of_them(store: Database) -> None:
    def prove(customer: Customer) -> None:
        customer.facts = [fact.model_copy(update={"verified": True}) for fact in customer.facts]
        customer.key_contacts()

    both = [await change(await make_customer(email="ev@x.example"), prove) for _ in range(2)]
    names = ", ".join(sorted(one.id for one in both))

    imported = await take_in(store, "id,email,name\n7,EV@x.example,Ayşe\n")

    assert imported.counts == counts(rows=1, failed=1)
    assert await problems() == [f"Several customers have this verified address or number: {names}. Merge them first."]


async def test_customer_whom_another_import_made_meanwhile_is_brought_up_to_date(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = applying.save_new  # type: ignore[attr-defined]  # taken by its user, where it is put in place

    async def slower(customers: Sequence[Customer]) -> set[str]:
        key = crm_key("CRM", "id:1")
        await save(Customer(id=customers[0].id, created_at=customers[0].created_at, display_name="Ayşe", crm_keys=[key]))
        return set(await original(customers))

    monkeypatch.setattr(applying, "save_new", slower)
    imported = await take_in(store, "id,name,city\n1,Ayşe,İzmir\n2,Ali,Bursa\n")

    assert imported.counts == counts(rows=2, created=1, updated=1)
    assert sorted(value_of(one, F.CITY) or "" for one in await Customer.find().to_list()) == ["Bursa", "İzmir"]


async def test_customer_who_is_neither_new_nor_there_is_told_as_a_row_to_send_again(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def taken(customers: Sequence[Customer]) -> set[str]:
        return {one.id for one in customers}

    monkeypatch.setattr(applying, "save_new", taken)
    imported = await take_in(store, "id,name\n1,Ayşe\n")

    assert (imported.state, imported.counts) == (ImportState.DONE, counts(rows=1, failed=1))
    assert await problems() == ["This customer was being made by somebody else; import the row again."]


async def test_import_that_is_gone_is_given_up_and_one_without_its_file_fails(store: Database) -> None:
    with pytest.raises(GiveUp, match="no such import"):
        await run_import(job_of(None))

    imported = await begin_import("id,name\n1,Ayşe\n")
    await FileContents(store).remove(imported.content_id)
    await work(store)

    failed = await fresh(imported)
    assert (failed.state, failed.reason) == (ImportState.FAILED, "The file is not there any more; send it again.")


async def test_import_that_a_row_breaks_is_tried_four_times_and_an_outage_is_waited_for(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported = await begin_import("id,name\n1,Ayşe\n")
    fault: Exception = Unavailable("store", "away")

    async def broken(*_: object) -> None:
        raise fault

    monkeypatch.setattr(running, "apply_rows", broken)
    for attempt in (1, 4, 12):
        with pytest.raises(Unavailable):
            await run_import(job_of(imported, attempt))
    fault = ValueError("a fault of ours")
    with pytest.raises(ValueError, match="of ours"):
        await run_import(job_of(imported, 3))
    assert (await fresh(imported)).state is ImportState.RUNNING

    await run_import(job_of(imported, 4))

    failed = await fresh(imported)
    assert (failed.state, failed.reason) == (ImportState.FAILED, "It broke after row 1; ask the operator.")


@pytest.mark.parametrize("overtaken_at", [1, 2])
@pytest.mark.parametrize("dry_run", [True, False])
async def test_two_workers_with_one_import_count_every_row_once(
    store: Database, monkeypatch: pytest.MonkeyPatch, overtaken_at: int, *, dry_run: bool
) -> None:
    monkeypatch.setattr(running, "ROWS_AT_ONCE", 2)
    imported = await begin_import("id,name,city\n1,Ayşe,\n2,Ali,\n1,Ayşe,İzmir\n", dry_run=dry_run)
    original: Any = running.insert_or_read  # type: ignore[attr-defined]  # taken by its user, where it is put in place
    batches = 0

    async def overtaken(batch: ImportBatch) -> ImportBatch:
        nonlocal batches
        kept: ImportBatch = await original(batch)
        batches += 1
        if batches == overtaken_at:
            await run_import(job_of(imported))
        return kept

    monkeypatch.setattr(running, "insert_or_read", overtaken)
    await run_import(job_of(imported))

    done = await fresh(imported)
    assert (done.state, done.batches, done.counts) == (ImportState.DONE, 2, counts(rows=3, created=2, updated=1))
    assert await Customer.find().count() == (0 if dry_run else 2)
    assert (await event_types(CustomerImport)).count("CustomerImportFinished") == 1
