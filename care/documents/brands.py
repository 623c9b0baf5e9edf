"""What MongoDB keeps of brands, and of what agencies' people were given to work on."""

from typing import ClassVar

from pydantic import Field
from pymongo import ASCENDING, IndexModel

from core.records import PENDING_EVENTS, CreatedOnce, Record


class Brand(CreatedOnce):
    """A brand of the company's; channels are told to be one's."""

    name: str
    archived: bool = False

    class Settings:
        name = "brands"
        indexes: ClassVar = [IndexModel([("archived", ASCENDING), ("name", ASCENDING), ("_id", ASCENDING)]), PENDING_EVENTS]


class AgencyScope(Record):
    """The channels and brands that one person of an agency works on; the account's reach follows it."""

    member_id: str
    account_id: str
    channel_ids: list[str] = Field(default_factory=list)
    brand_ids: list[str] = Field(default_factory=list)

    class Settings:
        name = "agency_scopes"
        indexes: ClassVar = [IndexModel([("brand_ids", ASCENDING), ("_id", ASCENDING)]), PENDING_EVENTS]
