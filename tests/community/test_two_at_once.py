"""Two processes that see to the same thing: what one has done, or what was decided meanwhile, the other leaves alone."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from types import ModuleType

import pytest

from auth.actor import Role
from community import escalation
from community.departments import DepartmentDraft, add_department
from community.documents import Question
from community.insights import digests
from community.insights.documents import DigestPeriod, InsightDigest, InsightKind
from community.insights.insights import InsightDraft, create_insight
from community.outcomes.documents import Outcome, OutcomeStatus
from community.outcomes.outcomes import OutcomeDraft, create_outcome, withdraw_outcome
from community.peer_answers import answers as peers
from community.peer_answers.answers import PublicAnswerDraft, answer_public_question, withdraw_own_answer
from community.polls import polls
from community.polls.documents import Poll, PollVote
from community.polls.polls import PollDraft, create_poll, vote_in_poll
from community.procedures import concerns, guidelines
from community.procedures.concerns import TAKEN_WITHIN, ConcernDraft, raise_concern
from community.procedures.documents import Attestation, Concern, Guideline
from community.procedures.guidelines import AttestationDraft, attest_guideline
from community.wiki import verification
from community.wiki.documents import WikiPage
from community.wiki.verification import Vouching, vouch_for_page
from core.clock import now
from core.database import Database
from core.errors import AlreadyDone
from core.idempotency import Once
from core.records import Record, fresh
from tests.care.stored import event_types
from tests.factories.care import later
from tests.factories.community import customer_actor, make_actor, make_page, make_public_question, make_question, publish
from tests.factories.procedures import make_policy
from tests.rivals import overtaken, seen_to_once


async def unanswered() -> None:
    await make_question()
    later(minutes=241)


async def voted_on() -> Poll:
    asker = await make_actor(Role.AGENT)
    question = await make_question(asker)
    given = {
        "parent_id": question.id,
        "title": "Hangi gün?",
        "options": ["Salı", "Cuma"],
        "closes_at": now() + timedelta(hours=1),
    }
    return await create_poll(asker, PollDraft.model_validate(given), once=Once())


async def poll_over() -> None:
    await voted_on()
    later(hours=1)


async def told_of() -> None:
    await raise_concern(await make_actor(Role.AGENT), ConcernDraft(text="Bir kaygım var."), once=Once())
    later(seconds=TAKEN_WITHIN.total_seconds())


async def to_attest() -> None:
    manager, boss = await make_actor(Role.MANAGER), await make_actor(Role.ADMIN)
    await make_actor(Role.TRAINEE)
    policy = await make_policy(manager, boss, attested_by_roles=[Role.TRAINEE])
    assert policy.next_act_at is not None
    later(seconds=(policy.next_act_at - now()).total_seconds() + 1)


async def vouched() -> None:
    page, owner = await make_page(), await make_actor()
    vouching = Vouching(owner_id=owner.member, until=now() + timedelta(days=30))
    await vouch_for_page(owner, page.id, vouching, expected_version=1)
    later(days=20)


async def learned() -> None:
    manager = await make_actor(Role.MANAGER)
    department = await add_department(await make_actor(Role.ADMIN), DepartmentDraft(name="Ar-Ge"), once=Once())
    await digests.set_digest(manager, department.id, DigestPeriod.WEEKLY, expected_version=0)
    draft = InsightDraft(kind=InsightKind.NEED, title="Sorulan", body="Çok soruldu.", department_ids=[department.id])
    await create_insight(manager, draft, once=Once())
    later(days=8)


@pytest.mark.parametrize(
    ("module", "work", "prepare", "kind", "said"),
    [
        (escalation, escalation.escalate_questions, unanswered, Question, "QuestionEscalated"),
        (polls, polls.end_due_polls, poll_over, Poll, "PollClosed"),
        (concerns, concerns.escalate_concerns, told_of, Concern, "ConcernEscalated"),
        (guidelines, guidelines.remind_of_attestations, to_attest, Guideline, "AttestationsOverdue"),
        (verification, verification.remind_of_pages, vouched, WikiPage, "WikiReviewDue"),
        (digests, digests.tell_digests, learned, InsightDigest, "InsightDigestDue"),
    ],
)
async def test_what_is_due_is_seen_to_once(
    store: Database,
    module: ModuleType,
    work: Callable[[int], Awaitable[int]],
    prepare: Callable[[], Awaitable[object]],
    kind: type[Record],
    said: str,
) -> None:
    await prepare()

    await seen_to_once(module, work, kind)

    assert (await event_types(kind)).count(said) == 1
    assert await work(10) == 0


async def test_a_vote_that_is_cast_twice_at_once_counts_once(store: Database) -> None:
    poll, voter = await voted_on(), await make_actor()
    await vote_in_poll(voter, poll.id, ["2"])

    async with overtaken(polls, lambda: vote_in_poll(voter, poll.id, ["1"]), name="change_or_insert"):
        await vote_in_poll(voter, poll.id, ["1"])

    (vote,) = await PollVote.find_all().to_list()
    assert (vote.option_ids, await event_types(PollVote)) == (["1"], ["PollVoted"] * 2)


async def test_an_outcome_is_withdrawn_once(store: Database) -> None:
    manager = await make_actor(Role.MANAGER)
    draft = OutcomeDraft(title="Kargo takibi", heard="Haber istediniz.", done="Artık haber veriyoruz.")
    outcome = await create_outcome(manager, draft, once=Once())
    with pytest.raises(AlreadyDone) as refused:
        await withdraw_outcome(manager, outcome.id, expected_version=outcome.version)
    assert refused.value.path == ("outcome_id",)
    assert ((await fresh(outcome)).status, await event_types(Outcome)) == (OutcomeStatus.DRAFT, ["OutcomeSaved"])


async def test_a_customer_s_answer_is_taken_back_once(store: Database) -> None:
    question, customer = await publish(await make_public_question()), customer_actor()
    draft = PublicAnswerDraft(question_id=question.id, body="Bende iki yıldı.")
    answer = await answer_public_question(customer, draft, once=Once())

    async with overtaken(peers, lambda: withdraw_own_answer(customer, answer.id)):
        gone = await withdraw_own_answer(customer, answer.id)

    assert gone.deleted_at is not None
    assert (await event_types(type(answer))).count("AnswerChanged") == 1


async def test_an_attestation_that_is_repeated_stays_the_first(store: Database) -> None:
    manager, boss, agent = await make_actor(Role.MANAGER), await make_actor(Role.ADMIN), await make_actor(Role.AGENT)
    policy = await make_policy(manager, boss)
    assert policy.edition is not None
    draft = AttestationDraft(guideline_id=policy.id, number=policy.edition.number)
    first = await attest_guideline(agent, draft)
    later(days=1)
    again = await attest_guideline(agent, draft)
    assert (again, await event_types(Attestation)) == (first, ["GuidelineAttested"])
