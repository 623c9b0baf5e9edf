"""Who is asked next for what nobody answers."""

from community.answers import AnswerDraft, answer_question
from community.events import QuestionEscalated
from core.idempotency import Once
from core.records import fresh
from search.routing import Router
from tests.factories.community import make_actor, make_question
from tests.notifications.test_announcements import cause
from tests.search.settling import Settling


async def test_the_next_suggested_expert_is_invited_once(settling: Settling) -> None:
    known, expert = await make_question(title="Kargo hasarlı geldi, ne yapmalı?"), await make_actor()
    await answer_question(expert, AnswerDraft(question_id=known.id, body="Hasar tutanağı gerekir."), once=Once())
    question = await make_question(title="Kargo hasarlı gelmiş, tutanak?")
    await settling()
    router = Router(settling.engine)

    for step in ("OWNERS", "EXPERT", "EXPERT"):
        await router.pass_on(cause(QuestionEscalated(question_id=question.id, step=step)))

    asked = await fresh(question)
    assert (asked.invited_expert_ids, asked.escalated_to) == ([expert.member], expert.member)
    await router.pass_on(cause(QuestionEscalated(question_id="qst_gone", step="EXPERT")))
