"""The payload of the generic channel: JSON in, typed events out; what can't be typed is said to be so, never dropped."""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

import orjson
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    WrapValidator,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from care.customers import Person
from care.documents.conversations import DeliveryStatus, Visibility
from care.documents.templates import TemplateQuality, TemplateState
from core.careless_json import read_json

LONGEST_TEXT = 20_000
MOST_EVENTS = 20_000
_MARK = "\n\n[…]"


def _or_none(value: object, handler: Callable[[object], object]) -> object:
    try:
        return handler(value)
    except ValidationError:
        return None


def _in_utc(moment: datetime) -> datetime | None:
    try:
        aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        return None
    return aware.replace(microsecond=aware.microsecond // 1000 * 1000)


def _visibility(value: object) -> object:
    """Take what is not plainly public for private: nothing may be answered in public by mistake."""
    return Visibility.PUBLIC if isinstance(value, str) and value.strip().lower() == "public" else Visibility.PRIVATE


def _lower(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


_Lenient = WrapValidator(_or_none)
"""For what is good to have: a wrong value is as none at all."""

_ExternalId = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=r"^[^\x00-\x1f\x7f]+$")
]
_Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
_Url = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2048, pattern=r"^https?://[^\s\x00-\x1f]+$")]
_Email = Annotated[str, StringConstraints(strip_whitespace=True, max_length=254, pattern=r"^[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+$")]
_Phone = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=40, pattern=r"^[^\x00-\x1f]+$")]
_Subject = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]
_Moment = Annotated[Annotated[datetime, AfterValidator(_in_utc)] | None, _Lenient]
_Visible = Annotated[Visibility, BeforeValidator(_visibility)]


class _Part(BaseModel):
    model_config = ConfigDict(
        extra="ignore", frozen=True, coerce_numbers_to_str=True, alias_generator=to_camel, populate_by_name=True
    )

    @model_validator(mode="before")
    @classmethod
    def _null_is_absent(cls, raw: Any) -> Any:
        return {name: value for name, value in raw.items() if value is not None} if isinstance(raw, dict) else raw


class Author(_Part):
    """Who did something, as the channel knows them."""

    id: _ExternalId
    handle: Annotated[_Name | None, _Lenient] = None
    name: Annotated[_Name | None, _Lenient] = None
    followers: Annotated[Annotated[int, Field(ge=0, le=10**12)] | None, _Lenient] = None
    profile_url: Annotated[_Url | None, _Lenient] = None
    email: Annotated[_Email | None, _Lenient] = None
    phone: Annotated[_Phone | None, _Lenient] = None
    blocked: Annotated[bool | None, _Lenient] = None

    def person(self) -> Person:
        """Give the author as the customers' side reads it."""
        return Person(
            external_id=self.id,
            handle=self.handle,
            name=self.name,
            followers=self.followers,
            profile_url=self.profile_url,
            email=self.email,
            phone=self.phone,
            blocked=self.blocked,
        )


class Thread(_Part):
    """Where it was said: a post and what hangs on it, or a private talk."""

    id: _ExternalId
    url: Annotated[_Url | None, _Lenient] = None
    of_message: Annotated[_ExternalId | None, _Lenient] = None
    """A message whose thread it is, where that one is known: for channels that name no thread."""


class File(_Part):
    """A file that came with a message; one without a URL is fetched from the provider by its id."""

    url: Annotated[_Url | None, _Lenient] = None
    id: Annotated[_ExternalId | None, _Lenient] = None
    name: Annotated[_Name | None, _Lenient] = None
    content_type: Annotated[_Name | None, _Lenient] = None
    size: Annotated[Annotated[int, Field(ge=0, le=10**15)] | None, _Lenient] = None

    @model_validator(mode="after")
    def _can_be_found(self) -> Self:
        if self.url is None and self.id is None:
            raise PydanticCustomError("lost", "A file has a URL or an id")
        return self


_Files = Annotated[list[File], Field(max_length=100)]


class MessageSaid(_Part):
    """A customer said something."""

    type: Literal["message"]
    id: Annotated[_ExternalId | None, _Lenient] = None
    message_id: _ExternalId = Field(default_factory=lambda known: known["id"], validate_default=True)
    visibility: _Visible = Visibility.PRIVATE
    sent_at: _Moment = None
    thread: Thread
    in_reply_to: Annotated[_ExternalId | None, _Lenient] = None
    author: Author
    subject: Annotated[_Subject | None, _Lenient] = None
    text: str = ""
    attachments: _Files = Field(default_factory=list)


class MessageEdited(_Part):
    """Somebody put another text in place of a message's."""

    type: Literal["message.edited"]
    message_id: _ExternalId
    sent_at: _Moment = None
    text: str
    attachments: _Files | None = None


class MessageDeleted(_Part):
    """Somebody took a message back."""

    type: Literal["message.deleted"]
    message_id: _ExternalId
    sent_at: _Moment = None


class Reacted(_Part):
    """Somebody put a sign on a message; no `kind`, or `removed`: took it off."""

    type: Literal["reaction"]
    message_id: _ExternalId
    author: Author
    kind: Annotated[str, StringConstraints(strip_whitespace=True, max_length=50)] | None = None
    removed: bool = False


class DeliveryState(StrEnum):
    """How far a message of ours has come, as channels say it."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


class DeliveryReported(_Part):
    """A message of ours came further."""

    type: Literal["delivery"]
    message_id: _ExternalId
    status: Annotated[DeliveryState, BeforeValidator(_lower)]
    error: Annotated[str | None, _Lenient] = None
    external_id: Annotated[_ExternalId | None, _Lenient] = None
    """The channel's id of a message that it names by ours."""

    @property
    def delivery_status(self) -> DeliveryStatus:
        """Give the status in our words."""
        return DeliveryStatus[self.status.name]


class ReachedUntil(_Part):
    """All messages of ours in a private talk came further, up to a time."""

    type: Literal["delivery.until"]
    author: Author
    thread: Thread
    status: Annotated[Literal[DeliveryState.DELIVERED, DeliveryState.READ], BeforeValidator(_lower)]
    until: Annotated[datetime, AfterValidator(_in_utc)]

    @property
    def delivery_status(self) -> DeliveryStatus:
        """Give the status in our words."""
        return DeliveryStatus[self.status.name]


class ProfileChanged(_Part):
    """What a channel tells of somebody changed."""

    type: Literal["profile"]
    author: Author


class TemplateTold(_Part):
    """The provider said something of a message template: how it stands, why, or how customers take it."""

    type: Literal["template"]
    name: _Name
    language: _Name
    state: Annotated[TemplateState | None, _Lenient] = None
    tells_state: bool = False
    """Whether it is about how the template stands, also where it stands as before."""
    reason: Annotated[str | None, _Lenient] = None
    quality: Annotated[TemplateQuality | None, _Lenient] = None
    told_at: _Moment = None


Follower = MessageEdited | MessageDeleted | Reacted | DeliveryReported
"""What is about a message that was said before it."""

ChannelEvent = MessageSaid | Follower | ReachedUntil | ProfileChanged | TemplateTold
_EVENT: TypeAdapter[ChannelEvent] = TypeAdapter(Annotated[ChannelEvent, Field(discriminator="type")])


class Fragment(_Part):
    """What could be made out of an event that can't be understood."""

    id: Annotated[_ExternalId | None, _Lenient] = None
    author: Annotated[Author | None, _Lenient] = None
    thread: Annotated[Thread | None, _Lenient] = None
    visibility: _Visible = Visibility.PRIVATE
    sent_at: _Moment = None


def read_events(body: bytes) -> list[Any] | None:
    """Give the events of a body, each still untyped; None when the body is not of this shape, or of more than 20,000."""
    payload = read_json(body)
    events = payload.get("events") if isinstance(payload, dict) else None
    return events if isinstance(events, list) and len(events) <= MOST_EVENTS else None


def understand(raw: object) -> ChannelEvent | None:
    """Give the typed event; None for a type that is not known and for a shape that is wrong."""
    try:
        return _EVENT.validate_python(raw)
    except ValidationError:
        return None


def fragment_of(raw: object) -> Fragment:
    """Make out what can be made out of an event; it never fails."""
    try:
        return Fragment.model_validate(raw)
    except ValidationError:
        return Fragment()


def as_text(raw: object) -> str:
    """Give an event as people can read it, bounded: what an adapter wrote of it, else the event itself."""
    if isinstance(raw, dict) and raw.get("type") == "unsupported":
        if isinstance(raw.get("text"), str) and raw["text"].strip():
            return cut(raw["text"])
        raw = raw.get("original", raw)
    try:
        return cut(orjson.dumps(raw, option=orjson.OPT_INDENT_2).decode())
    except TypeError:  # what can be read can still be nested too deeply to be written
        return "An event nested too deeply to be shown. The delivery is kept as it came."


def cut(text: str) -> str:
    """Bound a text to 20,000 characters; the mark at the end says that there was more."""
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - len(_MARK)] + _MARK
