"""The way back into a secret space whose owners can sign in no longer: who has been inside the longest owns it from then on.

Nobody from outside can be let into such a space, administrators neither, for nobody there may let them in. So ownership goes
to somebody who is inside already: the longest-standing moderator, else the longest-standing member. Whoever owned it stays
what they are, and owns it with them should they come back.
"""

from collections.abc import Sequence
from typing import Final

from pymongo.errors import DuplicateKeyError

from auth.documents import Account
from community.moderation.documents import ContentKind, ModerationAct, ModerationAction
from community.spaces.documents import Space, SpaceMember, SpaceRole, SpaceVisibility
from community.spaces.events import SpaceMembersChanged, SpaceOwnerFollowed
from core.events import SYSTEM, Recorded
from core.ids import derived_id, with_prefix
from core.records import by_ids, change, save

REASON: Final = "No owner of the space can sign in any more."


async def settle_owner(space_id: str) -> None:
    """Let somebody inside own a secret space none of whose owners can sign in; can run twice."""
    space = await Space.get(space_id)
    if space is None or space.visibility is not SpaceVisibility.SECRET:
        return
    accounts = await by_ids(Account, [with_prefix("acc", one.member_id) for one in space.members])
    disabled = {with_prefix("mem", one.id) for one in accounts.values() if one.disabled_at is not None}
    present = {with_prefix("mem", one) for one in accounts} - disabled

    def rule(current: Space) -> None:
        if any(one not in disabled for one in current.owner_ids()):
            return
        heir = _heir([one for one in current.members if one.member_id in present])
        if heir is None:
            return
        heir.role = SpaceRole.OWNER
        current.members = [heir if one.member_id == heir.member_id else one for one in current.members]
        current.record(SpaceMembersChanged(space_id=current.id, member_ids=(heir.member_id,)), actor=SYSTEM)
        current.record(SpaceOwnerFollowed(space_id=current.id, member_id=heir.member_id), actor=SYSTEM)

    await change(space, rule)


async def settle_owners_beside(member_id: str) -> None:
    """Do so for every space that a member is in; can run twice."""
    rows = Space.get_pymongo_collection().find({"members.member_id": member_id}, {"_id": 1})
    for row in await rows.to_list():
        await settle_owner(row["_id"])


async def keep_succession(event: Recorded[SpaceOwnerFollowed]) -> None:
    """Enter in the log of moderation, which the space's own moderators read, that somebody owns it now; can run twice."""
    space = await Space.get(event.fact.space_id)
    if space is None:
        return
    is_open = space.visibility is SpaceVisibility.OPEN
    action = ModerationAction(
        id=derived_id("mac", space.id, "owner", event.event_id),
        created_at=event.at,
        content_id=space.id,
        kind=ContentKind.SPACE,
        root_id=space.id,
        space_id=space.id,
        closed_space_id=None if is_open else space.id,
        decision=ModerationAct.SUCCESSION,
        reason=REASON,
        by=SYSTEM,
    )
    try:
        await save(action)
    except DuplicateKeyError:
        return


def _heir(members: Sequence[SpaceMember]) -> SpaceMember | None:
    """Give who has been inside the longest, moderators first."""
    found = min(members, key=lambda one: (one.role is not SpaceRole.MODERATOR, one.since, one.member_id), default=None)
    return found.model_copy() if found is not None else None
