"""Who may decide about what was reported: pure rules."""

from auth.actor import Actor
from community.moderation.documents import ContentState, ModerationDecision, ModerationItem, ModerationStatus
from community.policies import ALLOWED, Ruling
from core.errors import AlreadyDone, Forbidden

_NEEDED = {
    ModerationDecision.HIDE: ({ContentState.VISIBLE}, "This is hidden or deleted already."),
    ModerationDecision.RESTORE: ({ContentState.HIDDEN}, "This is not hidden; what was deleted does not come back."),
    ModerationDecision.DELETE: ({ContentState.VISIBLE, ContentState.HIDDEN}, "This is deleted already."),
    ModerationDecision.DISMISS: (set(ContentState), ""),
}


def may_claim(actor: Actor, item: ModerationItem) -> Ruling:
    """Allow moderators that did not write it themselves; who may moderate it at all is told by who may read the item."""
    if actor.member_id is None:
        return Ruling(Forbidden("Only a member of the company can moderate."))
    if actor.member_id in item.author_ids:
        return Ruling(Forbidden("You wrote this yourself; somebody else must decide."))
    return ALLOWED


def may_decide(actor: Actor, item: ModerationItem) -> Ruling:
    """Allow the same, unless another moderator looks at it; they can take it over by claiming it first."""
    allowed = may_claim(actor, item)
    if allowed and item.claimed_by not in {None, actor.member_id}:
        return Ruling(Forbidden("Another moderator looks at this; claim it first.", path=("item_id",)))
    return allowed


def can_follow(item: ModerationItem, decision: ModerationDecision) -> Ruling:
    """Allow what can be done with something in its state: nothing is done twice."""
    states, message = _NEEDED[decision]
    if item.state not in states:
        return Ruling(AlreadyDone(message, path=("decision",)))
    if decision is ModerationDecision.DISMISS and item.status is ModerationStatus.DECIDED:
        return Ruling(AlreadyDone("Nothing was reported since the last decision.", path=("decision",)))
    return ALLOWED
