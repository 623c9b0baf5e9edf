"""What Meta says when it takes no message: whether to try again, and what an agent can do about it."""

from dataclasses import dataclass
from typing import Any, Final

from care.providers.untyped import at, name_of, rows, words
from core.careless_json import read_json

_PASSING: Final = frozenset({1, 2, 4, 17, 32, 341, 613, 80001, 80006, 80007, 130429, 131016, 131048, 131056, 131057, 133016})
"""Trouble of Meta's own and limits of speed: the same call succeeds later."""
_WRONG: Final = 100
_NO_SUCH_OBJECT: Final = 33
_SERVER_ERROR: Final = 500
_TOO_MANY: Final = frozenset({408, 429})
_PERMISSIONS: Final = range(200, 300)

_WINDOW: Final = (
    "The 24 hours in which this customer can be answered here are over; "
    "answer in public or by another way, or wait until they write."
)
_TELEPHONE_WINDOW: Final = (
    "The 24 hours in which this customer can be answered here are over; "
    "send an approved template (sendTemplate), choose another way, or wait until they write."
)
_ADVICE: Final[dict[int, str]] = {
    10: "The app may not do this. Ask an administrator to check the permissions of the app.",
    100: "Meta finds something wrong with the message or its recipient.",
    190: "The access token of the channel is not valid any more. Ask an administrator for a new one.",
    368: "Meta has blocked the account for a while. Ask an administrator to look into its support inbox.",
    506: "The same text was posted a moment ago. Change it a little.",
    551: "This person can't be written to: they blocked the account or closed their own.",
    1893016: "The message could not be sent in private: the comment is older than seven days.",
    10900: "This comment was answered in private before, which Meta allows once. Wait until the customer writes.",
    10903: "The comment is older than seven days, or can't be answered in private.",
    130472: "Meta does not deliver to this number for now. Choose another way.",
    130497: "WhatsApp does not allow the company to write to this country.",
    131005: "The app may not do this. Ask an administrator to check the permissions of the app.",
    131021: "The company's own number can't be written to.",
    131026: "The number has no WhatsApp, or has not agreed to its terms. Choose another way.",
    131031: "The WhatsApp account of the company is locked. Ask an administrator to look into it.",
    131042: "WhatsApp asks for a valid means of payment. Ask an administrator to look into it.",
    131047: _TELEPHONE_WINDOW,
    131049: "WhatsApp limits how much a person gets. Choose another way.",
    131050: "The customer does not want such messages from the company.",
    131051: "WhatsApp does not know this type of message.",
    132000: "The template takes another number of values. Ask an administrator to synchronise the templates.",
    132001: "WhatsApp has no such template in this language. Ask an administrator to synchronise the templates.",
    132005: "With its values the template is too long. Shorten them.",
    132007: "WhatsApp finds that the template breaks its rules. Choose another one.",
    132012: "A value has a form that the template does not take.",
    132015: "WhatsApp paused the template because customers complained of it. Choose another one.",
    132016: "WhatsApp disabled the template for good. Choose another one.",
}
_SUBCODES: Final[dict[int, str]] = {
    2018278: _WINDOW,
    2018109: "The text is too long.",
    2018001: "There is no such person, or they never wrote to the account.",
    2018108: "This person does not take messages for now.",
    1545041: "This person does not take messages for now.",
    2018300: "This message has a form that Meta does not take.",
    2534022: _WINDOW,
}


@dataclass(frozen=True, slots=True)
class MetaRefusal:
    """Why a message was not taken, for people."""

    reason: str
    passing: bool


def refusal_of(status: int, content: bytes) -> MetaRefusal:
    """Read an answer that is no success."""
    error = at(read_json(content), "error")
    code, subcode = _code(error, "code"), _code(error, "error_subcode")
    passing = code in _PASSING or at(error, "is_transient") is True or status >= _SERVER_ERROR or status in _TOO_MANY
    if not isinstance(error, dict):
        return MetaRefusal(f"Meta answered with HTTP {status}", passing or error is not None)
    return MetaRefusal(_sentence(error, code, subcode), passing)


def is_gone(content: bytes) -> bool:
    """Tell whether Meta says that there is no such thing, or none any more."""
    error = at(read_json(content), "error")
    return _code(error, "code") == _WRONG and _code(error, "error_subcode") == _NO_SUCH_OBJECT


def told(errors: object) -> str | None:
    """Give the errors that came with a message or a state as one text, with what can be done."""
    found = [_sentence(error, _code(error, "code"), None) for error in (errors if isinstance(errors, list) else [])]
    return " ".join(found) or None


def _sentence(error: Any, code: int | None, subcode: int | None) -> str:
    details = words(error, "error_data", "details") or words(error, "error_user_msg") or words(error, "message")
    title = words(error, "title")
    said = " – ".join(dict.fromkeys(filter(None, (title, details)))) or "no reason given"
    advice = _SUBCODES.get(subcode or 0) or _ADVICE.get(code or 0) or _of_range(code)
    number = "/".join(str(part) for part in (code, subcode) if part)
    return f"{advice + ' ' if advice else ''}(Meta{' ' + number if number else ''}: {said})"


def _of_range(code: int | None) -> str | None:
    return "The channel lacks a permission. Ask an administrator to check its token." if code in _PERMISSIONS else None


def _code(error: object, name: str) -> int | None:
    found = name_of(error, name)
    return int(found[:9]) if found is not None and found[:9].isdecimal() else None


def id_of(content: bytes) -> str | None:
    """Give the id of the message that was taken."""
    answer = read_json(content)
    first = next(iter(rows(answer, "messages")), None)
    return name_of(first, "id") or name_of(answer, "message_id") or name_of(answer, "id")
