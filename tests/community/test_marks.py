"""Marks: set once, told once, taken back, whoever else is at it; and a count that follows them."""

import asyncio

from community.ideas.documents import Idea, IdeaStatus, IdeaVote
from community.ideas.events import IdeaVoted
from community.ideas.ideas import IdeaDraft, submit_idea
from community.marks import set_mark, settle_count
from core.clock import now
from core.database import Database
from core.idempotency import Once
from core.records import change, fresh
from tests.community.watching import facts
from tests.factories.community import customer_actor

TOLD = ("IdeaVoted", {"idea_id": "ide_1"})


async def put(*, stands: bool) -> None:
    mark = IdeaVote(id="ivt_1", created_at=now(), idea_id="ide_1", voter_id="mem_1")
    await set_mark(mark, IdeaVoted(idea_id="ide_1"), stands=stands, by="mem_1")


async def test_mark_is_set_and_taken_back_and_each_is_told_once(store: Database) -> None:
    for number, stands in enumerate((True, False, True), 1):
        for _ in range(2):
            await put(stands=stands)

        stored = await IdeaVote.get("ivt_1")
        assert stored is not None
        assert (stored.withdrawn, stored.voter_id, stored.revision) == (not stands, "mem_1", number)
        assert await facts(store, "idea_votes", "ivt_1") == [TOLD] * number


async def test_to_take_back_what_was_never_set_stores_nothing(store: Database) -> None:
    await put(stands=False)

    assert await IdeaVote.count() == 0


async def test_mark_set_by_many_requests_at_once_is_one_and_told_once(store: Database) -> None:
    await asyncio.gather(*(put(stands=True) for _ in range(5)))

    assert await IdeaVote.find({"withdrawn": False}).count() == 1
    assert await facts(store, "idea_votes", "ivt_1") == [TOLD]


async def test_count_follows_what_changes_while_it_is_counted(store: Database) -> None:
    draft = IdeaDraft(title="Kargo takip bildirimi", body="Kargo yola çıkınca haber verin.")
    idea = await submit_idea(customer_actor(), draft, once=Once())
    counts = iter([1, 2, 2])

    async def counted(current: Idea) -> int:
        number = next(counts)
        if number == 1:  # somebody else writes in between
            await change(await fresh(current), lambda other: setattr(other, "status", IdeaStatus.PLANNED))
        return number

    settled = await settle_count(idea, "vote_count", counted)

    assert (settled.vote_count, settled.status) == (2, IdeaStatus.PLANNED)
    assert (await fresh(idea)).vote_count == 2
    assert next(counts, None) is None
