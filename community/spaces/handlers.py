"""What spaces do upon events: the reach of accounts follows, should the request have died before it."""

from auth.events import AccountChange, AccountChanged, AccountCreated
from community.spaces.documents import Space
from community.spaces.events import SpaceChanged, SpaceCreated, SpaceMembersChanged, SpaceOwnerFollowed
from community.spaces.membership import follow_membership
from community.spaces.succession import keep_succession, settle_owner, settle_owners_beside
from core.events import Recorded
from core.handlers import Handlers
from core.ids import with_prefix


def subscribe(handlers: Handlers) -> None:
    """Add the reactions to the table."""
    handlers.group("community.spaces", start="first").on(SpaceCreated, follow_created).on(SpaceMembersChanged, follow_changed).on(
        AccountCreated, follow_account
    )
    owners = handlers.group("community.owners", start="first")
    owners.on(AccountChanged, follow_sign_in).on(SpaceMembersChanged, follow_owners).on(SpaceChanged, follow_owners)
    owners.on(SpaceOwnerFollowed, keep_succession)


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


async def follow_sign_in(event: Recorded[AccountChanged]) -> None:
    """Let secret spaces have an owner who can sign in, when somebody no longer can, or can again."""
    if event.fact.change in {AccountChange.DISABLED, AccountChange.ENABLED}:
        await settle_owners_beside(with_prefix("mem", event.fact.account_id))


async def follow_owners(event: Recorded[SpaceMembersChanged] | Recorded[SpaceChanged]) -> None:
    """Do so as people go, and as a space becomes secret."""
    await settle_owner(event.fact.space_id)
