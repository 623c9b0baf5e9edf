"""Messenger and Instagram in private: words, files, buttons, signs, edits, withdrawals, receipts and echoes."""

from typing import Any

import pytest

from care.ingest.generic import (
    DeliveryReported,
    DeliveryState,
    MessageDeleted,
    MessageEdited,
    MessageSaid,
    ReachedUntil,
    Reacted,
    understand,
)
from care.providers.meta.payloads import translate
from tests.care.providers.meta_says import AYSE, MOMENT, PAGE, page, private


def _raw(*items: dict[str, Any]) -> list[dict[str, Any]]:
    events = translate(page(messaging=items))
    assert events is not None
    return events


def _one(item: dict[str, Any]) -> Any:
    (raw,) = _raw(item)
    return understand(raw)


def test_message_is_private_and_of_its_sender() -> None:
    event = _one(private(message={"mid": "m_1", "text": "Merhaba", "reply_to": {"mid": "m_0"}}))
    assert isinstance(event, MessageSaid)
    assert (event.message_id, event.visibility, event.text, event.in_reply_to) == ("m_1", "PRIVATE", "Merhaba", "m_0")
    assert (event.thread.id, event.author.id) == (AYSE, AYSE)
    assert event.sent_at is not None
    assert event.sent_at.timestamp() == MOMENT


def test_album_is_one_message() -> None:
    pictures = [{"type": "image", "payload": {"url": f"https://cdn.example/{place}.jpg"}} for place in range(5)]
    event = _one(private(message={"mid": "m_1", "attachments": pictures}))
    assert [file.url for file in event.attachments] == [f"https://cdn.example/{place}.jpg" for place in range(5)]


def test_place_is_told_in_words() -> None:
    place = {"type": "location", "payload": {"coordinates": {"lat": 41.01, "long": 28.97}}}
    assert _one(private(message={"mid": "m_1", "attachments": [place]})).text == "📍 41.01, 28.97"


def test_answer_to_a_story_carries_it() -> None:
    story = {"story": {"url": "https://cdn.example/story.mp4", "id": "9"}}
    event = _one(private(message={"mid": "m_1", "text": "Bu kaç lira?", "reply_to": story}))
    assert [(file.name, file.url) for file in event.attachments] == [("story", "https://cdn.example/story.mp4")]


def test_what_meta_can_not_tell_is_shown() -> None:
    (raw,) = _raw(private(message={"mid": "m_1", "is_unsupported": True}))
    assert (raw["type"], raw["id"], raw["author"]) == ("unsupported", "m_1", {"id": AYSE})
    assert understand(raw) is None


def test_edit_and_withdrawal() -> None:
    edited = _one(private(message_edit={"mid": "m_1", "text": "Merhaba!", "num_edit": 1}))
    assert isinstance(edited, MessageEdited)
    assert (edited.message_id, edited.text) == ("m_1", "Merhaba!")
    withdrawn = _one(private(message={"mid": "m_1", "is_deleted": True}))
    assert isinstance(withdrawn, MessageDeleted)
    assert withdrawn.message_id == "m_1"


@pytest.mark.parametrize(("action", "removed"), [("react", False), ("unreact", True)])
def test_sign(action: str, *, removed: bool) -> None:
    event = _one(private(reaction={"mid": "m_1", "action": action, "reaction": "love", "emoji": "❤"}))
    assert isinstance(event, Reacted)
    assert (event.message_id, event.kind, event.removed, event.author.id) == ("m_1", "❤", removed, AYSE)


def test_button_is_what_stands_on_it() -> None:
    event = _one(private(postback={"mid": "m_9", "title": "İade", "payload": "RETURN"}))
    assert (event.message_id, event.text) == ("m_9", "İade")
    assert _one(private(postback={"title": "İade"})).message_id == f"postback:{AYSE}:{MOMENT * 1000}"


def test_deliveries_by_name_and_by_time() -> None:
    events = _raw(private(delivery={"mids": ["m_1", "m_2"], "watermark": MOMENT * 1000}))
    assert [understand(raw) for raw in events] == [
        DeliveryReported(type="delivery", message_id=mid, status=DeliveryState.DELIVERED) for mid in ("m_1", "m_2")
    ]
    event = _one(private(read={"watermark": MOMENT * 1000}))
    assert isinstance(event, ReachedUntil)
    assert (event.status, event.until.timestamp(), event.thread.id) == ("read", MOMENT, AYSE)
    seen = _one(private(read={"mid": "m_1"}))
    assert (seen.message_id, seen.status) == ("m_1", "read")


def test_echo_of_our_own_reply_tells_its_name() -> None:
    echo = {"mid": "m_out", "text": "Bakıyoruz.", "is_echo": True, "app_id": 1, "metadata": "msg_1"}
    event = _one(private(sender=PAGE, message=echo))
    assert isinstance(event, DeliveryReported)
    assert (event.message_id, event.status, event.external_id) == ("msg_1", "sent", "m_out")


def test_what_colleagues_write_at_facebook_is_left_out() -> None:
    assert _raw(private(sender=PAGE, message={"mid": "m_out", "text": "Bakıyoruz.", "is_echo": True})) == []
    assert _raw(private(sender=PAGE, message={"mid": "m_out", "text": "Bakıyoruz."})) == []


def test_what_says_nothing_is_left_out() -> None:
    assert _raw(private(optin={"ref": "x"}), private(referral={"source": "ADS"})) == []


def test_message_held_by_another_app_is_heard() -> None:
    payload = {"object": "page", "entry": [{"id": PAGE, "standby": [private(message={"mid": "m_1", "text": "Alo?"})]}]}
    (raw,) = translate(payload) or []
    assert understand(raw) is not None


def test_instagram_messages_in_changes_are_heard() -> None:
    value = private(message={"mid": "m_1", "text": "Merhaba"})
    payload = {"object": "instagram", "entry": [{"id": PAGE, "changes": [{"field": "messages", "value": value}]}]}
    (raw,) = translate(payload) or []
    assert isinstance(understand(raw), MessageSaid)


@pytest.mark.parametrize(
    "item", [7, None, {}, {"message": 7}, {"message": {}}, {"sender": 7, "message": {"mid": {}, "text": "a"}}, {"novelty": {}}]
)
def test_broken_item_is_shown(item: Any) -> None:
    (raw,) = translate({"object": "page", "entry": [{"id": PAGE, "messaging": [item]}]}) or []
    assert raw["type"] == "unsupported"
