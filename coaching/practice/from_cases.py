"""Scenarios from real cases: everything that could tell who it was is replaced, then looked for once more."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, Field

from auth.actor import Actor
from care.documents.cases import Case
from care.documents.channels import Environment
from care.documents.conversations import Direction, Message
from care.documents.customers import Customer
from care.reading.cases import case_for, require_case
from coaching.practice.anonymising import Disguise, original_of
from coaching.practice.documents import Inject, Persona, PracticeScenario
from coaching.practice.events import PracticeScenarioChanged
from coaching.practice.policies import may_manage_practice
from coaching.practice.scenarios import LONGEST_RUN, MOST_INJECTS, Level, Line, Minutes, Said
from coaching.practice.second_look import customers_of, require_nothing_left
from community.creation import insert_once
from core.clock import now
from core.errors import InvalidInput
from core.idempotency import Once

MOST_WORDS = 50
_PERSONA = "customer"


class CaseScenarioDraft(BaseModel):
    """Which case to make a scenario of, and what to call it."""

    case_id: str
    title: Line
    summary: Said
    level: Level
    estimated_minutes: Minutes
    also_remove: Annotated[list[Line], Field(max_length=MOST_WORDS)] = Field(default_factory=list)


async def create_scenario_from_case(actor: Actor, draft: CaseScenarioDraft, *, once: Once) -> PracticeScenario:
    """Make a scenario of what the customer of a real case said; it is out of use until somebody has read it.

    Raises Forbidden without `practice:manage`, NotFound for the case, InvalidInput for a case of practice, one in which
    the customer said nothing, and for a title or summary that tells who it was, IdempotencyMismatch.
    """
    may_manage_practice(actor).enforce()
    case = await require_case(actor, draft.case_id)
    if case.environment is not Environment.LIVE:
        raise InvalidInput("This case is only practised already; choose a real one.", path=("case_id",))
    customers = await customers_of(case)
    scenario = await _scenario(actor, case, customers, draft, once)
    original = original_of(case, customers, draft.also_remove)
    require_nothing_left(scenario, original, fields=("title", "summary"), otherwise="case_id")
    scenario.record(PracticeScenarioChanged(scenario_id=scenario.id), actor=actor.id)
    return await insert_once(scenario, once)


async def source_of(actor: Actor, scenario: PracticeScenario) -> Case | None:
    """Give the case behind a scenario to a facilitator who may read it; nobody else learns that there is one."""
    if scenario.source_case_id is None or not may_manage_practice(actor):
        return None
    return await case_for(actor, scenario.source_case_id)


async def _scenario(
    actor: Actor, case: Case, customers: Sequence[Customer], draft: CaseScenarioDraft, once: Once
) -> PracticeScenario:
    disguise = Disguise(original_of(case, customers, draft.also_remove))
    said = {"case_id": case.id, "direction": Direction.INBOUND.value, "deleted_at": {"$exists": False}}
    messages = await Message.find(said).sort("created_at", "_id").limit(MOST_INJECTS).to_list()
    messages = [message for message in messages if message.body.strip() and not message.automatic]
    if not messages:
        raise InvalidInput("The customer of this case said nothing that could be practised.", path=("case_id",))
    return PracticeScenario(
        id=once.identifier("psc"),
        created_at=now(),
        title=draft.title,
        summary=draft.summary,
        level=draft.level,
        estimated_minutes=draft.estimated_minutes,
        channel_kind=case.channel_kind,
        personas=[Persona(key=_PERSONA, name=" ".join(disguise.name), handle=disguise.handle, followers=_rounded(case.reach))],
        injects=[_inject(message, messages[0], disguise) for message in messages],
        created_by=actor.member,
        archived=True,
        source_case_id=case.id,
        also_removed=draft.also_remove,
        fingerprint=once.fingerprint,
    )


def _inject(message: Message, first: Message, disguise: Disguise) -> Inject:
    minutes = int((message.created_at - first.created_at).total_seconds() // 60)
    return Inject(
        persona=_PERSONA,
        phase="Start" if message is first else "Later",
        after_minutes=max(0, min(minutes, LONGEST_RUN)),
        visibility=message.visibility,
        texts=[disguise.put_on(message.body)[:5_000]],
    )


def _rounded(followers: int | None) -> int | None:
    """Round to one digit: how many follow somebody exactly tells who it is."""
    if followers is None:
        return None
    step = 10 ** max(len(str(followers)) - 1, 0)
    return int(followers // step * step)
