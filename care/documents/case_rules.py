"""What MongoDB keeps of the rules that cases are worked by, in one document."""

from datetime import timedelta
from typing import ClassVar

from pydantic import Field

from care.documents.cases import REOPENED_WITHIN
from care.documents.cycles import CycleTerms, NoAnswerTerms, ResolutionStep, StepRules
from core.records import PENDING_EVENTS, Record

RULES_ID = "cru_rules"
"""The one document that holds the rules."""


class CaseRules(Record):
    """How cases are worked on; `version` tells the wordings apart, and a cycle keeps the one that it began under."""

    steps: list[StepRules] = Field(default_factory=list)
    no_answer: NoAnswerTerms | None = None
    """None: no case is closed for silence."""
    reopen_within_minutes: int | None = None
    """How long after its closing a case comes back by the customer's message; None: as the product has it."""

    def of(self, step: ResolutionStep) -> StepRules:
        """Give what holds for a step."""
        return next((rules for rules in self.steps if rules.step is step), StepRules(step=step))

    def terms(self) -> CycleTerms | None:
        """Give what a cycle that begins now keeps; None where nothing is asked of it."""
        asked = [rules for rules in self.steps if rules.items or rules.stuck_after_minutes is not None]
        if not asked and self.no_answer is None:
            return None
        return CycleTerms(version=self.version, steps=asked, no_answer=self.no_answer)

    @property
    def reopen_within(self) -> timedelta:
        """Tell how long after its closing a case comes back by the customer's message."""
        minutes = self.reopen_within_minutes
        return REOPENED_WITHIN if minutes is None else timedelta(minutes=minutes)

    class Settings:
        name = "case_rules"
        indexes: ClassVar = [PENDING_EVENTS]
