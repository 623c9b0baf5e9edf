from typing import Any

import pytest

from auth.actor import SYSTEM
from community.documents import Availability
from community.listing import Comparison, Where
from community.members import set_availability
from core.database import Database
from core.errors import Forbidden, InvalidInput, Unavailable
from core.paging import Window
from search.engine import SearchEngine
from search.engines.embedded import EmbeddedEngine
from search.experts import members
from search.experts.members import FoundMembers, search_members
from tests.factories import care, community
from tests.search.settling import Settling

AGENT = care.make_actor()
PAGE = Window()


def ids(found: FoundMembers) -> list[str]:
    return [member.id for member in found.members.items]


async def test_members_are_found_by_words_narrowed_by_the_directorys_filter_and_paged(settling: Settling) -> None:
    skill = await community.make_skill("İade", "refund")
    by_name = await community.make_member(display_name="İade Uzmanı")
    by_skill = await community.make_member(display_name="Deniz Kara", skill_ids=[skill.id])
    await community.make_member(display_name="Başka Biri")
    await set_availability(SYSTEM, by_skill.id, Availability.ONLINE)
    await settling()

    async def search(window: Window = PAGE, **narrowing: Any) -> FoundMembers:
        return await search_members(AGENT, settling.engine, "iade", window=window, **narrowing)

    whole = await search()
    assert (ids(whole), whole.total) == ([by_name.id, by_skill.id], 2)
    first = await search(Window(limit=1))
    assert (ids(first), first.total, first.members.has_next) == ([by_name.id], 2, True)
    second = await search(Window(limit=1, after=first.members.positions[0]))
    assert (ids(second), second.members.has_next, second.members.has_previous) == ([by_skill.id], False, True)
    online = await search(condition=Where("availability", Comparison.EQ, "ONLINE"))
    assert (ids(online), online.total) == ([by_skill.id], 1)
    assert ids(await search(condition=Where("skill_id", Comparison.IN, [skill.id]))) == [by_skill.id]
    assert (await search_members(AGENT, settling.engine, "yokböylebiri", window=Window())).total == 0


async def test_several_pages_of_the_engine_are_looked_at(settling: Settling, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "MAX_LIMIT", 2)
    monkeypatch.setattr(members, "MOST_MEMBERS", 4)
    for _ in range(5):
        await community.make_member(display_name="İade Uzmanı")
    await settling()
    assert (await search_members(AGENT, settling.engine, "iade", window=Window())).total == 4


async def test_what_cannot_be_served_is_refused(store: Database, engine: SearchEngine) -> None:
    with pytest.raises(Forbidden, match="search:use"):
        await search_members(community.customer_actor(), engine, "iade", window=Window())
    with pytest.raises(InvalidInput, match="1,000"):
        await search_members(AGENT, engine, "a" * 1_001, window=Window())
    with pytest.raises(InvalidInput, match="no filter"):
        await search_members(AGENT, engine, "iade", condition=Where("email", Comparison.EQ, "x"), window=Window())
    with pytest.raises(Unavailable):
        await search_members(AGENT, EmbeddedEngine(), "iade", window=Window())
