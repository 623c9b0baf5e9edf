"""What replies rely on, shown to the staff with the exact revision; and the consent of the experts behind it."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Self

import strawberry

from care.documents import sources
from care.documents.sources import SourceKind
from care.reading.answer_bank import entries_by_ids
from community.members import set_public_credit
from community.reading import answers_by_ids
from community.wiki.reading import revisions_by_ids
from schema.connections import later
from schema.context import Info
from schema.enums import told
from schema.errors import Payload, mutation
from schema.inputs import INPUT, changed, required
from schema.staff.members import Member

told(
    SourceKind,
    "What a reply can rely on.",
    name="ReplySourceKind",
    WIKI_REVISION="A page of the wiki, as it was after one edit.",
    ANSWER_BANK_ENTRY="An entry of the answer bank.",
    ANSWER="An accepted answer, or one that an expert gave in a consultation.",
)
_READERS = {
    SourceKind.WIKI_REVISION: revisions_by_ids,
    SourceKind.ANSWER_BANK_ENTRY: entries_by_ids,
    SourceKind.ANSWER: answers_by_ids,
}

SourceIds = Annotated[
    list[strawberry.ID] | None,
    strawberry.argument(description="What the reply is to cite, at most five ids, as in `ReplyToCaseInput.sourceIds`."),
]


def sources_of(given: Sequence[strawberry.ID] | None) -> list[str]:
    """Give the ids that were named."""
    return [str(one) for one in given or ()]


@strawberry.type(description="Something that a reply relies on; one of its three fields is there, by its kind.")
class ReplySource:
    """Something that a reply relies on."""

    document: strawberry.Private[object]
    kind: SourceKind = strawberry.field(description="What it is.")
    version: int = strawberry.field(
        description="The version that was cited: of a page that of its revision. An entry or an answer may have changed since."
    )

    @classmethod
    def of(cls, cited: sources.CitedSource, document: object) -> Self:
        """Show a source that the viewer may read."""
        return cls(document=document, kind=cited.kind, version=cited.version)

    @strawberry.field(
        description="The revision of the page.", graphql_type=later("schema.staff.wiki", "WikiRevision", optional=True)
    )
    def wiki_revision(self, info: Info) -> object:
        """Show the revision."""
        return info.context.present(self.document) if self.kind is SourceKind.WIKI_REVISION else None

    @strawberry.field(
        description="The entry of the answer bank.",
        graphql_type=later("schema.staff.answer_bank", "AnswerBankEntry", optional=True),
    )
    def answer_bank_entry(self, info: Info) -> object:
        """Show the entry."""
        return info.context.present(self.document) if self.kind is SourceKind.ANSWER_BANK_ENTRY else None

    @strawberry.field(description="The answer.", graphql_type=later("schema.staff.questions", "Answer", optional=True))
    def answer(self, info: Info) -> object:
        """Show the answer."""
        return info.context.present(self.document) if self.kind is SourceKind.ANSWER else None


async def readable_sources(info: Info, cited: Sequence[sources.CitedSource]) -> list[ReplySource]:
    """Give those of the sources that the viewer may read."""
    found = await asyncio.gather(*(info.context.load(_READERS[one.kind], one.id) for one in cited))
    return [ReplySource.of(one, document) for one, document in zip(cited, found, strict=True) if document is not None]


@strawberry.input(description="Whether customers may be told what the viewer does.")
class SetPublicCreditInput:
    """Whether customers may be told what the viewer does."""

    credited: bool = required("Whether department and job title may be shown; the name never is.")


@strawberry.type(description="The answer of `setPublicCredit`.")
class SetPublicCreditPayload(Payload):
    """The answer of `setPublicCredit`."""

    member: Member | None = changed("The viewer, as a member.")


@strawberry.type
class PublicCreditMutations:
    """What members say of being named to customers by what they do."""

    @mutation(
        SetPublicCreditPayload,
        description="Says whether customers may be told of the viewer's department and job title where a reply relies on what "
        "the viewer wrote. Nobody says so for somebody else; it holds for replies sent before, too.",
    )
    async def set_public_credit(self, info: Info, input: Annotated[SetPublicCreditInput, INPUT]) -> object:
        """Choose."""
        member = await set_public_credit(info.context.actor, credited=input.credited)
        return SetPublicCreditPayload(member=Member.from_document(member))
