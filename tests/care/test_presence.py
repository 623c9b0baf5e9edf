import asyncio

import pytest

from auth.actor import Actor, Role
from care.clock_scan import scan
from care.documents.cases import Case
from care.documents.presence import CasePresence, PresenceActivity
from care.presence import PresenceDraft, forget_presences, presences_of_cases, set_presence
from core.database import Database
from core.errors import Forbidden, NotFound
from core.records import fresh
from tests.care.stored import event_types, everything
from tests.factories.care import later, make_actor, make_case, make_customer, make_customer_actor, make_reply

VIEWING, REPLYING = PresenceActivity.VIEWING, PresenceActivity.REPLYING


async def be(actor: Actor, case: Case, activity: PresenceActivity | None) -> Case:
    return await set_presence(actor, PresenceDraft(case_id=case.id, activity=activity))


async def there(case: Case) -> list[tuple[str, PresenceActivity]]:
    found = (await presences_of_cases(make_actor(), [case.id])).get(case.id, [])
    return [(row.member_id, row.activity) for row in found]


async def changes() -> int:
    return (await event_types(CasePresence)).count("PresenceChanged")


async def test_who_is_at_a_case_is_seen_and_told_of_when_it_changes(store: Database) -> None:
    case, one, other = await make_case(), make_actor(), make_actor()
    before = await everything(Case)

    await be(one, case, VIEWING)
    later(seconds=1)
    await be(other, case, REPLYING)
    assert await there(case) == [(one.member, VIEWING), (other.member, REPLYING)]
    assert await changes() == 2
    for _ in range(3):
        later(seconds=20)
        await be(one, case, VIEWING)
        await be(other, case, REPLYING)
    assert (len(await there(case)), await changes()) == (2, 2)

    await be(one, case, REPLYING)
    await be(other, case, None)
    await be(other, case, None)
    assert (await there(case), await changes()) == ([(one.member, REPLYING)], 4)
    assert await everything(Case) == before


async def test_who_falls_silent_is_gone_after_a_short_time_and_told_of_once(store: Database) -> None:
    case, agent = await make_case(), make_actor()
    await be(agent, case, VIEWING)
    later(seconds=44)
    await scan()
    assert await there(case) == [(agent.member, VIEWING)]

    later(seconds=1)
    assert await there(case) == []
    await scan()
    await scan()
    assert await changes() == 2
    await be(agent, case, VIEWING)
    assert (await there(case), await changes()) == ([(agent.member, VIEWING)], 3)


async def test_rows_of_who_left_are_forgotten_a_day_later(store: Database) -> None:
    case, gone, here = await make_case(), make_actor(), make_actor()
    for actor in (gone, here):
        await be(actor, case, VIEWING)
    await be(gone, case, None)
    later(hours=25)
    await be(here, case, VIEWING)
    assert await forget_presences() == 0  # their events wait still
    await CasePresence.get_pymongo_collection().update_many({}, {"$unset": {"pending": ""}})

    assert (await forget_presences(), await forget_presences()) == (1, 0)
    assert [row.member_id for row in await CasePresence.find({}).to_list()] == [here.member]
    await be(gone, case, VIEWING)
    assert len(await there(case)) == 2


async def test_two_windows_at_once_are_one_presence_and_keep_nobody_from_replying(store: Database) -> None:
    case, agent = await make_case(), make_actor()

    await asyncio.gather(*(be(agent, case, VIEWING) for _ in range(5)))

    assert (await there(case), await CasePresence.find({}).count(), await changes()) == ([(agent.member, VIEWING)], 1, 1)
    colleague = make_actor()
    await be(agent, case, REPLYING)
    assert (await make_reply(await fresh(case), colleague)).message.author_id == colleague.member


async def test_presence_is_for_members_who_may_know_of_the_case(store: Database) -> None:
    case = await make_case()
    customer = make_customer_actor(await make_customer())
    await be(make_actor(), case, VIEWING)
    before = await CasePresence.get_pymongo_collection().find({}).to_list()

    with pytest.raises(NotFound):
        await be(make_actor(Role.HR), case, VIEWING)
    with pytest.raises(NotFound):
        await be(customer, case, VIEWING)
    with pytest.raises(Forbidden):
        await be(Actor(make_actor().kind, "svc_1", permissions=make_actor().permissions), case, VIEWING)

    assert await presences_of_cases(customer, [case.id]) == {}
    assert await CasePresence.get_pymongo_collection().find({}).to_list() == before
