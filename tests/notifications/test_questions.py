from datetime import timedelta

import pytest

from auth.actor import Role
from community.closing import ClosingDraft, close_question
from community.documents import Answer, CloseReason, Question
from community.events import AnswerGiven, QuestionAsked, QuestionClosed, QuestionEscalated
from community.peer_answers.answers import PublicAnswerDraft, answer_public_question, publish_answer, withdraw_own_answer
from community.peer_answers.events import PeerAnswerHeld
from community.public_questions import PublicQuestionDraft, ask_public_question, publish_question
from community.spaces.documents import SpaceVisibility
from core.clock import now
from core.database import Database
from core.events import Recorded
from core.idempotency import Once
from notifications.announcements import tell_asker, tell_invited
from notifications.documents import NotificationKind
from notifications.questions import tell_of_closing, tell_of_waiting_answer, tell_of_waiting_question, tell_owners
from tests.factories.care import make_channel
from tests.factories.community import customer_actor, make_actor, make_answer, make_question
from tests.factories.shifts import make_shift
from tests.factories.spaces import make_space
from tests.notifications.test_announcements import cause, present, told


async def test_who_asked_is_told_that_a_moderator_closed_the_question(store: Database) -> None:
    asker, moderator = await make_actor(Role.AGENT), await make_actor(Role.MANAGER)
    question = await make_question(asker)
    await close_question(moderator, question.id, ClosingDraft(reason=CloseReason.UNCLEAR), expected_version=1)
    event = cause(QuestionClosed(question_id=question.id, reason="UNCLEAR"), actor=moderator.id)

    assert await told(tell_of_closing, event) == [(asker.member, NotificationKind.QUESTION_CLOSED)]
    assert await told(tell_of_closing, event) == [(asker.member, NotificationKind.QUESTION_CLOSED)]


async def test_nobody_is_told_of_a_question_that_is_gone(store: Database) -> None:
    assert await told(tell_of_closing, cause(QuestionClosed(question_id="qst_gone", reason="OTHER"))) == []


async def test_who_asked_anonymously_is_told_of_an_answer_but_not_of_their_own(store: Database) -> None:
    asker, expert = await make_actor(Role.AGENT), await make_actor()
    question = await make_question(asker, anonymous=True)
    own, answer = await make_answer(question, asker), await make_answer(question, expert)

    def given(one: Answer, actor_id: str) -> Recorded[AnswerGiven]:
        return cause(AnswerGiven(answer_id=one.id, question_id=question.id, author_id=one.author_id), actor=actor_id)

    assert await told(tell_asker, given(own, own.author_id)) == []
    assert await told(tell_asker, given(answer, expert.id)) == [(asker.member, NotificationKind.ANSWERED)]


async def test_a_notification_names_nobody_for_who_asked_anonymously(store: Database) -> None:
    asker, expert = await make_actor(Role.AGENT), await make_actor()
    question = await make_question(asker, anonymous=True, invited_expert_ids=[expert.member])
    asked = QuestionAsked(question_id=question.id, author_id=question.author_id, invited_expert_ids=(expert.member,))

    assert await told(tell_invited, cause(asked, actor=question.author_id)) == [
        (expert.member, NotificationKind.QUESTION_INVITED)
    ]
    rows = await store["notifications"].find({}).to_list()
    assert len(rows) == 1
    assert asker.member not in repr(rows)


@pytest.mark.parametrize("in_space", [True, False], ids=["space", "none"])
async def test_owners_are_told_of_what_nobody_answers_and_managers_outside_of_spaces(store: Database, *, in_space: bool) -> None:
    owner, manager = await make_actor(), await make_actor(Role.MANAGER)
    space = await make_space(owner, visibility=SpaceVisibility.OPEN)
    question = await make_question(space_id=space.id if in_space else None)
    expected = owner if in_space else manager

    assert await told(tell_owners, cause(QuestionEscalated(question_id=question.id, step="EXPERT"))) == []
    event = cause(QuestionEscalated(question_id=question.id, step="OWNERS"), number=8)
    assert await told(tell_owners, event) == [(expected.member, NotificationKind.QUESTION_UNANSWERED)]


async def asked_in_public() -> tuple[Question, Recorded[QuestionAsked]]:
    draft = PublicQuestionDraft(title="Garanti süresi ne kadar?", body="Buzdolabı için soruyorum.")
    question = await ask_public_question(customer_actor(), draft, once=Once())
    return question, cause(QuestionAsked(question_id=question.id, author_id=question.author_id), actor=question.author_id)


async def publish(question: Question) -> None:
    await publish_question(await make_actor(Role.AGENT), question.id, expected_version=1)


async def test_who_is_on_duty_is_told_of_a_customers_question_that_waits(store: Database) -> None:
    await make_actor(Role.MANAGER)
    await present(Role.EXPERT)
    agent = await present(Role.AGENT)
    _, event = await asked_in_public()

    assert await told(tell_of_waiting_question, event) == [(agent.id, NotificationKind.PUBLICATION_AWAITED)]


async def test_a_shift_of_the_back_office_keeps_the_front_office_from_nothing(store: Database) -> None:
    await make_actor(Role.MANAGER)
    expert, agent = await make_actor(Role.EXPERT), await present(Role.AGENT)
    await make_shift(expert, await make_channel(), now(), now() + timedelta(hours=8))
    _, event = await asked_in_public()

    assert await told(tell_of_waiting_question, event) == [(agent.id, NotificationKind.PUBLICATION_AWAITED)]


async def test_managers_are_told_of_it_where_nobody_is_there(store: Database) -> None:
    manager = await make_actor(Role.MANAGER)
    await make_actor(Role.AGENT)
    _, event = await asked_in_public()

    assert await told(tell_of_waiting_question, event) == [(manager.member, NotificationKind.PUBLICATION_AWAITED)]


async def test_nobody_is_told_of_a_question_that_does_not_wait(store: Database) -> None:
    await present(Role.AGENT)
    of_members = await make_question()
    published, event = await asked_in_public()
    await publish(published)

    assert await told(tell_of_waiting_question, event) == []
    assert await told(tell_of_waiting_question, cause(QuestionAsked(question_id=of_members.id, author_id="mem_1"))) == []
    assert await told(tell_of_waiting_question, cause(QuestionAsked(question_id="qst_gone", author_id="cus_1"))) == []


@pytest.mark.parametrize("becomes", ["waits", "published", "withdrawn"])
async def test_a_customers_answer_is_told_of_while_it_waits(store: Database, becomes: str) -> None:
    agent, author = await present(Role.AGENT), customer_actor()
    question, _ = await asked_in_public()
    await publish(question)
    draft = PublicAnswerDraft(question_id=question.id, body="Bende iki yıldı.")
    answer = await answer_public_question(author, draft, once=Once())
    if becomes == "published":
        await publish_answer(await make_actor(Role.AGENT), answer.id, expected_version=1)
    elif becomes == "withdrawn":
        await withdraw_own_answer(author, answer.id)
    event = cause(PeerAnswerHeld(answer_id=answer.id, question_id=question.id), actor=author.id)

    expected = [(agent.id, NotificationKind.PUBLICATION_AWAITED)] if becomes == "waits" else []
    assert await told(tell_of_waiting_answer, event) == expected
