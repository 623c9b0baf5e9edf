from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from auth.actor import Role
from care.documents.channels import Channel, Environment
from care.documents.conversations import DeliveryStatus, Direction, Message, Visibility
from care.documents.customers import Customer
from care.reports import peers
from care.reports.peers import PORTAL, PeerGroup, peer_report
from community.documents import Answer
from core.clock import now
from core.database import Database
from core.errors import Forbidden
from core.ids import new_id
from core.records import fresh, save
from core.text.intent import Intent
from tests.care.reports.opened import last_hour
from tests.factories.care import make_actor, make_channel, make_customer
from tests.factories.community import make_answer, make_public_question, publish


async def put(channel: Channel, who: Customer, external_id: str, **given: Any) -> Message:
    """Store something said in public as it is."""
    at = now() - timedelta(minutes=30)
    values: dict[str, Any] = {
        "id": new_id("msg"),
        "created_at": at,
        "sent_at": at,
        "case_id": "case_a",
        "conversation_id": "cnv_a",
        "customer_id": who.id,
        "channel_id": channel.id,
        "direction": Direction.INBOUND,
        "visibility": Visibility.PUBLIC,
        "body": "Kaç gün?",
        "external_id": external_id,
        **given,
    }
    message = Message(**values)
    await save(message)
    return message


def numbers(group: PeerGroup) -> tuple[int, int, int, int]:
    return len(group.asked), len(group.by_peers), len(group.by_staff), len(group.by_peers & group.by_staff)


async def test_what_peers_and_what_the_company_answered_is_counted_apart(store: Database) -> None:
    channel = await make_channel()
    ayse, baran = await make_customer(channel), await make_customer(channel)
    for number in range(4):
        await put(channel, ayse, f"soru-{number}", intent=Intent.QUESTION, conversation_id=f"cnv_{number}")
    await put(channel, baran, "cevap-0", in_reply_to="soru-0")
    await put(channel, baran, "cevap-1", in_reply_to="soru-1")
    sent = {"direction": Direction.OUTBOUND, "delivery_status": DeliveryStatus.SENT, "author_id": "mem_a"}
    await put(channel, ayse, "biz-1", conversation_id="cnv_1", in_reply_to="soru-1", **sent)
    await put(channel, ayse, "biz-2", conversation_id="cnv_2", in_reply_to="sonra", **sent)
    await put(channel, ayse, "biz-3", conversation_id="cnv_3", in_reply_to="soru-3", holding=True, **sent)

    report = await peer_report(make_actor(Role.MANAGER), last_hour())

    (group,) = report.groups
    assert (group.key, group.label) == (channel.id, channel.name)
    assert numbers(group) == numbers(report.whole) == (4, 2, 2, 1)
    assert (group.peer_share, group.staff_share) == (0.5, 0.5)


async def test_only_what_others_said_in_public_and_in_time_counts(store: Database) -> None:
    channel, elsewhere = await make_channel(), await make_channel()
    ayse, merged, baran = [await make_customer(channel) for _ in range(3)]
    merged.merged_into = ayse.id
    await save(merged)
    await put(channel, ayse, "soru", intent=Intent.QUESTION)
    await put(channel, ayse, "dert", intent=Intent.COMPLAINT)
    await put(channel, ayse, "ozel", intent=Intent.QUESTION, visibility=Visibility.PRIVATE)
    await put(channel, ayse, "prova", intent=Intent.QUESTION, environment=Environment.PRACTICE)
    await put(channel, ayse, "ben", in_reply_to="soru")
    await put(channel, merged, "yine-ben", in_reply_to="soru")
    await put(channel, baran, "gec", in_reply_to="soru", created_at=now() + timedelta(days=8))
    await put(channel, baran, "silinmis", in_reply_to="soru", deleted_at=now())
    await put(elsewhere, baran, "baska-yer", in_reply_to="soru")
    held = {"direction": Direction.OUTBOUND, "delivery_status": DeliveryStatus.HELD_FOR_REVIEW}
    await put(channel, ayse, "bekleyen", in_reply_to="soru", **held)

    assert numbers((await peer_report(make_actor(Role.MANAGER), last_hour())).whole) == (1, 0, 0, 0)


async def test_published_questions_of_the_portal_count(store: Database) -> None:
    await make_public_question()
    question = await publish(await make_public_question())
    await make_answer(await fresh(question))

    report = await peer_report(make_actor(Role.MANAGER), last_hour())

    assert [(group.key, numbers(group)) for group in report.groups] == [(PORTAL, (1, 0, 1, 0))]


async def test_who_sees_some_channels_only_is_told_of_those(store: Database) -> None:
    ours, others = await make_channel(), await make_channel()
    for channel in (ours, others):
        await put(channel, await make_customer(channel), f"soru-{channel.id}", intent=Intent.QUESTION)
    await publish(await make_public_question())
    scoped = replace(make_actor(Role.MANAGER), scoped=True, reach=frozenset({ours.id}))

    report = await peer_report(scoped, last_hour())

    assert [group.key for group in report.groups] == [ours.id]


async def test_report_needs_its_right_and_has_no_shares_of_nothing(store: Database) -> None:
    report = await peer_report(make_actor(Role.MANAGER), last_hour())
    assert (report.groups, report.whole.peer_share, report.whole.staff_share) == ([], None, None)
    with pytest.raises(Forbidden):
        await peer_report(make_actor(Role.TRAINEE), last_hour())


async def test_company_that_answers_after_a_week_has_not_answered(store: Database) -> None:
    channel = await make_channel()
    ayse = await make_customer(channel)
    await put(channel, ayse, "soru", intent=Intent.QUESTION)
    sent = {"direction": Direction.OUTBOUND, "delivery_status": DeliveryStatus.SENT, "author_id": "mem_a"}
    await put(channel, ayse, "biz", created_at=now() + timedelta(days=6, hours=23, minutes=40), **sent)

    assert numbers((await peer_report(make_actor(Role.MANAGER), last_hour())).whole) == (1, 0, 0, 0)


async def test_answer_in_the_portal_is_a_peers_only_when_somebody_else_gives_it(store: Database) -> None:
    own, helped = [await publish(await make_public_question()) for _ in range(2)]
    for question, author_id in ((own, own.author_id), (helped, "cus_baran")):
        answer = await make_answer(await fresh(question))
        await Answer.get_pymongo_collection().update_one({"_id": answer.id}, {"$set": {"author_id": author_id}})

    assert numbers((await peer_report(make_actor(Role.MANAGER), last_hour())).whole) == (2, 1, 0, 0)


async def test_who_was_merged_over_many_steps_is_no_peer_of_their_own(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    channel = await make_channel()
    ayse, middle, last = [await make_customer(channel) for _ in range(3)]
    for one, into in ((ayse, middle), (middle, last)):
        one.merged_into = into.id
        await save(one)
    await put(channel, ayse, "soru", intent=Intent.QUESTION)
    await put(channel, last, "yine-ben", in_reply_to="soru")

    assert numbers((await peer_report(make_actor(Role.MANAGER), last_hour())).whole) == (1, 0, 0, 0)
    monkeypatch.setattr(peers, "_MOST_HOPS", 1)  # a chain longer than is followed ends where it was left
    assert numbers((await peer_report(make_actor(Role.MANAGER), last_hour())).whole) == (1, 1, 0, 0)
