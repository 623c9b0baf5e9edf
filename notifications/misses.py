"""Who is told about answers that are missing: the expert and the backup again, then the managers and who reported it."""

from auth.actor import Role
from care.documents.cases import Case
from care.documents.channels import Environment
from care.documents.misses import AnswerBankMiss
from care.events import AnswerBankMissOverdue, AnswerBankMissReminded
from core.events import Recorded
from core.handlers import Handlers
from notifications.announcements import notify
from notifications.documents import NotificationKind
from notifications.recipients import members_holding


def subscribe(handlers: Handlers) -> None:
    """Tell people from the moment this is first started."""
    group = handlers.group("notifications.misses", start="head")
    group.on(AnswerBankMissReminded, remind_experts).on(AnswerBankMissOverdue, alarm_managers)


async def remind_experts(event: Recorded[AnswerBankMissReminded]) -> None:
    """Remind the expert and the backup, or while nobody was found to ask, the managers."""
    miss = await AnswerBankMiss.get(event.fact.miss_id)
    if miss is not None:
        asked = [one for one in (miss.expert_id, miss.backup_id) if one]
        await _tell(asked or await members_holding([Role.MANAGER]), miss, NotificationKind.ANSWER_MISSING, event)


async def alarm_managers(event: Recorded[AnswerBankMissOverdue]) -> None:
    """Call the managers, and tell who reported it."""
    miss = await AnswerBankMiss.get(event.fact.miss_id)
    if miss is not None:
        called = [*await members_holding([Role.MANAGER]), miss.reported_by]
        await _tell(list(dict.fromkeys(called)), miss, NotificationKind.ANSWER_OVERDUE, event)


async def _tell(
    recipients: list[str],
    miss: AnswerBankMiss,
    kind: NotificationKind,
    cause: Recorded[AnswerBankMissReminded] | Recorded[AnswerBankMissOverdue],
) -> None:
    case = await Case.get(miss.case_id)
    if case is not None and case.environment is Environment.LIVE:
        await notify(recipients, kind, subject=f"#{case.number} {case.subject}", target_id=case.id, cause=cause)
