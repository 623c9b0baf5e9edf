from datetime import timedelta

import pytest
from pydantic import ValidationError

from auth.actor import Actor, Role
from care.documents.channels import Environment
from care.documents.conversations import Conversation, Message, Visibility
from care.documents.listening import ListeningKind, ListeningQuery, Mention
from care.listening.matching import Matcher, phrase_of
from care.listening.mentions import find_mentions
from care.listening.queries import (
    QueryChange,
    QueryDraft,
    archive_listening_query,
    create_listening_query,
    update_listening_query,
)
from care.reading.listening import MOST_QUERIES, MentionSelection, count_mentions, list_mentions, list_queries, mentions_by_ids
from care.reports.mentions import MentionDimension, mention_report
from care.reports.ranges import ReportRange
from core.clock import now
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, IdempotencyMismatch, InvalidInput, LimitReached, NotFound
from core.idempotency import Once, once
from core.paging import Window
from tests.care.stored import handle_twice
from tests.factories.care import make_actor, make_channel, make_conversation, say

MANAGER = make_actor(Role.MANAGER)


async def listen(*any_of: str, actor: Actor = MANAGER, **given: object) -> ListeningQuery:
    draft = QueryDraft.model_validate({"name": "Bizden söz", "kind": "BRAND", "any_of": list(any_of), **given})
    return await create_listening_query(actor, draft, once=Once())


async def hear(body: str, conversation: Conversation | None = None) -> Message:
    case = await say(conversation or await make_conversation(), body)
    message = await Message.find({"case_id": case.id}).sort("-created_at", "-_id").first_or_none()
    assert message is not None
    await find_mentions(message)
    return message


async def phrases_by_query() -> dict[str, list[str]]:
    return {mention.query_id: mention.phrases for mention in await Mention.find().to_list()}


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("arçelik", "ARÇELİK'in kargosu", True),
        ("ışık", "isik yok", True),
        ("hızlı kargo", "Hızlı   Kargo!", True),
        ("hızlı kargo", "hızlı bir kargo", False),
        ("kar", "kargo", False),
        ("كتاب", "کتاب خوب", True),
        ("کتاب‌ها", "کتاب ها خوب است", True),
        ("کتاب ها", "کتاب‌ها خوب است", True),
        ("کتاب‌ها خوب", "کتاب‌ها خوب است", True),
        ("late delivery", "LATE delivery again", True),
    ],
)
async def test_phrases_are_found_however_they_are_spelt(store: Database, phrase: str, text: str, found: bool) -> None:  # noqa: FBT001 - a case of the table
    query = ListeningQuery(id="lsq_1", created_at=now(), name="x", kind=ListeningKind.TOPIC, any_of=[phrase], owner_id="mem_1")

    assert (phrase_of(phrase) in Matcher.of([query]).found_in(text)) is found


async def test_any_all_and_none_decide_together(store: Database) -> None:
    query = await listen("narin", "narinshop", all_of=["kargo"], none_of=["kampanya"])

    await hear("Narin kampanya kargo")
    await hear("Narin çok iyi")
    await hear("kargo gelmedi")
    assert await phrases_by_query() == {}

    await hear("NARİN kargo gelmedi")
    assert await phrases_by_query() == {query.id: ["narin", "kargo"]}


async def test_channel_visibility_and_language_narrow(store: Database) -> None:
    channel = await make_channel()
    here = await listen("narin", channel_ids=[channel.id])
    private = await listen("narin", visibilities=["PRIVATE"])
    turkish = await listen("narin", languages=["fa"])

    await hear("Narin siparişim hâlâ gelmedi, çok bekledim", await make_conversation(channel))
    assert set(await phrases_by_query()) == {here.id}

    await hear("Narin siparişim hâlâ gelmedi", await make_conversation(visibility=Visibility.PRIVATE))
    assert set(await phrases_by_query()) == {here.id, private.id}
    assert turkish.id not in await phrases_by_query()


async def test_handler_run_twice_finds_once_and_also_when_the_message_is_not_there_yet(store: Database) -> None:
    query = await listen("kimse ilgilenmiyor")
    case = await say(await make_conversation())

    await handle_twice()
    await handle_twice()

    (mention,) = await Mention.find().to_list()
    message = await Message.get(mention.message_id)
    assert message is not None
    assert (mention.query_id, message.case_id, mention.phrases) == (query.id, case.id, ["kimse ilgilenmiyor"])
    assert mention.said_at == message.sent_at


async def test_change_and_archive_count_for_the_next_message(store: Database) -> None:
    query = await listen("narin")
    await hear("narin")
    changed = await update_listening_query(
        MANAGER, QueryChange(query_id=query.id, any_of=["zarif"]), expected_version=query.version
    )
    await hear("narin")
    await hear("zarif")
    archived = await archive_listening_query(MANAGER, query.id, expected_version=changed.version)
    await hear("zarif")

    assert sorted(mention.phrases[0] for mention in await Mention.find().to_list()) == ["narin", "zarif"]
    with pytest.raises(AlreadyDone):
        await archive_listening_query(MANAGER, query.id, expected_version=archived.version)
    with pytest.raises(Conflict):
        await update_listening_query(MANAGER, QueryChange(query_id=query.id, name="Y"), expected_version=query.version)
    assert [one.id for one in (await list_queries(MANAGER, Window(), archived=True)).items] == [query.id]
    assert (await list_queries(MANAGER, Window())).items == []


async def test_practice_and_the_company_s_own_words_are_no_mentions(store: Database) -> None:
    await listen("narin")
    message = await hear("merhaba")
    message.body, message.environment = "narin", Environment.PRACTICE

    await find_mentions(message)

    assert await Mention.find().count() == 0


async def test_refusals_leave_no_trace(store: Database) -> None:
    with pytest.raises(Forbidden, match="listening:manage"):
        await listen("narin", actor=make_actor(Role.AGENT))
    with pytest.raises(InvalidInput, match="at least one phrase"):
        await listen(none_of=["narin"])
    with pytest.raises(InvalidInput, match="no channel"):
        await listen("narin", channel_ids=["chn_none"])
    for wrong in ({"any_of": ["!?"]}, {"languages": ["de"]}, {"visibilities": ["INTERNAL"]}):
        with pytest.raises(ValidationError):
            QueryDraft.model_validate({"name": "x", "kind": "BRAND", **wrong})
    with pytest.raises(ValidationError):
        QueryDraft(name="x", kind=ListeningKind.BRAND, any_of=[f"söz{number}" for number in range(21)])
    with pytest.raises(NotFound):
        await archive_listening_query(MANAGER, "lsq_none", expected_version=1)

    assert await ListeningQuery.find().count() == 0


async def test_limit_of_queries_and_repeats(store: Database) -> None:
    draft = QueryDraft(name="Bir", kind=ListeningKind.BRAND, any_of=["narin"])
    same = once(b"k" * 32, actor=MANAGER.id, operation="createListeningQuery", key="k", given={"q": 1})
    other = once(b"k" * 32, actor=MANAGER.id, operation="createListeningQuery", key="k", given={"q": 2})
    first = await create_listening_query(MANAGER, draft, once=same)
    for _ in range(MOST_QUERIES - 1):
        await listen("narin")

    assert (await create_listening_query(MANAGER, draft, once=same)).id == first.id
    with pytest.raises(IdempotencyMismatch):
        await create_listening_query(MANAGER, draft, once=other)
    with pytest.raises(LimitReached):
        await listen("narin")


async def test_mentions_are_listed_behind_the_gate_of_their_channel(store: Database) -> None:
    one, other = await make_channel(), await make_channel()
    query, second = await listen("narin"), await listen("zarif")
    for channel, body in ((one, "narin"), (other, "narin zarif")):
        await hear(body, await make_conversation(channel))
    agency = make_actor(Role.AGENCY, reach=frozenset({one.id}))
    everything = MentionSelection()

    assert await count_mentions(MANAGER, everything) == 3
    assert await count_mentions(MANAGER, MentionSelection(query_ids=(query.id,), channel_ids=(other.id,))) == 1
    assert await count_mentions(MANAGER, MentionSelection(query_ids=(query.id, second.id), newest_first=False)) == 3
    assert await count_mentions(MANAGER, MentionSelection(since=now() + timedelta(days=1))) == 0
    (seen,) = (await list_mentions(agency, everything, Window())).items
    assert (seen.channel_id, seen.query_id) == (one.id, query.id)
    assert (await list_mentions(agency, MentionSelection(channel_ids=(other.id,)), Window())).items == []
    hidden = [mention.id for mention in await Mention.find().to_list() if mention.channel_id == other.id]
    assert await mentions_by_ids(agency, [seen.id, *hidden]) == {seen.id: seen}
    with pytest.raises(Forbidden):
        await list_mentions(make_actor(Role.HR), everything, Window())


async def test_report_counts_customers_and_the_share_of_voice(store: Database) -> None:
    channel = await make_channel()
    brand, twin = await listen("narin", name="A"), await listen("narin", name="B")
    rival = await listen("zarif", name="C", kind="COMPETITOR")
    conversation = await make_conversation(channel)
    for body in ("narin", "zarif"):
        await hear(body, conversation)
    await hear("narin mi zarif mi", await make_conversation(channel))
    await hear("narin", await make_conversation())
    span = ReportRange(now() - timedelta(days=1), now() + timedelta(days=1))

    report = await mention_report(MANAGER, span, MentionDimension.QUERY)
    by_channel = await mention_report(MANAGER, span, MentionDimension.CHANNEL)
    by_day = await mention_report(MANAGER, span, MentionDimension.DAY)

    rows = [(group.key, group.mention_count, len(group.customers), group.share_of_voice) for group in report.groups]
    assert rows == [(brand.id, 3, 3, 1.0), (twin.id, 3, 3, 1.0), (rival.id, 2, 2, 0.0)]
    assert (report.whole.mention_count, len(report.whole.customers), report.whole.share_of_voice) == (8, 3, 0.6)
    assert {group.key: group.share_of_voice for group in by_channel.groups}[channel.id] == 0.5
    assert [group.mention_count for group in by_day.groups] == [8]
    with pytest.raises(Forbidden):
        await mention_report(make_actor(Role.AGENT), span, MentionDimension.DAY)
