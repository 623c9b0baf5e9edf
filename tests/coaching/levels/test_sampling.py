"""Sampling: drawn by the reply's id, looked at before or after it left, evidence of levels."""

from typing import Any

import pytest

from auth.actor import Actor, Role
from care.documents.cases import Case
from care.documents.channels import ChannelKind, Environment
from care.documents.conversations import DeliveryStatus
from care.documents.standing import Requirements, Standing
from care.replies import Reply
from care.sampling import is_drawn, rule_for, sampling_policy
from coaching.documents import SampledReply, SampleVerdict
from coaching.draft_reviews import DecisionDraft, DraftDecision, review_draft
from coaching.levels.evidence import shown_by
from coaching.levels.handlers import subscribe
from coaching.levels.sampling import (
    SampleReviewDraft,
    SamplingDraft,
    count_waiting_samples,
    open_sample,
    review_sample,
    set_sampling_policy,
    show_sampling_policy,
)
from coaching.levels.standings import GraduationDraft, graduate
from coaching.opening import open_review
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, InvalidInput, NotFound
from notifications.documents import Notification
from notifications.levels import subscribe as subscribe_news
from tests.care.stored import everything, handle_twice
from tests.factories import community
from tests.factories.care import later, make_actor, make_case, make_channel, make_conversation, make_reply
from tests.factories.levels import MANAGER


async def graduate_agent() -> Actor:
    agent = await community.make_actor(Role.AGENT)
    draft = GraduationDraft(member_id=agent.member, despite="Yıllardır yazıyor.")
    await graduate(MANAGER, draft, expected_version=0)
    return agent


async def samples(**rule: Any) -> None:
    version = (await show_sampling_policy(MANAGER)).version
    draft = SamplingDraft.model_validate({"rules": [{"percent": 100, **rule}]})
    await set_sampling_policy(MANAGER, draft, expected_version=version)


async def said_by(actor: Actor, kind: ChannelKind = ChannelKind.X) -> Reply:
    return await make_reply(await make_case(await make_conversation(await make_channel(kind=kind))), actor)


def test_share_that_is_drawn_is_the_one_asked_for_and_always_the_same() -> None:
    ids = [f"msg_{number}" for number in range(2_000)]
    assert (sum(is_drawn(one, 0) for one in ids), sum(is_drawn(one, 100) for one in ids)) == (0, 2_000)
    drawn = [one for one in ids if is_drawn(one, 10)]
    assert 150 < len(drawn) < 250
    assert [one for one in ids if is_drawn(one, 10)] == drawn
    assert set(drawn) <= {one for one in ids if is_drawn(one, 20)}


async def test_drawn_reply_leaves_at_once_and_is_looked_at_afterwards(store: Database) -> None:
    ece, mentor = await graduate_agent(), await community.make_actor(Role.MENTOR)
    other = await community.make_actor(Role.AGENT)
    assert (await show_sampling_policy(ece)).rules == []
    await samples(channel_kinds=["X", "X"])
    reply = await said_by(ece)
    assert reply.message.delivery_status is DeliveryStatus.QUEUED
    assert reply.case.first_response.met_at is not None
    await said_by(ece, ChannelKind.TELEGRAM)
    await said_by(other)
    await handle_twice(subscribe, (Case,))

    (drawn,) = await SampledReply.find_all().to_list()
    assert (drawn.message_id, drawn.author_id, drawn.waiting) == (reply.message.id, ece.member, True)
    assert [await count_waiting_samples(one) for one in (mentor, ece)] == [1, 0]
    before = await everything(SampledReply)
    needs_work = SampleReviewDraft(verdict=SampleVerdict.NEEDS_WORK)
    for actor, refusal in ((mentor, InvalidInput), (ece, Forbidden), (other, NotFound)):
        with pytest.raises(refusal):
            await review_sample(actor, drawn.id, needs_work, expected_version=drawn.version)
    assert await everything(SampledReply) == before
    told = SampleReviewDraft(verdict=SampleVerdict.NEEDS_WORK, feedback="Önce özür dileyin.")
    looked = await review_sample(mentor, drawn.id, told, expected_version=drawn.version)
    with pytest.raises(AlreadyDone):
        await review_sample(mentor, drawn.id, told, expected_version=looked.version)
    await handle_twice(subscribe_news, (SampledReply,))
    assert [(one.recipient_id, one.kind.value) for one in await Notification.find_all().to_list()] == [
        (ece.member, "SAMPLE_REVIEWED")
    ]


async def test_what_is_said_of_drawn_replies_is_evidence(store: Database) -> None:
    ece, mentor = await graduate_agent(), await community.make_actor(Role.MENTOR)
    await samples()
    for verdict in (SampleVerdict.GOOD, SampleVerdict.NEEDS_WORK, SampleVerdict.GOOD):
        drawn = await open_sample((await said_by(ece)).message.id)
        assert drawn is not None
        draft = SampleReviewDraft(verdict=verdict, feedback="Özür dileyin.")
        await review_sample(mentor, drawn.id, draft, expected_version=drawn.version)
    waiting = await open_sample((await said_by(ece)).message.id)
    assert waiting is not None
    enough, good = await shown_by(ece.member, Requirements(reviews=3, pass_percent=60), [])
    assert (enough.reached, good.reached, good.met, len(good.evidence_ids)) == (3, 66.7, True, 2)


async def test_reply_that_is_looked_at_before_waits_like_any_other_held_one(store: Database) -> None:
    ece = await graduate_agent()
    await samples(before=True, within_days=30, levels=["BEGINNER"])
    held = await said_by(ece)
    assert held.message.delivery_status is DeliveryStatus.HELD_FOR_REVIEW
    assert await open_review(held.message.id) is not None
    assert await open_sample(held.message.id) is None
    practised = await make_channel(kind=ChannelKind.X, environment=Environment.PRACTICE)
    assert await rule_for(ece.member, practised.id, await sampling_policy()) is None
    later(days=31)
    assert (await said_by(ece)).message.delivery_status is DeliveryStatus.QUEUED


async def test_level_that_lapsed_counts_as_one_lower(store: Database) -> None:
    ece, channel = await graduate_agent(), await make_channel(kind=ChannelKind.X)
    await samples(levels=["NEWCOMER"])
    assert await rule_for(ece.member, channel.id, await sampling_policy()) is None
    await Standing.get_pymongo_collection().update_one({"member_id": ece.member}, {"$set": {"lapsed": True}})
    assert (await rule_for(ece.member, channel.id, await sampling_policy())) is not None


async def test_policy_is_set_by_who_sets_service_levels_from_the_version_seen(store: Database) -> None:
    draft = SamplingDraft.model_validate({"rules": [{"percent": 5}]})
    with pytest.raises(Forbidden):
        await set_sampling_policy(make_actor(Role.MENTOR), draft, expected_version=0)
    with pytest.raises(Conflict):
        await set_sampling_policy(MANAGER, draft, expected_version=1)
    policy = await set_sampling_policy(MANAGER, draft, expected_version=0)
    with pytest.raises(Conflict):
        await set_sampling_policy(MANAGER, draft, expected_version=0)
    assert (policy.rules[0].percent, (await show_sampling_policy(MANAGER)).version) == (5, policy.version)


async def test_what_a_reviewer_has_seen_before_it_left_is_not_looked_at_again(store: Database) -> None:
    ece, mentor = await graduate_agent(), await community.make_actor(Role.MENTOR)
    await samples(before=True)
    held = await said_by(ece)
    review = await open_review(held.message.id)
    assert review is not None
    approve = DecisionDraft(draft_review_id=review.id, decision=DraftDecision.APPROVE)
    await review_draft(mentor, approve, expected_version=review.version)
    await samples()
    assert await open_sample(held.message.id) is None
    assert await SampledReply.count() == 0
    assert await open_sample((await said_by(ece)).message.id) is not None
