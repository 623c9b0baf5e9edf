"""Being told as one wants to be: preferences, grouped rows, reading and unreading, and live news of it in another window."""

from dataclasses import replace

from auth.actor import Role
from core.settings import Settings
from notifications.letters.names import write_token
from tests.care.mail.post import post_office
from tests.factories.care import make_case
from tests.journeys.conftest import World
from worker.run import Worker

PREFERENCES = """{ notificationPreferences {
  timeZone digestAt version quietHours { begins ends } emailUndeliverableSince kinds { kind inApp email } } }"""
UPDATE = """
mutation($input: UpdateNotificationPreferencesInput!) {
  updateNotificationPreferences(input: $input) {
    notificationPreferences { timeZone quietHours { begins ends } digestAt version kinds { kind inApp email } }
    userErrors { code path }
  }
}"""
GROUPS = """{
  notificationGroups(first: 5) { totalCount nodes {
    id kind total unreadCount text latestAt lastActors { displayName } target { id } } }
  notifications(first: 5) { nodes { id silent readAt } }
  viewer { unreadNotificationCount }
}"""
READ = """
mutation($input: MarkNotificationsReadInput!) {
  markNotificationsRead(input: $input) { viewer { unreadNotificationCount } userErrors { code path } }
}"""
UNREAD = """
mutation($input: MarkNotificationsUnreadInput!) {
  markNotificationsUnread(input: $input) { notifications { id readAt } readState { unreadCount } userErrors { code path } }
}"""
ASSIGN = """
mutation($input: AssignCaseInput!) { assignCase(input: $input) { case { version } userErrors { code message } } }"""
SINCE = """
query($cursor: String!) {
  eventsSince(cursor: $cursor) { nodes { topic node { __typename ... on NotificationReadState { unreadCount } } } }
}"""


async def test_a_member_is_told_as_they_want_to_be(world: World) -> None:
    await world.join("ece", Role.AGENT)
    await world.join("deniz", Role.MANAGER)
    ece, deniz = world.staff("ece"), world.staff("deniz")

    chosen = (await ece.execute(PREFERENCES))["notificationPreferences"]
    assert (chosen["timeZone"], chosen["version"], chosen["quietHours"]) == ("Europe/Istanbul", 0, None)
    assert {"kind": "QUESTION_INVITED", "inApp": True, "email": "AT_ONCE"} in chosen["kinds"]
    given = {
        "timeZone": "Asia/Tehran",
        "quietHours": {"begins": "22:00", "ends": "07:30"},
        "digestAt": "17:45",
        "kinds": [{"kind": "ASSIGNED", "email": "OFF"}],
        "expectedVersion": 0,
    }
    saved = (await ece.do(UPDATE, given))["notificationPreferences"]
    assert (saved["timeZone"], saved["digestAt"], saved["version"]) == ("Asia/Tehran", "17:45", 1)
    assert saved["quietHours"] == {"begins": "22:00", "ends": "07:30"}
    assert {"kind": "ASSIGNED", "inApp": True, "email": "OFF"} in saved["kinds"]
    assert await ece.refused(UPDATE, given) == [("CONFLICT", ["input", "expectedVersion"])]
    assert await ece.refused(UPDATE, given | {"timeZone": "Mars/Olympus"}) == [("INVALID_INPUT", ["input", "timeZone"])]
    cleared = (await ece.do(UPDATE, {"quietHours": None, "expectedVersion": 1}))["notificationPreferences"]
    assert (cleared["quietHours"], cleared["digestAt"]) == (None, "17:45")
    assert (await deniz.execute(PREFERENCES))["notificationPreferences"]["version"] == 0


async def test_many_of_one_case_are_one_row(world: World) -> None:
    ece, deniz = await world.join("ece", Role.AGENT), await world.join("deniz", Role.MANAGER)
    case = await make_case()
    for assignee in (ece, deniz, ece):
        given = {"caseId": case.id, "assigneeId": assignee, "expectedVersion": case.version}
        case.version = (await world.staff("deniz").do(ASSIGN, given))["case"]["version"]
    await world.settle()
    client = world.staff("ece")

    told = await client.execute(GROUPS)
    (group,) = told["notificationGroups"]["nodes"]
    assert (group["kind"], group["total"], group["unreadCount"], group["target"]) == ("ASSIGNED", 2, 2, {"id": case.id})
    assert group["lastActors"] == [{"displayName": "Deniz"}]
    assert (told["viewer"]["unreadNotificationCount"], told["notificationGroups"]["totalCount"]) == (2, 1)

    start = (await client.execute("{ viewer { eventCursor } }"))["viewer"]["eventCursor"]
    assert (await client.do(READ, {"groupId": group["id"]}))["viewer"]["unreadNotificationCount"] == 0
    last = told["notifications"]["nodes"][0]["id"]
    unread = await client.do(UNREAD, {"ids": [last]})
    assert (unread["notifications"], unread["readState"]) == ([{"id": last, "readAt": None}], {"unreadCount": 1})
    await world.settle()
    news = (await client.execute(SINCE, cursor=start))["eventsSince"]["nodes"]
    assert [event["node"] for event in news] == [{"__typename": "NotificationReadState", "unreadCount": 1}] * 2
    assert (await client.do(READ, {"all": True}))["viewer"]["unreadNotificationCount"] == 0
    other = world.staff("deniz")
    assert await other.refused(READ, {"groupId": group["id"]}) == [("INVALID_INPUT", ["input", "groupId"])]
    assert await other.refused(UNREAD, {"ids": [last]}) == [("INVALID_INPUT", ["input", "ids"])]
    assert all(event["node"] is None or event["topic"] != "NOTIFICATIONS" for event in await heard(world, start))


async def heard(world: World, start: str) -> list[dict[str, object]]:
    """Give what another member hears of one's notifications."""
    return list((await world.staff("deniz").execute(SINCE, cursor=start))["eventsSince"]["nodes"])


async def test_link_in_an_email_works_without_signing_in(world: World) -> None:
    member = await world.join("ece", Role.AGENT)
    token = write_token(world.platform.keyring, member, "ASSIGNED")
    async with world.portal().http() as http:
        page = await http.get(f"/notifications/unsubscribe/{token}")
        shown = (await world.staff("ece").execute(PREFERENCES))["notificationPreferences"]["version"]
        done = await http.post(f"/notifications/unsubscribe/{token}", data={"List-Unsubscribe": "One-Click"})
        again = await http.post(f"/notifications/unsubscribe/{token}")
        strange = await http.post(f"/notifications/unsubscribe/{token}x")

    assert (page.status_code, shown) == (200, 0)
    assert '<form method="post"><button name="List-Unsubscribe" value="One-Click">' in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'; form-action 'self'")
    assert (done.status_code, again.status_code, strange.status_code) == (200, 200, 404)
    kinds = (await world.staff("ece").execute(PREFERENCES))["notificationPreferences"]["kinds"]
    assert [one["kind"] for one in kinds if one["email"] == "OFF"] == ["ASSIGNED", "REACTED"]


async def test_worker_sends_what_a_member_wants_by_email(world: World) -> None:
    ece = await world.join("ece", Role.AGENT)
    await world.join("deniz", Role.MANAGER)
    await world.staff("ece").do(UPDATE, {"kinds": [{"kind": "ASSIGNED", "email": "AT_ONCE"}], "expectedVersion": 0})
    case = await make_case()
    async with post_office() as office:
        settings = Settings(
            memory_only=True, smtp_host="127.0.0.1", smtp_port=office.port, smtp_security="none", smtp_from="kopru@narin.example"
        )
        worker = Worker(replace(world.platform, settings=settings))
        await worker.drain()
        given = {"caseId": case.id, "assigneeId": ece, "expectedVersion": case.version}
        await world.staff("deniz").do(ASSIGN, given)
        await worker.drain()

    (mail,) = office.mails()
    assert (mail["To"], mail["From"].addresses[0].addr_spec) == ("ece@narin.example", "kopru@narin.example")
    assert mail["Subject"] == f"Case “#{case.number} {case.subject}” was assigned to you."
