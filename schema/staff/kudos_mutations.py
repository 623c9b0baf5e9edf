"""Mutations of kudos and of the values of the company."""

from typing import Annotated, ClassVar

import strawberry

from coaching.recognition.kudos import KudosDraft, give_kudos, withdraw_kudos
from coaching.recognition.values import ValueChange, ValueDraft, create_value, update_value
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.staff.kudos import CompanyValue, Kudos

_NAME = "Its name, 2 to 100 characters."


@strawberry.input(description="Whom the viewer thanks, for what.")
class GiveKudosInput:
    """Whom the viewer thanks, for what."""

    receiver_id: strawberry.ID = required("The colleague who helped.")
    subject_id: strawberry.ID = required("The case, question, answer or page that they helped with.")
    value_id: strawberry.ID = required("The value of the company that it shows.")
    text: str = required("What the thanks are for, 3 to 1,000 characters.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `giveKudos`.")
class GiveKudosPayload(Payload):
    """The answer of `giveKudos`."""

    kudos: Kudos | None = changed("The kudos.")


@strawberry.input(description="Which kudos to take back.")
class WithdrawKudosInput:
    """Which kudos to take back."""

    kudos_id: strawberry.ID = required("The id of the kudos.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `withdrawKudos`.")
class WithdrawKudosPayload(Payload):
    """The answer of `withdrawKudos`."""

    written: ClassVar[str | None] = "kudos"

    kudos: Kudos | None = changed("The kudos as they were last; they are found no more.")


@strawberry.input(description="What the company stands for.")
class CreateCompanyValueInput:
    """What the company stands for."""

    name: str = required(_NAME)
    description: str = required("What it means.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createCompanyValue`.")
class CreateCompanyValuePayload(Payload):
    """The answer of `createCompanyValue`."""

    value: CompanyValue | None = changed("The value.")


@strawberry.input(description="What to change of a value; absent stays as it is.")
class UpdateCompanyValueInput:
    """What to change of a value."""

    value_id: strawberry.ID = required("The id of the value.")
    name: str | None = given(_NAME)
    description: str | None = given("What it means.")
    retired: bool | None = given("Whether it holds no longer.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `updateCompanyValue`.")
class UpdateCompanyValuePayload(Payload):
    """The answer of `updateCompanyValue`."""

    written: ClassVar[str | None] = "value"

    value: CompanyValue | None = changed()


@strawberry.type
class KudosMutations:
    """What can be done with kudos."""

    @mutation(GiveKudosPayload, description="Thanks a colleague for help with something; up to three times a day the same one.")
    async def give_kudos(self, info: Info, input: Annotated[GiveKudosInput, INPUT]) -> object:
        """Thank a colleague."""
        draft = parse(KudosDraft, **values_of(input))
        made = await give_kudos(info.context.actor, draft, once=once_for(info, "giveKudos", input))
        return GiveKudosPayload(kudos=Kudos.from_document(made))

    @mutation(WithdrawKudosPayload, description="Takes back the viewer's own kudos. Others can be reported (`reportContent`).")
    async def withdraw_kudos(self, info: Info, input: Annotated[WithdrawKudosInput, INPUT]) -> object:
        """Take kudos back."""
        found = await withdraw_kudos(info.context.actor, input.kudos_id, expected_version=input.expected_version)
        return WithdrawKudosPayload(kudos=Kudos.from_document(found))

    @mutation(CreateCompanyValuePayload, description="Puts down what the company stands for; needs `governance:manage`.")
    async def create_company_value(self, info: Info, input: Annotated[CreateCompanyValueInput, INPUT]) -> object:
        """Put a value down."""
        draft = parse(ValueDraft, **values_of(input))
        made = await create_value(info.context.actor, draft, once=once_for(info, "createCompanyValue", input))
        return CreateCompanyValuePayload(value=CompanyValue.from_document(made))

    @mutation(UpdateCompanyValuePayload, description="Changes a value, or lets it hold no longer; needs `governance:manage`.")
    async def update_company_value(self, info: Info, input: Annotated[UpdateCompanyValueInput, INPUT]) -> object:
        """Change a value."""
        told = parse(ValueChange, **values_of(input, "value_id"))
        found = await update_value(info.context.actor, input.value_id, told, expected_version=input.expected_version)
        return UpdateCompanyValuePayload(value=CompanyValue.from_document(found))
