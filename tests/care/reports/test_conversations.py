from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from auth.actor import Role
from care.documents.conversations import DeliveryStatus, Direction
from care.notes import NoteDraft, add_internal_note
from care.reports.conversations import Talk, conversation_report, counted
from care.reports.grouping import ReportDimension
from core.clock import now
from core.database import Database
from core.idempotency import Once
from tests.care.reports.opened import last_hour
from tests.factories.care import conversation_of, deliver, later, make_actor, make_case, make_reply, say

MANAGER = make_actor(Role.MANAGER)


@given(st.lists(st.tuples(st.integers(0, 500), st.sampled_from(["INBOUND", "OUTBOUND"])), max_size=20))
def test_turns_change_as_often_as_the_side_does(rows: list[tuple[int, str]]) -> None:
    begin = now()
    said = [(begin + timedelta(seconds=offset), side) for offset, side in sorted(rows)]

    talk = counted(said)

    assert talk.inbound + talk.outbound == len(rows)
    assert talk.turns == (sum(one[1] != other[1] for one, other in pairwise(said)) + 1 if said else 0)
    assert talk.seconds == (max(rows)[0] - min(rows)[0] if rows else 0)


def test_nothing_said_is_no_talk() -> None:
    assert counted([]) == Talk(0, 0, 0, 0)
    assert counted([(now(), Direction.INBOUND.value)]) == Talk(1, 0, 1, 0)


async def test_report_counts_what_was_said_to_customers_and_what_arrived(store: Database) -> None:
    agent = make_actor()
    case = await make_case()
    later(minutes=2)
    await say(await conversation_of(case), "Orada mısınız?")
    later(minutes=3)
    await deliver((await make_reply(case)).message)
    await add_internal_note(agent, NoteDraft(case_id=case.id, body="Depoyu aradım."), once=Once())
    later(minutes=5)
    await deliver((await make_reply(case)).message, DeliveryStatus.FAILED)
    await make_reply(case, make_actor(Role.TRAINEE))
    quiet = await make_case()

    report = await conversation_report(MANAGER, last_hour())
    by_channel = await conversation_report(MANAGER, last_hour(), ReportDimension.CHANNEL)

    (group,) = report.groups
    assert (group.case_count, group.inbound_count, group.outbound_count, group.reply_ratio) == (2, 3, 1, 1 / 3)
    assert (group.median_turns, group.p90_turns) == (1, 2)
    assert (group.duration.median_seconds, group.duration.p90_seconds) == (0, 300)
    ratios = {one.key: one.reply_ratio for one in by_channel.groups}
    assert ratios == {case.channel_id: 0.5, quiet.channel_id: 0.0}
