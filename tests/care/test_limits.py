"""Bounds of lists and reports: up to the bound everything is there, over it LimitReached says so, and where."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest

from auth.actor import Role
from care.audience import acquisition, coverage, presence_map
from care.audience.acquisition import acquisition_report
from care.audience.coverage import coverage_report
from care.audience.traits import CoverageDimension
from care.brands import brands
from care.brands.brands import BrandDraft, ChannelBrandDraft, create_brand, set_channel_brand
from care.cases import custom_fields, field_values
from care.cases.custom_fields import CustomFieldDraft, create_custom_field
from care.cases.field_values import FieldValuesDraft, set_case_fields
from care.documents.brands import Brand
from care.documents.cases import Case
from care.documents.channels import Channel, ChannelKind
from care.documents.custom_fields import CustomField
from care.documents.customers import Customer
from care.reports.ranges import ReportRange
from care.segments.editing import SegmentDraft, create_segment
from care.segments.running import run_segment
from core.clock import now
from core.database import Database
from core.errors import InvalidInput, LimitReached
from core.idempotency import Once
from core.records import change, fresh
from tests.care.stored import everything
from tests.factories.care import make_actor, make_case, make_channel, make_conversation, make_customer, say

MANAGER = make_actor(Role.MANAGER)


def today() -> ReportRange:
    return ReportRange(now() - timedelta(hours=1), now() + timedelta(hours=1))


async def meet(locale: str) -> Customer:
    """Meet a customer who writes."""
    customer = await change(await make_customer(), lambda current: setattr(current, "locale", locale))
    await say(await make_conversation(customer=customer))
    return await fresh(customer)


@pytest.mark.parametrize(
    ("module", "bound", "report", "path"),
    [
        (acquisition, "MOST_CUSTOMERS", lambda: acquisition_report(MANAGER, today()), ("range",)),
        (coverage, "MOST_CUSTOMERS", lambda: coverage_report(MANAGER, today(), CoverageDimension.LOCALE), ()),
        (coverage, "MOST_GROUPS", lambda: coverage_report(MANAGER, today(), CoverageDimension.LOCALE), ("by",)),
        (coverage, "MOST_MESSAGES", lambda: coverage_report(MANAGER, today(), CoverageDimension.LOCALE), ("range",)),
        (presence_map, "MOST_CUSTOMERS", lambda: presence_map.presence_map(MANAGER), ()),
    ],
    ids=["customers who came", "customers", "groups", "messages", "customers on the map"],
)
async def test_report_over_its_bound_is_refused_and_at_the_bound_whole(
    store: Database,
    monkeypatch: pytest.MonkeyPatch,
    module: ModuleType,
    bound: str,
    report: Callable[[], Awaitable[Any]],
    path: tuple[str, ...],
) -> None:
    for locale in ("tr", "fa"):
        await meet(locale)
    whole = await report()

    monkeypatch.setattr(module, bound, 2)
    at_the_bound = await report()
    monkeypatch.setattr(module, bound, 1)
    with pytest.raises(LimitReached) as refused:
        await report()

    assert replace(at_the_bound, as_of=whole.as_of) == whole
    assert refused.value.path == path


async def test_map_of_a_segment_is_refused_where_its_members_could_be_among_those_left_out(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make_customer(followers=10)
    await make_customer(await make_channel(kind=ChannelKind.INSTAGRAM), followers=9_000)
    draft = SegmentDraft.model_validate({"name": "Etkili", "rule": {"least_followers": 1_000}})
    segment = await create_segment(MANAGER, draft, once=Once())
    await run_segment(segment.id, 1)

    monkeypatch.setattr(presence_map, "MOST_CUSTOMERS", 2)
    assert (await presence_map.presence_map(MANAGER, segment_id=segment.id)).customers == 1
    monkeypatch.setattr(presence_map, "MOST_CUSTOMERS", 1)
    with pytest.raises(LimitReached):
        await presence_map.presence_map(MANAGER, segment_id=segment.id)


async def test_brands_and_their_channels_are_bounded(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brands, "MOST_BRANDS", 1)
    monkeypatch.setattr(brands, "MOST_CHANNELS", 1)
    home = await create_brand(MANAGER, BrandDraft(name="Narin Ev"), once=Once())
    first, second = await make_channel(), await make_channel()
    await set_channel_brand(MANAGER, ChannelBrandDraft(channel_id=first.id, brand_id=home.id), expected_version=1)
    before = await everything(Brand, Channel)

    with pytest.raises(LimitReached, match="archive one first"):
        await create_brand(MANAGER, BrandDraft(name="Zarif"), once=Once())
    with pytest.raises(LimitReached) as refused:
        await set_channel_brand(MANAGER, ChannelBrandDraft(channel_id=second.id, brand_id=home.id), expected_version=1)

    assert refused.value.path == ("brand_id",)
    assert await everything(Brand, Channel) == before


async def define(key: str) -> CustomField:
    draft = CustomFieldDraft.model_validate({"key": key, "kind": "TEXT", "labels": [{"locale": "tr", "text": key}]})
    return await create_custom_field(MANAGER, draft, once=Once())


async def test_custom_fields_and_the_values_of_a_case_are_bounded(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    case = await make_case()

    async def fill(*keys: str) -> Case:
        said = [{"key": key, "value": "x"} for key in keys]
        draft = FieldValuesDraft.model_validate({"case_id": case.id, "values": said})
        return await set_case_fields(make_actor(), draft, expected_version=(await fresh(case)).version)

    for key in ("order", "amount", "gift"):
        await define(key)
    await fill("order", "amount")
    before = await everything(Case, CustomField)
    monkeypatch.setattr(custom_fields, "MOST_FIELDS", 3)
    monkeypatch.setattr(field_values, "MOST_FIELDS", 1)

    with pytest.raises(LimitReached, match="archive one first"):
        await define("region")
    with pytest.raises(InvalidInput) as refused:
        await fill("gift")

    assert refused.value.path == ("values",)
    assert await everything(Case, CustomField) == before
