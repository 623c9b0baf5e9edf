"""Odd payloads of the providers: what lacks a part is shown or left out, and never taken for somebody's words."""

from typing import Any

import pytest

from care.documents.templates import TemplateState
from care.ingest.generic import MessageDeleted, MessageEdited, understand
from care.providers.meta import templates
from care.providers.meta.payloads import translate as from_meta
from care.providers.telegram_updates import events_of
from care.providers.x.payloads import translate as from_x
from tests.care.providers.bot_api import message, update
from tests.care.providers.meta_says import AYSE, PAGE, POST, comment, instagram, page, private, whatsapp, wrote
from tests.care.providers.x_says import activity, post


def _shown(raw: Any) -> dict[str, Any]:
    assert isinstance(raw, dict)
    assert understand(raw) is None
    return raw


def _mention(**value: Any) -> dict[str, Any]:
    return page({"field": "mention", "value": {"item": "post", "post_id": "555_1", "sender_id": AYSE} | value})


def _rating(**value: Any) -> dict[str, Any]:
    return page({"field": "ratings", "value": {"item": "rating", "reviewer_id": AYSE, "open_graph_story_id": "880"} | value})


@pytest.mark.parametrize(
    "payload",
    [
        _mention(sender_id=PAGE, message="Bize yazın"),
        _rating(reviewer_id=PAGE, review_text="Biz iyiyiz"),
        _rating(item="like", review_text="Kötü"),
        page({"field": "feed", "value": {"item": "event", "verb": "add", "from": {"id": AYSE}}}),
        page(messaging=(private(reaction={"action": "react"}),)),
    ],
)
def test_what_says_nothing_to_the_company_is_left_out(payload: dict[str, Any]) -> None:
    assert from_meta(payload) == []


def test_list_of_x_without_words_of_anybody_is_left_out() -> None:
    assert from_x(activity(tweet_withheld_events=[{"id": "1"}])) == []


@pytest.mark.parametrize(
    ("payload", "gone"),
    [
        (_mention(verb="remove"), "555_1"),
        (_rating(verb="remove"), "880"),
        (_rating(verb="remove", comment_id="880_1"), "880_1"),
        (page(messaging=(private(PAGE, message={"mid": "m_9", "is_echo": True, "is_deleted": True}),)), "m_9"),
    ],
)
def test_what_was_taken_back_is_told_by_its_id(payload: dict[str, Any], gone: str) -> None:
    (raw,) = from_meta(payload) or []
    event = understand(raw)
    assert isinstance(event, MessageDeleted)
    assert event.message_id == gone


@pytest.mark.parametrize(
    ("payload", "known"),
    [
        (page(comment(verb="edited", text=None)), {"id": f"{POST}_1", "author": {"id": AYSE, "name": "Ayşe Demir"}}),
        (_mention(verb="edited"), {"id": "555_1", "visibility": "public"}),
        (instagram("mentions", {}), {"id": None, "visibility": "public"}),
        (page(messaging=(private(message_edit={"mid": "m_1"}),)), {"id": "m_1", "author": {"id": AYSE}}),
        (page(messaging=(private(message_edit={"text": "Alo"}),)), {"id": None, "thread": {"id": AYSE}}),
        (whatsapp(wrote("reaction", {"emoji": "👎"})), {"id": "wamid.A1", "visibility": "private"}),
        (whatsapp(wrote("edit", {"message": {"type": "text", "text": {"body": "Alo"}}})), {"id": "wamid.A1"}),
        (whatsapp(wrote("revoke", {})), {"id": "wamid.A1"}),
        (whatsapp(wrote("edit", {"original_message_id": "wamid.A0", "message": {"type": "text"}})), {"id": "wamid.A1"}),
        (whatsapp(wrote("image", {"mime_type": "image/png"})), {"id": "wamid.A1"}),
        (whatsapp(wrote("contacts", {"name": "Ali"})), {"id": "wamid.A1"}),
    ],
)
def test_what_lacks_a_part_is_shown_with_what_is_known(payload: dict[str, Any], known: dict[str, Any]) -> None:
    (raw,) = from_meta(payload) or []
    shown = _shown(raw)
    assert {name: shown.get(name) for name in known} == known
    assert "original" in shown


def test_edit_without_new_words_does_not_blank_the_old_ones() -> None:
    events = [understand(raw) for raw in from_meta(page(comment(verb="edited"), comment(verb="edited", text=""))) or []]
    assert [isinstance(event, MessageEdited) for event in events] == [True, False]


def test_link_of_x_without_an_address_leaves_the_text_as_it_is() -> None:
    links = [{"expanded_url": "https://narin.example"}, {"url": "https://t.co/a", "expanded_url": "https://kargo.example"}]
    (raw,) = from_x(activity(tweet_create_events=[post(text="Bak: https://t.co/a", entities={"urls": links})])) or []
    assert raw["text"] == "Bak: https://kargo.example"


def test_animation_of_telegram_is_one_file_though_it_comes_as_two() -> None:
    film = {"file_id": "film", "file_name": "gelmedi.mp4"}
    (event,) = events_of(update(1, message=message(1, animation=film, document=film | {"file_id": "again"})))
    assert [(file["id"], file["name"]) for file in event["attachments"]] == [("film", "gelmedi.mp4")]


@pytest.mark.parametrize("file", [{}, {"file_id": ""}, {"file_id": 7}])
def test_file_of_telegram_that_cannot_be_fetched_is_shown(file: dict[str, Any]) -> None:
    (event,) = events_of(update(1, message=message(1, document=file)))
    assert _shown(event)["id"] == "77:1"


@pytest.mark.parametrize(
    ("header", "objection"),
    [
        ({"type": "HEADER", "format": "TEXT", "text": "Merhaba {{1}}"}, "Its header has a place for a value"),
        ({"type": "HEADER", "format": "IMAGE"}, "Its header asks for a picture"),
        ({"type": "HEADER", "format": "TEXT", "text": "Merhaba"}, None),
    ],
)
def test_template_that_asks_for_more_than_words_says_so(header: dict[str, str], objection: str | None) -> None:
    parts = [header, {"type": "BODY", "text": "Kargonuz {{1}} yolda"}]
    told = templates.read({"name": "kargo", "language": "tr", "status": "APPROVED", "components": parts})
    assert told is not None
    assert told.state is TemplateState.APPROVED
    assert (told.objection or "").startswith(objection or "")
    assert (told.objection is None) is (objection is None)
