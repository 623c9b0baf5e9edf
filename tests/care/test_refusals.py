"""Every mutation refused to whom it is not for, leaving no trace: without the permission, out of sight, on a stale version."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from auth.actor import Actor, Permission, Role
from care.answer_bank import EntryChanges, EntryDraft, create_entry, edit_entry
from care.cases.assignment import assign_case
from care.cases.closing import ClosingDraft, close_case
from care.cases.obligations import fulfil_obligation
from care.cases.steps import StepDraft, complete_step
from care.cases.verdicts import VerdictDraft, record_customer_verdict
from care.consultations import ConsultationDraft, consult_experts, decline_consultation, delegate_consultation
from care.documents.cases import Case
from care.documents.cycles import CycleOutcome, ResolutionStep
from care.documents.obligations import Obligation, ObligationKind
from care.notes import NoteDraft, add_internal_note
from care.replies import ContactDetailsDraft, ReplyDraft, release, reply_to_case, request_contact_details
from core.clock import now
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, NotFound
from core.idempotency import Once
from core.ids import new_id
from core.records import save
from tests.care.stored import everything
from tests.factories import community
from tests.factories.care import make_actor, make_case, make_entry, make_reply


@dataclass(frozen=True)
class Scene:
    """A case with everything that mutations are about."""

    case: Case
    held: str
    consultation: str
    entry: str
    expert: Actor
    other: str


Mutation = Callable[[Actor, Scene, int], Awaitable[Any]]


async def make_scene() -> Scene:
    """Set the scene: an obligation, a held reply, a consultation and an approved answer."""
    expert, other = await community.make_actor(), await community.make_actor()
    case = await make_case()
    held = await make_reply(case, make_actor(Role.TRAINEE))
    draft = ConsultationDraft(case_id=case.id, title="Nerede kaldı?", body="?", expert_ids=[str(expert.member_id)])
    asked = (await consult_experts(make_actor(), draft, once=Once())).consultation
    entry = await make_entry()
    case = await Case.get(case.id) or case
    case.obligations = [Obligation(id=new_id("obl"), kind=ObligationKind.CALL_BACK, started_at=now(), due_at=now())]
    await save(case)
    return Scene(case, held.message.id, asked.id, entry.id, expert, str(other.member_id))


def _reply(actor: Actor, scene: Scene, version: int) -> Awaitable[Any]:
    draft = ReplyDraft(case_id=scene.case.id, conversation_id=scene.case.conversation_ids[0], body="x")
    return reply_to_case(actor, draft, once=Once())


def _contact(actor: Actor, scene: Scene, version: int) -> Awaitable[Any]:
    draft = ContactDetailsDraft(case_id=scene.case.id, conversation_id=scene.case.conversation_ids[0], body="x")
    return request_contact_details(actor, draft, expected_version=version, once=Once())


def _release(actor: Actor, scene: Scene, version: int) -> Awaitable[Any]:
    return release(actor, scene.held)


def _note(actor: Actor, scene: Scene, version: int) -> Awaitable[Any]:
    return add_internal_note(actor, NoteDraft(case_id=scene.case.id, body="x"), once=Once())


def _assign(actor: Actor, scene: Scene, version: int) -> Awaitable[Any]:
    return assign_case(actor, scene.case.id, None, expected_version=version)


def _step(actor: Actor, scene: Scene, version: int) -> Awaitable[Any]:
    return complete_step(actor, StepDraft(case_id=scene.case.id, step=ResolutionStep.CONTACT), expected_version=version)


def _verdict(actor: Actor, scene: Scene, version: int) -> Awaitable[Any]:
    draft = VerdictDraft(case_id=scene.case.id, outcome=CycleOutcome.SATISFIED)
    return record_customer_verdict(actor, draft, expected_version=version)


def _close(actor: Actor, scene: Scene, version: int) -> Awaitable[Any]:
    return close_case(actor, ClosingDraft(case_id=scene.case.id, reason="x"), expected_version=version)


def _fulfil(actor: Actor, scene: Scene, version: int) -> Awaitable[Any]:
    return fulfil_obligation(actor, scene.case.obligations[0].id, expected_version=version)


def _consult(actor: Actor, scene: Scene, version: int) -> Awaitable[Any]:
    draft = ConsultationDraft(case_id=scene.case.id, title="Nerede kaldı?", body="?", expert_ids=[scene.other])
    return consult_experts(actor, draft, once=Once())


def _decline(actor: Actor, scene: Scene, version: int) -> Awaitable[Any]:
    return decline_consultation(actor, scene.consultation, expected_version=version)


def _delegate(actor: Actor, scene: Scene, version: int) -> Awaitable[Any]:
    return delegate_consultation(actor, scene.consultation, scene.other, expected_version=version)


def _create(actor: Actor, scene: Scene, version: int) -> Awaitable[Any]:
    return create_entry(actor, EntryDraft(title="Başlık", body="x"), once=Once())


def _edit(actor: Actor, scene: Scene, version: int) -> Awaitable[Any]:
    return edit_entry(actor, scene.entry, EntryChanges(body="x"), expected_version=version)


NEEDS: list[tuple[Mutation, Permission]] = [
    (_reply, Permission.CASE_REPLY),
    (_contact, Permission.CASE_REPLY),
    (_release, Permission.REPLY_RELEASE),
    (_note, Permission.CASE_NOTE),
    (_assign, Permission.CASE_ASSIGN),
    (_step, Permission.CASE_WORK),
    (_verdict, Permission.CASE_WORK),
    (_close, Permission.CASE_CLOSE),
    (_fulfil, Permission.CASE_WORK),
    (_consult, Permission.CASE_CONSULT),
    (_create, Permission.ANSWER_BANK_EDIT),
    (_edit, Permission.ANSWER_BANK_EDIT),
]
OF_A_CASE = [_reply, _contact, _release, _note, _assign, _step, _verdict, _close, _fulfil, _consult, _decline, _delegate]


def name(value: object) -> str:
    return getattr(value, "__name__", str(value))


@pytest.mark.parametrize(("mutation", "permission"), NEEDS, ids=name)
async def test_without_the_permission_it_is_forbidden(store: Database, mutation: Mutation, permission: Permission) -> None:
    scene, admin = await make_scene(), make_actor(Role.ADMIN)
    actor = Actor(admin.kind, admin.id, member_id=admin.member_id, permissions=admin.permissions - {permission})
    before = await everything()

    with pytest.raises(Forbidden):
        await mutation(actor, scene, 1)

    assert await everything() == before


@pytest.mark.parametrize("mutation", OF_A_CASE, ids=name)
async def test_in_a_channel_out_of_reach_it_is_not_found(store: Database, mutation: Mutation) -> None:
    scene = await make_scene()
    before = await everything()

    for reach in (frozenset({new_id("chn")}), frozenset[str]()):
        with pytest.raises(NotFound):
            await mutation(make_actor(Role.AGENCY, reach=reach), scene, 1)

    assert await everything() == before


@pytest.mark.parametrize("mutation", [_contact, _assign, _step, _verdict, _fulfil, _edit], ids=name)
async def test_on_a_stale_version_it_is_a_conflict_that_shows_the_current_one(store: Database, mutation: Mutation) -> None:
    scene = await make_scene()
    before = await everything()

    with pytest.raises(Conflict) as refusal:
        await mutation(make_actor(Role.ADMIN), scene, 9)

    assert refusal.value.current.version == 1
    assert await everything() == before


@pytest.mark.parametrize("mutation", [_decline, _delegate], ids=name)
async def test_expert_on_a_stale_version_is_told_the_current_one(store: Database, mutation: Mutation) -> None:
    scene = await make_scene()
    before = await everything()

    with pytest.raises(Conflict) as refusal:
        await mutation(scene.expert, scene, 9)

    assert refusal.value.current.version == 1
    assert await everything() == before


async def test_closing_on_a_stale_version_is_a_conflict(store: Database) -> None:
    case, admin = await make_case(), make_actor(Role.ADMIN)
    before = await everything()

    with pytest.raises(Conflict) as refusal:
        await close_case(admin, ClosingDraft(case_id=case.id, reason="x"), expected_version=9)

    assert refusal.value.current.id == case.id
    assert await everything() == before


async def test_version_is_compared_before_the_state(store: Database) -> None:
    case, admin = await make_case(), make_actor(Role.ADMIN)
    closing = ClosingDraft(case_id=case.id, reason="x")
    await close_case(admin, closing, expected_version=1)

    with pytest.raises(Conflict):
        await close_case(admin, closing, expected_version=1)
    with pytest.raises(AlreadyDone):
        await close_case(admin, closing, expected_version=2)
    with pytest.raises(Conflict):
        await assign_case(admin, case.id, None, expected_version=1)
