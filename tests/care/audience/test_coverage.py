"""The coverage report: known customers against those in contact, by what they have in common."""

from datetime import timedelta

import pytest

from auth.actor import Role
from care.audience.coverage import Representation, coverage_report
from care.audience.traits import CoverageDimension
from care.documents.channels import ChannelKind, Environment
from care.documents.conversations import DeliveryStatus
from care.documents.customers import Customer, Lifecycle
from care.merging import merge_customers
from care.reports.ranges import ReportRange
from core.clock import now
from core.database import Database
from core.errors import Forbidden
from core.idempotency import Once
from core.records import change, save
from tests.care.stored import everything
from tests.factories.care import (
    deliver,
    later,
    make_actor,
    make_channel,
    make_conversation,
    make_customer,
    make_reply,
    say,
)

MANAGER = make_actor(Role.MANAGER)


def today() -> ReportRange:
    return ReportRange(now() - timedelta(hours=1), now() + timedelta(hours=1))


async def grown(customer: Customer, lifecycle: Lifecycle, locale: str | None = None) -> Customer:
    def rule(current: Customer) -> None:
        current.lifecycle, current.locale = lifecycle, locale

    return await change(customer, rule)


async def test_report_sets_who_was_in_contact_against_all_known_customers(store: Database) -> None:
    channel = await make_channel()
    writer, silent, answered, unreached = [await make_customer(channel) for _ in range(4)]
    await grown(writer, Lifecycle.CUSTOMER, "tr")
    for one in (silent, answered, unreached):
        await grown(one, Lifecycle.PROSPECT, "fa")
    for one in (answered, unreached):
        await say(await make_conversation(channel, one))
    later(days=30)
    await say(await make_conversation(channel, writer))
    for one, status in ((answered, DeliveryStatus.SENT), (unreached, DeliveryStatus.FAILED)):
        case = await say(await make_conversation(channel, one), automatic=True)
        await deliver((await make_reply(case)).message, status)

    report = await coverage_report(MANAGER, today(), CoverageDimension.LIFECYCLE)

    rows = [(group.key, group.population, group.wrote, group.reached, group.visited) for group in report.groups]
    assert rows == [("PROSPECT", 3, 0, 1, 1), ("CUSTOMER", 1, 1, 0, 1)]
    assert (report.whole.population, report.whole.wrote, report.whole.reached, report.whole.visited) == (4, 1, 1, 2)
    assert [group.index_in(report.whole) for group in report.groups] == [pytest.approx(2 / 3), 2.0]
    stances = [group.representation_in(report.whole) for group in report.groups]
    assert stances == [Representation.UNDER, Representation.OVER]
    by_locale = await coverage_report(MANAGER, today(), CoverageDimension.LOCALE)
    assert [(group.key, group.population, group.visited) for group in by_locale.groups] == [("fa", 3, 1), ("tr", 1, 1)]


async def test_who_was_merged_counts_once_within_the_survivor(store: Database) -> None:
    survivor, duplicate = await make_customer(), await make_customer()
    await say(await make_conversation(customer=duplicate))
    await merge_customers(MANAGER, survivor.id, duplicate.id, expected_version=1, once=Once())

    report = await coverage_report(MANAGER, today(), CoverageDimension.SOURCE)

    assert [(group.key, group.label, group.population, group.wrote) for group in report.groups] == [("X", "X", 1, 1)]


async def test_practice_is_no_contact_and_nobody_in_contact_has_no_index(store: Database) -> None:
    await make_customer()
    await say(await make_conversation(await make_channel(environment=Environment.PRACTICE)))

    report = await coverage_report(MANAGER, today(), CoverageDimension.LIFECYCLE)

    assert [(group.population, group.visited) for group in report.groups] == [(1, 0)]
    assert report.groups[0].representation_in(report.whole) is None


async def test_platforms_and_brands_hold_everybody_who_is_known_there(store: Database) -> None:
    brand = "brd_narin"
    channel = await make_channel(brand_id=brand)
    mail = await make_channel(kind=ChannelKind.EMAIL)
    on_both, on_mail = await make_customer(channel), await make_customer(mail)
    second = on_mail.identities[0].model_copy(update={"key": f"{mail.id}:b", "external_id": "b"})
    await change(on_both, lambda current: setattr(current, "identities", [*current.identities, second]))
    await save(Customer(id="cus_imported", created_at=now(), display_name="Ali", crm_keys=["logo:id:1"]))

    async def groups(by: CoverageDimension) -> list[tuple[str | None, str, int]]:
        report = await coverage_report(MANAGER, today(), by)
        return [(group.key, group.label, group.population) for group in report.groups]

    assert await groups(CoverageDimension.PLATFORM) == [("EMAIL", "EMAIL", 2), (None, "Unknown", 1), ("X", "X", 1)]
    assert await groups(CoverageDimension.BRAND) == [(None, "Unknown", 2), (brand, brand, 1)]
    assert await groups(CoverageDimension.SOURCE) == [("EMAIL", "EMAIL", 1), ("X", "X", 1), ("logo", "logo", 1)]


@pytest.mark.parametrize("role", [Role.AGENT, Role.AGENCY, Role.HR])
async def test_only_who_reads_reports_and_all_customers_sees_it(store: Database, role: Role) -> None:
    before = await everything()
    with pytest.raises(Forbidden):
        await coverage_report(make_actor(role), today(), CoverageDimension.LIFECYCLE)
    assert await everything() == before
