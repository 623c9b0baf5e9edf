from datetime import timedelta
from typing import Any

import pytest

from auth.actor import Role
from coaching.governance.documents import Initiative, InitiativeOrigin, InitiativeWarning
from coaching.governance.initiatives import (
    InitiativeChange,
    InitiativeDraft,
    MoveDraft,
    ReviewDraft,
    create_initiative,
    move_initiative,
    remind_of_reviews,
    return_of,
    review_initiative,
    update_initiative,
    warnings_of,
)
from coaching.governance.reading import count_initiatives
from community.stages import Stage
from core.clock import now
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, InvalidInput, NotFound
from core.idempotency import Once
from core.records import fresh
from notifications.documents import Notification, NotificationKind
from notifications.governance import subscribe
from tests.care.stored import event_types, handle_twice
from tests.factories import community
from tests.factories.care import later, make_actor

MANAGER = make_actor(Role.MANAGER)
W = InitiativeWarning


def draft(**given: Any) -> InitiativeDraft:
    told = {"title": "Anne toplulukları", "goal": "Güven kazanmak", "kind": "SERVICE"}
    return InitiativeDraft.model_validate({**told, **given})


async def begun(**given: Any) -> Initiative:
    return await create_initiative(MANAGER, draft(**given), once=Once())


async def moved(initiative: Initiative, stage: Stage, change: str | None = None) -> Initiative:
    told = MoveDraft(stage=stage, change=change)
    return await move_initiative(MANAGER, initiative.id, told, expected_version=initiative.version)


async def test_chain_is_gone_through_in_order_and_evolving_records_a_change(store: Database) -> None:
    initiative = await begun()
    for stage in (Stage.LISTEN, Stage.ENGAGE, Stage.EVOLVE):
        with pytest.raises((InvalidInput, AlreadyDone)) as refused:
            await moved(initiative, stage)
        assert refused.value.path == ("stage",)
    initiative = await moved(await moved(initiative, Stage.ANALYSE), Stage.ENGAGE)
    with pytest.raises(InvalidInput) as refused:
        await moved(initiative, Stage.EVOLVE)
    assert refused.value.path == ("change",)

    initiative = await moved(initiative, Stage.EVOLVE, "İade süresi 30 güne çıktı.")
    again = await moved(initiative, Stage.LISTEN)

    assert [(step.stage, step.change) for step in again.steps] == [
        (Stage.LISTEN, None),
        (Stage.ANALYSE, None),
        (Stage.ENGAGE, None),
        (Stage.EVOLVE, "İade süresi 30 güne çıktı."),
        (Stage.LISTEN, None),
    ]
    with pytest.raises(Conflict):
        await move_initiative(MANAGER, again.id, MoveDraft(stage=Stage.ANALYSE), expected_version=1)
    over = await update_initiative(MANAGER, again.id, InitiativeChange(archived=True), expected_version=again.version)
    with pytest.raises(AlreadyDone):
        await moved(over, Stage.ANALYSE)
    assert await count_initiatives(MANAGER, None) == 0


async def test_warnings_say_what_is_amiss_until_it_is_mended(store: Database) -> None:
    sponsor = await community.make_actor(Role.ADMIN)
    initiative = await begun()
    assert warnings_of(initiative, now()) == [W.NO_SPONSOR, W.NO_KPI, W.NO_REVIEW_DATE]

    kpi = {"name": "Yanıt süresi", "unit": "dk", "target": 30}
    told = {"sponsor_id": sponsor.member, "kpis": [kpi], "review_at": now() + timedelta(days=7)}
    mended = await update_initiative(MANAGER, initiative.id, InitiativeChange.model_validate(told), expected_version=1)
    assert warnings_of(mended, now()) == []
    assert warnings_of(mended, now() + timedelta(days=7)) == [W.REVIEW_OVERDUE]
    engaged = await moved(await moved(mended, Stage.ANALYSE), Stage.ENGAGE)
    assert warnings_of(engaged, now()) == [W.KPI_NOT_MEASURED]
    measured = {"kpis": [{**kpi, "actual": 21}], "spent": 1_000, "gained": 1_500}
    change = InitiativeChange.model_validate(measured)
    counted = await update_initiative(MANAGER, initiative.id, change, expected_version=engaged.version)
    evolved = await moved(counted, Stage.EVOLVE, "Daha kısa yanıtlar")
    assert (warnings_of(evolved, now()), return_of(evolved)) == ([W.NO_CUSTOMER_REVIEW], 0.5)
    looked = ReviewDraft(outcome="Müşteriler memnun", with_customers=True, next_review_at=now() + timedelta(days=90))
    reviewed = await review_initiative(MANAGER, initiative.id, looked, expected_version=evolved.version)
    assert warnings_of(reviewed, now()) == []
    assert return_of(initiative) is None


async def test_owner_and_sponsor_are_told_once_when_it_is_time_to_look_again(store: Database) -> None:
    owner, sponsor = [await community.make_actor(Role.EXPERT) for _ in range(2)]
    given = {"owner_id": owner.member, "sponsor_id": sponsor.member, "review_at": now() + timedelta(days=1)}
    initiative = await begun(**given)
    later(days=1)

    assert [await remind_of_reviews(10) for _ in range(2)] == [1, 0]
    await handle_twice(subscribe, (Initiative,))

    told = {(one.recipient_id, one.kind) for one in await Notification.find_all().to_list()}
    assert told == {(who.member, NotificationKind.INITIATIVE_REVIEW_DUE) for who in (owner, sponsor)}
    assert await event_types(Initiative) == ["InitiativeChanged", "InitiativeReviewDue"]
    reviewed = await review_initiative(
        owner, initiative.id, ReviewDraft(outcome="Devam"), expected_version=(await fresh(initiative)).version
    )
    assert (reviewed.review_at, reviewed.reviews[0].with_customers) == (None, False)
    past = ReviewDraft(outcome="Devam", next_review_at=now())
    with pytest.raises(InvalidInput):
        await review_initiative(owner, initiative.id, past, expected_version=reviewed.version)


async def test_only_who_governs_begins_and_only_the_owner_steers_too(store: Database) -> None:
    owner = await community.make_actor(Role.AGENT)
    initiative = await begun(owner_id=owner.member)
    for role in (Role.AGENT, Role.MENTOR, Role.EXPERT, Role.HR):
        with pytest.raises(Forbidden):
            await create_initiative(make_actor(role), draft(), once=Once())
        with pytest.raises(Forbidden):
            await update_initiative(make_actor(role), initiative.id, InitiativeChange(spent=1), expected_version=1)
    assert (await update_initiative(owner, initiative.id, InitiativeChange(spent=1), expected_version=1)).spent == 1
    with pytest.raises(NotFound) as refused:
        await begun(sponsor_id="mem_nobody")
    assert refused.value.path == ("sponsor_id",)
    with pytest.raises(InvalidInput):
        await begun(origin=InitiativeOrigin.CUSTOMERS)
    assert await Initiative.count() == 1


async def test_nobody_is_reminded_of_an_initiative_that_is_over(store: Database) -> None:
    initiative = await begun()
    over = await update_initiative(MANAGER, initiative.id, InitiativeChange(archived=True), expected_version=1)
    last = ReviewDraft(outcome="Bitti", next_review_at=now() + timedelta(days=1))
    await review_initiative(MANAGER, over.id, last, expected_version=over.version)
    later(days=1)
    await remind_of_reviews(10)
    assert "InitiativeReviewDue" not in await event_types(Initiative)
    assert await remind_of_reviews(10) == 0
