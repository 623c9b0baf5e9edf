import asyncio

import pytest
from pydantic import ValidationError

from auth.actor import Role
from care.cases.tags import CaseTagsDraft, count_case_tags, list_case_tags, set_case_tags
from care.documents.case_states import CaseStatus
from care.documents.cases import Case
from care.documents.tags import CaseTag
from care.reading.cases import count_cases, list_cases
from care.reading.selection import CaseOrder, CaseOrderField, CaseSelection
from community.listing import Comparison, Every, Where
from core.database import Database
from core.errors import Conflict, Forbidden, InvalidInput, NotFound
from core.paging import Window
from tests.care.stored import event_types, everything, handle_twice
from tests.factories.care import make_actor, make_case

TAGGED = Where("tag", Comparison.EQ, "urun-iadesi")


async def tag(case: Case, *names: str, version: int | None = None) -> Case:
    draft = CaseTagsDraft(case_id=case.id, tags=list(names))
    return await set_case_tags(make_actor(), draft, expected_version=case.version if version is None else version)


def shown(case: Case) -> list[tuple[str, str]]:
    return [(tag.slug, tag.name) for tag in case.tags]


async def test_labels_are_kept_once_in_whatever_script_they_are_written(store: Database) -> None:
    first, second = await make_case(), await make_case()

    assert shown(await tag(first, "Ürün İadesi", "کتاب‌های درسي")) == [
        ("urun-iadesi", "Ürün İadesi"),
        ("کتاب-های-درسی", "کتاب‌های درسي"),
    ]
    again = await tag(second, "URUN  IADESI", "ürün-iadesi", "كتاب هاي درسى", "Kargo")

    assert shown(again) == [("urun-iadesi", "Ürün İadesi"), ("کتاب-های-درسی", "کتاب‌های درسي"), ("kargo", "Kargo")]
    listed = await list_case_tags(make_actor(), Window())
    assert [(entry.id, entry.name) for entry in listed.items] == [
        ("tag_kargo", "Kargo"),
        ("tag_urun-iadesi", "Ürün İadesi"),
        ("tag_کتاب-های-درسی", "کتاب‌های درسي"),
    ]


async def test_vocabulary_is_found_by_its_first_letters(store: Database) -> None:
    await tag(await make_case(), "Ürün İadesi", "Ürün bozuk", "Kargo")

    found = await list_case_tags(make_actor(), Window(), starting="ÜRÜN")

    assert [entry.name for entry in found.items] == ["Ürün bozuk", "Ürün İadesi"]
    assert (await count_case_tags(make_actor(), starting="urun i"), await count_case_tags(make_actor())) == (1, 3)


async def test_cases_are_filtered_by_a_label_in_the_orders_an_index_serves(store: Database) -> None:
    first, second = await tag(await make_case(), "ürün iadesi"), await tag(await make_case(), "Ürün İadesi", "kargo")
    await make_case()
    actor = make_actor()

    for field in (CaseOrderField.OPENED_AT, CaseOrderField.UPDATED_AT, CaseOrderField.FIRST_RESPONSE_DUE_AT):
        selection = CaseSelection(TAGGED, CaseOrder(field, 1))
        assert [case.id for case in (await list_cases(actor, selection, window=Window())).items] == [first.id, second.id]
    both = CaseSelection(Every((TAGGED, Where("status", Comparison.EQ, "NEW"))))
    assert await count_cases(actor, both) == 2
    with pytest.raises(InvalidInput, match="order by one of OPENED_AT, UPDATED_AT, FIRST_RESPONSE_DUE_AT"):
        await list_cases(actor, CaseSelection(TAGGED, CaseOrder(CaseOrderField.SEVERITY)), window=Window())


async def test_labels_are_taken_away_and_setting_them_again_tells_nothing(store: Database) -> None:
    case = await tag(await make_case(), "kargo")
    case = await tag(case, "kargo")
    assert (await event_types(Case)).count("CaseTagged") == 1

    assert (await tag(case)).tags == []
    assert (await event_types(Case)).count("CaseTagged") == 2


async def test_closed_cases_are_labelled_too(store: Database) -> None:
    closed = await make_case(status=CaseStatus.CLOSED, open_keys=None)
    assert shown(await tag(closed, "kargo")) == [("kargo", "kargo")]


async def test_vocabulary_is_mended_by_the_handler_and_by_racing_requests(store: Database) -> None:
    cases = [await make_case() for _ in range(4)]
    await asyncio.gather(*(tag(case, "Kargo", "İade") for case in cases))
    before = await everything(Case, CaseTag)
    await handle_twice()
    assert await everything(Case, CaseTag) == before

    await CaseTag.get_pymongo_collection().delete_many({})
    await handle_twice()

    assert sorted([entry.id for entry in await CaseTag.find({}).to_list()]) == ["tag_iade", "tag_kargo"]


async def test_labelling_is_refused(store: Database) -> None:
    case, before = await make_case(), await everything()

    for wrong in (["🚚"], ["a" * 41], ["  "], [f"t{number}" for number in range(21)]):
        with pytest.raises(ValidationError):
            CaseTagsDraft(case_id=case.id, tags=wrong)
    with pytest.raises(Conflict):
        await tag(case, "kargo", version=9)
    with pytest.raises(NotFound):
        await set_case_tags(make_actor(Role.EXPERT), CaseTagsDraft(case_id=case.id, tags=[]), expected_version=1)
    with pytest.raises(Forbidden):
        await list_case_tags(make_actor(Role.EXPERT), Window())
    with pytest.raises(Forbidden):
        await count_case_tags(make_actor(Role.HR))

    assert await everything() == before
    assert len(CaseTagsDraft(case_id=case.id, tags=[f"t{number}" for number in range(20)]).tags) == 20
