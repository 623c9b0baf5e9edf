import asyncio

import pytest

from auth.actor import SYSTEM, Role
from community.documents import Answer, Question
from community.errors import OwnVote
from community.votes import VoteValue, cast_vote, vote_of
from core.database import Database
from core.errors import Forbidden, NotFound
from tests.community.watching import facts, snapshot
from tests.factories.community import customer_actor, make_actor, make_answer, make_question


async def target_of(kind: str) -> tuple[Question | Answer, str]:
    question = await make_question()
    return (question, "questions") if kind == "question" else (await make_answer(question), "answers")


@pytest.mark.parametrize("kind", ["question", "answer"])
async def test_a_vote_is_set_and_never_toggled(store: Database, kind: str) -> None:
    target, collection = await target_of(kind)
    voter, other = await make_actor(), await make_actor()
    question_id = target.id if isinstance(target, Question) else target.question_id
    told = len(await facts(store, collection, target.id))

    seen = []
    for actor, value in (
        (voter, VoteValue.UP),
        (voter, VoteValue.UP),
        (other, VoteValue.UP),
        (voter, VoteValue.DOWN),
        (other, VoteValue.NONE),
        (other, VoteValue.NONE),
    ):
        voted = await cast_vote(actor, target.id, value)
        seen.append((voted.score, vote_of(voter.member, voted), vote_of(other.member, voted), voted.version))

    up, down, none = VoteValue.UP, VoteValue.DOWN, VoteValue.NONE
    assert seen == [
        (1, up, none, 1),
        (1, up, none, 1),
        (2, up, up, 1),
        (0, down, up, 1),
        (-1, down, none, 1),
        (-1, down, none, 1),
    ]
    assert (await facts(store, collection, target.id))[told:] == [
        ("VoteCast", {"question_id": question_id, "target_id": target.id})
    ] * 4


async def test_racing_votes_all_count(store: Database) -> None:
    question = await make_question()
    voters = [await make_actor() for _ in range(12)]

    await asyncio.gather(
        *(cast_vote(voter, question.id, VoteValue.UP if place % 4 else VoteValue.DOWN) for place, voter in enumerate(voters))
    )

    kept = await Question.get(question.id)
    assert kept is not None
    assert (kept.score, len(kept.votes), kept.version) == (6, 12, 1)
    assert len(await facts(store, "questions", question.id)) == 13


async def test_refused_votes_leave_no_trace(store: Database) -> None:
    asker = await make_actor(Role.AGENT)
    question = await make_question(asker)
    answer = await make_answer(question, asker)
    before = await snapshot(store)

    for actor, target_id, refusal in (
        (asker, question.id, OwnVote),
        (asker, answer.id, OwnVote),
        (SYSTEM, question.id, Forbidden),
        (customer_actor(), question.id, NotFound),
        (asker, "qst_nowhere", NotFound),
        (asker, "ans_nowhere", NotFound),
        (asker, "mem_x", NotFound),
    ):
        with pytest.raises(refusal):
            await cast_vote(actor, target_id, VoteValue.UP)

    assert await snapshot(store) == before


async def test_nobody_known_has_voted_nothing(store: Database) -> None:
    assert vote_of(None, await make_question()) is VoteValue.NONE
