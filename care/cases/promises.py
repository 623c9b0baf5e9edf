"""The policies as cases get them: tried in their order, the first that fits wins, and a case keeps a copy of its terms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from care.cases import clocks
from care.documents.case_states import CaseOrigin, CaseStatus
from care.documents.cases import Case
from care.documents.customers import Customer
from care.documents.promises import CLOCKS, DEFAULT_TERMS, AppliedPolicy, BusinessHours, ClockTerms
from care.documents.service_levels import BusinessCalendar, SlaConditions, SlaPolicy
from care.service_levels.events import PolicyChosen
from care.sla_order import read_policies
from core.clock import now
from core.records import by_ids


@dataclass(frozen=True, slots=True)
class Book:
    """All policies in the order in which they are tried, with the calendars that they name."""

    policies: Sequence[SlaPolicy]
    calendars: Mapping[str, BusinessCalendar]

    def policy_for(self, case: Case, customer: Customer | None) -> SlaPolicy | None:
        """Give the first policy that fits; None: the product's default holds."""
        return next((policy for policy in self.policies if fits(policy.conditions, case, customer)), None)

    def terms(self, policy: SlaPolicy | None, name: str, since: datetime) -> ClockTerms:
        """Give the terms of a clock with the hours that they are counted in, without days that are long past."""
        if policy is None:
            return DEFAULT_TERMS[name]
        terms: ClockTerms = getattr(policy, name)
        calendar = self.calendars.get(terms.calendar_id) if terms.calendar_id else None
        return terms.model_copy(update={"hours_text": _from(calendar.hours, since) if calendar else None})


async def read_book() -> Book:
    """Read everything that a case's policy is chosen by."""
    return await book_of((await read_policies())[0])


async def book_of(policies: Sequence[SlaPolicy]) -> Book:
    """Give policies, in the order in which they are tried, with the calendars that they name."""
    named = [terms.calendar_id for policy in policies for terms in terms_of(policy) if terms.calendar_id]
    return Book(policies, await by_ids(BusinessCalendar, named))


def terms_of(policy: SlaPolicy) -> list[ClockTerms]:
    """List the terms of a policy's clocks."""
    return [getattr(policy, name) for name in CLOCKS]


def fits(conditions: SlaConditions, case: Case, customer: Customer | None) -> bool:
    """Tell whether a case meets all conditions; an empty one asks for nothing."""
    asked = (
        (conditions.channel_kinds, {case.channel_kind}),
        (conditions.channel_ids, {case.channel_id}),
        (conditions.priorities, {case.priority}),
        (conditions.tags, {tag.slug for tag in case.tags}),
        (conditions.lifecycles, {customer.lifecycle} if customer else set()),
        (conditions.origins, {case.origin}),
        (conditions.environments, {case.environment}),
    )
    return all(not wanted or not held.isdisjoint(wanted) for wanted, held in asked)


async def promise(case: Case, customer: Customer | None, *, said_at: datetime | None) -> None:
    """Give a new case its terms; what was said at an instant is to be answered and resolved from then on.

    With no such instant no clock runs before the customer speaks.
    """
    promise_by(await read_book(), case, customer, said_at=said_at)


def promise_by(book: Book, case: Case, customer: Customer | None, *, said_at: datetime | None) -> None:
    """Do so by policies that were read already."""
    policy, since = book.policy_for(case, customer), said_at or case.opened_at
    case.sla_policy = _applied(policy, case.opened_at)
    for name in CLOCKS:
        starts = said_at is not None and name != "next_response"
        terms = book.terms(policy, name, since)
        setattr(case, name, clocks.started(since, terms) if starts else clocks.waiting(terms))


def promise_again(case: Case, customer: Customer | None, book: Book, *, actor: str) -> None:
    """Choose the policy of a case anew, as the case is now; the same version of the same policy changes nothing.

    Clocks that run are due after their new target from their own start; one that ran out stays broken.
    """
    policy = book.policy_for(case, customer)
    before = case.sla_policy
    if _names(policy) == ((before.policy_id, before.version) if before else None):
        return
    at = now()
    case.sla_policy = _applied(policy, at)
    case.record(PolicyChosen(case_id=case.id, policy_id=policy.id if policy else None), actor=actor)
    for name in CLOCKS:
        terms, standing = book.terms(policy, name, case.opened_at), getattr(case, name)
        begins = standing.started_at is None and name != "next_response" and _is_unanswered(case)
        setattr(case, name, clocks.started(case.opened_at, terms) if begins else clocks.under(standing, terms, at))


def _is_unanswered(case: Case) -> bool:
    """Tell whether a clock that was not promised before starts now, from the opening of the case."""
    return case.origin is CaseOrigin.CUSTOMER and case.cycle.replied_at is None and case.status is not CaseStatus.CLOSED


def _names(policy: SlaPolicy | None) -> tuple[str, int] | None:
    return (policy.id, policy.version) if policy else None


def _applied(policy: SlaPolicy | None, at: datetime) -> AppliedPolicy | None:
    if policy is None:
        return None
    return AppliedPolicy(policy_id=policy.id, name=policy.name, version=policy.version, applied_at=at)


def _from(hours: BusinessHours, since: datetime) -> str:
    """Write down the hours of a calendar, without exceptional days that are over; two are spared for the zones of the world."""
    first = (since - timedelta(days=2)).date().isoformat()
    coming = [exception for exception in hours.exceptions if exception.day >= first]
    return hours.model_copy(update={"exceptions": coming}).model_dump_json()
