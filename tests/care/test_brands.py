import asyncio

import pytest

from auth.accounts import create_account, grant, read_account
from auth.actor import SYSTEM, Actor, Role
from auth.drafts import AccountDraft
from auth.identify import actor_of
from care.brands.brands import (
    BrandChange,
    BrandDraft,
    ChannelBrandDraft,
    create_brand,
    set_channel_brand,
    update_brand,
)
from care.brands.reading import brands_by_ids, channels_in_scope, count_brands, list_brands, scopes_of_members
from care.brands.scopes import ScopeDraft, follow_brands, follow_scope, set_agency_scope
from care.documents.brands import AgencyScope, Brand
from care.documents.channels import Channel
from care.reading.cases import cases_by_ids
from community.documents import Member
from core.database import Database
from core.errors import Conflict, Forbidden, InvalidInput, NotFound
from core.idempotency import Once
from core.ids import with_prefix
from core.paging import Window
from core.records import fresh, save
from tests.care.stored import event_types
from tests.factories.care import make_actor, make_case, make_channel, make_conversation

MANAGER = make_actor(Role.MANAGER)


async def brand(name: str = "Narin Ev") -> Brand:
    return await create_brand(MANAGER, BrandDraft(name=name), once=Once())


async def belongs(channel: Channel, to: Brand | None) -> Channel:
    draft = ChannelBrandDraft(channel_id=channel.id, brand_id=to.id if to else None)
    return await set_channel_brand(MANAGER, draft, expected_version=(await fresh(channel)).version)


async def person(email: str = "ajans@narin.example", *roles: Role) -> str:
    """Let somebody of an agency have an account, and be a member."""
    draft = AccountDraft(email=email, name="Ajans", password="uzun-bir-parola-1", roles=list(roles or (Role.AGENCY,)))
    account = await create_account(SYSTEM, draft)
    member = Member(
        id=with_prefix("mem", account.id),
        created_at=account.created_at,
        display_name="Ajans",
        sort_name="ajans",
        email=email,
        roles=account.roles,
    )
    await save(member)
    return member.id


async def reach(member_id: str) -> set[str]:
    return set((await read_account(with_prefix("acc", member_id))).reach)


async def scope(member_id: str, *, expected_version: int = 0, actor: Actor = MANAGER, **given: list[str]) -> AgencyScope:
    return await set_agency_scope(actor, ScopeDraft(member_id=member_id, **given), expected_version=expected_version)


async def test_who_works_on_a_brand_sees_its_channels_as_they_come_and_go(store: Database) -> None:
    ours, theirs, named = await make_channel(), await make_channel(), await make_channel()
    home, member = await brand(), await person()
    await belongs(ours, home)

    said = await scope(member, brand_ids=[home.id], channel_ids=[named.id])
    assert await reach(member) == {home.id, ours.id, named.id}

    await belongs(theirs, home)
    await belongs(ours, None)
    for _ in range(2):
        await follow_brands([home.id])
    assert await reach(member) == {home.id, theirs.id, named.id}
    assert [channel.id for channel in await channels_in_scope(MANAGER, said)] == sorted(
        [theirs.id, named.id], key=lambda one: (theirs.name if one == theirs.id else named.name, one)
    )

    cases = {channel.id: await make_case(await make_conversation(channel)) for channel in (ours, theirs, named)}
    actor = await actor_of(with_prefix("acc", member))
    seen = await cases_by_ids(actor, [case.id for case in cases.values()])
    assert set(seen) == {cases[theirs.id].id, cases[named.id].id}
    assert set(await brands_by_ids(actor, [home.id, (await brand("Zarif")).id])) == {home.id}
    assert [one.id for one in (await list_brands(actor, Window())).items] == [home.id]


async def test_scope_is_taken_whole_and_leaves_other_reach_alone(store: Database) -> None:
    first, second, member = await make_channel(), await make_channel(), await person()
    await grant(SYSTEM, with_prefix("acc", member), ["spc_secret", first.id])
    said = await scope(member, channel_ids=[second.id])
    assert await reach(member) == {"spc_secret", second.id}

    for version in (0, 9):
        with pytest.raises(Conflict):
            await scope(member, expected_version=version)
    again = await scope(member, expected_version=said.version)

    assert (again.version, again.channel_ids, await reach(member)) == (2, [], {"spc_secret"})
    assert await event_types(AgencyScope) == ["AgencyScopeSet", "AgencyScopeSet"]


async def test_two_managers_at_once_leave_what_one_of_them_said(store: Database) -> None:
    channels, member = [await make_channel() for _ in range(4)], await person()

    answers = await asyncio.gather(*(scope(member, channel_ids=[channel.id]) for channel in channels), return_exceptions=True)
    await follow_scope(with_prefix("asc", member))

    (kept,) = [one for one in answers if isinstance(one, AgencyScope)]
    assert all(isinstance(one, AgencyScope | Conflict) for one in answers)
    assert await reach(member) == set(kept.channel_ids)


async def test_what_can_not_be_worked_on_is_refused_by_name(store: Database) -> None:
    channel, home, member = await make_channel(), await brand(), await person()
    agent = await person("temsilci@narin.example", Role.AGENT)
    gone = await brand("Eski")
    gone = await update_brand(MANAGER, BrandChange(brand_id=gone.id, archived=True), expected_version=gone.version)

    for given, path in (
        ({"member_id": agent}, ("member_id",)),
        ({"channel_ids": ["chn_none"]}, ("channel_ids",)),
        ({"brand_ids": [home.id, gone.id]}, ("brand_ids",)),
    ):
        with pytest.raises(InvalidInput) as refused:
            await set_agency_scope(MANAGER, ScopeDraft.model_validate({"member_id": member, **given}), expected_version=0)
        assert refused.value.path == path
    with pytest.raises(InvalidInput) as refused:
        await belongs(channel, gone)
    assert refused.value.path == ("brand_id",)
    with pytest.raises(NotFound):
        await scope("mem_none")
    assert await AgencyScope.find({}).count() == 0
    assert await reach(member) == set()


async def test_only_who_manages_channels_decides(store: Database) -> None:
    channel, home, member = await make_channel(), await brand(), await person()
    for role in (Role.AGENT, Role.HR, Role.AGENCY, Role.MENTOR):
        actor = make_actor(role)
        with pytest.raises(Forbidden):
            await create_brand(actor, BrandDraft(name="Narin"), once=Once())
        with pytest.raises(Forbidden):
            await update_brand(actor, BrandChange(brand_id=home.id, name="X"), expected_version=home.version)
        with pytest.raises(Forbidden):
            await set_channel_brand(actor, ChannelBrandDraft(channel_id=channel.id), expected_version=1)
        with pytest.raises(Forbidden):
            await scope(member, actor=actor)
    await scope(member, channel_ids=[channel.id])
    assert await scopes_of_members(make_actor(Role.AGENT), [member]) == {}
    assert set(await scopes_of_members(MANAGER, [member])) == {member}
    assert set(await scopes_of_members(await actor_of(with_prefix("acc", member)), [member])) == {member}


async def test_archived_brand_is_listed_apart_and_keeps_its_channels(store: Database) -> None:
    channel, home = await make_channel(), await brand()
    await belongs(channel, home)
    other = await brand("Bebek")
    home = await update_brand(MANAGER, BrandChange(brand_id=home.id, archived=True), expected_version=home.version)

    assert [one.name for one in (await list_brands(MANAGER, Window())).items] == ["Bebek"]
    assert (await count_brands(MANAGER, archived=True), await count_brands(MANAGER)) == (1, 1)
    assert (await fresh(channel)).brand_id == home.id
    assert other.version == 1
    await save(other)
