"""Whose turn it is to look at a reply, and until when: reviewers on duty, and the clock of the case."""

import asyncio
from collections import Counter
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


async def next_reviewer(channel_id: str, author_id: str, asked: list[str]) -> str | None:
    """Choose who is asked next: not the author and nobody twice.

    Who is on duty for the channel comes first, then who is on duty at all; where nobody is, who is online, then
    anybody. Among equals the one with the fewest replies to look at.
    """
    wanted = {"roles": {"$in": [role.value for role in REVIEWERS]}}
    members = await Member.find(wanted).limit(_MOST).to_list()
    free = [member for member in members if member.id != author_id and member.id not in asked]
    if not free:
        return None
    duty, loads = await asyncio.gather(members_on_duty(now()), _loads([member.id for member in free]))

    def rank(member: Member) -> tuple[int, int, int, str]:
        there = duty.get(member.id)
        place = 0 if there is not None and channel_id in there else 1 if there is not None else 2
        away = place == 2 and member.availability is not Availability.ONLINE  # noqa: PLR2004 - the place named above
        leads = Role.MENTOR not in member.roles
        return (place + away, int(leads), loads[member.id], member.id)

    return min(free, key=rank).id


async def _loads(member_ids: list[str]) -> Counter[str | None]:
    query = {"reviewer_id": {"$in": member_ids}, "status": DraftReviewStatus.PENDING.value}
    return Counter(review.reviewer_id for review in await DraftReview.find(query).limit(_MOST).to_list())
