"""Who is told about what: reactions to events that leave one notification per person and event."""

from collections.abc import Iterable
from typing import Any

from pymongo.errors import DuplicateKeyError

from auth.actor import Role
from care.documents.cases import Case
from care.documents.channels import Environment
from care.documents.conversations import Message
from care.documents.promises import target_of
from care.events import (
    CaseAssigned,
    CaseNotAssigned,
    ClockBreached,
    ClockEscalated,
    ClockWarned,
    ObligationOverdue,
    ReplyFailed,
    ReplyHeld,
    ReplyReleased,
)
from community.anonymity import but_who_acted
from community.contents import closed_to
from community.documents import Member, Question
from community.events import AnswerGiven, QuestionAsked, QuestionChanged
from community.spaces.content import insiders
from community.watching import Happening, followers_of
from core.clock import now
from core.events import Recorded
from core.handlers import Handlers
from core.ids import derived_id, prefix_of
from core.records import by_ids, save
from notifications.documents import MailFrequency, Notification, NotificationKind
from notifications.events import NotificationAdded
from notifications.preferences import NAMED, preferences_of, wish_of
from notifications.quiet_hours import is_quiet
from notifications.recipients import MOST_TOLD, members_holding, members_on_duty, recipients_of
from notifications.texts import Subject, sentence

_LATE = ("ASSIGNEE", "MANAGERS")


def subscribe(handlers: Handlers) -> None:
    """Tell people from the moment this is first started; what was before is not told again."""
    told = handlers.group("notifications.announcements", start="head")
    told.on(CaseAssigned, tell_assignee)
    told.on(CaseNotAssigned, tell_of_lack)
    told.on(QuestionAsked, tell_invited)
    told.on(QuestionChanged, tell_newly_invited)
    told.on(AnswerGiven, tell_asker)
    told.on(ClockWarned, warn_of_clock)
    told.on(ClockBreached, tell_of_breach)
    told.on(ClockEscalated, tell_of_escalation)
    told.on(ObligationOverdue, tell_of_overdue_obligation)
    told.on(ReplyHeld, tell_mentors)
    told.on(ReplyReleased, tell_author)
    told.on(ReplyFailed, tell_of_failure)


async def notify(
    recipient_ids: Iterable[str], kind: NotificationKind, *, subject: Subject, target_id: str, cause: Recorded[Any]
) -> list[Notification]:
    """Leave one notification each for the members among the recipients, but none for who caused it; repeats add nothing.

    Of what stands in a closed space only its members are told, and what they were told is hidden once they left it.
    """
    closed_space_id = await closed_to(target_id)
    told = await insiders(closed_space_id, recipient_ids)
    members = await by_ids(Member, [recipient for recipient in told if recipient != cause.actor])
    preferences = await preferences_of(members)
    left, at = [], now()
    for member in list(members.values())[:MOST_TOLD]:
        wish = wish_of(preferences[member.id], kind)
        if not wish.in_app and wish.email is MailFrequency.OFF:
            continue
        notification = Notification(
            id=derived_id("ntf", member.id, cause.event_id, kind.value),
            recipient_id=member.id,
            kind=kind,
            text=sentence(kind, member.locales, subject),
            target_id=target_id,
            closed_space_id=closed_space_id,
            number=cause.number,
            actor_id=cause.actor if kind in NAMED and prefix_of(cause.actor) == "mem" else None,
            mail_only=None if wish.in_app else True,
            silent=is_quiet(preferences[member.id], at),
            created_at=at,
        )
        notification.record(NotificationAdded(notification_id=notification.id), actor=cause.actor)
        try:
            await save(notification)
        except DuplicateKeyError:
            continue
        left.append(notification)
    return left


async def tell_assignee(event: Recorded[CaseAssigned]) -> None:
    """Tell who a case was given to."""
    case = await Case.get(event.fact.case_id)
    if case and event.fact.assignee_id:
        await notify([event.fact.assignee_id], NotificationKind.ASSIGNED, subject=_title(case), target_id=case.id, cause=event)


async def tell_of_lack(event: Recorded[CaseNotAssigned]) -> None:
    """Tell the managers, and who of the front office is there, that a policy found nobody to give a case to."""
    case = await _live(event.fact.case_id)
    if case:
        told = [*await members_holding((Role.MANAGER,)), *await members_on_duty()]
        await notify(told, NotificationKind.NOT_ASSIGNED, subject=_title(case), target_id=case.id, cause=event)


async def tell_invited(event: Recorded[QuestionAsked]) -> None:
    """Tell the experts who were asked."""
    await _invite(event.fact.question_id, event.fact.invited_expert_ids, event)


async def tell_newly_invited(event: Recorded[QuestionChanged]) -> None:
    """Tell the experts who were asked later."""
    await _invite(event.fact.question_id, event.fact.newly_invited_ids, event)


async def _invite(question_id: str, expert_ids: Iterable[str], cause: Recorded[Any]) -> None:
    question = await Question.get(question_id)
    if question:
        await notify(expert_ids, NotificationKind.QUESTION_INVITED, subject=question.title, target_id=question.id, cause=cause)


async def tell_asker(event: Recorded[AnswerGiven]) -> None:
    """Tell who asked, who works on the case that the question is about, and who follows the question."""
    question = await Question.get(event.fact.question_id)
    if question is None:
        return
    case = await Case.get(question.case_id) if question.case_id else None
    asking = {question.writer_id} | ({case.assignee_id} if case and case.assignee_id else set())
    told = but_who_acted(await followers_of(question, asking, Happening.ANSWERED), question, event.actor)
    await notify(told, NotificationKind.ANSWERED, subject=question.title, target_id=question.id, cause=event)


async def warn_of_clock(event: Recorded[ClockWarned]) -> None:
    """Warn those whom the clock's terms name, by default who works on the case."""
    await _tell_targets(event.fact.case_id, event.fact.targets or ("ASSIGNEE",), NotificationKind.CLOCK_WARNING, event)


async def tell_of_breach(event: Recorded[ClockBreached]) -> None:
    """Tell those whom the clock's terms name, by default who works on the case and the managers, that it is late."""
    await _tell_targets(event.fact.case_id, event.fact.targets or _LATE, NotificationKind.CLOCK_BREACHED, event)


async def tell_of_escalation(event: Recorded[ClockEscalated]) -> None:
    """Tell those whom the step of escalation names that the case is late still."""
    await _tell_targets(event.fact.case_id, event.fact.targets or _LATE, NotificationKind.CLOCK_ESCALATED, event)


async def tell_of_overdue_obligation(event: Recorded[ObligationOverdue]) -> None:
    """Tell who works on the case and the managers that something owed is late."""
    await _tell_targets(event.fact.case_id, _LATE, NotificationKind.CLOCK_BREACHED, event)


async def _tell_targets(case_id: str, targets: Iterable[str], kind: NotificationKind, cause: Recorded[Any]) -> None:
    case = await _live(case_id)
    if case:
        recipients = await recipients_of(case, map(target_of, targets))
        await notify(recipients, kind, subject=_title(case), target_id=case.id, cause=cause)


async def tell_mentors(event: Recorded[ReplyHeld]) -> None:
    """Tell the mentors that a reply waits."""
    case = await Case.get(event.fact.case_id)
    if case:
        mentors = await members_holding((Role.MENTOR,))
        await notify(mentors, NotificationKind.DRAFT_SUBMITTED, subject=_title(case), target_id=case.id, cause=event)


async def tell_author(event: Recorded[ReplyReleased]) -> None:
    """Tell who wrote a held reply that it was let go."""
    case, message = await Case.get(event.fact.case_id), await Message.get(event.fact.message_id)
    if case and message and message.author_id:
        await notify([message.author_id], NotificationKind.DRAFT_REVIEWED, subject=_title(case), target_id=case.id, cause=event)


async def tell_of_failure(event: Recorded[ReplyFailed]) -> None:
    """Tell who wrote a reply, and who works on the case, that it never left: the customer still waits."""
    case, message = await _live(event.fact.case_id), await Message.get(event.fact.message_id)
    if case and message:
        waiting = [one for one in (message.author_id, case.assignee_id) if one]
        await notify(waiting, NotificationKind.CLOCK_WARNING, subject=_title(case), target_id=case.id, cause=event)


async def _live(case_id: str) -> Case | None:
    """Give the case unless it is practice: nobody is alarmed by that."""
    case = await Case.get(case_id)
    return case if case and case.environment is Environment.LIVE else None


def _title(case: Case) -> str:
    return f"#{case.number} {case.subject}"
