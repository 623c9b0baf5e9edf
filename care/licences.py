"""Whether who wrote a scheduled reply may still reply unreviewed when its time comes: licences lapse meanwhile."""

from collections.abc import Sequence
from datetime import datetime

from auth.actor import Actor
from auth.documents import Account
from auth.errors import NotAuthenticated
from auth.identify import actor_of
from care.certification import enforced_certifications, lacks_certificate
from care.documents.cases import Case
from care.documents.channels import Environment
from care.documents.conversations import Conversation, DeliveryStatus
from care.documents.standing import Certification
from care.documents.under_way import Outgoing
from care.policies import must_wait
from core.ids import with_prefix


async def licences_of_due(case: Case, at: datetime) -> dict[str, bool]:
    """Tell of each scheduled reply of a case whose time has come whether it may leave unreviewed, as things are now."""
    waiting = [entry for entry in case.outgoing if entry.state is DeliveryStatus.SCHEDULED]
    due = [entry for entry in waiting if entry.leaves_at is not None and entry.leaves_at <= at]
    enforced = await enforced_certifications() if due else []
    return {entry.message_id: await may_leave(case, entry, enforced) for entry in due}


async def may_leave(case: Case, entry: Outgoing, enforced: Sequence[Certification] | None = None) -> bool:
    """Tell whether a scheduled reply may leave unreviewed now; one that a mentor let go may, whatever became of its author."""
    if entry.author_id is None or entry.reviewed or case.environment is not Environment.LIVE:
        return True
    account_id = with_prefix("acc", entry.author_id)
    if await Account.get(account_id) is None:  # nobody who could have lost a right
        return True
    author = await _author(account_id)
    if author is None or must_wait(author):
        return False
    conversation = await Conversation.get(entry.conversation_id)
    channel_id = conversation.channel_id if conversation is not None else case.channel_id
    return not await lacks_certificate(author, channel_id, await enforced_certifications() if enforced is None else enforced)


async def _author(account_id: str) -> Actor | None:
    try:
        return await actor_of(account_id)
    except NotAuthenticated:
        return None
