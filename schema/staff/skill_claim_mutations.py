"""Mutations about skills that members claim: claiming, taking back, and vouching for."""

from typing import Annotated, ClassVar

import strawberry

from community.skill_claims import ClaimDraft, ConfirmationDraft, claim_skill, confirm_skill, withdraw_claim
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, required, values_of
from schema.staff.members import Member


@strawberry.input(description="What the viewer knows.")
class ClaimSkillInput:
    """What the viewer knows."""

    skill_id: strawberry.ID = required("The id of the skill.")
    proficiency: int | None = given("How well: 1, knows a little, to 5, is whom others ask; absent: 1.")


@strawberry.type(description="The answer of `claimSkill`.")
class ClaimSkillPayload(Payload):
    """The answer of `claimSkill`."""

    member: Member | None = changed("The viewer, as a member.")


@strawberry.input(description="What the viewer claims no longer.")
class WithdrawSkillClaimInput:
    """What the viewer claims no longer."""

    skill_id: strawberry.ID = required("The id of the skill.")


@strawberry.type(description="The answer of `withdrawSkillClaim`.")
class WithdrawSkillClaimPayload(Payload):
    """The answer of `withdrawSkillClaim`."""

    member: Member | None = changed("The viewer, as a member.")


@strawberry.input(description="Whose claim is vouched for, and why.")
class ConfirmSkillInput:
    """Whose claim is vouched for, and why."""

    member_id: strawberry.ID = required("The id of the member.")
    skill_id: strawberry.ID = required("The id of the skill that they claim.")
    reason: str = required("What shows it, in a line of at most 300 characters.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `confirmSkill`.")
class ConfirmSkillPayload(Payload):
    """The answer of `confirmSkill`."""

    written: ClassVar[str | None] = "member"

    member: Member | None = changed()


@strawberry.type
class SkillClaimMutations:
    """What members claim, and who vouches for it."""

    @mutation(
        ClaimSkillPayload,
        description="Says that the viewer knows something. It is PENDING and counts nowhere until an accepted answer, a page "
        "that they wrote or vouch for, a case helped, or the endorsement of somebody who has the skill shows it.",
    )
    async def claim_skill(self, info: Info, input: Annotated[ClaimSkillInput, INPUT]) -> object:
        """Claim."""
        member = await claim_skill(info.context.actor, parse(ClaimDraft, **values_of(input)))
        return ClaimSkillPayload(member=Member.from_document(member))

    @mutation(
        WithdrawSkillClaimPayload,
        description="Takes back what the viewer claims, shown or not; what was given or confirmed by hand stays.",
    )
    async def withdraw_skill_claim(self, info: Info, input: Annotated[WithdrawSkillClaimInput, INPUT]) -> object:
        """Take a claim back."""
        return WithdrawSkillClaimPayload(member=Member.from_document(await withdraw_claim(info.context.actor, input.skill_id)))

    @mutation(
        ConfirmSkillPayload,
        description="Vouches for a skill that a colleague claims, whatever evidence says; needs `member:manage` or "
        "`assignment:manage`.",
    )
    async def confirm_skill(self, info: Info, input: Annotated[ConfirmSkillInput, INPUT]) -> object:
        """Confirm."""
        draft = parse(ConfirmationDraft, **values_of(input))
        member = await confirm_skill(info.context.actor, draft, expected_version=input.expected_version)
        return ConfirmSkillPayload(member=Member.from_document(member))
