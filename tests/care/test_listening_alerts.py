import asyncio
from datetime import timedelta

import pytest
from pydantic import ValidationError

from auth.actor import Role
from care.clock_scan import scan
from care.documents.conversations import Conversation, Message, Visibility
from care.documents.listening import ListeningAlert, ListeningKind, ListeningQuery, Mention
from care.listening.alerts import AcknowledgementDraft, AlertDraft, RuleDraft, acknowledge_alert, judge, set_alert_rule
from care.listening.earlier import BATCH, FURTHEST, find_earlier_mentions, queue_search, search_earlier
from care.listening.mentions import find_mentions, keep_mention
from care.listening.queries import QueryDraft, archive_listening_query, create_listening_query
from care.reading.listening import count_alerts, list_alerts
from care.workers import declare_queues, jobs_worker
from core.clock import now
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, InvalidInput, NotFound
from core.idempotency import Once
from core.outbound import Outbound
from core.paging import Window
from core.records import fresh, save
from core.secrets import Keyring
from tests.care.stored import event_types
from tests.factories.care import later, make_actor, make_conversation, say

MANAGER = make_actor(Role.MANAGER)
HOURLY = RuleDraft(window_minutes=60, least=3, times_usual=2.0)


async def listening(rule: RuleDraft | None = HOURLY, phrase: str = "narin") -> ListeningQuery:
    draft = QueryDraft(name="Narin", kind=ListeningKind.BRAND, any_of=[phrase])
    query = await create_listening_query(MANAGER, draft, once=Once())
    return (
        await set_alert_rule(MANAGER, AlertDraft(query_id=query.id, rule=rule), expected_version=query.version) if rule else query
    )


async def hear(conversation: Conversation, body: str = "Narin bozuldu") -> None:
    case = await say(conversation, body)
    message = await Message.find({"case_id": case.id}).sort("-created_at", "-_id").first_or_none()
    assert message is not None
    for query in await find_mentions(message):
        await judge(query)
        await judge(query)


async def mentioned(query: ListeningQuery, *, ago: timedelta, times: int) -> None:
    """Let a query have found messages some time ago."""
    case = await say(await make_conversation(), "Narin")
    message = await Message.find_one({"case_id": case.id})
    assert message is not None
    for number in range(times):
        message.id, message.sent_at = f"msg_{ago.total_seconds()}_{number}", now() - ago
        await keep_mention(query, message, ["narin"])


async def alerts() -> list[ListeningAlert]:
    return (await list_alerts(MANAGER, Window(limit=20))).items


async def test_rise_is_told_once_and_again_after_it_was_over(store: Database) -> None:
    query, conversation = await listening(), await make_conversation()
    await hear(conversation)
    await hear(conversation)
    assert await alerts() == []

    await hear(conversation)
    await hear(conversation)
    (alert,) = await alerts()
    assert (alert.query_id, alert.raised_count, alert.usual, alert.open) == (query.id, 3, 0.0, True)

    later(minutes=2)
    await scan()
    assert (await fresh(alert)).peak == 4
    later(minutes=63)
    await scan()
    await scan()
    ended = await fresh(alert)
    assert (ended.open, ended.ended_at is not None, ended.next_look_at) == (False, True, None)
    assert await count_alerts(MANAGER, is_open=True) == 0
    for _ in range(3):
        await hear(conversation)
    assert [one.open for one in await alerts()] == [True, False]
    assert sorted(await event_types(ListeningAlert)) == ["ListeningAlertChanged", "ListeningAlertRaised", "ListeningAlertRaised"]


async def test_what_is_usual_raises_nothing(store: Database) -> None:
    query, conversation = await listening(), await make_conversation()
    query.created_at = now() - timedelta(days=30)
    await save(query)
    await mentioned(query, ago=timedelta(days=3), times=336)

    for _ in range(3):
        await hear(conversation)
    assert await alerts() == []

    await hear(conversation)
    (alert,) = await alerts()
    assert (alert.raised_count, alert.usual) == (4, 2.0)


async def test_workers_that_see_the_same_rise_raise_one_alert(store: Database) -> None:
    query = await listening()
    await mentioned(query, ago=timedelta(minutes=5), times=5)

    raised = await asyncio.gather(*(judge(query) for _ in range(4)))

    assert len([one for one in raised if one is not None]) == 1
    assert len(await alerts()) == 1


async def test_without_a_rule_and_when_archived_nothing_is_raised(store: Database) -> None:
    quiet, gone = await listening(None), await listening(phrase="zarif")
    for query in (quiet, gone):
        await mentioned(query, ago=timedelta(minutes=5), times=5)
    gone = await archive_listening_query(MANAGER, gone.id, expected_version=gone.version)

    assert [await judge(query) for query in (quiet, gone)] == [None, None]
    with pytest.raises(AlreadyDone):
        await set_alert_rule(MANAGER, AlertDraft(query_id=gone.id, rule=HOURLY), expected_version=gone.version)
    told = await listening(phrase="ısıtıcı")
    off = await set_alert_rule(MANAGER, AlertDraft(query_id=told.id, rule=None), expected_version=told.version)
    assert off.alert_rule is None


async def test_one_person_sees_to_an_alert(store: Database) -> None:
    query = await listening()
    await mentioned(query, ago=timedelta(minutes=5), times=3)
    alert = await judge(query)
    assert alert is not None
    draft = AcknowledgementDraft(alert_id=alert.id, note="Duyuru hazırlanıyor.")

    for refused in (Role.AGENT, Role.HR, Role.AGENCY):
        with pytest.raises((Forbidden, NotFound)):
            await acknowledge_alert(make_actor(refused), draft, expected_version=1)
    with pytest.raises(Conflict):
        await acknowledge_alert(MANAGER, draft, expected_version=9)
    seen = await acknowledge_alert(MANAGER, draft, expected_version=1)

    assert (seen.acknowledged_by, seen.note, seen.version) == (MANAGER.id, draft.note, 2)
    with pytest.raises(AlreadyDone):
        await acknowledge_alert(MANAGER, draft, expected_version=2)
    with pytest.raises(Forbidden):
        await list_alerts(make_actor(Role.AGENCY), Window(limit=1))


@pytest.mark.parametrize("given", [{"window_minutes": 4}, {"least": 0}, {"times_usual": 1.0}, {"times_usual": float("nan")}])
def test_rules_that_mean_nothing_are_refused(given: dict[str, float]) -> None:
    with pytest.raises(ValidationError) as refused:
        RuleDraft.model_validate({"window_minutes": 60, "least": 3, **given})
    assert [error["loc"] for error in refused.value.errors()] == [tuple(given)]


async def test_earlier_messages_are_found_and_counted(store: Database) -> None:
    conversation = await make_conversation(visibility=Visibility.PUBLIC)
    for body in ("Narin geç kaldı", "Narin iyi", "Başka bir şey"):
        await say(conversation, body)
    old = await say(await make_conversation(), "Narin eskiden iyiydi")
    message = await Message.find_one({"case_id": old.id})
    assert message is not None
    message.sent_at = now() - timedelta(days=40)
    await save(message)
    query = await listening(None)

    asked = await find_earlier_mentions(MANAGER, query.id, now() - timedelta(days=30), expected_version=query.version)
    with pytest.raises(AlreadyDone):
        await find_earlier_mentions(MANAGER, query.id, now() - timedelta(days=3), expected_version=asked.version)
    await declare_queues(store)
    for _ in range(2):
        await queue_search(query.id, asked.version)
    await jobs_worker(store, keyring=Keyring(b"a secret key of thirty-two bytes"), outbound=Outbound()).drain()
    await search_earlier(query.id)

    search = (await fresh(query)).earlier
    assert search is not None
    assert (search.looked_at, search.found, search.finished_at is not None) == (4, 2, True)
    assert await Mention.find({"query_id": query.id}).count() == 2
    assert await store["jobs"].count_documents({"kind": "listen"}) == 1


async def test_interrupted_search_goes_on_where_it_was(store: Database) -> None:
    query = await listening(None)
    case = await say(await make_conversation(), "Narin")
    message = await Message.find_one({"case_id": case.id})
    assert message is not None
    rows = [{**message.model_dump(exclude={"id"}), "_id": f"msg_{number:05d}"} for number in range(BATCH + 5)]
    await Message.get_pymongo_collection().delete_many({"_id": {"$in": [message.id]}})
    for row in rows:
        await save(Message(**{**row, "id": row["_id"], "revision": 0}))
    query = await find_earlier_mentions(MANAGER, query.id, now() - timedelta(days=1), expected_version=query.version)
    assert query.earlier is not None
    query.earlier = query.earlier.model_copy(update={"after_id": f"msg_{BATCH - 1:05d}", "looked_at": BATCH, "found": BATCH})
    await save(query)

    await search_earlier(query.id)

    search = (await fresh(query)).earlier
    assert search is not None
    assert (search.looked_at, search.found) == (BATCH + 5, BATCH + 5)
    assert await Mention.find({}).count() == 5


async def test_instants_that_can_not_be_searched_are_refused(store: Database) -> None:
    query = await listening(None)
    for since in (now() + timedelta(hours=1), now() - FURTHEST - timedelta(days=1)):
        with pytest.raises(InvalidInput) as refused:
            await find_earlier_mentions(MANAGER, query.id, since, expected_version=query.version)
        assert refused.value.path == ("since",)
    with pytest.raises(Forbidden):
        await find_earlier_mentions(make_actor(Role.AGENT), query.id, now() - timedelta(days=1), expected_version=1)
