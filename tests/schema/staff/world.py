"""A small company for the documents to run in."""

import itertools
from dataclasses import dataclass
from typing import Any

from auth.actor import Actor, Role
from care.consultations import ConsultationDraft, consult_experts
from care.documents.cases import Case
from care.documents.consultations import Consultation
from care.events import CaseAssigned
from care.replies import ContactDetailsDraft, request_contact_details
from core.clock import now
from core.events import Recorded
from core.idempotency import Once
from notifications.announcements import notify
from notifications.documents import Notification, NotificationKind
from tests.factories import care, community


@dataclass
class World:
    """Who works there, and a case that an agent works on."""

    agent: Actor
    expert: Actor
    mentor: Actor
    manager: Actor
    trainee: Actor
    case: Case

    @property
    def conversation_id(self) -> str:
        return self.case.conversation_ids[0]


async def make_world() -> World:
    """Found the company."""
    return World(
        agent=await community.make_actor(Role.AGENT, display_name="Deniz Kaya"),
        expert=await community.make_actor(Role.EXPERT, display_name="Ali Rezaei"),
        mentor=await community.make_actor(Role.MENTOR, display_name="Zeynep Ak"),
        manager=await community.make_actor(Role.MANAGER, display_name="Sara Olsen"),
        trainee=await community.make_actor(Role.TRAINEE, display_name="Can Er"),
        case=await care.make_case(),
    )


async def consult(world: World, **overrides: Any) -> Consultation:
    """Ask the expert about the case."""
    given = {
        "case_id": world.case.id,
        "title": "Depoda bekleyen kargo ne zaman çıkar?",
        "body": "Müşteri iki haftadır bekliyor.",
        "expert_ids": [world.expert.member],
    }
    return (await consult_experts(world.agent, ConsultationDraft.model_validate(given | overrides), once=Once())).consultation


async def ask_for_details(world: World) -> Any:
    """Ask the case's customer for contact details."""
    draft = ContactDetailsDraft(case_id=world.case.id, conversation_id=world.conversation_id, body="Size nasıl ulaşabiliriz?")
    return await request_contact_details(world.agent, draft, expected_version=world.case.version, once=Once())


_numbers = itertools.count(1)


async def tell(member_id: str, case_id: str) -> Notification:
    """Tell a member that a case was given to them."""
    number = next(_numbers)
    cause = Recorded(
        fact=CaseAssigned(case_id=case_id, assignee_id=member_id),
        number=number,
        event_id=f"event-{number}",
        at=now(),
        actor="system",
        subject=case_id,
    )
    (left,) = await notify([member_id], NotificationKind.ASSIGNED, subject="#1", target_id=case_id, cause=cause)
    return left
