import asyncio
from datetime import timedelta

import pytest

from auth.actor import ANONYMOUS, Role
from care.answer_bank import (
    EntryChanges,
    EntryDraft,
    archive_entry,
    create_entry,
    edit_entry,
    expire_entries,
    record_use,
    save_answer,
)
from care.documents.answer_bank import AnswerBankEntry, AnswerBankStatus
from care.reading.answer_bank import EntrySelection, count_entries, entries_by_ids, list_entries, reviews_due
from community.answers import accept_answer
from core.clock import now
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, IdempotencyMismatch, InvalidInput, NotFound
from core.idempotency import Once, once
from core.ids import new_id
from core.paging import Window
from tests.care.stored import event_types, everything
from tests.factories import community
from tests.factories.care import later, make_actor, make_case, make_entry
from tests.factories.spaces import inside, make_space


async def stored(entry: AnswerBankEntry) -> AnswerBankEntry:
    found = await AnswerBankEntry.get(entry.id)
    assert found is not None
    return found


async def test_entry_is_approved_at_once_by_who_may(store: Database) -> None:
    mentor, agent = make_actor(Role.MENTOR), make_actor()

    approved, drafted = await make_entry(mentor), await make_entry(agent, question_variants=["Kargom nerede?"])

    assert (approved.status, approved.owner_id) == (AnswerBankStatus.APPROVED, mentor.member_id)
    assert (drafted.status, drafted.owner_id) == (AnswerBankStatus.DRAFT, agent.member_id)
    assert drafted.question_variants == ["Kargom nerede?"]
    assert (drafted.locale, drafted.version) == ("tr", 1)
    assert drafted.review_by == drafted.created_at + timedelta(days=180)
    assert await event_types(AnswerBankEntry) == ["AnswerBankEntrySaved", "AnswerBankEntrySaved"]


async def test_the_same_entry_again_is_one(store: Database) -> None:
    agent, draft = make_actor(), EntryDraft(title="Kargo gecikmesi", body="Özür dileriz.")
    same = once(b"key", actor=agent.id, operation="createAnswerBankEntry", key="k", given="a")

    first, second = [await create_entry(agent, draft, once=same) for _ in range(2)]

    assert first.id == second.id
    assert await AnswerBankEntry.count() == 1
    other = once(b"key", actor=agent.id, operation="createAnswerBankEntry", key="k", given="b")
    with pytest.raises(IdempotencyMismatch):
        await create_entry(agent, draft, once=other)


async def test_entry_names_a_case_that_its_author_sees(store: Database) -> None:
    case = await make_case()

    assert (await make_entry(make_actor(), case_id=case.id)).case_id == case.id
    before = await everything()
    with pytest.raises(InvalidInput) as refusal:
        await make_entry(make_actor(Role.EXPERT), case_id=case.id)
    assert refusal.value.path == ("case_id",)
    assert await everything() == before


async def test_edit_changes_what_is_named_and_nothing_else(store: Database) -> None:
    mentor = make_actor(Role.MENTOR)
    entry = await make_entry(mentor, question_variants=["Kargom nerede?"])
    later(minutes=1)

    titled = await edit_entry(mentor, entry.id, EntryChanges(title="Geciken kargo"), expected_version=1)
    emptied = await edit_entry(
        mentor, entry.id, EntryChanges(question_variants=None, body="Neu und gut geschrieben, mit Gruß"), expected_version=2
    )

    assert (titled.id, titled.status) == (entry.id, AnswerBankStatus.APPROVED)
    assert (emptied.title, emptied.question_variants) == ("Geciken kargo", [])
    assert (emptied.body, emptied.version) == ("Neu und gut geschrieben, mit Gruß", 3)
    assert emptied.review_by == entry.review_by
    assert emptied.updated_at > entry.updated_at


async def test_owner_s_edit_of_an_approved_entry_waits_for_approval_again(store: Database) -> None:
    agent = make_actor()
    entry = await make_entry(agent)
    approved = await edit_entry(make_actor(Role.MENTOR), entry.id, EntryChanges(), expected_version=1)

    edited = await edit_entry(agent, entry.id, EntryChanges(body="Yeni metin"), expected_version=2)

    assert (approved.status, edited.status) == (AnswerBankStatus.APPROVED, AnswerBankStatus.DRAFT)
    assert edited.owner_id == agent.member_id


async def test_approved_entry_of_another_is_not_for_everybody_to_change(store: Database) -> None:
    entry, draft = await make_entry(), await make_entry(make_actor())
    before = await everything()

    with pytest.raises(Forbidden):
        await edit_entry(make_actor(), entry.id, EntryChanges(body="x"), expected_version=1)
    with pytest.raises(Conflict):
        await edit_entry(make_actor(Role.MENTOR), entry.id, EntryChanges(body="x"), expected_version=2)
    with pytest.raises(NotFound):
        await edit_entry(make_actor(), new_id("abe"), EntryChanges(body="x"), expected_version=1)
    with pytest.raises(ValueError, match="review_by"):
        EntryChanges(review_by=now() - timedelta(days=1))

    assert await everything() == before
    assert (await edit_entry(make_actor(), draft.id, EntryChanges(body="x"), expected_version=1)).body == "x"


async def test_review_date_is_moved_and_falls_back(store: Database) -> None:
    mentor = make_actor(Role.MENTOR)
    entry, soon = await make_entry(mentor), now() + timedelta(days=3)

    moved = await edit_entry(mentor, entry.id, EntryChanges(review_by=soon), expected_version=1)
    assert moved.review_by == soon
    back = await edit_entry(mentor, entry.id, EntryChanges(review_by=None), expected_version=2)

    assert back.review_by is not None
    assert back.review_by > now() + timedelta(days=179)


async def test_entry_expires_at_its_review_date_once(store: Database) -> None:
    entry, draft = await make_entry(), await make_entry(make_actor())
    assert await expire_entries() == 0
    later(days=181)

    assert await expire_entries() == 1
    assert await expire_entries() == 0

    assert (await stored(entry)).status is AnswerBankStatus.EXPIRED
    assert (await stored(draft)).status is AnswerBankStatus.DRAFT
    renewed = await edit_entry(make_actor(Role.MENTOR), entry.id, EntryChanges(), expected_version=1)
    assert renewed.status is AnswerBankStatus.APPROVED
    assert renewed.review_by is not None
    assert renewed.review_by > now()


async def test_use_is_counted_once_an_event(store: Database) -> None:
    entry = await make_entry()

    for number in (7, 7, 9):
        await record_use(entry.id, number)
    await record_use(new_id("abe"), 10)

    after = await stored(entry)
    assert (after.use_count, after.version) == (2, 1)


async def test_accepted_answer_is_saved_as_a_draft(store: Database) -> None:
    asker = await community.make_actor(Role.AGENT)
    question = await community.make_question(asker)
    answer = await community.make_answer(question)
    with pytest.raises(InvalidInput, match="accept"):
        await save_answer(asker, answer.id, once=Once())
    await accept_answer(asker, answer.id, expected_version=question.version)

    entry = await save_answer(asker, answer.id, once=Once())

    assert (entry.title, entry.body, entry.status) == (question.title, answer.body, AnswerBankStatus.DRAFT)
    with pytest.raises(NotFound):
        await save_answer(asker, new_id("ans"), once=Once())


async def test_closed_space_s_answer_is_saved_by_who_looks_after_the_space(store: Database) -> None:
    owner, member = await community.make_actor(Role.AGENT), await community.make_actor(Role.AGENT)
    space = await make_space(owner, member)
    owner, member = inside(owner, space), inside(member, space)
    question = await community.make_question(member, space_id=space.id)
    answer = await community.make_answer(question, owner)
    await accept_answer(member, answer.id, expected_version=question.version)

    with pytest.raises(Forbidden, match="Only owners and moderators of a closed space"):
        await save_answer(member, answer.id, once=Once())
    with pytest.raises(NotFound):
        await save_answer(await community.make_actor(Role.MANAGER), answer.id, once=Once())
    assert await AnswerBankEntry.count() == 0

    entry = await save_answer(owner, answer.id, once=Once())
    assert (entry.title, entry.body) == (question.title, answer.body)


async def test_entries_at_once_are_one(store: Database) -> None:
    agent, draft = make_actor(), EntryDraft(title="Kargo gecikmesi", body="Özür dileriz.")
    same = once(b"key", actor=agent.id, operation="createAnswerBankEntry", key="k", given="a")

    entries = await asyncio.gather(*(create_entry(agent, draft, once=same) for _ in range(4)))

    assert {entry.id for entry in entries} == {entries[0].id}
    assert await AnswerBankEntry.count() == 1


async def test_nothing_named_is_nothing_read(store: Database) -> None:
    assert await entries_by_ids(make_actor(), ["", "case_x"]) == {}


async def test_archived_entry_is_out_of_use_until_somebody_edits_it(store: Database) -> None:
    mentor, agent = make_actor(Role.MENTOR), make_actor()
    entry = await make_entry(mentor)
    before = await everything()
    with pytest.raises(Forbidden):
        await archive_entry(agent, entry.id, expected_version=1)
    with pytest.raises(Conflict):
        await archive_entry(mentor, entry.id, expected_version=7)
    assert await everything() == before

    archived = await archive_entry(mentor, entry.id, expected_version=1)

    assert (archived.status, archived.version) == (AnswerBankStatus.ARCHIVED, 2)
    assert await event_types(AnswerBankEntry) == ["AnswerBankEntrySaved", "AnswerBankEntrySaved"]
    with pytest.raises(AlreadyDone):
        await archive_entry(mentor, entry.id, expected_version=2)
    later(days=181)
    assert (await reviews_due(mentor, Window())).items == []
    assert await expire_entries() == 0
    assert (await list_entries(mentor, Window())).items == []
    only = EntrySelection(AnswerBankStatus.ARCHIVED)
    assert [one.id for one in (await list_entries(mentor, Window(), only)).items] == [entry.id]
    assert list(await entries_by_ids(agent, [entry.id])) == [entry.id]

    back = await edit_entry(mentor, entry.id, EntryChanges(), expected_version=2)
    assert (back.status, back.review_by) == (AnswerBankStatus.APPROVED, back.updated_at + timedelta(days=180))


async def test_entries_are_listed_by_status_and_owner(store: Database) -> None:
    mentor, agent = make_actor(Role.MENTOR), make_actor()
    approved, draft = await make_entry(mentor), await make_entry(agent)

    async def listed(status: AnswerBankStatus | None = None, owner_id: str | None = None) -> list[str]:
        selection = EntrySelection(status, owner_id)
        found = [one.id for one in (await list_entries(mentor, Window(), selection)).items]
        assert await count_entries(mentor, selection) == len(found)
        return found

    assert sorted(await listed()) == sorted([approved.id, draft.id])
    assert await listed(AnswerBankStatus.DRAFT) == [draft.id]
    assert await listed(owner_id=mentor.member_id) == [approved.id]
    assert await listed(AnswerBankStatus.DRAFT, mentor.member_id) == []
    with pytest.raises(Forbidden):
        await list_entries(ANONYMOUS, Window())


async def test_another_member_looks_after_an_entry(store: Database) -> None:
    mentor, colleague = make_actor(Role.MENTOR), await community.make_actor(Role.AGENT)
    entry = await make_entry(mentor)
    before = await everything()
    for nobody in ("mem_nobody", "x"):
        with pytest.raises(InvalidInput) as refusal:
            await edit_entry(mentor, entry.id, EntryChanges(owner_id=nobody), expected_version=1)
        assert refusal.value.path == ("owner_id",)
    assert await everything() == before

    await edit_entry(mentor, entry.id, EntryChanges(owner_id=colleague.member), expected_version=1)

    later(days=170)
    assert (await reviews_due(mentor, Window())).items == []
    assert [one.id for one in (await reviews_due(colleague, Window())).items] == [entry.id]
