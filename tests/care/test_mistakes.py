from datetime import timedelta
from typing import Any

import pytest

from auth.actor import Actor, Role
from care.cases.merging import MergeDraft, merge_cases
from care.cases.mistake_kinds import (
    MistakeKindChange,
    MistakeKindDraft,
    archive_mistake_kind,
    create_mistake_kind,
    list_mistake_kinds,
    update_mistake_kind,
)
from care.cases.mistakes import MistakeChange, MistakeDraft, change_mistake, record_mistake, withdraw_mistake
from care.documents.case_states import CaseStatus
from care.documents.cases import Case
from care.documents.channels import Environment
from care.documents.mistakes import MOST_MISTAKES, Mistake, MistakeKind
from care.reports.mistakes import MistakeDimension, mistake_report
from care.reports.ranges import ReportRange
from community.wiki.pages import PageDraft, create_page
from core.clock import now
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, IdempotencyMismatch, InvalidInput, LimitReached, NotFound
from core.idempotency import Once, once
from core.paging import Window
from tests.care.stored import event_types, everything
from tests.factories.care import later, make_actor, make_case, make_channel, make_conversation, make_customer, reread
from tests.factories.community import make_department

MANAGER = make_actor(Role.MANAGER)


async def make_kind(name: str = "Yanlış adres", **given: object) -> MistakeKind:
    return await create_mistake_kind(MANAGER, MistakeKindDraft.model_validate({"name": name, **given}), once=Once())


async def record(case: Case, kind: MistakeKind, actor: Actor | None = None, **given: object) -> Mistake:
    said = {"case_id": case.id, "kind_id": kind.id, "root_cause": "Adres elle yazılmış", **given}
    version = (await reread(case)).version
    draft = MistakeDraft.model_validate(said)
    return (await record_mistake(actor or make_actor(), draft, expected_version=version, once=Once()))[1]


def today(days: int = 1) -> ReportRange:
    return ReportRange(now() - timedelta(days=days), now() + timedelta(seconds=1))


async def test_mistake_is_recorded_with_who_when_and_why_and_its_lesson_follows(store: Database) -> None:
    kind, case, agent = await make_kind(), await make_case(), make_actor()
    draft = MistakeDraft(case_id=case.id, kind_id=kind.id, root_cause="Adres elle yazılmış")

    recorded, mistake = await record_mistake(agent, draft, expected_version=case.version, once=Once())

    assert (mistake.kind_id, mistake.by, mistake.root_cause, mistake.lesson) == (kind.id, agent.member, draft.root_cause, None)
    assert (recorded.version, recorded.mistakes) == (case.version + 1, [mistake])
    page = await create_page(agent, PageDraft(path="adres", title="Adresler", body="Listeden seçilir."), once=Once())
    learned = MistakeChange(case_id=case.id, mistake_id=mistake.id, lesson="Adres listeden seçiliyor", page_id=page.id)
    changed, known = await change_mistake(make_actor(), learned, expected_version=recorded.version)
    assert (known.lesson, known.page_id, known.root_cause) == (learned.lesson, page.id, draft.root_cause)
    assert (known.at, known.by) == (mistake.at, agent.member)

    gone = await withdraw_mistake(agent, case.id, mistake.id, expected_version=changed.version)
    assert gone.mistakes == []
    assert (await event_types(Case)).count("MistakeRecorded") == 3
    with pytest.raises(NotFound) as unknown:
        await withdraw_mistake(agent, case.id, mistake.id, expected_version=gone.version)
    assert unknown.value.path == ("mistake_id",)


async def test_mistake_is_recorded_once_a_key(store: Database) -> None:
    kind, case, agent = await make_kind(), await make_case(), make_actor()
    draft = MistakeDraft(case_id=case.id, kind_id=kind.id, root_cause="Adres elle yazılmış")

    def keyed(**given: Any) -> Once:
        return once(b"a secret key of thirty-two bytes", actor=agent.id, operation="recordMistake", key="k", given=given)

    first = await record_mistake(agent, draft, expected_version=case.version, once=keyed(cause="a"))
    again = await record_mistake(agent, draft, expected_version=case.version, once=keyed(cause="a"))

    assert again[1] == first[1]
    assert len((await reread(case)).mistakes) == 1
    with pytest.raises(IdempotencyMismatch):
        await record_mistake(agent, draft, expected_version=case.version, once=keyed(cause="b"))


async def test_closed_case_takes_its_lessons_too_but_only_so_many(store: Database) -> None:
    kind = await make_kind()
    closed = await make_case(status=CaseStatus.CLOSED, open_keys=None)
    for _ in range(MOST_MISTAKES):
        await record(closed, kind)
    with pytest.raises(LimitReached):
        await record(closed, kind)
    assert len((await reread(closed)).mistakes) == MOST_MISTAKES


async def test_report_counts_exactly_what_is_on_the_cases(store: Database) -> None:
    cargo = await make_department("Kargo")
    address, late = await make_kind(department_id=cargo.id), await make_kind("Geç yanıt")
    first, second = await make_case(), await make_case()
    practice = await make_case(environment=Environment.PRACTICE, participants=[MANAGER.member])
    old = await record(first, address)
    later(days=3)
    await record(first, address, lesson="Adres listeden seçiliyor")
    await record(second, address)
    await record(second, late)
    await record(practice, late, MANAGER)

    report = await mistake_report(MANAGER, today(), MistakeDimension.KIND)
    assert [(one.key, one.label, one.mistake_count, len(one.cases), one.lesson_count) for one in report.groups] == [
        (address.id, "Yanlış adres", 2, 2, 1),
        (late.id, "Geç yanıt", 1, 1, 0),
    ]
    assert (report.whole.mistake_count, len(report.whole.cases), report.whole.lesson_count) == (3, 2, 1)

    owners = await mistake_report(MANAGER, today(5), MistakeDimension.DEPARTMENT)
    assert [(one.key, one.label, one.mistake_count) for one in owners.groups] == [
        (cargo.id, "Kargo", 3),
        (None, "No department", 1),
    ]
    days = await mistake_report(MANAGER, today(5), MistakeDimension.DAY, kind_id=address.id)
    assert [(one.key, one.mistake_count) for one in days.groups] == [
        (old.at.date().isoformat(), 1),
        (now().date().isoformat(), 2),
    ]
    months = await mistake_report(MANAGER, today(5), MistakeDimension.MONTH)
    assert sum(one.mistake_count for one in months.groups) == 4
    with pytest.raises(Forbidden):
        await mistake_report(make_actor(Role.MENTOR), today(), MistakeDimension.KIND)


async def test_catalogue_is_kept_by_managers(store: Database) -> None:
    second, first = await make_kind("Şube hatası"), await make_kind("Iade unutuldu", remedy="İade takvimi")
    changes = MistakeKindChange(kind_id=second.id, name="Depo hatası", remedy="Sayım")
    changed = await update_mistake_kind(MANAGER, changes, expected_version=1)
    assert (changed.name, changed.remedy, changed.version) == ("Depo hatası", "Sayım", 2)
    assert [one.name for one in (await list_mistake_kinds(make_actor(), Window())).items] == ["Depo hatası", "Iade unutuldu"]

    case = await make_case()
    await record(case, first)
    gone = await archive_mistake_kind(MANAGER, first.id, expected_version=1)
    assert gone.archived
    assert [one.id for one in (await list_mistake_kinds(make_actor(), Window())).items] == [second.id]
    with pytest.raises(AlreadyDone):
        await record(case, first)
    with pytest.raises(AlreadyDone):
        await update_mistake_kind(MANAGER, MistakeKindChange(kind_id=first.id, name="x"), expected_version=2)


async def test_what_is_not_there_or_not_allowed_leaves_no_trace(store: Database) -> None:
    kind, expert = await make_kind(), make_actor(Role.EXPERT)
    case = await make_case(consulted=[expert.member])
    draft = MistakeDraft(case_id=case.id, kind_id=kind.id, root_cause="Adres elle yazılmış")
    before = await everything(Case, MistakeKind)

    with pytest.raises(Forbidden):
        await create_mistake_kind(make_actor(Role.MENTOR), MistakeKindDraft(name="Başka"), once=Once())
    with pytest.raises(InvalidInput) as nowhere:
        await create_mistake_kind(MANAGER, MistakeKindDraft(name="Başka", department_id="dep_none"), once=Once())
    assert nowhere.value.path == ("department_id",)
    with pytest.raises(Conflict):
        await update_mistake_kind(MANAGER, MistakeKindChange(kind_id=kind.id, name="x"), expected_version=7)
    with pytest.raises(Forbidden):
        await record_mistake(expert, draft, expected_version=case.version, once=Once())
    with pytest.raises(NotFound) as unknown:
        await record(case, kind, kind_id="mik_none")
    assert unknown.value.path == ("kind_id",)
    with pytest.raises(InvalidInput) as pageless:
        await record(case, kind, page_id="wik_none")
    assert pageless.value.path == ("page_id",)
    with pytest.raises(Conflict):
        await record_mistake(make_actor(), draft, expected_version=7, once=Once())

    assert await everything(Case, MistakeKind) == before


async def test_case_that_was_merged_learns_in_the_one_that_goes_on(store: Database) -> None:
    channel = await make_channel()
    customer = await make_customer(channel)
    kept, merged = [await make_case(await make_conversation(channel, customer)) for _ in range(2)]
    kind = await make_kind()
    mistake = await record(merged, kind)
    agent = make_actor()
    draft = MergeDraft(case_id=merged.id, into_id=kept.id)
    await merge_cases(agent, draft, expected_version=(await reread(merged)).version)
    before = await everything()

    change = MistakeChange(case_id=merged.id, mistake_id=mistake.id, lesson="Listeden seçilir")
    version = (await reread(merged)).version
    with pytest.raises(InvalidInput) as refused:
        await record(merged, kind)
    assert (refused.value.path, refused.value.message) == (("case_id",), f"This case is part of {kept.id} now; record it there.")
    with pytest.raises(InvalidInput):
        await change_mistake(agent, change, expected_version=version)
    with pytest.raises(InvalidInput):
        await withdraw_mistake(agent, merged.id, mistake.id, expected_version=version)

    assert await everything() == before
    assert [one.id for one in (await reread(kept)).mistakes] == [mistake.id]
