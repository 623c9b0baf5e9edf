"""The rules that a cycle keeps from its beginning on: a copy of those that hold when it begins."""

from collections.abc import Callable

from care.cases import lifecycle
from care.documents.case_rules import CaseRules
from care.documents.case_states import CaseStatus
from care.documents.cases import Case


def keep(case: Case, rules: CaseRules) -> None:
    """Let the cycle that just began keep the rules as they are."""
    case.cycle.terms = rules.terms()
    case.next_act_at = lifecycle.next_act(case)


def under(rules: CaseRules, rule: Callable[[Case], object]) -> Callable[[Case], None]:
    """Make of a rule one after which a cycle that it began keeps these rules."""

    def whole(case: Case) -> None:
        before = len(case.cycles)
        rule(case)
        if len(case.cycles) > before:
            keep(case, rules)

    return whole


def may_begin(case: Case) -> bool:
    """Tell whether the customer's next message begins a cycle: the case is closed, or was judged."""
    return case.status is CaseStatus.CLOSED or case.cycle.outcome is not None
