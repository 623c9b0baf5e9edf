import pytest

from auth.actor import Actor, Role
from community.answers import AnswerDraft, answer_question
from community.comment_reading import comments_by_ids
from community.comments import CommentDraft, add_comment
from community.directory import evidence_counts, evidence_of_members, open_question_counts
from community.documents import Question
from community.errors import NotForThePublic, NotYours
from community.handlers import subscribe
from community.listing import Comparison, Where
from community.moving import SpaceMove, move_to_space
from community.questions import QuestionChanges, QuestionDraft, ask_question, edit_question
from community.reading import (
    answers_by_ids,
    count_questions,
    list_questions,
    questions_by_ids,
)
from community.spaces.documents import Space, SpaceVisibility
from community.spaces.errors import SpaceArchived
from community.spaces.spaces import SpaceChanges, update_space
from community.votes import VoteValue, cast_vote
from community.wiki.documents import WikiPage
from community.wiki.errors import PathTaken
from community.wiki.moves import Move, move_page
from community.wiki.pages import edit_page
from community.wiki.reading import (
    backlinks_to,
    children_of,
    count_wiki_pages,
    list_wiki_pages,
    page_at,
    pages_by_ids,
    revisions_by_ids,
)
from community.wiki.revisions import revision_id
from community.wiki.writing import PageChanges
from core.database import Database
from core.errors import Forbidden, InvalidInput, NotFound
from core.idempotency import Once
from core.paging import Window
from core.records import fresh
from tests.care.stored import handle_twice
from tests.factories.community import (
    make_actor,
    make_answer,
    make_comment,
    make_page,
    make_public_question,
    make_question,
)
from tests.factories.spaces import inside, make_space

OPEN, CLOSED = SpaceVisibility.OPEN, SpaceVisibility.CLOSED


async def moved(actor: Actor, content: Question | WikiPage, space: Space | None) -> Question | WikiPage:
    move = SpaceMove(content_id=content.id, space_id=space.id if space else None)
    return await move_to_space(actor, move, expected_version=(await fresh(content)).version)


async def places(*pages: WikiPage) -> list[tuple[str, str | None]]:
    """Give where pages stand now, each with the closed space that it stands in."""
    return [(page.path, page.closed_space_id) for page in [await fresh(one) for one in pages]]


async def test_question_of_a_closed_space_is_read_by_its_members_alone(store: Database) -> None:
    ada, baran, admin = await make_actor(Role.AGENT), await make_actor(Role.EXPERT), await make_actor(Role.ADMIN)
    space = await make_space(ada, baran)
    ada, baran = inside(ada, space), inside(baran, space)
    question = await make_question(ada, space_id=space.id, invited_expert_ids=[baran.member])
    answer = await make_answer(question, baran)
    comment = await make_comment(answer, ada)
    other = await make_question()

    for actor, seen in ((baran, {question.id, other.id}), (admin, {other.id})):
        found = await list_questions(actor, window=Window())
        assert {one.id for one in found.items} == seen == set(await questions_by_ids(actor, [question.id, other.id]))
        assert await count_questions(actor) == len(seen)
        is_in = actor is baran
        assert set(await answers_by_ids(actor, [answer.id])) == ({answer.id} if is_in else set())
        assert set(await comments_by_ids(actor, [comment.id])) == ({comment.id} if is_in else set())
        assert await evidence_counts(actor, [baran.member]) == {baran.member: int(is_in)}
        shown = (await evidence_of_members(actor, [baran.member], Window()))[baran.member].items
        assert [one.text for one in shown] == ([question.title] if is_in else [])
    in_space = Where("space_id", Comparison.EQ, space.id)
    assert (await count_questions(admin, condition=in_space), await count_questions(ada, condition=in_space)) == (0, 1)
    for act in (
        answer_question(admin, AnswerDraft(question_id=question.id, body="x"), once=Once()),
        add_comment(admin, CommentDraft(target_id=answer.id, body="x"), once=Once()),
        cast_vote(admin, answer.id, VoteValue.UP),
        edit_question(admin, question.id, QuestionChanges(title="Başka bir şey"), expected_version=1),
    ):
        with pytest.raises(NotFound):
            await act


async def test_open_questions_that_wait_are_counted_as_far_as_they_are_read(store: Database) -> None:
    ada, baran, admin = await make_actor(Role.AGENT), await make_actor(Role.EXPERT), await make_actor(Role.ADMIN)
    space = await make_space(ada, baran)
    await make_question(inside(ada, space), space_id=space.id, invited_expert_ids=[baran.member])

    assert await open_question_counts(inside(baran, space), [baran.member]) == {baran.member: 1}
    assert await open_question_counts(admin, [baran.member]) == {baran.member: 0}


async def test_only_insiders_are_invited_and_only_they_ask(store: Database) -> None:
    ada, admin = await make_actor(Role.AGENT), await make_actor(Role.ADMIN)
    closed = await make_space(ada, visibility=CLOSED)
    ada = inside(ada, closed)
    draft = QuestionDraft(title="Kim bilir?", body="Depo?", space_id=closed.id, invited_expert_ids=[admin.member])

    with pytest.raises(InvalidInput) as refused:
        await ask_question(ada, draft, once=Once())
    with pytest.raises(Forbidden):
        await ask_question(admin, draft, once=Once())

    assert refused.value.path == ("invited_expert_ids",)
    assert await Question.find({}).count() == 0


async def test_nothing_new_is_said_in_an_archived_space(store: Database) -> None:
    ada = await make_actor(Role.AGENT)
    space = await make_space(ada, visibility=OPEN)
    question, page = await make_question(ada, space_id=space.id), await make_page("iade", ada, space_id=space.id)
    await update_space(ada, space.id, SpaceChanges(archived=True), expected_version=space.version)

    for act, path in (
        (answer_question(ada, AnswerDraft(question_id=question.id, body="x"), once=Once()), "question_id"),
        (add_comment(ada, CommentDraft(target_id=question.id, body="x"), once=Once()), "target_id"),
        (edit_page(ada, page.id, PageChanges(body="x"), expected_version=page.version), "page_id"),
        (make_question(ada, space_id=space.id), "space_id"),
    ):
        with pytest.raises(SpaceArchived) as refused:
            await act
        assert refused.value.path == (path,)
    assert set(await questions_by_ids(ada, [question.id])) == {question.id}


async def test_question_moves_in_by_its_author_and_out_by_who_looks_after_the_space(store: Database) -> None:
    ada, baran, manager = await make_actor(Role.AGENT), await make_actor(Role.EXPERT), await make_actor(Role.MANAGER)
    space = await make_space(ada, baran, visibility=CLOSED)
    ada, baran = inside(ada, space), inside(baran, space)
    question = await make_question(baran)
    await make_answer(question, baran)
    public = await make_public_question()

    with pytest.raises(NotYours):
        await moved(await make_actor(Role.EXPERT), question, None)
    with pytest.raises(NotForThePublic):
        await moved(inside(manager, space), public, space)
    await moved(baran, question, space)
    await handle_twice(subscribe)
    assert await evidence_counts(manager, [baran.member]) == {baran.member: 0}
    assert await questions_by_ids(manager, [question.id]) == {}
    with pytest.raises(Forbidden):
        await moved(baran, question, None)
    await moved(ada, question, None)
    await handle_twice(subscribe)

    out = await fresh(question)
    assert (out.space_id, out.closed_space_id) == (None, None)
    assert set(await questions_by_ids(manager, [question.id])) == {question.id}
    assert await evidence_counts(manager, [baran.member]) == {baran.member: 1}


async def test_each_space_has_a_tree_of_its_own(store: Database) -> None:
    ada, admin = await make_actor(Role.AGENT), await make_actor(Role.ADMIN)
    space = await make_space(ada)
    ada = inside(ada, space)
    secret = await make_page("plan", ada, space_id=space.id, title="Gizli plan")
    below = await make_page("plan/adim", ada, space_id=space.id, body="[Plan](/wiki/plan)")
    free = await make_page("plan", admin)
    ids = [secret.id, below.id, free.id]

    assert (free.path, secret.path, below.closed_space_id) == ("plan", "plan", space.id)
    with pytest.raises(PathTaken):
        await make_page("plan", ada, space_id=space.id)
    with pytest.raises(InvalidInput):
        await make_page("plan/adim/alt", admin)
    assert (set(await pages_by_ids(admin, ids)), set(await pages_by_ids(ada, ids))) == ({free.id}, set(ids))
    assert [(page.id if page else None) for page in (await page_at(admin, "plan"), await page_at(admin, "plan/adim"))] == [
        free.id,
        None,
    ]
    stand_there = [await page_at(ada, "plan", one) for one in (None, space.id)]
    assert [page.id for page in stand_there if page] == [free.id, secret.id]
    assert await page_at(admin, "plan", space.id) is None
    assert (await children_of(admin, [space.id], Window()))[space.id].items == []
    assert [one.id for one in (await children_of(ada, [space.id], Window()))[space.id].items] == [secret.id]
    assert await revisions_by_ids(admin, [revision_id(secret.id, 1)]) == {}
    assert (await backlinks_to(admin, free, Window())).items == []
    in_space = Where("space_id", Comparison.EQ, space.id)
    found = await list_wiki_pages(admin, condition=in_space, window=Window())
    assert (found.items, await count_wiki_pages(admin), await count_wiki_pages(ada)) == ([], 1, 3)


async def test_pages_go_with_the_page_above_into_another_space(store: Database) -> None:
    ada, manager = await make_actor(Role.MENTOR), await make_actor(Role.MANAGER)
    space = await make_space(ada)
    ada = inside(ada, space)
    top = await make_page("iade", ada)
    below = await make_page("iade/yurt-disi", ada)
    deep = await make_page("iade/yurt-disi/gumruk", ada)

    await moved(ada, below, space)
    await handle_twice(subscribe, (WikiPage,))
    assert set(await pages_by_ids(manager, [top.id, below.id, deep.id])) == {top.id}
    assert await places(below, deep) == [("yurt-disi", space.id), ("yurt-disi/gumruk", space.id)]

    renamed = await move_page(ada, below.id, Move(path="disari"), expected_version=(await fresh(below)).version)
    assert ((await fresh(deep)).path, renamed.space_id) == ("disari/gumruk", space.id)
    await moved(ada, below, None)
    await handle_twice(subscribe, (WikiPage,))
    assert await places(below, deep) == [("disari", None), ("disari/gumruk", None)]
    with pytest.raises(NotFound):
        await move_to_space(manager, SpaceMove(content_id="cus_1"), expected_version=1)


async def test_edits_of_a_space_s_pages_need_as_many_approvals_as_it_says(store: Database) -> None:
    ada = await make_actor(Role.AGENT)
    space = await make_space(ada, minimum_approvals=2)
    page = await make_page("iade", inside(ada, space), space_id=space.id)

    assert page.unpublished
    assert page.proposal is not None
    assert page.proposal.needed == 2
