"""The rules that cases are worked by: what must be looked at in each step, and when a step stands still."""

from typing import Self

import strawberry

from care.cases.rules import show_rules
from care.documents import case_rules, cycles
from care.documents.cycles import MOST_ITEMS, MOST_REMINDERS
from schema.context import Info
from schema.directives import list_size
from schema.staff.enums import ResolutionStep
from schema.staff.local_texts import LocalText


@strawberry.type(description="Something that must be looked at in a step.")
class ChecklistItem:
    """Something that must be looked at in a step."""

    id: strawberry.ID = strawberry.field(description="Its id; it stays when its words are changed.")
    text: str = strawberry.field(description="What to look at.")
    required: bool = strawberry.field(description="Whether the step can't be completed without it.")


@strawberry.type(description="What holds for one of the six steps.")
class StepRules:
    """What holds for one of the six steps."""

    step: ResolutionStep = strawberry.field(description="Which step.")
    checklist: list[ChecklistItem] = strawberry.field(
        description="What must be looked at in it, in order.", directives=list_size(MOST_ITEMS)
    )
    stuck_after_minutes: int | None = strawberry.field(
        description="After how long without progress people are alarmed; null: never."
    )

    @classmethod
    def of(cls, rules: cycles.StepRules) -> Self:
        """Show the rules of a step."""
        items = [ChecklistItem(id=strawberry.ID(item.id), text=item.text, required=item.required) for item in rules.items]
        return cls(step=rules.step, checklist=items, stuck_after_minutes=rules.stuck_after_minutes)


@strawberry.type(description="How a customer who does not answer is reminded, and after how long the case is closed.")
class NoAnswerPolicy:
    """What is done about a customer who does not answer."""

    after: ResolutionStep = strawberry.field(description="The step from whose completion on the silence is counted.")
    remind_after_minutes: list[int] = strawberry.field(
        description="From then, or from the reminder before, until each reminder.", directives=list_size(MOST_REMINDERS)
    )
    close_after_minutes: int = strawberry.field(description="From the last reminder until the closing.")
    texts: list[LocalText] = strawberry.field(description="What a reminder says, by language.", directives=list_size(3))

    @classmethod
    def of(cls, terms: cycles.NoAnswerTerms) -> Self:
        """Show a policy."""
        return cls(
            after=terms.after,
            remind_after_minutes=terms.remind_after_minutes,
            close_after_minutes=terms.close_after_minutes,
            texts=LocalText.all_of(terms.texts),
        )


@strawberry.type(description="The rules that cases are worked by. A cycle keeps those that held when it began.")
class CaseRules:
    """The rules that cases are worked by."""

    version: int = strawberry.field(description="Rises with each change, from 0; pass it as `expectedVersion`.")
    steps: list[StepRules] = strawberry.field(description="The six steps in order.", directives=list_size(6))
    no_answer_policy: NoAnswerPolicy | None = strawberry.field(
        description="What is done about customers who do not answer; null: no case is closed for silence."
    )
    reopen_within_minutes: int = strawberry.field(
        description="How long after its closing a case comes back by the customer's message; later a new case follows it."
    )

    @classmethod
    def from_document(cls, document: case_rules.CaseRules) -> Self:
        """Show the rules."""
        return cls(
            version=document.version,
            steps=[StepRules.of(document.of(step)) for step in cycles.ResolutionStep],
            no_answer_policy=NoAnswerPolicy.of(document.no_answer) if document.no_answer else None,
            reopen_within_minutes=int(document.reopen_within.total_seconds()) // 60,
        )


@strawberry.type
class CaseRuleQueries:
    """How cases are worked on."""

    @strawberry.field(description="The rules that cases are worked by, as they hold now; needs `case:read`.")
    async def case_rules(self, info: Info) -> CaseRules:
        """Give the rules."""
        return CaseRules.from_document(await show_rules(info.context.actor))
