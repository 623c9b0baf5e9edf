"""Whose turn it is to look at a reply, and until when: reviewers on duty, and the clock of the case."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from auth.actor import Role
from care.cases.clocks import is_awaited
from care.documents.cases import Case
from care.reading.shifts import members_on_duty
from coaching.documents import DraftReview, DraftReviewStatus, ReviewTerms
from community.documents import Availability, Member
from core.clock import now

REVIEWERS: Final = (Role.MENTOR, Role.MANAGER)
_MOST: Final = 200


def deadline_of(case: Case, terms: ReviewTerms) -> datetime | None:
    """Say when the clock that runs is too short to wait for a reviewer any longer; None while no clock runs."""
    running = [clock.due_at for clock in (case.first_response, case.next_response) if is_awaited(clock) and clock.due_at]
    return min(running) - timedelta(minutes=terms.reserve_minutes) if running else None


def turn_until(at: datetime, deadline: datetime | None, terms: ReviewTerms) -> datetime:
    """Say when a turn that begins now ends."""
    latest = at + timedelta(minutes=terms.review_minutes)
    return latest if deadline is None else max(at, min(latest, deadline))


@dataclass(frozen=True, slots=True)
class Reviewers:
    """Who could be asked, as they were read: who is on duty among them, and how many replies each has to look at."""

    free: list[Member]
    duty: Mapping[str, set[str]]
    loads: Mapping[str | None, int]

    def next_for(self, channel_id: str) -> str | None:
        """Choose who is asked next; None where there is nobody.

        Who is on duty for the channel comes first, then who is on duty at all; where nobody is, who is online, then
        anybody. Among equals the one with the fewest replies to look at.
        """

        def rank(member: Member) -> tuple[int, int, int, str]:
            there = self.duty.get(member.id)
            place = 0 if there is not None and channel_id in there else 1 if there is not None else 2
            away = place == 2 and member.availability is not Availability.ONLINE  # noqa: PLR2004 - the place named above
            leads = Role.MENTOR not in member.roles
            return (place + away, int(leads), self.loads.get(member.id, 0), member.id)

        return min(self.free, key=rank).id if self.free else None


async def read_reviewers(author_id: str, asked: list[str]) -> Reviewers:
    """Read who could look at a reply: not its author and nobody twice."""
    wanted = {"roles": {"$in": [role.value for role in REVIEWERS]}}
    members, duty = await asyncio.gather(Member.find(wanted).limit(_MOST).to_list(), members_on_duty(now()))
    free = [member for member in members if member.id != author_id and member.id not in asked]
    return Reviewers(free, duty, await _loads([member.id for member in free]) if free else {})


async def next_reviewer(channel_id: str, author_id: str, asked: list[str]) -> str | None:
    """Choose who is asked next: not the author and nobody twice."""
    return (await read_reviewers(author_id, asked)).next_for(channel_id)


async def _loads(member_ids: list[str]) -> Counter[str | None]:
    query = {"reviewer_id": {"$in": member_ids}, "status": DraftReviewStatus.PENDING.value}
    return Counter(review.reviewer_id for review in await DraftReview.find(query).limit(_MOST).to_list())
