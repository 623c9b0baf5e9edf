"""Mutations of moderation: reporting, claiming and deciding."""

from typing import Annotated, ClassVar

import strawberry

from community.moderation.decisions import Verdict, claim_item, decide_item
from community.moderation.documents import ModerationDecision
from community.moderation.reading import items_by_ids
from community.moderation.reports import ReportDraft, report_content
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, required, values_of
from schema.report_reasons import ReportReason
from schema.staff.moderation import ModerationItem

_ITEM_ID = "The id of the item of the queue."
_AS_IT_IS = "The item as it is now."


@strawberry.input(description="What is wrong with what.")
class ReportContentInput:
    """What is wrong with what."""

    content_id: strawberry.ID = required("The id of a question, an answer, a remark, a page, a post or an idea.")
    reason: ReportReason = required("What is wrong.")
    note: str | None = given("More about it, for the moderators, at most 1,000 characters.")


@strawberry.type(description="The answer of `reportContent`.")
class ReportContentPayload(Payload):
    """The answer of `reportContent`."""

    item: ModerationItem | None = changed("The item of the queue; null for those who do not moderate there.")
    reported: bool | None = changed("Whether the moderators know now.")


@strawberry.input(description="Which item the viewer looks at.")
class ClaimModerationItemInput:
    """Which item the viewer looks at."""

    item_id: strawberry.ID = required(_ITEM_ID)
    claimed: bool = required("Whether the viewer looks at it; false lets others.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `claimModerationItem`.")
class ClaimModerationItemPayload(Payload):
    """The answer of `claimModerationItem`."""

    written: ClassVar[str | None] = "item"

    item: ModerationItem | None = changed(_AS_IT_IS)


@strawberry.input(description="What to make of what was reported.")
class DecideModerationItemInput:
    """What to make of what was reported."""

    item_id: strawberry.ID = required(_ITEM_ID)
    decision: ModerationDecision = required("What to do.")
    reason: str = required("Why, 3 to 1,000 characters; the author reads it, and the log keeps it.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `decideModerationItem`.")
class DecideModerationItemPayload(Payload):
    """The answer of `decideModerationItem`."""

    written: ClassVar[str | None] = "item"

    item: ModerationItem | None = changed(_AS_IT_IS)


@strawberry.type
class ModerationMutations:
    """What members report, and what moderators decide."""

    @mutation(ReportContentPayload, description="Reports something to the moderators; again, it replaces what one reported.")
    async def report_content(self, info: Info, input: Annotated[ReportContentInput, INPUT]) -> object:
        """Report."""
        actor = info.context.actor
        item = await report_content(actor, parse(ReportDraft, **values_of(input)))
        known = await items_by_ids(actor, [item.id])
        shown = ModerationItem.from_document(item) if item.id in known else None
        return ReportContentPayload(item=shown, reported=True)

    @mutation(ClaimModerationItemPayload, description="Lets other moderators know that the viewer looks at an item.")
    async def claim_moderation_item(self, info: Info, input: Annotated[ClaimModerationItemInput, INPUT]) -> object:
        """Claim."""
        item = await claim_item(info.context.actor, input.item_id, claimed=input.claimed, expected_version=input.expected_version)
        return ClaimModerationItemPayload(item=ModerationItem.from_document(item))

    @mutation(DecideModerationItemPayload, description="Decides about what was reported; the author is told.")
    async def decide_moderation_item(self, info: Info, input: Annotated[DecideModerationItemInput, INPUT]) -> object:
        """Decide."""
        verdict = parse(Verdict, decision=input.decision, reason=input.reason)
        item = await decide_item(info.context.actor, input.item_id, verdict, expected_version=input.expected_version)
        return DecideModerationItemPayload(item=ModerationItem.from_document(item))
