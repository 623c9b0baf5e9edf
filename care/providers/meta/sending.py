"""How a reply becomes a call of Meta's Graph interface: below a comment, in private, or to a telephone."""

from typing import Any, Final

import orjson

from care.documents.channels import ChannelKind
from care.documents.conversations import TemplateUse, Visibility
from care.providers.adapter import LARGEST_FILE, NotTaken, Refused, Reply
from care.providers.meta.credentials import MetaCredentials
from care.providers.meta.refusals import id_of, refusal_of
from care.providers.untyped import words
from core.careless_json import read_json
from core.outbound import AnswerTooLarge, Outbound

_SUCCESS: Final = range(200, 300)
_LONGEST: Final[dict[tuple[ChannelKind, bool], int]] = {
    (ChannelKind.FACEBOOK, True): 8_000,
    (ChannelKind.FACEBOOK, False): 2_000,
    (ChannelKind.MESSENGER, False): 2_000,
    (ChannelKind.INSTAGRAM, True): 2_200,
    (ChannelKind.INSTAGRAM, False): 1_000,
    (ChannelKind.WHATSAPP, False): 4_096,
}
_IN_BYTES: Final = frozenset({ChannelKind.INSTAGRAM})


def objection_to(reply: Reply) -> str | None:
    """Say that a text is too long; Instagram counts the bytes of private ones."""
    public = reply.visibility is Visibility.PUBLIC
    longest = _LONGEST.get((reply.kind, public))
    in_bytes = reply.kind in _IN_BYTES and not public
    length = len(reply.text.encode()) if in_bytes else len(reply.text)
    if longest is None or length <= longest:
        return None
    unit = "bytes" if in_bytes else "characters"
    return f"The text has {length:,} {unit}, and here at most {longest:,} are taken. Shorten it, or send it in parts."


async def fetch(file_id: str, credentials: MetaCredentials, outbound: Outbound) -> bytes:
    """Fetch a file that WhatsApp keeps for 30 days. Raises NotTaken, Refused, and what `Outbound.get` raises."""
    headers = headers_of(credentials)
    told = await outbound.get(f"{credentials.api_url}/{segment(file_id)}", headers, most=LARGEST_FILE)
    url = words(read_json(told.body), "url")
    if told.status not in _SUCCESS or url is None:
        raise _refused(told.status, told.body)
    answer = await outbound.get(url, headers, most=LARGEST_FILE)
    if answer.status not in _SUCCESS:
        raise _refused(answer.status, answer.body)
    return answer.body


async def send(reply: Reply, credentials: MetaCredentials, outbound: Outbound) -> str | None:
    """Post a reply and give Meta's id of it. Raises NotTaken, Refused, and what `Outbound.post` raises."""
    headers = headers_of(credentials) | {"content-type": "application/json"}
    path, body = call_of(reply, credentials)
    try:
        answer = await outbound.post(f"{credentials.api_url}/{path}", orjson.dumps(body), headers)
        status, content = answer.status, answer.body
    except AnswerTooLarge as error:
        status, content = error.status, b""
    if status in _SUCCESS:
        return id_of(content)
    raise _refused(status, content)


def headers_of(credentials: MetaCredentials) -> dict[str, str]:
    """Give the headers of a call; Refused without an access token."""
    if credentials.access_token is None:
        raise Refused("The channel has no access token. Ask an administrator to enter one.")
    return {"authorization": f"Bearer {credentials.access_token}", "user-agent": "Kopru"}


def _refused(status: int, content: bytes) -> NotTaken | Refused:
    refusal = refusal_of(status, content)
    return NotTaken(refusal.reason) if refusal.passing else Refused(refusal.reason)


def call_of(reply: Reply, credentials: MetaCredentials) -> tuple[str, dict[str, Any]]:
    """Give the path below the interface's address and what is posted there."""
    if reply.kind is ChannelKind.WHATSAPP:
        return _to_telephone(reply, credentials)
    if reply.visibility is Visibility.PUBLIC:
        edge = "replies" if reply.kind is ChannelKind.INSTAGRAM else "comments"
        return f"{segment(reply.in_reply_to or reply.thread_id)}/{edge}", {"message": reply.text}
    recipient = {"comment_id": reply.continues} if reply.continues else {"id": reply.recipient_id or reply.thread_id}
    return "me/messages", {
        "recipient": recipient,
        "messaging_type": "RESPONSE",
        "message": {"text": reply.text, "metadata": reply.message_id},
    }


def _to_telephone(reply: Reply, credentials: MetaCredentials) -> tuple[str, dict[str, Any]]:
    written_to, _, customer = reply.thread_id.rpartition(":")
    number_id = written_to or credentials.account_id
    if not number_id:
        raise Refused("The channel has no telephone number to write from. Ask an administrator to enter its id.")
    body: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": reply.recipient_id or customer,
        **(_template(reply.template) if reply.template else {"type": "text", "text": {"body": reply.text, "preview_url": True}}),
        "biz_opaque_callback_data": reply.message_id,
    }
    if reply.in_reply_to and reply.template is None:  # a template begins anew: it quotes nothing
        body["context"] = {"message_id": reply.in_reply_to}
    return f"{segment(number_id)}/messages", body


def _template(used: TemplateUse) -> dict[str, Any]:
    values = [{"type": "text", "text": value} for value in used.values]
    told: dict[str, Any] = {"name": used.name, "language": {"code": used.language}}
    return {"type": "template", "template": told | ({"components": [{"type": "body", "parameters": values}]} if values else {})}


def segment(identifier: str) -> str:
    """Give an id as one segment of a path; ids of Meta's hold digits, letters and underscores alone."""
    if not identifier.replace("_", "").isalnum():
        raise Refused("What is answered has no id that Meta knows.")
    return identifier
