"""Kudos: members thank each other for help, for a value of the company."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from coaching.recognition import documents as recognition
from coaching.recognition.policies import may_withdraw_kudos
from coaching.recognition.reading import count_values, list_values, values_by_ids
from community.kudos import documents
from community.kudos.documents import KudosSubject
from community.kudos.reading import count_kudos, list_kudos
from core.paging import Window
from schema.connections import Connection
from schema.context import Info
from schema.enums import told
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.authors import Author, author_of
from schema.staff.hidden import Hideable
from schema.staff.members import Member, member_of
from schema.staff.reach import reach

told(
    KudosSubject,
    "What a colleague helped with.",
    CASE="A case.",
    QUESTION="A question.",
    ANSWER="An answer.",
    WIKI_PAGE="A page of the wiki.",
)


@strawberry.type(description="What the company stands for.")
class CompanyValue(Node):
    """What the company stands for."""

    name: str = strawberry.field(description="Its name.")
    description: str = strawberry.field(description="What it means.")
    retired: bool = strawberry.field(description="Whether it holds no longer: new kudos can't name it.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: recognition.CompanyValue) -> Self:
        """Show a value."""
        return cls(
            id=strawberry.ID(document.id),
            name=document.name,
            description=document.description,
            retired=document.retired,
            version=document.version,
        )


@strawberry.type(description="Thanks of one member to another, read by whoever may read what they are about.")
class Kudos(Hideable, Node):
    """Thanks of one member to another."""

    document: strawberry.Private[documents.Kudos]
    text: str = strawberry.field(description="What the thanks are for, in the giver's words.")
    subject_kind: KudosSubject = strawberry.field(description="What the receiver helped with.")
    created_at: datetime = strawberry.field(description="When they were given.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: documents.Kudos) -> Self:
        """Show kudos."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            text=document.text,
            subject_kind=document.subject_kind,
            created_at=document.created_at,
            version=document.version,
        )

    @strawberry.field(description="Who thanks; null for who asked the question anonymously.")
    async def giver(self, info: Info) -> Author | None:
        """Give who thanks."""
        giver: Author | None = await author_of(info.context, self.document.author_id)
        return giver

    @strawberry.field(description="Who is thanked; null once they have left.")
    async def receiver(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.receiver_id)

    @strawberry.field(description="The value of the company that it shows.")
    async def value(self, info: Info) -> CompanyValue | None:
        """Give the value."""
        found = await info.context.load(values_by_ids, self.document.value_id)
        return CompanyValue.from_document(found) if found is not None else None

    @strawberry.field(description="What the receiver helped with; null for who may not read it, and once it is gone.")
    async def subject(self, info: Info) -> Node | None:
        """Give the case, question, answer or page."""
        found = await reach(info.context, self.document.subject_id)
        shown: Node | None = info.context.present(found) if found is not None else None
        return shown

    @strawberry.field(description="Whether the viewer gave them and can take them back.")
    def viewer_can_withdraw(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_withdraw_kudos(info.context.actor, self.document))


@strawberry.type
class KudosQueries:
    """Who was thanked for what, and what the company stands for."""

    @paged("Kudos that the viewer may read, the newest first.", graphql_type=Connection[Kudos])
    async def kudos(
        self,
        info: Info,
        window: Window,
        receiver_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Only to this member; absent: to all.")
        ] = None,
        subject_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="Only for help with this case, question, answer or page; absent: with all."),
        ] = None,
    ) -> object:
        """Give a page of them."""
        actor = info.context.actor
        given = {"receiver_id": receiver_id, "subject_id": subject_id}
        chosen = {name: str(one) for name, one in given.items() if one is not None}
        return pages(info, await list_kudos(actor, chosen, window), count=lambda: count_kudos(actor, chosen))

    @paged("What the company stands for, the oldest first, without what holds no longer.", graphql_type=Connection[CompanyValue])
    async def company_values(self, info: Info, window: Window) -> object:
        """Give a page of them."""
        actor = info.context.actor
        return pages(info, await list_values(actor, window), count=lambda: count_values(actor))
