"""What happens to a case while it is worked on, beside what its customer hears of, as facts."""

from dataclasses import dataclass

from care.events import InternalCaseEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSnoozed(InternalCaseEvent):
    """A case was put aside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseWoken(InternalCaseEvent):
    """A case that was put aside is to be worked on again: its time came, or somebody took it up."""

    snoozed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTagged(InternalCaseEvent):
    """The labels of a case changed."""
