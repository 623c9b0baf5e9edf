"""Whether a member is proposed as an expert: who has no time for questions says so, and is left out of what proposes people."""

from auth.actor import Actor
from community.directory import require_member
from community.documents import Member
from community.events import MemberChanged
from core.records import change


async def set_accepts_questions(actor: Actor, *, accepts: bool) -> Member:
    """Say whether one is proposed as an expert; nobody says so for somebody else. Who invites by hand still may.

    Raises Forbidden for who is no member.
    """
    member = await require_member(actor, actor.member)

    def rule(current: Member) -> None:
        if current.accepts_questions is not accepts:
            current.accepts_questions = accepts
            current.record(MemberChanged(member_id=current.id), actor=actor.id)

    return await change(member, rule)
