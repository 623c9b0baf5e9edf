"""References of others through the API: adopted, compared with, begun from, and blended with the company's own values."""

from typing import Any

from auth.actor import Role
from tests.factories.care import later, make_case, make_reply
from tests.factories.community import make_actor
from tests.factories.procedures import make_policy
from tests.journeys.acts import act
from tests.journeys.conftest import World

ADOPT = act("adoptReferences", "benchmarkCount templateCount")
LIBRARY = """{
  benchmarks(first: 10) { totalCount nodes { id title measure unit low high source sourceUrl year
    ownFigure { value caseCount isAsGood } } }
  guidelineTemplates(first: 10) { totalCount nodes { id kind locale title source licence sections { key title body } } }
}"""
BEGIN = act("createGuideline", "guideline { id version template { id title } templateComparison { key state } missingSections }")
CHANGE = act("updateGuideline", "guideline { templateComparison { key state template { body } own { body } } }")
BENCHMARK = act("createBenchmark", "benchmark { id version high }")
RETIRE = act("archiveBenchmark", "benchmark { archived }")
VALUE = act("createCompanyValue", "value { id version }")
MAP = act("mapCompanyValue", "mapping { anchors { holds how sectionKey guideline { title } initiative { title } } }")
MAPPING = """query($id: ID!) {
  valueMapping(valueId: $id) { value { name } anchors { holds sectionKey } } valueGaps { name }
}"""


async def test_references_of_others_become_the_company_s_own_rules_and_show_its_gaps(world: World) -> None:
    people = {"leyla": Role.MANAGER, "ayse": Role.AGENT}
    for name, role in people.items():
        await world.join(name, role)
    leyla, ayse = world.staff("leyla"), world.staff("ayse")
    assert await ayse.refused(ADOPT, {"confirmed": True}) == [("FORBIDDEN", ["input"])]
    assert (await leyla.do(ADOPT, {"confirmed": True}))["templateCount"] == 6
    case = await make_case()
    later(minutes=12)
    await make_reply(case)
    mine, theirs = await leyla.execute(LIBRARY), await ayse.execute(LIBRARY)
    figures = {one["title"]: one["ownFigure"] for one in mine["benchmarks"]["nodes"]}
    assert figures["First answer in social media, on average"]["isAsGood"] is True
    assert figures["Firms that name reputation risk"] is None
    assert {one["ownFigure"] is None for one in theirs["benchmarks"]["nodes"]} == {True}

    template = next(one for one in theirs["guidelineTemplates"]["nodes"] if (one["kind"], one["locale"]) == ("POLICY", "fa"))
    begun: dict[str, Any] = {"kind": "POLICY", "title": "خط‌مشی ما", "templateId": template["id"]}
    made = (await leyla.do(BEGIN, begun))["guideline"]
    assert ({one["state"] for one in made["templateComparison"]}, made["missingSections"]) == ({"SAME"}, [])
    own = [{**one, "body": "خودمان نوشتیم."} if one["key"] == "rules" else one for one in template["sections"]]
    told = {"guidelineId": made["id"], "sections": own, "expectedVersion": made["version"]}
    rules = next(one for one in (await leyla.do(CHANGE, told))["guideline"]["templateComparison"] if one["key"] == "rules")
    assert (rules["state"], rules["own"]["body"]) == ("CHANGED", "خودمان نوشتیم.")
    assert await leyla.refused(BEGIN, {**begun, "kind": "PROCEDURE"}) == [("INVALID_INPUT", ["input", "templateId"])]
    bad = {"title": "Bizim sektör", "unit": "PERCENT", "low": 5, "source": "Rapor", "sourceUrl": "javascript:alert(1)"}
    assert await leyla.refused(BENCHMARK, bad) == [("INVALID_INPUT", ["input", "sourceUrl"])]
    kept = (await leyla.do(BENCHMARK, {**bad, "sourceUrl": "https://rapor.example/2026", "year": 2026}))["benchmark"]
    gone = {"benchmarkId": kept["id"], "expectedVersion": kept["version"]}
    assert (await leyla.do(RETIRE, gone))["benchmark"]["archived"] is True

    values = [(await leyla.do(VALUE, {"name": name, "description": "Böyleyiz."}))["value"] for name in ("Dürüstlük", "Hız")]
    policy = await make_policy(await make_actor(Role.MANAGER), await make_actor(Role.MANAGER))
    anchor = {"subjectId": policy.id, "sectionKey": "rules", "how": "Doğruyu söyleriz."}
    given = {"valueId": values[0]["id"], "expectedVersion": values[0]["version"], "anchors": [anchor]}
    assert await ayse.refused(MAP, given) == [("FORBIDDEN", ["input"])]
    wrong = {**given, "anchors": [{**anchor, "sectionKey": "none"}]}
    assert await leyla.refused(MAP, wrong) == [("INVALID_INPUT", ["input", "anchors", "0", "sectionKey"])]
    (held,) = (await leyla.do(MAP, given))["mapping"]["anchors"]
    assert (held["holds"], held["guideline"], held["initiative"]) == (True, {"title": policy.title}, None)
    assert await ayse.execute(MAPPING, id=values[0]["id"]) == {
        "valueMapping": {"value": {"name": "Dürüstlük"}, "anchors": [{"holds": True, "sectionKey": "rules"}]},
        "valueGaps": [{"name": "Hız"}],
    }
