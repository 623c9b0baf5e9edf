"""What recognition does upon events: kudos follow what they are about, and what others accept counts."""

from coaching.events import DraftApproved
from coaching.recognition.badge_documents import Badge
from coaching.recognition.badges import settle_badges, settle_everybody
from coaching.recognition.earning import settle_answer, settle_page, settle_question, settle_reply, settle_thanks
from coaching.recognition.events import BadgeChanged, PointsChanged
from coaching.recognition.points_documents import PointDay
from coaching.recognition.settling import settle_kudos
from community.documents import Answer
from community.events import (
    AnswerAccepted,
    AnswerChanged,
    AnswerUnaccepted,
    QuestionChanged,
    QuestionMerged,
    QuestionMoved,
    VoteCast,
)
from community.kudos.documents import Kudos
from community.kudos.events import KudosChanged, KudosGiven
from community.wiki.events import WikiPageDeleted, WikiPageModerated, WikiPageMoved, WikiPageVerified
from core.events import Recorded
from core.handlers import Handlers


def subscribe(handlers: Handlers) -> None:
    """Add the reactions to the table."""
    group = handlers.group("recognition.kudos", start="first")
    group.on(KudosGiven, follow_given).on(WikiPageMoved, follow_page)
    group.on(QuestionMoved, follow_question).on(QuestionMerged, follow_question)
    points = handlers.group("recognition.points", start="first")
    points.on(AnswerAccepted, count_acceptance).on(AnswerUnaccepted, count_answer).on(AnswerChanged, count_answer)
    points.on(VoteCast, count_votes).on(QuestionChanged, count_answers).on(QuestionMoved, count_answers)
    points.on(WikiPageVerified, count_page).on(WikiPageModerated, count_page).on(WikiPageDeleted, count_page)
    points.on(WikiPageMoved, count_page).on(DraftApproved, count_reply)
    handlers.group("recognition.badges", start="first").on(PointsChanged, give_badges).on(BadgeChanged, give_badge)
    points.on(KudosGiven, count_kudos).on(KudosChanged, count_kudos)


async def follow_given(event: Recorded[KudosGiven]) -> None:
    """Stand where the subject went while they were given."""
    kudos = await Kudos.get(event.fact.kudos_id)
    if kudos is not None:
        await settle_kudos(kudos.root_id)


async def follow_question(event: Recorded[QuestionMoved] | Recorded[QuestionMerged]) -> None:
    """Stand where the question stands now, and its answers that went to another one."""
    await settle_kudos(event.fact.question_id)


async def follow_page(event: Recorded[WikiPageMoved]) -> None:
    """Stand where the page stands now."""
    await settle_kudos(event.fact.page_id)


async def count_acceptance(event: Recorded[AnswerAccepted]) -> None:
    """Count an answer that somebody accepted."""
    await settle_answer(event.fact.answer_id, at=event.at, accepted_by=event.actor)


async def count_answer(event: Recorded[AnswerUnaccepted] | Recorded[AnswerChanged]) -> None:
    """Count an answer as it is now."""
    await settle_answer(event.fact.answer_id, at=event.at)


async def count_votes(event: Recorded[VoteCast]) -> None:
    """Count the votes for an answer; those for a question count for nobody, so that they tell nothing of who asked."""
    if await Answer.get(event.fact.target_id) is not None:
        await settle_answer(event.fact.target_id, at=event.at)


async def count_answers(event: Recorded[QuestionChanged] | Recorded[QuestionMoved]) -> None:
    """Count the answers as the question is now."""
    await settle_question(event.fact.question_id, at=event.at)


async def count_page(
    event: Recorded[WikiPageVerified] | Recorded[WikiPageModerated] | Recorded[WikiPageDeleted] | Recorded[WikiPageMoved],
) -> None:
    """Count a page that somebody else vouches for."""
    await settle_page(event.fact.page_id, at=event.at)


async def count_reply(event: Recorded[DraftApproved]) -> None:
    """Count a reply that a mentor let go."""
    await settle_reply(event.fact.review_id)


async def count_kudos(event: Recorded[KudosGiven] | Recorded[KudosChanged]) -> None:
    """Count kudos while they stand."""
    await settle_thanks(event.fact.kudos_id)


async def give_badges(event: Recorded[PointsChanged]) -> None:
    """Give a member the badges that they meet now."""
    day = await PointDay.get(event.fact.day_id)
    if day is not None:
        await settle_badges(day.member_id)


async def give_badge(event: Recorded[BadgeChanged]) -> None:
    """Give a badge to everybody who meets it."""
    badge = await Badge.get(event.fact.badge_id)
    if badge is not None:
        await settle_everybody(badge)
