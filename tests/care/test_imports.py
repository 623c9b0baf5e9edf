"""Customers of another system: every row once, who is meant found exactly, what can't be taken told with its row."""

from typing import Any

import pytest

from auth.actor import Role
from care.documents.claims import ClaimField, ClaimSource, CustomerClaim
from care.documents.customers import Customer, Lifecycle
from care.documents.imports import CustomerImport, ImportBatch, ImportState, RowCounts
from care.files import open_file
from care.imports import running
from care.imports.starting import ImportDraft, cancel_import, create_import
from care.profiles import fact_of, value_of
from care.reading.imports import error_file
from community.staged_files import StagedFile
from community.uploads import UploadDraft, receive_upload, stage_upload, sweep_uploads, upload_token
from core.clock import now
from core.database import Database
from core.errors import AlreadyDone, Forbidden, InvalidInput, LimitReached, NotFound
from core.files import FileContents
from core.idempotency import Once, once
from core.ids import with_prefix
from core.outbound import Outbound
from core.records import change, fresh
from tests.care.imports_of import KEYRING, MANAGER, begin_import, parts_of, send_file, take_in, work
from tests.care.stored import everything
from tests.factories.care import later, make_actor, make_channel, make_customer

KINDS = (Customer, CustomerClaim, CustomerImport, ImportBatch, StagedFile)
F = ClaimField


def counts(**told: int) -> RowCounts:
    return RowCounts(**told)


async def by_name() -> dict[str, Customer]:
    return {customer.display_name: customer for customer in await Customer.find().to_list()}


async def test_turkish_and_persian_rows_become_customers(store: Database) -> None:
    content = (
        "\ufeffMüşteri No;Ad Soyad;E-posta;Cep Telefonu;Şehir;İlgi Alanları;Not\r\n"
        '۱۲;Işıl Çağ;ISIL@ornek.example;0532 111 22 33;İzmir;"futbol, sinema";x\r\n'
        '13;"علی\nرضایی";ali@nemune.example;۰۹۱۲۱۱۱۲۲۳۳;تهران;;\r\n'
        ";;;;;;\r\n"
    )
    imported = await take_in(store, content.encode(), lifecycle=Lifecycle.LEAD)

    assert (imported.state, imported.reason, imported.total) == (ImportState.DONE, None, 2)
    assert imported.counts == counts(rows=2, created=2)
    assert imported.ignored_columns == ["Not"]
    found = await by_name()
    assert sorted(found) == ["Işıl Çağ", "علی رضایی"]
    held = {fact.field: (fact.value, fact.source, fact.origin) for fact in found["Işıl Çağ"].facts}
    assert held == {
        F.NAME: ("Işıl Çağ", ClaimSource.CRM_IMPORT, "CRM"),
        F.EMAIL: ("isil@ornek.example", ClaimSource.CRM_IMPORT, "CRM"),
        F.PHONE: ("05321112233", ClaimSource.CRM_IMPORT, "CRM"),
        F.CITY: ("İzmir", ClaimSource.CRM_IMPORT, "CRM"),
        F.INTERESTS: ("futbol, sinema", ClaimSource.CRM_IMPORT, "CRM"),
    }
    assert (found["علی رضایی"].phone, found["Işıl Çağ"].lifecycle) == ("09121112233", Lifecycle.LEAD)
    assert found["Işıl Çağ"].crm_keys == ["crm:id:12"]


async def test_the_same_file_again_changes_nothing_and_a_newer_one_what_is_new(store: Database) -> None:
    first = "id,name,city\n1,Ayşe,İzmir\n2,Ali,Bursa\n"
    await take_in(store, first)
    before = await everything(Customer, CustomerClaim)

    again = await take_in(store, first)
    assert again.counts == counts(rows=2, unchanged=2)
    assert (await everything(Customer, CustomerClaim))["customers"] == before["customers"]

    newer = await take_in(store, '{"id": 1, "name": "Ayşe", "city": "ANKARA"}\n{"id": 3, "name": "Can"}\n', format="JSON_LINES")
    assert newer.counts == counts(rows=2, created=1, updated=1)
    assert value_of((await by_name())["Ayşe"], F.CITY) == "ANKARA"


async def test_rows_meet_verified_addresses_exactly_and_never_merge_by_ids(store: Database) -> None:
    channel = await make_channel()
    known = await make_customer(channel, external_id="u-1", name="Ayşe ✨", email="ayse@x.example")
    unverified = await take_in(store, "id,email,name\n7,ayse@x.example,Ayşe Kaya\n", dry_run=True)
    assert unverified.counts == counts(rows=1, created=1)

    def verify(customer: Customer) -> None:
        customer.facts = [
            fact.model_copy(update={"verified": True}) if fact.field is F.EMAIL else fact for fact in customer.facts
        ]
        customer.key_contacts()

    await change(known, verify)
    met = await take_in(store, "id,email,name,segment\n7,AYSE@x.example,Ayşe Kaya,Toptan\n")
    assert met.counts == counts(rows=1, updated=1)
    profile = await fresh(known)
    assert (profile.display_name, value_of(profile, F.SEGMENT), profile.crm_keys) == ("Ayşe Kaya", "Toptan", ["crm:id:7"])

    other = await take_in(store, "id,email,name\n8,ayse@x.example,Ayşe'nin eşi\n")
    assert other.counts == counts(rows=1, created=1)
    assert await Customer.find().count() == 2


async def test_what_members_wrote_waits_for_a_decision(store: Database) -> None:
    await take_in(store, "id,name,city\n1,Ayşe,İzmir\n", contacts_verified=True)
    customer = (await by_name())["Ayşe"]

    def write(current: Customer) -> None:
        held = fact_of(current, F.CITY)
        assert held is not None
        held.source = ClaimSource.AGENT

    await change(customer, write)
    dry = await take_in(store, "id,name,city\n1,Ayşe,Muğla\n", dry_run=True)
    done = await take_in(store, "id,name,city\n1,Ayşe,Muğla\n")

    assert dry.counts == done.counts == counts(rows=1, unchanged=1, proposed=1)
    (claim,) = await CustomerClaim.find().to_list()
    assert (claim.field, claim.value, claim.source, claim.origin) == (F.CITY, "Muğla", ClaimSource.CRM_IMPORT, "CRM")


async def test_rows_that_cannot_be_taken_are_told_as_they_came(store: Database) -> None:
    content = b"id;name;email;birthday;consent\r\n1;Ay\xfee;;;\r\n2;Ali;ali;;\r\n"
    content += "3;Can;;1986-05-04;hayır\r\n4;Ece;;1986-05-04;evet\r\n5;x\r\n;y;;;\r\n".encode()
    imported = await take_in(store, content)

    assert imported.counts == counts(rows=6, created=1, failed=5)
    errors = await error_file(MANAGER, imported.id)
    assert errors is not None
    lines = errors.split(b"\r\n")
    assert lines[0] == b"\xef\xbb\xbfrow,column,reason,line"
    assert lines[1] == b"2,name,This is not written in UTF-8.,1;Ay\xfee;;;"
    assert [line.split(b",")[:2] for line in lines[2:6]] == [[b"3", b"email"], [b"4", b"birthday"], [b"6", b""], [b"7", b""]]
    file = await open_file(MANAGER, with_prefix("ime", imported.id), keyring=KEYRING, outbound=Outbound())
    assert file is not None
    assert (file.content_type, file.content) == ("text/csv; charset=utf-8", errors)
    assert await open_file(make_actor(), with_prefix("ime", imported.id), keyring=KEYRING, outbound=Outbound()) is None


@pytest.mark.parametrize("cut", ["insert_or_read", "change", "apply_rows"])
async def test_import_cut_in_the_middle_goes_on_and_counts_every_row_once(
    store: Database, monkeypatch: pytest.MonkeyPatch, cut: str
) -> None:
    rows = [f"{number},Müşteri {number},{'x' if number % 7 == 0 else f'm{number}@x.example'}" for number in range(60)]
    content = "\n".join(["id,name,email", *rows, "3,Müşteri 3 yeni,m3@x.example"])
    monkeypatch.setattr(running, "ROWS_AT_ONCE", 10)
    imported = await begin_import(content)
    original, calls = getattr(running, cut), 0

    async def broken(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        done = await original(*arguments, **named)
        if calls == 4:
            raise ConnectionResetError
        return done

    with monkeypatch.context() as patched:
        patched.setattr(running, cut, broken)
        await work(store)
    assert (await fresh(imported)).state is ImportState.RUNNING
    later(minutes=1)
    await work(store)

    done = await fresh(imported)
    assert (done.state, done.batches) == (ImportState.DONE, 7)
    assert done.counts == counts(rows=61, created=51, updated=1, failed=9)
    assert await Customer.find().count() == 51
    assert (await by_name())["Müşteri 3 yeni"].email == "m3@x.example"
    assert sum([len(batch.errors) for batch in await ImportBatch.find().to_list()]) == 9


async def test_dry_run_counts_what_rows_in_other_batches_made(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    await take_in(store, "id,name,city\n9,Deniz,Bursa\n")
    monkeypatch.setattr(running, "ROWS_AT_ONCE", 2)
    rows = [
        "1,Ayşe,İzmir",
        "2,Ali,",
        "1,Ayşe,İzmir",
        "1,Ayşe,Muğla",
        "9,Deniz,Bursa",
        "9,Deniz,Ordu",
        "9,Deniz,Ordu",
        "2,Ali,Van",
    ]
    content = "\n".join(["id,name,city", *rows])
    rehearsed = await begin_import(content, dry_run=True)
    original: Any = running.change  # type: ignore[attr-defined]  # taken by its user, where it is put in place

    async def broken(*arguments: Any, **named: Any) -> Any:
        done = await original(*arguments, **named)
        if done.batches == 2:
            raise ConnectionResetError
        return done

    with monkeypatch.context() as patched:
        patched.setattr(running, "change", broken)
        await work(store)
    assert (await fresh(rehearsed)).batches == 2
    later(minutes=1)
    await work(store)

    done = await take_in(store, content)
    assert (await fresh(rehearsed)).counts == done.counts == counts(rows=8, created=2, updated=3, unchanged=3)


async def test_stopped_import_keeps_what_was_taken_in(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "ROWS_AT_ONCE", 2)
    imported = await begin_import("id,name\n" + "\n".join(f"{number},M{number}" for number in range(9)))
    original: Any = running.apply_rows  # type: ignore[attr-defined]  # taken by its user, where it is put in place

    async def then_cancel(*arguments: Any) -> Any:
        done = await original(*arguments)
        if len(await Customer.find().to_list()) == 4:
            await cancel_import(MANAGER, imported.id, expected_version=1)
        return done

    monkeypatch.setattr(running, "apply_rows", then_cancel)
    await work(store)

    done = await fresh(imported)
    assert (done.state, done.counts.created, done.version) == (ImportState.CANCELLED, 4, 2)
    assert await Customer.find().count() == 4
    with pytest.raises(AlreadyDone):
        await cancel_import(MANAGER, imported.id, expected_version=2)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "no header"),
        ("id,id\n1,2\n", "Two columns are called id"),
        ("renk,boy\nmavi,3\n", "Name the column of the id"),
        (b"id,\xfe\n", "save the file as UTF-8"),
    ],
)
async def test_file_that_makes_no_sense_is_refused_at_once(store: Database, content: str | bytes, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        await begin_import(content)

    assert await CustomerImport.find().count() == 0


async def test_file_that_breaks_off_in_a_quote_changes_nothing(store: Database) -> None:
    imported = await take_in(store, 'id,name\n1,Ayşe\n2,"Ali\n' + "x" * 200_000)

    assert (imported.state, imported.counts) == (ImportState.FAILED, counts())
    assert imported.reason is not None
    assert "line 4" in imported.reason
    assert await Customer.find().count() == 0


async def test_what_is_refused_leaves_no_trace(store: Database) -> None:
    staged = await send_file("id,name\n1,Ayşe\n")
    empty = await stage_upload(MANAGER, UploadDraft(name="b.csv"), once=Once())
    token = upload_token(KEYRING, empty)
    before = await everything(*KINDS)
    agent = make_actor()
    column = {"column": "Adı", "target": "NAME"}

    def begin(actor: Any = MANAGER, file_id: str = staged.id, **more: Any) -> Any:
        return create_import(actor, ImportDraft(file_id=file_id, system="CRM", **more), once=Once())

    for refusal, act in (
        (Forbidden, lambda: begin(agent)),
        (NotFound, lambda: begin(file_id="upl_nothing")),
        (InvalidInput, lambda: begin(file_id=empty.id)),
        (InvalidInput, lambda: begin(columns=[column])),
        (Forbidden, lambda: stage_upload(make_actor(Role.AGENCY), UploadDraft(name="a"), once=Once())),
        (NotFound, lambda: receive_upload(KEYRING, empty.id, "wrong", parts_of(b"x"))),
        (AlreadyDone, lambda: receive_upload(KEYRING, staged.id, upload_token(KEYRING, staged), parts_of(b"x"))),
    ):
        with pytest.raises(refusal):
            await act()
    assert await everything(*KINDS) == before

    later(hours=2)
    with pytest.raises(Forbidden, match="stageUpload"):
        await receive_upload(KEYRING, empty.id, token, parts_of(b"x"))


async def test_files_of_which_nothing_is_made_go_after_a_day(store: Database) -> None:
    used, unused = await begin_import("id\n1\n"), await send_file("id\n2\n")
    contents = FileContents(store)
    broken = await stage_upload(MANAGER, UploadDraft(name="c.csv"), once=Once())
    with pytest.raises(LimitReached):
        await contents.write("fil_big", parts_of(b"x" * 100), largest=50)
    assert await store["files.chunks"].count_documents({"files_id": "fil_big"}) == 0

    later(hours=25)
    assert await sweep_uploads() == 2

    assert unused.content_id is not None
    assert await contents.read(unused.content_id) is None
    assert await contents.read(used.content_id) == b"id\n1\n"
    assert (await fresh(broken)).swept_at is None
    assert await sweep_uploads() == 0
    with pytest.raises(InvalidInput, match="is gone"):
        await create_import(MANAGER, ImportDraft(file_id=unused.id, system="CRM"), once=Once())


async def test_same_request_again_imports_once(store: Database) -> None:
    staged = await send_file("id,name\n1,Ayşe\n")
    draft = ImportDraft(file_id=staged.id, system="CRM")
    same = once(b"k" * 32, actor=MANAGER.id, operation="createCustomerImport", key="k-1", given={"q": 1})

    first = await create_import(MANAGER, draft, once=same)
    await work(store)
    second = await create_import(MANAGER, draft, once=same)

    assert (first.id, second.state) == (second.id, ImportState.DONE)
    assert second.finished_at is not None
    assert second.finished_at <= now()
    assert await store["jobs"].count_documents({}) == 1
