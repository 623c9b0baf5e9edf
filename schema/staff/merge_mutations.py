"""Cases that are one, and cases that are two."""

from typing import Annotated, ClassVar

import strawberry

from care.cases.merging import MergeDraft, merge_cases
from care.cases.splitting import SplitDraft, split_case
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.staff.cases import Case


@strawberry.input(description="Which case is the duplicate of which.")
class MergeCasesInput:
    """Which case is the duplicate of which."""

    case_id: strawberry.ID = required("The id of the duplicate, which is closed as merged.")
    into_id: strawberry.ID = required("The id of the case that goes on, and that gets everything of the duplicate.")
    reason: str | None = given("Why they are one, for colleagues.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `mergeCases`.")
class MergeCasesPayload(Payload):
    """The answer of `mergeCases`."""

    written: ClassVar[str | None] = "case"

    case: Case | None = changed("The duplicate, closed; `mergedInto` names the case that goes on.")
    into: Case | None = changed("The case that goes on, as it is now.")


@strawberry.input(description="What becomes a case of its own.")
class SplitCaseInput:
    """What becomes a case of its own: name either conversations or a message."""

    case_id: strawberry.ID = required("The id of the case.")
    subject: str = required("What the new case is about, in a line; customers never see it.")
    conversation_ids: list[strawberry.ID] | None = given("The ids of the conversations that go, not all of them.")
    message_id: strawberry.ID | None = given("The id of the customer's message from which on the talk belongs to the new case.")
    expected_version: int = expected_version()
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `splitCase`.")
class SplitCasePayload(Payload):
    """The answer of `splitCase`."""

    written: ClassVar[str | None] = "case"

    case: Case | None = changed("The case that was split, as it is now.")
    new_case: Case | None = changed("The new case; `splitFrom` names the old one.")


@strawberry.type
class MergeMutations:
    """What can be done about cases that are one, or two."""

    @mutation(
        MergeCasesPayload,
        description="Closes a case as the duplicate of another one of the same customer. Its conversations, messages, "
        "obligations and consultations go over, and of two waiting clocks the earlier one holds.",
    )
    async def merge_cases(self, info: Info, input: Annotated[MergeCasesInput, INPUT]) -> object:
        """Merge two cases."""
        draft = parse(MergeDraft, **values_of(input))
        merged = await merge_cases(info.context.actor, draft, expected_version=input.expected_version)
        return MergeCasesPayload(case=Case.from_document(merged.case), into=Case.from_document(merged.into))

    @mutation(
        SplitCasePayload,
        description="Makes a case of its own of conversations, or of what was said from a customer's message on. Its clock "
        "counts from what the customer still waits for in it.",
    )
    async def split_case(self, info: Info, input: Annotated[SplitCaseInput, INPUT]) -> object:
        """Split a case."""
        draft = parse(SplitDraft, **values_of(input))
        once = once_for(info, "splitCase", input)
        split = await split_case(info.context.actor, draft, expected_version=input.expected_version, once=once)
        return SplitCasePayload(case=Case.from_document(split.case), new_case=Case.from_document(split.new))
