import asyncio

import pytest

from care.cases.consulted import project_consulted
from care.cases.last_message import project_last_message
from care.cases.outgoing import settle_outgoing
from care.documents.conversations import Message, Visibility
from care.notes import NoteDraft, add_internal_note
from core.database import Database
from core.errors import IdempotencyMismatch, NotFound
from core.idempotency import Once, once
from tests.care.stored import event_types
from tests.factories.care import make_actor, make_case, reread


async def test_note_is_internal_and_meets_no_clock(store: Database) -> None:
    case, actor = await make_case(), make_actor()

    note = await add_internal_note(actor, NoteDraft(case_id=case.id, body="Depoya sordum."), once=Once())

    assert (note.visibility, note.delivery_status, note.author_id) == (Visibility.INTERNAL, None, actor.member_id)
    assert (note.conversation_id, note.case_id) == (case.conversation_ids[0], case.id)
    after = await reread(case)
    assert (after.last_message_id, after.first_response, after.version) == (note.id, case.first_response, 1)
    assert await event_types(Message) == ["NoteAdded"]
    assert await store["jobs"].count_documents({}) == 0


async def test_the_same_note_again_is_one(store: Database) -> None:
    case, actor = await make_case(), make_actor()
    draft = NoteDraft(case_id=case.id, body="Depoya sordum.")
    same = once(b"key", actor=actor.id, operation="addInternalNote", key="k", given="Depoya sordum.")

    first = await add_internal_note(actor, draft, once=same)
    second = await add_internal_note(actor, draft, once=same)

    assert second.id == first.id
    assert await Message.count() == 2
    other = once(b"key", actor=actor.id, operation="addInternalNote", key="k", given="etwas anderes")
    with pytest.raises(IdempotencyMismatch):
        await add_internal_note(actor, draft, once=other)


async def test_notes_at_once_are_one(store: Database) -> None:
    case, actor = await make_case(), make_actor()
    draft = NoteDraft(case_id=case.id, body="Depoya sordum.")
    same = once(b"key", actor=actor.id, operation="addInternalNote", key="k", given="a")

    notes = await asyncio.gather(*(add_internal_note(actor, draft, once=same) for _ in range(4)))

    assert {note.id for note in notes} == {notes[0].id}
    assert await Message.count() == 2


async def test_showing_a_message_of_no_case_changes_nothing(store: Database) -> None:
    case = await make_case()
    message = await Message.get(str(case.last_message_id))
    assert message is not None

    assert await project_last_message("case_none", message) is None
    await project_consulted("case_none")
    with pytest.raises(NotFound):
        await settle_outgoing("case_none", message)
    await settle_outgoing(case.id, message)

    assert (await reread(case)).revision == case.revision
