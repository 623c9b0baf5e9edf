"""Comments on Facebook and Instagram: every change of a delivery becomes an event, the page's own are left out."""

from typing import Any

import pytest

from care.ingest.generic import MessageDeleted, MessageEdited, MessageSaid, Reacted, understand
from care.providers.meta.payloads import translate
from tests.care.providers.meta_says import AYSE, MOMENT, PAGE, POST, comment, instagram, page


def _events(payload: object) -> list[Any]:
    events = translate(payload)
    assert events is not None
    return [understand(event) for event in events]


def _one(payload: object) -> Any:
    (event,) = _events(payload)
    return event


def _shown(payload: object) -> dict[str, Any]:
    (raw,) = translate(payload) or []
    assert understand(raw) is None
    assert isinstance(raw, dict)
    return raw


def test_comment_is_said_in_public() -> None:
    event = _one(page(comment()))
    assert isinstance(event, MessageSaid)
    assert (event.message_id, event.visibility, event.text) == (f"{POST}_1", "PUBLIC", "Siparişim nerede?")
    assert (event.thread.id, event.thread.url, event.in_reply_to) == (POST, f"https://www.facebook.com/{POST}", None)
    assert (event.author.id, event.author.name) == (AYSE, "Ayşe Demir")
    assert event.sent_at is not None
    assert event.sent_at.timestamp() == MOMENT


def test_answer_to_a_comment_names_it() -> None:
    event = _one(page(comment(f"{POST}_2", parent_id=f"{POST}_1")))
    assert (event.thread.id, event.in_reply_to) == (POST, f"{POST}_1")


def test_every_update_of_a_delivery_is_read() -> None:
    entries = [
        {"id": PAGE, "time": MOMENT, "changes": [comment(f"{POST}_{entry}_{change}") for change in range(20)]}
        for entry in range(50)
    ]
    events = _events({"object": "page", "entry": entries})
    assert len({event.message_id for event in events}) == 1_000


def test_edit_counts_from_when_it_was_made() -> None:
    event = _one(page(comment(text="Siparişim geldi, sağ olun.", verb="edited", created_time=MOMENT - 500)))
    assert isinstance(event, MessageEdited)
    assert event.sent_at is not None
    assert (event.message_id, event.text, event.sent_at.timestamp()) == (f"{POST}_1", "Siparişim geldi, sağ olun.", MOMENT)
    assert event.attachments is None


def test_removal_needs_no_words() -> None:
    event = _one(page(comment(text=None, verb="remove")))
    assert isinstance(event, MessageDeleted)
    assert event.message_id == f"{POST}_1"


def test_photo_alone_is_a_message() -> None:
    event = _one(page(comment(text=None, photo="https://scontent.example/a.jpg")))
    assert [file.url for file in event.attachments] == ["https://scontent.example/a.jpg"]
    assert event.text == ""


def test_comment_without_words_is_shown_with_its_author() -> None:
    raw = _shown(page(comment(text=None)))
    assert raw["type"] == "unsupported"
    assert (raw["id"], raw["author"]["id"], raw["thread"]["id"]) == (f"{POST}_1", AYSE, POST)
    assert raw["original"]["comment_id"] == f"{POST}_1"


def test_what_the_page_says_itself_is_left_out() -> None:
    own = {"id": PAGE, "name": "Narin"}
    post = {"field": "feed", "value": {"from": own, "item": "status", "verb": "add", "post_id": POST, "message": "Yeni!"}}
    assert _events(page(comment(author=PAGE), post)) == []


def test_own_answer_removed_at_facebook_is_news() -> None:
    event = _one(page(comment(author=PAGE, verb="remove")))
    assert isinstance(event, MessageDeleted)


def test_visitors_post_is_a_message_of_its_own_thread() -> None:
    value = {
        "from": {"id": AYSE, "name": "Ayşe Demir"},
        "item": "photo",
        "verb": "add",
        "post_id": f"{PAGE}_77",
        "link": "https://scontent.example/b.jpg",
        "message": "Kırık geldi!",
        "created_time": MOMENT,
    }
    event = _one(page({"field": "feed", "value": value}))
    assert (event.message_id, event.thread.id, event.text) == (f"{PAGE}_77", f"{PAGE}_77", "Kırık geldi!")
    assert [file.url for file in event.attachments] == ["https://scontent.example/b.jpg"]


@pytest.mark.parametrize(("verb", "removed"), [("add", False), ("remove", True)])
def test_sign_on_a_comment(verb: str, *, removed: bool) -> None:
    value = {
        "from": {"id": AYSE},
        "item": "reaction",
        "reaction_type": "angry",
        "verb": verb,
        "comment_id": f"{POST}_1",
        "post_id": POST,
    }
    event = _one(page({"field": "feed", "value": value}))
    assert isinstance(event, Reacted)
    assert (event.message_id, event.kind, event.removed, event.author.id) == (f"{POST}_1", "angry", removed, AYSE)


def test_signs_on_posts_say_nothing_to_us() -> None:
    value = {"from": {"id": AYSE}, "item": "like", "verb": "add", "post_id": POST}
    assert _events(page({"field": "feed", "value": value})) == []


def test_hiding_is_the_pages_own_act() -> None:
    assert _events(page(comment(verb="hide"))) == []


def test_mention_elsewhere_is_heard() -> None:
    value = {
        "item": "post",
        "post_id": "555_1",
        "sender_id": AYSE,
        "sender_name": "Ayşe Demir",
        "verb": "add",
        "message": "@Narin hâlâ yok",
    }
    event = _one(page({"field": "mention", "value": value}))
    assert (event.message_id, event.author.name, event.text) == ("555_1", "Ayşe Demir", "@Narin hâlâ yok")


def test_recommendation_without_words_shows_the_verdict() -> None:
    value = {
        "item": "rating",
        "verb": "add",
        "reviewer_id": AYSE,
        "reviewer_name": "Ayşe Demir",
        "recommendation_type": "NEGATIVE",
        "open_graph_story_id": "880",
        "created_time": MOMENT,
    }
    event = _one(page({"field": "ratings", "value": value}))
    assert (event.message_id, event.text, event.author.id) == ("880", "★ NEGATIVE", AYSE)


def test_instagram_comment_has_a_handle() -> None:
    value = {
        "id": "178_1",
        "from": {"id": "55501", "username": "ayse.d"},
        "media": {"id": "177", "media_product_type": "FEED"},
        "parent_id": "178_0",
        "text": "Ne zaman gelecek?",
    }
    event = _one(instagram("comments", value))
    assert (event.message_id, event.thread.id, event.in_reply_to) == ("178_1", "177", "178_0")
    assert (event.author.handle, event.author.profile_url) == ("ayse.d", "https://www.instagram.com/ayse.d")
    assert event.text == "Ne zaman gelecek?"


def test_own_instagram_comment_is_left_out() -> None:
    value = {"id": "178_1", "from": {"id": "1784999", "username": "narin"}, "media": {"id": "177"}, "text": "Merhaba"}
    assert _events(instagram("comments", value)) == []


def test_instagram_mention_says_where_to_look() -> None:
    raw = _shown(instagram("mentions", {"media_id": "177", "comment_id": "178_9"}))
    assert (raw["id"], raw["thread"], raw["visibility"]) == ("178_9", {"id": "177"}, "public")
    assert raw["text"] == "Instagram tells that 1784999 was mentioned, and not what was said: look at media 177."


def test_unknown_change_with_words_is_shown() -> None:
    raw = _shown(page({"field": "group_feed", "value": {"from": {"id": AYSE, "name": "Ayşe"}, "message": "Merhaba", "id": "1"}}))
    assert (raw["author"], raw["id"], raw["original"]["field"]) == ({"id": AYSE, "name": "Ayşe"}, "1", "group_feed")


def test_unknown_change_without_words_is_left_out() -> None:
    assert _events(page({"field": "leadgen", "value": {"leadgen_id": "1", "page_id": PAGE}})) == []


@pytest.mark.parametrize("payload", [{}, [], None, 7, "x", {"object": "page"}, {"object": "page", "entry": {}}])
def test_another_shape_is_no_delivery(payload: object) -> None:
    assert translate(payload) is None


@pytest.mark.parametrize("entry", [7, None, "x", {}, {"id": PAGE}, {"id": PAGE, "changes": {}}])
def test_broken_entry_is_shown(entry: object) -> None:
    assert _shown({"object": "page", "entry": [entry]})["original"] == entry


@pytest.mark.parametrize("change", [7, None, {}, {"field": "feed"}, {"field": 7, "value": []}])
def test_broken_change_hides_no_other(change: object) -> None:
    events = _events({"object": "page", "entry": [{"id": PAGE, "changes": [change, comment()]}]})
    assert events[-1] is not None
    assert isinstance(events[-1], MessageSaid)
