"""Situations of answers by customers, and of what the company did upon customers' words."""

from community.answers import AnswerDraft, answer_question
from community.documents import Answer, Question
from community.outcomes.documents import Outcome
from community.outcomes.outcomes import OutcomeDraft, create_outcome, publish_outcome
from community.peer_answers.answers import PublicAnswerDraft, answer_public_question
from community.peer_answers.settings import PolicyDraft, policy_now, set_policy
from community.public_questions import publish_question
from core.idempotency import Once
from tests.factories.community import customer_actor
from tests.journeys.situations.ideas import public_idea
from tests.journeys.story import Input, Situation, Story


async def published_question(story: Story) -> Question:
    """Give a customer's question that everybody reads."""
    question = await story.public_question()
    return await publish_question(await story.actor("manager"), question.id, expected_version=question.version)


async def held_answer(story: Story, customer_id: str | None = None) -> Answer:
    """Give an answer that waits, by a customer whom nobody knows unless told."""
    question = await published_question(story)
    if (policy := await policy_now()).per_hour:
        unlimited = PolicyDraft(trusted_after=0, per_hour=0, per_day=0)
        await set_policy(await story.actor("manager"), unlimited, expected_version=policy.version)
    draft = PublicAnswerDraft(question_id=question.id, body="Bende iki gün sürdü.")
    return await answer_public_question(customer_actor(customer_id), draft, once=Once())


async def company_answer(story: Story) -> Answer:
    """Give the company's answer to a published question."""
    question = await published_question(story)
    draft = AnswerDraft(question_id=question.id, body="İki gün sürer.")
    return (await answer_question(await story.actor("specialist"), draft, once=Once()))[0]


async def draft_outcome(story: Story) -> Outcome:
    """Give what the company did upon a public idea."""
    idea = await public_idea(story)
    draft = OutcomeDraft(title="Takip", heard="Haber", done="Yapıldı", idea_ids=[idea.id])
    return await create_outcome(await story.actor("manager"), draft, once=Once())


async def _decide(story: Story, who: str) -> Input:
    answer = await held_answer(story)
    return {"answerId": answer.id, "expectedVersion": answer.version}


async def _decline(story: Story, who: str) -> Input:
    return {**await _decide(story, who), "reason": "Yanlış."}


async def _set_policy(story: Story, who: str) -> Input:
    return {"trustedAfter": 0, "perHour": 0, "perDay": 0, "expectedVersion": (await policy_now()).version}


async def _create(story: Story, who: str) -> Input:
    idea = await public_idea(story)
    return {"title": "Takip", "heard": "Haber", "done": "Yapıldı", "ideaIds": [idea.id]}


async def _update(story: Story, who: str) -> Input:
    outcome = await draft_outcome(story)
    return {"outcomeId": outcome.id, "done": "Bitti", "expectedVersion": outcome.version}


async def _publish(story: Story, who: str) -> Input:
    outcome = await draft_outcome(story)
    return {"outcomeId": outcome.id, "expectedVersion": outcome.version}


async def _withdraw(story: Story, who: str) -> Input:
    outcome = await draft_outcome(story)
    shown = await publish_outcome(await story.actor("manager"), outcome.id, expected_version=outcome.version)
    return {"outcomeId": shown.id, "expectedVersion": shown.version}


SITUATIONS: dict[str, Situation] = {
    "publishAnswer": _decide,
    "declineAnswer": _decline,
    "setPublicAnswerPolicy": _set_policy,
    "createOutcome": _create,
    "updateOutcome": _update,
    "publishOutcome": _publish,
    "withdrawOutcome": _withdraw,
}
