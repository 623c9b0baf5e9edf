"""Mutations of consultations: asking experts about a case, saying no, handing on."""

from datetime import datetime
from typing import Annotated, ClassVar

import strawberry

from care.consultations import (
    ConsultationDraft,
    Consulted,
    consult_experts,
    decline_consultation,
    delegate_consultation,
)
from community.directory import members_by_ids, visible_members
from community.reading import questions_by_ids, visible_questions
from core.gates import admits
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.staff.consultations import Consultation

_CONSULTATION = "The id of the consultation."


@strawberry.input(description="What to ask whom about which case.")
class ConsultExpertsInput:
    """What to ask whom about which case."""

    case_id: strawberry.ID = required("The id of the case.")
    title: str = required("The question in a line, 5 to 200 characters.")
    body: str = required("The text, in Markdown.")
    expert_ids: list[strawberry.ID] = required("The ids of the members to ask, 1 to 10.")
    due_at: datetime | None = given(
        "When an answer is needed; absent: in 20 minutes, or sooner if the customer must be answered."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `consultExperts`.")
class ConsultExpertsPayload(Payload):
    """The answer of `consultExperts`."""

    consultation: Consultation | None = changed("The consultation.")


@strawberry.input(description="Which consultation the viewer can't answer.")
class DeclineConsultationInput:
    """Which consultation the viewer can't answer."""

    consultation_id: strawberry.ID = required(_CONSULTATION)
    reason: str | None = given("Why not.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `declineConsultation`.")
class DeclineConsultationPayload(Payload):
    """The answer of `declineConsultation`."""

    written: ClassVar[str | None] = "consultation"

    consultation: Consultation | None = changed("The consultation as it is now.")


@strawberry.input(description="Who is to answer in the viewer's place.")
class DelegateConsultationInput:
    """Who is to answer in the viewer's place."""

    consultation_id: strawberry.ID = required(_CONSULTATION)
    to_member_id: strawberry.ID = required("The id of the member who is to answer.")
    note: str | None = given("What to tell them.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `delegateConsultation`.")
class DelegateConsultationPayload(Payload):
    """The answer of `delegateConsultation`."""

    written: ClassVar[str | None] = "consultation"

    consultation: Consultation | None = changed("The consultation as it is now.")


@strawberry.type
class ConsultationMutations:
    """What the front office and its experts do with consultations."""

    @mutation(ConsultExpertsPayload, description="Asks experts about a case; they may see it from then on, and are told.")
    async def consult_experts(self, info: Info, input: Annotated[ConsultExpertsInput, INPUT]) -> object:
        """Ask experts."""
        draft = parse(ConsultationDraft, **values_of(input))
        consulted = await consult_experts(info.context.actor, draft, once=once_for(info, "consultExperts", input))
        return ConsultExpertsPayload(consultation=_shown(info, consulted))

    @mutation(DeclineConsultationPayload, description="Says that the viewer, who was asked, can't answer.")
    async def decline_consultation(self, info: Info, input: Annotated[DeclineConsultationInput, INPUT]) -> object:
        """Say no."""
        consulted = await decline_consultation(
            info.context.actor, input.consultation_id, input.reason or None, expected_version=input.expected_version
        )
        return DeclineConsultationPayload(consultation=_shown(info, consulted))

    @mutation(DelegateConsultationPayload, description="Hands the viewer's part on to somebody else.")
    async def delegate_consultation(self, info: Info, input: Annotated[DelegateConsultationInput, INPUT]) -> object:
        """Hand on."""
        consulted = await delegate_consultation(
            info.context.actor,
            input.consultation_id,
            input.to_member_id,
            input.note or None,
            expected_version=input.expected_version,
        )
        return DelegateConsultationPayload(consultation=_shown(info, consulted))


def _shown(info: Info, consulted: Consulted) -> Consultation:
    """Show a consultation; its question and its experts are known to the payload, as far as the viewer may read them."""
    actor = info.context.actor
    if admits(visible_questions(actor), consulted.question.model_dump(exclude_none=True)):
        info.context.wrote(questions_by_ids, consulted.question)
    for expert in consulted.experts:
        if admits(visible_members(actor), expert.model_dump(exclude_none=True)):
            info.context.wrote(members_by_ids, expert)
    return Consultation.from_document(consulted.consultation)
