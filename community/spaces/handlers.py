"""What spaces do upon events: the reach of accounts follows, should the request have died before it."""

from auth.events import AccountCreated
from community.spaces.documents import Space
from community.spaces.events import SpaceCreated, SpaceMembersChanged
from community.spaces.membership import follow_membership
from core.events import Recorded
from core.handlers import Handlers
from core.ids import with_prefix


def subscribe(handlers: Handlers) -> None:
    """Add the reactions to the table."""
    handlers.group("community.spaces", start="first").on(SpaceCreated, follow_created).on(SpaceMembersChanged, follow_changed).on(
        AccountCreated, follow_account
    )


async def follow_created(event: Recorded[SpaceCreated]) -> None:
    """Let who made the space reach it."""
    await follow_membership(event.fact.space_id, [event.fact.member_id])


async def follow_changed(event: Recorded[SpaceMembersChanged]) -> None:
    """Let those who came reach the space, and those who went no longer."""
    await follow_membership(event.fact.space_id, event.fact.member_ids)


async def follow_account(event: Recorded[AccountCreated]) -> None:
    """Let an account reach the spaces that its member was let into before it was made."""
    member_id = with_prefix("mem", event.fact.account_id)
    rows = Space.get_pymongo_collection().find({"members.member_id": member_id}, {"_id": 1})
    for row in await rows.to_list():
        await follow_membership(row["_id"], [member_id])
