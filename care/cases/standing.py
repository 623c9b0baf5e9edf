"""The company's reputation around a case, purely: what its customer said before the first answer, and since the last one."""

from care.documents.cases import Case
from care.documents.casework import Standing
from care.documents.conversations import Visibility
from care.documents.under_way import Incoming


def note(case: Case, incoming: Incoming, score: float) -> None:
    """Count a message of the customer's to the time before the company answered, or to the time after."""
    name = "after" if case.cycles and case.cycles[0].replied_at is not None else "before"
    so_far: Standing | None = getattr(case, name)
    current = so_far or Standing(last_at=incoming.received_at)
    current.score_total = round(current.score_total + score, 3)
    current.messages += 1
    current.public = current.public or incoming.visibility is Visibility.PUBLIC
    current.last_at = max(current.last_at, incoming.received_at)
    setattr(case, name, current)


def begin_anew(case: Case) -> None:
    """Count what is said from now on as said after the company's answer."""
    case.after = None
