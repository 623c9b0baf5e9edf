from typing import Any

import pytest

from auth.actor import Role
from coaching.practice.documents import PracticeScenario
from coaching.practice.promoting import PromotionDraft, promote_practice
from coaching.practice.runs import end_practice
from coaching.practice.scoring import DebriefDraft, debrief_practice
from community.procedures.documents import Guideline, GuidelineEdition, GuidelineKind
from core.database import Database
from core.errors import Forbidden, InvalidInput
from core.idempotency import Once, once
from tests.factories.care import make_actor
from tests.factories.practice import make_run, make_scenario
from tests.factories.procedures import sections

MANAGER = make_actor(Role.MANAGER)
PROCEDURE = GuidelineKind.PROCEDURE


async def tried(*, debriefed: bool = True) -> PracticeScenario:
    scenario = await make_scenario(MANAGER)
    run = await make_run(scenario=scenario)
    run = await end_practice(MANAGER, run.id, abandon=False, expected_version=run.version)
    if debriefed:
        said = DebriefDraft(went_well="Ton", to_improve="Hız")
        await debrief_practice(MANAGER, run.id, said, expected_version=run.version)
    return scenario


def draft(scenario: PracticeScenario, **given: Any) -> PromotionDraft:
    told = {"scenario_id": scenario.id, "title": "Kriz yanıtı", "sections": sections(PROCEDURE), **given}
    return PromotionDraft.model_validate(told)


async def test_tested_practice_holds_as_a_procedure_by_one_act(store: Database) -> None:
    scenario = await tried()
    asked = once(b"a secret key of thirty-two bytes", actor="mem_a", operation="promote", key="one", given={})

    held = await promote_practice(MANAGER, draft(scenario, attested_by_roles=["AGENT"]), once=asked)
    again = await promote_practice(MANAGER, draft(scenario, attested_by_roles=["AGENT"]), once=asked)

    assert held.edition is not None
    assert (held.kind, held.is_published, held.edition.number, held.source_id) == (PROCEDURE, True, 1, scenario.id)
    assert (again.id, await Guideline.count(), await GuidelineEdition.count()) == (held.id, 1, 1)


async def test_what_was_not_tried_or_is_not_whole_is_not_promoted(store: Database) -> None:
    ready, untold, new = await tried(), await tried(debriefed=False), await make_scenario(MANAGER)

    for scenario in (untold, new):
        with pytest.raises(InvalidInput) as refused:
            await promote_practice(MANAGER, draft(scenario), once=Once())
        assert refused.value.path == ("scenario_id",)
    with pytest.raises(InvalidInput, match="crm") as lacking:
        await promote_practice(MANAGER, draft(ready, sections=sections(PROCEDURE, without="crm")), once=Once())
    assert lacking.value.path == ("sections",)
    with pytest.raises(Forbidden):
        await promote_practice(make_actor(Role.MENTOR), draft(ready), once=Once())
    assert await Guideline.count() == 0
