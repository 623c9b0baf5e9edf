"""The company's own fields: defined by a manager, filled in by agents, asked for at the closing, filtered by in the inbox."""

from tests.journeys.conftest import World
from tests.journeys.story import begin

FIELD = "customField { id key kind version requiredAtClosing archived labels { locale text } options { key labels { text } } }"
CREATE = f"""mutation ($input: CreateCustomFieldInput!) {{ createCustomField(input: $input) {{ {FIELD}
    userErrors {{ code path }} }} }}"""
UPDATE = f"""mutation ($input: UpdateCustomFieldInput!) {{ updateCustomField(input: $input) {{ {FIELD}
    userErrors {{ code path }} }} }}"""
ARCHIVE = """mutation ($input: ArchiveCustomFieldInput!) { archiveCustomField(input: $input) { customField { archived }
    userErrors { code } } }"""
FILL = """mutation ($input: SetCaseFieldsInput!) { setCaseFields(input: $input) { case { version viewerCanSetFields
    customFields { key value field { key kind labels { text } } } } userErrors { code path message } } }"""
CLOSE = "mutation ($input: CloseCaseInput!) { closeCase(input: $input) { case { status } userErrors { code path message } } }"
FOUND = "query ($field: CustomFieldComparator!) { cases(filter: {customField: $field}) { totalCount nodes { id } } }"
LIST = "{ customFields(first: 5) { totalCount nodes { key } } }"


async def test_own_fields_are_defined_filled_in_found_and_asked_for_at_the_closing(world: World) -> None:
    story = await begin(world)
    manager, agent, case = story.client("manager"), story.client("agent"), await story.case()
    labels = [{"locale": "tr", "text": "Bölge"}, {"locale": "fa", "text": "منطقه"}]
    options = [{"key": "ege", "labels": [{"locale": "tr", "text": "Ege"}]}]
    field = (await manager.do(CREATE, {"key": "region", "kind": "CHOICE", "labels": labels, "options": options}))["customField"]
    assert (field["labels"], field["options"], field["version"]) == (labels, [{"key": "ege", "labels": [{"text": "Ege"}]}], 1)
    assert await manager.refused(CREATE, {"key": "region", "kind": "TEXT", "labels": labels}) == [
        ("INVALID_INPUT", ["input", "key"])
    ]
    await manager.do(UPDATE, {"fieldId": field["id"], "requiredAtClosing": True, "expectedVersion": 1})
    assert (await agent.execute(LIST))["customFields"] == {"totalCount": 1, "nodes": [{"key": "region"}]}

    refused = await manager.refusable(CLOSE, {"caseId": case.id, "reason": "Bitti", "expectedVersion": 1})
    assert refused["userErrors"] == [
        {"code": "INVALID_INPUT", "path": ["input", "caseId"], "message": "Fill in first, to close the case: Bölge."}
    ]
    given = {"caseId": case.id, "values": [{"key": "region", "value": "akdeniz"}], "expectedVersion": 1}
    wrong = (await agent.refusable(FILL, given))["userErrors"]
    assert wrong == [
        {"code": "INVALID_INPUT", "path": ["input", "values", "0", "value"], "message": "The field Bölge takes one of ege."}
    ]
    filled = (await agent.do(FILL, {**given, "values": [{"key": "region", "value": "ege"}]}))["case"]
    kind = {"key": "region", "kind": "CHOICE", "labels": [{"text": "Bölge"}, {"text": "منطقه"}]}
    shown = {"key": "region", "value": "ege", "field": kind}
    assert filled == {"version": 2, "viewerCanSetFields": True, "customFields": [shown]}
    found = (await agent.execute(FOUND, field={"key": "region", "eq": "EGE"}))["cases"]
    assert found == {"totalCount": 1, "nodes": [{"id": case.id}]}
    assert (await agent.execute(FOUND, field={"key": "region", "eq": "marmara"}))["cases"]["totalCount"] == 0

    closed = await manager.do(CLOSE, {"caseId": case.id, "reason": "Bitti", "expectedVersion": 2})
    assert closed["case"]["status"] == "CLOSED"
    gone = await manager.do(ARCHIVE, {"fieldId": field["id"], "expectedVersion": 2})
    assert gone["customField"] == {"archived": True}
