import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from auth.actor import Actor, Role
from community.blog.documents import BlogPost, BlogRevision, PostStatus
from community.documents import Member, Question
from community.prompts import asking
from community.prompts.asking import AskingDraft, ask_due_prompts, ask_prompt
from community.prompts.campaigns import CampaignDraft, create_campaign, end_campaign
from community.prompts.documents import DiscussionPrompt, QuestionCampaign, Weekday, Weekly
from community.prompts.handlers import subscribe
from community.prompts.prompts import (
    PromptChanges,
    PromptDraft,
    ScheduleDraft,
    create_prompt,
    edit_prompt,
    next_time,
    schedule_prompt,
)
from community.prompts.reading import (
    Response,
    campaign_responses,
    count_campaigns,
    count_prompts,
    list_prompts,
    prompts_by_ids,
    responses,
)
from community.spaces.documents import SpaceVisibility
from community.spaces.membership import remove_member
from core.clock import clock, now
from core.errors import AlreadyDone, Conflict, Forbidden, InvalidInput, NotFound
from core.idempotency import Once
from core.paging import Window
from core.records import fresh
from tests.care.stored import handle_twice
from tests.factories.community import make_actor, make_answer, make_question
from tests.factories.spaces import inside, make_space
from tests.rivals import overtaken

pytestmark = pytest.mark.usefixtures("store")
TR = {"locale": "tr", "title": "Bu hafta ne öğrendiniz?", "body": "Anlatın."}
FA = {"locale": "fa", "title": "این هفته چه آموختید؟", "body": "بگویید."}
IN_TURKISH = AskingDraft(locale="tr")


async def prompt_of(host: Actor, space_id: str | None = None, **given: object) -> DiscussionPrompt:
    draft = {"texts": [TR, FA], "tag_slugs": ["kargo"], "space_id": space_id, **given}
    return await create_prompt(host, PromptDraft.model_validate(draft), once=Once())


async def campaign_of(host: Actor, space_id: str | None = None) -> QuestionCampaign:
    draft = CampaignDraft(name="Kargo haftası", goal="Soralım.", ends_at=now() + timedelta(days=7), space_id=space_id)
    return await create_campaign(host, draft, once=Once())


async def test_prompt_becomes_a_question_of_who_asks_it() -> None:
    host, member = await make_actor(), await make_actor()
    space = await make_space(host, member)
    host, member = inside(host, space), inside(member, space)
    prompt = await prompt_of(host, space.id)

    question = await ask_prompt(member, prompt.id, AskingDraft(locale="fa"), expected_version=1)

    assert isinstance(question, Question)
    assert (question.title, question.body, question.author_id) == (FA["title"], FA["body"], member.member)
    assert (question.space_id, question.closed_space_id, question.prompt_id) == (space.id, space.id, prompt.id)
    assert [tag.slug for tag in question.tags] == ["kargo"]
    assert question.next_act_at is not None
    asked = await fresh(prompt)
    assert (asked.times_asked, asked.last_asked_at, asked.version) == (1, question.created_at, 2)


async def test_question_follows_where_the_process_died_before_it() -> None:
    manager = await make_actor(Role.MANAGER)
    prompt = await prompt_of(manager)
    question = await ask_prompt(manager, prompt.id, IN_TURKISH, expected_version=1)
    await Question.get_pymongo_collection().delete_one({"_id": question.id})

    await handle_twice(subscribe, (DiscussionPrompt,))

    (found,) = await Question.find({}).to_list()
    assert (found.id, found.title) == (question.id, TR["title"])


async def test_of_two_who_ask_at_once_one_does() -> None:
    manager, member = await make_actor(Role.MANAGER), await make_actor()
    prompt = await prompt_of(manager)

    outcomes = await asyncio.gather(
        *(ask_prompt(one, prompt.id, IN_TURKISH, expected_version=1) for one in (manager, member)), return_exceptions=True
    )

    assert sorted(type(one).__name__ for one in outcomes) == ["Conflict", "Question"]
    assert await Question.count() == 1


async def test_weekly_prompt_is_asked_once_a_week_in_its_host_s_name() -> None:
    manager = await make_actor(Role.MANAGER)
    prompt = await prompt_of(manager)
    scheduled = await schedule_prompt(manager, prompt.id, ScheduleDraft(weekday=Weekday.MONDAY), expected_version=1)
    assert scheduled.next_act_at is not None
    assert (scheduled.next_act_at.weekday(), scheduled.next_act_at.hour) == (0, 9)

    assert await ask_due_prompts(10) == 0
    clock.shift(scheduled.next_act_at - now())
    await asyncio.gather(ask_due_prompts(10), ask_due_prompts(10))
    await handle_twice(subscribe, (DiscussionPrompt,))

    (question,) = await Question.find({}).to_list()
    assert (question.author_id, question.title) == (manager.member, TR["title"])
    again = await fresh(prompt)
    assert again.next_act_at == scheduled.next_act_at + timedelta(days=7)
    unscheduled = await schedule_prompt(manager, prompt.id, ScheduleDraft(), expected_version=2)
    assert (unscheduled.weekly, unscheduled.next_act_at) == (None, None)


async def test_weekly_prompt_ends_when_its_host_left_the_space() -> None:
    owner, host = await make_actor(), await make_actor()
    space = await make_space(owner, host)
    owner = inside(owner, space)
    prompt = await prompt_of(owner, space.id)
    await DiscussionPrompt.get_pymongo_collection().update_one(
        {"_id": prompt.id},
        {"$set": {"weekly": {"weekday": "MONDAY", "hour": 9, "locale": "tr", "by": host.member}, "next_act_at": now()}},
    )
    await remove_member(owner, space.id, host.member)

    await ask_due_prompts(10)
    await handle_twice(subscribe, (DiscussionPrompt,))

    left = await fresh(prompt)
    assert (left.weekly, left.next_act_at, left.times_asked, await Question.count()) == (None, None, 0, 0)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (datetime(2026, 3, 2, 8, 59, tzinfo=UTC), datetime(2026, 3, 2, 9, tzinfo=UTC)),
        (datetime(2026, 3, 2, 9, tzinfo=UTC), datetime(2026, 3, 9, 9, tzinfo=UTC)),
        (datetime(2026, 3, 3, tzinfo=UTC), datetime(2026, 3, 9, 9, tzinfo=UTC)),
        (datetime(2026, 3, 8, 23, tzinfo=UTC), datetime(2026, 3, 9, 9, tzinfo=UTC)),
    ],
)
def test_next_time_is_the_first_later_one(after: datetime, expected: datetime) -> None:
    assert next_time(Weekly(weekday=Weekday.MONDAY, hour=9, locale="tr", by="mem_1"), after) == expected


async def test_response_is_how_many_of_the_space_s_members_answered() -> None:
    host, first, second, stranger = [await make_actor() for _ in range(4)]
    space = await make_space(host, first, second, visibility=SpaceVisibility.OPEN)
    host = inside(host, space)
    question = await make_question(host, space_id=space.id)
    other = await make_question(first, space_id=space.id)
    for who in (first, first, stranger, host):
        await make_answer(question, who)

    found = await responses(host, [question.id, other.id])

    assert found == {question.id: Response(asked=2, answered=1), other.id: Response(asked=2, answered=0)}


async def test_campaign_s_response_counts_each_member_once() -> None:
    host, first, second = [await make_actor() for _ in range(3)]
    space = await make_space(host, first, second)
    host, first, second = (inside(one, space) for one in (host, first, second))
    campaign = await campaign_of(host, space.id)
    assert await campaign_responses(host, [campaign.id]) == {campaign.id: Response(asked=3, answered=0)}
    prompt = await prompt_of(host, space.id)
    asked = await ask_prompt(host, prompt.id, AskingDraft(locale="tr", campaign_id=campaign.id), expected_version=1)
    own = await make_question(host, space_id=space.id, campaign_id=campaign.id)
    for question in (asked, own):
        await make_answer(question, first)

    assert await campaign_responses(host, [campaign.id]) == {campaign.id: Response(asked=2, answered=1)}
    await end_campaign(host, campaign.id, expected_version=1)
    with pytest.raises(InvalidInput, match="over"):
        await make_question(second, space_id=space.id, campaign_id=campaign.id)
    with pytest.raises(AlreadyDone):
        await end_campaign(host, campaign.id, expected_version=2)


async def test_what_is_not_theirs_or_not_sound_is_refused_without_a_trace() -> None:
    manager, member = await make_actor(Role.MANAGER), await make_actor()
    with pytest.raises(Forbidden):
        await prompt_of(member)
    with pytest.raises(Forbidden):
        await campaign_of(member)
    with pytest.raises(ValueError, match="one text for each language"):
        await prompt_of(manager, texts=[TR, TR])
    assert (await DiscussionPrompt.count(), await QuestionCampaign.count()) == (0, 0)

    prompt = await prompt_of(manager)
    await schedule_prompt(manager, prompt.id, ScheduleDraft(weekday=Weekday.FRIDAY), expected_version=1)
    for error, act in (
        (InvalidInput, edit_prompt(manager, prompt.id, PromptChanges.model_validate({"texts": [FA]}), expected_version=2)),
        (Forbidden, edit_prompt(member, prompt.id, PromptChanges(archived=True), expected_version=2)),
        (InvalidInput, ask_prompt(member, prompt.id, AskingDraft(locale="en"), expected_version=2)),
        (NotFound, ask_prompt(member, prompt.id, AskingDraft(locale="tr", campaign_id="qcm_1"), expected_version=2)),
        (Conflict, ask_prompt(member, prompt.id, IN_TURKISH, expected_version=7)),
    ):
        with pytest.raises(error):
            await act
    archived = await edit_prompt(manager, prompt.id, PromptChanges(archived=True), expected_version=2)
    assert (archived.next_act_at, await count_prompts(member, None)) == (None, 0)
    with pytest.raises(InvalidInput, match="put away"):
        await ask_prompt(member, prompt.id, IN_TURKISH, expected_version=3)
    assert (await fresh(prompt)).times_asked == await Question.count() == 0


async def test_prompts_of_a_secret_space_are_its_members_own() -> None:
    owner, manager = await make_actor(), await make_actor(Role.MANAGER)
    space = await make_space(owner)
    owner = inside(owner, space)
    prompt, shared = await prompt_of(owner, space.id), await prompt_of(manager)
    campaign = await campaign_of(owner, space.id)

    assert await prompts_by_ids(manager, [prompt.id, shared.id]) == {shared.id: shared}
    assert [one.id for one in (await list_prompts(manager, None, Window())).items] == [shared.id]
    assert await count_campaigns(manager, space.id) == 0
    assert await campaign_responses(manager, [campaign.id]) == {}
    assert await count_prompts(owner, space.id) == 1


async def test_prompt_becomes_a_post_of_who_asks_it() -> None:
    host, member = await make_actor(), await make_actor()
    space = await make_space(host, member)
    host, member = inside(host, space), inside(member, space)
    prompt = await prompt_of(host, space.id, becomes="POST")
    campaign = await campaign_of(host, space.id)

    with pytest.raises(InvalidInput) as refused:
        await ask_prompt(member, prompt.id, AskingDraft(locale="tr", campaign_id=campaign.id), expected_version=1)
    posts = [await ask_prompt(member, prompt.id, IN_TURKISH, expected_version=version) for version in (1, 2)]
    await BlogPost.get_pymongo_collection().delete_one({"_id": posts[1].id})
    await handle_twice(subscribe, (DiscussionPrompt,))

    assert refused.value.path == ("campaign_id",)
    found = await BlogPost.find({}).sort("_id").to_list()
    assert {post.id for post in found} == {post.id for post in posts}
    assert [(one.status, one.author_ids, one.closed_space_id, one.prompt_id, one.version) for one in found] == [
        (PostStatus.PUBLISHED, [member.member], space.id, prompt.id, 1)
    ] * 2
    assert {post.title for post in found} == {TR["title"]}
    assert len({post.slug for post in found}) == 2
    assert await BlogRevision.find({"post_id": {"$in": [post.id for post in posts]}}).count() == 2


async def test_weekly_post_ends_when_its_host_may_write_no_posts() -> None:
    manager = await make_actor(Role.MANAGER)
    prompt = await prompt_of(manager, becomes="POST")
    scheduled = await schedule_prompt(manager, prompt.id, ScheduleDraft(weekday=Weekday.MONDAY), expected_version=1)
    await Member.get_pymongo_collection().update_one({"_id": manager.member}, {"$set": {"roles": ["AGENCY"]}})
    assert scheduled.next_act_at is not None
    clock.shift(scheduled.next_act_at - now())

    await ask_due_prompts(10)

    assert ((await fresh(prompt)).weekly, (await fresh(prompt)).times_asked) == (None, 0)


async def test_campaigns_end_in_the_future_and_are_of_their_space() -> None:
    host = await make_actor()
    space, other = await make_space(host), await make_space(host)
    host = inside(host, space, other)
    past = CampaignDraft(name="Kargo haftası", goal="Soralım.", ends_at=now(), space_id=space.id)
    with pytest.raises(InvalidInput) as refused:
        await create_campaign(host, past, once=Once())
    assert (refused.value.path, await QuestionCampaign.count()) == (("ends_at",), 0)
    campaign = await campaign_of(host, space.id)
    with pytest.raises(InvalidInput, match="another space") as refused:
        await make_question(host, space_id=other.id, campaign_id=campaign.id)
    assert (refused.value.path, await Question.count()) == (("campaign_id",), 0)


async def test_a_prompt_is_asked_weekly_in_a_language_that_it_has_and_its_tags_can_change() -> None:
    manager = await make_actor(Role.MANAGER)
    prompt = await prompt_of(manager)
    english = ScheduleDraft(weekday=Weekday.MONDAY, locale="en")
    with pytest.raises(InvalidInput, match="no words") as refused:
        await schedule_prompt(manager, prompt.id, english, expected_version=prompt.version)
    assert refused.value.path == ("locale",)
    changed = await edit_prompt(manager, prompt.id, PromptChanges(tag_slugs=["İade", "kargo"]), expected_version=prompt.version)
    assert [tag.slug for tag in changed.tags] == ["iade", "kargo"]
    assert (changed.texts, changed.weekly, changed.next_act_at) == (prompt.texts, None, None)


async def test_who_expects_a_question_is_told_when_it_became_a_post_meanwhile() -> None:
    manager = await make_actor(Role.MANAGER)
    prompt = await prompt_of(manager)
    as_posts = PromptChanges.model_validate({"becomes": "POST"})

    async with overtaken(asking, lambda: edit_prompt(manager, prompt.id, as_posts, expected_version=1)):
        with pytest.raises(Conflict, match="becomes"):
            await ask_prompt(manager, prompt.id, IN_TURKISH, expected_version=2)

    assert ((await fresh(prompt)).times_asked, await Question.count(), await BlogPost.count()) == (0, 0, 0)
