"""Who is told of clocks by the targets that a policy names, once each."""

import pytest

from auth.actor import Role
from care.documents.channels import Environment
from care.events import ClockBreached, ClockEscalated, ClockWarned
from community.documents import Availability
from core.database import Database
from notifications import announcements
from notifications.documents import NotificationKind
from tests.factories import community as people
from tests.factories.care import make_case, make_channel, make_conversation
from tests.notifications.test_announcements import cause, present, told


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        (("ASSIGNEE",), {"assignee"}),
        (("MEMBER:{chief}",), {"chief"}),
        (("MEMBER:mem_nobody",), set()),
        (("ROLE:MENTOR",), {"mentor"}),
        (("MANAGERS",), {"manager"}),
        (("ON_DUTY",), {"there"}),
        (("ON_DUTY", "ASSIGNEE", "ASSIGNEE", "MANAGERS"), {"there", "assignee", "manager"}),
        (None, {"assignee", "manager"}),
    ],
)
async def test_escalation_reaches_those_who_are_named(
    store: Database, targets: tuple[str, ...] | None, expected: set[str]
) -> None:
    people_by_part = {
        "assignee": await people.make_member(roles=[Role.AGENT]),
        "chief": await people.make_member(roles=[Role.EXPERT]),
        "mentor": await people.make_member(roles=[Role.MENTOR]),
        "manager": await people.make_member(roles=[Role.MANAGER]),
        "there": await present(Role.AGENT),
    }
    assert people_by_part["there"].availability is Availability.ONLINE
    case = await make_case(assignee_id=people_by_part["assignee"].id)
    named = tuple(target.format(chief=people_by_part["chief"].id) for target in targets) if targets else None

    event = cause(ClockEscalated(case_id=case.id, clock="first_response", step=0, targets=named))

    wanted = sorted((people_by_part[part].id, NotificationKind.CLOCK_ESCALATED) for part in expected)
    assert await told(announcements.tell_of_escalation, event) == wanted


async def test_warning_and_breach_reach_those_who_are_named(store: Database) -> None:
    mentor = await people.make_member(roles=[Role.MENTOR])
    case = await make_case()

    warned = cause(ClockWarned(case_id=case.id, clock="resolution", targets=("ROLE:MENTOR",)))
    broken = cause(ClockBreached(case_id=case.id, clock="resolution", targets=("ROLE:MENTOR",)), number=8)

    assert await told(announcements.warn_of_clock, warned) == [(mentor.id, NotificationKind.CLOCK_WARNING)]
    assert (mentor.id, NotificationKind.CLOCK_BREACHED) in await told(announcements.tell_of_breach, broken)


async def test_practice_calls_nobody(store: Database) -> None:
    await people.make_member(roles=[Role.MANAGER])
    case = await make_case(await make_conversation(await make_channel(environment=Environment.PRACTICE)))

    event = cause(ClockEscalated(case_id=case.id, clock="first_response", step=0, targets=("MANAGERS",)))

    assert await told(announcements.tell_of_escalation, event) == []
