"""A file of customers on its way in: a place for it, the upload, the import with its counts, and its errors fetched."""

from urllib.parse import urlsplit

from auth.actor import Role
from tests.journeys.conftest import World

STAGE = """mutation($input: StageUploadInput!) { stageUpload(input: $input) {
    upload { id name uploadUrl expiresAt } userErrors { code path } } }"""
CREATE = """mutation($input: CreateCustomerImportInput!) { createCustomerImport(input: $input) {
    customerImport { id state fileName total } userErrors { code path message } } }"""
SHOWN = """query($id: ID!) { customerImport(id: $id) { state system format dryRun total reason ignoredColumns viewerCanCancel
    errorFileUrl createdBy { displayName } columns { column target }
    counts { rows created updated unchanged failed proposed } } customerImports(first: 5) { totalCount nodes { id } } }"""
CUSTOMERS = "{ customers(first: 5, orderBy: {field: NAME}) { nodes { displayName profile { field value origin } } } }"
CONTENT = "\ufeffMüşteri No;Ad Soyad;E-posta;Not\r\n1;Işıl Çağ;isil@ornek.example;\r\n2;سارا;sara;bozuk\r\n"


async def test_file_is_sent_taken_in_and_its_errors_are_fetched(world: World) -> None:
    await world.join("mert", Role.MANAGER)
    await world.join("zeynep", Role.AGENT)
    manager, agent = world.staff("mert"), world.staff("zeynep")
    place = (await manager.do(STAGE, {"name": "müşteriler.csv"}))["upload"]
    asked = {"fileId": place["id"], "system": "SAP"}
    assert await agent.refused(CREATE, asked) == [("FORBIDDEN", ["input"])]
    assert await manager.refused(CREATE, asked) == [("INVALID_INPUT", ["input", "fileId"])]

    parts = urlsplit(place["uploadUrl"])
    async with world.portal().http() as http:
        wrong = await http.put(f"{parts.path}?token=wrong", content=CONTENT.encode())
        sent = await http.put(f"{parts.path}?{parts.query}", content=CONTENT.encode())
        again = await http.put(f"{parts.path}?{parts.query}", content=b"id\n")
        fetched = await http.get(parts.path)
    assert [one.status_code for one in (wrong, sent, again, fetched)] == [404, 200, 409, 404]

    begun = (await manager.do(CREATE, asked))["customerImport"]
    assert (begun["state"], begun["fileName"], begun["total"]) == ("QUEUED", "müşteriler.csv", None)
    await world.settle()
    answer = await manager.execute(SHOWN, id=begun["id"])
    shown = answer["customerImport"]
    errors_at = urlsplit(shown.pop("errorFileUrl")).path
    assert shown == {
        "state": "DONE",
        "system": "SAP",
        "format": "CSV",
        "dryRun": False,
        "total": 2,
        "reason": None,
        "ignoredColumns": ["Not"],
        "viewerCanCancel": False,
        "createdBy": {"displayName": "Mert"},
        "columns": [
            {"column": "Müşteri No", "target": "EXTERNAL_ID"},
            {"column": "Ad Soyad", "target": "NAME"},
            {"column": "E-posta", "target": "EMAIL"},
        ],
        "counts": {"rows": 2, "created": 1, "updated": 0, "unchanged": 0, "failed": 1, "proposed": 0},
    }
    assert answer["customerImports"] == {"totalCount": 1, "nodes": [{"id": begun["id"]}]}
    assert (await agent.execute("query($id: ID!) { customerImport(id: $id) { id } }", id=begun["id"]))["customerImport"] is None

    async with manager.http() as http:
        errors = await http.get(errors_at)
    assert errors.headers["content-type"] == "text/csv; charset=utf-8"
    assert errors.headers["content-disposition"].startswith("attachment;")
    reason = "This is not an e-mail address; write it as name@example.com."
    assert errors.content.decode("utf-8-sig") == f"row,column,reason,line\r\n3,E-posta,{reason},2;سارا;sara;bozuk\r\n"
    async with agent.http() as http:
        assert (await http.get(errors_at)).status_code == 404

    (customer,) = (await agent.execute(CUSTOMERS))["customers"]["nodes"]
    assert customer == {
        "displayName": "Işıl Çağ",
        "profile": [
            {"field": "NAME", "value": "Işıl Çağ", "origin": "SAP"},
            {"field": "EMAIL", "value": "isil@ornek.example", "origin": "SAP"},
        ],
    }
