"""Keeping the catalogue of mistakes, and recording on cases what went wrong."""

from typing import Annotated, ClassVar

import strawberry

from care.cases.mistake_kinds import (
    MistakeKindChange,
    MistakeKindDraft,
    archive_mistake_kind,
    create_mistake_kind,
    update_mistake_kind,
)
from care.cases.mistakes import MistakeChange, MistakeDraft, change_mistake, record_mistake, withdraw_mistake
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.staff.cases import Case
from schema.staff.mistakes import CaseMistake, MistakeKind

_CASE = "The id of the case."
_KIND = "The id of the kind of mistake."
_PAGE = "The id of the page of the wiki where the lesson stands."


@strawberry.input(description="A kind of mistake.")
class CreateMistakeKindInput:
    """A kind of mistake."""

    name: str = required("Its name, 1 to 100 characters.")
    description: str | None = given("How to tell it.")
    department_id: strawberry.ID | None = given("The id of the department that has to see to it.")
    remedy: str | None = given("How it is put right.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createMistakeKind`.")
class CreateMistakeKindPayload(Payload):
    """The answer of `createMistakeKind`."""

    mistake_kind: MistakeKind | None = changed("The new kind.")


@strawberry.input(description="What to change of a kind of mistake; what is left out stays as it is.")
class UpdateMistakeKindInput:
    """What to change of a kind of mistake."""

    kind_id: strawberry.ID = required(_KIND)
    name: str | None = given("Its name.")
    description: str | None = given("How to tell it.")
    department_id: strawberry.ID | None = given("The id of the department that has to see to it.")
    remedy: str | None = given("How it is put right.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `updateMistakeKind`.")
class UpdateMistakeKindPayload(Payload):
    """The answer of `updateMistakeKind`."""

    written: ClassVar[str | None] = "mistake_kind"

    mistake_kind: MistakeKind | None = changed()


@strawberry.input(description="Which kind of mistake to take out of use.")
class ArchiveMistakeKindInput:
    """Which kind of mistake to take out of use."""

    kind_id: strawberry.ID = required(_KIND)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `archiveMistakeKind`.")
class ArchiveMistakeKindPayload(Payload):
    """The answer of `archiveMistakeKind`."""

    written: ClassVar[str | None] = "mistake_kind"

    mistake_kind: MistakeKind | None = changed()


@strawberry.input(description="Which mistake was made in a case, why, and what was learned.")
class RecordMistakeInput:
    """Which mistake was made in a case."""

    case_id: strawberry.ID = required(_CASE)
    kind_id: strawberry.ID = required(_KIND)
    root_cause: str = required("Why it was made.")
    lesson: str | None = given("What was changed so that it does not happen again.")
    page_id: strawberry.ID | None = given(_PAGE)
    expected_version: int = expected_version()
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `recordMistake`.")
class RecordMistakePayload(Payload):
    """The answer of `recordMistake`."""

    written: ClassVar[str | None] = "case"

    mistake: CaseMistake | None = changed("The mistake.")
    case: Case | None = changed("The case as it is now.")


@strawberry.input(description="What to say otherwise of a mistake; what is left out stays as it is.")
class ChangeMistakeInput:
    """What to say otherwise of a mistake."""

    case_id: strawberry.ID = required(_CASE)
    mistake_id: strawberry.ID = required("The id of the mistake.")
    kind_id: strawberry.ID | None = given(_KIND)
    root_cause: str | None = given("Why it was made.")
    lesson: str | None = given("What was changed so that it does not happen again.")
    page_id: strawberry.ID | None = given(_PAGE)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `changeMistake`.")
class ChangeMistakePayload(Payload):
    """The answer of `changeMistake`."""

    written: ClassVar[str | None] = "case"

    mistake: CaseMistake | None = changed("The mistake as it is now.")
    case: Case | None = changed("The case as it is now.")


@strawberry.input(description="Which mistake to take off the record.")
class WithdrawMistakeInput:
    """Which mistake to take off the record."""

    case_id: strawberry.ID = required(_CASE)
    mistake_id: strawberry.ID = required("The id of the mistake.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `withdrawMistake`.")
class WithdrawMistakePayload(Payload):
    """The answer of `withdrawMistake`."""

    written: ClassVar[str | None] = "case"

    case: Case | None = changed("The case as it is now.")


@strawberry.type
class MistakeMutations:
    """What is done with mistakes."""

    @mutation(CreateMistakeKindPayload, description="Puts a kind of mistake into the catalogue; needs `casework:manage`.")
    async def create_mistake_kind(self, info: Info, input: Annotated[CreateMistakeKindInput, INPUT]) -> object:
        """Make a kind."""
        draft, once = parse(MistakeKindDraft, **values_of(input)), once_for(info, "createMistakeKind", input)
        kind = await create_mistake_kind(info.context.actor, draft, once=once)
        return CreateMistakeKindPayload(mistake_kind=MistakeKind.from_document(kind))

    @mutation(UpdateMistakeKindPayload, description="Changes a kind of mistake; needs `casework:manage`.")
    async def update_mistake_kind(self, info: Info, input: Annotated[UpdateMistakeKindInput, INPUT]) -> object:
        """Change a kind."""
        draft = parse(MistakeKindChange, **values_of(input))
        kind = await update_mistake_kind(info.context.actor, draft, expected_version=input.expected_version)
        return UpdateMistakeKindPayload(mistake_kind=MistakeKind.from_document(kind))

    @mutation(
        ArchiveMistakeKindPayload,
        description="Takes a kind of mistake out of use; cases in which it was made keep it. Needs `casework:manage`.",
    )
    async def archive_mistake_kind(self, info: Info, input: Annotated[ArchiveMistakeKindInput, INPUT]) -> object:
        """Archive a kind."""
        kind = await archive_mistake_kind(info.context.actor, input.kind_id, expected_version=input.expected_version)
        return ArchiveMistakeKindPayload(mistake_kind=MistakeKind.from_document(kind))

    @mutation(RecordMistakePayload, description="Records a mistake that was made in a case, also in a closed one.")
    async def record_mistake(self, info: Info, input: Annotated[RecordMistakeInput, INPUT]) -> object:
        """Record a mistake."""
        draft, once = parse(MistakeDraft, **values_of(input)), once_for(info, "recordMistake", input)
        done = await record_mistake(info.context.actor, draft, expected_version=input.expected_version, once=once)
        return RecordMistakePayload(case=Case.from_document(done[0]), mistake=CaseMistake.of(done[1]))

    @mutation(ChangeMistakePayload, description="Says otherwise of a mistake, or says what was learned since.")
    async def change_mistake(self, info: Info, input: Annotated[ChangeMistakeInput, INPUT]) -> object:
        """Change a mistake."""
        draft = parse(MistakeChange, **values_of(input))
        case, mistake = await change_mistake(info.context.actor, draft, expected_version=input.expected_version)
        return ChangeMistakePayload(case=Case.from_document(case), mistake=CaseMistake.of(mistake))

    @mutation(WithdrawMistakePayload, description="Takes a mistake off the record of a case, for it was none.")
    async def withdraw_mistake(self, info: Info, input: Annotated[WithdrawMistakeInput, INPUT]) -> object:
        """Withdraw a mistake."""
        actor, version = info.context.actor, input.expected_version
        case = await withdraw_mistake(actor, input.case_id, input.mistake_id, expected_version=version)
        return WithdrawMistakePayload(case=Case.from_document(case))
