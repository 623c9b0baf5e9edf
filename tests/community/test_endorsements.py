"""Endorsing colleagues: once each, taken back, and a reason to ask them."""

import asyncio

import pytest

from auth.actor import Role
from community.documents import Evidence, Member
from community.endorsements import EndorsementDraft, Endorsements, endorse_skill, endorsements_of, withdraw_endorsement
from core.database import Database
from core.errors import Forbidden, InvalidInput, NotFound
from tests.factories.community import actor_of, customer_actor, make_actor, make_member, make_skill


async def skilled() -> tuple[Member, str]:
    skill = await make_skill("Gümrük")
    return await make_member(skill_ids=[skill.id]), skill.id


async def test_everybody_endorses_once_and_may_take_it_back(store: Database) -> None:
    member, skill_id = await skilled()
    ayse, ali = await make_actor(), await make_actor()
    draft = EndorsementDraft(member_id=member.id, skill_id=skill_id, note="Her beyannameyi bilir.")

    await asyncio.gather(*(endorse_skill(who, draft) for who in (ayse, ayse, ali)))
    both = await endorsements_of(ayse, [member.id])
    await withdraw_endorsement(ayse, member.id, skill_id)
    await withdraw_endorsement(ayse, member.id, skill_id)
    left = await endorsements_of(ayse, [member.id])
    await endorse_skill(ayse, EndorsementDraft(member_id=member.id, skill_id=skill_id))

    assert both == {member.id: {skill_id: Endorsements(2, by_viewer=True)}}
    assert left == {member.id: {skill_id: Endorsements(1, by_viewer=False)}}
    rows = await Evidence.find({"member_id": member.id}).to_list()
    told = {row.source_id: (row.kind, row.text, row.tags, row.weight, row.withdrawn_at) for row in rows}
    assert told == {
        ayse.member: ("ENDORSEMENT", "Gümrük", ["gumruk"], 1.5, None),
        ali.member: ("ENDORSEMENT", "Her beyannameyi bilir.", ["gumruk"], 1.5, None),
    }


async def test_what_cant_be_endorsed_is_refused_by_name(store: Database) -> None:
    member, skill_id = await skilled()
    other = await make_skill("Depo")
    actor = await make_actor()
    refusals = [
        (actor_of(member), member.id, skill_id, InvalidInput, ("member_id",)),
        (actor, member.id, other.id, InvalidInput, ("skill_id",)),
        (actor, member.id, "skl_none", InvalidInput, ("skill_id",)),
        (actor, "mem_none", skill_id, NotFound, None),
        (customer_actor(), member.id, skill_id, NotFound, None),
    ]
    for who, member_id, skill, kind, path in refusals:
        with pytest.raises(kind) as refused:
            await endorse_skill(who, EndorsementDraft(member_id=member_id, skill_id=skill))
        assert path is None or refused.value.path == path

    assert await Evidence.find_all().to_list() == []


async def test_counts_are_for_those_who_may_read_members(store: Database) -> None:
    member, skill_id = await skilled()
    await endorse_skill(await make_actor(Role.AGENT), EndorsementDraft(member_id=member.id, skill_id=skill_id))

    assert await endorsements_of(customer_actor(), [member.id]) == {member.id: {}}
    with pytest.raises((Forbidden, NotFound)):
        await withdraw_endorsement(customer_actor(), member.id, skill_id)
