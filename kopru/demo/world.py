"""The company of the demo while it is being made: who is there, and what the clock will have shown."""

import zlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from auth.actor import CUSTOMER_PERMISSIONS, Actor, ActorKind
from bootstrap.platform import Platform
from care.documents.channels import Channel
from kopru.demo.rows import Content


@dataclass(kw_only=True)
class World:
    """People and channels by their keys in the content; `until` is the present of the demo, which nothing passes."""

    platform: Platform
    content: Content
    until: datetime
    password: str
    channels: dict[str, Channel] = field(default_factory=dict)
    members: dict[str, Actor] = field(default_factory=dict)
    customers: dict[str, str] = field(default_factory=dict)
    customer_accounts: list[str] = field(default_factory=list)

    def ago(self, **span: float) -> datetime:
        """Give the moment that lies so far back."""
        return self.until - timedelta(**span)

    def customer(self, key: str) -> Actor:
        """Act as a customer, signed in to the portal."""
        identifier = self.customers[key]
        return Actor(ActorKind.CUSTOMER, identifier, customer_id=identifier, permissions=CUSTOMER_PERMISSIONS)


def varied(key: str, least: int, most: int) -> int:
    """Give a number from `least` to `most` that looks like chance and is the same for the same key."""
    return least + zlib.crc32(key.encode()) % (most - least + 1)
