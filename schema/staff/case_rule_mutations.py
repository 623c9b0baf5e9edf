"""Setting the rules that cases are worked by, and going by them."""

from typing import Annotated, ClassVar

import strawberry

from care.cases.checklists import TickDraft, tick_item
from care.cases.rules import (
    ChecklistDraft,
    NoAnswerPolicyDraft,
    ReopenWindowDraft,
    StuckAlarmDraft,
    set_checklist,
    set_no_answer_policy,
    set_reopen_window,
    set_stuck_alarm,
)
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, required, values_of
from schema.staff.case_rules import CaseRules
from schema.staff.cases import Case
from schema.staff.enums import ResolutionStep
from schema.staff.local_texts import LocalTextInput


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


@strawberry.input(description="How a customer who does not answer is reminded, and after how long the case is closed.")
class NoAnswerPolicyInput:
    """What is done about a customer who does not answer."""

    after: ResolutionStep | None = given("From which step's completion on the silence is counted: SOLVE or, if absent, FEEDBACK.")
    remind_after_minutes: list[int] = required(
        "1 to 5 waits of 1 minute to 90 days: from then, or from the reminder before, until each reminder."
    )
    close_after_minutes: int = required("From the last reminder until the closing, 1 minute to 90 days.")
    texts: list[LocalTextInput] = required("What a reminder says, once a language; English or any other where theirs is missing.")


@strawberry.input(description="What is to be done about customers who do not answer.")
class SetNoAnswerPolicyInput:
    """What is to be done about customers who do not answer."""

    policy: NoAnswerPolicyInput | None = given("The policy; null or absent: no case is closed for silence.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `setNoAnswerPolicy`.")
class SetNoAnswerPolicyPayload(Payload):
    """The answer of `setNoAnswerPolicy`."""

    written: ClassVar[str | None] = "case_rules"

    case_rules: CaseRules | None = changed()


@strawberry.input(description="How long a closed case comes back.")
class SetReopenWindowInput:
    """How long a closed case comes back."""

    minutes: int | None = given("0 (never) to 525,600 (a year); null or absent: as the product has it, 7 days.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `setReopenWindow`.")
class SetReopenWindowPayload(Payload):
    """The answer of `setReopenWindow`."""

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
        SetNoAnswerPolicyPayload,
        description="Says how customers who do not answer are reminded through their channel, and after how long the case is "
        "closed with the outcome NO_ANSWER, for cycles that begin from now on; needs `casework:manage`. The customer's next "
        "message stops it, and what is owed to them, or was not looked at, keeps the case open.",
    )
    async def set_no_answer_policy(self, info: Info, input: Annotated[SetNoAnswerPolicyInput, INPUT]) -> object:
        """Set the policy."""
        draft = parse(NoAnswerPolicyDraft, **values_of(input))
        rules = await set_no_answer_policy(info.context.actor, draft, expected_version=input.expected_version)
        return SetNoAnswerPolicyPayload(case_rules=CaseRules.from_document(rules))

    @mutation(
        SetReopenWindowPayload,
        description="Says how long a case that is closed from now on comes back by the customer's message, in its next cycle; "
        "later a new case follows it. Needs `casework:manage`.",
    )
    async def set_reopen_window(self, info: Info, input: Annotated[SetReopenWindowInput, INPUT]) -> object:
        """Set the window."""
        draft = parse(ReopenWindowDraft, **values_of(input))
        rules = await set_reopen_window(info.context.actor, draft, expected_version=input.expected_version)
        return SetReopenWindowPayload(case_rules=CaseRules.from_document(rules))

    @mutation(
        TickChecklistItemPayload,
        description="Says that a point on a checklist of the running cycle was looked at. CHECKLIST_OPEN refuses to complete "
        "a step, and to close a case, without the required ones.",
    )
    async def tick_checklist_item(self, info: Info, input: Annotated[TickChecklistItemInput, INPUT]) -> object:
        """Tick a point."""
        case = await tick_item(info.context.actor, parse(TickDraft, **values_of(input)), expected_version=input.expected_version)
        return TickChecklistItemPayload(case=Case.from_document(case))
