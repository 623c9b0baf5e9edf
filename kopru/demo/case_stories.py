"""How each case of the demo went: what was said by whom and when, and what the front office did about it."""

from datetime import timedelta

import orjson

from auth.actor import Actor
from care.cases.assignment import assign_case
from care.cases.closing import ClosingDraft, close_case
from care.cases.cycles import STEPS
from care.cases.outgoing import settle_outgoing
from care.cases.steps import StepDraft, complete_step
from care.cases.verdicts import VerdictDraft, record_customer_verdict
from care.consultations import ConsultationDraft, consult_experts, count_as_answered
from care.conversations import conversation_id
from care.documents.cases import Case
from care.documents.conversations import DeliveryStatus, Message, Visibility
from care.documents.cycles import CycleOutcome, ResolutionStep
from care.ingest.inbox import Delivery
from care.ingest.steps import take_in
from care.messages import advance_delivery
from care.notes import NoteDraft, add_internal_note
from care.replies import ContactDetailsDraft, ReplyDraft, reply_to_case, request_contact_details
from community.answers import AnswerDraft, accept_answer, answer_question
from community.documents import Tag
from core.clock import now
from core.idempotency import Once
from core.records import change
from kopru.demo.rows import Row
from kopru.demo.timeline import Story
from kopru.demo.world import World, varied

SUPERVISOR = "oliver"
"""Who gives cases to those who can't take them themselves."""


async def tell_case(world: World, row: Row) -> Story:
    """Play a case from its first message to where the content leaves it."""
    opened = world.ago(minutes=row["opened_minutes_ago"])
    yield opened
    telling = _Telling(world, row)
    for place, message in enumerate(row["messages"]):
        at = opened + timedelta(minutes=message["minutes_after"])
        if message["from"] == "agent" and not telling.assigned:
            yield at - (at - now()) / 2
            await telling.assign()
        if row["state"] == "unsatisfied_second_cycle" and place == len(row["messages"]) - 1:
            yield at - (at - now()) / 2
            await telling.advance(ResolutionStep.FEEDBACK)
        yield at
        await telling.say(place, message)
    async for moment in _end(telling, row):
        yield moment


async def _end(telling: "_Telling", row: Row) -> Story:
    last = now()
    if "consult" in row:
        yield last + timedelta(minutes=4)
        await telling.consult()
        if "answer" in row["consult"]:
            yield now() + timedelta(minutes=varied(row["key"], 6, 45))
            await telling.answer()
            yield now() + timedelta(minutes=varied(row["key"], 3, 20))
            await telling.accept()
    elif row["state"] == "solved_satisfied":
        yield last + timedelta(minutes=4)
        await telling.advance(ResolutionStep.FEEDBACK)
        await telling.judge()
        yield last + timedelta(minutes=9)
        await telling.close()
    elif row["state"] == "unsatisfied_second_cycle":
        yield last + timedelta(minutes=3)
        await telling.judge()


class _Telling:
    """One case while it is played."""

    def __init__(self, world: World, row: Row) -> None:
        self._world = world
        self._row = row
        self._channel = world.channels[row["channel"]]
        self._replies = 0
        self._case: Case | None = None
        self._question_id = self._answer_id = ""
        self.assigned = False
        visibility = Visibility(row["visibility"])
        # Two accounts have one private thread; in public every post begins another.
        self._thread = f"dm-{row['customer']}" if visibility is Visibility.PRIVATE else f"post-{row['key']}"
        self._conversation = conversation_id(self._channel.id, self._thread, world.customers[row["customer"]], visibility)

    async def say(self, place: int, message: Row) -> None:
        """Let customer or company say something."""
        if message["from"] == "customer":
            await self._hear(place, message["text"])
            if place == 0:
                await self._file()
        elif message["from"] == "note":
            author = self._world.members[str(message.get("member", self._row.get("assignee", SUPERVISOR)))]
            draft = NoteDraft(case_id=self.case.id, body=message["text"])
            await add_internal_note(author, draft, once=Once())
        else:
            await self._reply(self._world.members[message["member"]], message["text"])

    async def assign(self) -> None:
        """Give the case to who works on it; a trainee is given it by the supervisor."""
        self.assigned = True
        assignee = self._world.members[self._row["assignee"]]
        giver = self._world.members[SUPERVISOR] if self._row["state"] == "held" else assignee
        case = self.case
        self._case = await assign_case(giver, case.id, assignee.member, expected_version=case.version)

    async def advance(self, last: ResolutionStep) -> None:
        """Complete the steps up to `last` that are not done yet."""
        case = self.case
        for step in STEPS[STEPS.index(case.current_step) : STEPS.index(last) + 1]:
            done = StepDraft(case_id=case.id, step=step)
            case = self._case = await complete_step(self._assignee(), done, expected_version=case.version)

    async def consult(self) -> None:
        """Ask the back office."""
        asked = self._row["consult"]
        experts = [self._world.members[key].member for key in asked["experts"]]
        draft = ConsultationDraft(case_id=self.case.id, title=asked["title"], body=asked["body"], expert_ids=experts)
        self._question_id = (await consult_experts(self._assignee(), draft, once=Once())).question.id

    async def answer(self) -> None:
        """Let an expert answer what was asked."""
        asked = self._row["consult"]
        expert = self._world.members[asked["by"]]
        answer, _ = await answer_question(expert, AnswerDraft(question_id=self._question_id, body=asked["answer"]), once=Once())
        self._answer_id = answer.id
        await count_as_answered(self._question_id, author_id=expert.member, at=answer.created_at)

    async def accept(self) -> None:
        """Accept the expert's answer, and with it what it says is settled."""
        await accept_answer(self._assignee(), self._answer_id, expected_version=1)
        await self.advance(ResolutionStep.VERIFY)

    async def judge(self) -> None:
        """Record what the customer thinks of it."""
        case = self.case
        draft = VerdictDraft(case_id=case.id, outcome=CycleOutcome(self._row["verdict"]))
        self._case = await record_customer_verdict(self._assignee(), draft, expected_version=case.version)

    async def close(self) -> None:
        """Close the case."""
        case = self.case
        await close_case(self._assignee(), ClosingDraft(case_id=case.id), expected_version=case.version)

    def _assignee(self) -> Actor:
        return self._world.members[self._row["assignee"]]

    @property
    def case(self) -> Case:
        """Give the case as it was after the last edit; only edits raise its version."""
        if self._case is None:
            message = f"{self._row['key']} begins with something else than a customer's message"
            raise LookupError(message)
        return self._case

    async def _hear(self, place: int, text: str) -> None:
        """Take a delivery in, by the very code that takes in what comes through a hook."""
        customer = next(row for row in self._world.content.customers if row["key"] == self._row["customer"])
        said = {
            "id": f"{self._row['key']}-{place}",
            "type": "message",
            "visibility": self._row["visibility"].lower(),
            "sentAt": now().isoformat(),
            "thread": {"id": self._thread, "url": f"{customer['profile_url']}/{self._thread}"},
            "author": {
                "id": customer["key"],
                "handle": customer["handle"],
                "name": customer["name"],
                "followers": customer["followers"],
                "profileUrl": customer["profile_url"],
            },
            "text": text,
        }
        body = orjson.dumps({"events": [said]})
        await take_in(Delivery(self._channel.id, f"demo-{said['id']}", body, now()))

    async def _file(self) -> None:
        """Give the case the subject and the tags under which the front office keeps it; the customer's words stay theirs."""
        tags = [Tag(slug=slug, name=self._world.content.tags[slug]) for slug in self._row["tags"]]

        def rule(case: Case) -> None:
            case.subject, case.tags = self._row["subject"], tags

        opened = await Case.find_one({"conversation_ids": self._conversation})
        if opened is not None:
            self._case = await change(opened, rule)

    async def _reply(self, member: Actor, text: str) -> None:
        """Reply as a member did; whatever was let go had arrived long before the demo is looked at."""
        case = self.case
        if self._row.get("obligation"):
            asked = ContactDetailsDraft(case_id=case.id, conversation_id=self._conversation, body=text)
            request = await request_contact_details(member, asked, expected_version=case.version, once=Once())
            self._case = request.case
            await _arrive(request.message)
            return
        reply = await reply_to_case(
            member, ReplyDraft(case_id=case.id, conversation_id=self._conversation, body=text), once=Once()
        )
        if reply.message.delivery_status is DeliveryStatus.HELD_FOR_REVIEW:
            return
        await _arrive(reply.message)
        self._replies += 1
        await self.advance(self._reached())

    def _reached(self) -> ResolutionStep:
        """Tell how far a reply brings the case: some of those that wait for the customer are done but for the verdict."""
        if self._row["state"] == "waiting" and varied(self._row["key"], 0, 1):
            return ResolutionStep.FEEDBACK
        return ResolutionStep.ASSURE if self._replies == 1 else ResolutionStep.VERIFY


async def _arrive(message: Message) -> None:
    sent = await advance_delivery(message, DeliveryStatus.SENT, external_id=f"out-{message.id}")
    arrived = await advance_delivery(sent, DeliveryStatus.DELIVERED)
    await settle_outgoing(message.case_id, arrived)
