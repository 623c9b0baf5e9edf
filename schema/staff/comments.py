"""Remarks on questions, answers, posts and ideas, and their threads."""

from datetime import datetime
from typing import Annotated, Any, Final, Self

import strawberry

from auth.actor import Permission
from community import documents
from community.anonymity import stands_for_somebody
from community.comment_reading import COMMENT_THREADS, comments_by_ids
from community.moderation.contents import authors_of, root_of
from community.policies import may_comment, may_delete, may_edit, may_resolve
from community.reading import comment_counts, comments_of
from community.threads import ThreadState
from community.turns.policies import may_write_at
from core.paging import Window
from schema.connections import connection_of, later
from schema.context import Info
from schema.enums import told
from schema.paging import paged, pages
from schema.staff.authors import Author, author_of
from schema.staff.calm import places_for
from schema.staff.contributions import Contribution
from schema.staff.hidden import Hideable
from schema.staff.members import Member, member_of
from schema.staff.reach import reach
from schema.staff.spaces import moderates

_COMMENTS = connection_of("schema.staff.comments", "Comment")
STATE: Final = strawberry.argument(description="Only such threads; absent: all.")

told(ThreadState, "Whether a thread is still to be dealt with.", OPEN="It is.", RESOLVED="It is done.")


@strawberry.type(description="A remark on a question, an answer, a post or an idea.")
class Comment(Hideable, Contribution):
    """A remark on a question, an answer, a post or an idea."""

    document: strawberry.Private[documents.Comment]
    body: str = strawberry.field(description="The text, in Markdown.")
    created_at: datetime = strawberry.field(description="When it was made.")
    version: int = strawberry.field(description="Rises with each edit by a person.")
    is_deleted: bool = strawberry.field(
        description="Whether it was deleted: only its empty place is left, while its thread has answers."
    )
    begins_thread: bool = strawberry.field(description="Whether it begins a thread; else it stands in that of another one.")
    resolved_at: datetime | None = strawberry.field(description="When its thread was closed as done; null while it is open.")

    @classmethod
    def from_document(cls, document: documents.Comment) -> Self:
        """Show a remark."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            body=document.body,
            created_at=document.created_at,
            version=document.version,
            is_deleted=document.removal is not None,
            begins_thread=document.thread_id is None,
            resolved_at=document.resolved_at,
        )

    @strawberry.field(description="Whether who asked the question anonymously made it.")
    def by_anonymous_asker(self) -> bool:
        """Tell whether the author is hidden."""
        return stands_for_somebody(self.document.author_id)

    @strawberry.field(description="Who made it; null for who asked the question anonymously, and once it is deleted.")
    async def author(self, info: Info) -> Author | None:
        """Give who made it."""
        if self.is_deleted:
            return None
        author: Author | None = await author_of(info.context, self.document.author_id)
        return author

    @strawberry.field(description="Whether the viewer can change the text.")
    async def viewer_can_edit(self, info: Info) -> bool:
        """Ask the policies."""
        return bool(may_edit(info.context.actor, self.document)) and await self._unlocked(info)

    @strawberry.field(description="Whether the viewer can delete it; who did not write it says why.")
    async def viewer_can_delete(self, info: Info) -> bool:
        """Ask the policies."""
        is_moderator = await _moderates(info, await reach(info.context, self.document.guarded_by))
        allowed = bool(may_delete(info.context.actor, self.document, is_moderator=is_moderator))
        return allowed and await self._unlocked(info)

    async def _unlocked(self, info: Info) -> bool:
        """Tell whether no lock of what it stands below, or of the space, keeps the viewer from writing."""
        root = await reach(info.context, self.document.guarded_by)
        return root is not None and bool(may_write_at(info.context.actor, await places_for(info, root)))

    @strawberry.field(description="Who closed its thread; null for who asked the question anonymously.")
    async def resolved_by(self, info: Info) -> Member | None:
        """Give who closed it."""
        if self.document.resolved_by is None:
            return None
        return await member_of(info, self.document.resolved_by)

    @strawberry.field(
        description="The remark that it replies to; null: to none, or that one is gone.",
        graphql_type=later("schema.staff.comments", "Comment", optional=True),
    )
    async def in_reply_to(self, info: Info) -> object:
        """Give the other remark."""
        if self.document.in_reply_to_id is None:
            return None
        found = await info.context.load(comments_by_ids, self.document.in_reply_to_id)
        return Comment.from_document(found) if found is not None else None

    @paged("The replies in its thread, oldest first; none of a remark that is itself a reply.", graphql_type=_COMMENTS)
    async def replies(self, info: Info, window: Window) -> object:
        """Give a page of the replies."""

        async def count() -> int:
            return int(await info.context.load(COMMENT_THREADS.reply_counts, self.id))

        return pages(info, await info.context.load(COMMENT_THREADS.replies, self.id, window), count=count)

    @strawberry.field(description="Whether the viewer can close its thread as done, or open it again.")
    async def viewer_can_resolve(self, info: Info) -> bool:
        """Ask the policy."""
        target = await reach(info.context, self.document.target_id)
        if target is None or not self.document.root:
            return False
        place = await reach(info.context, root_of(target))
        is_moderator = await _moderates(info, place)
        own = info.context.actor.member_id in authors_of(target)
        allowed = bool(may_resolve(info.context.actor, self.document, looks_after=own or is_moderator))
        return allowed and await self._unlocked(info)


@strawberry.interface(description="What members remark on: questions, answers, posts and ideas.")
class Discussed(Contribution):
    """What members remark on."""

    @paged("All remarks of members on it, replies too, oldest first.", graphql_type=_COMMENTS)
    async def comments(self, info: Info, window: Window) -> object:
        """Give a page of the remarks."""

        async def count() -> int:
            return int(await info.context.load(comment_counts, self.id))

        return pages(info, await info.context.load(comments_of, self.id, window), count=count)

    @paged("The threads of remarks on it, by their first remark, oldest first.", graphql_type=_COMMENTS)
    async def comment_threads(self, info: Info, window: Window, state: Annotated[ThreadState | None, STATE] = None) -> object:
        """Give a page of the threads."""

        async def count() -> int:
            return int(await info.context.load(COMMENT_THREADS.counts, self.id, state))

        return pages(info, await info.context.load(COMMENT_THREADS.of, self.id, window, state), count=count)

    @strawberry.field(description="Whether the viewer can remark on it.")
    async def viewer_can_comment(self, info: Info) -> bool:
        """Ask the policies."""
        return bool(may_comment(info.context.actor)) and await self._unlocked(info)

    async def _unlocked(self, info: Info) -> bool:
        """Tell whether no lock keeps the viewer from writing here; what can be locked says so itself."""
        return True


async def _moderates(info: Info, root: Any) -> bool:
    if isinstance(root, documents.SpaceContent):
        return await moderates(info, root)
    return info.context.actor.may(Permission.QUESTION_MODERATE)
