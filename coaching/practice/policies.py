"""Who may do what in practice: pure rules, shown and enforced alike."""

from auth.actor import Actor, Permission
from coaching.practice.documents import PracticeRun, PracticeRunStatus, PracticeScenario
from community.policies import ALLOWED, Ruling
from core.errors import AlreadyDone, Forbidden

_PATH = ("run_id",)


def may_practise(actor: Actor) -> Ruling:
    """Allow a member who answers customers, or who will."""
    if actor.member_id is None or not actor.may(Permission.CASE_REPLY):
        return Ruling(Forbidden(f"You need the permission {Permission.CASE_REPLY.value} for this."))
    return ALLOWED


def may_manage_practice(actor: Actor) -> Ruling:
    """Allow a member with `practice:manage` to make scenarios, and to let others go through them."""
    if actor.member_id is None or not actor.may(Permission.PRACTICE_MANAGE):
        return Ruling(Forbidden(f"You need the permission {Permission.PRACTICE_MANAGE.value} for this."))
    return ALLOWED


def may_start(actor: Actor, scenario: PracticeScenario) -> Ruling:
    """Allow who practises, while the scenario is in use."""
    if scenario.archived:
        return Ruling(AlreadyDone("This scenario is out of use; choose another one.", path=("scenario_id",)))
    return may_practise(actor)


def may_facilitate(actor: Actor, run: PracticeRun) -> Ruling:
    """Allow with `practice:manage`, while the run goes on; who practises alone needs no facilitator but can end the run."""
    if not (ruling := may_manage_practice(actor)):
        return ruling
    return _going_on(run)


def may_end(actor: Actor, run: PracticeRun) -> Ruling:
    """Allow the facilitators, and who started it."""
    if actor.member_id is None or (actor.member_id != run.started_by and not may_manage_practice(actor)):
        return Ruling(Forbidden("Only who started the run, or a facilitator, can end it."))
    return _going_on(run)


def may_score(actor: Actor, run: PracticeRun, member_id: str | None) -> Ruling:
    """Allow the facilitators, once the run is over; nobody gives marks to themselves."""
    if not (ruling := may_manage_practice(actor)):
        return ruling
    if member_id is not None and member_id == actor.member_id:
        return Ruling(Forbidden("Nobody gives marks to themselves; ask a colleague."))
    if run.status is PracticeRunStatus.RUNNING:
        return Ruling(AlreadyDone("This run still goes on; end it first.", path=_PATH))
    return ALLOWED


def _going_on(run: PracticeRun) -> Ruling:
    if run.status is not PracticeRunStatus.RUNNING:
        return Ruling(AlreadyDone(f"This run is {run.status.value} already.", path=_PATH))
    return ALLOWED
