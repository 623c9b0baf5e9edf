from typing import Any

import pytest

from auth.actor import Role
from care.documents.cases import Case
from care.documents.conversations import Message
from coaching.practice.documents import PracticeScenario
from coaching.practice.from_cases import CaseScenarioDraft, create_scenario_from_case, source_of
from coaching.practice.scenarios import ScenarioChange, update_scenario
from core.database import Database
from core.errors import Forbidden, InvalidInput, NotFound
from core.idempotency import Once
from core.records import save
from tests.factories.care import later, make_actor, make_channel, make_conversation, make_customer, say
from tests.factories.practice import make_run

MENTOR = make_actor(Role.MENTOR)


async def told_case() -> Case:
    channel = await make_channel()
    customer = await make_customer(channel, handle="@aysedemir", name="Ayşe Demir", email="ayse@posta.example", followers=5_412)
    place = await make_conversation(channel, customer)
    await say(place, "Ben Ayşe Demir, TR-481920 numaralı siparişim yok! ayse@posta.example")
    later(minutes=12)
    return await say(place, "Selin'e de yazdım, 0532 417 66 08'i arayın.")


def draft(case: Case, **given: Any) -> CaseScenarioDraft:
    told = {"case_id": case.id, "title": "Kayıp sipariş", "summary": "Sipariş yolda kayboldu.", "level": 2}
    return CaseScenarioDraft.model_validate({"estimated_minutes": 20, "also_remove": ["Selin"], **told, **given})


async def test_scenario_of_a_real_case_tells_what_happened_and_not_to_whom(store: Database) -> None:
    case = await told_case()

    made = await create_scenario_from_case(MENTOR, draft(case), once=Once())

    assert [(one.after_minutes, one.texts) for one in made.injects] == [
        (0, ["Ben Deniz Deniz, TR-000000 numaralı siparişim yok! someone@example.com"]),
        (12, ["Deniz'e de yazdım, 0000 000 00 00'i arayın."]),
    ]
    (persona,) = made.personas
    assert (persona.name, persona.handle, persona.followers, made.archived) == ("Deniz Örnek", "@stand_in", 5_000, True)
    stored = await store["practice_scenarios"].find_one({"_id": made.id}, {"injects": 1, "personas": 1, "title": 1, "summary": 1})
    assert not any(word in str(stored) for word in ("Ayşe", "Demir", "481920", "417", "posta", "aysedemir", "Selin"))


@pytest.mark.parametrize(
    ("given", "path"),
    [({"title": "Ayşe'nin siparişi"}, "title"), ({"summary": "Sipariş 481920"}, "summary"), ({"title": "@aysedemir"}, "title")],
)
async def test_title_and_summary_may_not_tell_who_it_was(store: Database, given: dict[str, str], path: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        await create_scenario_from_case(MENTOR, draft(await told_case(), **given), once=Once())

    assert refused.value.path == (path,)
    assert await PracticeScenario.count() == 0


async def test_later_edits_are_looked_at_again(store: Database) -> None:
    made = await create_scenario_from_case(MENTOR, draft(await told_case()), once=Once())
    inject = {"persona": "customer", "phase": "Start", "texts": ["aysedemir yazdı"]}

    with pytest.raises(InvalidInput) as refused:
        await update_scenario(MENTOR, made.id, ScenarioChange.model_validate({"injects": [inject]}), expected_version=1)
    in_use = await update_scenario(MENTOR, made.id, ScenarioChange(archived=False), expected_version=1)

    assert refused.value.path == ("injects",)
    assert (in_use.archived, in_use.version) == (False, 2)
    assert (await make_run(MENTOR, in_use)).personas[0].name == "Deniz Örnek"


async def test_only_who_may_read_the_case_makes_a_scenario_of_it_and_learns_of_it(store: Database) -> None:
    case = await told_case()
    made = await create_scenario_from_case(MENTOR, draft(case), once=Once())
    run = await make_run(MENTOR, await update_scenario(MENTOR, made.id, ScenarioChange(archived=False), expected_version=1))

    with pytest.raises(Forbidden):
        await create_scenario_from_case(make_actor(), draft(case), once=Once())
    with pytest.raises(NotFound):
        await create_scenario_from_case(MENTOR, draft(case, case_id="case_none"), once=Once())
    with pytest.raises(InvalidInput) as refused:
        await create_scenario_from_case(MENTOR, draft(case, case_id=run.case_id), once=Once())
    assert refused.value.path == ("case_id",)
    assert [(await source_of(actor, made)) is not None for actor in (MENTOR, make_actor())] == [True, False]


async def test_how_many_follow_somebody_is_told_only_where_it_is_known(store: Database) -> None:
    channel = await make_channel()
    customer = await make_customer(channel, handle="@kim", name="Kim", followers=None)
    case = await say(await make_conversation(channel, customer), "Paketim nerede?")
    made = await create_scenario_from_case(MENTOR, draft(case), once=Once())
    assert [one.followers for one in made.personas] == [None]


async def test_a_case_in_which_the_customer_said_nothing_is_no_scenario(store: Database) -> None:
    case = await told_case()
    for message in await Message.find({"case_id": case.id}).to_list():
        message.automatic = True
        await save(message)
    with pytest.raises(InvalidInput, match="said nothing") as refused:
        await create_scenario_from_case(MENTOR, draft(case), once=Once())
    assert (refused.value.path, await PracticeScenario.count()) == (("case_id",), 0)


async def test_a_case_of_nobody_known_tells_no_names_and_can_still_be_practised(store: Database) -> None:
    case = await told_case()
    case.customer_id = None
    await save(case)
    made = await create_scenario_from_case(MENTOR, draft(case), once=Once())
    assert "TR-481920" not in str(made.injects)
    told = ScenarioChange(title="Kayıp paket", archived=False)
    assert (await update_scenario(MENTOR, made.id, told, expected_version=1)).title == "Kayıp paket"
