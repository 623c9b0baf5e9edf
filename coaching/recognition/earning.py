"""What counts as accepted by others: read from the things as they are now, so that looking twice changes nothing."""

from datetime import datetime
from typing import Final

from care.documents.channels import Environment
from coaching.documents import DraftReview, DraftReviewStatus
from coaching.recognition.ledger import ANONYMOUS, Award, award, withdraw
from coaching.recognition.points_documents import PointCause
from community.anonymity import stands_for_somebody
from community.contents import content_of
from community.documents import Answer, Moderated, Question
from community.kudos.documents import Kudos
from community.wiki.documents import WikiPage
from core.events import SYSTEM

_UP: Final = 1


async def settle_answer(answer_id: str, *, at: datetime, accepted_by: str | None = None) -> None:
    """Let an accepted answer and the votes for it count for who gave it: by others alone, and never for who stays unnamed.

    `accepted_by` is who accepts it just now; nobody earns by accepting what they wrote or asked themselves.
    """
    answer = await Answer.get(answer_id)
    question = await Question.get(answer.question_id) if answer is not None else None
    if answer is None or question is None or stands_for_somebody(answer.author_id) or answer.peer is not None:
        return
    stands = _stands(answer) and _stands(question)
    accepted = stands and answer.id in question.accepted_answer_ids and answer.writer_id != question.writer_id
    voters = [voter for voter, weight in answer.votes.items() if weight == _UP and voter != answer.writer_id] if stands else []
    due = [_acceptance(answer, question, accepted_by or "", at)] if accepted else []
    votes = [_vote(answer, question, voter, at) for voter in voters]
    await withdraw(answer.id, besides=frozenset(one.key for one in [*due, *votes]))
    for acceptance in due:
        await award(acceptance, anew=accepted_by not in {None, SYSTEM, answer.writer_id, answer.author_id})
    for vote in votes:
        await award(vote)


async def settle_question(question_id: str, *, at: datetime) -> None:
    """Let the answers of a question count as the question is now."""
    for answer in await Answer.find({"question_id": question_id}).to_list():
        await settle_answer(answer.id, at=at)


async def settle_page(page_id: str, *, at: datetime) -> None:
    """Let a page count for who wrote it once somebody else vouches for it."""
    page = await WikiPage.get(page_id)
    if page is None:
        return
    by = page.verified_by
    if not _stands(page) or page.verified_until is None or by is None or by == page.author_id:
        await withdraw(page_id)
        return
    tags = [tag.slug for tag in page.tags]
    await award(
        Award(
            member_id=page.author_id,
            cause=PointCause.VERIFIED_PAGE,
            source_id=page.id,
            giver=by,
            at=at,
            space_id=page.space_id,
            closed_space_id=page.closed_space_id,
            tags=tags,
        )
    )


async def settle_reply(review_id: str) -> None:
    """Let a reply count for who wrote it once a mentor let it go."""
    review = await DraftReview.get(review_id)
    if review is None or review.status is not DraftReviewStatus.APPROVED or review.environment is not Environment.LIVE:
        return
    if review.decided_by is not None and review.decided_by != review.author_id:
        at = review.decided_at or review.submitted_at
        cause, by = PointCause.APPROVED_REPLY, review.decided_by
        await award(Award(member_id=review.author_id, cause=cause, source_id=review.id, giver=by, at=at))


async def settle_thanks(kudos_id: str) -> None:
    """Let kudos count for who received them while they stand."""
    kudos = await Kudos.get(kudos_id)
    if kudos is None:
        return
    if not _stands(kudos):
        await withdraw(kudos_id)
        return
    root = await content_of(kudos.root_id)
    await award(
        Award(
            member_id=kudos.receiver_id,
            cause=PointCause.KUDOS,
            source_id=kudos.id,
            giver=ANONYMOUS if kudos.hidden_author_id else kudos.author_id,
            at=kudos.created_at,
            space_id=kudos.space_id,
            closed_space_id=kudos.closed_space_id,
            tags=[tag.slug for tag in root.tags] if isinstance(root, Question | WikiPage) else [],
        )
    )


def _stands(content: Moderated) -> bool:
    return content.deleted_at is None and content.kept_for is None


def _acceptance(answer: Answer, question: Question, by: str, at: datetime) -> Award:
    cause = PointCause.ACCEPTED_ANSWER if question.consultation_id is None else PointCause.CONSULTATION_ACCEPTED
    giver = ANONYMOUS if stands_for_somebody(by) else by
    return _of_answer(answer, question).model_copy(update={"cause": cause, "giver": giver, "at": at})


def _vote(answer: Answer, question: Question, voter: str, at: datetime) -> Award:
    return _of_answer(answer, question).model_copy(update={"giver": voter, "apart": voter, "at": at})


def _of_answer(answer: Answer, question: Question) -> Award:
    return Award(
        member_id=answer.author_id,
        cause=PointCause.HELPFUL_VOTE,
        source_id=answer.id,
        giver="",
        at=answer.created_at,
        space_id=question.space_id,
        closed_space_id=question.closed_space_id,
        tags=[tag.slug for tag in question.tags],
    )
