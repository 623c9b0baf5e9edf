"""What Meta's servers post, as their documentation shows it; the people and pages are ours."""

import hashlib
import hmac
from typing import Any

import orjson

APP_SECRET = "an-app-secret"
VERIFY_TOKEN = "a-word-of-ours"
PAGE, AYSE, POST = "1784001", "7300045", "1784001_9001"
MOMENT = 1_795_700_000


def page(*changes: dict[str, Any], messaging: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    entry: dict[str, Any] = {"id": PAGE, "time": MOMENT}
    if changes:
        entry["changes"] = list(changes)
    if messaging:
        entry["messaging"] = list(messaging)
    return {"object": "page", "entry": [entry]}


def comment(
    identifier: str = f"{POST}_1", text: str | None = "Siparişim nerede?", author: str = AYSE, **other: Any
) -> dict[str, Any]:
    value = {
        "from": {"id": author, "name": "Ayşe Demir"},
        "post": {"permalink_url": f"https://www.facebook.com/{POST}", "id": POST},
        "message": text,
        "item": "comment",
        "verb": "add",
        "comment_id": identifier,
        "post_id": POST,
        "parent_id": POST,
        "created_time": MOMENT,
    }
    return {"field": "feed", "value": value | other}


def private(sender: str = AYSE, **what: Any) -> dict[str, Any]:
    return {"sender": {"id": sender}, "recipient": {"id": PAGE}, "timestamp": MOMENT * 1000, **what}


def instagram(field: str, value: dict[str, Any], account: str = "1784999") -> dict[str, Any]:
    entry = {"id": account, "time": MOMENT, "changes": [{"field": field, "value": value}]}
    return {"object": "instagram", "entry": [entry]}


def whatsapp(*messages: dict[str, Any], statuses: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    value: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "902125550100", "phone_number_id": "106540"},
    }
    if messages:
        value |= {"contacts": [{"profile": {"name": "Sara Karimi"}, "wa_id": "989121234567"}], "messages": list(messages)}
    if statuses:
        value |= {"statuses": list(statuses)}
    entry = {"id": "102290", "changes": [{"field": "messages", "value": value}]}
    return {"object": "whatsapp_business_account", "entry": [entry]}


def template_news(event: str, at: int = MOMENT, field: str = "status", **other: Any) -> dict[str, Any]:
    """Give a notice of a template, as a business account gets it."""
    value = {"event": event, "message_template_id": 1689556908129832, "message_template_name": "kargo"}
    value |= {"message_template_language": "tr", "reason": None, "message_template_category": "UTILITY", **other}
    change = {"field": f"message_template_{field}_update", "value": value}
    return {"object": "whatsapp_business_account", "entry": [{"id": "102290", "time": at, "changes": [change]}]}


def wrote(kind: str, part: object, identifier: str = "wamid.A1", **other: Any) -> dict[str, Any]:
    return {"from": "989121234567", "id": identifier, "timestamp": str(MOMENT), "type": kind, kind: part, **other}


def body_of(payload: object) -> bytes:
    return orjson.dumps(payload)


def signed(body: bytes, secret: str = APP_SECRET) -> dict[str, str]:
    return {"x-hub-signature-256": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


_RATING = {"item": "rating", "verb": "add", "reviewer_id": AYSE, "open_graph_story_id": "880", "review_text": "Kötü"}
_COMMENT = {"id": "178_1", "from": {"id": "55501", "username": "ayse.d"}, "media": {"id": "177"}, "text": "Ne zaman?"}
_PICTURES = [{"type": "image", "payload": {"url": f"https://cdn.example/{place}.jpg"}} for place in range(3)]

EVERYTHING = (
    template_news("PAUSED", other_info={"title": "FIRST_PAUSE", "description": "Paused for 3 hours."}),
    template_news("REJECTED", reason="INVALID_FORMAT", rejection_info={"reason": "r", "recommendation": "w"}),
    template_news("", field="quality", previous_quality_score="GREEN", new_quality_score="RED"),
    page(comment(), comment(f"{POST}_2", parent_id=f"{POST}_1"), comment(verb="edited"), comment(verb="remove")),
    page(comment(text=None, photo="https://cdn.example/a.jpg"), {"field": "ratings", "value": _RATING}),
    page(comment(item="reaction", reaction_type="angry"), {"field": "leadgen", "value": {"leadgen_id": "1"}}),
    page(messaging=(private(message={"mid": "m_1", "text": "Merhaba", "attachments": _PICTURES}),)),
    page(messaging=(private(message_edit={"mid": "m_1", "text": "Alo"}), private(message={"mid": "m_1", "is_deleted": True}))),
    page(messaging=(private(read={"watermark": MOMENT * 1000}), private(delivery={"mids": ["m_9"]}), private(optin={}))),
    page(messaging=(private(postback={"title": "İade", "mid": "m_2"}), private(reaction={"mid": "m_1", "action": "react"}))),
    instagram("comments", _COMMENT),
    instagram("mentions", {"media_id": "177", "comment_id": "178_9"}),
    whatsapp(wrote("text", {"body": "سلام"}), wrote("image", {"id": "1166"}, "wamid.A2"), wrote("poll", {}, "wamid.A3")),
    whatsapp(wrote("reaction", {"message_id": "wamid.A1", "emoji": "👎"}), wrote("location", {"latitude": 1, "longitude": 2})),
    whatsapp(statuses=({"id": "wamid.O", "status": "failed", "errors": [{"code": 131047, "title": "Re-engagement"}]},)),
)
"""At least one of every kind that is understood, and some that are not."""
