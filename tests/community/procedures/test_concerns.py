"""Concerns are told in confidence: who learns of them, and what happens when nobody looks after one."""

import pytest

from auth.actor import Role
from community.procedures.concerns import (
    TAKEN_WITHIN,
    ConcernDraft,
    escalate_concerns,
    raise_concern,
    settle_concern,
    take_concern,
)
from community.procedures.documents import Concern, ConcernStatus
from community.procedures.reading import concerns_by_ids, count_concerns, list_concerns
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, NotFound
from core.idempotency import Once
from core.paging import Window
from core.records import fresh
from notifications import procedures as news
from notifications.documents import Notification, NotificationKind
from tests.care.stored import event_types, handle_twice
from tests.factories import community
from tests.factories.care import later, make_actor
from tests.factories.procedures import make_policy

SECRET = "Yöneticim müşterilere yalan söylememizi istiyor."


async def told_to() -> set[tuple[str, NotificationKind]]:
    return {(one.recipient_id, one.kind) for one in await Notification.find_all().to_list()}


async def test_only_who_handles_concerns_and_who_told_of_it_learn_of_one(store: Database) -> None:
    teller = make_actor(Role.TRAINEE)
    concern = await raise_concern(teller, ConcernDraft(text=SECRET), once=Once())

    knows = {role: bool(await concerns_by_ids(make_actor(role), [concern.id])) for role in Role}
    assert {role for role, does in knows.items() if does} == {Role.HR, Role.ADMIN}
    assert {role for role in Role if await count_concerns(make_actor(role))} == {Role.HR, Role.ADMIN}
    assert [one.id for one in (await list_concerns(teller, Window())).items] == [concern.id]
    for act in (take_concern(make_actor(Role.MANAGER), concern.id, expected_version=1),):
        with pytest.raises(NotFound):
            await act
    with pytest.raises(Forbidden):
        await settle_concern(teller, concern.id, "Bir şey yok.", expected_version=1)


async def test_without_a_name_nothing_says_who_it_was(store: Database) -> None:
    teller = make_actor()
    concern = await raise_concern(teller, ConcernDraft(text=SECRET, anonymous=True), once=Once())

    stored = str(await store["concerns"].find_one({"_id": concern.id}))
    assert teller.member not in stored
    assert str(teller.account_id) not in stored
    assert (await concerns_by_ids(teller, [concern.id]), await count_concerns(teller)) == ({}, 0)


async def test_events_and_notifications_say_nothing_of_it(store: Database) -> None:
    hr, boss, other = [await community.make_actor(role) for role in (Role.HR, Role.ADMIN, Role.MANAGER)]
    teller = await community.make_actor(Role.AGENT)
    concern = await raise_concern(teller, ConcernDraft(text=SECRET), once=Once())
    await handle_twice(news.subscribe, (Concern,))
    assert await told_to() == {(hr.member, NotificationKind.CONCERN_RAISED)}

    later(seconds=TAKEN_WITHIN.total_seconds())
    assert [await escalate_concerns(10) for _ in range(2)] == [1, 0]
    escalated = await fresh(concern)
    settled = await settle_concern(hr, concern.id, "Görüşüldü.", expected_version=escalated.version)
    await handle_twice(news.subscribe, (Concern,))

    raised, done = NotificationKind.CONCERN_RAISED, NotificationKind.CONCERN_SETTLED
    assert await told_to() == {(hr.member, raised), (boss.member, raised), (teller.member, done)}
    assert other.member not in str(await told_to())
    assert (escalated.status, settled.status, settled.taken_by) == (ConcernStatus.ESCALATED, ConcernStatus.SETTLED, hr.member)
    assert SECRET not in str(await store["notifications"].find({}).to_list())
    assert await event_types(Concern) == ["ConcernRaised", "ConcernEscalated", "ConcernSettled"]


async def test_concern_is_taken_by_a_colleague_and_settled_once(store: Database) -> None:
    hr, colleague = make_actor(Role.HR), make_actor(Role.HR)
    concern = await raise_concern(hr, ConcernDraft(text=SECRET), once=Once())
    with pytest.raises(Forbidden):
        await take_concern(hr, concern.id, expected_version=1)

    taken = await take_concern(colleague, concern.id, expected_version=1)
    later(days=30)

    assert (taken.status, taken.taken_by, await escalate_concerns(10)) == (ConcernStatus.TAKEN, colleague.member, 0)
    with pytest.raises(AlreadyDone):
        await take_concern(make_actor(Role.HR), concern.id, expected_version=taken.version)
    with pytest.raises(Conflict):
        await settle_concern(colleague, concern.id, "Tamam.", expected_version=1)
    settled = await settle_concern(colleague, concern.id, "Tamam.", expected_version=taken.version)
    with pytest.raises(AlreadyDone):
        await settle_concern(colleague, concern.id, "Yine.", expected_version=settled.version)


async def test_a_concern_names_a_policy_that_holds(store: Database) -> None:
    manager, boss = await community.make_actor(Role.MANAGER), await community.make_actor(Role.ADMIN)
    policy = await make_policy(manager, boss)
    told = await raise_concern(make_actor(), ConcernDraft(text=SECRET, guideline_id=policy.id), once=Once())
    assert told.guideline_id == policy.id
    with pytest.raises(NotFound) as refused:
        await raise_concern(make_actor(), ConcernDraft(text=SECRET, guideline_id="gdl_none"), once=Once())
    assert (refused.value.path, await Concern.count()) == (("guideline_id",), 1)
