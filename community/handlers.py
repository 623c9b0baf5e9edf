"""What the community does upon its own events: the follow-ups of answers, should the request have died before them."""

from auth.events import AccountChange, AccountChanged
from community.answers import follow_answer, reflect_in_evidence
from community.blog import handlers as blog
from community.documents import Answer, Comment, Question
from community.events import (
    AnswerAccepted,
    AnswerGiven,
    AnswerUnaccepted,
    CommentAdded,
    CommentChanged,
    DepartmentChanged,
    QuestionChanged,
    QuestionMerged,
    QuestionMoved,
    RemarkAdded,
    RemarkChanged,
    SkillChanged,
    SkillEndorsed,
    SkillMerged,
)
from community.help import handlers as customers_help
from community.ideas import handlers as ideas
from community.members import tell_of_members
from community.merging import settle_merge
from community.moderation import handlers as moderation
from community.notices import handlers as notices
from community.peer_answers import handlers as peer_answers
from community.procedures import handlers as procedures
from community.prompts import handlers as prompts
from community.removing import settle_removal
from community.skill_claims import settle_skill_claims
from community.skill_merging import settle_skill_merge
from community.spaces import handlers as spaces
from community.spaces.events import SpaceChanged, SpaceMembersChanged, SpaceOwnerFollowed
from community.strategies import handlers as strategies
from community.succession import keep_succession, settle_owner, settle_owners_beside
from community.wiki import handlers as wiki
from community.wiki.documents import WikiComment
from community.wiki.events import WikiCommentAdded, WikiCommentChanged
from core.events import Recorded
from core.handlers import Handlers
from core.ids import with_prefix


def subscribe(handlers: Handlers) -> None:
    """Add the community's reactions to the table."""
    handlers.group("community.answers", start="first").on(AnswerGiven, follow_given).on(AnswerAccepted, reflect_accepted).on(
        AnswerUnaccepted, reflect_unaccepted
    ).on(QuestionChanged, reflect_question).on(QuestionMoved, reflect_question).on(QuestionMerged, follow_merge)
    handlers.group("community.removals", start="first").on(CommentAdded, follow_remark).on(CommentChanged, follow_remark).on(
        RemarkAdded, follow_remark
    ).on(RemarkChanged, follow_remark).on(WikiCommentAdded, follow_wiki_remark).on(WikiCommentChanged, follow_wiki_remark)
    owners = handlers.group("community.owners", start="first")
    owners.on(AccountChanged, follow_sign_in).on(SpaceMembersChanged, follow_owners).on(SpaceChanged, follow_owners)
    owners.on(SpaceOwnerFollowed, keep_succession)
    known = handlers.group("community.skills", start="first")
    known.on(SkillEndorsed, follow_endorsement).on(SkillMerged, follow_skill_merge)
    known.on(SkillChanged, follow_skill).on(DepartmentChanged, follow_department)
    spaces.subscribe(handlers)
    wiki.subscribe(handlers)
    strategies.subscribe(handlers)
    blog.subscribe(handlers)
    ideas.subscribe(handlers)
    customers_help.subscribe(handlers)
    procedures.subscribe(handlers)
    moderation.subscribe(handlers)
    prompts.subscribe(handlers)
    peer_answers.subscribe(handlers)
    notices.subscribe(handlers)


async def follow_remark(
    event: Recorded[CommentAdded] | Recorded[CommentChanged] | Recorded[RemarkAdded] | Recorded[RemarkChanged],
) -> None:
    """Let the place of a removed remark, and the record of why it was removed, follow."""
    comment = await Comment.get(event.fact.comment_id)
    if comment is not None:
        await settle_removal(comment)


async def follow_wiki_remark(event: Recorded[WikiCommentAdded] | Recorded[WikiCommentChanged]) -> None:
    """Do the same for a remark on a page."""
    comment = await WikiComment.get(event.fact.comment_id)
    if comment is not None:
        await settle_removal(comment)


async def follow_endorsement(event: Recorded[SkillEndorsed]) -> None:
    """Let a claimed skill follow what colleagues say of it."""
    await settle_skill_claims(event.fact.member_id)


async def follow_skill_merge(event: Recorded[SkillMerged]) -> None:
    """Let members, claims and endorsements follow a skill that is another one now."""
    await settle_skill_merge(event.fact.skill_id)
    await tell_of_members({"skill_ids": event.fact.into_id})


async def follow_skill(event: Recorded[SkillChanged]) -> None:
    """Let whoever keeps copies of members hear of the words that point to them."""
    await tell_of_members({"skill_ids": event.fact.skill_id})


async def follow_department(event: Recorded[DepartmentChanged]) -> None:
    """Let them hear of what a department is called."""
    await tell_of_members({"department_id": event.fact.department_id})


async def follow_sign_in(event: Recorded[AccountChanged]) -> None:
    """Let secret spaces have an owner who can sign in, when somebody no longer can, or can again."""
    if event.fact.change in {AccountChange.DISABLED, AccountChange.ENABLED}:
        await settle_owners_beside(with_prefix("mem", event.fact.account_id))


async def follow_owners(event: Recorded[SpaceMembersChanged] | Recorded[SpaceChanged]) -> None:
    """Do so as people go, and as a space becomes secret."""
    await settle_owner(event.fact.space_id)


async def follow_given(event: Recorded[AnswerGiven]) -> None:
    """Let status, typical times and evidence follow an answer."""
    answer = await Answer.get(event.fact.answer_id)
    if answer is not None:
        await follow_answer(answer)
        await settle_merge(answer.question_id)


async def follow_merge(event: Recorded[QuestionMerged]) -> None:
    """Let what belongs to a merged question be with the other one."""
    await settle_merge(event.fact.question_id)


async def reflect_accepted(event: Recorded[AnswerAccepted]) -> None:
    """Let the evidence say what is true of the answer now."""
    await reflect_in_evidence(event.fact.answer_id)


async def reflect_unaccepted(event: Recorded[AnswerUnaccepted]) -> None:
    """Let the evidence say what is true of the answer now."""
    await reflect_in_evidence(event.fact.answer_id)


async def reflect_question(event: Recorded[QuestionChanged] | Recorded[QuestionMoved]) -> None:
    """Let the evidence of the answers show the question's title and tags, and who may read it, as they are now."""
    question = await Question.get(event.fact.question_id)
    if question is None:
        return
    ids = [row["_id"] async for row in Answer.get_pymongo_collection().find({"question_id": question.id}, {"_id": 1})]
    for answer_id in ids:
        await reflect_in_evidence(answer_id)
