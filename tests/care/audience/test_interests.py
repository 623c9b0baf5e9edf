"""What customers write tells what they like: proposed with its source, decided by a member."""

from auth.actor import Role
from care.audience.interests import learn_interests
from care.claims.deciding import RejectionDraft, accept_claim, reject_claim
from care.claims.updating import CustomerChange, update_customer
from care.documents.channels import ChannelKind
from care.documents.claims import ClaimField, ClaimSource, ClaimState, CustomerClaim, LicenceClass
from care.documents.conversations import Conversation, Message
from care.documents.customers import Customer
from care.documents.listening import ListeningKind, ListeningQuery
from care.listening.queries import QueryDraft, create_listening_query
from care.profiles import value_of
from core.database import Database
from core.idempotency import Once
from core.records import fresh
from tests.care.stored import handle_twice
from tests.factories.care import later, make_actor, make_channel, make_conversation, make_customer, say

AGENT = make_actor()


async def listen(name: str, phrase: str, kind: ListeningKind = ListeningKind.PRODUCT) -> ListeningQuery:
    draft = QueryDraft(name=name, kind=kind, any_of=[phrase])
    return await create_listening_query(make_actor(Role.MANAGER), draft, once=Once())


async def write(conversation: Conversation, text: str) -> None:
    later(minutes=1)
    await say(conversation, text)
    await handle_twice()


async def claims() -> list[CustomerClaim]:
    return await CustomerClaim.find({"field": ClaimField.INTERESTS.value}).sort("proposed_at", "_id").to_list()


async def known(customer: Customer) -> str | None:
    return value_of(await fresh(customer), ClaimField.INTERESTS)


async def test_what_somebody_writes_of_waits_as_an_interest_until_accepted(store: Database) -> None:
    query = await listen("Kahve makinesi", "kahve makinesi")
    customer = await make_customer(channel := await make_channel())
    conversation = await make_conversation(channel, customer)
    for text in ("Kahve makinesi ne kadar?", "Bir kahve makinesi daha alacağım"):
        await write(conversation, text)

    (claim,) = await claims()
    assert (claim.value, claim.state, claim.source) == ("Kahve makinesi", ClaimState.PROPOSED, ClaimSource.CONTENT)
    assert (claim.origin, claim.channel_id) == (f"listening:{query.id}", channel.id)
    assert (claim.confidence, claim.licence) == (0.4, LicenceClass.PROVIDER_TERMS)
    assert await known(customer) is None
    await accept_claim(AGENT, claim.id, expected_version=claim.version)
    assert await known(customer) == "Kahve makinesi"
    await write(conversation, "kahve makinesi geldi")
    assert [one.state for one in await claims()] == [ClaimState.ACCEPTED]


async def test_new_interest_is_added_to_those_that_are_known(store: Database) -> None:
    await listen("Bisiklet", "bisiklet", ListeningKind.TOPIC)
    customer = await make_customer(channel := await make_channel(kind=ChannelKind.EMAIL))
    told = CustomerChange(customer_id=customer.id, told={ClaimField.INTERESTS: "Kahve"})
    await update_customer(AGENT, told, expected_version=1)
    await write(await make_conversation(channel, customer), "Bisiklet de satıyor musunuz?")

    (claim,) = await claims()
    assert (claim.value, claim.licence) == ("Kahve, Bisiklet", LicenceClass.OWN)
    assert await known(customer) == "Kahve"


async def test_rejected_interest_is_not_proposed_again(store: Database) -> None:
    await listen("Bisiklet", "bisiklet")
    conversation = await make_conversation()
    await write(conversation, "Bisiklet var mı?")
    (claim,) = await claims()
    draft = RejectionDraft(claim_id=claim.id, reason="Kardeşi için sordu")
    await reject_claim(AGENT, draft, expected_version=claim.version)
    await write(conversation, "Bisiklet geldi mi?")

    assert [one.state for one in await claims()] == [ClaimState.REJECTED]


async def test_anger_rivals_and_brands_tell_of_no_interest(store: Database) -> None:
    await listen("Bisiklet", "bisiklet")
    await listen("Rakip", "rakip", ListeningKind.COMPETITOR)
    conversation = await make_conversation()
    await write(conversation, "Bisiklet berbat, rezalet, çok kötü!")
    await write(conversation, "Rakip ne yapıyor?")

    assert await claims() == []


async def test_nothing_found_reads_nothing(store: Database) -> None:
    case = await say(await make_conversation())
    message = await Message.find_one({"case_id": case.id})
    assert message is not None
    await learn_interests(message, [])
    assert await claims() == []
