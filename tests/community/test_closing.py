import pytest

from auth.actor import Actor, Role
from community.answers import AnswerDraft, accept_answer, answer_question
from community.closing import ClosingDraft, close_question, reopen_question
from community.documents import CloseReason, Question, QuestionStatus
from community.errors import NotYours, QuestionClosed
from community.questions import open_for_consultation
from core.clock import now
from core.database import Database
from core.errors import AlreadyDone, Conflict, DomainError, Forbidden, InvalidInput, NotFound
from core.idempotency import Once
from core.records import fresh
from tests.community.watching import facts, snapshot
from tests.factories.community import make_actor, make_answer, make_question
from tests.factories.spaces import inside, make_space

OUTDATED = ClosingDraft(reason=CloseReason.OUTDATED, note="2023 kampanyası")


async def closed(actor: Actor, question: Question, draft: ClosingDraft = OUTDATED) -> Question:
    return await close_question(actor, question.id, draft, expected_version=(await fresh(question)).version)


async def test_who_asked_closes_with_a_reason_and_it_takes_no_answers(store: Database) -> None:
    asker = await make_actor(Role.AGENT)
    question = await make_question(asker)

    done = await closed(asker, question)

    assert done.status is QuestionStatus.CLOSED
    assert done.closing is not None
    assert (done.closing.reason, done.closing.note, done.closing.by) == (CloseReason.OUTDATED, "2023 kampanyası", asker.id)
    told = {"question_id": question.id, "reason": "OUTDATED"}
    assert (await facts(store, "questions", question.id))[1:] == [("QuestionClosed", told)]
    with pytest.raises(QuestionClosed):
        await answer_question(asker, AnswerDraft(question_id=question.id, body="Bitti."), once=Once())


async def test_a_duplicate_leads_to_the_other_question(store: Database) -> None:
    moderator, question, other = await make_actor(Role.MANAGER), await make_question(), await make_question()

    done = await closed(moderator, question, ClosingDraft(reason=CloseReason.DUPLICATE, duplicate_of_id=other.id))

    assert done.closing is not None
    assert (done.closing.duplicate_of_id, done.closing.merged, done.merged_into_id) == (other.id, False, None)
    with pytest.raises(InvalidInput, match="a duplicate itself"):
        await closed(moderator, other, ClosingDraft(reason=CloseReason.DUPLICATE, duplicate_of_id=question.id))


@pytest.mark.parametrize(
    ("reason", "other", "error", "path"),
    [
        (CloseReason.DUPLICATE, None, InvalidInput, ("duplicate_of_id",)),
        (CloseReason.DUPLICATE, "qst_nobodyknows", NotFound, ("duplicate_of_id",)),
        (CloseReason.DUPLICATE, "itself", InvalidInput, ("duplicate_of_id",)),
        (CloseReason.OFF_TOPIC, "itself", InvalidInput, ("reason",)),
    ],
)
async def test_a_closing_that_names_no_other_question_rightly_is_refused(
    store: Database, reason: CloseReason, other: str | None, error: type[DomainError], path: tuple[str, ...]
) -> None:
    asker = await make_actor(Role.AGENT)
    question = await make_question(asker)
    draft = ClosingDraft(reason=reason, duplicate_of_id=question.id if other == "itself" else other)
    before = await snapshot(store)

    with pytest.raises(error) as refused:
        await closed(asker, question, draft)

    assert refused.value.path == path
    assert await snapshot(store) == before


async def test_a_question_that_the_viewer_may_not_read_is_no_original(store: Database) -> None:
    asker, stranger = await make_actor(Role.AGENT), await make_actor()
    space = await make_space(stranger)
    hidden = await make_question(inside(stranger, space), space_id=space.id)

    with pytest.raises(NotFound):
        await closed(asker, await make_question(asker), ClosingDraft(reason=CloseReason.DUPLICATE, duplicate_of_id=hidden.id))


async def test_who_may_close_and_reopen(store: Database) -> None:
    asker, moderator, stranger = await make_actor(Role.AGENT), await make_actor(Role.MANAGER), await make_actor(Role.AGENT)
    question = await make_question(asker)
    with pytest.raises(NotYours):
        await closed(stranger, question)
    with pytest.raises(AlreadyDone):
        await reopen_question(moderator, question.id, expected_version=1)

    done = await closed(moderator, question)

    with pytest.raises(AlreadyDone):
        await closed(asker, question)
    with pytest.raises(NotYours):
        await reopen_question(asker, question.id, expected_version=done.version)
    with pytest.raises(Conflict):
        await reopen_question(moderator, question.id, expected_version=1)
    opened = await reopen_question(moderator, question.id, expected_version=done.version)
    assert (opened.status, opened.closing) == (QuestionStatus.OPEN, None)


async def test_a_reopened_question_stands_where_its_answers_put_it(store: Database) -> None:
    asker = await make_actor(Role.AGENT)
    question = await make_question(asker)
    answer = await make_answer(question)
    done = await closed(asker, question)
    answered = await reopen_question(asker, question.id, expected_version=done.version)
    assert answered.status is QuestionStatus.ANSWERED

    await accept_answer(asker, answer.id, expected_version=answered.version)
    done = await closed(asker, question)
    solved = await reopen_question(asker, question.id, expected_version=done.version)

    assert solved.status is QuestionStatus.SOLVED
    assert (await facts(store, "questions", question.id))[-1] == ("QuestionReopened", {"question_id": question.id})


async def test_a_consultation_s_question_is_not_closed_here(store: Database) -> None:
    moderator = await make_actor(Role.MANAGER)
    question = await open_for_consultation(
        question_id="qst_consulted",
        author_id=moderator.member,
        title="Depoda mı?",
        body="Kargo",
        case_id="case_x",
        consultation_id="con_x",
        invited_expert_ids=[],
        asked_at=now(),
    )

    with pytest.raises(Forbidden, match="with the consultation"):
        await closed(moderator, question)


async def test_the_owner_of_a_space_closes_what_others_asked_there(store: Database) -> None:
    owner, member = await make_actor(), await make_actor()
    space = await make_space(owner, member)
    question = await make_question(inside(member, space), space_id=space.id)

    assert (await closed(inside(owner, space), question)).status is QuestionStatus.CLOSED
