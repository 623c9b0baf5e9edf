"""The moment at which somebody first took a case up, and took over what another department handed on, purely."""

from datetime import datetime

from care.documents.cases import Case


def pick_up(case: Case, member_id: str, at: datetime) -> None:
    """Note who took the case up first and when: it was assigned to them, or they answered; later ones change nothing."""
    take_over(case, at)
    if case.picked_up_at is None:
        case.picked_up_at, case.picked_up_by = at, member_id


def take_over(case: Case, at: datetime) -> None:
    """Note that somebody took up what was handed over, once for each time that it was."""
    if case.department_moves and case.department_moves[-1].taken_at is None:
        case.department_moves[-1].taken_at = at
