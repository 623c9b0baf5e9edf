import asyncio
from dataclasses import replace

import pytest

from auth.actor import Actor, ActorKind, Role
from care.documents.cases import Case
from care.documents.drafts import SavedDraft
from care.saved_drafts import UnsentDraft, discard_draft, drafts_in, save_draft
from core.database import Database
from core.errors import Conflict, Forbidden, InvalidInput, NotFound
from tests.care.stored import handle_twice
from tests.factories.care import later, make_actor, make_case, make_reply


def words(case: Case, body: str, **overrides: str) -> UnsentDraft:
    return UnsentDraft.model_validate(
        {"case_id": case.id, "conversation_id": case.conversation_ids[0], "body": body, **overrides}
    )


async def kept(actor: Actor, case: Case) -> str | None:
    found = (await drafts_in(actor, case.conversation_ids)).get(case.conversation_ids[0])
    return found.body if found else None


async def test_last_words_are_kept_for_their_author_alone(store: Database) -> None:
    case, actor, colleague = await make_case(), make_actor(), make_actor()

    versions = [(await save_draft(actor, words(case, body))).version for body in ("Mer", "Merhaba", "Merhaba")]
    await save_draft(colleague, words(case, "سلام"))

    assert versions == [1, 2, 2]
    assert (await kept(actor, case), await kept(colleague, case), await kept(make_actor(), case)) == ("Merhaba", "سلام", None)
    assert await SavedDraft.find({}).count() == 2


async def test_windows_that_save_at_once_lose_nothing_but_to_the_last_one(store: Database) -> None:
    case, actor = await make_case(), make_actor()

    await asyncio.gather(*(save_draft(actor, words(case, f"Merhaba {number}")) for number in range(8)))

    (draft,) = await SavedDraft.find({}).to_list()
    assert (draft.version, draft.body.startswith("Merhaba ")) == (8, True)


async def test_window_that_minds_the_version_is_told_of_another_one(store: Database) -> None:
    case, actor = await make_case(), make_actor()
    seen = await save_draft(actor, words(case, "Mer"))
    newer = await save_draft(actor, words(case, "Merhaba"), seen_version=seen.version)

    with pytest.raises(Conflict) as conflict:
        await save_draft(actor, words(case, "Selam"), seen_version=seen.version)

    assert (conflict.value.current.version, await kept(actor, case)) == (newer.version, "Merhaba")


async def test_draft_is_thrown_away_by_hand_and_begun_anew(store: Database) -> None:
    case, actor = await make_case(), make_actor()
    await save_draft(actor, words(case, "Mer"))

    for _ in range(2):
        assert (await discard_draft(actor, case.conversation_ids[0])).id == case.conversation_ids[0]
        assert await kept(actor, case) is None
    assert await SavedDraft.find({"body": {"$ne": ""}}).count() == 0
    assert (await save_draft(actor, words(case, "Merhaba"))).version == 2
    assert await kept(actor, case) == "Merhaba"


async def test_sending_throws_the_draft_away_but_not_what_is_written_since(store: Database) -> None:
    case, actor, other = await make_case(), make_actor(), make_actor()
    await save_draft(actor, words(case, "Hemen"))
    await save_draft(other, words(case, "Bir"))
    later(seconds=5)
    await make_reply(case, actor)
    await handle_twice()
    assert (await kept(actor, case), await kept(other, case)) == (None, "Bir")

    later(seconds=5)
    await save_draft(actor, words(case, "Bir de"))
    await handle_twice()
    assert await kept(actor, case) == "Bir de"


async def test_saving_is_refused(store: Database) -> None:
    case, elsewhere = await make_case(), await make_case()
    expert = make_actor(Role.EXPERT)
    consulted = await make_case(consulted=[expert.member])

    with pytest.raises(NotFound):
        await save_draft(expert, words(case, "Merhaba"))
    with pytest.raises(Forbidden):
        await save_draft(expert, words(consulted, "Merhaba"))
    with pytest.raises(InvalidInput) as refusal:
        await save_draft(make_actor(), words(case, "Merhaba", conversation_id=elsewhere.conversation_ids[0]))
    with pytest.raises(NotFound):
        await discard_draft(make_actor(), "cnv_nowhere")
    with pytest.raises(Forbidden):
        await discard_draft(expert, consulted.conversation_ids[0])
    service = replace(make_actor(), kind=ActorKind.SERVICE, member_id=None)
    for doing in (save_draft(service, words(case, "Merhaba")), discard_draft(service, case.conversation_ids[0])):
        with pytest.raises(Forbidden):
            await doing

    assert refusal.value.path == ("conversation_id",)
    assert await SavedDraft.find({}).count() == 0
