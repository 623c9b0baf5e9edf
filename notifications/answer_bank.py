"""Who is told about the answer bank: who looks after an answer, when it must be reviewed soon and when it has expired."""

from care.documents.answer_bank import AnswerBankEntry, AnswerBankStatus
from care.events import AnswerBankEntryExpired, AnswerBankReviewDue
from core.events import Recorded
from core.handlers import Handlers
from notifications.announcements import notify
from notifications.documents import NotificationKind


def subscribe(handlers: Handlers) -> None:
    """Tell people from the moment this is first started; what was before is not told again."""
    group = handlers.group("notifications.answer_bank", start="head")
    group.on(AnswerBankReviewDue, remind_owner).on(AnswerBankEntryExpired, tell_of_expiry)


async def remind_owner(event: Recorded[AnswerBankReviewDue]) -> None:
    """Remind who looks after an answer that it must be reviewed soon."""
    await _tell(event, NotificationKind.ENTRY_REVIEW_DUE)


async def tell_of_expiry(event: Recorded[AnswerBankEntryExpired]) -> None:
    """Tell who looks after an answer that its review date has passed."""
    await _tell(event, NotificationKind.ENTRY_EXPIRED)


async def _tell(event: Recorded[AnswerBankReviewDue] | Recorded[AnswerBankEntryExpired], kind: NotificationKind) -> None:
    entry = await AnswerBankEntry.get(event.fact.entry_id)
    if entry is not None and entry.status is not AnswerBankStatus.ARCHIVED:
        await notify([entry.owner_id], kind, subject=entry.title, target_id=entry.id, cause=event)
