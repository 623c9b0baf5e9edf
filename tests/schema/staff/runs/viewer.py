"""Runs of what is the viewer's own, and of everything live."""

from auth.actor import Role
from tests.factories import care, community
from tests.schema.staff.runs.registry import run
from tests.schema.staff.staff import Staff
from tests.schema.staff.world import World, tell


@run
async def run_viewer(staff: Staff, world: World) -> None:
    skill = await community.make_skill("İade")
    agent = await community.make_actor(Role.AGENT, display_name="Ece Su", skill_ids=[skill.id])
    viewer = (await staff.ask(agent, "Viewer"))["viewer"]
    assert viewer["member"] == {
        "id": agent.member,
        "displayName": "Ece Su",
        "roles": ["AGENT"],
        "availability": "OFFLINE",
        "skills": {"nodes": [{"id": skill.id, "name": "İade"}]},
    }
    assert viewer["permissions"] == sorted(permission.value for permission in agent.permissions)
    assert viewer["unreadNotificationCount"] == 0


@run
async def run_inbox_rows(staff: Staff, world: World) -> None:
    other = await care.make_case()
    ids = [other.id, "case_nobody", world.case.id, "nonsense"]
    rows = (await staff.ask(world.agent, "InboxRows", ids=ids))["nodes"]
    assert [row and row["id"] for row in rows] == [other.id, None, world.case.id, None]
    assert rows[0]["firstResponse"]["status"] == "RUNNING"


@run
async def run_inbox_changed(staff: Staff, world: World) -> None:
    await staff.settle()
    listener = await staff.listen(world.agent, "InboxChanged")
    await staff.do(world.agent, "AssignCase", caseId=world.case.id, assigneeId=world.agent.member, expectedVersion=1)
    event = await listener.next()
    assert (event["topic"], event["version"], event["nodeId"]) == ("INBOX", 2, world.case.id)
    assert (event["node"]["assignee"]["displayName"], event["node"]["version"]) == ("Deniz Kaya", 2)
    await listener.close()


@run
async def run_case_changed(staff: Staff, world: World) -> None:
    other = await care.make_case()
    await staff.settle()
    listener = await staff.listen(world.agent, "CaseChanged", id=world.case.id)
    await staff.do(world.agent, "AddNote", caseId=other.id, body="Başka bir vaka.")
    await staff.do(world.agent, "AddNote", caseId=world.case.id, body="Depoyu aradım.")
    event = await listener.next()
    assert (event["topic"], event["version"], event["nodeId"]) == ("CASE", 1, world.case.id)
    (conversation,) = event["node"]["conversations"]["nodes"]
    assert conversation["messages"]["nodes"][-1]["body"] == "Depoyu aradım."
    await listener.close()


@run
async def run_question_changed(staff: Staff, world: World) -> None:
    question = await community.make_question(world.agent)
    await staff.settle()
    listener = await staff.listen(world.agent, "QuestionChanged", id=question.id)
    answer = (await staff.do(world.expert, "AnswerQuestion", questionId=question.id, body="14 gün."))["answer"]
    event = await listener.next()
    assert (event["topic"], event["nodeId"], event["node"]["status"], event["node"]["answerCount"]) == (
        "QUESTION",
        question.id,
        "ANSWERED",
        1,
    )
    assert [one["id"] for one in event["node"]["answers"]["nodes"]] == [answer["id"]]
    await listener.close()


@run
async def run_my_notifications(staff: Staff, world: World) -> None:
    await staff.settle()
    listener = await staff.listen(world.expert, "MyNotifications")
    await tell(world.agent.member, world.case.id)
    notification = await tell(world.expert.member, world.case.id)
    event = await listener.next()
    assert (event["topic"], event["version"], event["nodeId"]) == ("NOTIFICATIONS", 0, notification.id)
    assert (event["node"]["kind"], event["node"]["readAt"], event["node"]["target"]) == ("ASSIGNED", None, None)
    await listener.close()


@run
async def run_catch_up(staff: Staff, world: World) -> None:
    await staff.settle()
    start = (await staff.ask(world.agent, "Viewer"))["viewer"]["eventCursor"]
    question = await community.make_question(world.agent)
    await staff.do(world.agent, "AssignCase", caseId=world.case.id, assigneeId=world.agent.member, expectedVersion=1)
    await staff.settle()
    page = (await staff.ask(world.agent, "CatchUp", cursor=start, first=10))["eventsSince"]
    assert sorted((event["topic"], event["nodeId"], event["node"]["__typename"]) for event in page["nodes"]) == [
        ("INBOX", world.case.id, "Case"),
        ("QUESTION", question.id, "Question"),
    ]
    assert page["pageInfo"] == {"hasNextPage": False, "endCursor": page["nodes"][-1]["cursor"]}


@run
async def run_notifications(staff: Staff, world: World) -> None:
    notification = await tell(world.agent.member, world.case.id)
    await tell(world.expert.member, world.case.id)
    page = (await staff.ask(world.agent, "Notifications", first=10))["notifications"]
    (row,) = page["nodes"]
    assert (page["totalCount"], row["id"], row["readAt"]) == (1, notification.id, None)
    assert row["target"] == {"__typename": "Case", "id": world.case.id}


@run
async def run_mark_read(staff: Staff, world: World) -> None:
    first, second = await tell(world.agent.member, world.case.id), await tell(world.agent.member, world.case.id)
    payload = await staff.do(world.agent, "MarkRead", ids=[first.id])
    assert [row["id"] for row in payload["notifications"]] == [first.id]
    assert payload["notifications"][0]["readAt"] is not None
    assert payload["viewer"] == {"unreadNotificationCount": 1}
    assert (await staff.do(world.agent, "MarkRead", upToId=second.id))["viewer"] == {"unreadNotificationCount": 0}
