"""Who is told: the right members, once, in their language, and never who caused it."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from auth.actor import SYSTEM, Role
from care.documents.channels import Environment
from care.documents.conversations import DeliveryStatus
from care.events import CaseAssigned, ClockBreached, ClockWarned, ObligationOverdue, ReplyFailed, ReplyHeld, ReplyReleased
from community.answers import AnswerDraft, answer_question
from community.documents import Availability, Member
from community.events import AnswerGiven, QuestionAsked, QuestionChanged
from community.members import set_availability
from community.moderation.documents import ReportReason
from core.clock import now
from core.database import Database
from core.events import Event, Recorded
from core.handlers import Handlers
from core.idempotency import Once
from notifications import announcements
from notifications.documents import Notification, NotificationKind
from notifications.reasons import REASONS
from notifications.texts import TEXTS, sentence
from tests.factories import community as people
from tests.factories.care import deliver, make_case, make_reply


def cause(fact: Event, *, actor: str = "system", number: int = 7) -> Recorded[Any]:
    return Recorded(fact=fact, number=number, event_id=f"e{number}", at=now(), actor=actor, subject="x")


async def told(react: Callable[[Recorded[Any]], Awaitable[None]], event: Recorded[Any]) -> list[tuple[str, NotificationKind]]:
    """React twice and give who was told of what; the second time must add nothing."""
    await react(event)
    once = await Notification.find().count()
    await react(event)
    rows = await Notification.find().sort("_id").to_list()
    assert len(rows) == once
    return sorted((row.recipient_id, row.kind) for row in rows)


async def present(role: Role) -> Member:
    """Let a member with a role be there."""
    member = await people.make_member(roles=[role])
    return await set_availability(SYSTEM, member.id, Availability.ONLINE)


async def test_assignee_is_told_in_their_language(store: Database) -> None:
    member = await people.make_member(locales=["tr"])
    case = await make_case()

    event = cause(CaseAssigned(case_id=case.id, assignee_id=member.id))
    assert await told(announcements.tell_assignee, event) == [(member.id, NotificationKind.ASSIGNED)]

    (row,) = await Notification.find().to_list()
    assert row.text == f"“#{case.number} {case.subject}” vakası size atandı."
    assert (row.target_id, row.number) == (case.id, 7)


async def test_nobody_is_told_of_what_they_did_themselves(store: Database) -> None:
    member = await people.make_member()
    case = await make_case()

    assert (
        await told(announcements.tell_assignee, cause(CaseAssigned(case_id=case.id, assignee_id=member.id), actor=member.id))
        == []
    )
    assert await told(announcements.tell_assignee, cause(CaseAssigned(case_id=case.id))) == []


async def test_experts_are_told_when_they_are_asked(store: Database) -> None:
    first, second = await people.make_member(), await people.make_member()
    question = await people.make_question()

    asked = cause(QuestionAsked(question_id=question.id, author_id="mem_x", invited_expert_ids=(first.id,)))
    assert await told(announcements.tell_invited, asked) == [(first.id, NotificationKind.QUESTION_INVITED)]
    later = cause(QuestionChanged(question_id=question.id, newly_invited_ids=(second.id,)), number=8)
    assert await told(announcements.tell_newly_invited, later) == sorted(
        [(first.id, NotificationKind.QUESTION_INVITED), (second.id, NotificationKind.QUESTION_INVITED)]
    )


async def test_who_asked_is_told_of_an_answer(store: Database) -> None:
    asker = await people.make_actor(Role.AGENT)
    expert = await people.make_actor(Role.EXPERT)
    question = await people.make_question(asker)
    answer, _ = await answer_question(expert, AnswerDraft(question_id=question.id, body="Yes."), once=Once())

    event = cause(AnswerGiven(answer_id=answer.id, question_id=question.id, author_id=expert.member), actor=expert.id)

    assert await told(announcements.tell_asker, event) == [(asker.member, NotificationKind.ANSWERED)]


@pytest.mark.parametrize(
    ("react", "fact", "kind", "managers_too"),
    [
        (announcements.warn_of_clock, ClockWarned, NotificationKind.CLOCK_WARNING, False),
        (announcements.tell_of_breach, ClockBreached, NotificationKind.CLOCK_BREACHED, True),
    ],
)
async def test_clocks_alarm_who_is_there_while_nobody_works_on_it(
    store: Database, react: Any, fact: Any, kind: NotificationKind, *, managers_too: bool
) -> None:
    there = await present(Role.AGENT)
    await people.make_member(roles=[Role.AGENT])
    await present(Role.EXPERT)
    manager = await people.make_member(roles=[Role.MANAGER])
    case = await make_case()

    expected = [(there.id, kind)] + ([(manager.id, kind)] if managers_too else [])
    assert await told(react, cause(fact(case_id=case.id, clock="first_response"))) == sorted(expected)


async def test_clocks_alarm_the_assignee_alone(store: Database) -> None:
    await present(Role.AGENT)
    assignee = await people.make_member(roles=[Role.AGENT])
    case = await make_case(assignee_id=assignee.id)

    warned = cause(ClockWarned(case_id=case.id, clock="first_response"))
    assert await told(announcements.warn_of_clock, warned) == [(assignee.id, NotificationKind.CLOCK_WARNING)]
    late = cause(ObligationOverdue(case_id=case.id, obligation_id="obl_1"), number=8)
    assert (assignee.id, NotificationKind.CLOCK_BREACHED) in await told(announcements.tell_of_overdue_obligation, late)


async def test_practice_alarms_nobody(store: Database) -> None:
    assignee = await people.make_member(roles=[Role.AGENT])
    case = await make_case(assignee_id=assignee.id, environment=Environment.PRACTICE)

    assert await told(announcements.warn_of_clock, cause(ClockWarned(case_id=case.id, clock="first_response"))) == []


async def test_mentors_are_told_of_a_held_reply_and_its_author_of_the_release(store: Database) -> None:
    mentor = await people.make_member(roles=[Role.MENTOR])
    trainee = await people.make_actor(Role.TRAINEE)
    case = await make_case()
    reply = await make_reply(case, trainee)

    held = cause(ReplyHeld(case_id=case.id, message_id=reply.message.id), actor=trainee.id)
    assert await told(announcements.tell_mentors, held) == [(mentor.id, NotificationKind.DRAFT_SUBMITTED)]
    released = cause(ReplyReleased(case_id=case.id, message_id=reply.message.id), actor=mentor.id, number=8)
    assert (trainee.member, NotificationKind.DRAFT_REVIEWED) in await told(announcements.tell_author, released)


async def test_author_is_told_that_a_reply_never_left(store: Database) -> None:
    agent = await people.make_actor(Role.AGENT)
    reply = await make_reply(await make_case(), agent)
    case = await deliver(reply.message, DeliveryStatus.FAILED)

    failed = cause(ReplyFailed(case_id=case.id, message_id=reply.message.id))

    assert await told(announcements.tell_of_failure, failed) == [(agent.member, NotificationKind.CLOCK_WARNING)]


async def test_what_is_gone_tells_nobody(store: Database) -> None:
    for react, fact in (
        (announcements.tell_assignee, CaseAssigned(case_id="case_x", assignee_id="mem_x")),
        (announcements.tell_invited, QuestionAsked(question_id="qst_x", author_id="mem_x")),
        (announcements.tell_asker, AnswerGiven(answer_id="ans_x", question_id="qst_x", author_id="mem_x")),
        (announcements.warn_of_clock, ClockWarned(case_id="case_x", clock="resolution")),
        (announcements.tell_of_breach, ClockBreached(case_id="case_x", clock="resolution")),
        (announcements.tell_mentors, ReplyHeld(case_id="case_x", message_id="msg_x")),
        (announcements.tell_author, ReplyReleased(case_id="case_x", message_id="msg_x")),
        (announcements.tell_of_failure, ReplyFailed(case_id="case_x", message_id="msg_x")),
    ):
        react_: Any = react
        assert await told(react_, cause(fact)) == []


def test_every_kind_has_a_sentence_in_every_language() -> None:
    confidential = {NotificationKind.CONCERN_RAISED, NotificationKind.CONCERN_SETTLED}
    for language, texts in TEXTS.items():
        assert set(texts) == set(NotificationKind), language
        assert {kind for kind, text in texts.items() if "{subject}" not in text} == confidential
    assert sentence(NotificationKind.ASSIGNED, ["de", "fa-IR"], "x") == "پروندهٔ “x” به شما سپرده شد."
    assert all(set(words) == set(TEXTS) for words in REASONS.values())
    assert set(REASONS) == set(ReportReason)
    assert sentence(NotificationKind.CONTENT_REPORTED, ["tr"], REASONS[ReportReason.SPAM]) == (
        "Denetlediğiniz yerde bir içerik bildirildi: “istenmeyen içerik (spam)”."
    )
    assert sentence(NotificationKind.ASSIGNED, ["de"], "x") == "Case “x” was assigned to you."


def test_announcements_are_one_handler_that_starts_at_the_head() -> None:
    handlers = Handlers()
    announcements.subscribe(handlers)

    (handler,) = handlers.all()
    assert (handler.name, handler.start) == ("notifications.announcements", "head")
    assert len(handler.reactions) == 12
