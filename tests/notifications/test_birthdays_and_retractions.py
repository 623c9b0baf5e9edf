from datetime import timedelta

from auth.actor import Actor, Role
from care.birthdays.suggesting import suggest_birthdays
from care.documents.birthdays import BirthdaySuggestion
from care.documents.claims import ClaimField, ClaimSource, ConsentPurpose, ConsentStep
from care.documents.conversations import DeliveryStatus, Message
from care.documents.customers import Customer
from care.messages import advance_delivery
from care.profiles import accepted, put_fact, said
from care.retractions.asking import RetractionDraft, retract_message
from care.retractions.settling import end_retraction
from core.clock import now
from core.database import Database
from core.records import change, fresh
from notifications import birthdays, casework
from notifications.documents import Notification
from tests.care.ingest.sender import make_channel
from tests.care.stored import handle_twice
from tests.factories.care import deliver, make_case, make_conversation, make_customer, make_reply
from tests.factories.community import make_actor


async def born_tomorrow() -> Customer:
    """Meet a customer whose birthday is tomorrow, and who agrees that it is kept."""
    day = (now() + timedelta(days=1)).date().replace(year=1990)
    purpose = ConsentPurpose.PERSONAL_DETAILS
    step = ConsentStep(purpose=purpose, given=True, note="Telefonda", recorded_by="mem_a", recorded_at=now())

    def tell(customer: Customer) -> None:
        told = said(ClaimField.BIRTHDAY, day.isoformat(), ClaimSource.AGENT, now())
        put_fact(customer, accepted(told, now(), by="mem_a"))
        customer.consents = [step]

    return await change(await make_customer(), tell)


async def told() -> list[tuple[str, str]]:
    return sorted([(one.recipient_id, one.kind.value) for one in await Notification.find({}).to_list()])


async def assigned(customer: Customer, member: Actor) -> None:
    conversation = await make_conversation(customer=customer)
    await make_case(conversation, assignee_id=member.member)


async def test_who_works_with_the_customer_is_told_of_the_birthday_without_a_name(store: Database) -> None:
    manager, ece = await make_actor(Role.MANAGER), await make_actor(Role.AGENT)
    known, unknown = await born_tomorrow(), await born_tomorrow()
    await assigned(known, ece)

    await suggest_birthdays()
    await handle_twice(birthdays.subscribe, (BirthdaySuggestion,))

    assert await told() == sorted([(ece.member, "BIRTHDAY_NEAR"), (manager.member, "BIRTHDAY_NEAR")])
    for one in await Notification.find({}).to_list():
        assert not any(customer.display_name in one.text for customer in (known, unknown))


async def test_who_wanted_a_reply_back_is_told_that_it_stays(store: Database) -> None:
    ece, colleague = await make_actor(Role.AGENT), await make_actor(Role.AGENT)
    made = await make_channel(send_url="http://127.0.0.1:9/send")
    case = await make_case(await make_conversation(made.channel), assignee_id=colleague.member)
    reply = await make_reply(case, ece)
    await deliver(await advance_delivery(await fresh(reply.message), DeliveryStatus.SENT, external_id="ext-1"))
    message = await fresh(reply.message)
    draft = RetractionDraft(message_id=message.id, reason="Yanlış müşteri")
    asked = await retract_message(ece, draft, expected_version=message.version)

    await end_retraction(asked.message, error="the channel refused it")
    await handle_twice(casework.subscribe, (Message,))

    assert await told() == sorted([(ece.member, "RETRACTION_FAILED"), (colleague.member, "RETRACTION_FAILED")])
