"""How a reply becomes a post or a direct message on X, and what X says when it takes none."""

from typing import Any, Final

import orjson

from auth.oauth1 import Consumer, authorization_of
from care.documents.conversations import Visibility
from care.providers.adapter import NO_ID, NotTaken, Refused, Reply, Sent
from care.providers.untyped import at, name_of, rows, words
from care.providers.x.credentials import XCredentials
from care.providers.x.weights import LONGEST_DIRECT_MESSAGE, LONGEST_POST, weight_of
from core.careless_json import read_json
from core.outbound import AnswerTooLarge, Outbound

_SUCCESS: Final = range(200, 300)
_SERVER_ERROR: Final = 500
_GONE: Final = 404
_PASSING: Final = frozenset({408, 409, 425, 429})
_ADVICE: Final[dict[int, str]] = {
    400: "X finds something wrong with the text or with what is answered.",
    401: "The tokens of the channel are not valid any more. Ask an administrator for new ones.",
    402: "The plan of the app at X is used up. Ask an administrator to look into it.",
    403: "X does not allow this: the person may take no messages or replies, or the same text was posted before.",
    404: "What is answered is not there any more.",
}


def objection_to(reply: Reply) -> str | None:
    """Say that a text is too long, counted as X counts."""
    if reply.visibility is Visibility.PUBLIC:
        weight, longest = weight_of(reply.text), LONGEST_POST
        rule = " A link counts as 23, an emoji as 2."
    else:
        weight, longest, rule = len(reply.text), LONGEST_DIRECT_MESSAGE, ""
    if weight <= longest:
        return None
    return f"The text has {weight:,} characters as X counts them, and at most {longest:,} are taken.{rule}"


async def send(reply: Reply, credentials: XCredentials, outbound: Outbound) -> str | None:
    """Post a reply and give X's id of it. Raises NotTaken, Refused, and what `Outbound.post` raises."""
    path, body = call_of(reply)
    url = credentials.api_url + path
    headers = {
        "authorization": _authorization(credentials, url),
        "content-type": "application/json",
        "user-agent": "Kopru",
    }
    try:
        answer = await outbound.post(url, orjson.dumps(body), headers)
        status, content = answer.status, answer.body
    except AnswerTooLarge as error:
        status, content = error.status, b""
    if status in _SUCCESS:
        told = at(read_json(content), "data")
        return name_of(told, "id") or name_of(told, "dm_event_id")
    reason = _reason(status, content)
    if status in _PASSING or status >= _SERVER_ERROR:
        raise NotTaken(reason)
    raise Refused(reason)


def lasting_reason(sent: Sent) -> str | None:
    """Say why a reply stays: a direct message, or one without an id."""
    if sent.visibility is not Visibility.PUBLIC:
        return "X deletes a direct message for its sender alone, and the customer goes on reading it; write what you meant."
    return None if sent.external_id and sent.external_id.isdecimal() else NO_ID


async def retract(sent: Sent, credentials: XCredentials, outbound: Outbound) -> None:
    """Delete a post. Raises NotTaken, Refused, and what `Outbound.delete` raises."""
    url = f"{credentials.api_url}/2/tweets/{sent.external_id}"
    headers = {"authorization": _authorization(credentials, url, "DELETE"), "user-agent": "Kopru"}
    answer = await outbound.delete(url, headers)
    if answer.status in _SUCCESS or answer.status == _GONE:
        return
    reason = _reason(answer.status, answer.body)
    if answer.status in _PASSING or answer.status >= _SERVER_ERROR:
        raise NotTaken(reason)
    raise Refused(reason)


def call_of(reply: Reply) -> tuple[str, dict[str, Any]]:
    """Give the path and what is posted there."""
    if reply.visibility is Visibility.PUBLIC:
        answered = reply.in_reply_to or reply.thread_id
        return "/2/tweets", {"text": reply.text, "reply": {"in_reply_to_tweet_id": answered}}
    recipient = reply.recipient_id or reply.thread_id
    if not recipient.isalnum():
        raise Refused("Whom to write to has no id that X knows.")
    return f"/2/dm_conversations/with/{recipient}/messages", {"text": reply.text}


def _authorization(credentials: XCredentials, url: str, method: str = "POST") -> str:
    if credentials.consumer_key and credentials.access_token and credentials.access_token_secret:
        consumer = Consumer(
            credentials.consumer_key, credentials.consumer_secret, credentials.access_token, credentials.access_token_secret
        )
        return authorization_of(consumer, method, url)
    if credentials.bearer_token:
        return f"Bearer {credentials.bearer_token}"
    raise Refused("The channel has no tokens to write with. Ask an administrator to enter them.")


def _reason(status: int, content: bytes) -> str:
    problem = read_json(content)
    first = next(iter(rows(problem, "errors")), None)
    said = words(problem, "detail") or words(first, "message") or words(first, "detail") or words(problem, "title")
    advice = _ADVICE.get(status)
    return f"{advice + ' ' if advice else ''}(X {status}: {said or 'no reason given'})"
