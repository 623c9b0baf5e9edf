"""What customers want: complaint, question, idea, praise, request."""

from datetime import datetime
from typing import Self

import strawberry

from care.cases.intents import KEPT_CORRECTIONS
from care.documents import cases, casework, conversations
from schema.context import Info
from schema.directives import list_size
from schema.staff.authors import Author, author_of
from schema.staff.intent_enums import Intent


@strawberry.type(description="That somebody said what the customer of a case wants.")
class IntentCorrection:
    """That somebody said what the customer of a case wants."""

    author_id: strawberry.Private[str]
    before: Intent | None = strawberry.field(description="What it was before; null: nothing was known.")
    after: Intent = strawberry.field(description="What it is from then on.")
    at: datetime = strawberry.field(description="When it was said.")

    @classmethod
    def of(cls, stored: casework.IntentCorrection) -> Self:
        """Show a correction."""
        return cls(author_id=stored.by, before=stored.before, after=stored.after, at=stored.at)

    @strawberry.field(description="Who said it; null when the viewer may not know.")
    async def author(self, info: Info) -> Author | None:
        """Give who said it."""
        author: Author | None = await author_of(info.context, self.author_id)
        return author


@strawberry.type
class CaseIntents:
    """What the customer of a case wants."""

    document: strawberry.Private[cases.Case]

    @strawberry.field(
        description="What the customer wants, by the gravest of what they said or as somebody corrected it; null: no words yet."
    )
    def intent(self) -> Intent | None:
        """Show what the customer wants."""
        return self.document.intent

    @strawberry.field(
        description="What was said of it by people, the oldest first; the last 20.", directives=list_size(KEPT_CORRECTIONS)
    )
    def intent_corrections(self) -> list[IntentCorrection]:
        """Show the corrections."""
        return [IntentCorrection.of(one) for one in self.document.intent_corrections]


@strawberry.type
class MessageIntents:
    """What a message wants."""

    document: strawberry.Private[conversations.Message]

    @strawberry.field(description="What the text wants; null for the company's own, and where there are no words.")
    def intent(self) -> Intent | None:
        """Show what the text wants."""
        return self.document.intent
