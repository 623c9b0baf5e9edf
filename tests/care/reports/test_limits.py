"""Reports that would be about too much: they say what to shorten, and what is just within the bound is whole."""

from collections.abc import Awaitable, Callable
from types import ModuleType

import pytest

from auth.actor import Role
from care.documents.channels import Environment
from care.documents.listening import ListeningKind, Mention
from care.documents.mistakes import Mistake
from care.reports import acts, engagement, exchange, grouping, mentions, mistakes, peers
from care.reports.conversations import conversation_report
from care.reports.engagement import engagement_report
from care.reports.exchange import exchange_report
from care.reports.grouping import ReportDimension
from care.reports.mentions import MentionDimension, mention_report
from care.reports.mistakes import MistakeDimension, mistake_report
from care.reports.peers import peer_report
from core.clock import now
from core.database import Database
from core.errors import LimitReached
from core.ids import new_id
from core.records import save
from core.text.intent import Intent
from tests.care.reports.opened import last_hour, store_case
from tests.care.reports.test_peers import put
from tests.factories import community
from tests.factories.care import make_actor, make_channel, make_customer
from tests.factories.community import make_question

MANAGER = make_actor(Role.MANAGER)


async def _questions() -> None:
    """Let two people of two departments ask each other."""
    members = []
    for name in ("Bakım", "Depo"):
        department = await community.make_department(name)
        members.append(await community.make_actor(Role.EXPERT, department_id=department.id))
    for asker, asked in (members, members[::-1]):
        await make_question(asker, invited_expert_ids=[asked.member])


async def _mistaken() -> None:
    for number in range(2):
        mistake = Mistake(id=new_id("mst"), kind_id=f"mkd_{number}", at=now(), by="mem_a", root_cause="Adres elle yazılmış")
        await store_case(mistakes=[mistake])


async def _cases() -> None:
    for number in range(2):
        await store_case(channel_id=f"chn_{number}")


async def _mentions() -> None:
    for number in range(2):
        mention = Mention(
            id=new_id("mnt"), created_at=now(), query_id=f"lsq_{number}", kind=ListeningKind.BRAND, message_id=f"msg_{number}",
            customer_id="cus_a", channel_id="chn_a", environment=Environment.LIVE, phrases=["narin"], said_at=now(),
        )  # fmt: skip
        await save(mention)


async def _asked_in_public() -> None:
    for number in range(2):
        channel = await make_channel()
        await put(channel, await make_customer(channel), f"soru-{number}", intent=Intent.QUESTION)


Act = Callable[[], Awaitable[object]]

BOUNDS: list[tuple[ModuleType, str, Act, Act, str]] = [
    (acts, "MOST_ROWS", _questions, lambda: exchange_report(MANAGER, last_hour()), "range"),
    (exchange, "MOST_CELLS", _questions, lambda: exchange_report(MANAGER, last_hour()), "range"),
    (engagement, "MOST_MEMBERS", _questions, lambda: engagement_report(MANAGER, last_hour()), "range"),
    (grouping, "MOST_CASES", _cases, lambda: conversation_report(MANAGER, last_hour()), "range"),
    (grouping, "MOST_GROUPS", _cases, lambda: conversation_report(MANAGER, last_hour(), ReportDimension.CHANNEL), "by"),
    (mentions, "MOST_MENTIONS", _mentions, lambda: mention_report(MANAGER, last_hour(), MentionDimension.DAY), "range"),
    (mentions, "MOST_GROUPS", _mentions, lambda: mention_report(MANAGER, last_hour(), MentionDimension.QUERY), "range"),
    (mistakes, "MOST_CASES", _mistaken, lambda: mistake_report(MANAGER, last_hour(), MistakeDimension.DAY), "range"),
    (mistakes, "MOST_GROUPS", _mistaken, lambda: mistake_report(MANAGER, last_hour(), MistakeDimension.KIND), "by"),
    (peers, "MOST_READ", _asked_in_public, lambda: peer_report(MANAGER, last_hour()), "range"),
    (peers, "MOST_GROUPS", _asked_in_public, lambda: peer_report(MANAGER, last_hour()), "range"),
]


@pytest.mark.parametrize(
    ("module", "bound", "fill", "report", "field"), BOUNDS, ids=[f"{row[0].__name__}.{row[1]}" for row in BOUNDS]
)
async def test_report_about_too_much_says_what_to_shorten(
    store: Database, monkeypatch: pytest.MonkeyPatch, module: ModuleType, bound: str, fill: Act, report: Act, field: str
) -> None:
    await fill()
    monkeypatch.setattr(module, bound, 2)
    await report()  # two are just within the bound
    monkeypatch.setattr(module, bound, 1)
    with pytest.raises(LimitReached, match=r"at most 1 |over 1 ") as refused:
        await report()
    assert refused.value.path == (field,)
