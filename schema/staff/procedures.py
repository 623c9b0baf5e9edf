"""Procedures and policies with their editions, who attested them, and concerns told in confidence."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Self

import strawberry

from auth.actor import Role
from community.procedures import documents as procedures
from community.procedures.documents import ConcernStatus, GuidelineKind
from community.procedures.drafts import MOST_SECTIONS
from community.procedures.guidelines import MOST_SIGNATORIES
from community.procedures.policies import may_attest, may_manage_guidelines, may_publish, may_settle, may_sign, may_take
from community.procedures.reading import (
    MOST_DUTIES,
    MOST_MEMBERS,
    attestations_of,
    count_concerns,
    count_editions,
    count_guidelines,
    duties_of,
    list_concerns,
    list_editions,
    list_guidelines,
    who_is_missing,
)
from community.procedures.template_documents import GuidelineTemplate as GuidelineTemplateDocument
from community.procedures.templates import compared, templates_by_ids
from core.paging import Window
from schema.connections import Connection
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.guideline_sections import GuidelineSection
from schema.staff.guideline_templates import GuidelineTemplate, TemplateComparison
from schema.staff.members import Member, member_of

_VERSION = "Rises with each edit by a person; pass it as `expectedVersion`."

told(
    GuidelineKind,
    "What a guideline is.",
    PROCEDURE="Says how something is done.",
    POLICY="Says what holds for everybody; signed by executives.",
)
told(
    ConcernStatus,
    "Where a concern stands.",
    RAISED="It waits for somebody who looks after it.",
    ESCALATED="Nobody took it up in time; the administrators know of it.",
    TAKEN="Somebody looks after it.",
    SETTLED="Something came of it.",
)


@strawberry.type(description="That an executive agreed with a draft.")
class GuidelineSignOff:
    """That an executive agreed with a draft."""

    member_id: strawberry.ID = strawberry.field(description="The id of the executive.")
    at: datetime = strawberry.field(description="When.")


def _sign_offs(found: Sequence[procedures.SignOff]) -> list[GuidelineSignOff]:
    return [GuidelineSignOff(member_id=strawberry.ID(one.member_id), at=one.at) for one in found]


@strawberry.type(description="What was published of a procedure or policy.")
class GuidelineEdition:
    """What was published of a procedure or policy."""

    number: int = strawberry.field(description="1, 2, 3 …; attest the one that holds.")
    title: str = strawberry.field(description="What it was called.")
    sections: list[GuidelineSection] = strawberry.field(description="Its parts.", directives=list_size(MOST_SECTIONS))
    sign_offs: list[GuidelineSignOff] = strawberry.field(
        description="The executives who signed it.", directives=list_size(MOST_SIGNATORIES)
    )
    published_at: datetime = strawberry.field(description="Since when it holds, or held.")

    @classmethod
    def of(cls, edition: procedures.Edition) -> Self:
        """Show an edition."""
        return cls(
            number=edition.number,
            title=edition.title,
            sections=GuidelineSection.all_of(edition.sections),
            sign_offs=_sign_offs(edition.sign_offs),
            published_at=edition.published_at,
        )

    @classmethod
    def from_document(cls, document: procedures.GuidelineEdition) -> Self:
        """Show a kept edition."""
        return cls.of(document.edition)


@strawberry.type(description="That a member read an edition and will heed it.")
class Attestation(Node):
    """That a member read an edition and will heed it."""

    document: strawberry.Private[procedures.Attestation]
    number: int = strawberry.field(description="The edition that was read.")
    attested_at: datetime = strawberry.field(description="When.")
    contract: str | None = strawberry.field(description="Where a contract of theirs says so; null where none was named.")

    @classmethod
    def from_document(cls, document: procedures.Attestation) -> Self:
        """Show an attestation."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            number=document.number,
            attested_at=document.attested_at,
            contract=document.contract,
        )

    @strawberry.field(description="Who attested; null once they have left.")
    async def member(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.member_id)


@strawberry.type(description="A procedure or policy: a draft that is worked on, and the edition that holds.")
class Guideline(Node):
    """A procedure or policy."""

    document: strawberry.Private[procedures.Guideline]
    kind: GuidelineKind = strawberry.field(description="What it is.")
    title: str = strawberry.field(description="What it is called.")
    archived: bool = strawberry.field(description="Whether it is out of use.")
    attested_by_roles: list[Role] = strawberry.field(
        description="Members of these roles must attest each edition.", directives=list_size(8)
    )
    attest_within_days: int = strawberry.field(description="How long they have before they are reminded, then weekly.")
    source_id: strawberry.ID | None = strawberry.field(description="The scenario in which it was tried; null for none.")
    version: int = strawberry.field(description=_VERSION)

    @classmethod
    def from_document(cls, document: procedures.Guideline) -> Self:
        """Show a procedure or policy."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            kind=document.kind,
            title=document.title,
            archived=document.archived,
            attested_by_roles=list(document.attested_by_roles),
            attest_within_days=document.attest_within_days,
            source_id=strawberry.ID(document.source_id) if document.source_id else None,
            version=document.version,
        )

    @strawberry.field(description="The edition that holds; null before the first.")
    def edition(self) -> GuidelineEdition | None:
        """Give the edition."""
        return GuidelineEdition.of(self.document.edition) if self.document.edition else None

    @paged("All editions, the newest first.", graphql_type=Connection[GuidelineEdition])
    async def editions(self, info: Info, window: Window) -> object:
        """Give a page of the editions."""
        guideline_id = self.document.id
        return pages(info, await list_editions(guideline_id, window), count=lambda: count_editions(guideline_id))

    @strawberry.field(
        description="The draft's parts, for who manages or signs it; empty for everybody else.",
        directives=list_size(MOST_SECTIONS),
    )
    def draft_sections(self, info: Info) -> list[GuidelineSection]:
        """Give the parts of the draft."""
        return GuidelineSection.all_of(self.document.sections) if self._sees_draft(info) else []

    @strawberry.field(description="The template that it began with; null for none.")
    async def template(self, info: Info) -> GuidelineTemplate | None:
        """Give the template."""
        found = await self._template(info)
        return GuidelineTemplate.from_document(found) if found is not None else None

    @strawberry.field(
        description="How it stands to the template: the draft for who sees it, else the edition; empty without a template.",
        directives=list_size(2 * MOST_SECTIONS),
    )
    async def template_comparison(self, info: Info) -> list[TemplateComparison]:
        """Compare the sections, in the order of the procedure or policy, then those that it left out."""
        found = await self._template(info)
        own = self._sections(info)
        return [TemplateComparison.of(one) for one in compared(found.sections, own)] if found is not None else []

    @strawberry.field(
        description="The keys of required sections that the draft lacks: it can't be published before.", directives=list_size(10)
    )
    def missing_sections(self) -> list[str]:
        """Give the keys."""
        return self.document.missing

    @strawberry.field(description="The executives who must sign a draft.", directives=list_size(MOST_SIGNATORIES))
    def signatory_ids(self) -> list[strawberry.ID]:
        """Give the ids."""
        return [strawberry.ID(one) for one in self.document.signatory_ids]

    @strawberry.field(description="Who signed the draft as it is now.", directives=list_size(MOST_SIGNATORIES))
    def sign_offs(self) -> list[GuidelineSignOff]:
        """Give the signatures."""
        return _sign_offs(self.document.sign_offs)

    @strawberry.field(
        description="Who attested the edition that holds: all with `guideline:manage`, else the viewer.",
        directives=list_size(MOST_MEMBERS),
    )
    async def attestations(self, info: Info) -> list[Attestation]:
        """Give the attestations."""
        return [Attestation.from_document(one) for one in await attestations_of(info.context.actor, self.document)]

    @strawberry.field(
        description="The ids of members who must attest the edition that holds and have not; needs `guideline:manage`.",
        directives=list_size(MOST_MEMBERS),
    )
    async def missing_member_ids(self, info: Info) -> list[strawberry.ID]:
        """Give the ids."""
        if not may_manage_guidelines(info.context.actor):
            return []
        return [strawberry.ID(one) for one in await who_is_missing(self.document)]

    @strawberry.field(description="Whether the viewer can sign the draft.")
    def viewer_can_sign(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_sign(info.context.actor, self.document))

    @strawberry.field(description="Whether the viewer can publish the draft.")
    def viewer_can_publish(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_publish(info.context.actor, self.document))

    @strawberry.field(description="Whether the viewer can attest the edition that holds.")
    def viewer_can_attest(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_attest(info.context.actor, self.document))

    async def _template(self, info: Info) -> GuidelineTemplateDocument | None:
        template_id = self.document.template_id
        found: GuidelineTemplateDocument | None = await info.context.load(templates_by_ids, template_id) if template_id else None
        return found

    def _sections(self, info: Info) -> Sequence[procedures.Section]:
        edition = self.document.edition
        if self._sees_draft(info) or edition is None:
            return self.document.sections
        return edition.sections

    def _sees_draft(self, info: Info) -> bool:
        actor = info.context.actor
        return bool(may_manage_guidelines(actor)) or actor.member_id in self.document.signatory_ids


@strawberry.type(description="Something that a member fears is wrong, told in confidence.")
class Concern(Node):
    """Something that a member fears is wrong, told in confidence."""

    document: strawberry.Private[procedures.Concern]
    text: str = strawberry.field(description="What was told.")
    guideline_id: strawberry.ID | None = strawberry.field(description="The procedure or policy that it is about; null for none.")
    status: ConcernStatus = strawberry.field(description="Where it stands.")
    raised_at: datetime = strawberry.field(description="When it was told.")
    outcome: str | None = strawberry.field(description="What came of it; null until then.")
    version: int = strawberry.field(description=_VERSION)

    @classmethod
    def from_document(cls, document: procedures.Concern) -> Self:
        """Show a concern."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            text=document.text,
            guideline_id=strawberry.ID(document.guideline_id) if document.guideline_id else None,
            status=document.status,
            raised_at=document.raised_at,
            outcome=document.outcome,
            version=document.version,
        )

    @strawberry.field(description="Who told of it; null when it was told without a name.")
    async def raised_by(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.raised_by)

    @strawberry.field(description="Who looks after it; null until somebody does.")
    async def taken_by(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.taken_by)

    @strawberry.field(description="Whether the viewer can take it up.")
    def viewer_can_take(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_take(info.context.actor, self.document))

    @strawberry.field(description="Whether the viewer can settle it.")
    def viewer_can_settle(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_settle(info.context.actor, self.document))


@strawberry.type
class ProcedureQueries:
    """What holds, what must be attested, and what was told in confidence."""

    @paged("Procedures and policies in use, by title; drafts for who manages them.", graphql_type=Connection[Guideline])
    async def guidelines(
        self,
        info: Info,
        window: Window,
        kind: Annotated[GuidelineKind | None, strawberry.argument(description="Only of this kind; absent: both.")] = None,
    ) -> object:
        """Give a page of them."""
        actor = info.context.actor
        return pages(info, await list_guidelines(actor, kind, window), count=lambda: count_guidelines(actor, kind))

    @strawberry.field(
        description="What the viewer must still attest, for it holds for their roles.", directives=list_size(MOST_DUTIES)
    )
    async def guideline_duties(self, info: Info) -> list[Guideline]:
        """Give them by title."""
        return [Guideline.from_document(one) for one in await duties_of(info.context.actor)]

    @paged(
        "Concerns, the newest first: all with `concern:handle`, else those that the viewer told of in their name.",
        graphql_type=Connection[Concern],
    )
    async def concerns(self, info: Info, window: Window) -> object:
        """Give a page of them."""
        actor = info.context.actor
        return pages(info, await list_concerns(actor, window), count=lambda: count_concerns(actor))
