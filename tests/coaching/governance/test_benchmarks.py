"""Benchmarks beside the company's own figures, what the product brings along, and what stands for the company's values."""

from typing import Any

import pytest
from pydantic import ValidationError

from auth.actor import Role
from coaching.governance.benchmark_documents import Benchmark, BenchmarkMeasure, BenchmarkUnit
from coaching.governance.benchmarks import BenchmarkDraft, OwnFigure, create_benchmark, own_figures
from coaching.governance.initiatives import InitiativeChange, InitiativeDraft, create_initiative, update_initiative
from coaching.governance.references import BENCHMARKS, adopt_references
from coaching.recognition.documents import CompanyValue
from coaching.recognition.value_mapping import MappingDraft, map_value, standings_of, value_gaps
from coaching.recognition.values import ValueDraft, create_value
from community.procedures.documents import GuidelineKind
from community.procedures.guidelines import GuidelineChange, GuidelineDraft, create_guideline, update_guideline
from community.procedures.template_documents import GuidelineTemplate
from community.procedures.templates import SectionState, archive_template, compared
from core.database import Database
from core.errors import Forbidden, InvalidInput, NotFound
from core.idempotency import Once
from core.text.addresses import checked_address
from tests.factories.care import later, make_actor, make_case, make_reply
from tests.factories.community import make_actor as make_member
from tests.factories.procedures import make_policy, sections

MANAGER, AGENT = make_actor(Role.MANAGER), make_actor()
M, U = BenchmarkMeasure, BenchmarkUnit


async def make_benchmark(**given: Any) -> Benchmark:
    told = {"title": "İlk yanıt süresi", "unit": "MINUTES", "low": 30, "source": "S2", **given}
    return await create_benchmark(MANAGER, BenchmarkDraft.model_validate(told), once=Once())


async def test_own_figure_stands_beside_a_benchmark_in_its_unit_and_for_who_reads_reports(store: Database) -> None:
    median = await make_benchmark(measure="FIRST_RESPONSE_MEDIAN")
    hours = await make_benchmark(measure="FIRST_RESPONSE_P90", unit="HOURS", low=0.2)
    late = await make_benchmark(measure="WITHIN_TARGET_SHARE", unit="PERCENT", low=80)
    other = await make_benchmark(measure="OTHER")
    every = [one.id for one in (median, hours, late, other)]
    assert await own_figures(MANAGER, every) == {}
    case = await make_case()
    later(minutes=15)
    await make_reply(case)

    found = await own_figures(MANAGER, every)
    assert found == {
        median.id: OwnFigure(found[median.id].value, 1, is_as_good=True),
        hours.id: OwnFigure(0.25, 1, is_as_good=False),
        late.id: OwnFigure(100.0, 1, is_as_good=True),
    }
    assert found[median.id].value == pytest.approx(15, abs=0.1)
    assert await own_figures(AGENT, every) == {}


@pytest.mark.parametrize(
    "given", [{"low": 30, "high": 20}, {"measure": "FIRST_RESPONSE_MEDIAN", "unit": "PERCENT"}, {"measure": "SATISFIED_SHARE"}]
)
async def test_benchmark_that_does_not_fit_together_is_refused(store: Database, given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        await make_benchmark(**given)
    assert await Benchmark.count() == 0


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "https://",
        "https://user@host.example/",
        'https://a.example/"onload=',
        "https://[x",
        "https://a.example/ b",
    ],
)
def test_addresses_that_could_run_or_mislead_are_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        BenchmarkDraft(title="İlk yanıt", unit=U.MINUTES, low=1, source="S2", source_url=address)
    assert checked_address(" https://a.example/b?c=1#d ") == "https://a.example/b?c=1#d"


async def test_references_are_adopted_once_each_with_their_source(store: Database) -> None:
    with pytest.raises(Forbidden):
        await adopt_references(AGENT, confirmed=True)
    with pytest.raises(InvalidInput):
        await adopt_references(MANAGER, confirmed=False)
    first, again = [await adopt_references(MANAGER, confirmed=True) for _ in range(2)]
    assert (first.benchmark_count, first.template_count) == (len(BENCHMARKS), 6)
    assert (again.benchmark_count, again.template_count) == (0, 0)
    assert all("source text" in one.source for one in await Benchmark.find_all().to_list())
    templates = await GuidelineTemplate.find_all().to_list()
    assert {(one.kind.value, one.locale) for one in templates} == {(k, at) for k in GuidelineKind for at in ("tr", "fa", "en")}


async def test_guideline_begins_with_a_template_and_tells_what_it_changed(store: Database) -> None:
    await adopt_references(MANAGER, confirmed=True)
    policy = next(one for one in await GuidelineTemplate.find_all().to_list() if (one.kind, one.locale) == ("POLICY", "tr"))
    draft = GuidelineDraft(kind=GuidelineKind.POLICY, title="Bizim politikamız", template_id=policy.id)
    made = await create_guideline(MANAGER, draft, once=Once())
    assert (made.template_id, made.missing, {one.state for one in compared(policy.sections, made.sections)}) == (
        policy.id,
        [],
        {SectionState.SAME},
    )
    own = [one.model_dump() for one in made.sections if one.key != "risks"]
    own[0]["body"] = "Önce dinleriz."
    told = GuidelineChange.model_validate({"sections": [*own, {"key": "tone", "title": "Üslup", "body": "Nazik."}]})
    made = await update_guideline(MANAGER, made.id, told, expected_version=made.version)
    states = {one.key: one.state.value for one in compared(policy.sections, made.sections)}
    assert states == {
        **dict.fromkeys(["scope", "rules", "escalation", "review"], "SAME"),
        "purpose": "CHANGED",
        "tone": "ADDED",
        "risks": "REMOVED",
    }
    with pytest.raises(InvalidInput):
        await create_guideline(MANAGER, draft.model_copy(update={"kind": GuidelineKind.PROCEDURE}), once=Once())
    await archive_template(MANAGER, policy.id, expected_version=policy.version)
    with pytest.raises(InvalidInput):
        await create_guideline(MANAGER, draft, once=Once())
    with pytest.raises(NotFound):
        await create_guideline(MANAGER, draft.model_copy(update={"template_id": "gtp_none"}), once=Once())


async def make_value(name: str) -> CompanyValue:
    return await create_value(MANAGER, ValueDraft(name=name, description="Böyle davranırız."), once=Once())


async def test_value_has_a_gap_until_something_that_holds_stands_for_it(store: Database) -> None:
    manager, executive = await make_member(Role.MANAGER), await make_member(Role.MANAGER)
    honest, together, quick = [await make_value(name) for name in ("Dürüstlük", "Birlikte", "Hız")]
    policy = await make_policy(manager, executive)
    draft = InitiativeDraft.model_validate({"title": "Canlı yayın", "goal": "Güven", "kind": "SERVICE"})
    initiative = await create_initiative(manager, draft, once=Once())
    assert {one.id for one in await value_gaps(AGENT)} == {one.id for one in (honest, together, quick)}

    async def stand(value: CompanyValue, **given: Any) -> CompanyValue:
        told = MappingDraft.model_validate({"anchors": [{"how": "Her yanıtta.", **given}]})
        return await map_value(manager, value.id, told, expected_version=value.version)

    await stand(honest, subject_id=policy.id, section_key="rules")
    await stand(together, subject_id=initiative.id)
    assert [one.id for one in await value_gaps(AGENT)] == [quick.id]
    (held,) = (await standings_of(AGENT, [honest.id]))[honest.id]
    assert (held.holds, held.section and held.section.body) == (True, sections(GuidelineKind.POLICY)[2]["body"])
    over = InitiativeChange(archived=True)
    await update_initiative(manager, initiative.id, over, expected_version=initiative.version)
    await update_guideline(manager, policy.id, GuidelineChange(archived=True), expected_version=policy.version)
    assert {one.id for one in await value_gaps(AGENT)} == {one.id for one in (honest, together, quick)}
    for given, wrong in (
        ({"subject_id": policy.id}, InvalidInput),
        ({"subject_id": policy.id, "section_key": "none"}, InvalidInput),
        ({"subject_id": initiative.id, "section_key": "rules"}, InvalidInput),
        ({"subject_id": "ini_none"}, NotFound),
    ):
        with pytest.raises(wrong):
            await stand(quick, **given)
    with pytest.raises(Forbidden):
        await map_value(AGENT, quick.id, MappingDraft(anchors=[]), expected_version=quick.version)


async def test_a_benchmark_that_nothing_is_counted_for_has_no_own_figure(store: Database) -> None:
    other = await make_benchmark(measure="OTHER")
    await make_reply(await make_case())
    assert await own_figures(MANAGER, [other.id]) == {}
    counted = await make_benchmark(measure="WITHIN_TARGET_SHARE", unit="PERCENT", low=80)
    assert list(await own_figures(MANAGER, [other.id, counted.id])) == [counted.id]


async def test_what_stands_for_a_value_is_named_once(store: Database) -> None:
    value = await create_value(MANAGER, ValueDraft(name="Birlikte", description="Birlikte."), once=Once())
    goal = InitiativeDraft.model_validate({"title": "Canlı yayın", "goal": "Güven", "kind": "SERVICE"})
    initiative = await create_initiative(MANAGER, goal, once=Once())
    twice = MappingDraft.model_validate({"anchors": [{"subject_id": initiative.id, "how": "Dinleriz."}] * 2})
    with pytest.raises(InvalidInput, match="once") as refused:
        await map_value(MANAGER, value.id, twice, expected_version=value.version)
    assert refused.value.path == ("anchors",)
    assert await value_gaps(MANAGER) == [value]
