"""Any order of what can happen to a case: nothing said is lost, promises keep their times, nothing owed is closed away."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test
from typing_extensions import override

from auth.actor import Actor, Role
from care.cases.checklists import TickDraft, tick_item
from care.cases.clocks import is_awaited
from care.cases.closing import ClosingDraft, close_case
from care.cases.merging import MergeDraft, merge_cases
from care.cases.obligations import fulfil_obligation
from care.cases.outgoing import find_outgoing
from care.cases.rules import ChecklistDraft, NoAnswerPolicyDraft, set_checklist, set_no_answer_policy
from care.cases.snoozing import SnoozeDraft, snooze_case, unsnooze_case
from care.cases.splitting import SplitDraft, split_case
from care.cases.steps import StepDraft, complete_step
from care.cases.verdicts import VerdictDraft, record_customer_verdict
from care.clock_scan import scan
from care.consultations import ConsultationDraft, consult_experts
from care.documents.case_states import CaseStatus
from care.documents.cases import Case
from care.documents.casework import ClosingKind
from care.documents.conversations import Conversation, DeliveryStatus, Message
from care.documents.cycles import CycleOutcome, ResolutionStep
from care.follow_ups import follow_up_outgoing
from care.messages import edit_message
from care.replies import ContactDetailsDraft, ReplyDraft, release, reply_to_case, request_contact_details
from care.waiting_replies import undo_reply
from core.clock import clock, now
from core.database import Database
from core.errors import DomainError
from core.idempotency import Once
from tests.care.stored import handle_twice
from tests.factories import community
from tests.factories.care import deliver, later, make_actor, make_channel, make_conversation, make_customer, say

pytestmark = pytest.mark.slow

MADE = ("cases", "messages", "consultations", "questions", "jobs")
CLOCKS = ("first_response", "next_response", "resolution")
EXAMPLES = 200
STEPS = 8
ACTS = {"say", "edit", "time", "plain", "held", "scheduled", "undoable", "ask", "consult", "step", "verdict", "snooze", "silent"}
"""What is done in every run; the others need something that was done before, and come as chance will have it."""
WAITING = st.sampled_from([DeliveryStatus.HELD_FOR_REVIEW, DeliveryStatus.SCHEDULED, DeliveryStatus.QUEUED])
POINTS = ChecklistDraft.model_validate({"step": "ASSURE", "items": [{"text": "Kayda bakıldı"}]})
SILENCE = NoAnswerPolicyDraft.model_validate(
    {
        "policy": {
            "after": "SOLVE",
            "remind_after_minutes": [15],
            "close_after_minutes": 30,
            "texts": [{"locale": "tr", "text": "Çözüldü mü?"}],
        }
    }
)
NUMBERS = st.integers(0, 20)
SPANS = st.sampled_from(
    [timedelta(seconds=16), timedelta(minutes=16), timedelta(minutes=31), timedelta(hours=25), timedelta(days=8)]
)


@dataclass(frozen=True, slots=True)
class World:
    """What all examples share: the loop of the stores, and who speaks."""

    loop: asyncio.AbstractEventLoop
    database: Database
    expert: str
    conversations: list[Conversation]
    counted: list[str] = field(default_factory=list)


class LifeCycle(RuleBasedStateMachine):
    """A customer with two conversations, and a front office that does anything at any time."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.loop, self.database, self.expert, self.counted = world.loop, world.database, world.expert, world.counted
        self.agent, self.trainee, self.mentor = make_actor(Role.AGENT), make_actor(Role.TRAINEE), make_actor(Role.MENTOR)
        self.manager = make_actor(Role.MANAGER)
        self.conversations = world.conversations
        self.heard: dict[str, str] = {}
        self.said: dict[str, bool] = {}
        self.cases: list[Case] = []
        self.kept: dict[str, Message] = {}
        self.seen: dict[str, Case] = {}
        self.act = ""

    def do(self, act: str, work: Coroutine[Any, Any, Any]) -> Any:
        """Run something on the loop of the stores; what the domain refuses is no failure."""
        self.act = act

        async def run() -> Any:
            try:
                return await work
            except DomainError:
                return None
            finally:
                self.cases = await Case.find({}).sort("_id").to_list()
                self.kept = {message.id: message for message in await Message.find({}).to_list()}

        done = asyncio.run_coroutine_threadsafe(run(), self.loop).result(30)
        if done is not None:
            self.counted.append(act)
        return done

    def case(self, number: int) -> Case:
        return self.cases[number % len(self.cases)]

    @initialize()
    def begin(self) -> None:
        self.counted.append("begin")
        self.customer_says(0, "Siparişim gelmedi.")
        self.customer_says(1, "سفارشم نرسیده است.")

    @rule(number=NUMBERS, body=st.sampled_from(["Hâlâ bekliyorum.", "Faturam yanlış.", "ممنون", "Thanks"]))
    def customer_says(self, number: int, body: str) -> None:
        conversation = self.conversations[number % 2]
        message_id = f"msg_{len(self.heard)}"
        case = self.do("say", say(conversation, body, message_id=message_id))
        assert case is not None
        self.heard[message_id] = body

    @rule(number=NUMBERS)
    def customer_edits(self, number: int) -> None:
        message_id = sorted(self.heard)[number % len(self.heard)]

        async def edit() -> Message:
            message = await Message.get(message_id)
            assert message is not None
            return await edit_message(message, body="Düzelttim.", at=now())

        edited = self.do("edit", edit())
        self.heard[message_id] = edited.body

    @rule(number=NUMBERS, how=st.sampled_from(["undoable", "scheduled", "plain"]))
    def reply(self, number: int, how: str) -> None:
        extra: dict[str, Any] = {"scheduled": {"send_at": now() + timedelta(minutes=20)}, "undoable": {"undoable": True}}
        self.answer(number, self.agent, how, **extra.get(how, {}))

    @rule(number=NUMBERS)
    def trainee_replies(self, number: int) -> None:
        self.answer(number, self.trainee, "held")

    def answer(self, number: int, actor: Actor, act: str, **extra: Any) -> None:
        case = self.case(number)
        draft = ReplyDraft(case_id=case.id, conversation_id=case.conversation_ids[-1], body="Bakıyorum.", **extra)
        reply = self.do(act, reply_to_case(actor, draft, once=Once()))
        if reply is not None:
            self.said[reply.message.id] = True

    def waiting(self, number: int, state: DeliveryStatus) -> str | None:
        found = [entry.message_id for case in self.cases for entry in case.outgoing if entry.state is state]
        return found[number % len(found)] if found else None

    @precondition(lambda self: self.waiting(0, DeliveryStatus.HELD_FOR_REVIEW))
    @rule(number=NUMBERS)
    def mentor_releases(self, number: int) -> None:
        if message_id := self.waiting(number, DeliveryStatus.HELD_FOR_REVIEW):
            assert self.do("release", release(self.mentor, message_id)) is not None

    @precondition(lambda self: any(case.outgoing for case in self.cases))
    @rule(number=NUMBERS, state=WAITING)
    def mentor_undoes(self, number: int, state: DeliveryStatus) -> None:
        if message_id := self.waiting(number, state):
            undone = self.do("undo", undo_reply(self.mentor, message_id))
            assert (undone is None) is (state is DeliveryStatus.QUEUED)
            self.said[message_id] = undone is None

    @precondition(lambda self: self.waiting(0, DeliveryStatus.QUEUED))
    @rule(number=NUMBERS, end=st.sampled_from([DeliveryStatus.SENT, DeliveryStatus.SENT, DeliveryStatus.FAILED]))
    def channel_takes(self, number: int, end: DeliveryStatus) -> None:
        message_id = self.waiting(number, DeliveryStatus.QUEUED)

        async def settle() -> Case | None:
            case = next(case for case in self.cases if find_outgoing(case, str(message_id)))
            await follow_up_outgoing(case.id, str(message_id))
            message = await Message.get(message_id)
            return await deliver(message, end) if message else None

        if message_id:
            assert self.do(end.value, settle()) is not None

    @rule(number=NUMBERS)
    def consult(self, number: int) -> None:
        draft = ConsultationDraft(case_id=self.case(number).id, title="Nerede kaldı?", body="?", expert_ids=[self.expert])
        self.do("consult", consult_experts(self.agent, draft, once=Once()))

    @rule(number=NUMBERS)
    def step(self, number: int) -> None:
        case = self.case(number)
        missing, draft = case.cycle.missing(case.current_step), StepDraft(case_id=case.id, step=case.current_step)
        done = self.do("step", complete_step(self.agent, draft, expected_version=case.version))
        assert done is None or missing == []

    @rule(number=NUMBERS, point=NUMBERS)
    def tick(self, number: int, point: int) -> None:
        case = self.case(number)
        wanted = case.cycle.missing(*ResolutionStep)
        if wanted:
            draft = TickDraft(case_id=case.id, item_id=wanted[point % len(wanted)].id, done=True)
            self.do("tick", tick_item(self.agent, draft, expected_version=case.version))

    @rule(number=NUMBERS)
    def finish_steps(self, number: int) -> None:
        case = self.case(number)

        async def finish() -> Case:
            current = case
            for item in current.cycle.missing(*ResolutionStep):
                draft = TickDraft(case_id=case.id, item_id=item.id, done=True)
                current = await tick_item(self.agent, draft, expected_version=current.version)
            while current.current_step is not ResolutionStep.CONFIRM:
                step = StepDraft(case_id=case.id, step=current.current_step)
                current = await complete_step(self.agent, step, expected_version=current.version)
            return current

        self.do("finish", finish())

    @rule(number=NUMBERS)
    def customer_falls_silent(self, number: int) -> None:
        self.answer(number, self.agent, "plain")
        self.finish_steps(number)
        for minutes in (1, 16, 31):
            while self.waiting(0, DeliveryStatus.QUEUED):
                self.channel_takes(0, DeliveryStatus.SENT)
            self.time_passes(timedelta(minutes=minutes))
        if any(case.closing_kind is ClosingKind.NO_ANSWER for case in self.cases):
            self.counted.append("silent")

    @rule(number=NUMBERS, outcome=st.sampled_from(CycleOutcome))
    def verdict(self, number: int, outcome: CycleOutcome) -> None:
        case = self.case(number)
        draft = VerdictDraft(case_id=case.id, outcome=outcome, note="Müşterinin sözü.")
        actor = self.manager if outcome is CycleOutcome.OVERRIDDEN else self.agent
        self.do("verdict", record_customer_verdict(actor, draft, expected_version=case.version))

    @rule(number=NUMBERS)
    def ask_for_details(self, number: int) -> None:
        case = self.case(number)
        draft = ContactDetailsDraft(case_id=case.id, conversation_id=case.conversation_ids[-1], body="Numaranız?")
        asked = self.do("ask", request_contact_details(self.agent, draft, expected_version=case.version, once=Once()))
        if asked is not None:
            self.said[asked.message.id] = True

    @precondition(lambda self: any(case.owed for case in self.cases))
    @rule(number=NUMBERS)
    def fulfil(self, number: int) -> None:
        owing = [case for case in self.cases if case.owed]
        if owing:
            case = owing[number % len(owing)]
            assert self.do("fulfil", fulfil_obligation(self.agent, case.owed[0].id, expected_version=case.version)) is not None

    @rule(number=NUMBERS, minutes=st.sampled_from([None, 5, 600]))
    def snooze(self, number: int, minutes: int | None) -> None:
        case = self.case(number)
        draft = SnoozeDraft(case_id=case.id, until=now() + timedelta(minutes=minutes) if minutes else None)
        self.do("snooze", snooze_case(self.agent, draft, expected_version=case.version))

    @precondition(lambda self: any(case.snooze for case in self.cases))
    @rule(number=NUMBERS)
    def unsnooze(self, number: int) -> None:
        case = self.case(number)
        self.do("unsnooze", unsnooze_case(self.agent, case.id, expected_version=case.version))

    @rule(number=NUMBERS, other=NUMBERS)
    def merge(self, number: int, other: int) -> None:
        case, draft = self.case(number), MergeDraft(case_id=self.case(number).id, into_id=self.case(other).id)
        self.do("merge", merge_cases(self.agent, draft, expected_version=case.version))

    @rule(number=NUMBERS, message=NUMBERS, what=st.sampled_from(["message", "conversation"]))
    def split(self, number: int, message: int, what: str) -> None:
        case = self.case(number)
        message_id = sorted(self.heard)[message % len(self.heard)]
        whole: dict[str, Any] = {"conversation_ids": case.conversation_ids[:1]}
        chosen = whole if what == "conversation" else {"message_id": message_id}
        draft = SplitDraft.model_validate({"case_id": case.id, "subject": "Başka bir iş", **chosen})
        self.do("split", split_case(self.agent, draft, expected_version=case.version, once=Once()))

    @rule(number=NUMBERS, who=st.sampled_from(["agent", "manager"]))
    def close(self, number: int, who: str) -> None:
        case, actor = self.case(number), self.manager if who == "manager" else self.agent
        draft = ClosingDraft(case_id=case.id, reason="Bitti.")
        closed = self.do("close", close_case(actor, draft, expected_version=case.version))
        if closed is not None:
            assert case.owed == []
            assert case.outgoing == []
            assert case.cycle.missing(*list(ResolutionStep)[:-1]) == []
            assert who == "manager" or case.cycle.outcome in {
                CycleOutcome.SATISFIED,
                CycleOutcome.NO_ANSWER,
                CycleOutcome.OVERRIDDEN,
            }

    @rule(span=SPANS)
    def time_passes(self, span: timedelta) -> None:
        later(seconds=span.total_seconds())
        self.do("time", scan())
        if span >= timedelta(hours=25):
            self.do("told", handle_twice())

    @invariant()
    def nothing_said_is_lost(self) -> None:
        homes = {case.id: case for case in self.cases}
        for message_id, body in self.heard.items():
            message = self.kept[message_id]
            home = homes[message.case_id]
            assert (message.body, message.deleted_at, home.merge) == (body, None, None)
            assert message.conversation_id in home.conversation_ids
        for message_id, stands in self.said.items():
            assert (self.kept[message_id].deleted_at is None) is stands

    @invariant()
    def closed_cases_owe_nothing(self) -> None:
        for case in self.cases:
            if case.status is CaseStatus.CLOSED:
                assert (case.owed, case.incoming, case.outgoing, case.open_keys) == ([], [], [], None)
            assert (case.snooze is not None) is (case.status is CaseStatus.SNOOZED)
            assert case.merge is None or case.status is CaseStatus.CLOSED

    @invariant()
    def silence_ends_no_cycle_before_the_reminders(self) -> None:
        for cycle in (cycle for case in self.cases for cycle in case.cycles):
            assert cycle.terms is not None
            if cycle.outcome is CycleOutcome.NO_ANSWER:
                assert len(cycle.reminded) == 1

    @invariant()
    def cycles_increase_and_promises_keep_their_times(self) -> None:
        for case in self.cases:
            assert [cycle.number for cycle in case.cycles] == list(range(1, len(case.cycles) + 1))
            before = self.seen.get(case.id)
            assert before is None or len(before.cycles) <= len(case.cycles)
            for name in CLOCKS:
                self.check_clock(before, case, name)
        self.seen = {case.id: case for case in self.cases}

    def check_clock(self, before: Case | None, case: Case, name: str) -> None:
        is_now = getattr(case, name)
        assert is_now.breached_at is None or is_now.breached_at <= now()
        was = getattr(before, name) if before is not None else None
        if was is None or not (is_awaited(was) and is_awaited(is_now)) or self.act in {"merge", "FAILED"}:
            return
        moved: datetime = is_now.due_at
        assert moved == was.due_at if name != "resolution" else moved >= was.due_at

    @override
    def teardown(self) -> None:
        async def forget() -> None:
            for name in MADE:
                await self.database[name].delete_many({})

        asyncio.run_coroutine_threadsafe(forget(), self.loop).result(30)
        clock.reset_shift()


async def test_any_order_of_acts_keeps_what_was_said_and_promised(store: Database) -> None:
    channel = await make_channel()
    customer = await make_customer(channel)
    conversations = [await make_conversation(channel, customer) for _ in range(2)]
    await set_checklist(make_actor(Role.MANAGER), POINTS, expected_version=0)
    await set_no_answer_policy(make_actor(Role.MANAGER), SILENCE, expected_version=1)
    world = World(asyncio.get_running_loop(), store, (await community.make_actor()).member, conversations)
    bounds = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )

    run: Any = run_state_machine_as_test
    await asyncio.to_thread(run, lambda: LifeCycle(world), settings=bounds)

    assert world.counted.count("begin") >= EXAMPLES
    assert ACTS - set(world.counted) == set()
