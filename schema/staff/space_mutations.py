"""Mutations of spaces: making and changing them, and who is in them."""

from typing import Annotated, ClassVar

import strawberry

from community.moving import SpaceMove, move_to_space
from community.spaces import membership, spaces
from community.spaces.documents import PageWriters, SpaceRole, SpaceVisibility
from community.spaces.membership import JoinAnswer, JoinDecision, JoinDraft, MembersDraft, RoleDraft
from community.spaces.spaces import SpaceChanges, SpaceDraft
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.staff.blog import BlogPost
from schema.staff.ideas import Idea
from schema.staff.questions import Question
from schema.staff.spaces import Space
from schema.staff.wiki import WikiPage

_SPACE_ID = "The id of the space."
_SLUG = "Its short name for addresses: small letters, digits and hyphens, up to 60 characters"
_ABOUT = "What it is for, up to 2,000 characters."
_WRITERS = "Who writes its wiki pages."
_APPROVALS = "How many must approve a change of a wiki page before it shows, 0 to 5."
_ESCALATED = "After how many minutes without an answer a question"
_NEVER = "0: never, at most 43,200; it holds for questions asked from then on, and for steps yet to come"
_SEVERAL = "Whether a question in it may have several accepted answers; without, one."


@strawberry.input(description="What the space is to be.")
class CreateSpaceInput:
    """What the space is to be."""

    name: str = required("What it is called, up to 60 characters.")
    visibility: SpaceVisibility = required("Who may know of it, and who reads what is in it.")
    slug: str | None = given(f"{_SLUG}; absent: made from the name.")
    description: str | None = given(_ABOUT)
    page_writers: PageWriters | None = given(_WRITERS)
    minimum_approvals: int | None = given(_APPROVALS)
    several_accepted: bool | None = given(_SEVERAL)
    escalate_to_expert_minutes: int | None = given(f"{_ESCALATED} goes to the next expert; {_NEVER}.")
    escalate_to_owners_minutes: int | None = given(f"{_ESCALATED} is told to its owners; {_NEVER}.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createSpace`.")
class CreateSpacePayload(Payload):
    """The answer of `createSpace`."""

    space: Space | None = changed("The space; the viewer owns it.")


@strawberry.input(description="What to change of a space; absent stays as it is.")
class UpdateSpaceInput:
    """What to change of a space."""

    space_id: strawberry.ID = required(_SPACE_ID)
    name: str | None = given("What it is called, up to 60 characters.")
    slug: str | None = given(f"{_SLUG}.")
    description: str | None = given(_ABOUT)
    visibility: SpaceVisibility | None = given("CLOSED or SECRET for a space that is one of the two; an open one stays open.")
    page_writers: PageWriters | None = given(_WRITERS)
    minimum_approvals: int | None = given(_APPROVALS)
    several_accepted: bool | None = given(_SEVERAL)
    escalate_to_expert_minutes: int | None = given(f"{_ESCALATED} goes to the next expert; {_NEVER}.")
    escalate_to_owners_minutes: int | None = given(f"{_ESCALATED} is told to its owners; {_NEVER}.")
    archived: bool | None = given("Whether it is out of use: it can be read, and nothing new is written.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `updateSpace`.")
class UpdateSpacePayload(Payload):
    """The answer of `updateSpace`."""

    written: ClassVar[str | None] = "space"

    space: Space | None = changed()


@strawberry.input(description="Whom to let into a space.")
class AddSpaceMembersInput:
    """Whom to let into a space."""

    space_id: strawberry.ID = required(_SPACE_ID)
    member_ids: list[strawberry.ID] = required("The ids of members of the company, at most 100; who is in it already stays.")
    role: SpaceRole | None = given("What they are to be there; absent: MEMBER. More than that is for owners to give.")


@strawberry.type(description="The answer of `addSpaceMembers`.")
class AddSpaceMembersPayload(Payload):
    """The answer of `addSpaceMembers`."""

    space: Space | None = changed()


@strawberry.input(description="What somebody in a space is to be there.")
class ChangeSpaceRoleInput:
    """What somebody in a space is to be there."""

    space_id: strawberry.ID = required(_SPACE_ID)
    member_id: strawberry.ID = required("The id of somebody who is in it.")
    role: SpaceRole = required("The role; it is set, never toggled.")


@strawberry.type(description="The answer of `changeSpaceRole`.")
class ChangeSpaceRolePayload(Payload):
    """The answer of `changeSpaceRole`."""

    space: Space | None = changed()


@strawberry.input(description="Whom to take out of a space.")
class RemoveSpaceMemberInput:
    """Whom to take out of a space."""

    space_id: strawberry.ID = required(_SPACE_ID)
    member_id: strawberry.ID = required("The id of somebody who is in it.")


@strawberry.type(description="The answer of `removeSpaceMember`.")
class RemoveSpaceMemberPayload(Payload):
    """The answer of `removeSpaceMember`."""

    space: Space | None = changed()


@strawberry.input(description="Which space to join.")
class JoinSpaceInput:
    """Which space to join."""

    space_id: strawberry.ID = required(_SPACE_ID)
    message: str | None = given("What to say to who decides over a closed space, up to 500 characters.")


@strawberry.type(description="The answer of `joinSpace`.")
class JoinSpacePayload(Payload):
    """The answer of `joinSpace`."""

    space: Space | None = changed("The space: `viewerRole` tells that the viewer is in it, `viewerHasRequested` that they wait.")


@strawberry.input(description="Whether somebody is let into a closed space.")
class AnswerJoinRequestInput:
    """Whether somebody is let into a closed space."""

    space_id: strawberry.ID = required(_SPACE_ID)
    member_id: strawberry.ID = required("The id of somebody who waits.")
    decision: JoinDecision = required("Whether they are let in.")


@strawberry.type(description="The answer of `answerJoinRequest`.")
class AnswerJoinRequestPayload(Payload):
    """The answer of `answerJoinRequest`."""

    space: Space | None = changed()


@strawberry.input(description="Which space to leave.")
class LeaveSpaceInput:
    """Which space to leave."""

    space_id: strawberry.ID = required(_SPACE_ID)


@strawberry.type(description="The answer of `leaveSpace`.")
class LeaveSpacePayload(Payload):
    """The answer of `leaveSpace`."""

    space: Space | None = changed("The space; null for a secret one, of which the viewer knows no more.")


@strawberry.input(description="What is to stand in which space.")
class MoveToSpaceInput:
    """What is to stand in which space."""

    content_id: strawberry.ID = required("The id of a question, a post, an idea or a wiki page; with a page go all below it.")
    space_id: strawberry.ID | None = given("The id of the space; absent: in none, for all staff.")
    expected_version: int = expected_version()


Movable = Annotated[Question | WikiPage | BlogPost | Idea, strawberry.union("Movable", description="What can stand in a space.")]


@strawberry.type(description="The answer of `moveToSpace`.")
class MoveToSpacePayload(Payload):
    """The answer of `moveToSpace`."""

    written: ClassVar[str | None] = "content"

    content: Movable | None = changed("What was moved, as it is now.")


@strawberry.type
class SpaceMutations:
    """What can be done with spaces."""

    @mutation(CreateSpacePayload, description="Makes a space, which the viewer owns; needs `space:create`.")
    async def create_space(self, info: Info, input: Annotated[CreateSpaceInput, INPUT]) -> object:
        """Make a space."""
        once = once_for(info, "createSpace", input)
        space = await spaces.create_space(info.context.actor, parse(SpaceDraft, **values_of(input)), once=once)
        return CreateSpacePayload(space=Space.from_document(space))

    @mutation(UpdateSpacePayload, description="Changes what a space is, or puts it out of use; for its owners.")
    async def update_space(self, info: Info, input: Annotated[UpdateSpaceInput, INPUT]) -> object:
        """Change a space."""
        changes = parse(SpaceChanges, **values_of(input, "space_id"))
        space = await spaces.update_space(info.context.actor, input.space_id, changes, expected_version=input.expected_version)
        return UpdateSpacePayload(space=Space.from_document(space))

    @mutation(AddSpaceMembersPayload, description="Lets members of the company into a space; for its owners and moderators.")
    async def add_space_members(self, info: Info, input: Annotated[AddSpaceMembersInput, INPUT]) -> object:
        """Let members in."""
        space = await membership.add_members(info.context.actor, parse(MembersDraft, **values_of(input)))
        return AddSpaceMembersPayload(space=Space.from_document(space))

    @mutation(ChangeSpaceRolePayload, description="Gives somebody in a space another role there; for its owners.")
    async def change_space_role(self, info: Info, input: Annotated[ChangeSpaceRoleInput, INPUT]) -> object:
        """Change a role."""
        space = await membership.change_role(info.context.actor, parse(RoleDraft, **values_of(input)))
        return ChangeSpaceRolePayload(space=Space.from_document(space))

    @mutation(
        RemoveSpaceMemberPayload,
        description="Takes somebody out of a space; for its owners, and, of those who are only members, its moderators.",
    )
    async def remove_space_member(self, info: Info, input: Annotated[RemoveSpaceMemberInput, INPUT]) -> object:
        """Take a member out."""
        space = await membership.remove_member(info.context.actor, input.space_id, input.member_id)
        return RemoveSpaceMemberPayload(space=Space.from_document(space))

    @mutation(JoinSpacePayload, description="Joins an open space, or asks to be let into a closed one.")
    async def join_space(self, info: Info, input: Annotated[JoinSpaceInput, INPUT]) -> object:
        """Join a space."""
        space = await membership.join_space(info.context.actor, parse(JoinDraft, **values_of(input)))
        return JoinSpacePayload(space=Space.from_document(space))

    @mutation(AnswerJoinRequestPayload, description="Lets somebody in who asked, or not; for its owners and moderators.")
    async def answer_join_request(self, info: Info, input: Annotated[AnswerJoinRequestInput, INPUT]) -> object:
        """Answer a request."""
        space = await membership.answer_join_request(info.context.actor, parse(JoinAnswer, **values_of(input)))
        return AnswerJoinRequestPayload(space=Space.from_document(space))

    @mutation(LeaveSpacePayload, description="Leaves a space; its last owner can't.")
    async def leave_space(self, info: Info, input: Annotated[LeaveSpaceInput, INPUT]) -> object:
        """Leave a space."""
        space = await membership.leave_space(info.context.actor, input.space_id)
        return LeaveSpacePayload(space=Space.from_document(space) if space.secret_id is None else None)

    @mutation(
        MoveToSpacePayload,
        description="Lets a question, a page, a post or an idea stand in a space or in none; out of a closed one for its owners.",
    )
    async def move_to_space(self, info: Info, input: Annotated[MoveToSpaceInput, INPUT]) -> object:
        """Move content."""
        move = parse(SpaceMove, **values_of(input))
        content = await move_to_space(info.context.actor, move, expected_version=input.expected_version)
        return MoveToSpacePayload(content=info.context.present(content))
