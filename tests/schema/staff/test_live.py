"""Streams and catching up tell each viewer what is theirs to know, and nothing twice or too late."""

import asyncio
from datetime import timedelta

from auth.accounts import change_roles, create_account, disable_account, sign_out_everywhere
from auth.actor import ANONYMOUS, SYSTEM, Actor, Role
from auth.drafts import AccountDraft
from care.consultations import decline_consultation
from care.documents.channels import Environment
from care.documents.presence import PresenceActivity
from care.presence import PresenceDraft, set_presence
from community.ideas.ideas import IdeaDraft, submit_idea
from community.ideas.votes import vote_for_idea
from core.clock import clock
from core.database import Database
from core.idempotency import Once
from core.relay import trim
from tests.factories import care, community
from tests.factories.spaces import inside, make_space
from tests.schema.staff.staff import Staff
from tests.schema.staff.world import consult, make_world

SINCE = """query ($cursor: String!, $first: Int) { eventsSince(cursor: $cursor, first: $first) {
    totalCount totalCountCapped pageInfo { hasNextPage startCursor endCursor }
    nodes { topic cursor version nodeId node { id } } } }"""
RIGHTS = "subscription { inboxChanged { nodeId node { ... on Case { viewerCanAssign } } } }"


async def note(staff: Staff, actor: Actor, case_id: str) -> None:
    """Let something happen to a case."""
    await staff.do(actor, "AddNote", caseId=case_id, body="Depoyu aradım.")


async def cursor_of(staff: Staff, actor: Actor) -> str:
    """Give where the events stand for a client."""
    await staff.settle()
    cursor: str = (await staff.ask(actor, "Viewer"))["viewer"]["eventCursor"]
    return cursor


async def test_inbox_tells_nothing_of_what_is_hidden(staff: Staff) -> None:
    world = await make_world()
    mine, other = await care.make_channel(), await care.make_channel()
    visible = await care.make_case(await care.make_conversation(mine))
    hidden = await care.make_case(await care.make_conversation(other))
    practice = await care.make_case(await care.make_conversation(mine), environment=Environment.PRACTICE)
    agency = care.make_actor(Role.AGENCY, reach=frozenset({mine.id}))
    await staff.settle()
    theirs, ours = await staff.listen(agency, "InboxChanged"), await staff.listen(world.mentor, "InboxChanged")
    for case in (hidden, practice, visible):
        await note(staff, world.mentor, case.id)
    assert (await theirs.next())["nodeId"] == visible.id
    assert {(await ours.next())["nodeId"] for _ in range(2)} == {hidden.id, visible.id}
    await theirs.close()
    await ours.close()


async def test_case_that_leaves_an_experts_sight_is_told_once(staff: Staff) -> None:
    world = await make_world()
    consultation = await consult(world)
    await staff.settle()
    listener = await staff.listen(world.expert, "CaseChanged", id=world.case.id)
    await note(staff, world.agent, world.case.id)
    assert (await listener.next())["node"] is not None
    await decline_consultation(world.expert, consultation.id, expected_version=consultation.version)
    left = await listener.next()
    assert (left["nodeId"], left["node"], left["topic"]) == (world.case.id, None, "CASE")
    await note(staff, world.agent, world.case.id)
    await consult(world)
    assert (await listener.next())["node"]["version"] == 1  # the note in between was none of the expert's
    await listener.close()


async def test_catching_up_tells_that_a_case_has_left(staff: Staff) -> None:
    world = await make_world()
    consultation = await consult(world)
    start = await cursor_of(staff, world.expert)
    await care.make_reply(await care.reread(world.case), world.agent)
    await decline_consultation(world.expert, consultation.id, expected_version=consultation.version)
    await staff.settle()
    page = (await staff.ask(world.expert, SINCE, cursor=start))["eventsSince"]
    cases = [event for event in page["nodes"] if event["nodeId"] == world.case.id]
    assert {event["topic"] for event in cases} == {"INBOX"}
    assert all(event["node"] is None for event in cases)


async def test_catching_up_goes_on_page_by_page(staff: Staff) -> None:
    world = await make_world()
    start = await cursor_of(staff, world.agent)
    for _ in range(3):
        await note(staff, world.agent, world.case.id)
    await staff.settle()
    first = (await staff.ask(world.agent, SINCE, cursor=start, first=2))["eventsSince"]
    assert (len(first["nodes"]), first["pageInfo"]["hasNextPage"], first["totalCount"], first["totalCountCapped"]) == (
        2,
        True,
        3,
        False,
    )
    assert first["pageInfo"]["endCursor"] == first["nodes"][-1]["cursor"]
    rest = (await staff.ask(world.agent, SINCE, cursor=first["pageInfo"]["endCursor"]))["eventsSince"]
    assert (len(rest["nodes"]), rest["pageInfo"]["hasNextPage"]) == (1, False)
    cursors = [start, *(event["cursor"] for event in [*first["nodes"], *rest["nodes"]])]
    assert cursors == sorted(set(cursors))
    end = (await staff.ask(world.agent, SINCE, cursor=cursors[-1]))["eventsSince"]
    assert (end["nodes"], end["pageInfo"]) == ([], {"hasNextPage": False, "startCursor": None, "endCursor": cursors[-1]})


async def test_catching_up_moves_past_what_is_not_the_viewers(staff: Staff) -> None:
    world = await make_world()
    start = await cursor_of(staff, world.expert)
    await note(staff, world.agent, world.case.id)
    await staff.settle()
    page = (await staff.ask(world.expert, SINCE, cursor=start))["eventsSince"]
    assert (page["nodes"], page["pageInfo"]["hasNextPage"]) == ([], False)
    assert page["pageInfo"]["endCursor"] > start


async def test_catching_up_after_the_retention_is_refused(staff: Staff, store: Database) -> None:
    world = await make_world()
    start = await cursor_of(staff, world.agent)
    for _ in range(2):
        await note(staff, world.agent, world.case.id)
    await staff.settle()
    clock.shift(timedelta(days=31))
    await trim(store, passed=staff.tail.head + 1)
    error = await staff.error(world.agent, SINCE, cursor=start)
    assert error.extensions == {"code": "CURSOR_EXPIRED", "path": ["cursor"]}


async def test_cursors_that_are_not_ours_are_refused(staff: Staff) -> None:
    world = await make_world()
    start = await cursor_of(staff, world.agent)
    rows = (await staff.ask(world.agent, "Inbox", first=1))["cases"]["pageInfo"]["endCursor"]
    forged = f"{1:016d}{start[16:]}"
    for cursor in ("", "nonsense", rows, forged, start[:-1], f"{start}x"):
        error = await staff.error(world.agent, SINCE, cursor=cursor)
        assert error.extensions == {"code": "INVALID_INPUT", "path": ["cursor"]}, cursor


async def test_a_stream_uses_the_rights_that_hold_now(staff: Staff) -> None:
    world = await make_world()
    draft = AccountDraft(email="can@example.com", name="Can Er", roles=[Role.TRAINEE], member_id=world.trainee.member)
    account = await create_account(SYSTEM, draft)
    await staff.settle()
    listener = await staff.listen(world.trainee, RIGHTS)
    await note(staff, world.agent, world.case.id)
    assert (await listener.next())["node"] == {"viewerCanAssign": False}
    await change_roles(SYSTEM, account.id, [Role.AGENT])
    await note(staff, world.agent, world.case.id)
    assert (await listener.next())["node"] == {"viewerCanAssign": True}
    await change_roles(SYSTEM, account.id, [Role.HR])
    await note(staff, world.agent, world.case.id)
    assert (await listener.next())["node"] is None
    assert not listener.context.ended.is_set()
    await listener.close()


async def test_a_stream_ends_with_the_account(staff: Staff) -> None:
    world = await make_world()
    for number, end in enumerate((disable_account, sign_out_everywhere)):
        member = await community.make_actor(Role.AGENT)
        draft = AccountDraft(email=f"a{number}@example.com", name="Ece", roles=[Role.AGENT], member_id=member.member)
        account = await create_account(SYSTEM, draft)
        await staff.settle()
        listener = await staff.listen(member, "InboxChanged")
        await end(SYSTEM, account.id)
        assert await listener.next() is None
        assert listener.context.ended.is_set()
        await listener.close()
    await note(staff, world.agent, world.case.id)


async def test_strangers_hear_nothing(staff: Staff) -> None:
    world = await make_world()
    for document, given in (("InboxChanged", {}), ("MyNotifications", {}), ("CaseChanged", {"id": world.case.id})):
        listener = await staff.listen(ANONYMOUS, document, **given)
        (error,) = await listener.next()
        assert error.extensions["code"] == "FORBIDDEN"
        await listener.close()


async def test_only_cases_and_questions_are_listened_to_one_by_one(staff: Staff) -> None:
    world = await make_world()
    listener = await staff.listen(world.agent, "CaseChanged", id=world.agent.member)
    (error,) = await listener.next()
    assert error.extensions == {"code": "INVALID_INPUT", "path": ["id"]}
    await listener.close()


async def test_what_happens_while_a_stream_opens_is_not_lost(staff: Staff) -> None:
    world = await make_world()
    await staff.settle()
    listener = await staff.listen(world.agent, "CaseChanged", id=world.case.id)
    await asyncio.gather(*(note(staff, world.agent, world.case.id) for _ in range(5)))
    cursors = [(await listener.next())["cursor"] for _ in range(5)]
    assert cursors == sorted(set(cursors))
    await listener.close()


async def test_presence_is_told_to_who_has_the_case_open_and_to_no_list(staff: Staff) -> None:
    world = await make_world()
    await staff.settle()
    screen, inbox = (
        await staff.listen(world.agent, "CaseChanged", id=world.case.id),
        await staff.listen(world.agent, "InboxChanged"),
    )
    for activity in (PresenceActivity.VIEWING, PresenceActivity.VIEWING, None):
        await set_presence(world.mentor, PresenceDraft(case_id=world.case.id, activity=activity))
    told = [await screen.next() for _ in range(2)]
    assert [(event["nodeId"], event["topic"], event["version"]) for event in told] == [(world.case.id, "CASE", 1)] * 2
    await note(staff, world.agent, world.case.id)
    assert (await inbox.next())["nodeId"] == world.case.id
    assert await cursor_of(staff, world.agent) > told[-1]["cursor"]
    await screen.close()
    await inbox.close()


POSTS = "subscription { postsChanged { topic nodeId node { id } } }"
IDEAS = "subscription { ideasChanged { topic nodeId node { id } } }"
NODE = "subscription($id: ID!) { nodeChanged(id: $id) { topic nodeId node { id } } }"


async def test_posts_and_ideas_are_heard_live_by_those_who_may_read_them(staff: Staff) -> None:
    ece, deniz = await community.make_actor(Role.AGENT), await community.make_actor(Role.AGENT)
    space = await make_space(ece)
    inside_it = inside(ece, space)
    idea = await submit_idea(ece, IdeaDraft(title="Kargo bildirimi", body="Haber verin."), once=Once())
    await staff.settle()
    posts, ideas = await staff.listen(deniz, POSTS), await staff.listen(deniz, IDEAS)
    own, one = await staff.listen(inside_it, POSTS), await staff.listen(deniz, NODE, id=idea.id)

    hidden = await community.make_post(inside_it, published=True, space_id=space.id)
    secret = await submit_idea(inside_it, IdeaDraft(title="Gizli fikir", body="Burada.", space_id=space.id), once=Once())
    shown = await community.make_post(deniz, published=True)
    await vote_for_idea(inside_it, secret.id, voted=True)
    await vote_for_idea(deniz, idea.id, voted=True)
    await staff.settle()

    assert await posts.next() == {"topic": "POSTS", "nodeId": shown.id, "node": {"id": shown.id}}
    assert {(await own.next())["nodeId"] for _ in range(4)} == {hidden.id, shown.id}
    heard = {"topic": "IDEAS", "nodeId": idea.id, "node": {"id": idea.id}}
    assert (await ideas.next(), await one.next()) == (heard, heard)
    for listener in (posts, ideas, own, one):
        await listener.close()
