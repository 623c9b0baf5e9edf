from auth.actor import Role
from care.cases.closing import ClosingDraft, close_case
from care.cases.verdicts import VerdictDraft, record_customer_verdict
from care.documents.cases import Case
from care.documents.conversations import Conversation, DeliveryStatus, Visibility
from care.documents.cycles import CycleOutcome
from care.documents.obligations import ObligationKind
from care.errors import ObligationOpen
from care.policies import may_close
from care.replies import Reply, ReplyDraft, reply_to_case
from core.database import Database
from core.idempotency import Once
from core.records import save
from tests.factories.care import (
    conversation_of,
    deliver,
    make_actor,
    make_case,
    make_channel,
    make_conversation,
    make_customer,
    say,
)

MANAGER = make_actor(Role.MANAGER)


async def make_public_case() -> tuple[Case, Conversation]:
    """Let a customer complain in public, and give the case with a private conversation beside."""
    channel = await make_channel()
    customer = await make_customer(channel)
    case = await say(await make_conversation(channel, customer), "Rezalet, siparişim bozuk geldi!")
    private = await make_conversation(channel, customer, visibility=Visibility.PRIVATE)
    case.conversation_ids = [*case.conversation_ids, private.id]
    await save(case)
    return case, private


async def answer(case: Case, conversation: Conversation, body: str = "Yenisini gönderdik.") -> Reply:
    draft = ReplyDraft(case_id=case.id, conversation_id=conversation.id, body=body)
    return await reply_to_case(MANAGER, draft, once=Once())


async def satisfied(case: Case) -> Case:
    draft = VerdictDraft(case_id=case.id, outcome=CycleOutcome.SATISFIED)
    return await record_customer_verdict(MANAGER, draft, expected_version=case.version)


async def test_what_was_solved_in_private_is_closed_in_public_first(store: Database) -> None:
    case, private = await make_public_case()
    case = await satisfied(await deliver((await answer(case, private)).message))
    assert [owed.kind for owed in case.owed] == [ObligationKind.PUBLIC_CLOSING]
    assert isinstance(may_close(MANAGER, case).refusal, ObligationOpen)

    reply = await answer(case, await conversation_of(case), "Özelden çözdük, teşekkürler.")
    case = await deliver(reply.message)

    (owed,) = case.obligations
    assert (owed.fulfilled_by, owed.message_id) == (MANAGER.member, reply.message.id)
    closed = await close_case(MANAGER, ClosingDraft(case_id=case.id), expected_version=case.version)
    assert closed.closed_at is not None


async def test_public_words_that_never_arrived_are_owed_still(store: Database) -> None:
    case, private = await make_public_case()
    case = await satisfied(await deliver((await answer(case, private)).message))
    reply = await answer(case, await conversation_of(case))
    assert reply.case.owed == []

    failed = await deliver(reply.message, DeliveryStatus.FAILED)

    assert [owed.kind for owed in failed.owed] == [ObligationKind.PUBLIC_CLOSING]


async def test_who_was_answered_in_public_or_only_in_private_is_owed_nothing(store: Database) -> None:
    case, _ = await make_public_case()
    public = await satisfied(await deliver((await answer(case, await conversation_of(case))).message))
    quiet = await make_case(await make_conversation(visibility=Visibility.PRIVATE))
    private = await satisfied(await deliver((await answer(quiet, await conversation_of(quiet))).message))

    assert (public.obligations, private.obligations) == ([], [])


async def test_reputation_is_compared_before_the_first_and_after_the_last_answer(store: Database) -> None:
    case, private = await make_public_case()
    case = await say(await conversation_of(case), "Hâlâ bekliyorum, berbat!")
    assert case.before is not None
    assert (case.before.messages, case.before.public, case.after) == (2, True, None)

    await deliver((await answer(case, private)).message)
    case = await say(private, "Çok teşekkürler, harika!", visibility=Visibility.PRIVATE)

    assert case.before is not None
    assert case.after is not None
    assert case.before.score_total < 0 < case.after.score_total
    assert (case.after.messages, case.after.public, case.before.messages) == (1, False, 2)
