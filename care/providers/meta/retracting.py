"""Taking a comment of our own back: what Meta deletes, and what it does not."""

from typing import Final

from care.documents.channels import ChannelKind
from care.documents.conversations import Visibility
from care.providers.adapter import NO_ID, NotTaken, Refused, Sent
from care.providers.meta.credentials import MetaCredentials
from care.providers.meta.refusals import is_gone, refusal_of
from care.providers.meta.sending import headers_of, segment
from core.outbound import Outbound

_SUCCESS: Final = range(200, 300)
_DELETES: Final = frozenset({ChannelKind.FACEBOOK, ChannelKind.INSTAGRAM})


def lasting_reason(sent: Sent) -> str | None:
    """Say why a reply stays: what was said in private, and to a telephone, can't be deleted by a company."""
    if sent.kind not in _DELETES or sent.visibility is not Visibility.PUBLIC:
        return "Meta lets a company delete its comments, but no private message; write the customer what you meant instead."
    return None if sent.external_id and sent.external_id.replace("_", "").isalnum() else NO_ID


async def retract(sent: Sent, credentials: MetaCredentials, outbound: Outbound) -> None:
    """Delete a comment. Raises NotTaken, Refused, and what `Outbound.delete` raises."""
    answer = await outbound.delete(f"{credentials.api_url}/{segment(sent.external_id or '')}", headers_of(credentials))
    if answer.status in _SUCCESS or is_gone(answer.body):
        return
    refusal = refusal_of(answer.status, answer.body)
    raise NotTaken(refusal.reason) if refusal.passing else Refused(refusal.reason)
