"""Customers answer each other: held, published, declined, trusted, limited, and counted as nobody's knowledge."""

from datetime import timedelta

import pytest

from auth.actor import ANONYMOUS, SYSTEM, Actor, Role
from care.reports.peers import peer_report
from care.reports.ranges import ReportRange
from community.answers import accept_answer
from community.closing import ClosingDraft, close_question
from community.documents import Answer, CloseReason, Evidence, Question, QuestionStatus
from community.moderation.decisions import Verdict, decide_item
from community.moderation.documents import ContentState, ModerationDecision, ModerationItem, ReportReason
from community.moderation.reports import ReportDraft, report_content
from community.moderation.settling import settle_item
from community.peer_answers.answers import (
    DecliningDraft,
    PublicAnswerDraft,
    answer_public_question,
    count_held,
    decline_answer,
    list_held,
    publish_answer,
    withdraw_own_answer,
)
from community.peer_answers.events import AnswerHelpSaid
from community.peer_answers.handlers import follow_help
from community.peer_answers.helping import say_answer_helped, settle_help
from community.peer_answers.settings import PolicyDraft, set_policy
from community.public_questions import PublicQuestionDraft, ask_public_question, publish_question
from community.reading import answer_counts, answers_by_ids, answers_of_questions
from core.clock import clock, now
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, IdempotencyMismatch, InvalidInput, NotFound, RateLimited
from core.events import Recorded
from core.idempotency import Once
from core.paging import Window
from core.records import fresh
from search.entries import SearchKind
from search.sources import SOURCES
from tests.community.watching import facts, keyed
from tests.factories.community import customer_actor, make_actor, make_answer


async def published(asker: Actor | None = None) -> Question:
    draft = PublicQuestionDraft(title="Garanti süresi ne kadar?", body="Buzdolabı için.")
    question = await ask_public_question(asker or customer_actor(), draft, once=Once())
    return await publish_question(SYSTEM, question.id, expected_version=1)


async def answered(question: Question, customer: Actor, body: str = "Bende iki yıldı.") -> Answer:
    return await answer_public_question(customer, PublicAnswerDraft(question_id=question.id, body=body), once=Once())


async def readers(answer: Answer, **actors: Actor) -> set[str]:
    """Tell which of the actors read an answer: by its id, in the list and in the count."""
    found = set()
    for name, actor in actors.items():
        by_id = answer.id in await answers_by_ids(actor, [answer.id])
        listed = await answers_of_questions(actor, [answer.question_id], Window())
        counted = (await answer_counts(actor, [answer.question_id]))[answer.question_id]
        in_list = answer.id in [one.id for one in listed[answer.question_id].items]
        assert by_id == in_list == (counted == 1), name
        found |= {name} if by_id else set()
    return found


async def test_an_answer_waits_until_somebody_publishes_it(store: Database) -> None:
    question, baran = await published(), customer_actor()
    actors = {
        "author": baran,
        "other": customer_actor(),
        "public": ANONYMOUS,
        "agent": await make_actor(Role.AGENT),
        "manager": await make_actor(Role.MANAGER),
        "expert": await make_actor(Role.EXPERT),
    }
    answer = await answered(question, baran)

    assert await readers(answer, **actors) == {"author", "agent", "manager"}
    assert (await fresh(question)).status is QuestionStatus.OPEN
    assert await facts(store, "answers", answer.id) == [("PeerAnswerHeld", {"answer_id": answer.id, "question_id": question.id})]
    (held,) = (await list_held(actors["agent"], Window())).items
    assert (held.id, await count_held(actors["agent"]), await count_held(actors["expert"])) == (answer.id, 1, 0)

    shown = await publish_answer(actors["agent"], answer.id, expected_version=1)

    assert await readers(answer, **actors) == set(actors)
    assert (await fresh(question)).status is QuestionStatus.ANSWERED
    assert [name for name, _ in await facts(store, "answers", answer.id)][1:] == ["AnswerGiven", "PeerAnswerPublished"]
    assert await count_held(actors["agent"]) == 0
    with pytest.raises(AlreadyDone):
        await publish_answer(actors["agent"], answer.id, expected_version=shown.version)


async def test_a_declined_answer_is_read_by_its_author_with_the_reason(store: Database) -> None:
    question, baran, agent = await published(), customer_actor(), await make_actor(Role.AGENT)
    answer = await answered(question, baran)
    with pytest.raises(Conflict):
        await decline_answer(agent, answer.id, DecliningDraft(reason="Reklam."), expected_version=7)

    declined = await decline_answer(agent, answer.id, DecliningDraft(reason="Reklam."), expected_version=1)

    assert declined.peer is not None
    assert declined.peer.declined_because == "Reklam."
    assert await readers(answer, author=baran, other=customer_actor(), public=ANONYMOUS) == {"author"}
    assert await count_held(agent) == 0
    await withdraw_own_answer(baran, answer.id)
    assert await readers(answer, author=baran, agent=agent) == set()


async def test_what_can_not_be_answered_published_or_taken_back(store: Database) -> None:
    asker, baran, agent = customer_actor(), customer_actor(), await make_actor(Role.AGENT)
    draft = PublicQuestionDraft(title="Garanti süresi ne kadar?", body="Buzdolabı için.")
    waiting = await ask_public_question(asker, draft, once=Once())
    closed = await published()
    await close_question(SYSTEM, closed.id, ClosingDraft(reason=CloseReason.OUTDATED), expected_version=closed.version)
    question = await published()
    staffs = await make_answer(question)
    for actor, target, refusal in [
        (baran, waiting, NotFound),
        (asker, waiting, InvalidInput),
        (baran, closed, InvalidInput),
        (ANONYMOUS, question, Forbidden),
        (agent, question, Forbidden),
    ]:
        with pytest.raises(refusal):
            await answered(target, actor)
    answer = await answered(question, baran)
    for actor, target, refusal in [
        (agent, staffs, InvalidInput),
        (await make_actor(Role.TRAINEE), answer, NotFound),
        (baran, answer, Forbidden),
        (asker, answer, NotFound),
    ]:
        with pytest.raises(refusal):
            await publish_answer(actor, target.id, expected_version=1)
    with pytest.raises(Forbidden):
        await withdraw_own_answer(baran, staffs.id)
    with pytest.raises(NotFound):
        await withdraw_own_answer(asker, answer.id)


async def test_a_repeat_is_one_answer(store: Database) -> None:
    question, baran = await published(), customer_actor()
    draft = PublicAnswerDraft(question_id=question.id, body="İki yıl.")
    first = await answer_public_question(baran, draft, once=keyed("k", "İki yıl."))
    again = await answer_public_question(baran, draft, once=keyed("k", "İki yıl."))

    assert (first.id, await Answer.find_all().count()) == (again.id, 1)
    with pytest.raises(IdempotencyMismatch):
        await answer_public_question(baran, draft, once=keyed("k", "Üç yıl."))


async def test_one_customer_writes_so_many_in_an_hour(store: Database) -> None:
    question, baran = await published(), customer_actor()
    for _ in range(5):
        await answered(question, baran)
    with pytest.raises(RateLimited) as refused:
        await answered(question, baran)
    assert 0 < refused.value.retry_after <= 3_600
    await answered(question, customer_actor())
    clock.shift(timedelta(hours=1, seconds=1))

    await answered(question, baran)

    assert await Answer.find_all().count() == 7


async def test_nobody_is_trusted_unless_the_company_says_so(store: Database) -> None:
    question, baran, manager = await published(), customer_actor(), await make_actor(Role.MANAGER)
    for _ in range(2):
        answer = await answered(question, baran)
        await publish_answer(manager, answer.id, expected_version=1)
    assert (await answered(question, baran)).kept_for is not None
    await Answer.find({"kept_for": {"$exists": True}}).delete()
    await set_policy(manager, PolicyDraft(trusted_after=2, per_hour=0, per_day=0), expected_version=0)

    trusted = await answered(question, baran)
    new = await answered(question, customer_actor())

    assert (trusted.kept_for, new.kept_for is None) == (None, False)
    assert trusted.id in await answers_by_ids(ANONYMOUS, [trusted.id])
    await store["answers"].update_one({"_id": trusted.id}, {"$set": {"kept_for": ["question:moderate"]}})
    assert (await answered(question, baran)).kept_for is not None
    policy, agent = PolicyDraft(trusted_after=0, per_hour=1, per_day=1), await make_actor(Role.AGENT)
    with pytest.raises(Forbidden):
        await set_policy(agent, policy, expected_version=1)


async def test_helping_counts_each_customer_once(store: Database) -> None:
    question, baran, ayse = await published(), customer_actor(), customer_actor()
    answer = await answered(question, baran)
    await publish_answer(SYSTEM, answer.id, expected_version=1)
    for customer in (ayse, ayse, customer_actor()):
        await say_answer_helped(customer, answer.id, helped=True)
    await settle_help(answer)
    assert (await fresh(answer)).helped_count == 2
    assert (await say_answer_helped(ayse, answer.id, helped=False)).helped_count == 1
    for actor in (baran, ANONYMOUS, await make_actor()):
        with pytest.raises((Forbidden, InvalidInput)):
            await say_answer_helped(actor, answer.id, helped=True)


async def test_customers_report_and_moderators_hide_it_from_customers(store: Database) -> None:
    question, baran, ayse, moderator = await published(), customer_actor(), customer_actor(), await make_actor(Role.MANAGER)
    answer = await answered(question, baran)
    await publish_answer(moderator, answer.id, expected_version=1)
    item = await report_content(ayse, ReportDraft(content_id=answer.id, reason=ReportReason.SPAM))
    with pytest.raises(InvalidInput):
        await report_content(baran, ReportDraft(content_id=answer.id, reason=ReportReason.SPAM))
    with pytest.raises(Forbidden):
        await report_content(ANONYMOUS, ReportDraft(content_id=answer.id, reason=ReportReason.SPAM))
    hide = Verdict(decision=ModerationDecision.HIDE, reason="Reklam.")
    await decide_item(moderator, item.id, hide, expected_version=item.version)
    await settle_item(item.id)
    assert await readers(answer, author=baran, other=ayse, public=ANONYMOUS) == {"author"}


async def test_dismissing_a_report_publishes_nothing(store: Database) -> None:
    answer = await answered(await published(), customer_actor())
    moderator = await make_actor(Role.MANAGER)
    item = await report_content(moderator, ReportDraft(content_id=answer.id, reason=ReportReason.SPAM))
    dismiss = Verdict(decision=ModerationDecision.DISMISS, reason="Zararsız.")
    await decide_item(moderator, item.id, dismiss, expected_version=item.version)
    await settle_item(item.id)

    stored = await ModerationItem.get(item.id)
    assert stored is not None
    assert stored.state is ContentState.VISIBLE
    assert await readers(answer, public=ANONYMOUS) == set()


async def test_it_is_no_member_s_knowledge_and_may_solve_the_question(store: Database) -> None:
    question, manager = await published(), await make_actor(Role.MANAGER)
    answer = await answered(question, customer_actor())
    await publish_answer(manager, answer.id, expected_version=1)

    solved = await accept_answer(manager, answer.id, expected_version=(await fresh(question)).version)

    assert (solved.status, await Evidence.find_all().count()) == (QuestionStatus.SOLVED, 0)


async def test_the_portal_finds_a_question_by_published_answers_alone(store: Database) -> None:
    question = await published()
    held = await answered(question, customer_actor(), "gizlikelime")
    shown = await answered(question, customer_actor(), "acikkelime")
    await publish_answer(SYSTEM, shown.id, expected_version=1)
    (source,) = [one for one in SOURCES if one.kind is SearchKind.PUBLIC_QUESTION]

    (entry,) = await source.compose([await fresh(question)])

    assert ("gizlikelime" in entry.body, "acikkelime" in entry.body) == (False, True)
    await publish_answer(SYSTEM, held.id, expected_version=1)
    (entry,) = await source.compose([await fresh(question)])
    assert "gizlikelime" in entry.body


async def test_the_peer_report_counts_what_was_published(store: Database) -> None:
    manager = await make_actor(Role.MANAGER)
    question, other = await published(), await published()
    answer = await answered(question, customer_actor())
    await answered(other, customer_actor())
    span = ReportRange(now() - timedelta(days=1), now() + timedelta(days=1))
    before = (await peer_report(manager, span)).whole.peer_share
    await publish_answer(manager, answer.id, expected_version=1)
    after = (await peer_report(manager, span)).whole.peer_share

    assert (before, after) == (0.0, 0.5)


async def test_what_customers_say_of_an_answer_that_is_gone_counts_nowhere(store: Database) -> None:
    fact = AnswerHelpSaid(answer_id="ans_gone")
    await follow_help(Recorded(fact=fact, number=1, event_id="evt_1", at=now(), actor="system", subject="x"))
    assert await Answer.find_all().count() == 0


async def test_only_a_customer_takes_back_an_answer_of_a_customer(store: Database) -> None:
    customer = customer_actor()
    answer = await answered(await published(), customer)
    for actor in (await make_actor(Role.MANAGER), ANONYMOUS):
        with pytest.raises((Forbidden, NotFound)):
            await withdraw_own_answer(actor, answer.id)
    assert (await fresh(answer)).deleted_at is None


async def test_the_count_of_whom_an_answer_helped_follows_where_the_process_died_before_it(store: Database) -> None:
    answer, reader = await answered(await published(), customer_actor()), customer_actor()
    answer = await publish_answer(SYSTEM, answer.id, expected_version=answer.version)
    counted = await say_answer_helped(reader, answer.id, helped=True)
    await Answer.get_pymongo_collection().update_one({"_id": answer.id}, {"$set": {"helped_count": 0}})
    fact = AnswerHelpSaid(answer_id=answer.id)
    for _ in range(2):
        await follow_help(Recorded(fact=fact, number=1, event_id="evt_1", at=now(), actor="system", subject="x"))
    assert (await fresh(answer)).helped_count == counted.helped_count == 1
