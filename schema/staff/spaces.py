"""Spaces: parts of the company's knowledge with members of their own."""

from datetime import datetime
from typing import Self

import strawberry

from auth.actor import Permission
from community.directory import members_by_ids
from community.documents import SpaceContent
from community.spaces import documents
from community.spaces.documents import PageWriters, SpaceRole, SpaceVisibility
from community.spaces.membership import MOST_REQUESTS, JoinDecision
from community.spaces.policies import (
    may_join,
    may_moderate,
    may_moderate_content,
    may_own,
    may_read_content,
    may_write_content,
    may_write_pages,
    role_in,
)
from community.spaces.reading import spaces_by_ids, window_of_members
from community.watching import WatchLevel
from core.paging import Window
from schema.connections import Connection
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.nodes import Node
from schema.paging import fixed, paged, pages
from schema.staff.calm import Calmable
from schema.staff.members import Member, member_of
from schema.staff.polls import Polled
from schema.staff.watching import viewer_level

told(
    SpaceVisibility,
    "Who may know of a space, and who reads what is in it.",
    OPEN="All staff read it and may join.",
    CLOSED="All staff know that it exists and may ask to be let in; its members read it.",
    SECRET="Nobody but its members knows that it exists.",  # noqa: S106 - a visibility, no password
)
told(
    SpaceRole,
    "What a member is in a space.",
    OWNER="Decides what the space is and who is what in it.",
    MODERATOR="Looks after what is said and lets members in.",
    MEMBER="Reads and writes.",
)
told(
    PageWriters,
    "Who writes the wiki pages of a space.",
    READERS="Whoever reads there.",
    MEMBERS="Its members.",
    MODERATORS="Its owners and moderators.",
)
told(JoinDecision, "Whether somebody is let into a space.", ADMIT="They are in it.", DECLINE="They are not; they may ask again.")


@strawberry.type(description="Somebody who is in a space.")
class SpaceMember:
    """Somebody who is in a space."""

    member: Member = strawberry.field(description="Who it is.")
    role: SpaceRole = strawberry.field(description="What they are there.")
    since: datetime = strawberry.field(description="Since when they are in it.")


@strawberry.type(description="Somebody who waits to be let into a closed space.")
class SpaceJoinRequest:
    """Somebody who waits to be let into a closed space."""

    document: strawberry.Private[documents.JoinRequest]
    message: str | None = strawberry.field(description="What they say to who decides; null when they said nothing.")
    requested_at: datetime = strawberry.field(description="When they asked.")

    @strawberry.field(description="Who asks; null when they are there no more.")
    async def member(self, info: Info) -> Member | None:
        """Give who asks."""
        return await member_of(info, self.document.member_id)


@strawberry.type(description="A place for a part of the company's knowledge, with members of its own.")
class Space(Calmable, Polled, Node):
    """A place for a part of the company's knowledge, with members of its own."""

    document: strawberry.Private[documents.Space]
    name: str = strawberry.field(description="What it is called.")
    slug: str = strawberry.field(description="Its short name, for addresses.")
    description: str = strawberry.field(description="What it is for; empty when nobody said.")
    visibility: SpaceVisibility = strawberry.field(description="Who may know of it, and who reads what is in it.")
    several_accepted: bool = strawberry.field(description="Whether a question in it may have several accepted answers.")
    escalate_to_expert_minutes: int = strawberry.field(
        description="After how many minutes without an answer a question goes to the next expert; 0: never."
    )
    escalate_to_owners_minutes: int = strawberry.field(
        description="After how many minutes without an answer its owners are told of a question; 0: never."
    )
    page_writers: PageWriters = strawberry.field(description="Who writes its wiki pages.")
    minimum_approvals: int = strawberry.field(description="How many must approve a change of a wiki page before it shows.")
    archived: bool = strawberry.field(description="Whether it is out of use: it can be read, and nothing new is written.")
    created_at: datetime = strawberry.field(description="When it was made.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: documents.Space) -> Self:
        """Show a space."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            name=document.name,
            slug=document.slug,
            description=document.description,
            visibility=document.visibility,
            several_accepted=document.several_accepted,
            escalate_to_expert_minutes=document.escalate_to_expert_minutes,
            escalate_to_owners_minutes=document.escalate_to_owners_minutes,
            page_writers=document.page_writers,
            minimum_approvals=document.minimum_approvals,
            archived=document.archived,
            created_at=document.created_at,
            version=document.version,
        )

    @paged("Who is in it, by name.", graphql_type=Connection[SpaceMember])
    async def members(self, info: Info, window: Window) -> object:
        """Give a page of the members."""
        held = {one.member_id: one for one in self.document.members}
        known = await info.context.load_many(members_by_ids, list(held))
        found = window_of_members(known, window)
        rows = [
            SpaceMember(member=Member.from_document(member), role=held[member.id].role, since=held[member.id].since)
            for member in found.items
        ]
        return pages(info, found, rows=rows, count=fixed(len(known)))

    @strawberry.field(
        description="Who waits to be let in, who asked first first; empty for others than its owners and moderators.",
        directives=list_size(MOST_REQUESTS),
    )
    def join_requests(self, info: Info) -> list[SpaceJoinRequest]:
        """Give who waits."""
        if not may_moderate(info.context.actor, self.document):
            return []
        return [
            SpaceJoinRequest(document=request, message=request.message, requested_at=request.at)
            for request in self.document.requests
        ]

    @strawberry.field(description="What the viewer is in it; null for who is not in it.")
    def viewer_role(self, info: Info) -> SpaceRole | None:
        """Look the role up."""
        return role_in(info.context.actor, self.document)

    @strawberry.field(description="How much of what happens in it the viewer is told, where nothing nearer is set.")
    async def viewer_watch_level(self, info: Info) -> WatchLevel:
        """Give what the viewer set."""
        return await viewer_level(info, [[self.id]], concerned=False)

    @strawberry.field(description="Whether the viewer waits to be let in.")
    def viewer_has_requested(self, info: Info) -> bool:
        """Look the request up."""
        member_id = info.context.actor.member_id
        return member_id is not None and any(request.member_id == member_id for request in self.document.requests)

    @strawberry.field(description="Whether the viewer can join it, or ask to be let in.")
    def viewer_can_join(self, info: Info) -> bool:
        """Ask the policy."""
        actor = info.context.actor
        return bool(may_join(actor, self.document)) and role_in(actor, self.document) is None

    @strawberry.field(description="Whether the viewer reads what is in it.")
    def viewer_can_read(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_read_content(info.context.actor, self.document))

    @strawberry.field(description="Whether the viewer can ask and answer in it.")
    def viewer_can_write(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_write_content(info.context.actor, self.document))

    @strawberry.field(description="Whether the viewer can write its wiki pages.")
    def viewer_can_write_pages(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_write_pages(info.context.actor, self.document))

    @strawberry.field(description="Whether the viewer can let members in and look after what is said.")
    def viewer_can_moderate(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_moderate(info.context.actor, self.document))

    @strawberry.field(description="Whether the viewer can change what it is, and who is what in it.")
    def viewer_can_manage(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_own(info.context.actor, self.document))


async def space_of(info: Info, content: SpaceContent) -> Space | None:
    """Give the space that content stands in; None: in none."""
    if content.space_id is None:
        return None
    found = await info.context.load(spaces_by_ids, content.space_id)
    return Space.from_document(found) if found is not None else None


async def moderates(info: Info, content: SpaceContent) -> bool:
    """Tell whether the viewer moderates what is said about this content, as `community.spaces.reading.moderates` does."""
    actor = info.context.actor
    if content.space_id is None:
        return bool(actor.may(Permission.QUESTION_MODERATE))
    found = await info.context.load(spaces_by_ids, content.space_id)
    return found is not None and bool(may_moderate_content(actor, found))


async def looks_after(info: Info, content: SpaceContent) -> bool:
    """Tell whether the viewer looks after the space that content stands in; of what is in none nobody does."""
    if content.space_id is None:
        return False
    found = await info.context.load(spaces_by_ids, content.space_id)
    return found is not None and bool(may_moderate(info.context.actor, found))
