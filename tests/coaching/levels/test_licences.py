"""A scheduled reply leaves only while its author may reply unreviewed; a licence that lapsed meanwhile holds it for review."""

from datetime import timedelta

import pytest

from auth.accounts import change_roles, create_account, disable_account
from auth.actor import SYSTEM, Actor, Role
from auth.drafts import AccountDraft
from auth.identify import actor_of
from care.clock_scan import scan
from care.documents.channels import ChannelKind
from care.documents.conversations import DeliveryStatus, Message
from care.documents.drafts import SavedDraft
from care.replies import Reply, ReplyDraft, release, reply_to_case
from care.saved_drafts import UnsentDraft, save_draft
from care.waiting_replies import reschedule_reply
from coaching.documents import DraftReview
from coaching.handlers import subscribe
from coaching.levels.certificates import RevocationDraft, revoke_certificate
from coaching.reading import review_id_of
from community.accounts import ensure_member
from core.clock import now
from core.database import Database
from core.idempotency import Once
from core.ids import new_id
from core.records import fresh
from notifications import casework
from notifications.documents import Notification
from tests.care.stored import event_types, handle_twice
from tests.factories.care import later, make_actor, make_case, make_channel, make_conversation
from tests.factories.levels import MANAGER, certified, enforced, make_certification

HELD, SCHEDULED, QUEUED = DeliveryStatus.HELD_FOR_REVIEW, DeliveryStatus.SCHEDULED, DeliveryStatus.QUEUED


async def join(*roles: Role) -> Actor:
    account = await create_account(SYSTEM, AccountDraft(email=f"{new_id('m')}@narin.example", name="Ece", roles=list(roles)))
    await ensure_member(account)
    return await actor_of(account.id)


async def write(actor: Actor, *, hours: int = 2) -> Reply:
    case = await make_case(await make_conversation(await make_channel(kind=ChannelKind.X)))
    given = {"case_id": case.id, "conversation_id": case.conversation_ids[0], "body": "Yarın gelir."}
    draft = ReplyDraft.model_validate({**given, "send_at": now() + timedelta(hours=hours)})
    return await reply_to_case(actor, draft, once=Once())


async def state(reply: Reply) -> DeliveryStatus | None:
    return (await fresh(reply.message)).delivery_status


async def test_reply_is_held_whose_authors_certificate_was_taken_away_before_it_left(store: Database) -> None:
    ece = await join(Role.AGENT)
    certification = await enforced(await make_certification())
    certificate = await certified(ece, certification)
    reply, kept = await write(ece), await write(ece, hours=1)
    assert await state(reply) is SCHEDULED
    later(hours=1)
    await scan()
    revocation = RevocationDraft(reason="Kaba yanıt")
    await revoke_certificate(MANAGER, certificate.id, revocation, expected_version=certificate.version)
    later(hours=1)

    await scan()
    await handle_twice()

    assert (await state(kept), await state(reply)) == (QUEUED, HELD)
    case = await fresh(reply.case)
    assert case.first_response.met_at is None
    assert await store["jobs"].count_documents({"message_id": reply.message.id}) == 0
    assert await scan() == 0
    released = await release(make_actor(Role.MENTOR), reply.message.id)
    assert released.message.delivery_status is QUEUED
    assert released.case.first_response.met_at is not None


async def test_review_is_opened_for_it_and_a_newer_draft_stays(store: Database) -> None:
    ece = await join(Role.AGENT)
    reply = await write(ece)
    draft = UnsentDraft(case_id=reply.case.id, conversation_id=reply.message.conversation_id, body="Sonra yazdığım")
    await save_draft(ece, draft)
    await change_roles(SYSTEM, ece.account_id or "", [Role.TRAINEE])
    later(hours=2)

    await scan()
    await handle_twice()
    await handle_twice(subscribe)
    await handle_twice(casework.subscribe)

    review = await DraftReview.get(review_id_of(reply.message.id))
    assert review is not None
    assert (review.author_id, review.body) == (ece.member, "Yarın gelir.")
    assert [(one.recipient_id, one.kind.value) for one in await Notification.find({}).to_list()] == [(ece.member, "REPLY_HELD")]
    (kept,) = await SavedDraft.find({}).to_list()
    assert kept.body == "Sonra yazdığım"


async def test_reply_of_who_has_left_the_company_is_held(store: Database) -> None:
    ece = await join(Role.AGENT)
    reply = await write(ece)
    await disable_account(SYSTEM, ece.account_id or "")
    later(hours=2)

    await scan()

    assert (await fresh(reply.case)).outgoing[0].state is HELD


async def test_released_reply_leaves_whatever_became_of_its_author(store: Database) -> None:
    ece = await join(Role.TRAINEE)
    reply = await write(ece)
    assert await state(reply) is HELD
    await release(make_actor(Role.MENTOR), reply.message.id)
    assert await state(reply) is SCHEDULED
    later(hours=2)

    await scan()

    assert await state(reply) in {QUEUED, SCHEDULED}
    assert (await fresh(reply.case)).outgoing[0].state is QUEUED


@pytest.mark.parametrize("lapsed", [True, False])
async def test_moving_it_to_now_asks_too(store: Database, *, lapsed: bool) -> None:
    ece, colleague = await join(Role.AGENT), make_actor(Role.AGENT)
    reply = await write(ece)
    if lapsed:
        await change_roles(SYSTEM, ece.account_id or "", [Role.TRAINEE])

    moved = await reschedule_reply(colleague, reply.message.id, None, expected_version=reply.case.version)

    assert moved.message.delivery_status is (HELD if lapsed else QUEUED)
    found = await Message.get(reply.message.id)
    assert found is not None
    assert found.scheduled_for is None
    assert ("ReplyHeld" in await event_types(type(reply.case))) is lapsed
