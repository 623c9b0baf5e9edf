"""The engagement report: how much of each team takes part in what the company asks and answers, and how steadily."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from auth.actor import Actor, Permission, Role
from auth.documents import Account
from care.reports.acts import Act, ExchangeKind, acts_of
from care.reports.ranges import ReportRange
from care.reports.statistics import share
from community.directory import present_departments, present_members_of
from community.documents import Department, Member
from core.clock import now
from core.errors import LimitReached
from core.ids import with_prefix
from core.records import by_ids

FEWEST: Final = 5
"""Members of a team below which its figures would speak of persons: they are not given."""
MOST_MEMBERS: Final = 20_000
_WEEK: Final = timedelta(days=7)
_HELPING: Final = frozenset({ExchangeKind.ANSWER, ExchangeKind.COMMENT, ExchangeKind.KUDOS})


@dataclass(frozen=True, slots=True)
class TeamEngagement:
    """A team, which is a department; the shares are None where it has fewer than FEWEST members."""

    department: Department
    member_count: int
    participation: float | None
    """The part of its members who did anything, from 0 to 1."""
    regularity: float | None
    """In which part of the weeks its members did something, on average."""
    helpfulness: float | None
    """The part of its members who did something for others: answered, remarked on what somebody else wrote, or thanked."""

    @property
    def index(self) -> float | None:
        """Give the mean of the three, in points of a hundred."""
        shares = [one for one in (self.participation, self.regularity, self.helpfulness) if one is not None]
        return round(100 * sum(shares) / len(shares), 1) if shares else None


@dataclass(frozen=True, slots=True)
class EngagementReport:
    """The teams by name, of a number of weeks (a part of a week at the end counts as one)."""

    as_of: datetime
    weeks: int
    teams: list[TeamEngagement]


async def engagement_report(actor: Actor, span: ReportRange) -> EngagementReport:
    """Report how engaged each team was in a range, by who is in it now and can sign in; agencies' people are in none.

    What closed and secret spaces hold is counted for their members alone, and questions asked anonymously for nobody.
    Raises Forbidden without `report:read`, LimitReached for too many members or acts.
    """
    actor.require(Permission.REPORT_READ)
    at = now()
    departments = await present_departments(actor)
    teams = await _teams(actor, departments)
    weeks = -((span.since - span.until) // _WEEK)
    acts: dict[str, list[Act]] = {}
    for act in await acts_of(actor, span):
        acts.setdefault(act.by, []).append(act)
    return EngagementReport(at, weeks, [_engagement(one, teams.get(one.id, []), acts, span, weeks) for one in departments])


async def _teams(actor: Actor, departments: Sequence[Department]) -> dict[str, list[str]]:
    """Give the ids of who is in each department and can sign in."""
    members = await present_members_of(actor, [one.id for one in departments], MOST_MEMBERS + 1)
    if len(members) > MOST_MEMBERS:
        raise LimitReached(f"A report is about at most {MOST_MEMBERS} members.", path=("range",))
    own = [one for one in members if Role.AGENCY not in one.roles]
    accounts = await by_ids(Account, [with_prefix("acc", one.id) for one in own])
    teams: dict[str, list[str]] = {}
    for member in own:
        if _can_sign_in(member, accounts):
            teams.setdefault(member.department_id or "", []).append(member.id)
    return teams


def _can_sign_in(member: Member, accounts: Mapping[str, Account]) -> bool:
    account = accounts.get(with_prefix("acc", member.id))
    return account is None or account.disabled_at is None


def _engagement(
    department: Department, team: Sequence[str], acts: Mapping[str, Sequence[Act]], span: ReportRange, weeks: int
) -> TeamEngagement:
    if len(team) < FEWEST:
        return TeamEngagement(department, len(team), None, None, None)
    active = [one for one in team if one in acts]
    helping = [one for one in active if any(act.kind in _HELPING and act.towards != one for act in acts[one])]
    in_weeks = sum(len({(act.at - span.since) // _WEEK for act in acts[one]}) for one in active)
    return TeamEngagement(
        department, len(team), share(len(active), len(team)), share(in_weeks, weeks * len(team)), share(len(helping), len(team))
    )
