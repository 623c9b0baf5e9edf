"""What MongoDB keeps of message templates: words that a provider approved for writing to who has not written lately."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, Field
from pymongo import ASCENDING, IndexModel

from core.records import PENDING_EVENTS, CreatedOnce


class TemplateState(StrEnum):
    """What the provider says of a template; only an approved one is taken."""

    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    PAUSED = "PAUSED"
    DISABLED = "DISABLED"
    DELETED = "DELETED"


class TemplateCategory(StrEnum):
    """What a template is for, which decides its price and who may get it."""

    UTILITY = "UTILITY"
    MARKETING = "MARKETING"
    AUTHENTICATION = "AUTHENTICATION"


class TemplateQuality(StrEnum):
    """How customers took a template lately, as the provider rates it; a RED one is about to be paused."""

    GREEN = "GREEN"
    YELLOW = "YELLOW"
    RED = "RED"
    UNKNOWN = "UNKNOWN"


class AutomaticPurpose(StrEnum):
    """What the system says to customers by itself, with nobody writing it."""

    REMINDER = "REMINDER"
    HOLDING_REPLY = "HOLDING_REPLY"


class AutomaticUse(BaseModel):
    """That a template is sent by itself for a purpose where no free words are taken, with values that may hold variables."""

    purpose: AutomaticPurpose
    values: list[str] = Field(default_factory=list)


class MessageTemplate(CreatedOnce):
    """A template of a channel; name and language together are the provider's name of it."""

    channel_id: str
    name: str
    language: str
    """As the provider writes it, such as `tr` or `en_US`."""
    category: TemplateCategory = TemplateCategory.UTILITY
    state: TemplateState = TemplateState.PENDING
    body: str
    """The words, with `{{1}}`, `{{2}}` … where values go."""
    header: str | None = None
    footer: str | None = None
    objection: str | None = None
    """Why it can't be sent from here though the provider would take it; None when it can."""
    automatic: list[AutomaticUse] = Field(default_factory=list)
    """What it is sent for by itself, each purpose once."""
    reason: str | None = None
    """Why it is in its state, in the provider's words; None where it gave no reason."""
    quality: TemplateQuality | None = None
    """None while the provider has not rated it."""
    told_at: datetime | None = None
    """Of when the provider's last word on its state is; what is older changes nothing."""
    synchronised_at: datetime | None = None
    """When the provider last told of it; None while it was only entered by hand."""

    @property
    def usable(self) -> bool:
        """Tell whether it can be sent from here."""
        return self.state is TemplateState.APPROVED and self.objection is None

    class Settings:
        name = "message_templates"
        indexes: ClassVar = [
            IndexModel([("channel_id", ASCENDING), ("name", ASCENDING), ("language", ASCENDING)], unique=True),
            IndexModel([("channel_id", ASCENDING), ("name", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("channel_id", ASCENDING), ("state", ASCENDING), ("name", ASCENDING), ("_id", ASCENDING)]),
            PENDING_EVENTS,
        ]
