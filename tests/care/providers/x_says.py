"""What X posts about an account, as its documentation shows it; the people are ours."""

import base64
import hashlib
import hmac
from typing import Any

CONSUMER_SECRET = "a-consumer-secret"
ACCOUNT, MEHMET = "2244994945", "6300021"
MOMENT = 1_795_700_000


def activity(**happenings: Any) -> dict[str, Any]:
    return {"for_user_id": ACCOUNT, **happenings}


def post(identifier: str = "1001", text: str = "@narin siparişim nerede?", **other: Any) -> dict[str, Any]:
    user = {"id": int(MEHMET), "id_str": MEHMET, "name": "Mehmet Kaya", "screen_name": "mkaya", "followers_count": 5400}
    told = {
        "created_at": "Fri Nov 27 00:00:00 +0000 2026",
        "timestamp_ms": str(MOMENT * 1000),
        "id": int(identifier),
        "id_str": identifier,
        "text": text,
        "user": user,
        "in_reply_to_status_id_str": None,
        "entities": {"urls": [], "user_mentions": [{"screen_name": "narin", "id_str": ACCOUNT}]},
    }
    return told | other


def direct(identifier: str = "2001", text: str = "Merhaba", sender: str = MEHMET, **data: Any) -> dict[str, Any]:
    return {
        "type": "message_create",
        "id": identifier,
        "created_timestamp": str(MOMENT * 1000),
        "message_create": {
            "target": {"recipient_id": ACCOUNT if sender != ACCOUNT else MEHMET},
            "sender_id": sender,
            "message_data": {"text": text, "entities": {"urls": []}, **data},
        },
    }


PEOPLE = {MEHMET: {"id": MEHMET, "name": "Mehmet Kaya", "screen_name": "mkaya", "followers_count": 5400}}


def signature(content: bytes, secret: str = CONSUMER_SECRET) -> str:
    return "sha256=" + base64.b64encode(hmac.new(secret.encode(), content, hashlib.sha256).digest()).decode()


def signed(body: bytes, secret: str = CONSUMER_SECRET) -> dict[str, str]:
    return {"x-twitter-webhooks-signature": signature(body, secret)}


_GONE = {"status": {"id": "1001", "user_id": MEHMET}, "timestamp_ms": str(MOMENT * 1000)}
_SEEN = {"created_timestamp": str(MOMENT * 1000), "sender_id": MEHMET, "target": {"recipient_id": ACCOUNT}}
_PICTURE = {"id_str": "5", "url": "https://t.co/pic", "media_url_https": "https://pbs.example/5.jpg", "type": "photo"}
_WHOLE = {"full_text": "Uzun &amp; kırık https://t.co/pic", "extended_entities": {"media": [_PICTURE]}}

EVERYTHING = (
    activity(tweet_create_events=[post("1002", in_reply_to_status_id_str="1001"), post()]),
    activity(tweet_create_events=[post(extended_tweet=_WHOLE)]),
    activity(tweet_create_events=[post("1005", edit_history={"initial_tweet_id": "1001"})], tweet_delete_events=[_GONE]),
    activity(direct_message_events=[direct(), direct("2002", attachment={"media": _PICTURE})], users=PEOPLE),
    activity(direct_message_mark_read_events=[_SEEN], favorite_events=[{"id": "1"}]),
)
"""At least one of every kind that is understood, and some that are not."""
