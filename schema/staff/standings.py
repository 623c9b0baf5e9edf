"""At which level members are, what the next one asks for, and what shows that somebody is ready."""

from datetime import datetime
from typing import Annotated, ClassVar, Self

import strawberry

from care.documents import standing as levels
from care.documents.standing import SocialLevel
from coaching.levels.certificates import KEPT, MOST_SIGN_OFFS
from coaching.levels.level_rules import LevelRuleDraft, list_level_rules, set_level_rule
from coaching.levels.standings import (
    GraduationDraft,
    LevelSignOffDraft,
    Readiness,
    ReevaluationDraft,
    graduate,
    graduation_readiness,
    reevaluate,
    sign_off_graduation,
)
from schema.context import Info
from schema.directives import list_size
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, required, values_of
from schema.nodes import Node
from schema.staff.certificate_mutations import RequirementsInput
from schema.staff.certificates import MOST_SHOWN, MentorSignOff, Requirements, RequirementShown
from schema.staff.members import Member, member_of

_VERSION = "Rises with each edit by a person, from 0; pass it as `expectedVersion`."
_MEMBER = "The id of the member; nobody decides on themselves."


@strawberry.type(description="What is asked of who is to come to a level, and when to look again.")
class LevelRule:
    """What is asked of who is to come to a level."""

    level: SocialLevel = strawberry.field(description="The level.")
    requirements: Requirements = strawberry.field(description="What it asks for.")
    re_evaluate_days: int = strawberry.field(description="After how many days to look again.")
    version: int = strawberry.field(description=_VERSION)

    @classmethod
    def from_document(cls, document: levels.LevelRule) -> Self:
        """Show a rule."""
        return cls(
            level=document.level,
            requirements=Requirements.of(document.requirements),
            re_evaluate_days=document.re_evaluate_days,
            version=document.version,
        )


@strawberry.type(description="That somebody came to a level, and why.")
class LevelStep:
    """That somebody came to a level."""

    level: SocialLevel = strawberry.field(description="The level.")
    at: datetime = strawberry.field(description="When.")
    by_id: strawberry.ID | None = strawberry.field(description="The id of who decided; null where that is not known.")
    reason: str | None = strawberry.field(description="Why; null where the evidence says it.")
    became_agent: bool = strawberry.field(description="Whether a trainee became an agent by it.")


@strawberry.type(description="At which level of social experience a member is.")
class Standing(Node):
    """At which level a member is."""

    document: strawberry.Private[levels.Standing]
    level: SocialLevel = strawberry.field(description="The level.")
    reached_at: datetime | None = strawberry.field(description="When they came to it; null for who was never placed.")
    re_evaluate_at: datetime | None = strawberry.field(description="When to look again; null for newcomers.")
    lapsed: bool = strawberry.field(description="Whether nobody looked again in time: until then they count as one level lower.")
    version: int = strawberry.field(description=_VERSION)

    @classmethod
    def from_document(cls, document: levels.Standing) -> Self:
        """Show a standing."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            level=document.level,
            reached_at=document.reached_at,
            re_evaluate_at=document.re_evaluate_at,
            lapsed=document.lapsed,
            version=document.version,
        )

    @strawberry.field(description="Whose it is; null once they have left.")
    async def member(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.member_id)

    @strawberry.field(description="Who stands for them on the way to the next level.", directives=list_size(MOST_SIGN_OFFS))
    def sign_offs(self) -> list[MentorSignOff]:
        """Give the mentors."""
        return [MentorSignOff(member_id=strawberry.ID(o.by), at=o.at, remark=o.remark) for o in self.document.sign_offs]

    @strawberry.field(description="The levels that they came to, the oldest first; the last fifty.", directives=list_size(KEPT))
    def steps(self) -> list[LevelStep]:
        """Give the steps."""
        return [
            LevelStep(
                level=one.level, at=one.at, by_id=strawberry.ID(one.by) if one.by else None, reason=one.reason,
                became_agent=one.becomes_agent,
            )
            for one in self.document.steps
        ]  # fmt: skip


@strawberry.type(description="How far somebody is on the way to the next level.")
class GraduationReadiness:
    """How far somebody is on the way to the next level."""

    standing: Standing = strawberry.field(description="At which level they are.")
    next_level: SocialLevel | None = strawberry.field(description="The next level; null at the highest.")
    requirements: list[RequirementShown] = strawberry.field(
        description="What it asks for, each met or not, with what shows it.", directives=list_size(MOST_SHOWN)
    )
    ready: bool = strawberry.field(description="Whether they show all of it.")

    @classmethod
    def of(cls, found: Readiness) -> Self:
        """Show how far somebody is."""
        return cls(
            standing=Standing.from_document(found.standing),
            next_level=found.following,
            requirements=[RequirementShown.of(one) for one in found.shown],
            ready=found.ready,
        )


@strawberry.type
class StandingQueries:
    """At which level members are."""

    @strawberry.field(
        description="How far a member is on the way to the next level; others' needs `training:manage`.",
    )
    async def graduation_readiness(
        self,
        info: Info,
        member_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="The id of the member; absent: the viewer.")
        ] = None,
    ) -> GraduationReadiness:
        """Look at everything that the next level asks for."""
        return GraduationReadiness.of(await graduation_readiness(info.context.actor, member_id))

    @strawberry.field(
        description="What each level above the lowest asks for, the lowest first.", directives=list_size(len(SocialLevel))
    )
    async def level_rules(self, info: Info) -> list[LevelRule]:
        """Give the rules."""
        return [LevelRule.from_document(one) for one in await list_level_rules(info.context.actor)]


@strawberry.input(description="What is to be asked of who is to come to a level.")
class SetLevelRuleInput:
    """What is to be asked of who is to come to a level."""

    level: SocialLevel = required("The level; everybody begins at the lowest.")
    requirements: RequirementsInput | None = given("What it asks for; absent: nothing.")
    re_evaluate_days: int | None = given("After how many days to look again, up to five years; absent: 365.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `setLevelRule`.")
class SetLevelRulePayload(Payload):
    """The answer of `setLevelRule`."""

    written: ClassVar[str | None] = "level_rule"

    level_rule: LevelRule | None = changed()


@strawberry.input(description="For whom the viewer stands.")
class SignOffGraduationInput:
    """For whom the viewer stands."""

    member_id: strawberry.ID = required(_MEMBER)
    remark: str | None = given("Why.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `signOffGraduation`.")
class SignOffGraduationPayload(Payload):
    """The answer of `signOffGraduation`."""

    written: ClassVar[str | None] = "standing"

    standing: Standing | None = changed()


@strawberry.input(description="Who is to come to the next level.")
class GraduateInput:
    """Who is to come to the next level."""

    member_id: strawberry.ID = required(_MEMBER)
    despite: str | None = given("Why although something is missing, 5 to 1,000 characters; needs `certification:manage`.")
    become_agent: bool | None = given("Whether a trainee becomes an agent by it; needs `member:manage`. Absent: not.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `graduate`.")
class GraduatePayload(Payload):
    """The answer of `graduate`."""

    written: ClassVar[str | None] = "standing"

    standing: Standing | None = changed()


@strawberry.input(description="At which level somebody is found to be.")
class ReevaluateLevelInput:
    """At which level somebody is found to be."""

    member_id: strawberry.ID = required(_MEMBER)
    level: SocialLevel = required("The level: the same one, or a lower one.")
    reason: str = required("Why, 5 to 1,000 characters.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `reevaluateLevel`.")
class ReevaluateLevelPayload(Payload):
    """The answer of `reevaluateLevel`."""

    written: ClassVar[str | None] = "standing"

    standing: Standing | None = changed()


@strawberry.type
class StandingMutations:
    """What can be done with levels."""

    @mutation(SetLevelRulePayload, description="Says what a level asks for; needs `certification:manage`.")
    async def set_level_rule(self, info: Info, input: Annotated[SetLevelRuleInput, INPUT]) -> object:
        """Set a rule."""
        draft = parse(LevelRuleDraft, **values_of(input))
        found = await set_level_rule(info.context.actor, draft, expected_version=input.expected_version)
        return SetLevelRulePayload(level_rule=LevelRule.from_document(found))

    @mutation(
        SignOffGraduationPayload,
        description="Stands for who is to come to the next level; needs `reply:release`. `expectedVersion` is 0 at first.",
    )
    async def sign_off_graduation(self, info: Info, input: Annotated[SignOffGraduationInput, INPUT]) -> object:
        """Stand for somebody."""
        draft = parse(LevelSignOffDraft, **values_of(input))
        found = await sign_off_graduation(info.context.actor, draft, expected_version=input.expected_version)
        return SignOffGraduationPayload(standing=Standing.from_document(found))

    @mutation(
        GraduatePayload,
        description="Raises who shows all that the next level asks for; needs `training:manage`. `expectedVersion` is 0 first.",
    )
    async def graduate(self, info: Info, input: Annotated[GraduateInput, INPUT]) -> object:
        """Raise somebody."""
        draft = parse(GraduationDraft, **values_of(input))
        found = await graduate(info.context.actor, draft, expected_version=input.expected_version)
        return GraduatePayload(standing=Standing.from_document(found))

    @mutation(
        ReevaluateLevelPayload,
        description="Looks again at which level somebody is: at the same one, or a lower one; needs `training:manage`.",
    )
    async def reevaluate_level(self, info: Info, input: Annotated[ReevaluateLevelInput, INPUT]) -> object:
        """Look again."""
        draft = parse(ReevaluationDraft, **values_of(input))
        found = await reevaluate(info.context.actor, draft, expected_version=input.expected_version)
        return ReevaluateLevelPayload(standing=Standing.from_document(found))
