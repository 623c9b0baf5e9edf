"""Setting the rules that cases are worked by, and going by them."""

from typing import Annotated, ClassVar

import strawberry

from care.cases.checklists import TickDraft, tick_item
from care.cases.rules import ChecklistDraft, StuckAlarmDraft, set_checklist, set_stuck_alarm
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, required, values_of
from schema.staff.case_rules import CaseRules
from schema.staff.cases import Case
from schema.staff.enums import ResolutionStep


@strawberry.input(description="Something that must be looked at in a step.")
class ChecklistItemInput:
    """Something that must be looked at in a step."""

    id: strawberry.ID | None = given("The id, for one that the step has already; absent: a new one.")
    text: str = required("What to look at, 1 to 200 characters.")
    required: bool | None = given("Whether the step can't be completed without it; absent: yes.")


@strawberry.input(description="What must be looked at in a step.")
class SetChecklistInput:
    """What must be looked at in a step."""

    step: ResolutionStep = required("Which step.")
    items: list[ChecklistItemInput] = required("All of it, at most 12, in order, in the place of what was there before.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `setChecklist`.")
class SetChecklistPayload(Payload):
    """The answer of `setChecklist`."""

    written: ClassVar[str | None] = "case_rules"

    case_rules: CaseRules | None = changed()


@strawberry.input(description="When a step stands still.")
class SetStuckAlarmInput:
    """When a step stands still."""

    step: ResolutionStep = required("Which step.")
    after_minutes: int | None = given("After how long without progress, 1 minute to 90 days; null or absent: never.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `setStuckAlarm`.")
class SetStuckAlarmPayload(Payload):
    """The answer of `setStuckAlarm`."""

    written: ClassVar[str | None] = "case_rules"

    case_rules: CaseRules | None = changed()


@strawberry.input(description="What was looked at.")
class TickChecklistItemInput:
    """What was looked at."""

    case_id: strawberry.ID = required("The id of the case.")
    item_id: strawberry.ID = required("The id of the point on one of the checklists of the running cycle.")
    done: bool = required("Whether it was looked at; false takes that back.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `tickChecklistItem`.")
class TickChecklistItemPayload(Payload):
    """The answer of `tickChecklistItem`."""

    written: ClassVar[str | None] = "case"

    case: Case | None = changed("The case as it is now.")


@strawberry.type
class CaseRuleMutations:
    """What is done with the rules of cases."""

    @mutation(
        SetChecklistPayload,
        description="Sets what must be looked at in a step, for cycles that begin from now on; needs `casework:manage`.",
    )
    async def set_checklist(self, info: Info, input: Annotated[SetChecklistInput, INPUT]) -> object:
        """Set a checklist."""
        draft = parse(ChecklistDraft, **values_of(input))
        rules = await set_checklist(info.context.actor, draft, expected_version=input.expected_version)
        return SetChecklistPayload(case_rules=CaseRules.from_document(rules))

    @mutation(
        SetStuckAlarmPayload,
        description="Says when a step stands still, for cycles that begin from now on; needs `casework:manage`. Who works on "
        "the case and the managers are alarmed, once a step and cycle. Time counts while it is the company's turn.",
    )
    async def set_stuck_alarm(self, info: Info, input: Annotated[SetStuckAlarmInput, INPUT]) -> object:
        """Set an alarm."""
        draft = parse(StuckAlarmDraft, **values_of(input))
        rules = await set_stuck_alarm(info.context.actor, draft, expected_version=input.expected_version)
        return SetStuckAlarmPayload(case_rules=CaseRules.from_document(rules))

    @mutation(
        TickChecklistItemPayload,
        description="Says that a point on a checklist of the running cycle was looked at. CHECKLIST_OPEN refuses to complete "
        "a step, and to close a case, without the required ones.",
    )
    async def tick_checklist_item(self, info: Info, input: Annotated[TickChecklistItemInput, INPUT]) -> object:
        """Tick a point."""
        case = await tick_item(info.context.actor, parse(TickDraft, **values_of(input)), expected_version=input.expected_version)
        return TickChecklistItemPayload(case=Case.from_document(case))
