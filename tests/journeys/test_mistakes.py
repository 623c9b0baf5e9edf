"""Mistakes from the manager's catalogue to the case, its lesson and the report."""

from datetime import timedelta

from core.clock import now
from tests.journeys.conftest import World
from tests.journeys.story import begin

KIND = "mistakeKind { id name version remedy archived department { name } } userErrors { code path }"
CREATE = f"mutation ($input: CreateMistakeKindInput!) {{ createMistakeKind(input: $input) {{ {KIND} }} }}"
UPDATE = f"mutation ($input: UpdateMistakeKindInput!) {{ updateMistakeKind(input: $input) {{ {KIND} }} }}"
ARCHIVE = f"mutation ($input: ArchiveMistakeKindInput!) {{ archiveMistakeKind(input: $input) {{ {KIND} }} }}"
MISTAKE = "mistake { id rootCause lesson recordedAt recordedBy { id } kind { id name } page { id title } }"
RECORD = f"""mutation ($input: RecordMistakeInput!) {{ recordMistake(input: $input) {{ {MISTAKE}
    case {{ version mistakes {{ id }} }} userErrors {{ code path }} }} }}"""
CHANGE = f"""mutation ($input: ChangeMistakeInput!) {{ changeMistake(input: $input) {{ {MISTAKE}
    case {{ version }} userErrors {{ code path }} }} }}"""
WITHDRAW = """mutation ($input: WithdrawMistakeInput!) { withdrawMistake(input: $input) { case { version mistakes { id } }
    userErrors { code path } } }"""
LIST = "{ mistakeKinds(first: 5) { totalCount nodes { id name } } }"
REPORT = """query ($range: DateTimeRange!, $by: MistakeDimension!) { mistakeReport(range: $range, by: $by) {
    whole { mistakeCount caseCount lessonCount } groups { key label mistakeCount caseCount lessonCount } } }"""


async def test_mistakes_are_recorded_learned_from_and_counted(world: World) -> None:
    story = await begin(world)
    manager, agent, case = story.client("manager"), story.client("agent"), await story.case()
    kind = (await manager.do(CREATE, {"name": "Yanlış adres", "remedy": "Adresi listeden seçin"}))["mistakeKind"]
    assert (kind["version"], kind["archived"], kind["department"]) == (1, False, None)
    kind = (await manager.do(UPDATE, {"kindId": kind["id"], "name": "آدرس نادرست", "expectedVersion": 1}))["mistakeKind"]
    assert (await agent.execute(LIST))["mistakeKinds"] == {"totalCount": 1, "nodes": [{"id": kind["id"], "name": "آدرس نادرست"}]}

    given = {"caseId": case.id, "kindId": kind["id"], "rootCause": "Adres elle yazılmış", "expectedVersion": 1}
    recorded = await agent.do(RECORD, given)
    mistake = recorded["mistake"]
    assert (mistake["kind"]["id"], mistake["recordedBy"]["id"]) == (kind["id"], world.members["agent"])
    assert recorded["case"] == {"version": 2, "mistakes": [{"id": mistake["id"]}]}
    page = await story.page()
    learned = {"caseId": case.id, "mistakeId": mistake["id"], "pageId": page.id, "expectedVersion": 2}
    assert (await agent.do(CHANGE, learned))["mistake"]["page"] == {"id": page.id, "title": page.title}
    assert await agent.refused(CHANGE, {**learned, "mistakeId": "mst_none", "expectedVersion": 3}) == [
        ("NOT_FOUND", ["input", "mistakeId"])
    ]

    span = {"from": (now() - timedelta(days=1)).isoformat(), "until": (now() + timedelta(days=1)).isoformat()}
    report = (await manager.execute(REPORT, range=span, by="KIND"))["mistakeReport"]
    counts = {"mistakeCount": 1, "caseCount": 1, "lessonCount": 1}
    assert report == {"whole": counts, "groups": [{"key": kind["id"], "label": "آدرس نادرست", **counts}]}

    gone = {"caseId": case.id, "mistakeId": mistake["id"], "expectedVersion": 3}
    assert (await agent.do(WITHDRAW, gone))["case"]["mistakes"] == []
    assert (await manager.execute(REPORT, range=span, by="DAY"))["mistakeReport"]["groups"] == []
    archived = await manager.do(ARCHIVE, {"kindId": kind["id"], "expectedVersion": 2})
    assert archived["mistakeKind"]["archived"] is True
    assert await agent.refused(RECORD, {**given, "expectedVersion": 4}) == [("ALREADY_DONE", ["input", "kindId"])]
