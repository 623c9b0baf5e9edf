"""The programme: one mission over initiatives, guidelines and risks."""

from datetime import datetime
from typing import Annotated, ClassVar, Self

import strawberry

from coaching.governance import programme_documents as documents
from coaching.governance.programme_documents import ProgrammeStatus
from coaching.governance.programmes import (
    KEPT,
    MOST_BODIES,
    MOST_IN_BODY,
    ProgrammeChange,
    ProgrammeDraft,
    approve_social_programme,
    count_social_programmes,
    create_social_programme,
    list_social_programmes,
    update_social_programme,
)
from coaching.governance.reading import initiatives_by_ids, risks_by_ids
from community.procedures.reading import guidelines_by_ids
from core.paging import Window
from schema.connections import Connection
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.nodes import Node
from schema.paging import paged, pages, pages_of_ids
from schema.staff.governance import Initiative, Risk
from schema.staff.members import Member, member_of, members_of
from schema.staff.procedures import Guideline

told(
    ProgrammeStatus,
    "Where a programme stands.",
    DRAFT="It was begun or changed, and waits for approval.",
    APPROVED="It was approved as it is.",
    RETIRED="It is over.",
)
_PROGRAMME = "The id of the programme."
_NAME = "Its name, 5 to 200 characters."
_MISSION = "What it is for."
_OWNER = "Who answers for it."


@strawberry.type(description="Some members who decide about something together.")
class GovernanceBody:
    """Some members who decide about something together."""

    member_ids: strawberry.Private[list[str]]
    name: str = strawberry.field(description="What they are called.")
    duty: str = strawberry.field(description="What they decide about.")

    @strawberry.field(description="Who they are, but for those who left.", directives=list_size(MOST_IN_BODY))
    async def members(self, info: Info) -> list[Member]:
        """Give the members."""
        return await members_of(info, self.member_ids)


@strawberry.type(description="That somebody approved a programme as it was then.")
class ProgrammeApproval:
    """That somebody approved a programme as it was then."""

    by_id: strawberry.Private[str]
    at: datetime = strawberry.field(description="When.")

    @strawberry.field(description="Who approved; null once they have left.")
    async def by(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.by_id)


@strawberry.type(description="What holds initiatives, guidelines and risks together under one mission.")
class SocialProgramme(Node):
    """What holds initiatives, guidelines and risks together under one mission."""

    document: strawberry.Private[documents.SocialProgramme]
    name: str = strawberry.field(description="Its name.")
    mission: str = strawberry.field(description=_MISSION)
    status: ProgrammeStatus = strawberry.field(description="Where it stands.")
    bodies: list[GovernanceBody] = strawberry.field(description="Who governs it.", directives=list_size(MOST_BODIES))
    approvals: list[ProgrammeApproval] = strawberry.field(
        description="When it was approved, the oldest first; the last fifty.", directives=list_size(KEPT)
    )
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: documents.SocialProgramme) -> Self:
        """Show a programme."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            name=document.name,
            mission=document.mission,
            status=document.status,
            bodies=[GovernanceBody(member_ids=one.member_ids, name=one.name, duty=one.duty) for one in document.bodies],
            approvals=[ProgrammeApproval(by_id=one.by, at=one.at) for one in document.approvals],
            version=document.version,
        )

    @strawberry.field(description="Who answers for it; null once they have left.")
    async def owner(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.owner_id)

    @paged("The initiatives that belong to it.", graphql_type=Connection[Initiative])
    async def initiatives(self, info: Info, window: Window) -> object:
        """Give a page of them."""
        return await pages_of_ids(info, self.document.initiative_ids, initiatives_by_ids, window)

    @paged("The guidelines that hold in it, without those that the viewer may not read.", graphql_type=Connection[Guideline])
    async def guidelines(self, info: Info, window: Window) -> object:
        """Give a page of them."""
        return await pages_of_ids(info, self.document.guideline_ids, guidelines_by_ids, window)

    @paged("Its risks; none without `governance:manage`.", graphql_type=Connection[Risk])
    async def risks(self, info: Info, window: Window) -> object:
        """Give a page of them."""
        return await pages_of_ids(info, self.document.risk_ids, risks_by_ids, window)


@strawberry.type
class SocialProgrammeQueries:
    """What the company does in social media as a whole."""

    @paged("Programmes, the oldest first.", graphql_type=Connection[SocialProgramme])
    async def social_programmes(self, info: Info, window: Window) -> object:
        """Give a page of them."""
        actor = info.context.actor
        return pages(info, await list_social_programmes(actor, window), count=lambda: count_social_programmes(actor))


@strawberry.input(description="Some members who are to decide about something together.")
class GovernanceBodyInput:
    """Some members who are to decide about something together."""

    name: str = required("What they are called, 5 to 200 characters.")
    duty: str = required("What they decide about.")
    member_ids: list[strawberry.ID] = required("Who they are, 1 to 20.")


@strawberry.input(description="What a programme is to be.")
class CreateSocialProgrammeInput:
    """What a programme is to be."""

    name: str = required(_NAME)
    mission: str = required(_MISSION)
    owner_id: strawberry.ID | None = given(f"{_OWNER[:-1]}; absent: the viewer.")
    bodies: list[GovernanceBodyInput] | None = given("Who governs it, up to ten.")
    initiative_ids: list[strawberry.ID] | None = given("The initiatives that belong to it, up to fifty.")
    guideline_ids: list[strawberry.ID] | None = given("The guidelines that hold in it, up to fifty.")
    risk_ids: list[strawberry.ID] | None = given("Its risks, up to fifty.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createSocialProgramme`.")
class CreateSocialProgrammePayload(Payload):
    """The answer of `createSocialProgramme`."""

    programme: SocialProgramme | None = changed("The programme, which waits for approval.")


@strawberry.input(description="What to change of a programme; absent stays as it is. Each change asks for a new approval.")
class UpdateSocialProgrammeInput:
    """What to change of a programme."""

    programme_id: strawberry.ID = required(_PROGRAMME)
    name: str | None = given(_NAME)
    mission: str | None = given(_MISSION)
    owner_id: strawberry.ID | None = given(_OWNER)
    bodies: list[GovernanceBodyInput] | None = given("Who governs it; taken whole.")
    initiative_ids: list[strawberry.ID] | None = given("The initiatives that belong to it; taken whole.")
    guideline_ids: list[strawberry.ID] | None = given("The guidelines that hold in it; taken whole.")
    risk_ids: list[strawberry.ID] | None = given("Its risks; taken whole.")
    retired: bool | None = given("Whether it is over.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `updateSocialProgramme`.")
class UpdateSocialProgrammePayload(Payload):
    """The answer of `updateSocialProgramme`."""

    written: ClassVar[str | None] = "programme"

    programme: SocialProgramme | None = changed()


@strawberry.input(description="Which programme is approved as it is.")
class ApproveSocialProgrammeInput:
    """Which programme is approved as it is."""

    programme_id: strawberry.ID = required(_PROGRAMME)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `approveSocialProgramme`.")
class ApproveSocialProgrammePayload(Payload):
    """The answer of `approveSocialProgramme`."""

    written: ClassVar[str | None] = "programme"

    programme: SocialProgramme | None = changed()


@strawberry.type
class SocialProgrammeMutations:
    """What can be done with programmes."""

    @mutation(CreateSocialProgrammePayload, description="Begins a programme; needs `governance:manage`.")
    async def create_social_programme(self, info: Info, input: Annotated[CreateSocialProgrammeInput, INPUT]) -> object:
        """Begin a programme."""
        draft = parse(ProgrammeDraft, **values_of(input))
        made = await create_social_programme(info.context.actor, draft, once=once_for(info, "createSocialProgramme", input))
        return CreateSocialProgrammePayload(programme=SocialProgramme.from_document(made))

    @mutation(UpdateSocialProgrammePayload, description="Changes a programme, or retires it; needs `governance:manage`.")
    async def update_social_programme(self, info: Info, input: Annotated[UpdateSocialProgrammeInput, INPUT]) -> object:
        """Change a programme."""
        told, version = parse(ProgrammeChange, **values_of(input, "programme_id")), input.expected_version
        found = await update_social_programme(info.context.actor, input.programme_id, told, expected_version=version)
        return UpdateSocialProgrammePayload(programme=SocialProgramme.from_document(found))

    @mutation(
        ApproveSocialProgrammePayload,
        description="Approves a programme as it is, for others than its owner; needs `governance:manage`.",
    )
    async def approve_social_programme(self, info: Info, input: Annotated[ApproveSocialProgrammeInput, INPUT]) -> object:
        """Approve a programme."""
        version = input.expected_version
        found = await approve_social_programme(info.context.actor, input.programme_id, expected_version=version)
        return ApproveSocialProgrammePayload(programme=SocialProgramme.from_document(found))
