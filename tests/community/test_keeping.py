import pytest

from community.keeping import KeptAnswer, save_answer_as_page
from community.wiki.documents import WikiPage
from core.database import Database
from core.errors import Forbidden, NotFound
from core.idempotency import Once
from tests.community.watching import snapshot
from tests.factories.community import customer_actor, make_actor, make_answer, make_question
from tests.factories.spaces import inside, make_space


async def test_an_answer_becomes_a_page_under_its_question_s_title(store: Database) -> None:
    question, writer = await make_question(title="Kargo nerede?", tag_slugs=["kargo"]), await make_actor()
    answer = await make_answer(question)

    page = await save_answer_as_page(writer, KeptAnswer(answer_id=answer.id, path="kargo"), once=Once())
    named = await save_answer_as_page(writer, KeptAnswer(answer_id=answer.id, path="kargo-2", title="Kargonun yeri"), once=Once())

    assert (page.title, page.body.strip(), page.path) == ("Kargo nerede?", answer.body, "kargo")
    assert ([tag.slug for tag in page.tags], page.source_answer_id) == (["kargo"], answer.id)
    assert (page.author_id, page.space_id, named.title) == (writer.member, None, "Kargonun yeri")


async def test_what_was_answered_in_a_secret_space_stays_there(store: Database) -> None:
    owner, outsider = await make_actor(), await make_actor()
    space = await make_space(owner)
    question = await make_question(inside(owner, space), space_id=space.id)
    kept = KeptAnswer(answer_id=(await make_answer(question, inside(owner, space))).id, path="gizli")

    page = await save_answer_as_page(inside(owner, space), kept, once=Once())

    assert (page.space_id, page.closed_space_id) == (space.id, space.id)
    with pytest.raises(NotFound):
        await save_answer_as_page(outsider, kept, once=Once())


async def test_who_may_not_write_pages_makes_none(store: Database) -> None:
    answer = await make_answer(await make_question())
    before = await snapshot(store)

    with pytest.raises((Forbidden, NotFound)):
        await save_answer_as_page(customer_actor(), KeptAnswer(answer_id=answer.id, path="kargo"), once=Once())

    assert await snapshot(store) == before
    assert await WikiPage.find_all().count() == 0
