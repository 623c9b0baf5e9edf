"""Mutations that say of a colleague what they master."""

from typing import Annotated

import strawberry

from community.endorsements import EndorsementDraft, endorse_skill, withdraw_endorsement
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, given, required, values_of
from schema.staff.members import Member

_MEMBER = "The id of the colleague."
_SKILL = "The id of one of their skills."


@strawberry.input(description="Who masters which skill.")
class EndorseSkillInput:
    """Who masters which skill."""

    member_id: strawberry.ID = required(_MEMBER)
    skill_id: strawberry.ID = required(_SKILL)
    note: str | None = given("What the viewer saw of it, in a line of at most 300 characters.")


@strawberry.type(description="The answer of `endorseSkill`.")
class EndorseSkillPayload(Payload):
    """The answer of `endorseSkill`."""

    member: Member | None = changed("The colleague.")


@strawberry.input(description="Which endorsement of the viewer's is taken back.")
class WithdrawEndorsementInput:
    """Which endorsement of the viewer's is taken back."""

    member_id: strawberry.ID = required(_MEMBER)
    skill_id: strawberry.ID = required(_SKILL)


@strawberry.type(description="The answer of `withdrawEndorsement`.")
class WithdrawEndorsementPayload(Payload):
    """The answer of `withdrawEndorsement`."""

    member: Member | None = changed("The colleague.")


@strawberry.type
class EndorsementMutations:
    """Endorsing."""

    @mutation(EndorseSkillPayload, description="Say that a colleague masters a skill; once each, the note can be changed.")
    async def endorse_skill(self, info: Info, input: Annotated[EndorseSkillInput, INPUT]) -> object:
        """Endorse somebody for a skill."""
        draft = parse(EndorsementDraft, **values_of(input))
        member = await endorse_skill(info.context.actor, draft)
        return EndorseSkillPayload(member=Member.from_document(member))

    @mutation(WithdrawEndorsementPayload, description="Take the viewer's endorsement back.")
    async def withdraw_endorsement(
        self,
        info: Info,
        input: Annotated[WithdrawEndorsementInput, INPUT],
    ) -> object:
        """Take an endorsement back."""
        member = await withdraw_endorsement(info.context.actor, input.member_id, input.skill_id)
        return WithdrawEndorsementPayload(member=Member.from_document(member))
