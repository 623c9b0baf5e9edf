"""Mentorships: proposed, begun, handed over and ended."""

from enum import StrEnum

from pydantic import BaseModel
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor
from coaching.mentorships.documents import MatchedBy, MentorHandover, Mentorship, MentorshipProgramme, MentorshipStatus
from coaching.mentorships.events import MentorshipEnded, MentorshipHandedOver, MentorshipProposed, MentorshipStarted
from coaching.mentorships.matching import Suggestion, choose, going_on_of, places_taken, require_mentee
from coaching.mentorships.policies import (
    may_answer,
    may_complete,
    may_end,
    may_hand_over,
    may_manage_mentorships,
    may_seek_mentor,
)
from coaching.mentorships.programmes import require_in_use
from coaching.mentorships.reading import require_mentorship, require_programme
from community.creation import insert_once, made_before
from community.drafts import Remark
from core.clock import now
from core.errors import AlreadyDone, LimitReached
from core.idempotency import Once
from core.records import change


class MentorshipDraft(BaseModel):
    """Who is to be accompanied in which programme, and by whom; the best mentor when nobody is named."""

    programme_id: str
    mentee_id: str | None = None
    mentor_id: str | None = None


class EndDraft(BaseModel):
    """How a mentorship comes to its end."""

    mentorship_id: str
    completed: bool
    reason: Remark | None = None


class HandoverDraft(BaseModel):
    """Who follows as a mentor, and what they have to know; the best one when nobody is named."""

    mentorship_id: str
    mentor_id: str | None = None
    note: Remark


class MentorAnswer(StrEnum):
    """What a mentor says who was asked."""

    ACCEPT = "ACCEPT"
    DECLINE = "DECLINE"


class AnswerDraft(BaseModel):
    """What the mentor says who was asked."""

    mentorship_id: str
    answer: MentorAnswer
    reason: Remark | None = None


async def propose_mentorship(actor: Actor, draft: MentorshipDraft, *, once: Once) -> Mentorship:
    """Bring a newcomer and a mentor together: at once with `mentorship:manage`, else the mentor is asked first.

    Raises NotFound, Forbidden for somebody else without `mentorship:manage`, AlreadyDone for a closed programme and for
    who has a mentor in it, InvalidInput for who cannot be the mentor, LimitReached when no mentor has a free place,
    IdempotencyMismatch.
    """
    may_seek_mentor(actor, draft.mentee_id).enforce()
    programme = await require_programme(actor, draft.programme_id)
    mentee = await require_mentee(actor, draft.mentee_id or actor.member)
    if before := await made_before(Mentorship, once.identifier("mts"), once):
        return before
    require_in_use(programme)
    chosen = await choose(programme, mentee, draft.mentor_id)
    mentorship = _mentorship(actor, programme, mentee.id, chosen, once)
    mentorship.matched_by = _matched_by(actor, draft)
    if mentorship.status is MentorshipStatus.PROPOSED:
        mentorship.record(MentorshipProposed(mentorship_id=mentorship.id), actor=actor.id)
    else:
        mentorship.record(MentorshipStarted(mentorship_id=mentorship.id), actor=actor.id)
    try:
        return await insert_once(mentorship, once)
    except DuplicateKeyError:
        raise AlreadyDone("This member has a mentor in this programme already.", path=("programme_id",)) from None


async def answer_mentorship(actor: Actor, draft: AnswerDraft, *, expected_version: int) -> Mentorship:
    """Accompany somebody, or not.

    Raises NotFound, Forbidden for anybody but the mentor, AlreadyDone, LimitReached without a free place, Conflict.
    """
    mentorship = await require_mentorship(actor, draft.mentorship_id)
    if may_answer(actor, mentorship) and draft.answer is MentorAnswer.ACCEPT:
        await _require_room(actor, mentorship)

    def rule(current: Mentorship) -> None:
        may_answer(actor, current).enforce()
        if draft.answer is MentorAnswer.DECLINE:
            _end(current, actor, MentorshipStatus.ENDED, draft.reason)
            return
        current.status, current.started_at = MentorshipStatus.ACTIVE, now()
        current.record(MentorshipStarted(mentorship_id=current.id), actor=actor.id)

    return await change(mentorship, rule, expected_version=expected_version)


async def end_mentorship(actor: Actor, draft: EndDraft, *, expected_version: int) -> Mentorship:
    """Say that a mentorship reached its end, break it off, or take the proposal back.

    Raises NotFound, Forbidden for a mentee who would complete it, AlreadyDone, Conflict.
    """
    mentorship = await require_mentorship(actor, draft.mentorship_id)

    def rule(current: Mentorship) -> None:
        may_end(actor, current).enforce()
        if draft.completed:
            may_complete(actor, current).enforce()
        _end(current, actor, MentorshipStatus.COMPLETED if draft.completed else MentorshipStatus.ENDED, draft.reason)

    return await change(mentorship, rule, expected_version=expected_version)


async def hand_over_mentorship(actor: Actor, draft: HandoverDraft, *, expected_version: int) -> Mentorship:
    """Let another mentor follow, with what they have to know; goals, meetings and open feedback go with it.

    Raises NotFound, Forbidden for anybody but the mentor without `mentorship:manage`, AlreadyDone unless it goes on,
    InvalidInput for who cannot be the mentor, LimitReached when no mentor has a free place, Conflict.
    """
    mentorship = await require_mentorship(actor, draft.mentorship_id)
    may_hand_over(actor, mentorship).enforce()
    programme = await require_programme(actor, mentorship.programme_id)
    mentee = await require_mentee(actor, mentorship.mentee_id)
    chosen = await choose(programme, mentee, draft.mentor_id, without=[mentorship.mentor_id])

    def rule(current: Mentorship) -> None:
        may_hand_over(actor, current).enforce()
        follows = MentorHandover(from_id=current.mentor_id, to_id=chosen.mentor.id, note=draft.note, at=now())
        current.handovers = [*current.handovers, follows]
        current.mentor_id, current.reasons = chosen.mentor.id, chosen.reasons
        current.parties = [current.mentee_id, current.mentor_id]
        current.record(MentorshipHandedOver(mentorship_id=current.id, from_id=follows.from_id), actor=actor.id)

    return await change(mentorship, rule, expected_version=expected_version)


def _mentorship(actor: Actor, programme: MentorshipProgramme, mentee_id: str, chosen: Suggestion, once: Once) -> Mentorship:
    at, begins = now(), bool(may_manage_mentorships(actor)) and mentee_id != actor.member_id
    return Mentorship(
        id=once.identifier("mts"),
        created_at=at,
        programme_id=programme.id,
        level=programme.level,
        mentee_id=mentee_id,
        mentor_id=chosen.mentor.id,
        parties=[mentee_id, chosen.mentor.id],
        open_key=f"{programme.id}:{mentee_id}",
        status=MentorshipStatus.ACTIVE if begins else MentorshipStatus.PROPOSED,
        matched_by=MatchedBy.RULE,
        reasons=chosen.reasons,
        proposed_by=actor.member_id,
        started_at=at if begins else None,
        fingerprint=once.fingerprint,
    )


def _matched_by(actor: Actor, draft: MentorshipDraft) -> MatchedBy:
    if draft.mentor_id is None:
        return MatchedBy.RULE
    return MatchedBy.CHOICE if draft.mentee_id in {None, actor.member_id} else MatchedBy.ADMIN


async def _require_room(actor: Actor, mentorship: Mentorship) -> None:
    programme = await require_programme(actor, mentorship.programme_id)
    taken = places_taken(programme, await going_on_of([mentorship.mentor_id]))
    if taken[mentorship.mentor_id] >= programme.mentees_per_mentor:
        raise LimitReached(f"You accompany {programme.mentees_per_mentor} newcomers already, the most of this programme.")


def _end(mentorship: Mentorship, actor: Actor, status: MentorshipStatus, reason: str | None) -> None:
    mentorship.status, mentorship.open_key = status, None
    mentorship.ended_at, mentorship.ended_by, mentorship.end_reason = now(), actor.member_id, reason
    mentorship.record(MentorshipEnded(mentorship_id=mentorship.id), actor=actor.id)
