"""Telegram's Bot API: updates posted to the hook, replies sent by the bot."""

from collections.abc import Mapping
from typing import Annotated, Any, Final
from urllib.parse import quote

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from care.documents.channels import ChannelKind
from care.providers.adapter import LARGEST_FILE, NO_ID, Challenge, Keys, NotTaken, Refused, Reply, Sent, digest_of, same
from care.providers.telegram_updates import events_of
from care.signatures import BadSignature
from core.careless_json import read_json
from core.outbound import AddressRefused, Outbound, check_url

_PROOF: Final = "x-telegram-bot-api-secret-token"
LONGEST_TEXT: Final = 4_096
"""In UTF-16 units, as Telegram counts."""

_GONE: Final = "message to delete not found"
_SERVER_ERROR = 500
_UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND, _TOO_MANY = 401, 403, 404, 429


def _base(url: str) -> str:
    try:
        check_url(url)
    except AddressRefused as refusal:
        raise ValueError(str(refusal).rstrip(".")) from None
    return url.rstrip("/")


class TelegramCredentials(BaseModel):
    """What the Bot API asks for."""

    model_config = ConfigDict(frozen=True)

    bot_token: Annotated[
        str, StringConstraints(strip_whitespace=True, pattern=r"^[0-9]{3,20}:[A-Za-z0-9_-]{20,100}$"), Field(repr=False)
    ]
    api_url: Annotated[str, Field(max_length=2048), AfterValidator(_base)] = "https://api.telegram.org"
    """Telegram's own, or a Bot API server of the company's."""


class Telegram:
    """The adapter of Telegram."""

    credentials: type[BaseModel] = TelegramCredentials
    kinds: frozenset[ChannelKind] = frozenset({ChannelKind.TELEGRAM})

    def verify(self, keys: Keys, headers: Mapping[str, str], body: bytes) -> str:
        """Give the number of an update that came with the channel's secret."""
        given = headers.get(_PROOF, "")
        if not given:
            raise BadSignature("Missing X-Telegram-Bot-Api-Secret-Token: give setWebhook the channel's secret as secret_token.")
        matches = [same(given, secret) for secret in keys.secrets]
        if not any(matches):
            raise BadSignature("X-Telegram-Bot-Api-Secret-Token is not the channel's secret.")
        update = read_json(body)
        number = update.get("update_id") if isinstance(update, dict) else None
        return f"update-{number}" if isinstance(number, int) and not isinstance(number, bool) else digest_of(body)

    def challenge(self, keys: Keys, query: Mapping[str, str]) -> Challenge | None:
        """Telegram asks nothing."""
        return None

    def translate(self, body: bytes, keys: Keys) -> list[Any] | None:
        """Give the events of an update."""
        update = read_json(body)
        return events_of(update) if isinstance(update, dict) else None

    def objection(self, reply: Reply) -> str | None:
        """Refuse what is empty or longer than a message may be."""
        if not reply.text.strip():
            return "Telegram takes no empty message; write something."
        if (length := len(reply.text.encode("utf-16-le")) // 2) > LONGEST_TEXT:
            return f"Telegram takes at most {LONGEST_TEXT} characters in a message; this has {length}. Send several."
        return None

    async def send(self, reply: Reply, keys: Keys, outbound: Outbound) -> str | None:
        """Send a reply by sendMessage, in the thread that it belongs to and under the message that it answers."""
        credentials = keys.credentials
        if not isinstance(credentials, TelegramCredentials):
            raise Refused("the channel has no bot token; set it with updateChannel")
        result = await _call(credentials, "sendMessage", _message_of(reply), outbound)
        chat = result.get("chat")
        if not isinstance(chat, dict) or "id" not in chat or "message_id" not in result:
            return None
        return f"{chat['id']}:{result['message_id']}"

    def lasting(self, sent: Sent) -> str | None:
        """Say nothing against it: a bot takes its own messages back wherever it said them, as long as they have an id."""
        return None if _place_of(sent) is not None else NO_ID

    async def retract(self, sent: Sent, keys: Keys, outbound: Outbound) -> None:
        """Take a message back by deleteMessage, which Telegram refuses when it is older than 48 hours."""
        credentials, place = keys.credentials, _place_of(sent)
        if not isinstance(credentials, TelegramCredentials) or place is None:
            raise Refused("the channel has no bot token; set it with updateChannel")
        try:
            await _call(credentials, "deleteMessage", place, outbound)
        except Refused as refusal:
            if _GONE not in str(refusal):
                raise

    async def fetch(self, file_id: str, keys: Keys, outbound: Outbound) -> bytes:
        """Fetch a file; the bot's token is part of its address, which nobody else may see."""
        credentials = keys.credentials
        if not isinstance(credentials, TelegramCredentials):
            raise Refused("the channel has no bot token; set it with updateChannel")
        path = (await _call(credentials, "getFile", {"file_id": file_id}, outbound)).get("file_path")
        if not isinstance(path, str) or not path:
            raise Refused("Telegram does not say where the file is")
        url = f"{credentials.api_url}/file/bot{credentials.bot_token}/{quote(path)}"
        answer = await outbound.get(url, {"user-agent": "Kopru"}, most=LARGEST_FILE)
        if answer.status != 200:  # noqa: PLR2004 - a file is there or it is not
            _raise(answer.status, {})
        return answer.body


def _place_of(sent: Sent) -> dict[str, Any] | None:
    chat, _, number = (sent.external_id or "").partition(":")
    if not chat.removeprefix("-").isdecimal() or not number.isdecimal():
        return None
    return {"chat_id": int(chat), "message_id": int(number)}


def _message_of(reply: Reply) -> dict[str, Any]:
    """Write the arguments of sendMessage; Refused where there is no chat to write to."""
    chat, _, topic = reply.thread_id.partition(":")
    if not chat.removeprefix("-").isdecimal():
        raise Refused("it is not known in which chat of Telegram this was said")
    message: dict[str, Any] = {"chat_id": int(chat), "text": reply.text}
    if topic.isdecimal():
        message["message_thread_id"] = int(topic)
    answered_chat, _, answered = (reply.in_reply_to or "").partition(":")
    if answered_chat == chat and answered.isdecimal():
        message["reply_parameters"] = {"message_id": int(answered), "allow_sending_without_reply": True}
    return message


async def _call(
    credentials: TelegramCredentials, method: str, arguments: Mapping[str, Any], outbound: Outbound
) -> dict[str, Any]:
    url = f"{credentials.api_url}/bot{credentials.bot_token}/{method}"
    answer = await outbound.post(url, orjson.dumps(arguments), {"content-type": "application/json", "user-agent": "Kopru"})
    told = read_json(answer.body)
    told = told if isinstance(told, dict) else {}
    if answer.status >= 300 or told.get("ok") is False:  # noqa: PLR2004 - the bound of success
        _raise(answer.status, told)
    result = told.get("result")
    return result if isinstance(result, dict) else {}


def _raise(status: int, told: Mapping[str, Any]) -> None:
    """Raise what a refusal of the Bot API means: for good, or for now."""
    code = told["error_code"] if isinstance(told.get("error_code"), int) else status
    reason = f"Telegram answered {code}: {str(told.get('description') or 'without a reason')[:300]}"
    parameters = told.get("parameters")
    pause = parameters.get("retry_after") if isinstance(parameters, dict) else None
    if code == _TOO_MANY:
        raise NotTaken(reason, retry_after=float(pause) if isinstance(pause, int | float) else None)
    if code in {_UNAUTHORIZED, _NOT_FOUND}:  # the token is wrong: an operator can set another one meanwhile
        raise NotTaken(f"{reason}; check the bot token")
    if code == _FORBIDDEN or code < _SERVER_ERROR:
        raise Refused(reason)
    raise NotTaken(reason)
