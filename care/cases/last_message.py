"""What was said last in a case, shown in its list row."""

from datetime import datetime

from care.documents.cases import Case
from care.documents.conversations import Message
from care.documents.under_way import Incoming
from core.records import change


def show_last(case: Case, message_id: str, at: datetime) -> None:
    """Show a message as the last one unless a newer one is shown."""
    if case.last_message_at is None or case.last_message_at <= at:
        case.last_message_id, case.last_message_at = message_id, at


def show_written_down(case: Case, incoming: Incoming) -> None:
    """Show what somebody wrote down by hand at once: who wrote it looks for it, before its entry goes."""
    if incoming.contact is not None:
        show_last(case, incoming.message_id, incoming.sent_at)


async def project_last_message(case_id: str, message: Message) -> Case | None:
    """Bring the case's last message in line with one that is stored now; None when there is no such case."""
    case = await Case.get(case_id)
    return await show_as_last(case, message) if case is not None else None


async def show_as_last(case: Case, message: Message) -> Case:
    """Do so for a case that has just been read."""
    return await change(case, lambda current: show_last(current, message.id, message.created_at))


async def show_newest(case_id: str) -> None:
    """Show the newest of the messages that belong to a case now, after some of them went to another one."""
    case = await Case.get(case_id)
    present = {"case_id": case_id, "deleted_at": {"$exists": False}}
    newest = next(iter(await Message.find(present).sort("-created_at", "-_id").limit(1).to_list()), None)

    def show(current: Case) -> None:
        current.last_message_id = newest.id if newest else None
        current.last_message_at = newest.created_at if newest else None

    if case is not None:
        await change(case, show)
