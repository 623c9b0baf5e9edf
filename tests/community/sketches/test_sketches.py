import asyncio

import pytest

from auth.actor import Actor, Role
from community.documents import Question
from community.sketches import sketches
from community.sketches.documents import QuestionSketch
from community.sketches.sketches import (
    MOST_SKETCHES,
    SketchWords,
    ask_sketch,
    begin_sketch,
    count_sketches,
    discard_sketch,
    edit_sketch,
    list_sketches,
    sketches_by_ids,
)
from core.errors import Conflict, Forbidden, IdempotencyMismatch, InvalidFields, LimitReached, NotFound
from core.idempotency import Once, once
from core.paging import Window
from core.records import fresh
from tests.factories.community import customer_actor, make_actor
from tests.factories.spaces import inside, make_space
from tests.rivals import overtaken

pytestmark = pytest.mark.usefixtures("store")
WORDS = {"title": "Hangi depo?", "body": "Bilen var mı?", "tag_slugs": ["kargo"]}


async def begin(actor: Actor, **given: object) -> QuestionSketch:
    return await begin_sketch(actor, SketchWords.model_validate(WORDS | given), once=Once())


async def test_draft_is_kept_changed_and_asked() -> None:
    member = await make_actor(Role.AGENT)
    draft = await begin_sketch(member, SketchWords(title="Hangi"), once=Once())
    edited = await edit_sketch(member, draft.id, SketchWords.model_validate(WORDS), expected_version=1)
    await edit_sketch(member, draft.id, SketchWords(body="Bilen?"), expected_version=edited.version)

    question = await ask_sketch(member, draft.id, expected_version=3)

    assert (question.title, question.body, question.author_id) == ("Hangi depo?", "Bilen?", member.member)
    assert [tag.slug for tag in question.tags] == ["kargo"]
    assert (await sketches_by_ids(member, [draft.id]), await count_sketches(member)) == ({}, 0)


async def test_nobody_else_reads_or_changes_a_draft() -> None:
    member, other, manager = await make_actor(Role.AGENT), await make_actor(Role.AGENT), await make_actor(Role.ADMIN)
    draft = await begin(member)

    for stranger in (other, manager, customer_actor()):
        assert await sketches_by_ids(stranger, [draft.id]) == {}
        for act in (
            edit_sketch(stranger, draft.id, SketchWords(title="Yeni"), expected_version=1),
            discard_sketch(stranger, draft.id, expected_version=1),
            ask_sketch(stranger, draft.id, expected_version=1),
        ):
            with pytest.raises(NotFound):
                await act
    with pytest.raises(Forbidden):
        await begin(customer_actor())
    assert [one.id for one in (await list_sketches(member, Window())).items] == [draft.id]
    assert (await list_sketches(other, Window())).items == []
    assert ((await fresh(draft)).version, await Question.count()) == (1, 0)


async def test_draft_asked_twice_at_once_is_one_question() -> None:
    member = await make_actor(Role.AGENT)
    draft = await begin(member)

    outcomes = await asyncio.gather(*(ask_sketch(member, draft.id, expected_version=1) for _ in range(3)), return_exceptions=True)

    assert {one.id for one in outcomes if isinstance(one, Question)} == {(await Question.find({}).to_list())[0].id}
    assert await Question.count() == 1


async def test_draft_is_asked_again_after_a_cut() -> None:
    member = await make_actor(Role.AGENT)
    draft = await begin(member)
    question = await ask_sketch(member, draft.id, expected_version=1)
    stored = draft.model_dump(include=set(WORDS))
    await QuestionSketch.get_pymongo_collection().update_one({"_id": draft.id}, {"$set": stored, "$unset": {"deleted_at": ""}})

    again = await ask_sketch(member, draft.id, expected_version=1)

    assert (again.id, await Question.count(), await count_sketches(member)) == (question.id, 1, 0)


async def test_nothing_of_an_anonymous_question_stays_in_its_draft() -> None:
    member = await make_actor(Role.AGENT)
    draft = await begin(member, anonymous=True)

    question = await ask_sketch(member, draft.id, expected_version=1)

    assert question.hidden_author_id == member.member
    raw = await QuestionSketch.get_pymongo_collection().find_one({"_id": draft.id})
    assert raw is not None
    assert [word for word in (question.id, question.author_id, "depo", "kargo") if word in str(raw)] == []
    assert "pending" not in raw


async def test_what_is_missing_is_told_and_the_draft_stays() -> None:
    member = await make_actor(Role.AGENT)
    draft = await begin_sketch(member, SketchWords(title="Ne"), once=Once())

    with pytest.raises(InvalidFields) as refused:
        await ask_sketch(member, draft.id, expected_version=1)
    assert [(one.path, one.message.partition(":")[0]) for one in refused.value.problems] == [
        (("draft_id",), "title"),
        (("draft_id",), "body"),
    ]
    with pytest.raises(Conflict):
        await ask_sketch(member, draft.id, expected_version=4)
    with pytest.raises(Conflict):
        await edit_sketch(member, draft.id, SketchWords(title="x"), expected_version=4)
    assert (await count_sketches(member), await Question.count()) == (1, 0)
    await discard_sketch(member, draft.id, expected_version=1)
    with pytest.raises(NotFound):
        await discard_sketch(member, draft.id, expected_version=2)


async def test_refusals_of_the_question_name_the_draft() -> None:
    owner, stranger = await make_actor(), await make_actor()
    space = await make_space(owner)
    own, foreign = await begin(inside(owner, space), space_id=space.id), await begin(stranger, space_id=space.id)

    assert (await ask_sketch(inside(owner, space), own.id, expected_version=1)).closed_space_id == space.id
    with pytest.raises(NotFound) as refused:
        await ask_sketch(stranger, foreign.id, expected_version=1)
    assert refused.value.path == ("draft_id",)


async def test_drafts_are_made_once_and_bounded() -> None:
    member = await make_actor(Role.AGENT)
    key = once(b"secret", actor=member.id, operation="createQuestionDraft", key="1", given={"a": 1})
    other = once(b"secret", actor=member.id, operation="createQuestionDraft", key="1", given={"a": 2})
    words = SketchWords.model_validate(WORDS)
    first = await begin_sketch(member, words, once=key)

    assert (await begin_sketch(member, words, once=key)).id == first.id
    with pytest.raises(IdempotencyMismatch):
        await begin_sketch(member, words, once=other)
    raw = await QuestionSketch.get_pymongo_collection().find_one({"_id": first.id})
    assert raw is not None
    rows = [{**raw, "_id": f"qdr_{number}"} for number in range(MOST_SKETCHES - 1)]
    await QuestionSketch.get_pymongo_collection().insert_many(rows)
    with pytest.raises(LimitReached):
        await begin(member)


async def test_what_was_asked_meanwhile_is_written_on_no_more() -> None:
    member = await make_actor(Role.AGENT)
    draft = await begin(member)

    async with overtaken(sketches, lambda: ask_sketch(member, draft.id, expected_version=draft.version)):
        with pytest.raises(NotFound) as refused:
            await edit_sketch(member, draft.id, SketchWords(body="Başka?"), expected_version=draft.version)

    assert refused.value.path == ("draft_id",)
    assert [one.body for one in await Question.find_all().to_list()] == [WORDS["body"]]
