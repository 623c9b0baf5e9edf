import asyncio
from datetime import timedelta

import pytest

from auth.actor import SYSTEM, Actor, Role
from community.blog.documents import BlogPost
from community.contents import closed_to
from community.documents import Question
from community.moderation.documents import ReportReason
from community.moderation.reports import ReportDraft, report_content
from community.polls import reading
from community.polls.documents import Poll, PollKind, PollResults, PollVote
from community.polls.policies import may_see_results
from community.polls.polls import MOST_OPTIONS, PollDraft, close_poll, create_poll, vote_in_poll
from community.polls.reading import MOST_POLLS, own_votes, polls_by_ids, polls_of, tallies, voters_of
from community.spaces.documents import Space, SpaceVisibility
from core.clock import clock, now
from core.errors import AlreadyDone, Conflict, Forbidden, InvalidInput, LimitReached, NotFound
from core.idempotency import Once, once
from tests.factories.community import make_actor, make_post, make_question
from tests.factories.spaces import inside, let_in, make_space

pytestmark = pytest.mark.usefixtures("store")
DAYS = ["Salı", "چهارشنبه", "Friday"]


async def poll_in(parent: Question | BlogPost | Space, by: Actor, **given: object) -> Poll:
    draft = {"parent_id": parent.id, "title": "Hangi gün toplanalım?", "options": DAYS, **given}
    return await create_poll(by, PollDraft.model_validate(draft), once=Once())


async def test_votes_are_counted_by_option_in_one_query_for_all_polls() -> None:
    asker, first, second = await make_actor(Role.AGENT), await make_actor(), await make_actor()
    question = await make_question(asker)
    several, other = await poll_in(question, asker, kind=PollKind.MULTIPLE), await poll_in(question, asker)

    await vote_in_poll(first, several.id, ["3", "1", "3"])
    await vote_in_poll(second, several.id, ["3"])
    await vote_in_poll(second, other.id, ["2"])

    ids = [several.id, other.id]
    assert await tallies(first, ids) == {several.id: {"1": 1, "3": 2, "": 2}, other.id: {"2": 1, "": 1}}
    assert await own_votes(first, ids) == {several.id: ["1", "3"]}
    assert await voters_of(first, several, "3") == [first.member, second.member]
    assert [poll.id for poll in (await polls_of(first, [question.id]))[question.id]] == ids


async def test_vote_is_changed_and_taken_back_while_the_poll_is_open() -> None:
    asker, voter = await make_actor(Role.AGENT), await make_actor()
    poll = await poll_in(await make_question(asker), asker, closes_at=now() + timedelta(hours=1))

    for chosen in (["1"], ["2"], ["2"], []):
        await vote_in_poll(voter, poll.id, chosen)
    assert (await tallies(voter, [poll.id]), await own_votes(voter, [poll.id])) == ({poll.id: {}}, {poll.id: []})
    await vote_in_poll(voter, poll.id, ["3"])
    clock.shift(timedelta(hours=1))
    with pytest.raises(InvalidInput, match="closed") as refused:
        await vote_in_poll(voter, poll.id, ["1"])

    assert refused.value.path == ("poll_id",)
    assert await tallies(voter, [poll.id]) == {poll.id: {"3": 1, "": 1}}


async def test_of_several_votes_of_a_member_at_once_one_stays() -> None:
    asker, voter = await make_actor(Role.AGENT), await make_actor()
    poll = await poll_in(await make_question(asker), asker)

    await asyncio.gather(*(vote_in_poll(voter, poll.id, [option]) for option in ("1", "2", "3", "1")))

    assert await PollVote.count() == 1
    assert (await tallies(voter, [poll.id]))[poll.id][""] == 1


async def test_anonymous_votes_name_nobody() -> None:
    asker, voter = await make_actor(Role.AGENT), await make_actor()
    poll = await poll_in(await make_question(asker), asker, anonymous=True)

    await vote_in_poll(voter, poll.id, ["1"])
    await vote_in_poll(voter, poll.id, ["2"])

    (raw,) = await PollVote.get_pymongo_collection().find({}).to_list()
    assert voter.member not in str(raw)
    assert {event["actor"] for event in raw["pending"]} == {SYSTEM.id}
    assert await voters_of(asker, poll, "2") == []
    assert await own_votes(voter, [poll.id]) == {poll.id: ["2"]}


async def test_who_asked_anonymously_begins_a_poll_so() -> None:
    asker = await make_actor(Role.AGENT)
    question = await make_question(asker, anonymous=True)

    poll = await poll_in(question, asker)

    assert (poll.author_id, poll.writer_id) == (question.author_id, asker.member)
    assert (await close_poll(asker, poll.id, expected_version=1)).closed_at is not None


@pytest.mark.parametrize(
    ("results", "seen"),
    [
        (PollResults.ALWAYS, (True, True)),
        (PollResults.AFTER_VOTE, (False, True)),
        (PollResults.AFTER_CLOSE, (False, False)),
    ],
)
async def test_results_are_seen_when_the_poll_says(results: PollResults, seen: tuple[bool, bool]) -> None:
    asker = await make_actor(Role.AGENT)
    poll = await poll_in(await make_post(asker), asker, results=results)

    assert (may_see_results(poll, voted=False), may_see_results(poll, voted=True)) == seen
    closed = await close_poll(asker, poll.id, expected_version=1)
    assert may_see_results(closed, voted=False)


async def test_what_is_not_sound_or_not_theirs_is_refused_without_a_trace() -> None:
    asker, stranger = await make_actor(Role.AGENT), await make_actor()
    question = await make_question(asker)
    with pytest.raises(Forbidden):
        await poll_in(question, stranger)
    with pytest.raises(NotFound):
        await poll_in(question, asker, parent_id="case_1")
    with pytest.raises(InvalidInput, match="from now on"):
        await poll_in(question, asker, closes_at=now())
    for options in (["Salı"], ["Salı", "Salı"], [str(number) for number in range(MOST_OPTIONS + 1)]):
        with pytest.raises(ValueError, match=r"at (least|most)"):
            await poll_in(question, asker, options=options)
    assert await Poll.count() == 0

    poll = await poll_in(question, asker)
    for error, act in (
        (InvalidInput, vote_in_poll(stranger, poll.id, ["1", "2"])),
        (InvalidInput, vote_in_poll(stranger, poll.id, ["9"])),
        (NotFound, vote_in_poll(stranger, "pol_1", ["1"])),
        (Forbidden, close_poll(stranger, poll.id, expected_version=1)),
        (Conflict, close_poll(asker, poll.id, expected_version=4)),
    ):
        with pytest.raises(error):
            await act
    await close_poll(await make_actor(Role.MANAGER), poll.id, expected_version=1)
    with pytest.raises(AlreadyDone):
        await close_poll(asker, poll.id, expected_version=2)
    for _ in range(MOST_POLLS - 1):
        await poll_in(question, asker)
    with pytest.raises(LimitReached):
        await poll_in(question, asker)
    assert (await PollVote.count(), await Poll.count()) == (0, MOST_POLLS)


async def test_same_request_makes_one_poll() -> None:
    asker = await make_actor(Role.AGENT)
    question = await make_question(asker)
    key = once(b"secret", actor=asker.id, operation="createPoll", key="1", given={"x": 1})
    draft = PollDraft(parent_id=question.id, title="Hangi gün toplanalım?", options=DAYS)

    made = [await create_poll(asker, draft, once=key) for _ in range(2)]

    assert made[0].id == made[1].id
    assert await Poll.count() == 1


async def test_polls_of_a_secret_space_are_its_members_own() -> None:
    owner, member, outsider = await make_actor(), await make_actor(), await make_actor(Role.MANAGER)
    space = await make_space(owner, member)
    owner, member = inside(owner, space), inside(member, space)
    poll = await poll_in(space, member)

    assert await polls_by_ids(outsider, [poll.id]) == {}
    assert await polls_of(outsider, [space.id]) == {space.id: []}
    for act in (poll_in(space, outsider), vote_in_poll(outsider, poll.id, ["1"])):
        with pytest.raises(NotFound):
            await act
    await vote_in_poll(owner, poll.id, ["1"])
    await close_poll(owner, poll.id, expected_version=1)


async def test_of_too_many_polls_the_first_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    asker = await make_actor(Role.AGENT)
    question = await make_question(asker)
    polls = [await poll_in(question, asker) for _ in range(2)]
    monkeypatch.setattr(reading, "MOST_POLLS", 1)
    shown = await polls_of(asker, [question.id, "qst_none"])
    assert {one: [poll.id for poll in found] for one, found in shown.items()} == {question.id: [polls[0].id], "qst_none": []}


async def test_a_poll_is_for_who_reads_what_it_stands_in_and_its_space_moderates_it() -> None:
    owner = await make_actor()
    closed, opened = await make_space(owner), await make_space(owner, visibility=SpaceVisibility.OPEN)
    owner = inside(owner, closed, opened)
    polls = [await poll_in(await make_question(owner, space_id=one.id), owner) for one in (closed, opened)]
    talks = [await poll_in(one, owner) for one in (closed, opened)]
    assert [await closed_to(poll.id) for poll in (*polls, *talks)] == [closed.id, None, closed.id, None]
    assert await closed_to("pol_none") is None

    items = []
    for space, poll in zip((closed, opened), talks, strict=True):
        reporter = await make_actor()
        await let_in(space, owner, reporter)
        draft = ReportDraft(content_id=poll.id, reason=ReportReason.SPAM)
        items.append(await report_content(inside(reporter, space), draft))
    assert [item.space_id for item in items] == [closed.id, opened.id]
