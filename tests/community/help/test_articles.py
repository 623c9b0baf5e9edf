import pytest
from pydantic import ValidationError

from auth.actor import ANONYMOUS, SYSTEM, Actor, Role
from community.answers import AnswerChanges, edit_answer
from community.documents import Answer, Question
from community.errors import NotForThePublic
from community.handlers import subscribe
from community.help.articles import ArticleDraft, publish_article, settle_article, withdraw_article
from community.help.documents import ArticleStatus, HelpArticle
from community.help.reading import article_at, articles_by_ids, articles_of, count_articles, list_articles
from community.moderation.decisions import Verdict, decide_item
from community.moderation.documents import ModerationDecision, ModerationItem, ReportReason
from community.moderation.reports import ReportDraft, report_content
from community.moving import SpaceMove, move_to_space
from community.wiki.approvals import ApprovalRule, set_approval_rule
from community.wiki.documents import WikiPage
from community.wiki.pages import delete_page, edit_page
from community.wiki.writing import PageChanges
from core.errors import AlreadyDone, Conflict, DomainError, Forbidden, InvalidInput, NotFound
from core.paging import Window
from core.records import fresh, save
from tests.care.stored import event_types, handle_twice
from tests.factories.community import customer_actor, make_actor, make_answer, make_page, make_question
from tests.factories.spaces import inside, make_space

pytestmark = pytest.mark.usefixtures("store")
PUBLISHED, WITHDRAWN = ArticleStatus.PUBLISHED, ArticleStatus.WITHDRAWN


async def published(actor: Actor, source: WikiPage | Answer, version: int = 0, **given: object) -> HelpArticle:
    draft = ArticleDraft.model_validate({"source_id": source.id, **given})
    return await publish_article(actor, draft, expected_version=version)


async def refusal(actor: Actor, source_id: str, version: int = 0, **given: object) -> DomainError:
    with pytest.raises(DomainError) as refused:
        await publish_article(actor, ArticleDraft.model_validate({"source_id": source_id, **given}), expected_version=version)
    return refused.value


async def test_customers_read_what_was_published_until_it_is_published_anew() -> None:
    manager, writer = await make_actor(Role.MANAGER), await make_actor()
    page = await make_page("iade", writer)
    article = await published(manager, page)

    assert (article.slug, article.locale, article.title, article.version) == ("iade-nasil-yapilir", "tr", page.title, 1)
    edited = await edit_page(writer, page.id, PageChanges(body="Yalnız içeride."), expected_version=page.version)
    shown = await article_at(ANONYMOUS, "İade nasıl yapılır", "tr")
    assert shown is not None
    assert (shown.body, shown.source_version) == (page.body, page.version)
    again = await published(manager, edited, article.version, title="Nasıl iade ederim?")
    assert (again.body, again.title, again.slug, again.version) == ("Yalnız içeride.", "Nasıl iade ederim?", article.slug, 2)
    gone = await withdraw_article(manager, article.id, expected_version=2)
    assert await article_at(ANONYMOUS, article.slug) is None
    assert await articles_by_ids(customer_actor(), [article.id]) == {}
    assert set(await articles_of(writer, [page.id])) == {page.id}
    with pytest.raises(AlreadyDone):
        await withdraw_article(manager, article.id, expected_version=3)
    assert (await published(manager, edited, gone.version)).status is PUBLISHED


async def test_articles_are_listed_by_language_and_addresses_are_unique_in_one() -> None:
    manager = await make_actor(Role.MANAGER)
    first, second, answer = await make_page("iade"), await make_page("kargo"), await make_answer(await make_question())
    await published(manager, first, slug="iade")
    assert (await refusal(manager, second.id, slug="iade")).path == ("slug",)
    await published(manager, second, slug="iade", locale="fa")
    own = await published(manager, answer)

    assert own.title == "Kargo iki haftadır neden gelmedi?"
    for locale, expected in (("fa", 1), ("tr", 2), (None, 3), ("xx", 0)):
        found = (await list_articles(ANONYMOUS, PUBLISHED, locale, Window())).items
        assert (len(found), await count_articles(ANONYMOUS, PUBLISHED, locale)) == (expected, expected)
    assert (await list_articles(ANONYMOUS, WITHDRAWN, None, Window())).items == []
    persian = await article_at(ANONYMOUS, "iade", "fa")
    assert persian is not None
    assert persian.source_id == second.id
    assert (await article_at(ANONYMOUS, "iade", "en"), await article_at(ANONYMOUS, "\0")) == (None, None)


async def test_nothing_that_is_not_for_all_staff_is_published() -> None:
    manager, expert = await make_actor(Role.MANAGER), await make_actor()
    space = await make_space(manager)
    manager = inside(manager, space)
    closed = await make_page("gizli", manager, space_id=space.id)
    question = await make_question(manager, space_id=space.id)
    parent = await make_page("kurallar")
    await set_approval_rule(SYSTEM, parent.id, ApprovalRule(minimum=1), expected_version=parent.version)
    proposed = await make_page("kurallar/yeni", expert)

    for source_id in (closed.id, (await make_answer(question, manager)).id, proposed.id):
        assert isinstance(await refusal(manager, source_id), NotForThePublic)
    assert isinstance(await refusal(await make_actor(Role.MANAGER), closed.id), NotFound)
    assert isinstance(await refusal(expert, parent.id), Forbidden)
    assert isinstance(await refusal(manager, parent.id, 1), InvalidInput)
    assert await HelpArticle.count() == 0


async def test_articles_leave_the_help_with_their_sources() -> None:
    manager, writer, reader = await make_actor(Role.MANAGER), await make_actor(), await make_actor()
    space = await make_space(writer)
    writer = inside(writer, space)
    moving, deleted, hidden = [await make_page(path, writer) for path in ("bir", "iki", "uc")]
    question = await make_question(writer)
    answer = await make_answer(question, writer)
    articles = {
        source.id: await published(manager, source, slug=f"yazi-{number}")
        for number, source in enumerate((moving, deleted, hidden, answer))
    }
    await edit_answer(writer, answer.id, AnswerChanges(body="Başka."), expected_version=1)
    await handle_twice(subscribe, (Answer, Question))
    assert (await fresh(articles[answer.id])).status is PUBLISHED

    for content in (moving, question):
        move = SpaceMove(content_id=content.id, space_id=space.id)
        await move_to_space(writer, move, expected_version=(await fresh(content)).version)
    await delete_page(manager, deleted.id, expected_version=deleted.version)
    item = await report_content(reader, ReportDraft(content_id=hidden.id, reason=ReportReason.CONFIDENTIAL))
    verdict = Verdict(decision=ModerationDecision.HIDE, reason="Kişisel veri.")
    await decide_item(manager, item.id, verdict, expected_version=1)
    await handle_twice(subscribe, (WikiPage, Question, Answer, ModerationItem))

    assert {(await fresh(one)).status for one in articles.values()} == {WITHDRAWN}
    ids = [articles[one].id for one in (moving.id, answer.id, hidden.id)]
    assert await articles_by_ids(reader, ids) == {}
    assert set(await articles_by_ids(writer, ids)) == set(ids)
    assert (await list_articles(ANONYMOUS, PUBLISHED, None, Window())).items == []


async def test_of_two_who_publish_at_once_one_does() -> None:
    manager, other = await make_actor(Role.MANAGER), await make_actor(Role.MANAGER)
    page = await make_page("iade")
    article = await published(manager, page)

    refused = await refusal(other, page.id)

    assert isinstance(refused, Conflict)
    assert refused.current.id == article.id


@pytest.mark.parametrize("slug", ["", "İade", "iade nasil", "a" * 200, "iade/kargo"])
def test_an_address_is_small_letters_digits_and_hyphens(slug: str) -> None:
    with pytest.raises(ValidationError, match="Use small letters") as refused:
        ArticleDraft.model_validate({"source_id": "wik_1", "slug": slug})
    assert [error["loc"] for error in refused.value.errors()] == [("slug",)]


async def test_what_answers_the_front_office_is_not_published() -> None:
    manager = await make_actor(Role.MANAGER)
    question = await make_question()
    answer = await make_answer(question)
    question = await fresh(question)
    question.consultation_id = "cns_1"
    await save(question)
    refused = await refusal(manager, answer.id)
    assert (type(refused), refused.path, await HelpArticle.count()) == (NotForThePublic, ("source_id",), 0)


async def test_an_article_whose_source_is_gone_from_the_store_is_shown_no_more() -> None:
    manager = await make_actor(Role.MANAGER)
    page = await make_page("iade")
    article = await published(manager, page)
    await WikiPage.get_pymongo_collection().delete_one({"_id": page.id})
    await settle_article(page.id)
    await settle_article(page.id)
    gone = await fresh(article)
    assert (gone.status, await article_at(ANONYMOUS, article.slug)) == (WITHDRAWN, None)
    assert await event_types(HelpArticle) == ["HelpArticlePublished", "HelpArticleWithdrawn"]
