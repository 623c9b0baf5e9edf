"""Situations of questions, answers and what members are told."""

from community.documents import Question
from notifications.documents import Notification
from tests.journeys.story import MARK, Input, Situation, Story, member_like


async def _ask(story: Story, who: str) -> Input:
    expert = story.world.members["specialist"]
    title = f"{MARK} Hangi depo {next(story.numbers)}?"
    return {"title": title, "body": f"{MARK} Bilen?", "tagSlugs": ["kargo"], "invitedExpertIds": [expert]}


async def _answer(story: Story, who: str) -> Input:
    return {"questionId": (await story.question()).id, "body": f"{MARK} İzmir."}


async def _accept(story: Story, who: str) -> Input:
    answer = await story.answer()
    question = await Question.get(answer.question_id)
    assert question is not None
    return {"answerId": answer.id, "expectedVersion": question.version}


async def _unaccept(story: Story, who: str) -> Input:
    question, answer = await story.accepted()
    return {"answerId": answer.id, "expectedVersion": question.version}


async def _vote(story: Story, who: str) -> Input:
    return {"targetId": (await story.answer()).id, "value": "UP"}


async def _comment(story: Story, who: str) -> Input:
    return {"targetId": (await story.question()).id, "body": f"{MARK} Hangisi?"}


async def _publish(story: Story, who: str) -> Input:
    question = await story.public_question()
    return {"questionId": question.id, "expectedVersion": question.version}


async def _read(story: Story, who: str) -> Input:
    member = story.world.members[member_like(story, who)]
    await story.consultation(member_like(story, who))
    await story.settle()
    told = await Notification.find({"recipient_id": member}).sort("-number").limit(1).to_list()
    return {"ids": [told[0].id]}


SITUATIONS: dict[str, Situation] = {
    "askQuestion": _ask,
    "answerQuestion": _answer,
    "acceptAnswer": _accept,
    "unacceptAnswer": _unaccept,
    "castVote": _vote,
    "addComment": _comment,
    "publishQuestion": _publish,
    "markNotificationsRead": _read,
}
