"""Where customers come from, and on which platforms they are."""

from datetime import datetime, timedelta
from functools import partial

import pytest

from auth.actor import Role
from care.audience.accounts import AccountDraft, FollowersDraft, create_account, record_followers
from care.audience.acquisition import AcquisitionWay, acquisition_report, acquisitions_of
from care.audience.presence_map import presence_map
from care.conversations import ensure_conversation
from care.documents.cases import Case
from care.documents.channels import ChannelKind
from care.documents.conversations import Visibility
from care.documents.customers import Customer
from care.documents.social_accounts import AccountKind
from care.merging import merge_customers
from care.outreach import OutreachDraft, reach_out
from care.reports.ranges import ReportRange
from care.segments.editing import SegmentDraft, create_segment
from care.segments.running import run_segment
from core.clock import now
from core.database import Database
from core.errors import Forbidden, NotFound
from core.idempotency import Once
from core.records import change, fresh, save
from tests.factories.care import later, make_actor, make_channel, make_conversation, make_customer, say

MANAGER = make_actor(Role.MANAGER)


async def way_of(customer: Customer) -> AcquisitionWay:
    return (await acquisitions_of([customer]))[customer.id].way


async def test_first_contact_tells_where_a_customer_comes_from(store: Database) -> None:
    x, form = await make_channel(), await make_channel(kind=ChannelKind.WEB_FORM)
    public, private, lead, silent = [await make_customer(one) for one in (x, x, form, x)]
    post = "https://x.example/post/9"
    talk = await ensure_conversation(x, public, thread_id="post-9", visibility=Visibility.PUBLIC, url=post)
    first = await say(talk)
    later(days=1)
    await say(await make_conversation(x, public, visibility=Visibility.PRIVATE))
    await say(await make_conversation(x, private, visibility=Visibility.PRIVATE))
    await say(await make_conversation(form, lead, visibility=Visibility.PRIVATE))
    imported = Customer(id="cus_imported", created_at=now(), display_name="Ali", crm_keys=["logo:id:1"])
    await save(imported)

    found = (await acquisitions_of([public]))[public.id]

    assert (found.way, found.at, found.channel_id, found.url) == (AcquisitionWay.CONTENT, first.opened_at, x.id, post)
    ways = [await way_of(one) for one in (private, lead, silent, imported)]
    assert ways == [AcquisitionWay.MESSAGE, AcquisitionWay.FORM, AcquisitionWay.UNKNOWN, AcquisitionWay.IMPORT]


async def test_whom_the_company_turned_to_came_by_outreach(store: Database) -> None:
    customer = await make_customer(channel := await make_channel())
    draft = OutreachDraft(
        customer_id=customer.id, channel_id=channel.id, subject="Teslimat", body="Paketiniz yarın gelecek.", reason="Gecikti"
    )
    await reach_out(MANAGER, draft, once=Once())

    assert await way_of(customer) is AcquisitionWay.OUTREACH


async def test_report_counts_whom_the_company_met_by_way(store: Database) -> None:
    channel = await make_channel()
    await make_customer(channel)
    later(days=100)
    for visibility in (Visibility.PUBLIC, Visibility.PUBLIC, Visibility.PRIVATE):
        await say(await make_conversation(channel, await make_customer(channel), visibility=visibility))
    span = ReportRange(now() - timedelta(days=1), now() + timedelta(days=1))

    report = await acquisition_report(MANAGER, span)

    rows = [(group.way, group.channel_kind, group.customers) for group in report.groups]
    assert rows == [(AcquisitionWay.CONTENT, ChannelKind.X, 2), (AcquisitionWay.MESSAGE, ChannelKind.X, 1)]
    with pytest.raises(Forbidden):
        await acquisition_report(make_actor(), span)


async def test_map_shows_where_customers_are_beside_the_company(store: Database) -> None:
    x, mail = await make_channel(), await make_channel(kind=ChannelKind.EMAIL)
    survivor, duplicate, _ = await make_customer(x), await make_customer(mail), await make_customer(x)
    await merge_customers(MANAGER, survivor.id, duplicate.id, expected_version=1, once=Once())
    for kind, name in ((AccountKind.OWN, "@narin"), (AccountKind.GROUP, "Narin severler")):
        draft = AccountDraft(kind=kind, platform=ChannelKind.X, name=name, url="https://x.example/narin")
        account = await create_account(MANAGER, draft, once=Once())
        await record_followers(MANAGER, FollowersDraft(account_id=account.id, followers=1_000))

    found = await presence_map(MANAGER)

    rows = [(one.kind, one.customers, one.own_accounts, one.groups, one.followers) for one in found.platforms]
    assert (found.customers, rows) == (2, [(ChannelKind.X, 2, 1, 1, 1_000), (ChannelKind.EMAIL, 1, 0, 0, 0)])
    with pytest.raises(Forbidden):
        await presence_map(make_actor(Role.AGENCY))


async def test_map_of_a_segment_shows_its_members(store: Database) -> None:
    await make_customer(await make_channel(), followers=10)
    await make_customer(await make_channel(kind=ChannelKind.INSTAGRAM), followers=9_000)
    draft = SegmentDraft.model_validate({"name": "Etkili", "rule": {"least_followers": 1_000}})
    segment = await create_segment(MANAGER, draft, once=Once())
    await run_segment(segment.id, 1)

    found = await presence_map(MANAGER, segment_id=segment.id)

    assert [(one.kind, one.customers) for one in found.platforms] == [(ChannelKind.INSTAGRAM, 1)]
    with pytest.raises(NotFound):
        await presence_map(MANAGER, segment_id="seg_none")


def open_at(case: Case, at: datetime) -> None:
    case.opened_at = at


async def test_of_several_cases_the_first_of_all_parts_is_where_a_customer_comes_from(store: Database) -> None:
    channel = await make_channel()
    survivor, double = await make_customer(channel), await make_customer(channel)
    private = await say(await make_conversation(channel, survivor, visibility=Visibility.PRIVATE))
    public = await say(await make_conversation(channel, double))
    await merge_customers(MANAGER, survivor.id, double.id, expected_version=1, once=Once())

    for first, second, way in ((private, public, AcquisitionWay.MESSAGE), (public, private, AcquisitionWay.CONTENT)):
        for case, days in ((first, 3), (second, 2)):
            await change(await fresh(case), partial(open_at, at=now() - timedelta(days=days)))
        assert await way_of(await fresh(survivor)) is way


async def test_map_tells_of_whom_the_identity_is_proved(store: Database) -> None:
    channel = await make_channel()
    proved = await make_customer(channel)
    await make_customer(channel)
    await change(proved, lambda current: setattr(current.identities[0], "verified", True))

    found = await presence_map(MANAGER)

    assert [(one.kind, one.customers, one.verified) for one in found.platforms] == [(ChannelKind.X, 2, 1)]
