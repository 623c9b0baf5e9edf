"""The cycle of six steps as a case keeps it, with what was asked of each step when the cycle began."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from pydantic import BaseModel, Field


class ResolutionStep(StrEnum):
    """The six steps of answering a complaint, in order; the cycle starts again until the customer is satisfied."""

    CONTACT = "CONTACT"
    ASSURE = "ASSURE"
    VERIFY = "VERIFY"
    SOLVE = "SOLVE"
    FEEDBACK = "FEEDBACK"
    CONFIRM = "CONFIRM"


class CycleOutcome(StrEnum):
    """How a cycle ended; NO_ANSWER: the customer stayed silent, OVERRIDDEN: a supervisor decided."""

    SATISFIED = "SATISFIED"
    UNSATISFIED = "UNSATISFIED"
    NO_ANSWER = "NO_ANSWER"
    OVERRIDDEN = "OVERRIDDEN"


JUDGED = frozenset({CycleOutcome.SATISFIED, CycleOutcome.NO_ANSWER, CycleOutcome.OVERRIDDEN})
"""The outcomes after which a case can be closed."""


MOST_REMINDERS: Final = 5
MOST_ITEMS: Final = 12
"""How many points of attention a step may have."""
MOST_REOPENINGS: Final = 2
"""How often members may bring a case back in one cycle: by beginning it, and while it waits for the verdict."""


class ChecklistItem(BaseModel):
    """Something that must be looked at in a step."""

    id: str
    text: str
    required: bool = True
    """Whether the step can't be completed without it."""


class StepRules(BaseModel):
    """What holds for a step."""

    step: ResolutionStep
    items: list[ChecklistItem] = Field(default_factory=list)
    stuck_after_minutes: int | None = None
    """After how long without progress people are alarmed; None: never."""


class LocalText(BaseModel):
    """Words in one language."""

    locale: str
    text: str


class NoAnswerTerms(BaseModel):
    """What is done about a customer who does not answer any more: reminders at intervals, then the case is closed."""

    after: ResolutionStep
    """The step from whose completion on the silence is counted."""
    remind_after_minutes: list[int]
    """From then, or from the reminder before, until each reminder."""
    close_after_minutes: int
    """From the last reminder until the closing."""
    texts: list[LocalText]

    def text_in(self, locale: str | None) -> str:
        """Give the words of a reminder in a language, in English or any other where there are none."""
        texts = {text.locale: text.text for text in self.texts}
        return texts.get((locale or "en")[:2]) or texts.get("en") or self.texts[0].text


class CycleTerms(BaseModel):
    """The rules that a cycle keeps from its beginning on, whatever they become later."""

    version: int
    """The version of the rules that they were."""
    steps: list[StepRules] = Field(default_factory=list)
    no_answer: NoAnswerTerms | None = None
    """None: silence closes nothing."""

    def of(self, step: ResolutionStep) -> StepRules:
        """Give what holds for a step."""
        return next((rules for rules in self.steps if rules.step is step), StepRules(step=step))


class Tick(BaseModel):
    """A point of attention that somebody looked at."""

    item_id: str
    at: datetime
    by: str


class CycleStep(BaseModel):
    """One of the six steps of one cycle."""

    step: ResolutionStep
    started_at: datetime | None = None
    completed_at: datetime | None = None
    completed_by: str | None = None
    note: str | None = None
    moved_at: datetime | None = None
    """When it last came on since it began: something was looked at, or the turn came back to the company."""
    ticks: list[Tick] = Field(default_factory=list)
    stuck_at: datetime | None = None
    """When people were alarmed that it does not come on, once."""


class Reopening(BaseModel):
    """A member's word that a case is not done."""

    at: datetime
    by: str
    reason: str


class ResolutionCycle(BaseModel):
    """One round of the six steps."""

    number: int
    started_at: datetime
    steps: list[CycleStep]
    terms: CycleTerms | None = None
    """What was asked of the cycle when it began; None: nothing."""
    replied_at: datetime | None = None
    """When the customer first heard from the company in this round; before it there is nothing to judge."""
    silent_since: datetime | None = None
    """Since when the customer's silence is counted; None: it is not."""
    reminded: list[datetime] = Field(default_factory=list)
    """When the customer was reminded since then."""
    reopenings: list[Reopening] = Field(default_factory=list)
    """That members brought the case back: the one that began this round, and one while it waited for the verdict."""
    outcome: CycleOutcome | None = None
    outcome_note: str | None = None
    ended_at: datetime | None = None

    def missing(self, *steps: ResolutionStep) -> list[ChecklistItem]:
        """List what must be looked at in some steps and was not yet."""
        terms = self.terms
        if terms is None:
            return []
        ticked = {tick.item_id for step in self.steps for tick in step.ticks}
        required = [item for step in steps for item in terms.of(step).items if item.required]
        return [item for item in required if item.id not in ticked]
