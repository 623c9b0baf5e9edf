"""How communities overlap, for who may know of them."""

import pytest

from auth.actor import ANONYMOUS, Role
from community.spaces import network
from community.spaces.documents import SpaceVisibility
from community.spaces.network import CommunityNetwork, community_network
from core.database import Database
from core.errors import Forbidden, LimitReached
from tests.factories.community import make_actor, make_department
from tests.factories.spaces import inside, make_space


def shown(network: CommunityNetwork) -> list[tuple[str, int, list[tuple[str, int]]]]:
    return [
        (
            one.space.name,
            one.member_count,
            [(part.department.name if part.department else "-", part.member_count) for part in one.departments],
        )
        for one in network.communities
    ]


async def test_departments_overlaps_and_bridges_are_counted_and_secret_spaces_by_their_own_alone(store: Database) -> None:
    depot, care = await make_department("Depo"), await make_department("Bakım")
    owner = await make_actor(Role.EXPERT, department_id=depot.id)
    bridge = await make_actor(Role.AGENT, department_id=care.id)
    other, loner = await make_actor(Role.AGENT, department_id=care.id), await make_actor(Role.EXPERT)
    open_to_all = SpaceVisibility.OPEN
    quality = await make_space(owner, bridge, name="Kalite", visibility=open_to_all)
    returns = await make_space(bridge, other, name="İadeler", visibility=open_to_all)
    secret = await make_space(owner, bridge, loner, name="Birleşme")

    outside = await community_network(other)
    assert shown(outside) == [("İadeler", 2, [("Bakım", 2)]), ("Kalite", 2, [("Bakım", 1), ("Depo", 1)])]
    assert [(pair.one.id, pair.other.id, pair.shared_count, pair.likeness) for pair in outside.overlaps] == [
        (returns.id, quality.id, 1, 1 / 3)
    ]
    assert [(one.member.id, [space.id for space in one.spaces], one.department_count) for one in outside.bridges] == [
        (bridge.member, [returns.id, quality.id], 1)
    ]
    assert (outside.member_count, outside.bridging_count) == (3, 1)

    within = await community_network(inside(owner, secret))
    assert ("Birleşme", 3, [("Bakım", 1), ("Depo", 1), ("-", 1)]) in shown(within)
    assert (within.member_count, [one.member.id for one in within.bridges]) == (4, [bridge.member, owner.member])
    with pytest.raises(Forbidden):
        await community_network(ANONYMOUS)


async def test_one_picture_holds_so_many_spaces(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = await make_actor()
    monkeypatch.setattr(network, "MOST_SPACES", 1)
    await make_space(owner, name="Kalite", visibility=SpaceVisibility.OPEN)
    assert len((await community_network(owner)).communities) == 1
    await make_space(owner, name="Depo", visibility=SpaceVisibility.OPEN)
    with pytest.raises(LimitReached, match="at most 1 spaces"):
        await community_network(owner)
