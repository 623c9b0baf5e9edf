"""What happens to a case while it is worked on, beside what its customer hears of, as facts."""

from dataclasses import dataclass
from typing import ClassVar

from care.documents.cycles import ResolutionStep
from care.documents.templates import AutomaticPurpose
from care.events import CASE, CaseEvent, InternalCaseEvent
from core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSnoozed(InternalCaseEvent):
    """A case was put aside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseWoken(InternalCaseEvent):
    """A case that was put aside is to be worked on again: its time came, or somebody took it up."""

    snoozed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyWithheld(InternalCaseEvent):
    """Something that was to be said by itself can't be: the channel takes no free words now, and no template is there for it."""

    message_id: str
    purpose: AutomaticPurpose


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseHandedOver(InternalCaseEvent):
    """A case belongs to another department."""

    department_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMerged(CaseEvent):
    """A case was closed as the duplicate of another one."""

    into_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAbsorbed(InternalCaseEvent):
    """Everything of a duplicate has come to its case."""

    merged_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSplit(InternalCaseEvent):
    """A part of a case became another one."""

    new_case_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReturned(CaseEvent):
    """A case belongs to whose talk it holds, for it was read as somebody else's only while the two were merged."""

    customer_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTagged(InternalCaseEvent):
    """The labels of a case changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistTicked(InternalCaseEvent):
    """A point of attention was looked at, or was not after all."""

    item_id: str
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStuck(InternalCaseEvent):
    """A case has not come on within a step for too long: told once a step and cycle."""

    step: ResolutionStep
    cycle: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRulesChanged(Event):
    """The rules that cases are worked by were changed."""

    rules_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MistakeKindChanged(Event):
    """The catalogue of mistakes was changed."""

    kind_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MistakeRecorded(InternalCaseEvent):
    """A mistake was recorded on a case, said otherwise, or taken off the record."""

    mistake_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomFieldChanged(Event):
    """A field of the company's own was defined, changed or taken out of use."""

    field_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFieldsSet(InternalCaseEvent):
    """What a case holds in the company's own fields changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseIntentSet(InternalCaseEvent):
    """Somebody said what the customer of a case wants."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceChanged(Event):
    """Somebody came to a case, does something else at it, or left it: told to who has it open, and to no list."""

    topics: ClassVar[tuple[str, ...]] = (CASE,)
    node_field: ClassVar[str | None] = "case_id"

    case_id: str
