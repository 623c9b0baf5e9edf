"""Situations of listening."""

from datetime import timedelta

from care.documents.listening import AlertRule, ListeningAlert, ListeningKind, ListeningQuery
from care.listening.queries import QueryDraft, create_listening_query
from core.clock import now
from core.idempotency import Once
from core.records import save
from tests.journeys.story import MARK, Input, Situation, Story


async def _make_listening(story: Story, who: str) -> Input:
    return {"name": f"{MARK} Rakip", "kind": "COMPETITOR", "anyOf": ["hiç geçmeyen"], "channelIds": [story.channel.id]}


async def _listening(story: Story) -> ListeningQuery:
    draft = QueryDraft(name=f"{MARK} Rakip", kind=ListeningKind.COMPETITOR, any_of=["hiç geçmeyen"])
    found = await ListeningQuery.find({"archived": False}).sort("created_at", "_id").limit(1).to_list()
    return found[0] if found else await create_listening_query(await story.actor("manager"), draft, once=Once())


async def _change_listening(story: Story, who: str) -> Input:
    query = await _listening(story)
    return {"queryId": query.id, "name": f"{MARK} Yeni", "expectedVersion": query.version}


async def _archive_listening(story: Story, who: str) -> Input:
    query = await _listening(story)
    return {"queryId": query.id, "expectedVersion": query.version}


async def _set_alert(story: Story, who: str) -> Input:
    query = await _listening(story)
    return {"queryId": query.id, "rule": {"windowMinutes": 60, "least": 5, "timesUsual": 3.0}, "expectedVersion": query.version}


async def _find_earlier(story: Story, who: str) -> Input:
    draft = QueryDraft(name=f"{MARK} Ürün", kind=ListeningKind.PRODUCT, any_of=["hiç geçmeyen"])
    query = await create_listening_query(await story.actor("manager"), draft, once=Once())
    return {"queryId": query.id, "since": (now() - timedelta(days=7)).isoformat(), "expectedVersion": query.version}


async def _acknowledge_alert(story: Story, who: str) -> Input:
    query = await _listening(story)
    rule = AlertRule(window_minutes=60, least=5)
    number, at = next(story.numbers), now()
    alert = ListeningAlert(
        id=f"lal_{number:026d}", created_at=at, query_id=query.id, rule=rule, usual=0.5, raised_count=7, peak=9, raised_at=at
    )
    await save(alert)
    return {"alertId": alert.id, "note": f"{MARK} Duyuru hazırlanıyor.", "expectedVersion": 1}


SITUATIONS: dict[str, Situation] = {
    "createListeningQuery": _make_listening,
    "updateListeningQuery": _change_listening,
    "archiveListeningQuery": _archive_listening,
    "setListeningAlert": _set_alert,
    "findEarlierMentions": _find_earlier,
    "acknowledgeListeningAlert": _acknowledge_alert,
}
