"""Who is told when much more is said than usual: who listens for it, and the managers."""

from auth.actor import Role
from care.documents.listening import ListeningAlert, ListeningQuery
from care.listening.events import ListeningAlertRaised
from core.events import Recorded
from core.handlers import Handlers
from notifications.announcements import notify
from notifications.documents import NotificationKind
from notifications.recipients import members_holding


def subscribe(handlers: Handlers) -> None:
    """Tell people from the moment this is first started; what was before is not told again."""
    handlers.group("notifications.listening", start="head").on(ListeningAlertRaised, tell_of_rise)


async def tell_of_rise(event: Recorded[ListeningAlertRaised]) -> None:
    """Tell the owner of the query and the managers."""
    query = await ListeningQuery.get(event.fact.query_id)
    alert = await ListeningAlert.get(event.fact.alert_id)
    if query is not None and alert is not None:
        told = list(dict.fromkeys([query.owner_id, *await members_holding((Role.MANAGER,))]))
        await notify(told, NotificationKind.LISTENING_ALERT, subject=query.name, target_id=alert.id, cause=event)
