"""Any order of what can happen to held replies: none leaves unreviewed, none waits past its clock untold, each is sent once."""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from typing_extensions import override

from auth.actor import Actor, Role
from care.cases.outgoing import find_outgoing
from care.clock_scan import scan
from care.documents.cases import Case
from care.documents.conversations import Conversation, DeliveryStatus, Message
from care.replies import ReplyDraft, reply_to_case
from care.waiting_replies import undo_reply
from coaching.documents import DraftReview, DraftReviewStatus, ReviewTerms
from coaching.draft_reviews import (
    DecisionDraft,
    DraftDecision,
    ResubmissionDraft,
    release_reply,
    resubmit_draft,
    review_draft,
    settle_review,
)
from coaching.letting_go import hold_the_line, holding_id, let_go
from coaching.opening import open_review
from coaching.reviewers import deadline_of
from coaching.superseding import act_on_reviews, retime_reviews
from core.clock import clock, now
from core.database import Database
from core.errors import DomainError
from core.idempotency import Once
from tests.factories import community
from tests.factories.care import deliver, later, make_actor, make_conversation, reread, say

pytestmark = pytest.mark.slow

MADE = ("cases", "messages", "draft_reviews", "jobs")
EXAMPLES = 30
STEPS = 12
ACTS = {"hand in", "approve", "return", "resubmit", "release", "undo", "answer", "say", "time", "sent"}
NUMBERS = st.integers(0, 20)
SPANS = st.sampled_from([timedelta(minutes=minutes) for minutes in (4, 11, 26)])
S = DraftReviewStatus


@dataclass(frozen=True, slots=True)
class World:
    """What all examples share: the loop of the stores, and who works there."""

    loop: asyncio.AbstractEventLoop
    database: Database
    author: Actor
    mentors: list[Actor]
    conversation: Conversation
    counted: list[str] = field(default_factory=list)


class Reviews(RuleBasedStateMachine):
    """A newcomer, two mentors and a colleague do anything at any time."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.reviews: list[DraftReview] = []
        self.decided: set[str] = set()
        self.handed_in = 0

    def do(self, act: str, work: Coroutine[Any, Any, Any]) -> Any:
        """Run something, then what follows it, twice; what the domain refuses is no failure."""

        async def run() -> Any:
            try:
                return await work
            except DomainError:
                return None
            finally:
                for _ in range(2):
                    await _follow_up()
                self.reviews = await DraftReview.find({}).sort("_id").to_list()

        done = asyncio.run_coroutine_threadsafe(run(), self.world.loop).result(30)
        if done is not None:
            self.world.counted.append(act)
        return done

    def ask(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.world.loop).result(30)

    @initialize()
    def begin(self) -> None:
        self.ask(clock.sample(self.world.database))  # without one for 30 s nothing is acted on
        self.case: Case = self.ask(say(self.world.conversation))
        self.trainee_hands_in()

    @rule()
    def trainee_hands_in(self) -> None:
        self.handed_in += 1
        self.do("hand in", self._say(self.world.author, f"Taslak {self.handed_in}"))

    @rule()
    def colleague_answers(self) -> None:
        self.do("answer", self._say(make_actor(Role.AGENT), "Bakıyorum."))

    @rule()
    def customer_speaks(self) -> None:
        self.do("say", say(self.world.conversation, "Hâlâ bekliyorum."))

    @rule(number=NUMBERS, body=st.sampled_from([None, "Daha iyi sözler."]), behind=st.sampled_from([0, 0, 1]))
    def mentor_approves(self, number: int, body: str | None, behind: int) -> None:
        review = self._one(number)
        draft = DecisionDraft(draft_review_id=review.id, decision=DraftDecision.APPROVE, body=body)
        version = review.version - behind
        if self.do("approve", review_draft(self.world.mentors[number % 2], draft, expected_version=version)):
            self.decided.add(review.message_id)

    @rule(number=NUMBERS)
    def mentor_returns(self, number: int) -> None:
        review = self._one(number)
        draft = DecisionDraft(draft_review_id=review.id, decision=DraftDecision.RETURN, feedback="Özür dileyin.")
        self.do("return", review_draft(self.world.mentors[number % 2], draft, expected_version=review.version))

    @rule(number=NUMBERS)
    def trainee_resubmits(self, number: int) -> None:
        review = self._one(number)
        draft = ResubmissionDraft(draft_review_id=review.id, body=f"Yeniden {number}")
        self.do("resubmit", resubmit_draft(self.world.author, draft, expected_version=review.version))

    @rule(number=NUMBERS)
    def mentor_releases(self, number: int) -> None:
        review = self._one(number)
        if self.do("release", release_reply(self.world.mentors[0], review.message_id)):
            self.decided.add(review.message_id)

    @rule(number=NUMBERS)
    def trainee_takes_back(self, number: int) -> None:
        self.do("undo", undo_reply(self.world.author, self._one(number).message_id))

    @rule()
    def worker_sends(self) -> None:
        async def send() -> int | None:
            queued = await Message.find({"delivery_status": DeliveryStatus.QUEUED.value}).to_list()
            for message in queued:
                await deliver(message)
            return len(queued) or None

        self.do("sent", send())

    @rule(span=SPANS)
    def time_passes(self, span: timedelta) -> None:
        later(seconds=span.total_seconds())
        self.do("time", scan())

    @invariant()
    def no_reply_leaves_unreviewed_and_each_is_sent_once(self) -> None:
        jobs = Counter(row["message_id"] for row in self.ask(self.world.database["jobs"].find({"kind": "send"}).to_list()))
        for review in self.reviews:
            message = self.ask(Message.get(review.message_id))
            left = message.delivery_status in {DeliveryStatus.QUEUED, DeliveryStatus.SENT}
            assert left is (review.message_id in self.decided)
            assert jobs[review.message_id] == int(left)
            assert (review.status is S.APPROVED) is left
            assert jobs[holding_id(review)] <= 1
            assert left is False or message.body == review.body

    @invariant()
    def none_waits_past_its_clock_untold(self) -> None:
        if not self.reviews:
            return
        case = self.ask(reread(self.case))
        deadline = deadline_of(case, ReviewTerms())
        for review in self.reviews:
            if review.status not in {S.PENDING, S.RETURNED} or find_outgoing(case, review.message_id) is None:
                continue
            told = review.escalated_at is not None or review.superseded_at is not None
            assert review.next_act_at is not None or told or (review.status is S.RETURNED and deadline is None)
            if deadline is not None and deadline <= now():
                assert review.superseded_at is not None

    @override
    def teardown(self) -> None:
        async def forget() -> None:
            for name in MADE:
                await self.world.database[name].delete_many({})

        self.ask(forget())
        clock.reset_shift()

    def _one(self, number: int) -> DraftReview:
        return self.reviews[number % len(self.reviews)]

    async def _say(self, actor: Actor, body: str) -> object:
        draft = ReplyDraft(case_id=self.case.id, conversation_id=self.world.conversation.id, body=body)
        return await reply_to_case(actor, draft, once=Once())


async def _follow_up() -> None:
    """Do what the handlers and the scan do, after any act."""
    for case in await Case.find({}).to_list():
        for entry in case.outgoing:
            await open_review(entry.message_id)
        await retime_reviews(case.id)
    await act_on_reviews(100)
    for review in await DraftReview.find({}).to_list():
        await settle_review(review.message_id)
        await let_go(review)
        await hold_the_line(review)


async def test_any_order_of_acts_sends_no_reply_unreviewed_and_none_twice(store: Database) -> None:
    author = await community.make_actor(Role.TRAINEE)
    mentors = [await community.make_actor(Role.MENTOR) for _ in range(2)]
    world = World(asyncio.get_running_loop(), store, author, mentors, await make_conversation())
    bounds = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )

    run: Any = run_state_machine_as_test
    await asyncio.to_thread(run, lambda: Reviews(world), settings=bounds)

    assert ACTS - set(world.counted) == set()
