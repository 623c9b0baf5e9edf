from collections.abc import Sequence

import pytest

from auth.actor import ANONYMOUS, PERMISSIONS, SYSTEM, Actor, ActorKind, Permission, Role
from care.documents.answer_bank import AnswerBankEntry, AnswerBankStatus
from care.documents.cases import Case
from care.documents.channels import Environment
from care.reading.answer_bank import entries_by_ids
from care.reading.cases import cases_by_ids
from community.directory import members_by_ids
from community.reading import questions_by_ids
from core.clock import now
from core.database import Database
from core.records import save
from search.readers import (
    answer_readers,
    case_readers,
    member_readers,
    public_question_readers,
    public_reader_tokens,
    question_readers,
    reader_tokens,
)
from tests.factories import care, community

EXPERT, OWNER, STRANGER = "mem_expert", "mem_owner", "mem_stranger"


def staff(channel_id: str) -> list[Actor]:
    """Every role alone, as each of three members; agency people with the channel in reach, another one, and none."""
    people = [care.make_actor(role, member_id=member) for role in Role for member in (EXPERT, OWNER, STRANGER)]
    reaches = [frozenset({channel_id}), frozenset({"chn_other"}), frozenset({channel_id, "chn_other"})]
    agencies = [care.make_actor(Role.AGENCY, reach=reach, member_id=one) for reach in reaches for one in (EXPERT, STRANGER)]
    reader = Actor(ActorKind.SERVICE, "svc", permissions=frozenset({Permission.SEARCH_USE, Permission.CASE_READ}))
    nobody = Actor(ActorKind.SERVICE, "svc", permissions=frozenset({Permission.SEARCH_USE}))
    bank = frozenset({Permission.ANSWER_BANK_READ})
    bank_reader = Actor(ActorKind.MEMBER, OWNER, member_id=OWNER, permissions=bank)
    bank_service = Actor(ActorKind.SERVICE, "svc", permissions=bank)
    return [*people, *agencies, reader, nobody, bank_reader, bank_service, SYSTEM]


async def make_cases() -> tuple[str, list[Case]]:
    conversation = await care.make_conversation()
    channel_id = conversation.channel_id
    plain = await care.make_case(conversation)
    consulted = await care.make_case(consulted=[EXPERT, OWNER])
    same_channel = await care.make_case(await care.make_conversation(await care.make_channel()), channel_id=channel_id)
    deleted = await care.make_case(deleted_at=now())
    return channel_id, [plain, consulted, same_channel, deleted]


def allows(tokens: Sequence[str], readers: frozenset[str]) -> bool:
    return bool(readers.intersection(tokens))


async def test_case_tokens_agree_with_the_gate_for_everybody(store: Database) -> None:
    channel_id, cases = await make_cases()
    for actor in staff(channel_id):
        readable = await cases_by_ids(actor, [case.id for case in cases])
        found = {case.id for case in cases if allows(reader_tokens(actor), case_readers(case))}
        assert found == set(readable), actor


async def test_a_practice_case_has_no_readers(store: Database) -> None:
    case = await care.make_case(environment=Environment.PRACTICE, participants=[EXPERT], consulted=[EXPERT])
    assert case_readers(case) == frozenset()


async def test_answer_bank_tokens_agree_with_the_gate_for_everybody(store: Database) -> None:
    entries = []
    for status in AnswerBankStatus:
        for owner in (OWNER, EXPERT):
            entry = await care.make_entry()
            entry.status, entry.owner_id = status, owner
            await save(entry)
            entries.append(entry)
    entries[0].deleted_at = now()
    await save(entries[0])
    for actor in staff("chn_x"):
        readable = await entries_by_ids(actor, [entry.id for entry in entries])
        found = {entry.id for entry in entries if allows(reader_tokens(actor), answer_readers(entry))}
        in_use = {one for one, entry in readable.items() if entry.status is not AnswerBankStatus.ARCHIVED}
        assert found == in_use, actor


async def test_question_and_member_tokens_agree_with_the_gates_for_everybody(store: Database) -> None:
    question, gone = await community.make_question(), await community.make_question()
    waiting = await community.make_public_question()
    gone.deleted_at = now()
    await save(gone)
    member, left = await community.make_member(), await community.make_member()
    left.deleted_at = now()
    await save(left)
    for actor in staff("chn_x"):
        tokens = reader_tokens(actor)
        questions = [question, gone, waiting]
        readable = await questions_by_ids(actor, [one.id for one in questions])
        assert {one.id for one in questions if allows(tokens, question_readers(one))} == set(readable), actor
        known = await members_by_ids(actor, [member.id, left.id])
        assert {one.id for one in (member, left) if allows(tokens, member_readers(one))} == set(known), actor


async def test_public_tokens_agree_with_the_gate_for_the_public(store: Database) -> None:
    asker = community.customer_actor()
    waiting = await community.make_public_question(asker)
    published = await community.publish(await community.make_public_question(asker))
    internal = await community.make_question()
    taken_back = await community.publish(await community.make_public_question())
    taken_back.deleted_at = now()
    await save(taken_back)
    questions = [waiting, published, internal, taken_back]
    for actor in (ANONYMOUS, community.customer_actor()):
        readable = await questions_by_ids(actor, [one.id for one in questions])
        found = {one.id for one in questions if allows(public_reader_tokens(actor), public_question_readers(one))}
        assert found == set(readable) == {published.id}
    assert [public_question_readers(one) for one in (waiting, internal, taken_back)] == [frozenset()] * 3
    assert public_reader_tokens(Actor(ActorKind.SERVICE, "svc")) == ()


@pytest.mark.parametrize("actor", [ANONYMOUS, community.customer_actor("cus_1")])
async def test_nobody_outside_has_a_token_that_something_of_the_staff_carries(store: Database, actor: Actor) -> None:
    _, cases = await make_cases()
    published = await community.publish(await community.make_public_question(community.customer_actor("cus_1")))
    entry: AnswerBankEntry = await care.make_entry()
    carried = [*map(case_readers, cases), question_readers(published), answer_readers(entry)]
    assert not any(allows(reader_tokens(actor), readers) for readers in carried)


def test_every_role_may_search() -> None:
    assert all(Permission.SEARCH_USE in held for held in PERMISSIONS.values())
