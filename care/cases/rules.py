"""The rules that cases are worked by, as a manager sets them: what must be looked at in each step, when a step is stuck."""

from collections.abc import Callable
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, Field

from auth.actor import Actor, Permission
from care.cases.events import CaseRulesChanged
from care.documents.case_rules import RULES_ID, CaseRules
from care.documents.cycles import MOST_ITEMS, MOST_REMINDERS, ChecklistItem, NoAnswerTerms, ResolutionStep, StepRules
from care.local_texts import LocalTextDraft, one_a_language
from care.personalisation import require_sayable
from community.drafts import text
from core.clock import now
from core.defaults import change_or_insert, stored_or
from core.errors import InvalidInput
from core.ids import new_id

LONGEST_WAIT_MINUTES: Final = 90 * 24 * 60
LONGEST_WINDOW_MINUTES: Final = 365 * 24 * 60

Minutes = Annotated[int, Field(ge=1, le=LONGEST_WAIT_MINUTES)]


class ItemDraft(BaseModel):
    """A point of attention; the id says that it is one of those before, in other words perhaps."""

    id: str | None = None
    text: Annotated[str, text(1, 200, lines="one")]
    required: bool = True


class ChecklistDraft(BaseModel):
    """All points of attention of a step."""

    step: ResolutionStep
    items: Annotated[list[ItemDraft], Field(max_length=MOST_ITEMS)]


class NoAnswerDraft(BaseModel):
    """How a customer who does not answer is reminded, and after how long the case is closed."""

    after: Literal[ResolutionStep.SOLVE, ResolutionStep.FEEDBACK] = ResolutionStep.FEEDBACK
    remind_after_minutes: Annotated[list[Minutes], Field(min_length=1, max_length=MOST_REMINDERS)]
    close_after_minutes: Minutes
    texts: Annotated[list[LocalTextDraft], Field(min_length=1), AfterValidator(one_a_language)]


class NoAnswerPolicyDraft(BaseModel):
    """The policy; None: no case is closed for silence."""

    policy: NoAnswerDraft | None = None


class ReopenWindowDraft(BaseModel):
    """For how many minutes a closed case comes back by the customer's message; None: as the product has it."""

    minutes: Annotated[int, Field(ge=0, le=LONGEST_WINDOW_MINUTES)] | None = None


class StuckAlarmDraft(BaseModel):
    """After how many minutes without progress a step is stuck; None: never."""

    step: ResolutionStep
    after_minutes: Minutes | None = None


async def show_rules(actor: Actor) -> CaseRules:
    """Give the rules as they hold now. Forbidden without `case:read`."""
    actor.require(Permission.CASE_READ)
    return await read_rules()


async def read_rules() -> CaseRules:
    """Give the rules as they hold now; of version 0 while nobody has set any."""
    return await stored_or(CaseRules(id=RULES_ID, created_at=now()))


async def set_checklist(actor: Actor, draft: ChecklistDraft, *, expected_version: int) -> CaseRules:
    """Let a step have exactly these points of attention, for cycles that begin from now on; running ones keep theirs.

    The version is that of the rules, 0 before anybody has set any. Raises Forbidden without `casework:manage`,
    InvalidInput for an id that is none of the step's or is there twice, Conflict.
    """

    def edit(current: CaseRules) -> None:
        known = {item.id for item in current.of(draft.step).items}
        _require_own(draft, known)
        items = [ChecklistItem(id=one.id or new_id("chi"), text=one.text, required=one.required) for one in draft.items]
        _put(current, current.of(draft.step).model_copy(update={"items": items}))

    return await change_rules(actor, edit, expected_version=expected_version)


async def set_stuck_alarm(actor: Actor, draft: StuckAlarmDraft, *, expected_version: int) -> CaseRules:
    """Say when a step is stuck, for cycles that begin from now on.

    Raises Forbidden without `casework:manage`, Conflict.
    """

    def edit(current: CaseRules) -> None:
        _put(current, current.of(draft.step).model_copy(update={"stuck_after_minutes": draft.after_minutes}))

    return await change_rules(actor, edit, expected_version=expected_version)


async def set_no_answer_policy(actor: Actor, draft: NoAnswerPolicyDraft, *, expected_version: int) -> CaseRules:
    """Say how customers who do not answer are reminded before a case is closed, for cycles that begin from now on.

    Raises Forbidden without `casework:manage`, InvalidInput for variables that have no value in a reminder, Conflict.
    """
    actor.require(Permission.CASEWORK_MANAGE)
    for place, one in enumerate(draft.policy.texts if draft.policy else ()):
        require_sayable(one.text, path=("policy", "texts", str(place), "text"))

    def edit(current: CaseRules) -> None:
        current.no_answer = NoAnswerTerms.model_validate(draft.policy.model_dump()) if draft.policy else None

    return await change_rules(actor, edit, expected_version=expected_version)


async def set_reopen_window(actor: Actor, draft: ReopenWindowDraft, *, expected_version: int) -> CaseRules:
    """Say how long a case that is closed from now on comes back by the customer's message; afterwards a new one follows it.

    Raises Forbidden without `casework:manage`, Conflict.
    """

    def edit(current: CaseRules) -> None:
        current.reopen_within_minutes = draft.minutes

    return await change_rules(actor, edit, expected_version=expected_version)


async def change_rules(actor: Actor, edit: Callable[[CaseRules], None], *, expected_version: int) -> CaseRules:
    """Change the rules, or write them down for the first time. Raises Forbidden without `casework:manage`, Conflict."""
    actor.require(Permission.CASEWORK_MANAGE)

    def rule(current: CaseRules) -> None:
        edit(current)
        current.record(CaseRulesChanged(rules_id=current.id), actor=actor.id)

    return await change_or_insert(await read_rules(), rule, expected_version=expected_version)


def _require_own(draft: ChecklistDraft, known: set[str]) -> None:
    given = [one.id for one in draft.items]
    for place, one in enumerate(given):
        if one is not None and (one not in known or one in given[:place]):
            message = "Name a point of attention that the step has, once; leave the id out for a new one."
            raise InvalidInput(message, path=("items", str(place), "id"))


def _put(rules: CaseRules, changed: StepRules) -> None:
    others = {one.step: one for one in rules.steps}
    others[changed.step] = changed
    rules.steps = [others[step] for step in ResolutionStep if step in others]
