"""What MongoDB keeps of the rules that cases are worked by, in one document."""

from typing import ClassVar

from pydantic import Field

from care.documents.cycles import CycleTerms, ResolutionStep, StepRules
from core.records import PENDING_EVENTS, Record

RULES_ID = "cru_rules"
"""The one document that holds the rules."""


class CaseRules(Record):
    """How cases are worked on; `version` tells the wordings apart, and a cycle keeps the one that it began under."""

    steps: list[StepRules] = Field(default_factory=list)

    def of(self, step: ResolutionStep) -> StepRules:
        """Give what holds for a step."""
        return next((rules for rules in self.steps if rules.step is step), StepRules(step=step))

    def terms(self) -> CycleTerms | None:
        """Give what a cycle that begins now keeps; None where nothing is asked of it."""
        asked = [rules for rules in self.steps if rules.items or rules.stuck_after_minutes is not None]
        return CycleTerms(version=self.version, steps=asked) if asked else None

    class Settings:
        name = "case_rules"
        indexes: ClassVar = [PENDING_EVENTS]
