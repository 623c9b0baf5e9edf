"""Which e-mails you want of what happens in the portal."""

from datetime import datetime
from typing import Annotated, ClassVar, Self

import strawberry

from notifications.letters import documents
from notifications.letters.choosing import ChoiceDraft, update_letter_preferences
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, values_of


@strawberry.type(description="Which e-mails you want.")
class LetterPreferences:
    """Which e-mails the customer wants."""

    requests: bool = strawberry.field(description="Whether an e-mail tells you of answers to your requests.")
    community: bool = strawberry.field(
        description="Whether an e-mail tells you what becomes of your questions, answers and ideas."
    )
    email_undeliverable_since: datetime | None = strawberry.field(
        description="Since when e-mails come back, so that none is sent; null: they arrive as far as is known."
    )
    email_undeliverable_reason: str | None = strawberry.field(description="What the mail server said of it.")
    version: int = strawberry.field(description="Rises with each change; 0: nothing was ever chosen.")

    @classmethod
    def from_document(cls, document: documents.LetterPreferences) -> Self:
        """Show what was chosen."""
        return cls(
            requests=document.requests,
            community=document.community,
            email_undeliverable_since=document.undeliverable_since,
            email_undeliverable_reason=document.undeliverable_reason,
            version=document.version,
        )


@strawberry.input(description="Which e-mails you want; absent stays as it is.")
class UpdateLetterPreferencesInput:
    """What to change."""

    requests: bool | None = given("Whether an e-mail tells you of answers to your requests.")
    community: bool | None = given("Whether an e-mail tells you what becomes of your questions, answers and ideas.")
    resume_email: bool | None = given("True: send e-mails again to an address from which they came back.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `updateLetterPreferences`.")
class UpdateLetterPreferencesPayload(Payload):
    """The answer of `updateLetterPreferences`."""

    written: ClassVar[str | None] = "letter_preferences"

    letter_preferences: LetterPreferences | None = changed("What you want now.")


@strawberry.type
class LetterMutations:
    """What is chosen of e-mails."""

    @mutation(UpdateLetterPreferencesPayload, description="Choose which e-mails you want.")
    async def update_letter_preferences(
        self, info: Info, input: Annotated[UpdateLetterPreferencesInput, INPUT]
    ) -> UpdateLetterPreferencesPayload:
        """Choose."""
        preferences = await update_letter_preferences(
            info.context.actor,
            parse(ChoiceDraft, **values_of(input, "resume_email")),
            resume_email=input.resume_email is True,
            expected_version=input.expected_version,
        )
        return UpdateLetterPreferencesPayload(letter_preferences=LetterPreferences.from_document(preferences))
