"""Who is told that a customer has a birthday soon: who works on their last case, never by name, for consent may be withdrawn."""

from typing import Final

from auth.actor import Role
from care.birthdays.events import BirthdaySuggested
from care.documents.birthdays import BirthdayState, BirthdaySuggestion
from care.documents.cases import Case
from care.documents.channels import Environment
from care.reading.customers import same_customers
from community.documents import Member
from core.events import Recorded
from core.handlers import Handlers
from notifications.announcements import notify
from notifications.documents import NotificationKind
from notifications.recipients import members_holding

_LOOKED_AT: Final = 20
_WORDS: Final = {"en": "greet them if it fits", "tr": "uygunsa kutlayın", "fa": "اگر مناسب است تبریک بگویید"}


def subscribe(handlers: Handlers) -> None:
    """Tell people from the moment this is first started."""
    handlers.group("notifications.birthdays", start="head").on(BirthdaySuggested, tell_of_birthday)


async def tell_of_birthday(event: Recorded[BirthdaySuggested]) -> None:
    """Tell who works on the customer's last case, else the managers, while it is still suggested."""
    suggestion = await BirthdaySuggestion.get(event.fact.suggestion_id)
    if suggestion is None or suggestion.deleted_at is not None or suggestion.state is not BirthdayState.SUGGESTED:
        return
    known = await _who_knows(suggestion.customer_id)
    recipients = [known] if known is not None else await members_holding((Role.MANAGER,))
    await notify(recipients, NotificationKind.BIRTHDAY_NEAR, subject=_WORDS, target_id=suggestion.id, cause=event)


async def _who_knows(customer_id: str) -> str | None:
    """Give who works on the customer's newest case that somebody works on; None for nobody who knows all customers."""
    same = (await same_customers([customer_id])).get(customer_id, [customer_id])
    cases = await Case.find({"customer_id": {"$in": same}}).sort("-opened_at", "-_id").limit(_LOOKED_AT).to_list()
    live = [case.assignee_id for case in cases if case.environment is Environment.LIVE and case.assignee_id is not None]
    member = await Member.get(live[0]) if live else None
    return member.id if member is not None and set(member.roles) != {Role.AGENCY} else None
