"""What the system does not say after all, though it was to: told once to those who can say it themselves."""

from datetime import datetime

from care.cases import lifecycle, silence
from care.cases.events import ReplyWithheld
from care.cases.outgoing import call_off, find_outgoing
from care.documents.cases import Case
from care.documents.casework import MOST_WITHHELD, WithheldReply
from care.documents.under_way import Outgoing


def is_withheld(case: Case, message_id: str) -> bool:
    """Tell whether it was decided already that this is not said."""
    return any(one.message_id == message_id for one in case.withheld)


def withhold(case: Case, entry: Outgoing, at: datetime) -> None:
    """Say nothing, take the entry out of the case where it stands there, and tell of it once."""
    purpose = entry.automatic_purpose
    if purpose is None or is_withheld(case, entry.message_id):
        return
    silence.end(case)
    if waiting := find_outgoing(case, entry.message_id):
        call_off(case, waiting)
    one = WithheldReply(message_id=entry.message_id, conversation_id=entry.conversation_id, purpose=purpose, at=at)
    case.withheld = [*case.withheld, one][-MOST_WITHHELD:]
    case.record(ReplyWithheld(case_id=case.id, message_id=entry.message_id, purpose=purpose))
    lifecycle.project(case)
