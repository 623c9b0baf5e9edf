"""What MongoDB keeps of procedures and policies: drafts, editions, who signed, who attested, and concerns raised."""

from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar, Final

from pydantic import BaseModel, Field
from pymongo import ASCENDING, DESCENDING, IndexModel

from auth.actor import Role
from core.records import PENDING_EVENTS, CreatedOnce, Record


class GuidelineKind(StrEnum):
    """A PROCEDURE says how something is done; a POLICY says what holds for everybody and is signed by executives."""

    PROCEDURE = "PROCEDURE"
    POLICY = "POLICY"


REQUIRED_SECTIONS: Final = MappingProxyType(
    {
        GuidelineKind.PROCEDURE: ("purpose", "scope", "roles", "steps", "crm", "escalation", "measures"),
        GuidelineKind.POLICY: ("purpose", "scope", "rules", "risks", "escalation", "review"),
    }
)
"""The keys of the sections without which nothing is published; `crm`: how customers' matters are worked on, to their end."""


class Section(BaseModel):
    """A part of a procedure or policy; required ones are known by their keys."""

    key: str
    title: str
    body: str


class SignOff(BaseModel):
    """That an executive agreed with a draft."""

    member_id: str
    at: datetime


class Edition(BaseModel):
    """What was published, as it holds until the next one."""

    number: int
    title: str
    sections: list[Section]
    sign_offs: list[SignOff]
    published_by: str
    published_at: datetime


class Guideline(CreatedOnce):
    """A procedure or policy: a draft that is worked on, and the edition that holds."""

    gate_fields: ClassVar[tuple[str, ...]] = ("kind",)

    kind: GuidelineKind
    title: str
    sections: list[Section] = Field(default_factory=list)
    signatory_ids: list[str] = Field(default_factory=list)
    """The executives who must sign a draft before it is published."""
    sign_offs: list[SignOff] = Field(default_factory=list)
    """Who signed the draft as it is now; an edit makes them void."""
    edition: Edition | None = None
    """What holds; None before it was first published."""
    is_published: bool = False
    attested_by_roles: list[Role] = Field(default_factory=list)
    """Members of these roles must attest each edition."""
    attest_within_days: int = 14
    next_act_at: datetime | None = None
    """When who has not attested is reminded."""
    source_id: str | None = None
    """The scenario in which it was tried before; None for what was written down."""
    template_id: str | None = None
    """The template that it began with; None for none."""
    created_by: str
    archived: bool = False

    @property
    def missing(self) -> list[str]:
        """Give the keys of the required sections that the draft lacks."""
        there = {section.key for section in self.sections if section.body.strip()}
        return [key for key in REQUIRED_SECTIONS[self.kind] if key not in there]

    @property
    def unsigned(self) -> list[str]:
        """Give the executives who have not signed the draft as it is now."""
        signed = {sign_off.member_id for sign_off in self.sign_offs}
        return [one for one in self.signatory_ids if one not in signed]

    class Settings:
        name = "guidelines"
        indexes: ClassVar = [
            IndexModel([("archived", ASCENDING), ("title", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("archived", ASCENDING), ("kind", ASCENDING), ("title", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("archived", ASCENDING), ("is_published", ASCENDING), ("title", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("source_id", ASCENDING)], sparse=True),
            IndexModel([("next_act_at", ASCENDING)], sparse=True),
            PENDING_EVENTS,
        ]


class GuidelineEdition(Record):
    """An edition kept for good; its id follows from the guideline and its number."""

    guideline_id: str
    number: int
    edition: Edition

    class Settings:
        name = "guideline_editions"
        indexes: ClassVar = [
            IndexModel([("guideline_id", ASCENDING), ("number", DESCENDING), ("_id", DESCENDING)]),
            PENDING_EVENTS,
        ]


class Attestation(Record):
    """That a member read an edition and will heed it; its id follows from the three."""

    gate_fields: ClassVar[tuple[str, ...]] = ("member_id",)

    guideline_id: str
    number: int
    """The edition that was read: the next one must be attested anew."""
    member_id: str
    attested_at: datetime
    contract: str | None = None
    """The clause or contract of theirs in which they acknowledge it; None where none was named."""

    class Settings:
        name = "attestations"
        indexes: ClassVar = [
            IndexModel([("guideline_id", ASCENDING), ("number", ASCENDING), ("attested_at", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("member_id", ASCENDING), ("guideline_id", ASCENDING), ("number", ASCENDING)]),
            PENDING_EVENTS,
        ]


class ConcernStatus(StrEnum):
    """Where a concern stands; ESCALATED: nobody took it up in time."""

    RAISED = "RAISED"
    ESCALATED = "ESCALATED"
    TAKEN = "TAKEN"
    SETTLED = "SETTLED"


class Concern(CreatedOnce):
    """Something that a member fears is wrong, told in confidence."""

    text: str
    guideline_id: str | None = None
    raised_by: str | None = None
    """None: raised without a name, and then nobody can tell."""
    status: ConcernStatus = ConcernStatus.RAISED
    raised_at: datetime
    taken_by: str | None = None
    taken_at: datetime | None = None
    outcome: str | None = None
    settled_at: datetime | None = None
    next_act_at: datetime | None = None

    class Settings:
        name = "concerns"
        indexes: ClassVar = [
            IndexModel([("raised_by", ASCENDING), ("raised_at", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("raised_at", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("next_act_at", ASCENDING)], sparse=True),
            PENDING_EVENTS,
        ]
