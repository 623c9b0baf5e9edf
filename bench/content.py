"""Two thousand cases: a few are worked by the domain's own operations, the rest are their exact copies with other ids."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from auth.accounts import create_account
from auth.actor import SYSTEM, Actor, Role
from auth.drafts import AccountDraft
from auth.identify import actor_of
from bench.faults.sending import Entry
from bench.installation import EMAIL, Hook
from bootstrap.platform import Platform
from care.cases.assignment import assign_case
from care.cases.steps import StepDraft, complete_step
from care.consultations import ConsultationDraft, consult_experts
from care.documents.cases import NEVER
from care.documents.cycles import ResolutionStep
from care.ingest.inbox import Delivery
from care.ingest.steps import take_in
from care.notes import NoteDraft, add_internal_note
from care.reading.cases import require_case
from care.replies import ReplyDraft, reply_to_case
from community.answers import AnswerDraft, accept_answer, answer_question
from community.reading import require_question
from core.clock import now
from core.database import Database
from core.idempotency import Once
from core.ids import derived_id
from worker.run import Worker

COPIED: Final = ("customers", "conversations", "cases", "messages", "consultations", "questions", "answers")
PLAIN, TALKED, CONSULTED = range(3)
_MESSAGES = {PLAIN: 1, TALKED: 6, CONSULTED: 4}
_ID = re.compile(r"\b(?:cus|cnv|case|msg|con|qst|ans|obl)_[0-9a-z]+")
_OUTSIDE = re.compile(r"\b(?:u|post|ext)-\d+\b")
_BATCH = 500
_APART = timedelta(seconds=40)


@dataclass(frozen=True, slots=True)
class People:
    """Who works on the cases."""

    agent: Actor
    experts: tuple[Actor, Actor]


async def fill(platform: Platform, hook: Hook, *, cases: int) -> list[str]:
    """Make the cases and give the ids of those that experts were consulted about: the fullest screens."""
    people = await _people(platform)
    originals = [await _original(platform, hook, people, kind) for kind in (PLAIN, TALKED, CONSULTED)]
    templates = [await _rows_of(platform.database, case_id) for case_id in originals]
    for start in range(1, cases - 2, _BATCH):
        copies = [_copy(templates[number % 3], number) for number in range(start, min(start + _BATCH, cases - 2))]
        for collection in COPIED:
            rows = [row for copy in copies for row in copy[collection]]
            if rows:
                await platform.database[collection].insert_many(rows)
    return [originals[CONSULTED], *(derived_id("case", originals[CONSULTED], str(number)) for number in range(2, 150, 3))]


async def _people(platform: Platform) -> People:
    account = await platform.database["accounts"].find_one({"email": EMAIL})
    if account is None:
        message = "the installation is not furnished"
        raise LookupError(message)
    experts = []
    for name in ("Murat Kaya", "Parisa Rahimi"):
        email = f"{name.split()[0].lower()}@narin.example"
        made = await create_account(SYSTEM, AccountDraft(email=email, name=name, roles=[Role.EXPERT]))
        experts.append(await actor_of(made.id))
    await Worker(platform).drain()
    return People(await actor_of(account["_id"]), (experts[0], experts[1]))


async def _original(platform: Platform, hook: Hook, people: People, kind: int) -> str:
    """Let a customer complain, and the agent and experts do what is done in a case of this kind."""
    for place in range(_MESSAGES[kind]):
        number = 100 * kind + place
        body = Entry(number, 100 * kind).body
        await take_in(Delivery(hook.channel_id, f"delivery-{number}", body, now()))
        if kind != PLAIN:
            await _reply(people.agent, await _newest(platform.database), place)
    case_id = await _newest(platform.database)
    if kind == CONSULTED:
        await _consult(people, case_id)
    await Worker(platform).drain()
    return case_id


async def _newest(database: Database) -> str:
    case = await database["cases"].find_one({}, sort=[("number", -1)])
    return str(case["_id"]) if case else ""


async def _reply(agent: Actor, case_id: str, place: int) -> None:
    case = await require_case(agent, case_id)
    body = f"Özür dileriz, siparişinize **bakıyoruz** ({place}): [takip](https://narin.example/takip)."
    await reply_to_case(agent, ReplyDraft(case_id=case_id, conversation_id=case.conversation_ids[0], body=body), once=Once())


async def _consult(people: People, case_id: str) -> None:
    agent = people.agent
    case = await require_case(agent, case_id)
    case = await assign_case(agent, case_id, agent.member_id, expected_version=case.version)
    for step in (ResolutionStep.CONTACT, ResolutionStep.ASSURE):
        case = await complete_step(agent, StepDraft(case_id=case_id, step=step, note="Done."), expected_version=case.version)
    await add_internal_note(agent, NoteDraft(case_id=case_id, body="The parcel is at the depot in **İzmir**."), once=Once())
    asked = ConsultationDraft(
        case_id=case_id,
        title="Where is this order?",
        body="It was sent two weeks ago.",
        expert_ids=[str(expert.member_id) for expert in people.experts],
    )
    consultation = (await consult_experts(agent, asked, once=Once())).consultation
    answers = [
        await answer_question(
            expert, AnswerDraft(question_id=consultation.question_id, body=f"It left *İzmir*, says {expert.id}."), once=Once()
        )
        for expert in people.experts
    ]
    question = await require_question(agent, consultation.question_id)
    await accept_answer(agent, answers[0][0].id, expected_version=question.version)


Rows = Mapping[str, list[dict[str, Any]]]


async def _rows_of(database: Database, case_id: str) -> Rows:
    case = await database["cases"].find_one({"_id": case_id}) or {}
    asked = await database["consultations"].find({"case_id": case_id}).to_list()
    questions = [consultation["question_id"] for consultation in asked]
    return {
        "customers": await database["customers"].find({"_id": case["customer_id"]}).to_list(),
        "conversations": await database["conversations"].find({"_id": {"$in": case["conversation_ids"]}}).to_list(),
        "cases": [case],
        "messages": await database["messages"].find({"case_id": case_id}).to_list(),
        "consultations": asked,
        "questions": await database["questions"].find({"_id": {"$in": questions}}).to_list(),
        "answers": await database["answers"].find({"question_id": {"$in": questions}}).to_list(),
    }


def _copy(template: Rows, number: int) -> dict[str, list[dict[str, Any]]]:
    """Give the same rows with ids of their own, opened earlier the higher the number."""
    copy = {collection: [_other(row, number) for row in rows] for collection, rows in template.items()}
    for case in copy["cases"]:
        case["number"] = 10_000 + number
    return copy


def _other(value: Any, number: int) -> Any:
    """Give a value as another case has it: other ids everywhere, other times."""
    match value:
        case dict():
            return {name: _other(part, number) for name, part in value.items()}
        case list():
            return [_other(part, number) for part in value]
        case str():
            named = _ID.sub(lambda found: derived_id(found[0].partition("_")[0], found[0], str(number)), value)
            return _OUTSIDE.sub(lambda found: f"{found[0]}-{number}", named)
        case datetime() if value < NEVER:
            return value - number * _APART
        case _:
            return value
