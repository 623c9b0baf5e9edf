"""Whether customers may be told of a member's department and job title where an answer relies on what the member knows."""

from auth.actor import Actor
from community.directory import require_member
from community.documents import Member
from community.events import MemberChanged
from core.records import change


async def set_public_credit(actor: Actor, *, credited: bool) -> Member:
    """Say whether customers may be told of one's department and job title; nobody says so for somebody else.

    Raises Forbidden for who is no member.
    """
    member = await require_member(actor, actor.member)

    def rule(current: Member) -> None:
        if current.credited is not credited:
            current.credited = credited
            current.record(MemberChanged(member_id=current.id), actor=actor.id)

    return await change(member, rule)
