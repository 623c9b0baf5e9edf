"""Working on cases: putting them aside and labelling them."""

from datetime import datetime
from typing import Annotated, ClassVar

import strawberry

from care.cases.intents import IntentDraft, set_intent
from care.cases.reopening import ReopeningDraft, reopen_case
from care.cases.snoozing import SnoozeDraft, snooze_case, unsnooze_case
from care.cases.tags import CaseTagsDraft, set_case_tags
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, required, values_of
from schema.staff.cases import Case
from schema.staff.intent_enums import Intent

_CASE = "The id of the case."


@strawberry.input(description="Which case to put aside, and until when.")
class SnoozeCaseInput:
    """Which case to put aside, and until when."""

    case_id: strawberry.ID = required(_CASE)
    until: datetime | None = given("When it comes back, at most a year away; null or absent: when the customer writes.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `snoozeCase`.")
class SnoozeCasePayload(Payload):
    """The answer of `snoozeCase`."""

    written: ClassVar[str | None] = "case"

    case: Case | None = changed("The case as it is now.")


@strawberry.input(description="Which case to take up again.")
class UnsnoozeCaseInput:
    """Which case to take up again."""

    case_id: strawberry.ID = required(_CASE)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `unsnoozeCase`.")
class UnsnoozeCasePayload(Payload):
    """The answer of `unsnoozeCase`."""

    written: ClassVar[str | None] = "case"

    case: Case | None = changed("The case as it is now.")


@strawberry.input(description="Which resolved or closed case is not done, and why.")
class ReopenCaseInput:
    """Which resolved or closed case is not done, and why."""

    case_id: strawberry.ID = required(_CASE)
    reason: str = required("Why; it stands in the cycle's `reopenings`.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `reopenCase`.")
class ReopenCasePayload(Payload):
    """The answer of `reopenCase`."""

    written: ClassVar[str | None] = "case"

    case: Case | None = changed("The case as it is now.")


@strawberry.input(description="Which labels a case is to have.")
class SetCaseTagsInput:
    """Which labels a case is to have."""

    case_id: strawberry.ID = required(_CASE)
    tags: list[str] = required("All of its labels by name or slug, at most 20; an empty list takes all away.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `setCaseTags`.")
class SetCaseTagsPayload(Payload):
    """The answer of `setCaseTags`."""

    written: ClassVar[str | None] = "case"

    case: Case | None = changed("The case as it is now.")


@strawberry.input(description="What the customer of a case wants in truth.")
class SetCaseIntentInput:
    """What the customer of a case wants in truth."""

    case_id: strawberry.ID = required(_CASE)
    intent: Intent = required("What they want.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `setCaseIntent`.")
class SetCaseIntentPayload(Payload):
    """The answer of `setCaseIntent`."""

    written: ClassVar[str | None] = "case"

    case: Case | None = changed("The case as it is now.")


@strawberry.type
class CaseworkMutations:
    """What front offices do with cases."""

    @mutation(
        SnoozeCasePayload,
        description="Puts a case aside until a time, and at the latest until the customer writes. No clock stops by it: "
        "what was promised to the customer is due as before.",
    )
    async def snooze_case(self, info: Info, input: Annotated[SnoozeCaseInput, INPUT]) -> object:
        """Put a case aside."""
        draft = parse(SnoozeDraft, **values_of(input))
        case = await snooze_case(info.context.actor, draft, expected_version=input.expected_version)
        return SnoozeCasePayload(case=Case.from_document(case))

    @mutation(UnsnoozeCasePayload, description="Takes a case up again that was put aside.")
    async def unsnooze_case(self, info: Info, input: Annotated[UnsnoozeCaseInput, INPUT]) -> object:
        """Take a case up again."""
        case = await unsnooze_case(info.context.actor, input.case_id, expected_version=input.expected_version)
        return UnsnoozeCasePayload(case=Case.from_document(case))

    @mutation(
        ReopenCasePayload,
        description="Brings a case back that was resolved or closed by mistake: its next cycle begins, and the customer is "
        "owed an answer. Once the time is over in which a message would bring it back, it needs `case:override`.",
    )
    async def reopen_case(self, info: Info, input: Annotated[ReopenCaseInput, INPUT]) -> object:
        """Bring back."""
        draft = parse(ReopeningDraft, **values_of(input))
        case = await reopen_case(info.context.actor, draft, expected_version=input.expected_version)
        return ReopenCasePayload(case=Case.from_document(case))

    @mutation(SetCaseTagsPayload, description="Gives a case exactly these labels; filter by them with `tag`.")
    async def set_case_tags(self, info: Info, input: Annotated[SetCaseTagsInput, INPUT]) -> object:
        """Label a case."""
        draft = parse(CaseTagsDraft, **values_of(input))
        case = await set_case_tags(info.context.actor, draft, expected_version=input.expected_version)
        return SetCaseTagsPayload(case=Case.from_document(case))

    @mutation(
        SetCaseIntentPayload,
        description="Says what the customer of a case wants, where their words were taken wrongly; it is kept beside what was "
        "thought before, and no message changes it from then on.",
    )
    async def set_case_intent(self, info: Info, input: Annotated[SetCaseIntentInput, INPUT]) -> object:
        """Correct what a case is taken for."""
        draft = parse(IntentDraft, **values_of(input))
        case = await set_intent(info.context.actor, draft, expected_version=input.expected_version)
        return SetCaseIntentPayload(case=Case.from_document(case))
