"""How the questions of the demo were asked and answered, and how its answer bank was filled."""

from datetime import datetime, timedelta

from auth.actor import Actor
from care.answer_bank import EntryChanges, EntryDraft, create_entry, edit_entry
from community.answers import AnswerDraft, accept_answer, answer_question
from community.comments import CommentDraft, add_comment
from community.documents import Answer, Audience, Question
from community.events import VoteCast
from community.public_questions import PublicQuestionDraft, ask_public_question, publish_question
from community.questions import QuestionChanges, QuestionDraft, ask_question, edit_question
from core.clock import now
from core.idempotency import Once
from core.records import change, fresh
from kopru.demo.case_stories import SUPERVISOR
from kopru.demo.rows import Row
from kopru.demo.timeline import Story
from kopru.demo.world import World, varied

APPROVER = "parisa"
"""The mentor who approves answers of others."""
LEFT_AS_DRAFT = 8
"""Every so manieth answer of others is left for the approver to look at."""


async def tell_question(world: World, row: Row) -> Story:
    """Play a question: asked, answered, voted on, accepted, remarked on, and if a customer asked, published."""
    asked_at = world.ago(days=row["days_ago"], minutes=varied(row["key"], 90, 400))
    yield asked_at
    question = await _ask(world, row)
    for place, reply in enumerate(row["answers"]):
        yield _between(asked_at, world.until, place, minutes=varied(row["key"], 12, 75))
        answer = await _answer(world, question, reply)
        if reply["accepted"]:
            yield now() + timedelta(minutes=varied(row["key"], 2, 9))
            await _accept(world, row, answer)
    if row.get("approved"):
        yield now() + timedelta(minutes=5)
        question = await fresh(question)
        await publish_question(world.members[SUPERVISOR], question.id, expected_version=question.version)
    for remark in row.get("comments", []):
        yield now() + timedelta(minutes=varied(remark["body"], 3, 12))
        await add_comment(world.members[remark["by"]], CommentDraft(target_id=question.id, body=remark["body"]), once=Once())


async def tell_entry(world: World, row: Row) -> Story:
    """Play how an answer was written down, and approved unless its turn has not come."""
    place = world.content.answer_bank.index(row)
    yield world.ago(days=58 - 2 * place, minutes=varied(row["title"], 0, 600))
    draft = EntryDraft(title=row["title"], body=row["body"], question_variants=row["question_variants"])
    entry = await create_entry(world.members[row["owner"]], draft, once=Once())
    if place % LEFT_AS_DRAFT:
        yield now() + timedelta(hours=varied(row["title"], 1, 20))
        await edit_entry(world.members[APPROVER], entry.id, EntryChanges(), expected_version=entry.version)


async def _ask(world: World, row: Row) -> Question:
    if Audience(row["audience"]) is Audience.STAFF:
        draft = QuestionDraft(title=row["title"], body=row["body"], tag_slugs=row["tags"])
        return await ask_question(world.members[row["author"]], draft, once=Once())
    public = PublicQuestionDraft(title=row["title"], body=row["body"])
    question = await ask_public_question(world.customer(row["author"]), public, once=Once())
    tags = QuestionChanges(tag_slugs=row["tags"])
    return await edit_question(world.members[SUPERVISOR], question.id, tags, expected_version=question.version)


async def _answer(world: World, question: Question, reply: Row) -> Answer:
    author = world.members[reply["by"]]
    answer, _ = await answer_question(author, AnswerDraft(question_id=question.id, body=reply["body"]), once=Once())
    return await _vote(world, answer, author, votes=reply["votes"])


async def _vote(world: World, answer: Answer, author: Actor, *, votes: int) -> Answer:
    """Let colleagues vote, all in one write; the company has fewer people than some answers have votes in the content."""
    voters = [member.member for member in world.members.values() if member is not author][:votes]

    def rule(current: Answer) -> None:
        current.votes = dict.fromkeys(voters, 1)
        current.score = len(voters)
        current.record(VoteCast(question_id=current.question_id, target_id=current.id), actor=author.id)

    return await change(answer, rule)


async def _accept(world: World, row: Row, answer: Answer) -> None:
    """Accept as who asked; a customer's question is settled by a moderator."""
    question = await Question.get(answer.question_id)
    if question is not None:
        accepting = world.members.get(row["author"], world.members[SUPERVISOR])
        await accept_answer(accepting, answer.id, expected_version=question.version)


def _between(asked_at: datetime, until: datetime, place: int, *, minutes: int) -> datetime:
    """Give when the answer at this place came: soon after the question, and never after the present."""
    return min(asked_at + timedelta(minutes=minutes * (place + 1)), asked_at + (until - asked_at) * (place + 1) / (place + 3))
