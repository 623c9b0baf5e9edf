"""What MongoDB keeps of customers and of the names they go by on each channel."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Final, Self

from pydantic import BaseModel, Field, model_validator
from pymongo import ASCENDING, IndexModel

from care.documents.channels import ChannelKind
from care.documents.claims import ClaimField, ConsentStep, Fact, contact_key
from care.documents.reachability import ContactAttempt
from core.records import PENDING_EVENTS, Record


class Lifecycle(StrEnum):
    """How far somebody has come with the company."""

    VISITOR = "VISITOR"
    LEAD = "LEAD"
    PROSPECT = "PROSPECT"
    CUSTOMER = "CUSTOMER"
    ADVOCATE = "ADVOCATE"


class LifecycleChange(BaseModel):
    """That a member moved a customer on, or back."""

    before: Lifecycle
    after: Lifecycle
    reason: str
    changed_by: str
    changed_at: datetime


class NeedsNote(BaseModel):
    """What a member wrote of what a customer needs; None: that what was written before does not hold any more."""

    text: str | None = None
    by: str
    at: datetime


class Identity(BaseModel):
    """One name of a customer on one channel; `key` is channel and external id, unique among all customers."""

    key: str
    channel_id: str
    channel_kind: ChannelKind
    external_id: str
    handle: str
    profile_url: str | None = None
    followers: int | None = None
    verified: bool = False
    """Whether the person behind it has proved to own it: a portal account, a confirmed address."""
    blocked: bool = False
    """Whether the person takes no messages of ours there any more."""


_CONTACTS: Final = {ChannelKind.EMAIL: ClaimField.EMAIL, ChannelKind.PHONE: ClaimField.PHONE}


class Merge(BaseModel):
    """That a customer is read as part of another, the survivor; kept with the duplicate, and the last one only."""

    id: str
    survivor_id: str
    merged_by: str
    merged_at: datetime
    undoable_until: datetime
    undone_at: datetime | None = None
    fingerprint: str | None = None


class Customer(Record):
    """Somebody the company talks with. Made by the first message, its id derived from channel and external id."""

    display_name: str
    lifecycle: Lifecycle = Lifecycle.CUSTOMER
    lifecycle_changes: list[LifecycleChange] = Field(default_factory=list)
    """What members decided about it, the oldest first; the last hundred."""
    needs: list[NeedsNote] = Field(default_factory=list)
    """What members wrote of what the customer needs, the oldest first; the last fifty."""
    is_practice: bool | None = None
    """True for who is only played by people who practise; absent for everybody else."""
    locale: str | None = None
    email: str | None = None
    phone: str | None = None
    facts: list[Fact] = Field(default_factory=list)
    """What holds of the customer, one for each field; name, language, e-mail and phone above are its values."""
    former_facts: list[Fact] = Field(default_factory=list)
    """What held before, the oldest first; the last fifty."""
    consents: list[ConsentStep] = Field(default_factory=list)
    identities: list[Identity] = Field(default_factory=list)
    identity_keys: list[str] | None = None
    """The keys of the identities, unique among all customers; absent where there are none.

    A list of its own, for not every store keeps a key unique that lies inside the parts of a list.
    """
    crm_keys: list[str] | None = None
    """By which the customer is known in other systems, `system:id:…`, unique among all customers; absent for none."""
    verified_keys: list[str] | None = None
    """Addresses and numbers that are known to be theirs; follows identities and facts, absent for none."""
    birthday_key: str | None = None
    """Month and day they were born, `02-29`; follows the profile, absent where it says nothing of it."""
    attempts: list[ContactAttempt] = Field(default_factory=list)
    """What failed when the company wanted to reach them, the oldest first; the last fifty."""
    heard_at: datetime | None = None
    """When they last said something, to the hour."""
    reached_at: datetime | None = None
    """When they were last in contact after it had failed."""
    unreachable: bool | None = None
    """True while something failed since; absent else."""
    unreachable_since: datetime | None = None
    import_marks: list[str] = Field(default_factory=list)
    """Which rows of imports made or changed them, `import:row:outcome`; the last twenty."""
    merged_into: str | None = None
    """Who this customer is read as part of."""
    merge: Merge | None = None
    absorbed: list[str] = Field(default_factory=list)
    """Who is read as part of this customer, the parts of parts too; follows what they say."""

    @model_validator(mode="after")
    def _key_identities(self) -> Self:
        self.identity_keys = [identity.key for identity in self.identities] or None
        self.key_contacts()
        return self

    def key_contacts(self) -> None:
        """Let the customer be found by the addresses and numbers that are known to be theirs, and by their birthday."""
        facts = [(fact.field, fact.value) for fact in self.facts if fact.verified and fact.field in _CONTACTS.values()]
        owned = [identity for identity in self.identities if identity.verified and identity.channel_kind in _CONTACTS]
        told = [*facts, *((_CONTACTS[identity.channel_kind], identity.external_id) for identity in owned)]
        self.verified_keys = sorted({contact_key(field, value) for field, value in told}) or None
        self.birthday_key = self.born_on[5:] if self.born_on is not None else None

    @property
    def born_on(self) -> str | None:
        """Give the day they were born, as their profile says; it is kept with their consent alone."""
        return next((fact.value for fact in self.facts if fact.field is ClaimField.BIRTHDAY), None)

    class Settings:
        name = "customers"
        indexes: ClassVar = [
            IndexModel([("identity_keys", ASCENDING)], unique=True, sparse=True),
            IndexModel([("crm_keys", ASCENDING)], unique=True, sparse=True),
            IndexModel([("verified_keys", ASCENDING)], sparse=True),
            IndexModel([("birthday_key", ASCENDING)], sparse=True),
            IndexModel([("merge.id", ASCENDING)], unique=True, sparse=True),
            IndexModel([("merged_into", ASCENDING), ("_id", ASCENDING)], sparse=True),
            IndexModel([("display_name", ASCENDING), ("_id", ASCENDING)]),
            *(
                IndexModel([(name, ASCENDING) for name in ("merged_into", *lead, order, "_id")])
                for lead in ((), ("lifecycle",), ("unreachable",), ("lifecycle", "unreachable"))
                for order in ("display_name", "created_at")
            ),
            *(
                IndexModel([(name, ASCENDING) for name in ("merged_into", *lead, "unreachable_since", "_id")])
                for lead in (("unreachable",), ("lifecycle", "unreachable"))
            ),
            PENDING_EVENTS,
        ]
