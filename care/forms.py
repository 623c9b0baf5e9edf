"""Forms on web pages: what a visitor sends is stored before it is acknowledged, and becomes a case of a lead."""

import hashlib
from dataclasses import dataclass
from typing import Annotated

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, field_validator
from pydantic_core import PydanticCustomError
from pymongo.errors import PyMongoError

from auth.attempts import address_key, take_attempt
from auth.emails import check_email
from care.documents.channels import IN_USE, Channel, ChannelKind, FormSettings
from care.ingest.inbox import COLLECTION, Delivery, put
from community.drafts import text
from core.clock import now
from core.database import Database
from core.errors import InvalidFields, InvalidInput, NotFound, Unavailable
from core.leases import LeaseQueue

MOST_FIELDS = 20
_SAME_WITHIN = 600
"""Seconds in which the same words of the same visitor are one submission, for buttons are pressed twice."""


def _email(given: str) -> str:
    try:
        address = check_email(given)
    except InvalidInput as refusal:
        raise PydanticCustomError("email", "Write an e-mail address such as ayse@example.com") from refusal
    if "." not in address.rpartition("@")[2].strip("."):
        raise PydanticCustomError("email", "Write an e-mail address such as ayse@example.com")
    return address


_Label = Annotated[str, text(1, 60, lines="one")]
_Value = Annotated[str, text(0, 2_000)]


class FormDraft(BaseModel):
    """What a visitor filled in."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)

    name: Annotated[str, text(1, 100, lines="one")]
    email: Annotated[str, AfterValidator(_email)]
    phone: Annotated[str, text(0, 40, lines="one")] = ""
    subject: Annotated[str, text(0, 200, lines="one")] = ""
    message: Annotated[str, text(1, 10_000)]
    custom: Annotated[dict[_Label, _Value], Field(max_length=MOST_FIELDS)] = Field(default_factory=dict)
    consent: bool = False
    website: str = ""
    """Nobody sees this field; what fills it in is a program."""
    id: Annotated[str, StringConstraints(max_length=100, pattern=r"^[A-Za-z0-9_-]*$")] = ""
    """A name that the page gave to this submission, so that it counts once however often it is sent."""

    @field_validator("website")
    @classmethod
    def _untouched(cls, value: str) -> str:
        if value.strip():
            raise PydanticCustomError("trap", "Leave this field empty; it is there to stop programs")
        return value


@dataclass(frozen=True, slots=True)
class Submission:
    """A stored submission; `is_new` is false for one that was stored before."""

    id: str
    is_new: bool


class WebForms:
    """Takes what visitors send to the channels of forms."""

    def __init__(self, database: Database) -> None:
        self._inbox = LeaseQueue(database, COLLECTION)

    async def require_form(self, channel_id: str) -> Channel:
        """Give the channel of a form; NotFound when there is none, Unavailable when the store can't tell."""
        try:
            channel = await Channel.find_one({"_id": channel_id, **IN_USE})
        except PyMongoError as error:
            raise Unavailable("store", type(error).__name__) from error
        if channel is None or channel.kind is not ChannelKind.WEB_FORM:
            raise NotFound("There is no such form.")
        return channel

    async def submit(self, channel: Channel, draft: FormDraft, *, address: str | None) -> Submission:
        """Store a submission: when this comes back it is kept for good, once.

        Raises InvalidFields where the form asks for more, TooManyAttempts over 5 a minute or 20 an hour from one
        address, and Unavailable when it could not be stored.
        """
        settings = channel.form or FormSettings()
        _require_all(draft, settings)
        identifier = _identifier(channel, draft)
        body = orjson.dumps({"events": [_event(draft, identifier, settings)]})
        try:
            await take_attempt(f"form:{channel.id}:{address_key(address)}")
            is_new = await put(self._inbox, Delivery(channel.id, identifier, body, now()))
        except PyMongoError as error:
            raise Unavailable("store", type(error).__name__) from error
        return Submission(identifier, is_new)


def _require_all(draft: FormDraft, settings: FormSettings) -> None:
    """Raise InvalidFields for what this form asks for and was not filled in."""
    wrong = [InvalidInput(f"Fill in {name}.", path=("custom", name)) for name in settings.required if not draft.custom.get(name)]
    if settings.consent is not None and not draft.consent:
        wrong.append(InvalidInput("Agree to what stands beside the box.", path=("consent",)))
    if wrong:
        raise InvalidFields(wrong)


def _identifier(channel: Channel, draft: FormDraft) -> str:
    """Name a submission: by the page's own name for it, else by its words and the ten minutes that it falls into."""
    words = draft.model_dump(exclude={"id"}) | {"within": int(now().timestamp()) // _SAME_WITHIN}
    told = {"email": draft.email, "id": draft.id} if draft.id else words
    digest = hashlib.sha256(orjson.dumps([channel.id, told], option=orjson.OPT_SORT_KEYS)).hexdigest()
    return f"form-{digest[:40]}"


def _event(draft: FormDraft, identifier: str, settings: FormSettings) -> dict[str, object]:
    """Write a submission as the generic channel would tell of it."""
    return {
        "type": "message",
        "id": identifier,
        "visibility": "private",
        "thread": {"id": identifier},
        "author": {
            "id": draft.email,
            "handle": draft.email,
            "name": draft.name,
            "email": draft.email,
            "phone": draft.phone or None,
        },
        "subject": draft.subject or None,
        "text": "\n\n".join([draft.message, *_remarks(draft, settings)]),
    }


def _remarks(draft: FormDraft, settings: FormSettings) -> list[str]:
    filled = [f"**{name}:** {value}" for name, value in draft.custom.items() if value]
    return [*filled, *([f"☑ {settings.consent}"] if settings.consent else [])]
