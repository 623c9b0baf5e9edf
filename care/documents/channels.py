"""What MongoDB keeps of channels: where customers reach the company and how replies leave."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Final

from pydantic import BaseModel, Field
from pymongo import ASCENDING, IndexModel

from core.records import PENDING_EVENTS, Record


class ChannelKind(StrEnum):
    """The kind of place where customers speak."""

    X = "X"
    FACEBOOK = "FACEBOOK"
    MESSENGER = "MESSENGER"
    INSTAGRAM = "INSTAGRAM"
    WHATSAPP = "WHATSAPP"
    LINKEDIN = "LINKEDIN"
    TELEGRAM = "TELEGRAM"
    EMAIL = "EMAIL"
    PHONE = "PHONE"
    LETTER = "LETTER"
    WEB_FORM = "WEB_FORM"
    PORTAL = "PORTAL"
    GENERIC = "GENERIC"


class ChannelAdapter(StrEnum):
    """Whose protocol a channel speaks: its own verification, payloads and way of sending."""

    GENERIC = "GENERIC"
    META = "META"
    X = "X"
    TELEGRAM = "TELEGRAM"
    EMAIL = "EMAIL"


class Environment(StrEnum):
    """LIVE is the world; PRACTICE is for learners and never leaves the house."""

    LIVE = "LIVE"
    PRACTICE = "PRACTICE"


class FormSettings(BaseModel):
    """How a form on a web page is taken in."""

    origins: list[str] = Field(default_factory=list)
    """The origins, such as https://example.com, whose pages may use it; none: any page."""
    required: list[str] = Field(default_factory=list)
    """The page's own fields that must be filled in."""
    consent: str | None = None
    """What the visitor must agree to, kept with what they said."""
    thanks_url: str | None = None
    """Where a page's form leads after it was sent."""


class GoLivePoint(StrEnum):
    """What is looked at before a channel goes live; the last three by people."""

    SIGNATURE = "SIGNATURE"
    WAY_OUT = "WAY_OUT"
    TEST_MESSAGE = "TEST_MESSAGE"
    ASSIGNMENT = "ASSIGNMENT"
    SERVICE_LEVEL = "SERVICE_LEVEL"
    DUTY = "DUTY"
    HOLDING_REPLY = "HOLDING_REPLY"
    ANSWER_BANK = "ANSWER_BANK"
    TEAM_BRIEFED = "TEAM_BRIEFED"
    PRIVACY_NOTICE = "PRIVACY_NOTICE"
    ESCALATION_KNOWN = "ESCALATION_KNOWN"


class GoLiveMark(BaseModel):
    """That somebody said of a point that it is done."""

    point: GoLivePoint
    by: str
    at: datetime
    note: str | None = None


class WentLive(BaseModel):
    """Who took a channel from practice into the world, with what still open."""

    by: str
    at: datetime
    note: str | None = None
    open_points: list[GoLivePoint] = Field(default_factory=list)


class TemplateSync(BaseModel):
    """That the provider is asked for the channel's message templates, and what came of it."""

    number: int
    """How many times it was asked by now."""
    asked_by: str
    asked_at: datetime
    ended_at: datetime | None = None
    """None while it goes on."""
    found: int | None = None
    """How many templates the provider told of; None while it goes on and where it failed."""
    error: str | None = None
    """Why it failed; None where it did not."""


class Probe(BaseModel):
    """A test call to a channel's send URL."""

    number: int
    asked_at: datetime
    asked_by: str
    ended_at: datetime | None = None
    failed_because: str | None = None
    """Why it came to nothing; None when it was answered, and until then."""


IN_USE: Final = {"deleted_at": {"$exists": False}, "archived_at": {"$exists": False}}
"""The condition of a channel that takes in and sends."""


class Channel(Record):
    """A place where customers speak; its secrets are sealed by the keyring, the newest first."""

    gate_fields: ClassVar[tuple[str, ...]] = ("environment",)

    name: str
    kind: ChannelKind
    adapter: ChannelAdapter = ChannelAdapter.GENERIC
    environment: Environment = Environment.LIVE
    sealed_credentials: str | None = None
    """What the provider's own interface asks for (tokens, passwords), as JSON, sealed by the keyring."""
    sealed_secrets: list[str] = Field(default_factory=list)
    previous_secret_until: datetime | None = None
    """Until when the second secret is still taken, after a rotation."""
    former_until: list[datetime] = Field(default_factory=list)
    """Until when each of the secrets after the first one is taken, in their order."""
    send_url: str | None = None
    """Where replies are delivered; None: replies stay here, as in the portal."""
    form: FormSettings | None = None
    """How the form is taken in, for the kind WEB_FORM."""
    brand_id: str | None = None
    """Whose channel it is; None: no brand's."""
    department_id: str | None = None
    """Which department the cases that customers begin here belong to; None: no one's in particular."""
    archived_at: datetime | None = None
    """Since when it is out of use: it takes nothing in and nothing leaves by it; what was said on it stays."""
    go_live_marks: list[GoLiveMark] = Field(default_factory=list)
    probe: Probe | None = None
    """The last test call to the send URL."""
    went_live: WentLive | None = None
    """There once it was taken from practice into the world."""
    template_sync: TemplateSync | None = None
    """The last time that its message templates were read; None: never."""
    fingerprint: str | None = None

    def place_of(self, thread_id: str) -> str:
        """Give the thread as conversations are made of it: what was said for practice is none of the real talk."""
        return thread_id if self.went_live is None else f"live:{thread_id}"

    class Settings:
        name = "channels"
        indexes: ClassVar = [
            IndexModel([("kind", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("environment", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("brand_id", ASCENDING), ("_id", ASCENDING)], sparse=True),
            PENDING_EVENTS,
        ]
