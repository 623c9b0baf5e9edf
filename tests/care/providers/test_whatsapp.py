"""WhatsApp: every type of message, and the states of our own."""

from typing import Any

import pytest

from care.ingest.generic import DeliveryReported, DeliveryState, MessageDeleted, MessageEdited, MessageSaid, Reacted, understand
from care.providers.meta.payloads import translate
from tests.care.providers.meta_says import MOMENT, whatsapp, wrote

SARA = "989121234567"


def _raw(payload: object) -> dict[str, Any]:
    (raw,) = translate(payload) or []
    assert isinstance(raw, dict)
    return raw


def _one(message: dict[str, Any]) -> Any:
    return understand(_raw(whatsapp(message)))


def test_text_is_private_and_of_a_number() -> None:
    event = _one(wrote("text", {"body": "سفارشم نرسید"}, context={"id": "wamid.A0", "from": "902125550100"}))
    assert isinstance(event, MessageSaid)
    assert (event.message_id, event.text, event.visibility, event.in_reply_to) == (
        "wamid.A1",
        "سفارشم نرسید",
        "PRIVATE",
        "wamid.A0",
    )
    assert event.thread.id == f"106540:{SARA}"
    assert (event.author.id, event.author.name, event.author.phone) == (SARA, "Sara Karimi", f"+{SARA}")
    assert event.sent_at is not None
    assert event.sent_at.timestamp() == MOMENT


@pytest.mark.parametrize("kind", ["image", "video", "audio", "document", "sticker"])
def test_file_keeps_its_id_and_caption(kind: str) -> None:
    event = _one(wrote(kind, {"id": "1166", "mime_type": "x/y", "caption": "fatura", "filename": "fatura.pdf"}))
    (file,) = event.attachments
    assert (file.id, file.url, file.name, file.content_type) == ("1166", None, "fatura.pdf", "x/y")
    assert event.text == "fatura"


@pytest.mark.parametrize(
    ("kind", "part", "text"),
    [
        ("location", {"latitude": 41.01, "longitude": 28.97, "name": "Depo"}, "📍 41.01, 28.97\nDepo"),
        (
            "contacts",
            [{"name": {"formatted_name": "Ali"}, "phones": [{"phone": "+90 1"}, {"phone": "+90 2"}]}],
            "👤 Ali · +90 1, +90 2",
        ),
        ("button", {"text": "Evet", "payload": "YES"}, "Evet"),
        ("interactive", {"type": "button_reply", "button_reply": {"id": "1", "title": "İade"}}, "İade"),
        (
            "interactive",
            {"type": "list_reply", "list_reply": {"id": "1", "title": "Mavi", "description": "Küçük"}},
            "Mavi\nKüçük",
        ),
        ("interactive", {"type": "nfm_reply", "nfm_reply": {"body": "Sent", "response_json": '{"a": 1}'}}, 'Sent\n{"a": 1}'),
        (
            "order",
            {"text": "Bunlar", "product_items": [{"product_retailer_id": "kilim-1", "quantity": 2}]},
            "Bunlar\n2 x kilim-1",
        ),
    ],
)
def test_what_is_no_text_is_told_in_words(kind: str, part: object, text: str) -> None:
    assert _one(wrote(kind, part)).text == text


def test_sign_and_its_removal() -> None:
    event = _one(wrote("reaction", {"message_id": "wamid.X", "emoji": "👎"}))
    assert isinstance(event, Reacted)
    assert (event.message_id, event.kind, event.removed) == ("wamid.X", "👎", False)
    assert _one(wrote("reaction", {"message_id": "wamid.X", "emoji": ""})).removed is True


def test_edit_and_withdrawal() -> None:
    fresh = {"original_message_id": "wamid.A0", "message": {"type": "text", "text": {"body": "sekiz adet"}}}
    edited = _one(wrote("edit", fresh))
    assert isinstance(edited, MessageEdited)
    assert (edited.message_id, edited.text) == ("wamid.A0", "sekiz adet")
    withdrawn = _one(wrote("revoke", {"original_message_id": "wamid.A0"}))
    assert isinstance(withdrawn, MessageDeleted)
    assert withdrawn.message_id == "wamid.A0"


def test_unsupported_is_shown_under_its_sender() -> None:
    errors = [{"code": 131051, "title": "Message type unknown", "error_data": {"details": "Not supported"}}]
    raw = _raw(whatsapp(wrote("unsupported", {"type": "poll_creation"}, errors=errors)))
    assert (raw["id"], raw["author"]["id"], understand(raw)) == ("wamid.A1", SARA, None)
    assert raw["text"] == (
        "WhatsApp can't show what this customer sent. WhatsApp does not know this type of message. "
        "(Meta 131051: Message type unknown – Not supported)"
    )


def test_type_of_tomorrow_is_shown() -> None:
    raw = _raw(whatsapp(wrote("hologram", {"depth": 3})))
    assert (raw["type"], raw["id"]) == ("unsupported", "wamid.A1")
    assert raw["original"]["hologram"] == {"depth": 3}


@pytest.mark.parametrize("status", DeliveryState)
def test_states_of_our_messages(status: DeliveryState) -> None:
    event = understand(_raw(whatsapp(statuses=({"id": "wamid.O", "status": status.value, "recipient_id": SARA},))))
    assert event == DeliveryReported(type="delivery", message_id="wamid.O", status=status)


def test_failure_tells_what_to_do() -> None:
    error = {"code": 131047, "title": "Re-engagement message", "error_data": {"details": "More than 24 hours have passed"}}
    event = understand(_raw(whatsapp(statuses=({"id": "wamid.O", "status": "failed", "errors": [error]},))))
    assert isinstance(event, DeliveryReported)
    assert event.error == (
        "The 24 hours in which this customer can be answered here are over; send an approved template (sendTemplate), choose "
        "another way, or wait until they write. (Meta 131047: Re-engagement message – More than 24 hours have passed)"
    )


def test_talk_with_the_channels_own_number_has_the_customers_name() -> None:
    (raw,) = translate(whatsapp(wrote("text", {"body": "سلام"})), "106540") or []
    assert raw["thread"] == {"id": SARA}


def test_album_is_several_messages_of_one_talk() -> None:
    pictures = [wrote("image", {"id": str(place)}, f"wamid.{place}") for place in range(10)]
    events = [understand(raw) for raw in translate(whatsapp(*pictures)) or []]
    assert [event.message_id for event in events if isinstance(event, MessageSaid)] == [f"wamid.{n}" for n in range(10)]
    assert {event.thread.id for event in events if isinstance(event, MessageSaid)} == {f"106540:{SARA}"}


def test_numbers_changing_hands_say_nothing() -> None:
    assert translate(whatsapp(wrote("system", {"body": "changed number"}))) == []


@pytest.mark.parametrize("value", [7, None, {"messages": {}}, {"messages": 7}])
def test_broken_change_is_shown(value: object) -> None:
    entry = {"id": "1", "changes": [{"field": "messages", "value": value}]}
    assert _raw({"object": "whatsapp_business_account", "entry": [entry]})["type"] == "unsupported"
