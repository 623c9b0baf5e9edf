"""How far members have come: levels of social experience and certificates, on which it depends whether replies of theirs wait."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, Field
from pymongo import ASCENDING, IndexModel

from auth.actor import Role
from care.documents.channels import ChannelKind
from core.records import PENDING_EVENTS, CreatedOnce, Record


class SocialLevel(StrEnum):
    """How much experience of social media somebody has; the first to the fifth are the levels 1 to 5 of practice."""

    NEWCOMER = "NEWCOMER"
    BEGINNER = "BEGINNER"
    PRACTITIONER = "PRACTITIONER"
    ADVANCED = "ADVANCED"
    SPECIALIST = "SPECIALIST"


class Requirements(BaseModel):
    """What somebody must show; what is empty or 0 is not asked for."""

    course_ids: list[str] = Field(default_factory=list)
    reviews: int = 0
    """How many of their replies must have been reviewed."""
    pass_percent: int = 0
    """How many of a hundred reviewed replies must have left as they were written, the first time."""
    practice_runs: int = 0
    practice_points: int = 0
    """What each of so many runs must have reached, 0 to 100."""
    practice_kinds: list[ChannelKind] = Field(default_factory=list)
    """On which kinds of channels those runs must have played; none: any."""
    sign_off: bool = False
    """Whether a mentor must stand for them."""


class SignOff(BaseModel):
    """That a mentor stands for somebody."""

    by: str
    at: datetime
    remark: str | None = None


class Certification(CreatedOnce):
    """What a certificate asks for, and on which channels it lets replies go out unreviewed."""

    name: str
    summary: str
    channel_kinds: list[ChannelKind] = Field(default_factory=list)
    channel_ids: list[str] = Field(default_factory=list)
    requirements: Requirements = Field(default_factory=Requirements)
    exempt_roles: list[Role] = Field(default_factory=list)
    """Who needs no certificate."""
    valid_days: int
    remind_days: int
    enforced: bool = False
    """Whether replies of those without a certificate are held on its channels."""
    archived: bool = False
    created_by: str

    class Settings:
        name = "certifications"
        indexes: ClassVar = [
            IndexModel([("name", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("enforced", ASCENDING), ("_id", ASCENDING)]),
            PENDING_EVENTS,
        ]


class CertificateStatus(StrEnum):
    """Where a certificate stands; CANDIDATE: a mentor stands for somebody who has none yet."""

    CANDIDATE = "CANDIDATE"
    ACTIVE = "ACTIVE"
    LAPSED = "LAPSED"
    REVOKED = "REVOKED"


class CertificateStep(BaseModel):
    """What became of a certificate, and why."""

    status: CertificateStatus
    at: datetime
    by: str | None = None
    """None: by the passing of time."""
    reason: str | None = None


class Certificate(Record):
    """A member's certificate; its id follows from the two."""

    gate_fields: ClassVar[tuple[str, ...]] = ("member_id",)

    certification_id: str
    member_id: str
    status: CertificateStatus = CertificateStatus.CANDIDATE
    sign_offs: list[SignOff] = Field(default_factory=list)
    """Since it was issued last."""
    issued_at: datetime | None = None
    expires_at: datetime | None = None
    steps: list[CertificateStep] = Field(default_factory=list)
    """The oldest first; the last fifty."""
    next_act_at: datetime | None = None

    class Settings:
        name = "certificates"
        indexes: ClassVar = [
            IndexModel([("member_id", ASCENDING), ("created_at", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("certification_id", ASCENDING), ("created_at", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("next_act_at", ASCENDING)], sparse=True),
            PENDING_EVENTS,
        ]


class LevelStep(BaseModel):
    """That somebody came to a level, and why."""

    level: SocialLevel
    at: datetime
    by: str | None = None
    """None: by the passing of time."""
    reason: str | None = None
    source: str | None = None
    """The enrolment in a placement test that it came of; None elsewhere."""
    becomes_agent: bool = False
    """Whether a trainee became an agent by it."""


class Standing(Record):
    """At which level a member is; its id follows from the member's. Who has none was never placed."""

    gate_fields: ClassVar[tuple[str, ...]] = ("member_id",)

    member_id: str
    level: SocialLevel = SocialLevel.NEWCOMER
    reached_at: datetime | None = None
    """When they came to this level; None before they came to any."""
    re_evaluate_at: datetime | None = None
    lapsed: bool = False
    """Whether the time to look again is past: until then they count as one level lower."""
    sign_offs: list[SignOff] = Field(default_factory=list)
    """For the next level."""
    steps: list[LevelStep] = Field(default_factory=list)
    """The oldest first; the last fifty."""
    next_act_at: datetime | None = None

    class Settings:
        name = "standings"
        indexes: ClassVar = [
            IndexModel([("re_evaluate_at", ASCENDING), ("_id", ASCENDING)], sparse=True),
            IndexModel([("next_act_at", ASCENDING)], sparse=True),
            PENDING_EVENTS,
        ]


class LevelRule(Record):
    """What the company asks of who is to come to a level; its id follows from the level."""

    level: SocialLevel
    requirements: Requirements
    re_evaluate_days: int

    class Settings:
        name = "level_rules"
        indexes: ClassVar = [PENDING_EVENTS]


class SamplingRule(BaseModel):
    """Of how many of a hundred replies somebody looks at one, and of whose; what is empty is not looked at."""

    levels: list[SocialLevel] = Field(default_factory=list)
    channel_kinds: list[ChannelKind] = Field(default_factory=list)
    within_days: int | None = None
    """Only within so many days after the author came to their level."""
    percent: int
    before: bool = False
    """Whether the reply waits for it, instead of being looked at after it left."""


class SamplingPolicy(Record):
    """Which replies of graduates are looked at; there is one policy, and its first rule that fits counts."""

    rules: list[SamplingRule] = Field(default_factory=list)

    class Settings:
        name = "sampling_policies"
        indexes: ClassVar = [PENDING_EVENTS]
