"""Who is at a case just now: a hint for colleagues, which never keeps anybody from anything."""

from datetime import datetime
from typing import Self

import strawberry

from care.documents import cases, presence
from care.presence import MOST_SHOWN, presences_of_cases
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.staff.members import Member, member_of

PresenceActivity = presence.PresenceActivity
told(
    PresenceActivity,
    "What somebody does at a case.",
    VIEWING="They look at it.",
    REPLYING="They are writing to the customer.",
)


@strawberry.type(description="Somebody who is at a case just now.")
class CasePresence:
    """Somebody who is at a case just now."""

    member_id: strawberry.Private[str]
    activity: PresenceActivity = strawberry.field(description="What they do.")
    since: datetime = strawberry.field(description="Since when.")

    @classmethod
    def from_document(cls, document: presence.CasePresence) -> Self:
        """Show somebody's presence."""
        return cls(member_id=document.member_id, activity=document.activity, since=document.since)

    @strawberry.field(description="Who it is.")
    async def member(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.member_id)


@strawberry.type
class CasePresences:
    """Who is at a case."""

    document: strawberry.Private[cases.Case]

    @strawberry.field(
        description="Who is at it just now, the viewer too; `nodeChanged` tells when that changes. A hint: it keeps nobody from "
        "anything.",
        directives=list_size(MOST_SHOWN),
    )
    async def presence(self, info: Info) -> list[CasePresence]:
        """Give who is there."""
        there = await info.context.load(presences_of_cases, self.document.id)
        return [CasePresence.from_document(row) for row in there or []]
