"""Mutations of the answer bank: writing answers down and keeping them good."""

from datetime import datetime
from typing import Annotated, ClassVar

import strawberry

from care.answer_bank import EntryChanges, EntryDraft, archive_entry, create_entry, edit_entry, save_answer
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.staff.answer_bank import AnswerBankEntry


@strawberry.input(description="What to write down in the answer bank.")
class CreateAnswerBankEntryInput:
    """What to write down in the answer bank."""

    title: str = required("The question in a line, 5 to 200 characters.")
    body: str = required("The answer, in Markdown.")
    question_variants: list[str] | None = given("Other ways in which customers ask it, at most 20.")
    case_id: strawberry.ID | None = given("The id of the case that it comes from.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createAnswerBankEntry`.")
class CreateAnswerBankEntryPayload(Payload):
    """The answer of `createAnswerBankEntry`."""

    entry: AnswerBankEntry | None = changed("The entry; a draft unless the viewer may approve.")


@strawberry.input(description="What to change of an entry; what is absent stays.")
class EditAnswerBankEntryInput:
    """What to change of an entry; what is absent stays."""

    entry_id: strawberry.ID = required("The id of the entry.")
    title: str | None = given("The question in a line; can't be emptied.")
    body: str | None = given("The answer, in Markdown; can't be emptied.")
    question_variants: list[str] | None = given("Other ways in which customers ask it, all of them; null: none.")
    review_by: datetime | None = given("When it must be reviewed; null: half a year from now.")
    owner_id: strawberry.ID | None = given("The id of the member who looks after it from now on; can't be emptied.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `editAnswerBankEntry`.")
class EditAnswerBankEntryPayload(Payload):
    """The answer of `editAnswerBankEntry`."""

    written: ClassVar[str | None] = "entry"

    entry: AnswerBankEntry | None = changed("The entry as it is now.")


@strawberry.input(description="Which entry to take out of use.")
class ArchiveAnswerBankEntryInput:
    """Which entry to take out of use."""

    entry_id: strawberry.ID = required("The id of the entry.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `archiveAnswerBankEntry`.")
class ArchiveAnswerBankEntryPayload(Payload):
    """The answer of `archiveAnswerBankEntry`."""

    written: ClassVar[str | None] = "entry"

    entry: AnswerBankEntry | None = changed("The entry as it is now.")


@strawberry.input(description="Which accepted answer to write down in the answer bank.")
class SaveAnswerInput:
    """Which accepted answer to write down in the answer bank."""

    answer_id: strawberry.ID = required("The id of the accepted answer.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `saveAnswer`.")
class SaveAnswerPayload(Payload):
    """The answer of `saveAnswer`."""

    entry: AnswerBankEntry | None = changed("The entry, under its question's title.")


@strawberry.type
class AnswerBankMutations:
    """What is done with the answer bank."""

    @mutation(CreateAnswerBankEntryPayload, description="Writes an answer down; it is approved at once by who may approve.")
    async def create_answer_bank_entry(self, info: Info, input: Annotated[CreateAnswerBankEntryInput, INPUT]) -> object:
        """Write an answer down."""
        draft = parse(EntryDraft, **values_of(input))
        entry = await create_entry(info.context.actor, draft, once=once_for(info, "createAnswerBankEntry", input))
        return CreateAnswerBankEntryPayload(entry=AnswerBankEntry.from_document(entry))

    @mutation(EditAnswerBankEntryPayload, description="Changes an entry; by who may not approve, it becomes a draft again.")
    async def edit_answer_bank_entry(self, info: Info, input: Annotated[EditAnswerBankEntryInput, INPUT]) -> object:
        """Change an entry."""
        changes = parse(
            EntryChanges,
            title=input.title,
            body=input.body,
            question_variants=input.question_variants,
            review_by=input.review_by,
            owner_id=input.owner_id,
        )
        entry = await edit_entry(info.context.actor, input.entry_id, changes, expected_version=input.expected_version)
        return EditAnswerBankEntryPayload(entry=AnswerBankEntry.from_document(entry))

    @mutation(
        ArchiveAnswerBankEntryPayload,
        description="Takes an entry out of use: it is suggested and found no more, until somebody edits it.",
    )
    async def archive_answer_bank_entry(self, info: Info, input: Annotated[ArchiveAnswerBankEntryInput, INPUT]) -> object:
        """Take an entry out of use."""
        entry = await archive_entry(info.context.actor, input.entry_id, expected_version=input.expected_version)
        return ArchiveAnswerBankEntryPayload(entry=AnswerBankEntry.from_document(entry))

    @mutation(SaveAnswerPayload, description="Writes an accepted answer down in the answer bank.")
    async def save_answer(self, info: Info, input: Annotated[SaveAnswerInput, INPUT]) -> object:
        """Write an accepted answer down."""
        entry = await save_answer(info.context.actor, input.answer_id, once=once_for(info, "saveAnswer", input))
        return SaveAnswerPayload(entry=AnswerBankEntry.from_document(entry))
