"""What MongoDB keeps of the company's own accounts and the groups it takes part in, and of how many follow them."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pymongo import ASCENDING, DESCENDING, IndexModel

from care.documents.channels import ChannelKind
from core.records import PENDING_EVENTS, CreatedOnce, Record


class AccountKind(StrEnum):
    """What is registered: an account of the company's, or a group in which customers meet."""

    OWN = "OWN"
    GROUP = "GROUP"


class SocialAccount(CreatedOnce):
    """An account or group on a platform."""

    kind: AccountKind
    platform: ChannelKind
    name: str
    url: str
    channel_id: str | None = None
    """The channel by which its messages come in, where there is one."""
    note: str | None = None
    archived: bool = False
    followers: int | None = None
    """By the latest measurement; for a group its members."""
    measured_at: datetime | None = None

    class Settings:
        name = "social_accounts"
        indexes: ClassVar = [
            IndexModel([(name, ASCENDING) for name in ("archived", *lead, "name", "_id")])
            for lead in ((), ("kind",), ("platform",), ("kind", "platform"))
        ] + [PENDING_EVENTS]


class FollowerCount(Record):
    """How many followed an account on a day; its id is derived from the two, the last word of the day counts."""

    account_id: str
    day: str
    """Such as `2026-11-26`, in UTC."""
    followers: int
    measured_at: datetime
    recorded_by: str

    class Settings:
        name = "follower_counts"
        indexes: ClassVar = [IndexModel([("account_id", ASCENDING), ("day", DESCENDING), ("_id", DESCENDING)]), PENDING_EVENTS]
