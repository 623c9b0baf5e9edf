"""What a case does to the company's reputation: how its customer spoke before and after, and what the public still waits for."""

from datetime import datetime
from typing import Self

import strawberry

from care.cases.severity import mood_of
from care.documents import cases
from care.documents.casework import Standing
from care.documents.obligations import ObligationKind
from care.documents.phrases import PhraseBookKind
from care.phrase_books import offered
from core.text.language import detect_language
from schema.staff.values import Sentiment


@strawberry.type(description="How the customer spoke over some messages.")
class Reputation:
    """How the customer spoke over some messages."""

    sentiment: Sentiment = strawberry.field(description="The mean mood.")
    reach: int | None = strawberry.field(description="How many may have read it: 0 in private, null when unknown.")
    messages: int = strawberry.field(description="How many messages it is the mean of.")
    last_at: datetime = strawberry.field(description="When the last of them came in.")

    @classmethod
    def of(cls, standing: Standing, reach: int | None) -> Self:
        """Show a standing."""
        score = round(standing.score_total / standing.messages, 3)
        mood = mood_of(score)
        return cls(
            sentiment=Sentiment(label=mood.label, score=mood.score),
            reach=reach if standing.public else 0,
            messages=standing.messages,
            last_at=standing.last_at,
        )


@strawberry.type(description="How the customer spoke before the company answered, and after it.")
class CaseReputationChange:
    """How the customer spoke before the company answered, and after it."""

    before: Reputation | None = strawberry.field(description="Until the first answer; null when nothing was said in words.")
    after: Reputation | None = strawberry.field(description="Since the last answer; null while nothing was said.")


@strawberry.type
class CaseReputation:
    """What a case does to the company's reputation."""

    document: strawberry.Private[cases.Case]

    @strawberry.field(description="How the customer spoke of it before and after.")
    def reputation(self) -> CaseReputationChange:
        """Compare the two."""
        reach, before, after = self.document.reach, self.document.before, self.document.after
        return CaseReputationChange(
            before=Reputation.of(before, reach) if before else None, after=Reputation.of(after, reach) if after else None
        )

    @strawberry.field(
        description="What can be said in public, in the customer's language, to close what was solved in private; null while "
        "the public is owed nothing, and where nothing is offered."
    )
    async def public_closing_reply(self) -> str | None:
        """Offer the words."""
        if not any(owed.kind is ObligationKind.PUBLIC_CLOSING for owed in self.document.owed):
            return None
        return await offered(PhraseBookKind.PUBLIC_CLOSING, detect_language(self.document.subject))
