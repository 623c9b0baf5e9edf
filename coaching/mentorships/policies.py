"""Who may do what in mentorships: pure rules, shown and enforced alike."""

from auth.actor import Actor, Permission
from coaching.mentorships.documents import Feedback, Mentorship, MentorshipStatus
from community.policies import ALLOWED, Ruling
from core.errors import AlreadyDone, Forbidden

_PATH = ("mentorship_id",)
_OPEN = frozenset({MentorshipStatus.PROPOSED, MentorshipStatus.ACTIVE})


def may_manage_mentorships(actor: Actor) -> Ruling:
    """Allow a member with `mentorship:manage` to make programmes and to bring people together."""
    if actor.member_id is None or not actor.may(Permission.MENTORSHIP_MANAGE):
        return Ruling(Forbidden(f"You need the permission {Permission.MENTORSHIP_MANAGE.value} for this."))
    return ALLOWED


def may_seek_mentor(actor: Actor, mentee_id: str | None) -> Ruling:
    """Allow members for themselves, and with `mentorship:manage` for anybody."""
    if actor.member_id is not None and mentee_id in {None, actor.member_id}:
        return ALLOWED
    return may_manage_mentorships(actor)


def is_party(actor: Actor, mentorship: Mentorship) -> bool:
    """Tell whether the actor is the mentee or the mentor."""
    return actor.member_id is not None and actor.member_id in {mentorship.mentee_id, mentorship.mentor_id}


def may_know(actor: Actor, mentorship: Mentorship) -> bool:
    """Tell whether somebody may know of a mentorship: the two, and who manages mentorships."""
    return is_party(actor, mentorship) or bool(may_manage_mentorships(actor))


def may_read_feedback(actor: Actor, mentorship: Mentorship, feedback: Feedback) -> bool:
    """Tell whether somebody may read feedback: private feedback is its author's, and for who manages but is not the other one."""
    if not feedback.private or actor.member_id == feedback.author_id:
        return True
    return not is_party(actor, mentorship) and bool(may_manage_mentorships(actor))


def may_answer(actor: Actor, mentorship: Mentorship) -> Ruling:
    """Allow the mentor who was asked, once."""
    if actor.member_id is None or actor.member_id != mentorship.mentor_id:
        return Ruling(Forbidden("Only the mentor who was asked can say yes or no."))
    if mentorship.status is not MentorshipStatus.PROPOSED:
        return Ruling(AlreadyDone(f"This mentorship is {mentorship.status.value} already.", path=_PATH))
    return ALLOWED


def may_accompany(actor: Actor, mentorship: Mentorship) -> Ruling:
    """Allow the two, and who manages mentorships, to plan and note what belongs to it while it goes on."""
    return _going_on(mentorship) if may_know(actor, mentorship) else may_manage_mentorships(actor)


def may_hand_over(actor: Actor, mentorship: Mentorship) -> Ruling:
    """Allow the mentor, and who manages mentorships, while it goes on."""
    if actor.member_id != mentorship.mentor_id and not (ruling := may_manage_mentorships(actor)):
        return ruling
    return _going_on(mentorship)


def may_end(actor: Actor, mentorship: Mentorship) -> Ruling:
    """Allow the two, and who manages mentorships, while it is proposed or goes on."""
    if not may_know(actor, mentorship):
        return may_manage_mentorships(actor)
    if mentorship.status not in _OPEN:
        return Ruling(AlreadyDone(f"This mentorship is {mentorship.status.value} already.", path=_PATH))
    return ALLOWED


def may_complete(actor: Actor, mentorship: Mentorship) -> Ruling:
    """Allow the mentor and who manages mentorships: nobody says of themselves that they have learnt enough."""
    if actor.member_id is not None and actor.member_id == mentorship.mentee_id:
        return Ruling(Forbidden("Your mentor says when the mentorship is completed; you can end it."))
    return may_hand_over(actor, mentorship)


def may_give_feedback(actor: Actor, mentorship: Mentorship) -> Ruling:
    """Allow the two, from when it began on, and after its end."""
    if not is_party(actor, mentorship):
        return Ruling(Forbidden("Only the mentee and the mentor give feedback."))
    if mentorship.started_at is None:
        return Ruling(AlreadyDone("This mentorship has not begun.", path=_PATH))
    return ALLOWED


def _going_on(mentorship: Mentorship) -> Ruling:
    if mentorship.status is not MentorshipStatus.ACTIVE:
        return Ruling(AlreadyDone(f"This mentorship is {mentorship.status.value}; it must be ACTIVE for this.", path=_PATH))
    return ALLOWED
