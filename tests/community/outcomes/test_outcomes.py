"""What the company did upon what customers said: written, published, withdrawn, and told to those who said it."""

from typing import Any

import pytest

from auth.actor import ANONYMOUS, SYSTEM, Actor, Role
from care.outcomes import create_outcome as create_with_messages
from community.events import AnswerGiven
from community.ideas.ideas import IdeaDraft, submit_idea
from community.ideas.votes import vote_for_idea
from community.notices.documents import Notice
from community.notices.handlers import tell_of_answer, tell_of_outcome
from community.notices.notices import ReadDraft, count_unread, list_notices, mark_notices_read
from community.outcomes.documents import Outcome, OutcomeStatus
from community.outcomes.events import OutcomePublished
from community.outcomes.outcomes import (
    OutcomeChanges,
    OutcomeDraft,
    create_outcome,
    list_outcomes,
    outcomes_by_ids,
    publish_outcome,
    update_outcome,
    withdraw_outcome,
)
from community.public_questions import PublicQuestionDraft, ask_public_question, publish_question
from core.clock import now
from core.database import Database
from core.errors import AlreadyDone, Forbidden, IdempotencyMismatch, InvalidInput, NotFound
from core.events import Recorded
from core.idempotency import Once
from core.paging import Window
from tests.community.watching import keyed
from tests.factories.community import customer_actor, make_actor, make_answer


async def idea_of(customer: Actor) -> str:
    draft = IdeaDraft(title="Kargo bildirimi", body="Yola çıkınca haber verin.")
    return (await submit_idea(customer, draft, once=Once())).id


def draft(**more: object) -> OutcomeDraft:
    given = {"title": "Kargo takibi", "heard": "Haber istediniz.", "done": "Artık haber veriyoruz."}
    return OutcomeDraft.model_validate({**given, **more})


async def read_by(outcome: Outcome, *actors: Actor) -> list[bool]:
    found = []
    for actor in actors:
        by_id = outcome.id in await outcomes_by_ids(actor, [outcome.id])
        assert by_id is (outcome.id in [one.id for one in (await list_outcomes(actor, Window())).items])
        found.append(by_id)
    return found


async def test_customers_read_it_while_it_is_published(store: Database) -> None:
    ayse, manager, expert = customer_actor(), await make_actor(Role.MANAGER), await make_actor()
    outcome = await create_outcome(manager, draft(idea_ids=[await idea_of(ayse)]), once=Once())
    assert await read_by(outcome, manager, expert, ayse, ANONYMOUS) == [True, True, False, False]

    shown = await publish_outcome(manager, outcome.id, expected_version=1)
    assert (shown.status, shown.published_at is not None) == (OutcomeStatus.PUBLISHED, True)
    assert await read_by(outcome, ayse, ANONYMOUS) == [True, True]
    with pytest.raises(AlreadyDone):
        await publish_outcome(manager, outcome.id, expected_version=2)
    with pytest.raises(InvalidInput):
        await update_outcome(manager, outcome.id, OutcomeChanges(idea_ids=[]), expected_version=2)
    changed = await update_outcome(manager, outcome.id, OutcomeChanges(done="Bitti."), expected_version=2)
    assert (changed.done, changed.heard) == ("Bitti.", "Haber istediniz.")

    await withdraw_outcome(manager, outcome.id, expected_version=3)
    assert await read_by(outcome, ayse, ANONYMOUS) == [False, False]


async def test_it_comes_from_what_was_said_in_public(store: Database) -> None:
    manager = await make_actor(Role.MANAGER)
    internal = await submit_idea(manager, IdeaDraft(title="İçeriden fikir", body="Gizli."), once=Once())
    waiting = await ask_public_question(customer_actor(), PublicQuestionDraft(title="Garanti ne kadar?", body="?"), once=Once())
    for given in ({"idea_ids": [internal.id]}, {"question_ids": [waiting.id]}, {"idea_ids": ["ide_none"]}):
        with pytest.raises(InvalidInput):
            await create_outcome(manager, draft(**given), once=Once())
    with pytest.raises(InvalidInput):
        await create_with_messages(manager, draft(message_ids=["msg_none"]), once=Once())
    with pytest.raises(Forbidden):
        await create_outcome(await make_actor(Role.AGENT), draft(), once=Once())
    silent = await create_outcome(manager, draft(), once=keyed("k", 1))
    assert (await create_outcome(manager, draft(), once=keyed("k", 1))).id == silent.id
    with pytest.raises(IdempotencyMismatch):
        await create_outcome(manager, draft(), once=keyed("k", 2))
    with pytest.raises(InvalidInput):
        await publish_outcome(manager, silent.id, expected_version=1)


async def test_those_who_said_it_are_told_once(store: Database) -> None:
    ayse, baran, manager = customer_actor(), customer_actor(), await make_actor(Role.MANAGER)
    idea = await idea_of(ayse)
    await vote_for_idea(baran, idea, voted=True)
    await vote_for_idea(await make_actor(), idea, voted=True)
    outcome = await create_outcome(manager, draft(idea_ids=[idea]), once=Once())
    await publish_outcome(manager, outcome.id, expected_version=1)
    event = recorded(OutcomePublished(outcome_id=outcome.id))

    await tell_of_outcome(event)
    await tell_of_outcome(event)

    told = await Notice.find_all().to_list()
    assert {one.customer_id for one in told} == {ayse.customer_id, baran.customer_id}
    assert (len(told), {one.kind for one in told}) == (2, {"OUTCOME_PUBLISHED"})
    (mine,) = (await list_notices(ayse, Window())).items
    (theirs,) = (await list_notices(baran, Window())).items
    assert await mark_notices_read(ayse, ReadDraft(notice_ids=[mine.id, theirs.id])) == 0
    assert (await count_unread(ayse), await count_unread(baran), await count_unread(ANONYMOUS)) == (0, 1, 0)
    with pytest.raises(Forbidden):
        await mark_notices_read(ANONYMOUS, ReadDraft(notice_ids=[mine.id]))


async def test_who_asked_is_told_of_an_answer_that_they_can_read(store: Database) -> None:
    ayse = customer_actor()
    question = await ask_public_question(ayse, PublicQuestionDraft(title="Garanti ne kadar?", body="?"), once=Once())
    answer = await make_answer(question)
    event = recorded(AnswerGiven(answer_id=answer.id, question_id=question.id, author_id=answer.author_id))
    await tell_of_answer(event)
    assert await Notice.find_all().to_list() == []
    await publish_question(SYSTEM, question.id, expected_version=1)

    await tell_of_answer(event)

    (told,) = await Notice.find_all().to_list()
    assert (told.customer_id, told.kind, told.target_id) == (ayse.customer_id, "QUESTION_ANSWERED", question.id)


def recorded(fact: Any) -> Recorded[Any]:
    return Recorded(fact=fact, number=7, event_id="evt_7", at=now(), actor="mem_somebody", subject="x")


async def test_an_outcome_that_is_not_there_is_told_so(store: Database) -> None:
    manager = await make_actor(Role.MANAGER)
    for act in (
        publish_outcome(manager, "out_none", expected_version=1),
        withdraw_outcome(manager, "out_none", expected_version=1),
        update_outcome(manager, "out_none", OutcomeChanges(done="Bitti."), expected_version=1),
    ):
        with pytest.raises(NotFound) as refused:
            await act
        assert refused.value.path == ("outcome_id",)


async def test_a_notice_is_read_once(store: Database) -> None:
    ayse, manager = customer_actor(), await make_actor(Role.MANAGER)
    outcome = await create_outcome(manager, draft(idea_ids=[await idea_of(ayse)]), once=Once())
    await publish_outcome(manager, outcome.id, expected_version=1)
    await tell_of_outcome(recorded(OutcomePublished(outcome_id=outcome.id)))
    (notice,) = (await list_notices(ayse, Window())).items
    seen = []
    for _ in range(2):
        assert await mark_notices_read(ayse, ReadDraft(notice_ids=[notice.id])) == 0
        seen.append((await list_notices(ayse, Window())).items[0])
    assert seen[0].read_at is not None
    assert seen[1] == seen[0]
