"""Advice on a reply before it is sent."""

from typing import Annotated, Self

import strawberry

from care import reply_checks
from care.documents.tone import AdviceSeverity
from care.reply_checks import MOST_ADVICE, AdviceKind, check_reply
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.staff.reply_sources import SourceIds, sources_of

told(
    AdviceKind,
    "What an advice is about.",
    name="ReplyAdviceKind",
    UNFILLED_VARIABLE="A variable that is unknown or has no value here.",
    CARD_NUMBER="The number of a payment card.",
    IBAN="The number of a bank account.",
    NATIONAL_ID="A Turkish identity number.",
    PHONE_NUMBER="A telephone number.",
    SHOUTING="Capitals, or rows of exclamation marks.",
    GREETING_MISSING="A first answer without a greeting.",
    NAME_MISSING="A first answer without the customer's name, which is known.",
    TONE="A phrase that the company's own tone guide wants otherwise.",
)
told(
    AdviceSeverity,
    "How much an advice matters.",
    name="ReplyAdviceSeverity",
    HIGH="May do harm: look at it before you send.",
    MEDIUM="Look at it again.",
    LOW="Could be better.",
)


@strawberry.type(description="Something to look at again in a reply.")
class ReplyAdvice:
    """Something to look at again in a reply."""

    kind: AdviceKind = strawberry.field(description="What it is about.")
    severity: AdviceSeverity = strawberry.field(description="How much it matters.")
    reason: str = strawberry.field(description="Why, for people.")
    start: int | None = strawberry.field(
        description="Where the passage begins, in Unicode characters of the given text; null: the whole text."
    )
    end: int | None = strawberry.field(description="The first place after the passage; null: the whole text.")

    @classmethod
    def of(cls, advice: reply_checks.Advice) -> Self:
        """Show an advice."""
        return cls(kind=advice.kind, severity=advice.severity, reason=advice.reason, start=advice.start, end=advice.end)


@strawberry.type(description="Advice on a reply.")
class ReplyCheck:
    """Advice on a reply."""

    advice: list[ReplyAdvice] = strawberry.field(
        description="In the order of the text, what is about the whole last; empty: nothing to say.",
        directives=list_size(MOST_ADVICE),
    )


@strawberry.type
class ReplyCheckQueries:
    """What can be asked about a reply before it is sent."""

    @strawberry.field(
        description="Advice on a reply: unfilled variables, personal data, shouting, what the tone guide wants otherwise, "
        "and what a first answer lacks. It never "
        "stops anybody, and nothing is stored."
    )
    async def check_reply(
        self,
        info: Info,
        case_id: Annotated[strawberry.ID, strawberry.argument(description="The id of the case.")],
        body: Annotated[str, strawberry.argument(description="The text, in Markdown.")],
        source_ids: SourceIds = None,
    ) -> ReplyCheck | None:
        """Check a reply."""
        found = await check_reply(info.context.actor, case_id, body, sources_of(source_ids))
        return ReplyCheck(advice=[ReplyAdvice.of(advice) for advice in found])
