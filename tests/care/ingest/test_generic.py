"""The payload's shapes: what is understood, what is taken leniently, what is not understood."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.documents.conversations import Visibility
from care.ingest.generic import (
    LONGEST_TEXT,
    MOST_EVENTS,
    DeliveryReported,
    MessageEdited,
    MessageSaid,
    Reacted,
    as_text,
    cut,
    fragment_of,
    read_events,
    understand,
)
from tests.care.ingest.sender import body_of, said

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=10), inner, max_size=5),
    max_leaves=20,
)


def _said(**other: Any) -> MessageSaid:
    event = understand(said(**other))
    assert isinstance(event, MessageSaid)
    return event


def test_message_of_the_documentation_is_understood() -> None:
    event = _said(sentAt="2026-11-21T10:00:00Z", attachments=[{"id": "f-1", "url": "https://x.example/f.png", "size": 7}])

    assert (event.message_id, event.thread.id, event.visibility) == ("ext-1", "post-9", Visibility.PUBLIC)
    assert event.sent_at == datetime(2026, 11, 21, 10, tzinfo=UTC)
    assert (event.author.id, event.author.handle, event.author.name, event.author.followers) == ("u-7", "@ayse", "Ayşe", 5400)
    assert [(file.id, file.url, file.size) for file in event.attachments] == [("f-1", "https://x.example/f.png", 7)]


def test_message_id_is_the_messages_own_where_it_has_one() -> None:
    assert _said(messageId="m-5").message_id == "m-5"
    assert _said(id=None, messageId="m-5").message_id == "m-5"
    assert _said(id=17).message_id == "17"


@pytest.mark.parametrize(
    ("told", "meant"),
    [("PUBLIC", "PUBLIC"), ("private", "PRIVATE"), ("followers", "PRIVATE"), (None, "PRIVATE"), (7, "PRIVATE")],
)
def test_what_is_not_plainly_public_is_private(told: object, meant: str) -> None:
    assert _said(visibility=told).visibility == meant


def test_wrong_ornaments_do_not_spoil_a_message() -> None:
    author = {"id": 7, "followers": "many", "profileUrl": "javascript:alert(1)", "name": "x" * 500, "new": {"field": 1}}

    event = _said(author=author, sentAt="yesterday", thread={"id": "t", "url": "x"}, unheard="of")

    assert event.author.model_dump() == {
        "id": "7",
        "handle": None,
        "name": None,
        "followers": None,
        "profile_url": None,
        "email": None,
        "phone": None,
        "blocked": None,
    }
    assert (event.sent_at, event.thread.url) == (None, None)


def test_time_without_zone_is_utc_and_an_impossible_one_is_none() -> None:
    assert _said(sentAt="2026-11-21T10:00:00.123456").sent_at == datetime(2026, 11, 21, 10, 0, 0, 123000, tzinfo=UTC)
    assert _said(sentAt="0001-01-01T00:00:00+05:00").sent_at is None


@pytest.mark.parametrize(
    "event",
    [
        None,
        5,
        "message",
        [],
        {},
        {"type": "message"},
        {"type": ["message"]},
        {"type": "story"},
        said() | {"author": None},
        said() | {"author": {"id": ""}},
        said() | {"author": {"id": "a\x00b"}},
        said() | {"id": None},
        said() | {"id": "x" * 501},
        said() | {"thread": {}},
        said() | {"text": {"en": "hello"}},
        said() | {"attachments": [{"url": "file:///etc/passwd"}]},
        {"type": "message.edited", "messageId": "m"},
        {"type": "message.deleted"},
        {"type": "reaction", "messageId": "m"},
        {"type": "delivery", "messageId": "m", "status": "lost"},
        {"type": "profile"},
    ],
)
def test_wrong_shape_is_not_understood(event: object) -> None:
    assert understand(event) is None


def test_news_of_a_message_are_understood() -> None:
    edited = understand({"type": "message.edited", "messageId": "m", "text": "b", "attachments": None})
    reacted = understand({"type": "reaction", "messageId": "m", "author": {"id": 1}, "kind": "👍"})
    reported = understand({"type": "delivery", "messageId": "m", "status": "READ", "error": None})

    assert isinstance(edited, MessageEdited)
    assert edited.attachments is None
    assert isinstance(reacted, Reacted)
    assert (reacted.kind, reacted.removed) == ("👍", False)
    assert isinstance(reported, DeliveryReported)
    assert reported.delivery_status == "READ"


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[]", b"5", b"{}", b'{"events": 5}', b"[" * 100_000, b"9" * 5000])
def test_body_of_another_shape_has_no_events(body: bytes) -> None:
    assert read_events(body) is None


def test_more_events_than_a_delivery_may_have_are_not_read_one_by_one() -> None:
    assert read_events(body_of(*[0] * MOST_EVENTS)) == [0] * MOST_EVENTS
    assert read_events(body_of(*[0] * (MOST_EVENTS + 1))) is None


def test_careless_json_is_read() -> None:
    assert read_events(b'{"events": [{"text": "half \\ud83d"}, NaN, "\\ud83d\\ude00"]}') == [{"text": "half �"}, None, "😀"]


def test_text_is_cut_with_a_mark() -> None:
    assert cut("a" * LONGEST_TEXT) == "a" * LONGEST_TEXT
    assert len(cut("a" * (LONGEST_TEXT + 1))) == LONGEST_TEXT
    assert cut("a" * 30_000).endswith("a\n\n[…]")


def test_event_nested_too_deeply_to_be_shown_says_so() -> None:
    deep: object = "x"
    for _ in range(300):
        deep = [deep]

    assert as_text(deep) == "An event nested too deeply to be shown. The delivery is kept as it came."


@given(JSON)
def test_anything_is_understood_or_shown(raw: object) -> None:
    events = read_events(body_of(raw)) if _encodable(raw) else [raw]

    assert events is not None
    assert understand(events[0]) is None or isinstance(events[0], dict)
    assert fragment_of(events[0]).visibility in set(Visibility)


@given(st.binary(max_size=200))
def test_any_bytes_are_read(body: bytes) -> None:
    assert read_events(body) is None or isinstance(read_events(body), list)


def _encodable(raw: object) -> bool:
    try:
        body_of(raw)
    except TypeError:
        return False
    return True
