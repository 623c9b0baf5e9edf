"""Situations of listening."""

from care.documents.listening import ListeningKind, ListeningQuery
from care.listening.queries import QueryDraft, create_listening_query
from core.idempotency import Once
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


SITUATIONS: dict[str, Situation] = {
    "createListeningQuery": _make_listening,
    "updateListeningQuery": _change_listening,
    "archiveListeningQuery": _archive_listening,
}
