import asyncio

import pytest

from auth.actor import ANONYMOUS, Actor, Role
from community.blog.reading import list_posts
from community.comment_reading import comments_by_ids
from community.documents import Answer, Evidence, Moderated, Question
from community.ideas.ideas import IdeaDraft, submit_idea
from community.ideas.reading import ideas_by_ids
from community.insights.documents import InsightKind
from community.insights.insights import InsightDraft, create_insight
from community.kudos.documents import Kudos, KudosSubject
from community.moderation import decisions
from community.moderation.contents import REPORTABLE, stored
from community.moderation.decisions import Verdict, claim_item, decide_item
from community.moderation.documents import (
    ContentState,
    ModerationDecision,
    ModerationItem,
    ModerationStatus,
    ReportReason,
)
from community.moderation.reading import count_actions, count_items, items_by_ids, list_actions, list_items
from community.moderation.reports import MOST_REPORTS, ReportDraft, report_content
from community.moderation.settling import settle_item
from community.polls.polls import PollDraft, create_poll
from community.reading import answer_counts, answers_of_questions, comment_counts, list_questions, question_for
from community.wiki.comments import WIKI_THREADS, CommentDraft, add_comment
from community.wiki.documents import WikiPage
from community.wiki.reading import pages_by_ids
from core.clock import now
from core.errors import AlreadyDone, Conflict, Forbidden, InvalidInput, LimitReached, NotFound
from core.idempotency import Once
from core.ids import new_id, prefix_of
from core.paging import Window
from core.records import fresh, save
from tests.factories.community import (
    customer_actor,
    make_actor,
    make_answer,
    make_comment,
    make_page,
    make_post,
    make_public_question,
    make_question,
    publish,
)

pytestmark = pytest.mark.usefixtures("store")


async def report(content: Moderated, by: Actor | None = None, reason: ReportReason = ReportReason.SPAM) -> ModerationItem:
    return await report_content(by or await make_actor(), ReportDraft(content_id=content.id, reason=reason))


async def decide(moderator: Actor, item: ModerationItem, decision: ModerationDecision) -> ModerationItem:
    verdict = Verdict(decision=decision, reason="Reklam yazısı.")
    return await decide_item(moderator, item.id, verdict, expected_version=(await fresh(item)).version)


async def test_reports_of_one_thing_meet_in_one_item() -> None:
    question, member = await make_question(), await make_actor()

    await asyncio.gather(report(question, member), report(question), report(question, member))
    item = await report(question, member, ReportReason.OFFENSIVE)

    assert await ModerationItem.count() == 1
    assert (item.content_id, item.root_id, item.status, len(item.reports)) == (
        question.id,
        question.id,
        ModerationStatus.WAITING,
        2,
    )
    assert [one.reason for one in item.reports if one.reporter_id == member.member] == [ReportReason.OFFENSIVE]


async def test_reports_are_refused_without_a_trace() -> None:
    author = await make_actor(Role.AGENT)
    question = await make_question(author)

    with pytest.raises(InvalidInput, match="You wrote this yourself"):
        await report(question, author)
    with pytest.raises(NotFound):
        await report(question, ANONYMOUS)
    with pytest.raises(NotFound):
        await report_content(author, ReportDraft(content_id="case_1", reason=ReportReason.SPAM))
    assert await ModerationItem.count() == 0

    item = await report(question)
    full = [item.reports[0].model_copy(update={"reporter_id": f"mem_{number}"}) for number in range(MOST_REPORTS)]
    await ModerationItem.get_pymongo_collection().update_one(
        {"_id": item.id}, {"$set": {"reports": [one.model_dump() for one in full]}}
    )
    with pytest.raises(LimitReached):
        await report(question)


async def test_of_two_moderators_at_once_one_wins() -> None:
    item = await report(await make_question())
    first, second = await make_actor(Role.MANAGER), await make_actor(Role.MANAGER)
    verdict = Verdict(decision=ModerationDecision.HIDE, reason="Reklam yazısı.")

    outcomes = await asyncio.gather(
        *(decide_item(one, item.id, verdict, expected_version=1) for one in (first, second)), return_exceptions=True
    )

    assert sorted(type(one).__name__ for one in outcomes) == ["Conflict", "ModerationItem"]
    (conflict,) = (one for one in outcomes if isinstance(one, Conflict))
    assert isinstance(conflict.current, ModerationItem)
    assert (conflict.current.version, conflict.current.state, await count_actions(first)) == (2, ContentState.HIDDEN, 1)


async def test_claimed_item_is_for_who_claimed_it_last() -> None:
    item = await report(await make_question())
    first, second = await make_actor(Role.MANAGER), await make_actor(Role.MANAGER)
    await claim_item(first, item.id, claimed=True, expected_version=1)

    with pytest.raises(Conflict):
        await claim_item(second, item.id, claimed=True, expected_version=1)
    with pytest.raises(Forbidden, match="Another moderator looks at this"):
        await decide(second, item, ModerationDecision.HIDE)
    await claim_item(second, item.id, claimed=True, expected_version=2)
    decided = await decide(second, item, ModerationDecision.DISMISS)

    assert (decided.claimed_by, decided.status, decided.state) == (None, ModerationStatus.DECIDED, ContentState.VISIBLE)
    with pytest.raises(AlreadyDone):
        await decide(second, item, ModerationDecision.DISMISS)
    with pytest.raises(AlreadyDone):
        await decide(second, item, ModerationDecision.RESTORE)


async def test_hidden_question_is_gone_for_all_but_author_and_moderators_until_it_is_restored() -> None:
    author, reader, manager = await make_actor(Role.AGENT), await make_actor(), await make_actor(Role.MANAGER)
    question = await make_question(author)
    item = await report(question, reader)

    await decide(manager, item, ModerationDecision.HIDE)
    seen = {}
    for name, actor in {"author": author, "reader": reader, "manager": manager}.items():
        found = await list_questions(actor, window=Window())
        seen[name] = ([one.id for one in found.items], await question_for(actor, question.id) is not None)
    assert seen == {"author": ([question.id], True), "reader": ([], False), "manager": ([question.id], True)}

    await decide(manager, item, ModerationDecision.RESTORE)
    assert await question_for(reader, question.id) is not None
    assert (await fresh(question)).kept_for is None


async def test_hidden_answer_and_remark_are_in_no_list_and_no_count() -> None:
    reader, manager, writer = await make_actor(), await make_actor(Role.MANAGER), await make_actor()
    question = await make_question()
    answer, shown = await make_answer(question, writer), await make_answer(question)
    remark = await make_comment(question, writer)

    for content in (answer, remark):
        await decide(manager, await report(content, reader), ModerationDecision.HIDE)

    for actor, kept in ((reader, [shown.id]), (writer, [answer.id, shown.id]), (manager, [answer.id, shown.id])):
        listed = (await answers_of_questions(actor, [question.id], Window()))[question.id]
        assert [one.id for one in listed.items] == kept
        assert await answer_counts(actor, [question.id]) == {question.id: len(kept)}
        assert await comment_counts(actor, [question.id]) == {question.id: len(kept) - 1}
        assert len(await comments_by_ids(actor, [remark.id])) == len(kept) - 1
    evidence = await Evidence.find({"source_id": answer.id}).to_list()
    assert [one.withdrawn_at is None for one in evidence] == [False]


async def thanked(giver: Actor, page: WikiPage) -> Kudos:
    """Let a member thank somebody for a page."""
    kudos = Kudos(
        id=new_id("kud"),
        created_at=now(),
        author_id=giver.member,
        receiver_id=(await make_actor()).member,
        text="Sabrın için.",
        value_id="val_1",
        subject_kind=KudosSubject.WIKI_PAGE,
        subject_id=page.id,
        root_id=page.id,
        slot="slot-1",
    )
    await save(kudos)
    return kudos


async def test_every_kind_can_be_hidden_and_deleted() -> None:
    writer, reader, manager = await make_actor(), await make_actor(), await make_actor(Role.MANAGER)
    page, post = await make_page("kargo", writer), await make_post(writer)
    idea = await submit_idea(writer, IdeaDraft(title="Kargo takibi", body="Haber verin."), once=Once())
    remark = await add_comment(writer, CommentDraft(page_id=page.id, body="Eski."), once=Once())
    question = await make_question(writer)
    answer, comment = await make_answer(question, writer), await make_comment(post, writer)
    learned = InsightDraft(kind=InsightKind.NEED, title="Kargo izlenmek isteniyor", body="Çok soruluyor.")
    insight = await create_insight(writer, learned, once=Once())
    poll = await create_poll(writer, PollDraft(parent_id=question.id, title="Hangi gün?", options=["Salı", "Cuma"]), once=Once())
    contents = [await thanked(writer, page), remark, answer, comment, poll, page, post, idea, insight, question]
    assert {prefix_of(content.id) for content in contents} == set(REPORTABLE)

    for content in contents:
        item = await report(content, reader)
        read = REPORTABLE[prefix_of(content.id)].read
        await decide(manager, item, ModerationDecision.HIDE)
        assert [content.id in await read(actor, [content.id]) for actor in (reader, writer)] == [False, True]
        if content is remark:
            listed = [(await WIKI_THREADS.of(actor, [page.id], Window()))[page.id].items for actor in (reader, writer)]
            assert [[one.id for one in items] for items in listed] == [[], [remark.id]]
            assert [await WIKI_THREADS.counts(actor, [page.id]) for actor in (reader, writer)] == [{page.id: 0}, {page.id: 1}]
        await decide(manager, item, ModerationDecision.RESTORE)
        assert content.id in await read(reader, [content.id])
    for content in contents:
        item = await decide(manager, await report(content, reader), ModerationDecision.DELETE)
        await settle_item(item.id)
        kept = await stored(content.id)
        assert kept is not None
        assert kept.deleted_at is not None
        with pytest.raises(AlreadyDone):
            await decide(manager, item, ModerationDecision.DELETE)
    assert (await pages_by_ids(manager, [page.id]), (await list_posts(manager, window=Window())).items) == ({}, [])
    assert await ideas_by_ids(manager, [idea.id]) == {}
    assert await count_actions(manager) == 3 * len(contents)
    assert (await make_page("kargo", writer)).path == "kargo"


async def test_page_with_pages_below_it_is_hidden_but_not_deleted() -> None:
    manager = await make_actor(Role.MANAGER)
    item = await report(await make_page("kargo"))
    await make_page("kargo/iade")

    with pytest.raises(InvalidInput, match="Pages stand below this one"):
        await decide(manager, item, ModerationDecision.DELETE)
    assert (await decide(manager, item, ModerationDecision.HIDE)).state is ContentState.HIDDEN


async def test_customer_s_hidden_question_is_read_by_that_customer_alone() -> None:
    asker, manager = customer_actor(), await make_actor(Role.MANAGER)
    question = await publish(await make_public_question(asker))

    await decide(manager, await report(question), ModerationDecision.HIDE)

    found = [await question_for(actor, question.id) is not None for actor in (asker, customer_actor(), ANONYMOUS)]
    assert found == [True, False, False]


async def test_nobody_decides_about_their_own_words_and_only_moderators_see_the_queue() -> None:
    manager = await make_actor(Role.MANAGER)
    item = await report(await make_question(manager))
    expert = await make_actor()

    with pytest.raises(Forbidden, match="You wrote this yourself"):
        await decide(manager, item, ModerationDecision.HIDE)
    with pytest.raises(NotFound):
        await decide(expert, item, ModerationDecision.HIDE)
    assert await items_by_ids(expert, [item.id]) == {}
    assert await count_items(expert, ModerationStatus.WAITING) == 0
    found = await list_items(manager, ModerationStatus.WAITING, Window())
    assert [one.id for one in found.items] == [item.id]
    assert (await list_actions(expert, Window())).items == []
    for model in (Question, Answer):
        assert await model.find({"kept_for": {"$exists": True}}).count() == 0


async def test_item_reported_again_waits_again_with_new_reports_only() -> None:
    question, manager, reader = await make_question(), await make_actor(Role.MANAGER), await make_actor()
    await decide(manager, await report(question, reader), ModerationDecision.DISMISS)

    item = await report(question, reason=ReportReason.CONFIDENTIAL)

    assert (item.status, [one.reason for one in item.reports]) == (ModerationStatus.WAITING, [ReportReason.CONFIDENTIAL])
    assert [one.decision for one in item.decisions] == [ModerationDecision.DISMISS]


async def test_who_asked_anonymously_is_told_and_still_reads_what_was_hidden() -> None:
    author, reader, manager = await make_actor(Role.AGENT), await make_actor(), await make_actor(Role.MANAGER)
    question = await make_question(author, anonymous=True)
    with pytest.raises(InvalidInput, match="You wrote this yourself"):
        await report(question, author)

    item = await decide(manager, await report(question, reader), ModerationDecision.HIDE)

    seen = [await question_for(actor, question.id) is not None for actor in (author, reader, manager)]
    assert (seen, item.author_ids) == ([True, False, True], [author.member])


async def test_so_many_decisions_are_made_about_one_thing(monkeypatch: pytest.MonkeyPatch) -> None:
    moderator = await make_actor(Role.MANAGER)
    item = await report(await make_question())
    monkeypatch.setattr(decisions, "MOST_DECISIONS", 1)
    item = await decide(moderator, item, ModerationDecision.HIDE)
    with pytest.raises(LimitReached) as refused:
        await decide(moderator, item, ModerationDecision.RESTORE)
    assert refused.value.path == ("item_id",)
    assert (await fresh(item)).state is ContentState.HIDDEN


async def test_what_was_decided_about_something_that_is_gone_is_settled_without_it() -> None:
    moderator = await make_actor(Role.MANAGER)
    question = await make_question()
    item = await decide(moderator, await report(question), ModerationDecision.HIDE)
    await Question.get_pymongo_collection().delete_one({"_id": question.id})
    await settle_item(item.id)
    await settle_item("mod_none")
    assert await fresh(item) == item
    assert await count_actions(moderator) == 1
