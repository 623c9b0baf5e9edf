"""Insights: kept with what shows them, read behind the gates of that, watched, moved on, and told in digests."""

from collections.abc import Sequence
from typing import Any

import pytest

from auth.actor import Actor, Role
from care.documents.channels import Environment
from care.documents.listening import ListeningKind, Mention
from coaching.insights.evidence import ShownInsightDraft, keep_insight, link_evidence
from community.comments import CommentDraft, add_comment
from community.departments import DepartmentDraft, add_department
from community.documents import Comment
from community.insights import insights, reading
from community.insights.digests import set_digest, show_digest, tell_digests
from community.insights.documents import DigestPeriod, Insight, InsightDigest, InsightKind
from community.insights.insights import InsightChange, InsightMove, move_insight, update_insight
from community.insights.reading import (
    count_insights_of_customers,
    insights_by_ids,
    insights_of_customers,
    insights_on,
    list_insights,
)
from community.listing import Comparison, Where
from community.stages import Stage
from community.watching import WatchLevel, set_watch_level
from core.clock import now
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, InvalidInput, LimitReached, NotFound
from core.idempotency import Once
from core.ids import new_id
from core.paging import Window
from core.records import fresh, save
from notifications import insights as news
from notifications.documents import Notification
from notifications.following import subscribe as subscribe_following
from tests.care.stored import event_types, everything, handle_twice
from tests.factories import community
from tests.factories.care import later, make_actor, make_case
from tests.factories.spaces import inside, make_space

MANAGER = make_actor(Role.MANAGER)


async def learn(actor: Actor, *evidence_ids: str, **given: Any) -> Insight:
    told = {"kind": "NEED", "title": "Müşteriler iade süresini bilmiyor", "body": "Üç hafta içinde çok soruldu.", **given}
    draft = ShownInsightDraft.model_validate({**told, "evidence_ids": list(evidence_ids)})
    return await keep_insight(actor, draft, once=Once())


async def told() -> set[tuple[str, str]]:
    return {(one.recipient_id, one.kind.value) for one in await Notification.find_all().to_list()}


async def test_opportunity_is_captured_from_a_message_and_known_of_the_customer(store: Database) -> None:
    agent = await community.make_actor(Role.AGENT)
    case = await make_case()
    mention = Mention(
        id=new_id("men"),
        created_at=now(),
        query_id="lsq_1",
        kind=ListeningKind.TOPIC,
        message_id=case.last_message_id or "",
        customer_id=case.customer_id or "",
        channel_id=case.channel_id,
        environment=Environment.LIVE,
        phrases=["iade"],
        said_at=now(),
    )
    await save(mention)
    insight = await learn(agent, case.last_message_id or "", case.id, mention.id, kind="OPPORTUNITY")
    assert (insight.kind, insight.owner_id, insight.stage) == (InsightKind.OPPORTUNITY, agent.member, Stage.LISTEN)
    assert insight.customer_ids == [case.customer_id]
    customer_id = case.customer_id or ""
    of_customer = await insights_of_customers(agent, [customer_id, "cus_other"], Window())
    assert [[one.id for one in of_customer[key].items] for key in (customer_id, "cus_other")] == [[insight.id], []]
    assert [one.id for one in (await insights_on(agent, [case.id], Window()))[case.id].items] == [insight.id]

    for one in (case.id, case.id, mention.id):
        await link_evidence(agent, insight.id, one, linked=False)
    assert (await fresh(insight)).customer_ids == [customer_id]
    alone = await link_evidence(agent, insight.id, case.last_message_id or "", linked=False)
    assert (alone.evidence, alone.customer_ids) == ([], [])
    assert await event_types(Insight) == ["InsightCreated", *["InsightEvidenceChanged"] * 3]


async def test_nothing_shows_an_insight_that_its_author_may_not_read(store: Database) -> None:
    agent, outsider = await community.make_actor(Role.AGENT), await community.make_actor(Role.EXPERT)
    space = await make_space(agent, visibility="SECRET")
    hidden = await community.make_question(inside(agent, space), space_id=space.id)
    practised = await make_case(environment=Environment.PRACTICE, participants=[agent.member])
    case = await make_case()
    before = await everything(Insight)
    refused: Sequence[tuple[Actor, str]] = (
        (outsider, hidden.id),
        (outsider, case.id),
        (agent, practised.id),
        (agent, "dep_1"),
        (agent, "nonsense"),
    )
    for actor, one in refused:
        with pytest.raises(NotFound):
            await learn(actor, one)
    for given in ({"department_ids": ["dep_none"]}, {"owner_id": "mem_none"}):
        with pytest.raises(NotFound):
            await learn(agent, **given)
    agency = make_actor(Role.AGENCY, reach=frozenset({case.channel_id}))
    with pytest.raises(Forbidden):
        await learn(agency, case.id)
    assert await everything(Insight) == before

    insight = await learn(inside(agent, space), hidden.id)
    assert set(await insights_by_ids(outsider, [insight.id])) == {insight.id}
    assert await insights_by_ids(agency, [insight.id]) == {}
    with pytest.raises(NotFound):
        await link_evidence(outsider, insight.id, case.id, linked=True)
    with pytest.raises(Forbidden):
        await link_evidence(outsider, insight.id, hidden.id, linked=False)


async def test_evolving_records_a_change_and_a_closed_insight_stays(store: Database) -> None:
    agent, other = await community.make_actor(Role.AGENT), await community.make_actor(Role.AGENT)
    insight = await learn(agent)
    for stage in (Stage.ANALYSE, Stage.ENGAGE):
        insight = await move_insight(agent, insight.id, InsightMove(stage=stage), expected_version=insight.version)
    refused = ((Stage.EVOLVE, InvalidInput), (Stage.LISTEN, InvalidInput), (Stage.ENGAGE, AlreadyDone))
    for stage, refusal in refused:
        with pytest.raises(refusal):
            await move_insight(agent, insight.id, InsightMove(stage=stage), expected_version=insight.version)
    evolve = InsightMove(stage=Stage.EVOLVE, change="İade süresi 30 güne çıktı.")
    with pytest.raises(Forbidden):
        await move_insight(other, insight.id, evolve, expected_version=insight.version)
    with pytest.raises(Conflict):
        await move_insight(agent, insight.id, evolve, expected_version=1)
    insight = await move_insight(agent, insight.id, evolve, expected_version=insight.version)
    assert [(one.stage, one.change) for one in insight.steps][-1] == (Stage.EVOLVE, "İade süresi 30 güne çıktı.")
    changed = InsightChange(closed=True, title="İade süresi bilinmiyordu", tag_slugs=["İade"], owner_id=other.member)
    insight = await update_insight(MANAGER, insight.id, changed, expected_version=insight.version)
    assert (insight.closed, insight.owner_id, [tag.slug for tag in insight.tags]) == (True, other.member, ["iade"])
    with pytest.raises(AlreadyDone):
        await move_insight(other, insight.id, InsightMove(stage=Stage.LISTEN), expected_version=insight.version)


async def test_kinds_tags_and_departments_are_watched(store: Database) -> None:
    author, owner = await community.make_actor(Role.AGENT), await community.make_actor(Role.AGENT)
    by_kind, by_tag, by_department, muted, agency, remarks = [
        await community.make_actor(Role.AGENCY if name == "agency" else Role.EXPERT)
        for name in ("kind", "tag", "department", "muted", "agency", "remarks")
    ]
    department = await add_department(make_actor(Role.ADMIN), DepartmentDraft(name="Ar-Ge"), once=Once())
    for member, target, level in (
        (by_kind, "ink_NEED", WatchLevel.WATCHING),
        (by_tag, "tag_iade", WatchLevel.WATCHING),
        (by_department, department.id, WatchLevel.WATCHING),
        (muted, department.id, WatchLevel.WATCHING),
        (muted, "ink_NEED", WatchLevel.MUTED),
        (agency, "tag_iade", WatchLevel.WATCHING),
    ):
        await set_watch_level(member, target, level)
    for target in (department.id, "ink_NEED"):
        with pytest.raises(NotFound):
            await set_watch_level(agency, target, WatchLevel.WATCHING)
    with pytest.raises(NotFound):
        await set_watch_level(by_kind, "ink_NOPE", WatchLevel.WATCHING)
    insight = await learn(author, tag_slugs=["iade"], department_ids=[department.id], owner_id=owner.member)
    await handle_twice(news.subscribe, (Insight,))
    watching = {by_kind.member, by_tag.member, by_department.member, owner.member}
    assert await told() == {(one, "INSIGHT_ADDED") for one in watching}

    await add_comment(remarks, CommentDraft(target_id=insight.id, body="Bizde de soruldu."), once=Once())
    await handle_twice(subscribe_following, (Comment,))
    assert {one for one, kind in await told() if kind == "COMMENTED"} == {*watching, author.member}
    moved = await move_insight(owner, insight.id, InsightMove(stage=Stage.ANALYSE), expected_version=insight.version)
    assert moved.stage is Stage.ANALYSE
    await handle_twice(news.subscribe, (Insight,))
    assert {one for one, kind in await told() if kind == "INSIGHT_MOVED"} == {*watching, author.member} - {owner.member}


async def test_department_is_told_once_a_period_of_what_was_learned_for_it(store: Database) -> None:
    agent = await community.make_actor(Role.AGENT)
    department = await add_department(make_actor(Role.ADMIN), DepartmentDraft(name="Ar-Ge"), once=Once())
    inside_one, muted = [await community.make_actor(Role.EXPERT, department_id=department.id) for _ in range(2)]
    await set_watch_level(muted, department.id, WatchLevel.MUTED)
    with pytest.raises(Forbidden):
        await set_digest(agent, department.id, DigestPeriod.WEEKLY, expected_version=0)
    with pytest.raises(Conflict):
        await set_digest(MANAGER, department.id, DigestPeriod.WEEKLY, expected_version=1)
    digest = await set_digest(MANAGER, department.id, DigestPeriod.WEEKLY, expected_version=0)
    later(days=8)
    assert (await tell_digests(10), await tell_digests(10)) == (1, 0)
    assert (await fresh(digest)).last_until is None
    learned = await learn(agent, department_ids=[department.id])
    await learn(agent)
    later(days=6)
    assert await tell_digests(10) == 0
    later(days=2)
    assert await tell_digests(10) == 1
    await handle_twice(news.subscribe, (InsightDigest,))
    assert await told() == {(inside_one.member, "INSIGHT_DIGEST")}
    (said,) = await Notification.find_all().to_list()
    assert (said.target_id, said.text) == (digest.id, "What was learned for your department: “Ar-Ge (1)”")
    assert (await fresh(digest)).last_count == 1
    found = await list_insights(agent, condition=Where("department_id", Comparison.EQ, department.id), window=Window())
    assert [one.id for one in found.items] == [learned.id]
    off = await set_digest(MANAGER, department.id, DigestPeriod.OFF, expected_version=(await fresh(digest)).version)
    later(days=30)
    assert (off.next_act_at, await tell_digests(10), (await show_digest(agent, department.id)).version) == (None, 0, off.version)


async def test_an_insight_is_shown_by_so_many_things(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    agent = await community.make_actor(Role.AGENT)
    first, second = [await make_case() for _ in range(2)]
    insight = await learn(agent, first.last_message_id or "")
    monkeypatch.setattr(insights, "MOST_EVIDENCE", 1)
    with pytest.raises(LimitReached) as refused:
        await link_evidence(agent, insight.id, second.last_message_id or "", linked=True)
    assert refused.value.path == ("evidence_id",)
    assert [one.target_id for one in (await fresh(insight)).evidence] == [first.last_message_id]


async def test_insights_of_very_many_are_found_one_by_one_alike(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    agent = await community.make_actor(Role.AGENT)
    cases = [await make_case() for _ in range(2)]
    for case in cases:
        for _ in range(2):
            await learn(agent, case.last_message_id or "")
            later(seconds=1)
    ids = [case.customer_id or "" for case in cases]
    together = await insights_of_customers(agent, ids, Window(limit=1))
    monkeypatch.setattr(reading, "_MOST", 1)
    apart = await insights_of_customers(agent, ids, Window(limit=1))
    assert [[one.id for one in apart[key].items] for key in ids] == [[one.id for one in together[key].items] for key in ids]
    assert all(len(apart[key].items) == 1 for key in ids)


async def test_insights_of_customers_are_counted_for_who_reads_them(store: Database) -> None:
    agent, case = await community.make_actor(Role.AGENT), await make_case()
    await learn(agent, case.last_message_id or "")
    ids = [case.customer_id or "", "cus_none"]
    assert await count_insights_of_customers(agent, ids) == {ids[0]: 1, "cus_none": 0}
    assert await count_insights_of_customers(community.customer_actor(ids[0]), ids) == dict.fromkeys(ids, 0)
