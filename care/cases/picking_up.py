"""The moment at which somebody first took a case up, purely."""

from datetime import datetime

from care.documents.cases import Case


def pick_up(case: Case, member_id: str, at: datetime) -> None:
    """Note who took the case up first and when: it was assigned to them, or they answered; later ones change nothing."""
    if case.picked_up_at is None:
        case.picked_up_at, case.picked_up_by = at, member_id
