"""Who may do what about incidents of conduct: pure rules, shown and enforced alike."""

from auth.actor import Actor, Permission
from coaching.incidents.documents import ConductIncident, IncidentStatus
from coaching.mentorships.documents import Mentorship, MentorshipStatus
from coaching.mentorships.policies import may_manage_mentorships
from community.policies import ALLOWED, Ruling
from core.errors import AlreadyDone, Forbidden, InvalidInput

_PATH = ("incident_id",)


def may_record_incident(actor: Actor, member_id: str) -> Ruling:
    """Allow a member with `training:manage`, about others."""
    if actor.member_id is None or not actor.may(Permission.TRAINING_MANAGE):
        return Ruling(Forbidden(f"You need the permission {Permission.TRAINING_MANAGE.value} for this."))
    if actor.member_id == member_id:
        return Ruling(Forbidden("Somebody else records what you said; talk with your mentor."))
    return ALLOWED


def may_propose_outcome(actor: Actor, incident: ConductIncident, mentorship: Mentorship) -> Ruling:
    """Allow the mentor of a mentorship that goes on with the member, until the incident is closed."""
    if actor.member_id is None or actor.member_id != mentorship.mentor_id:
        return Ruling(Forbidden("Only the member's mentor proposes what to do."))
    if mentorship.mentee_id != incident.member_id:
        return Ruling(InvalidInput("This is not a mentorship of the member.", path=("mentorship_id",)))
    if mentorship.status is not MentorshipStatus.ACTIVE:
        message = f"This mentorship is {mentorship.status.value}; it must be ACTIVE for this."
        return Ruling(AlreadyDone(message, path=("mentorship_id",)))
    return _not_closed(incident)


def may_agree(actor: Actor, incident: ConductIncident) -> Ruling:
    """Allow the member whom it is about, while something is proposed."""
    if actor.member_id is None or actor.member_id != incident.member_id:
        return Ruling(Forbidden("Only the member whom it is about agrees."))
    if incident.status is not IncidentStatus.PROPOSED:
        return Ruling(AlreadyDone(f"This incident is {incident.status.value}: nothing waits for your word.", path=_PATH))
    return ALLOWED


def may_close_incident(actor: Actor, incident: ConductIncident) -> Ruling:
    """Allow the mentor of what was agreed, and who manages mentorships; never the member whom it is about.

    What was not agreed on is closed by who manages mentorships alone.
    """
    if actor.member_id == incident.member_id:
        return Ruling(Forbidden("Others close what was recorded about you."))
    is_their_mentor = incident.outcome is not None and actor.member_id == incident.outcome.proposed_by
    if not (is_their_mentor and incident.status is IncidentStatus.AGREED) and not (ruling := may_manage_mentorships(actor)):
        return ruling
    return _not_closed(incident)


def _not_closed(incident: ConductIncident) -> Ruling:
    if incident.status is IncidentStatus.CLOSED:
        return Ruling(AlreadyDone("This incident is closed.", path=_PATH))
    return ALLOWED
