from typing import Any

import pytest

from auth.actor import Role
from coaching.governance.assessments import AssessmentDraft, assess_readiness
from coaching.governance.documents import Assessment, Dimension, Maturity, MaturityWarning, Risk, RiskStatus
from coaching.governance.reading import count_assessments, count_risks, list_risks, risks_by_ids
from coaching.governance.risks import RiskChange, RiskDraft, create_risk, update_risk
from core.database import Database
from core.errors import Conflict, Forbidden, InvalidInput, NotFound
from core.idempotency import Once
from core.paging import Window
from tests.factories.care import make_actor

MANAGER, AGENT = make_actor(Role.MANAGER), make_actor()
P, G, S = Maturity.PROJECT, Maturity.PROGRAMME, Maturity.SOCIAL_CRM


async def put_down(likelihood: int, impact: int, **given: Any) -> Risk:
    draft = RiskDraft(title="Sahte hesaplar", likelihood=likelihood, impact=impact, **given)
    return await create_risk(MANAGER, draft, once=Once())


async def test_risks_are_listed_by_exposure_which_follows_what_is_known(store: Database) -> None:
    small, great = await put_down(1, 2), await put_down(4, 4)
    assert [one.exposure for one in (await list_risks(MANAGER, None, Window())).items] == [16, 2]

    changed = RiskChange(likelihood=5, impact=5, status=RiskStatus.MITIGATED, mitigation="Doğrulama")
    grown = await update_risk(MANAGER, small.id, changed, expected_version=1)

    assert (grown.exposure, grown.owner_id) == (25, MANAGER.member)
    assert [one.id for one in (await list_risks(MANAGER, None, Window())).items] == [small.id, great.id]
    assert [await count_risks(MANAGER, status) for status in RiskStatus] == [1, 1, 0, 0]
    with pytest.raises(Conflict):
        await update_risk(MANAGER, small.id, changed, expected_version=1)


async def test_register_is_for_who_governs(store: Database) -> None:
    risk = await put_down(2, 2)
    with pytest.raises(Forbidden):
        await create_risk(AGENT, RiskDraft(title="Sahte hesaplar", likelihood=1, impact=1), once=Once())
    with pytest.raises(NotFound):
        await update_risk(AGENT, risk.id, RiskChange(impact=1), expected_version=1)
    with pytest.raises(NotFound):
        await put_down(1, 1, initiative_id="ini_none")
    assert (await risks_by_ids(AGENT, [risk.id]), await count_risks(AGENT, None), await Risk.count()) == ({}, 0, 1)


def found(default: int, **scores: int) -> AssessmentDraft:
    given = {one.value: scores.get(one.value, default) for one in Dimension}
    return AssessmentDraft.model_validate(
        {"findings": [{"dimension": name, "score": score, "evidence": "Görüşme"} for name, score in given.items()]}
    )


@pytest.mark.parametrize(
    ("draft", "readiness", "maturity", "warnings"),
    [
        (found(0), 0.0, P, []),
        (found(1), 25.0, P, []),
        (found(2), 50.0, G, []),
        (found(2, EXECUTIVES=1), 46.9, P, []),
        (found(0, MISSION=2, GUIDELINES=2, ANALYTICS=2, GOVERNANCE=2, EXECUTIVES=2), 31.2, G, []),
        (found(3), 75.0, S, []),
        (found(4, NETWORK=2), 93.8, G, []),
        (found(3, ANALYTICS=1), 68.8, P, [MaturityWarning.NETWORK_WITHOUT_KPI]),
        (found(3, EXECUTIVES=1), 68.8, P, [MaturityWarning.METRICS_WITHOUT_SPONSOR]),
    ],
)
async def test_maturity_and_warnings_follow_from_what_was_found(
    store: Database, draft: AssessmentDraft, readiness: float, maturity: Maturity, warnings: list[MaturityWarning]
) -> None:
    made = await assess_readiness(MANAGER, draft, once=Once())

    assert (made.readiness, made.maturity, made.warnings) == (readiness, maturity, warnings)
    assert [await count_assessments(actor) for actor in (MANAGER, AGENT)] == [1, 0]


async def test_every_dimension_is_looked_at_once(store: Database) -> None:
    half, twice = found(2), found(2)
    half.findings = half.findings[1:]
    twice.findings = [*twice.findings[1:], twice.findings[1]]
    for draft in (half, twice):
        with pytest.raises(InvalidInput, match="OPERATIONS") as refused:
            await assess_readiness(MANAGER, draft, once=Once())
        assert refused.value.path == ("findings",)
    with pytest.raises(Forbidden):
        await assess_readiness(AGENT, found(2), once=Once())
    assert await Assessment.count() == 0
