"""Situations of spaces: closed ones of the specialist's, which everybody knows of and nobody else owns."""

from community.spaces.documents import Space, SpaceVisibility
from community.spaces.membership import JoinDraft, MembersDraft, add_members, join_space
from community.spaces.spaces import SpaceDraft, create_space
from core.idempotency import Once
from tests.journeys.story import MARK, Input, Situation, Story, member_like


async def make(story: Story, visibility: SpaceVisibility = SpaceVisibility.CLOSED, *members: str) -> Space:
    """Let the specialist make a space with these members."""
    owner = await story.actor("specialist")
    draft = SpaceDraft(name=f"{MARK} Kalite {next(story.numbers)}", description=f"{MARK} Ses kayıtları", visibility=visibility)
    space = await create_space(owner, draft, once=Once())
    if members:
        ids = [story.world.members[one] for one in members]
        space = await add_members(await story.actor("specialist"), MembersDraft(space_id=space.id, member_ids=ids))
    return space


async def _create(story: Story, who: str) -> Input:
    return {"name": f"{MARK} Kargo {next(story.numbers)}", "visibility": "SECRET", "description": f"{MARK} Depo"}


async def _update(story: Story, who: str) -> Input:
    space = await make(story)
    return {"spaceId": space.id, "name": f"{MARK} Eğitim", "pageWriters": "MODERATORS", "expectedVersion": space.version}


async def _add(story: Story, who: str) -> Input:
    return {"spaceId": (await make(story)).id, "memberIds": [story.world.members["colleague"]]}


async def _role(story: Story, who: str) -> Input:
    space = await make(story, SpaceVisibility.CLOSED, "colleague")
    return {"spaceId": space.id, "memberId": story.world.members["colleague"], "role": "MODERATOR"}


async def _remove(story: Story, who: str) -> Input:
    space = await make(story, SpaceVisibility.CLOSED, "colleague")
    return {"spaceId": space.id, "memberId": story.world.members["colleague"]}


async def _join(story: Story, who: str) -> Input:
    return {"spaceId": (await make(story)).id, "message": f"{MARK} Ben de kayıtlara bakıyorum."}


async def _answer(story: Story, who: str) -> Input:
    space = await make(story)
    await join_space(await story.actor("colleague"), JoinDraft(space_id=space.id, message=f"{MARK} Lütfen"))
    return {"spaceId": space.id, "memberId": story.world.members["colleague"], "decision": "ADMIT"}


async def _move(story: Story, who: str) -> Input:
    question = await story.question("colleague")
    space = await make(story, SpaceVisibility.OPEN)
    return {"contentId": question.id, "spaceId": space.id, "expectedVersion": question.version}


async def _leave(story: Story, who: str) -> Input:
    leaver = member_like(story, who)
    return {"spaceId": (await make(story, SpaceVisibility.CLOSED, *({leaver} - {"specialist"}))).id}


SITUATIONS: dict[str, Situation] = {
    "createSpace": _create,
    "updateSpace": _update,
    "addSpaceMembers": _add,
    "changeSpaceRole": _role,
    "removeSpaceMember": _remove,
    "joinSpace": _join,
    "answerJoinRequest": _answer,
    "leaveSpace": _leave,
    "moveToSpace": _move,
}
