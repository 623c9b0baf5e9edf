"""Points: what others accepted of a member's work, by rules that are data."""

from datetime import datetime
from typing import Annotated, ClassVar, Self

import strawberry

from coaching.recognition import points_documents as documents
from coaching.recognition.point_rules import PointRulesDraft, set_point_rules, show_point_rules
from coaching.recognition.points import MOST_REASONS, MemberPoints, points_of
from coaching.recognition.points_documents import PointCause
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, required, values_of
from schema.nodes import Node
from schema.staff.members import Member
from schema.staff.reach import reach

told(
    PointCause,
    "What others did by which they accepted a member's work. Mere activity counts for nothing, and so does speed.",
    ACCEPTED_ANSWER="Somebody else accepted an answer.",
    CONSULTATION_ACCEPTED="The front office accepted the answer to a consultation about a case.",
    HELPFUL_VOTE="Somebody else found an answer helpful.",
    VERIFIED_PAGE="Somebody else vouches for a page of the wiki.",
    APPROVED_REPLY="A mentor let a reply go.",
    KUDOS="Somebody else gave kudos.",
)
_CAUSES = len(PointCause)
_A_DAY = "How often it counts on one day."
_FROM_ONE = "How often of those for the same other person."


@strawberry.type(description="What one cause is worth.")
class PointRule:
    """What one cause is worth."""

    cause: PointCause = strawberry.field(description="The cause.")
    points: int = strawberry.field(description="What it is worth; 0 for nothing.")
    most_a_day: int = strawberry.field(description=_A_DAY)
    most_from_one: int = strawberry.field(description=_FROM_ONE)


@strawberry.type(description="What acceptance by others is worth; what was earned keeps the terms of its day.")
class PointRules:
    """What acceptance by others is worth."""

    version: int = strawberry.field(description="Rises with each change, from 0; pass it as `expectedVersion`.")
    rules: list[PointRule] = strawberry.field(description="One for each cause.", directives=list_size(_CAUSES))

    @classmethod
    def from_document(cls, document: documents.PointRules) -> Self:
        """Show the rules."""
        return cls(version=document.version, rules=[PointRule(**rule.model_dump()) for rule in document.rules])


@strawberry.type(description="What a member earned by one cause.")
class PointsByCause:
    """What a member earned by one cause."""

    cause: PointCause = strawberry.field(description="The cause.")
    points: int = strawberry.field(description="What was earned by it.")
    times: int = strawberry.field(description="How often it holds, whether or not the limits of the day let it count.")


@strawberry.type(description="Why a member earned points. It never says who accepted.")
class PointReason:
    """Why a member earned points."""

    entry: strawberry.Private[documents.LedgerEntry]
    cause: PointCause = strawberry.field(description="What others did.")
    points: int = strawberry.field(description="What it counted for; 0 when the limits of the day were reached.")
    at: datetime = strawberry.field(description="When.")
    rules_version: int = strawberry.field(description="The version of the rules that it was counted by.")

    @classmethod
    def of(cls, entry: documents.LedgerEntry) -> Self:
        """Show an entry."""
        rule = entry.rule
        return cls(entry=entry, cause=rule.cause, points=entry.counted, at=entry.at, rules_version=entry.rules_version)

    @strawberry.field(description="What was accepted; null for who may not read it.")
    async def source(self, info: Info) -> Node | None:
        """Give the answer, page, review or kudos."""
        found = await reach(info.context, self.entry.source_id)
        shown: Node | None = info.context.present(found) if found is not None else None
        return shown


@strawberry.type(name="MemberPoints", description="What a member earned by others' acceptance.")
class Points:
    """What a member earned by others' acceptance."""

    member: Member = strawberry.field(description="The member.")
    total: int = strawberry.field(description="All points that count.")
    by_cause: list[PointsByCause] = strawberry.field(description="One for each cause.", directives=list_size(_CAUSES))
    reasons: list[PointReason] = strawberry.field(
        description="For what lately, the latest first; the last fifty.", directives=list_size(MOST_REASONS)
    )

    @classmethod
    def of(cls, found: MemberPoints) -> Self:
        """Show what was earned."""
        return cls(
            member=Member.from_document(found.member),
            total=found.total,
            by_cause=[
                PointsByCause(cause=one, points=found.by_cause.get(one, 0), times=found.times.get(one, 0)) for one in PointCause
            ],
            reasons=[PointReason.of(one) for one in found.reasons],
        )


@strawberry.type
class PointQueries:
    """What members earned, and by which rules."""

    @strawberry.field(description="What a member earned, for the member and with `recognition:manage`.")
    async def points_of(
        self,
        info: Info,
        member_id: Annotated[strawberry.ID | None, strawberry.argument(description="The member; absent: the viewer.")] = None,
    ) -> Points:
        """Give the points."""
        actor = info.context.actor
        return Points.of(await points_of(actor, member_id or actor.member))

    @strawberry.field(description="What acceptance by others is worth; needs `member:read`.")
    async def point_rules(self, info: Info) -> PointRules:
        """Give the rules."""
        return PointRules.from_document(await show_point_rules(info.context.actor))


@strawberry.input(description="What one cause is to be worth.")
class PointRuleInput:
    """What one cause is to be worth."""

    cause: PointCause = required("The cause.")
    points: int = required("What it is worth, 0 to 100.")
    most_a_day: int = required(f"{_A_DAY[:-1]}, 1 to 100.")
    most_from_one: int = required(f"{_FROM_ONE[:-1]}, 1 to 20.")


@strawberry.input(description="What acceptance by others is to be worth from now on.")
class SetPointRulesInput:
    """What acceptance by others is to be worth from now on."""

    rules: list[PointRuleInput] = required("One for each cause.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `setPointRules`.")
class SetPointRulesPayload(Payload):
    """The answer of `setPointRules`."""

    written: ClassVar[str | None] = "point_rules"

    point_rules: PointRules | None = changed()


@strawberry.type
class PointMutations:
    """What is done with the rules of points."""

    @mutation(SetPointRulesPayload, description="Says what acceptance by others is worth; needs `recognition:manage`.")
    async def set_point_rules(self, info: Info, input: Annotated[SetPointRulesInput, INPUT]) -> object:
        """Set the rules."""
        draft = parse(PointRulesDraft, **values_of(input))
        found = await set_point_rules(info.context.actor, draft, expected_version=input.expected_version)
        return SetPointRulesPayload(point_rules=PointRules.from_document(found))
