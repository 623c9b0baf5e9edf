"""What members write down about a customer themselves, and what the customer consents to."""

from typing import Annotated

from pydantic import BaseModel

from auth.actor import Actor
from care.birthdays.suggesting import forget_birthdays
from care.claims.events import ConsentRecorded, ConsentWithdrawn, CustomerUpdated
from care.claims.observing import require_consent
from care.claims.settling import forget_personal, settle_claims
from care.claims.values import clean
from care.documents.claims import PERSONAL, ClaimField, ClaimSource, ConsentPurpose, ConsentStep
from care.documents.customers import Customer
from care.policies import may_edit_customer, require_right
from care.profiles import accepted, consented, fact_of, forget_facts, put_fact, said, take_fact, value_of
from care.reading.customers import require_known_customer, united
from community.drafts import text
from core.clock import now
from core.errors import AlreadyDone, InvalidFields, InvalidInput
from core.records import change

KEPT_CONSENTS = 50


class CustomerChange(BaseModel):
    """What a member knows of a customer, field by field; None takes away what is known."""

    customer_id: str
    told: dict[ClaimField, str | None]


class ConsentDraft(BaseModel):
    """That a customer consented to something, or does not any more, and how they said so."""

    customer_id: str
    purpose: ConsentPurpose = ConsentPurpose.PERSONAL_DETAILS
    note: Annotated[str, text(1, 500, lines="one")]


async def update_customer(actor: Actor, draft: CustomerChange, *, expected_version: int) -> Customer:
    """Write down what a member knows: it holds at once, as the member's own claim.

    Raises NotFound, Forbidden without `customer:edit`, InvalidFields for values that can't be, InvalidInput for nothing
    to write, for somebody who was merged, and for personal details of who has not consented, Conflict.
    """
    customer = await require_known_customer(actor, draft.customer_id, path=("customer_id",))
    require_right(may_edit_customer(actor, customer))
    told = _cleaned(draft.told)
    whole = (await united({customer.id: customer}))[customer.id]
    for field, value in told.items():
        if value is not None:
            require_consent(whole, field)

    def rule(current: Customer) -> None:
        may_edit_customer(actor, current).enforce()
        for field, value in told.items():
            _write(current, field, value, actor)
        current.record(CustomerUpdated(customer_id=current.id), actor=actor.id)

    changed = await change(customer, rule, expected_version=expected_version)
    await settle_claims(changed.id)
    return changed


async def record_consent(actor: Actor, draft: ConsentDraft, *, expected_version: int) -> Customer:
    """Keep that a customer consented, with how they said so; from then on personal details may be kept.

    Raises NotFound, Forbidden without `customer:edit`, InvalidInput for somebody who was merged, AlreadyDone, Conflict.
    """
    return await _consent(actor, draft, expected_version=expected_version, given=True)


async def withdraw_consent(actor: Actor, draft: ConsentDraft, *, expected_version: int) -> Customer:
    """Keep that a customer does not consent any more, and forget what was kept by it.

    Raises NotFound, Forbidden without `customer:edit`, InvalidInput for somebody who was merged, AlreadyDone when there
    is none, Conflict.
    """
    changed = await _consent(actor, draft, expected_version=expected_version, given=False)
    await forget_personal(changed.id)
    await forget_birthdays(changed.id)
    return changed


async def _consent(actor: Actor, draft: ConsentDraft, *, expected_version: int, given: bool) -> Customer:
    customer = await require_known_customer(actor, draft.customer_id, path=("customer_id",))
    require_right(may_edit_customer(actor, customer))
    whole = (await united({customer.id: customer}))[customer.id]
    parts = [step for step in whole.consents if step not in customer.consents]

    def rule(current: Customer) -> None:
        may_edit_customer(actor, current).enforce()
        if consented([*parts, *current.consents], draft.purpose) is given:
            raise AlreadyDone("This is so already.", path=("purpose",))
        step = ConsentStep(purpose=draft.purpose, given=given, note=draft.note, recorded_by=actor.id, recorded_at=now())
        current.consents = [*current.consents, step][-KEPT_CONSENTS:]
        if given:
            current.record(ConsentRecorded(customer_id=current.id), actor=actor.id)
        else:
            forget_facts(current, PERSONAL)
            current.record(ConsentWithdrawn(customer_id=current.id), actor=actor.id)

    return await change(customer, rule, expected_version=expected_version)


def _cleaned(told: dict[ClaimField, str | None]) -> dict[ClaimField, str | None]:
    if not told:
        raise InvalidInput("Say what is to be changed.")
    cleaned: dict[ClaimField, str | None] = {}
    problems: list[InvalidInput] = []
    for field, value in told.items():
        try:
            cleaned[field] = _value(field, value)
        except InvalidInput as refusal:
            problems.append(InvalidInput(refusal.message, path=(input_name(field),)))
    if problems:
        raise InvalidFields(problems)
    return cleaned


def input_name(field: ClaimField) -> str:
    """Give the name of a field in inputs, drafts and imports."""
    return "display_name" if field is ClaimField.NAME else field.value.lower()


def _value(field: ClaimField, value: str | None) -> str | None:
    if value is None and field is ClaimField.NAME:
        raise InvalidInput("A customer is called something; write another name instead.")
    return None if value is None else clean(field, value)


def _write(customer: Customer, field: ClaimField, value: str | None, actor: Actor) -> None:
    if value is None:
        take_fact(customer, field)
        return
    held, known = fact_of(customer, field), value_of(customer, field)
    is_own = held is not None and held.source is ClaimSource.AGENT
    if is_own and known == value:
        return
    at = now()
    put_fact(customer, accepted(said(field, value, ClaimSource.AGENT, at), at, by=actor.id))
