import asyncio
from datetime import timedelta

import pytest

from auth.actor import Role
from coaching.documents import DraftReview, ReviewPolicy
from coaching.opening import open_review
from coaching.review_policy import ReviewPolicyDraft, read_review_policy, set_review_policy
from core.database import Database
from core.errors import Conflict, Forbidden
from core.records import fresh
from tests.care.stored import event_types, everything
from tests.factories.care import make_case, make_reply
from tests.factories.community import make_actor

QUICK, SLOW = (ReviewPolicyDraft(review_minutes=minutes, reserve_minutes=2) for minutes in (3, 20))


async def hand_in() -> DraftReview:
    reply = await make_reply(await make_case(), await make_actor(Role.TRAINEE))
    review = await open_review(reply.message.id)
    assert review is not None
    return review


async def test_reviews_keep_the_terms_that_they_began_with(store: Database) -> None:
    manager = await make_actor(Role.MANAGER)
    before = await hand_in()
    quick = await set_review_policy(manager, QUICK, expected_version=0)
    between = await hand_in()
    slow = await set_review_policy(manager, SLOW, expected_version=quick.version)
    after = await hand_in()

    reviews = [await fresh(one) for one in (before, between, after)]
    assert [one.terms.policy_version for one in reviews] == [0, quick.version, slow.version]
    assert [one.turn_ends_at - one.created_at for one in reviews] == [timedelta(minutes=minutes) for minutes in (10, 3, 20)]


async def test_policy_is_set_by_managers_one_after_the_other(store: Database) -> None:
    manager, empty = await make_actor(Role.MANAGER), await everything(ReviewPolicy)
    with pytest.raises(Forbidden):
        await set_review_policy(await make_actor(Role.MENTOR), QUICK, expected_version=0)
    with pytest.raises(Conflict):
        await set_review_policy(manager, QUICK, expected_version=1)
    assert await everything(ReviewPolicy) == empty

    both = [set_review_policy(manager, one, expected_version=0) for one in (QUICK, SLOW)]
    results = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(one).__name__ for one in results) == ["Conflict", "ReviewPolicy"]
    assert (await read_review_policy()).version == 1
    assert await event_types(ReviewPolicy) == ["ReviewPolicyChanged"]
