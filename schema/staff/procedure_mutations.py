"""Mutations of procedures, policies and concerns."""

from typing import Annotated, ClassVar

import strawberry

from auth.actor import Role
from coaching.practice.promoting import PromotionDraft, promote_practice
from community.procedures.concerns import ConcernDraft, SettlementDraft, raise_concern, settle_concern, take_concern
from community.procedures.documents import GuidelineKind
from community.procedures.guidelines import (
    AttestationDraft,
    GuidelineChange,
    GuidelineDraft,
    attest_guideline,
    create_guideline,
    publish_guideline,
    sign_guideline,
    update_guideline,
)
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.staff.guideline_sections import GuidelineSectionInput
from schema.staff.procedures import Attestation, Concern, Guideline

_GUIDELINE = "The id of the procedure or policy."
_CONCERN = "The id of the concern."
_SECTIONS = "Its parts, up to 30; taken whole. Required ones are known by their keys: `missingSections` names those that lack."
_ROLES = "Members of these roles must attest each edition; absent: nobody must."
_DAYS = "How many days they have, 1 to 365; absent: 14."


@strawberry.input(description="What a procedure or policy is to be.")
class CreateGuidelineInput:
    """What a procedure or policy is to be."""

    kind: GuidelineKind = required("What it is.")
    title: str = required("What it is called, 5 to 200 characters.")
    sections: list[GuidelineSectionInput] | None = given(_SECTIONS)
    signatory_ids: list[strawberry.ID] | None = given("The executives who must sign it, up to 10; a policy needs one.")
    attested_by_roles: list[Role] | None = given(_ROLES)
    attest_within_days: int | None = given(_DAYS)
    template_id: strawberry.ID | None = given("The template to begin with: its sections, unless others are given.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createGuideline`.")
class CreateGuidelinePayload(Payload):
    """The answer of `createGuideline`."""

    guideline: Guideline | None = changed("The draft.")


@strawberry.input(description="What to change of a draft; absent stays as it is.")
class UpdateGuidelineInput:
    """What to change of a draft."""

    guideline_id: strawberry.ID = required(_GUIDELINE)
    title: str | None = given("What it is called, 5 to 200 characters.")
    sections: list[GuidelineSectionInput] | None = given(_SECTIONS)
    signatory_ids: list[strawberry.ID] | None = given("The executives who must sign it; taken whole.")
    attested_by_roles: list[Role] | None = given("The roles that must attest it; taken whole.")
    attest_within_days: int | None = given("How many days they have, 1 to 365.")
    archived: bool | None = given("Whether it is out of use.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `updateGuideline`.")
class UpdateGuidelinePayload(Payload):
    """The answer of `updateGuideline`."""

    written: ClassVar[str | None] = "guideline"

    guideline: Guideline | None = changed()


@strawberry.input(description="Which draft the viewer signs.")
class SignGuidelineInput:
    """Which draft the viewer signs."""

    guideline_id: strawberry.ID = required(_GUIDELINE)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `signGuideline`.")
class SignGuidelinePayload(Payload):
    """The answer of `signGuideline`."""

    written: ClassVar[str | None] = "guideline"

    guideline: Guideline | None = changed()


@strawberry.input(description="Which draft is to hold.")
class PublishGuidelineInput:
    """Which draft is to hold."""

    guideline_id: strawberry.ID = required(_GUIDELINE)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `publishGuideline`.")
class PublishGuidelinePayload(Payload):
    """The answer of `publishGuideline`."""

    written: ClassVar[str | None] = "guideline"

    guideline: Guideline | None = changed()


@strawberry.input(description="Which edition the viewer read and will heed.")
class AttestGuidelineInput:
    """Which edition the viewer read and will heed."""

    guideline_id: strawberry.ID = required(_GUIDELINE)
    number: int = required("The number of the edition that was read; it must be the one that holds.")
    contract: str | None = given("Where a contract of the viewer's acknowledges it.")


@strawberry.type(description="The answer of `attestGuideline`.")
class AttestGuidelinePayload(Payload):
    """The answer of `attestGuideline`."""

    attestation: Attestation | None = changed("The attestation.")


@strawberry.input(description="What was practised, and the procedure that comes of it.")
class PromotePracticeInput:
    """What was practised, and the procedure that comes of it."""

    scenario_id: strawberry.ID = required("The id of a scenario of which a run was finished and debriefed.")
    title: str = required("What the procedure is called, 5 to 200 characters.")
    sections: list[GuidelineSectionInput] = required("All required sections.")
    attested_by_roles: list[Role] | None = given(_ROLES)
    attest_within_days: int | None = given(_DAYS)
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `promotePractice`.")
class PromotePracticePayload(Payload):
    """The answer of `promotePractice`."""

    guideline: Guideline | None = changed("The procedure; it holds.")


@strawberry.input(description="What the viewer fears is wrong.")
class RaiseConcernInput:
    """What the viewer fears is wrong."""

    text: str = required("What it is; only who handles concerns reads it.")
    guideline_id: strawberry.ID | None = given("The procedure or policy that it is about.")
    anonymous: bool | None = given("Whether to keep the viewer's name from everybody; then nobody can answer.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `raiseConcern`.")
class RaiseConcernPayload(Payload):
    """The answer of `raiseConcern`."""

    concern: Concern | None = changed("The concern; without a name it is shown here only.")


@strawberry.input(description="Which concern the viewer looks after.")
class TakeConcernInput:
    """Which concern the viewer looks after."""

    concern_id: strawberry.ID = required(_CONCERN)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `takeConcern`.")
class TakeConcernPayload(Payload):
    """The answer of `takeConcern`."""

    written: ClassVar[str | None] = "concern"

    concern: Concern | None = changed()


@strawberry.input(description="What came of a concern.")
class SettleConcernInput:
    """What came of a concern."""

    concern_id: strawberry.ID = required(_CONCERN)
    outcome: str = required("What came of it; who told of it in their name reads it.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `settleConcern`.")
class SettleConcernPayload(Payload):
    """The answer of `settleConcern`."""

    written: ClassVar[str | None] = "concern"

    concern: Concern | None = changed()


@strawberry.type
class ProcedureMutations:
    """What can be done with procedures, policies and concerns."""

    @mutation(CreateGuidelinePayload, description="Begins a procedure or policy as a draft; needs `guideline:manage`.")
    async def create_guideline(self, info: Info, input: Annotated[CreateGuidelineInput, INPUT]) -> object:
        """Begin a draft."""
        draft = parse(GuidelineDraft, **values_of(input))
        made = await create_guideline(info.context.actor, draft, once=once_for(info, "createGuideline", input))
        return CreateGuidelinePayload(guideline=Guideline.from_document(made))

    @mutation(UpdateGuidelinePayload, description="Changes a draft; other words make its signatures void. What holds stays.")
    async def update_guideline(self, info: Info, input: Annotated[UpdateGuidelineInput, INPUT]) -> object:
        """Change a draft."""
        told = parse(GuidelineChange, **values_of(input, "guideline_id"))
        found = await update_guideline(info.context.actor, input.guideline_id, told, expected_version=input.expected_version)
        return UpdateGuidelinePayload(guideline=Guideline.from_document(found))

    @mutation(SignGuidelinePayload, description="Agrees with a draft, as an executive who is named in it.")
    async def sign_guideline(self, info: Info, input: Annotated[SignGuidelineInput, INPUT]) -> object:
        """Sign a draft."""
        found = await sign_guideline(info.context.actor, input.guideline_id, expected_version=input.expected_version)
        return SignGuidelinePayload(guideline=Guideline.from_document(found))

    @mutation(
        PublishGuidelinePayload,
        description="Lets a draft that is whole and signed hold as the next edition.",
    )
    async def publish_guideline(self, info: Info, input: Annotated[PublishGuidelineInput, INPUT]) -> object:
        """Publish a draft."""
        found = await publish_guideline(info.context.actor, input.guideline_id, expected_version=input.expected_version)
        return PublishGuidelinePayload(guideline=Guideline.from_document(found))

    @mutation(AttestGuidelinePayload, description="Says that the viewer read the edition that holds and will heed it.")
    async def attest_guideline(self, info: Info, input: Annotated[AttestGuidelineInput, INPUT]) -> object:
        """Attest an edition."""
        attested = await attest_guideline(info.context.actor, parse(AttestationDraft, **values_of(input)))
        return AttestGuidelinePayload(attestation=Attestation.from_document(attested))

    @mutation(PromotePracticePayload, description="Lets a tested practice hold as a procedure, in one act.")
    async def promote_practice(self, info: Info, input: Annotated[PromotePracticeInput, INPUT]) -> object:
        """Promote a practice."""
        draft = parse(PromotionDraft, **values_of(input))
        made = await promote_practice(info.context.actor, draft, once=once_for(info, "promotePractice", input))
        return PromotePracticePayload(guideline=Guideline.from_document(made))

    @mutation(RaiseConcernPayload, description="Tells of a concern in confidence, with or without the viewer's name.")
    async def raise_concern(self, info: Info, input: Annotated[RaiseConcernInput, INPUT]) -> object:
        """Tell of a concern."""
        draft = parse(ConcernDraft, **values_of(input))
        told = await raise_concern(info.context.actor, draft, once=once_for(info, "raiseConcern", input))
        return RaiseConcernPayload(concern=Concern.from_document(told))

    @mutation(TakeConcernPayload, description="Says that the viewer looks after a concern; needs `concern:handle`.")
    async def take_concern(self, info: Info, input: Annotated[TakeConcernInput, INPUT]) -> object:
        """Take a concern up."""
        found = await take_concern(info.context.actor, input.concern_id, expected_version=input.expected_version)
        return TakeConcernPayload(concern=Concern.from_document(found))

    @mutation(SettleConcernPayload, description="Says what came of a concern; who told of it in their name is told.")
    async def settle_concern(self, info: Info, input: Annotated[SettleConcernInput, INPUT]) -> object:
        """Settle a concern."""
        draft = parse(SettlementDraft, outcome=input.outcome)
        found = await settle_concern(info.context.actor, input.concern_id, draft.outcome, expected_version=input.expected_version)
        return SettleConcernPayload(concern=Concern.from_document(found))
