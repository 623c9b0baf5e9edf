"""Reaching out to customers before they complain."""

from typing import Annotated

import strawberry

from care.outreach import OutreachDraft, reach_out
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, given, idempotency_key, once_for, required, values_of
from schema.staff.cases import Case
from schema.staff.draft_reviews import DraftReview, reviewed
from schema.staff.messages import Message


@strawberry.input(description="Whom to tell what, where, and why.")
class ReachOutInput:
    """Whom to tell what, where, and why."""

    customer_id: strawberry.ID = required("The id of the customer.")
    channel_id: strawberry.ID = required("The id of the channel; the customer must have a name on it.")
    subject: str = required("What the case is about, in a line; customers never see it.")
    body: str | None = given("The message, in Markdown; it is sent in private. Or give `templateId`.")
    template_id: strawberry.ID | None = given(
        "The id of an approved template of the channel, for WhatsApp where the customer did not write within 24 hours."
    )
    values: list[str] | None = given("The template's values in the order of their places.")
    department_id: strawberry.ID | None = given("The department that comes first; absent: the viewer's own.")
    reason: str | None = given("Why the company comes first, for colleagues; customers never see it.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `reachOut`.")
class ReachOutPayload(Payload):
    """The answer of `reachOut`."""

    case: Case | None = changed("The new case, of the origin COMPANY; no clock runs before the customer answers.")
    message: Message | None = changed("The first message; held where the viewer's replies wait for a mentor.")
    draft_review: DraftReview | None = changed("The review that the message waits for; null when it is not held.")


@strawberry.type(description="What can be done to come first.")
class OutreachMutations:
    """What can be done to come first."""

    @mutation(
        ReachOutPayload,
        description="Open a case of the company's own by a first message to a customer, in private. "
        "ANOTHER_CASE_OPEN when one is open in that conversation: reply there.",
    )
    async def reach_out(self, info: Info, input: Annotated[ReachOutInput, INPUT]) -> ReachOutPayload:
        """Reach out."""
        draft = parse(OutreachDraft, **values_of(input))
        once = once_for(info, "reachOut", input)
        begun, review = await reviewed(info, lambda beside: reach_out(info.context.actor, draft, once=once, beside=beside))
        return ReachOutPayload(
            case=Case.from_document(begun.case),
            message=Message.from_document(begun.message),
            draft_review=review,
        )
