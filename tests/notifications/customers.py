"""Customers with an account in the portal, their requests, and what they are told by e-mail, as tests need them."""

from auth.accounts import create_customer_account
from auth.actor import SYSTEM, Actor
from auth.documents import Account
from auth.drafts import CustomerAccountDraft
from care.documents.cases import Case
from care.documents.conversations import Message
from care.events import MessageChanged
from care.request_notices import tell_of_reply
from care.requests import RequestDraft, portal_channel, submit_request
from community.notices.documents import Notice, NoticeKind
from community.notices.events import NoticeAdded
from community.notices.notices import tell_customers
from core.idempotency import Once
from core.ids import with_prefix
from notifications.letters.gathering import put_notice_in_letter
from tests.factories.care import deliver, make_customer, make_customer_actor, make_reply, reread
from tests.notifications.test_announcements import cause

ADDRESS = "ayse@musteri.example"
ASKED = RequestDraft(subject="İade kargosu", body="Hello, I sent the parcel back two weeks ago and nobody has told me anything.")


async def make_asker(address: str = ADDRESS, *, locale: str = "en", **known: object) -> Actor:
    """Let a customer have an account in the portal."""
    customer = await make_customer(await portal_channel(), **known)
    await open_account(customer.id, address, locale=locale)
    return make_customer_actor(customer)


async def open_account(customer_id: str, address: str, *, locale: str = "en") -> None:
    """Let somebody sign in to the portal."""
    draft = CustomerAccountDraft(customer_id=customer_id, email=address, name="Ayşe Demir", locale=locale)
    await create_customer_account(SYSTEM, draft)


async def account_of(actor: Actor) -> Account:
    """Give the customer's account as it is now."""
    account = await Account.find_one({"customer_id": actor.customer_id})
    assert account is not None
    return account


async def make_request(actor: Actor, draft: RequestDraft = ASKED) -> Case:
    """Let the customer ask for something."""
    return await reread(await submit_request(actor, draft, once=Once()))


async def answer(case: Case, body: str = "Geld is **on its way**.", *, number: int = 7) -> Message:
    """Let the front office answer, and what it says reach the customer; everything is heard twice, as it may be."""
    message = (await make_reply(await reread(case), body=body)).message
    await deliver(message)
    await hear_of(message.id, number=number)
    found = await Message.get(message.id)
    assert found is not None
    return found


async def hear_of(message_id: str, *, number: int = 7) -> None:
    """Let the handlers hear that a message changed, twice, and that it changed again."""
    before = {one.id for one in await Notice.find_all().to_list()}
    for heard in (number, number, number + 1_000):
        await tell_of_reply(cause(MessageChanged(case_id="case_x", message_id=message_id), number=heard))
    for notice in await Notice.find_all().to_list():
        if notice.id not in before:
            await write_of(notice)


async def tell(actor: Actor, kind: NoticeKind, target_id: str, *, number: int = 7) -> None:
    """Tell a customer of something in the community, and let it go into an e-mail."""
    before = {one.id for one in await Notice.find_all().to_list()}
    event = cause(NoticeAdded(notice_id="-"), number=number)
    await tell_customers([str(actor.customer_id)], kind, target_id=target_id, cause=event)
    for notice in await Notice.find_all().to_list():
        if notice.id not in before:
            await write_of(notice)


async def write_of(notice: Notice) -> None:
    """Let a notice go into an e-mail, twice as a handler may."""
    for _ in range(2):
        await put_notice_in_letter(cause(NoticeAdded(notice_id=notice.id), number=notice.number))


def shown_as(actor: Actor) -> str:
    """Give the id by which a customer stands in links."""
    return with_prefix("pcu", str(actor.customer_id))
