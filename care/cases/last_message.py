"""What was said last in a case, shown in its list row."""

from datetime import datetime

from care.documents.cases import Case
from care.documents.conversations import Message
from core.records import change


def show_last(case: Case, message_id: str, at: datetime) -> None:
    """Show a message as the last one unless a newer one is shown."""
    if case.last_message_at is None or case.last_message_at <= at:
        case.last_message_id, case.last_message_at = message_id, at


async def project_last_message(case_id: str, message: Message) -> Case | None:
    """Bring the case's last message in line with one that is stored now; None when there is no such case."""
    case = await Case.get(case_id)
    if case is None:
        return None
    return await change(case, lambda current: show_last(current, message.id, message.created_at))
