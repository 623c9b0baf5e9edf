"""For every adapter there is: how a channel of it is set up, what it posts, and how it proves that it does."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from care.channels import IssuedSecret
from care.documents.channels import ChannelAdapter
from care.signatures import sign
from core.clock import now
from tests.care.ingest.sender import body_of, said, signed
from tests.care.mail.post import ADDRESS, PLAIN, written
from tests.care.providers import meta_says, x_says
from tests.care.providers.bot_api import AYSE, GROUP, PRIVATE, TOKEN, message, update

Prove = Callable[[IssuedSecret, bytes], dict[str, str]]


@dataclass(frozen=True)
class Sample:
    """One adapter: its draft, bodies that it may post, and the headers that prove one."""

    draft: Mapping[str, Any]
    bodies: Sequence[bytes]
    prove: Prove


def _by_telegram(issued: IssuedSecret, body: bytes) -> dict[str, str]:
    return {"x-telegram-bot-api-secret-token": issued.secret}


def _signed(issued: IssuedSecret, body: bytes) -> dict[str, str]:
    try:
        return signed(issued.secret, body)
    except UnicodeDecodeError:  # the protocol's library signs text alone
        return sign([issued.secret], "dlv_fuzz", now(), body)


_PHOTO = [{"file_id": "p", "width": 9, "file_size": 7}]
_REPLIED = message(2, text="Alo?", reply_to_message=message(1, text="Siparişim nerede?"))
_UPDATES = [
    update(1, message=_REPLIED),
    update(2, edited_message=message(2, GROUP, text="Siparişim?", edit_date=1_760_000_100)),
    update(
        3, message=message(3, GROUP, photo=[{"file_id": "p", "width": 9, "file_size": 7}], caption="Kırık", media_group_id="a")
    ),
    update(4, message=message(4, document={"file_id": "d", "file_name": "fiş.pdf", "mime_type": "application/pdf"})),
    update(5, message=message(5, sticker={"file_id": "s", "emoji": "😡"})),
    update(6, message=message(6, location={"latitude": 38.4, "longitude": 27.1})),
    update(7, callback_query={"id": "c", "from": AYSE, "message": _REPLIED, "data": "iade"}),
    update(8, my_chat_member={"chat": PRIVATE, "from": AYSE, "new_chat_member": {"status": "kicked"}}),
    update(
        9, message_reaction={"chat": PRIVATE, "message_id": 1, "user": AYSE, "new_reaction": [{"type": "emoji", "emoji": "👍"}]}
    ),
]
_EVENTS = [
    said(),
    {"type": "message.edited", "messageId": "ext-1", "text": "Siparişim?"},
    {"type": "message.deleted", "messageId": "ext-1"},
    {"type": "reaction", "messageId": "ext-1", "author": {"id": "u-7"}, "kind": "👍"},
    {"type": "delivery", "messageId": "ext-1", "status": "read"},
    {"type": "profile", "author": {"id": "u-7", "followers": 9}},
]
_EMAIL = {"address": ADDRESS, "smtp": {**PLAIN, "port": 9}}

SAMPLES: Mapping[ChannelAdapter, Sample] = {
    ChannelAdapter.GENERIC: Sample({"kind": "X"}, [body_of(event) for event in _EVENTS], _signed),
    ChannelAdapter.EMAIL: Sample({"kind": "EMAIL", "email": _EMAIL}, [written(), written(In_Reply_To="<a@b>")], _signed),
    ChannelAdapter.META: Sample(
        {"kind": "WHATSAPP", "meta": {"app_secret": meta_says.APP_SECRET, "verify_token": meta_says.VERIFY_TOKEN}},
        [orjson.dumps(one) for one in meta_says.EVERYTHING],
        lambda _, body: meta_says.signed(body),
    ),
    ChannelAdapter.X: Sample(
        {"kind": "X", "x": {"consumer_secret": x_says.CONSUMER_SECRET}},
        [orjson.dumps(one) for one in x_says.EVERYTHING],
        lambda _, body: x_says.signed(body),
    ),
    ChannelAdapter.TELEGRAM: Sample(
        {"kind": "TELEGRAM", "telegram": {"bot_token": TOKEN}}, [orjson.dumps(one) for one in _UPDATES], _by_telegram
    ),
}
