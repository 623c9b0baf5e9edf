"""The account activity of X: posts whole, direct messages, deletions, readings; what is the account's own is left out."""

from typing import Any

import pytest

from care.ingest.generic import MessageDeleted, MessageEdited, MessageSaid, ReachedUntil, understand
from care.providers.x.payloads import translate
from tests.care.providers.x_says import ACCOUNT, MEHMET, MOMENT, PEOPLE, activity, direct, post


def _raw(payload: object) -> list[dict[str, Any]]:
    events = translate(payload)
    assert events is not None
    return events


def _one(payload: object) -> Any:
    (raw,) = _raw(payload)
    return understand(raw)


def test_mention_is_said_in_public() -> None:
    event = _one(activity(tweet_create_events=[post()]))
    assert isinstance(event, MessageSaid)
    assert (event.message_id, event.visibility, event.text) == ("1001", "PUBLIC", "@narin siparişim nerede?")
    assert (event.thread.id, event.thread.url, event.in_reply_to) == ("1001", "https://x.com/mkaya/status/1001", None)
    assert event.author.model_dump(exclude_none=True) == {
        "id": MEHMET,
        "handle": "@mkaya",
        "name": "Mehmet Kaya",
        "followers": 5400,
        "profile_url": "https://x.com/mkaya",
    }
    assert event.sent_at is not None
    assert event.sent_at.timestamp() == MOMENT


def test_answer_asks_for_the_thread_of_what_it_answers() -> None:
    event = _one(activity(tweet_create_events=[post("1002", in_reply_to_status_id_str="1001")]))
    assert (event.in_reply_to, event.thread.id, event.thread.of_message) == ("1001", "1001", "1001")


def test_long_post_is_whole_with_links_written_out() -> None:
    whole = {
        "full_text": "Kutu &lt;kırık&gt; &amp; ıslak geldi https://t.co/abc " + "çok " * 80 + "https://t.co/pic",
        "entities": {"urls": [{"url": "https://t.co/abc", "expanded_url": "https://narin.example/siparis/1"}]},
        "extended_entities": {
            "media": [
                {"id_str": "5", "url": "https://t.co/pic", "media_url_https": "https://pbs.example/5.jpg", "type": "photo"},
                {
                    "id_str": "6",
                    "url": "https://t.co/pic",
                    "media_url_https": "https://pbs.example/6.jpg",
                    "type": "video",
                    "video_info": {
                        "variants": [
                            {"content_type": "application/x-mpegURL", "url": "https://v.example/6.m3u8"},
                            {"content_type": "video/mp4", "bitrate": 256, "url": "https://v.example/small.mp4"},
                            {"content_type": "video/mp4", "bitrate": 2176, "url": "https://v.example/large.mp4"},
                        ]
                    },
                },
            ]
        },
    }
    event = _one(activity(tweet_create_events=[post(text="Kutu… https://t.co/x", truncated=True, extended_tweet=whole)]))
    assert event.text == "Kutu <kırık> & ıslak geldi https://narin.example/siparis/1 " + ("çok " * 80).strip()
    assert [(file.url, file.content_type) for file in event.attachments] == [
        ("https://pbs.example/5.jpg", None),
        ("https://v.example/large.mp4", "video/mp4"),
    ]


def test_quote_names_what_it_quotes() -> None:
    link = {"url": "https://t.co/q", "expanded": "https://x.com/narin/status/900"}
    event = _one(activity(tweet_create_events=[post(text="Yalan!", quoted_status_permalink=link)]))
    assert event.text == "Yalan!\nhttps://x.com/narin/status/900"


def test_own_posts_and_reposts_are_left_out() -> None:
    own = post("1003", user={"id_str": ACCOUNT, "screen_name": "narin"})
    assert _raw(activity(tweet_create_events=[own, post("1004", retweeted_status={"id_str": "1"})])) == []


def test_edited_post_replaces_the_first_one() -> None:
    history = {"initial_tweet_id": "1001", "edit_tweet_ids": ["1001", "1005"]}
    event = _one(activity(tweet_create_events=[post("1005", "@narin geldi!", edit_history=history)]))
    assert isinstance(event, MessageEdited)
    assert (event.message_id, event.text) == ("1001", "@narin geldi!")
    first = _one(activity(tweet_create_events=[post(edit_history=history)]))
    assert isinstance(first, MessageSaid)


def test_older_posts_come_first() -> None:
    answer = post("1002", in_reply_to_status_id_str="1001")
    events = [understand(raw) for raw in _raw(activity(tweet_create_events=[answer, post("1001")]))]
    assert [event.message_id for event in events if isinstance(event, MessageSaid)] == ["1001", "1002"]


def test_deletion() -> None:
    gone = {"status": {"id": "1001", "user_id": MEHMET}, "timestamp_ms": str(MOMENT * 1000)}
    event = _one(activity(tweet_delete_events=[gone]))
    assert isinstance(event, MessageDeleted)
    assert event.message_id == "1001"


def test_direct_message_is_private_and_of_a_person() -> None:
    picture = {"type": "media", "media": {"id_str": "7", "url": "https://t.co/p", "media_url_https": "https://ton.example/7.jpg"}}
    event = _one(activity(direct_message_events=[direct(text="Bakın https://t.co/p", attachment=picture)], users=PEOPLE))
    assert isinstance(event, MessageSaid)
    assert (event.message_id, event.visibility, event.text, event.thread.id) == ("2001", "PRIVATE", "Bakın", MEHMET)
    assert (event.author.handle, event.author.followers) == ("@mkaya", 5400)
    assert [file.url for file in event.attachments] == ["https://ton.example/7.jpg"]


def test_own_direct_messages_and_typing_are_left_out() -> None:
    typing = [{"created_timestamp": "1", "sender_id": MEHMET, "target": {"recipient_id": ACCOUNT}}]
    events = activity(direct_message_events=[direct(sender=ACCOUNT)], direct_message_indicate_typing_events=typing)
    assert _raw(events) == []


def test_reading_moves_all_before_it() -> None:
    seen = {"created_timestamp": str(MOMENT * 1000), "sender_id": MEHMET, "target": {"recipient_id": ACCOUNT}}
    event = _one(activity(direct_message_mark_read_events=[seen]))
    assert isinstance(event, ReachedUntil)
    assert (event.status, event.until.timestamp(), event.thread.id) == ("read", MOMENT, MEHMET)


@pytest.mark.parametrize("name", ["favorite_events", "follow_events", "user_event", "block_events"])
def test_what_says_nothing_is_left_out(name: str) -> None:
    assert _raw({"for_user_id": ACCOUNT, name: [{"id": "1"}]}) == []


@pytest.mark.parametrize("payload", [None, 7, [], {}, {"for_user_id": ACCOUNT}])
def test_another_shape_is_no_delivery(payload: object) -> None:
    assert translate(payload) is None


@pytest.mark.parametrize(
    "happenings",
    [
        {"tweet_create_events": {}},
        {"tweet_create_events": [7]},
        {"tweet_create_events": [{"id_str": "1", "user": 7}]},
        {"direct_message_events": [None]},
        {"direct_message_events": [{"type": "message_create", "id": "1"}]},
        {"tweet_delete_events": [{"status": 7}]},
        {"novelty_events": [{"id": "1", "text": "Alo?", "user": {"id_str": MEHMET}}]},
    ],
)
def test_broken_or_unknown_happening_is_shown(happenings: dict[str, Any]) -> None:
    (raw,) = _raw(activity(**happenings))
    assert raw["type"] == "unsupported"
    assert understand(raw) is None
