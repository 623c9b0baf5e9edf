"""A public thread that goes on in private: two linked conversations, one case."""

import asyncio

import pytest

from auth.actor import Role
from care.documents.cases import Case
from care.documents.channels import Channel
from care.documents.conversations import Conversation, DeliveryStatus, Message, Visibility
from care.errors import AnotherCaseOpen
from care.follow_ups import follow_up_outgoing
from care.ingest.steps import take_in
from care.replies import ContactDetailsDraft, Reply, ReplyDraft, reply_to_case, request_contact_details
from core.database import Database
from core.errors import InvalidInput
from core.idempotency import Once, once
from tests.care.ingest.sender import body_of, delivery, make_channel, said
from tests.care.stored import everything
from tests.factories.care import conversation_of, deliver, make_actor, make_case, make_conversation, reread, say

KEY = b"a secret key of thirty-two bytes"


async def _in_private(case: Case, *, key: str | None = None, conversation_id: str | None = None) -> Reply:
    place = conversation_id or case.conversation_ids[0]
    draft = ReplyDraft(case_id=case.id, conversation_id=place, body="Sipariş numaranız nedir?", privately=True)
    given = draft.model_dump(mode="json")
    asked = once(KEY, actor="mem_a", operation="replyToCase", key=key, given=given) if key else Once()
    return await reply_to_case(make_actor(), draft, once=asked)


async def _both(case: Case) -> tuple[Conversation, Conversation]:
    public, private = [await Conversation.get(one) for one in case.conversation_ids]
    assert public is not None
    assert private is not None
    return public, private


async def _complaint(channel: Channel) -> Case:
    await take_in(delivery(channel.id, body_of(said())))
    case = await Case.find_one({"channel_id": channel.id})
    assert case is not None
    return case


async def _write_privately(channel: Channel, identifier: str = "dm-1", text: str = "0532 000 00 00") -> Message:
    event = said(identifier, text, visibility="private", thread={"id": "u-7"})
    await take_in(delivery(channel.id, body_of(event)))
    message = await Message.find_one({"channel_id": channel.id, "external_id": identifier})
    assert message is not None
    return message


async def _ask(case: Case) -> Reply:
    body = "Bize özelden telefonunuzu yazar mısınız?"
    draft = ContactDetailsDraft(case_id=case.id, conversation_id=case.conversation_ids[0], body=body)
    asked = await request_contact_details(make_actor(), draft, expected_version=case.version, once=Once())
    return Reply(asked.case, asked.message)


async def test_answer_in_private_links_both_in_one_case(store: Database) -> None:
    case = await make_case()

    reply = await _in_private(case)

    public, private = await _both(await reread(case))
    assert (private.visibility, private.customer_id) == (Visibility.PRIVATE, public.customer_id)
    assert (public.continued_in, private.continued_from) == (private.id, public.id)
    assert (public.continued_from, private.continued_in) == (None, None)
    assert (reply.message.conversation_id, reply.message.visibility) == (private.id, Visibility.PRIVATE)
    assert reply.message.continues == public.id
    assert reply.case.open_keys == [public.id, private.id]
    assert reply.case.first_response.met_at is not None


async def test_answer_of_the_customer_comes_into_the_same_case(store: Database) -> None:
    case = await make_case()
    await _in_private(case)
    _, private = await _both(await reread(case))

    answered = await say(private, "Siparişim 1042.")

    assert (answered.id, await Case.count()) == (case.id, 1)


async def test_private_answer_names_the_comment_it_goes_on_from(store: Database) -> None:
    conversation = await make_conversation()
    case = await say(conversation, external_id="comment-9")

    reply = await _in_private(case)

    assert reply.message.in_reply_to == "comment-9"


async def test_same_request_twice_says_it_once(store: Database) -> None:
    case = await make_case()
    first = await _in_private(case, key="k")
    before = await everything(Conversation)

    again = await _in_private(case, key="k")

    assert again.message.id == first.message.id
    assert await everything(Conversation) == before


async def test_two_agents_at_once_share_the_private_part(store: Database) -> None:
    case = await make_case()

    one, other = await asyncio.gather(_in_private(case), _in_private(case))

    assert one.message.conversation_id == other.message.conversation_id
    current = await reread(case)
    assert len(current.conversation_ids) == len(set(current.conversation_ids)) == 2
    assert sorted(current.open_keys or []) == sorted(current.conversation_ids)


async def test_link_that_was_lost_is_made_by_the_handler(store: Database) -> None:
    case = await make_case()
    reply = await _in_private(case)
    await Conversation.get_pymongo_collection().update_many({}, {"$unset": {"continued_in": "", "continued_from": ""}})

    for _ in range(2):
        await follow_up_outgoing(case.id, reply.message.id)

    public, private = await _both(await reread(case))
    assert (public.continued_in, private.continued_from) == (private.id, public.id)


async def test_private_talk_with_a_case_of_its_own_is_named(store: Database) -> None:
    public = await make_case()
    place = await conversation_of(public)
    channel = await Channel.get(place.channel_id)
    assert channel is not None
    await _in_private(public)
    _, private = await _both(await reread(public))
    await Case.get_pymongo_collection().delete_one({"_id": public.id})
    own = await say(private, "Başka bir konu.")
    second = await say(place)
    before = [await everything(document) for document in (Case, Message)]

    with pytest.raises(AnotherCaseOpen, match=f"case #{own.number} open in private") as refused:
        await _in_private(second)

    assert refused.value.path == ("privately",)
    assert [await everything(document) for document in (Case, Message)] == before


async def test_private_conversation_can_not_go_private(store: Database) -> None:
    case = await make_case(await make_conversation(visibility=Visibility.PRIVATE))
    with pytest.raises(InvalidInput, match="private already"):
        await _in_private(case)
    assert await Conversation.count() == 1


async def test_held_answer_links_nothing_before_its_release(store: Database) -> None:
    case = await make_case()
    draft = ReplyDraft(case_id=case.id, conversation_id=case.conversation_ids[0], body="Numaranız?", privately=True)

    reply = await reply_to_case(make_actor(Role.TRAINEE), draft, once=Once())

    assert reply.message.delivery_status is DeliveryStatus.HELD_FOR_REVIEW
    public, private = await _both(await reread(case))
    assert (public.continued_in, private.continued_from) == (None, None)


async def test_who_was_asked_in_public_goes_on_in_the_same_case(store: Database) -> None:
    channel = (await make_channel()).channel
    case = await _complaint(channel)
    await _ask(case)

    message = await _write_privately(channel)

    current = await reread(case)
    public, private = await _both(current)
    assert (message.case_id, message.conversation_id) == (case.id, private.id)
    assert (public.continued_in, private.continued_from) == (private.id, public.id)
    assert current.open_keys == [public.id, private.id]
    assert await Case.count() == 1


async def test_same_delivery_twice_and_the_next_one_stay_there(store: Database) -> None:
    channel = (await make_channel()).channel
    case = await _complaint(channel)
    await _ask(case)
    await _write_privately(channel)
    before = await everything(Case)

    await _write_privately(channel)
    assert await everything(Case) == before

    second = await _write_privately(channel, "dm-2", "Adresim de bu.")
    assert second.case_id == case.id


async def test_two_private_messages_at_once_join_one_case(store: Database) -> None:
    channel = (await make_channel()).channel
    case = await _complaint(channel)
    await _ask(case)

    messages = await asyncio.gather(*(_write_privately(channel, f"dm-{place}") for place in range(5)))

    assert {message.case_id for message in messages} == {case.id}
    assert len((await reread(case)).conversation_ids) == 2


async def test_who_was_not_asked_begins_a_case(store: Database) -> None:
    channel = (await make_channel()).channel
    case = await _complaint(channel)

    message = await _write_privately(channel)

    assert message.case_id != case.id
    place = await Conversation.get(message.conversation_id)
    assert place is not None
    assert place.continued_from is None


async def test_private_word_before_the_question_keeps_its_own_case(store: Database) -> None:
    channel = (await make_channel()).channel
    case = await _complaint(channel)
    early = await _write_privately(channel)
    await _ask(case)

    late = await _write_privately(channel, "dm-2")

    assert late.case_id == early.case_id != case.id


async def test_question_that_never_arrived_links_nothing(store: Database) -> None:
    channel = (await make_channel(send_url="http://127.0.0.1:9/send")).channel
    case = await _complaint(channel)
    asked = await _ask(case)
    await deliver(asked.message, DeliveryStatus.FAILED)

    message = await _write_privately(channel)

    assert message.case_id != case.id


async def test_another_customer_was_not_asked(store: Database) -> None:
    channel = (await make_channel()).channel
    case = await _complaint(channel)
    await _ask(case)

    event = said("dm-1", "Merhaba", visibility="private", thread={"id": "u-8"}, author={"id": "u-8", "handle": "@ali"})
    await take_in(delivery(channel.id, body_of(event)))

    message = await Message.find_one({"channel_id": channel.id, "external_id": "dm-1"})
    assert message is not None
    assert message.case_id != case.id
