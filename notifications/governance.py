"""Who is told about governance: who owns an initiative and who stands for it, when it is time to look again."""

from coaching.governance.documents import Initiative
from coaching.governance.events import InitiativeReviewDue
from core.events import Recorded
from core.handlers import Handlers
from notifications.announcements import notify
from notifications.documents import NotificationKind


def subscribe(handlers: Handlers) -> None:
    """Tell people from the moment this is first started."""
    handlers.group("notifications.governance", start="head").on(InitiativeReviewDue, tell_of_review)


async def tell_of_review(event: Recorded[InitiativeReviewDue]) -> None:
    """Tell the owner and the sponsor that an initiative is to be looked at again."""
    initiative = await Initiative.get(event.fact.initiative_id)
    if initiative is None or initiative.archived:
        return
    people = [one for one in (initiative.owner_id, initiative.sponsor_id) if one is not None]
    kind = NotificationKind.INITIATIVE_REVIEW_DUE
    await notify(people, kind, subject=initiative.title, target_id=initiative.id, cause=event)
