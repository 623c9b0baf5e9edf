"""A company in the middle of its work."""

import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from auth.accounts import create_account, create_service_account, disable_account, grant
from auth.actor import SYSTEM, Actor, Permission, Role
from auth.api_tokens import create_api_token
from auth.drafts import AccountDraft
from auth.identify import actor_of
from care.channel_drafts import ChannelDraft
from care.channels import create_channel
from care.consultations import ConsultationDraft, consult_experts
from care.documents.cases import Case
from care.documents.channels import Channel, ChannelKind
from care.documents.consultations import Consultation
from care.documents.conversations import Visibility
from care.documents.customers import Customer
from care.replies import Reply, ReplyDraft, reply_to_case
from care.requests import RequestDraft, submit_request
from community.answers import AnswerDraft, accept_answer, answer_question
from community.documents import Answer, Question
from community.public_questions import PublicQuestionDraft, ask_public_question
from community.questions import QuestionDraft, ask_question
from community.wiki.documents import WikiPage
from community.wiki.pages import PageDraft, create_page
from core.clock import now
from core.idempotency import Once
from core.ids import with_prefix
from core.records import fresh
from tests.client import Client
from tests.factories.care import make_conversation, make_customer, make_customer_actor, say
from tests.factories.community import make_department, make_skill
from tests.journeys.conftest import World

MARK = "INT-7f3a"
"""Stands in every text that no customer may ever read."""

STAFF = {
    "agent": Role.AGENT,
    "expert": Role.EXPERT,
    "mentor": Role.MENTOR,
    "trainee": Role.TRAINEE,
    "agency_in": Role.AGENCY,
    "agency_out": Role.AGENCY,
    "manager": Role.MANAGER,
    "hr": Role.HR,
    "admin": Role.ADMIN,
    "disabled": Role.AGENT,
    "colleague": Role.AGENT,
    "specialist": Role.EXPERT,
}


@dataclass
class Story:
    """The company; `colleague` and `specialist` do what has to be done before somebody else acts."""

    world: World
    channel: Channel
    elsewhere: Channel
    accounts: dict[str, str] = field(default_factory=dict)
    customers: dict[str, str] = field(default_factory=dict)
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def client(self, name: str) -> Client:
        """Act in the staff schema; `anonymous` has no token."""
        return Client(self.world.application, self.world.tokens.get(name))

    def portal(self, name: str) -> Client:
        """Act in the portal; `anonymous` has no token."""
        return Client(self.world.application, self.world.tokens.get(name), "/portal/graphql")

    async def actor(self, name: str) -> Actor:
        """Give a member as operations know them."""
        return await actor_of(self.accounts[name])

    async def settle(self) -> None:
        """Let everything happen, and every event be told."""
        await self.world.settle()
        await self.world.platform.relay.caught_up()

    async def case(self, channel: Channel | None = None) -> Case:
        """Let a customer complain."""
        number, meant = next(self.numbers), channel or self.channel
        conversation = await make_conversation(meant, await self.stranger(meant), visibility=Visibility.PUBLIC)
        return await say(conversation, f"Siparişim {number} gündür gelmedi.")

    async def stranger(self, channel: Channel | None = None) -> Customer:
        """Meet a customer who is like no other."""
        number = next(self.numbers)
        return await make_customer(
            channel or self.channel, external_id=f"u-{number}", handle=f"@kim{number}", name=f"Müşteri {number}"
        )

    async def held(self) -> Reply:
        """Let the trainee answer."""
        case = await self.case()
        draft = ReplyDraft(case_id=case.id, conversation_id=case.conversation_ids[0], body=f"{MARK} Hemen bakıyorum.")
        return await reply_to_case(await self.actor("trainee"), draft, once=Once())

    async def consultation(self, *invited: str) -> Consultation:
        """Ask experts about a case."""
        case = await self.case()
        draft = ConsultationDraft(
            case_id=case.id,
            title=f"{MARK} Depoda mı?",
            body=f"{MARK} Kargo bekliyor.",
            expert_ids=[self.world.members[one] for one in invited],
        )
        return (await consult_experts(await self.actor("colleague"), draft, once=Once())).consultation

    async def question(self, who: str = "colleague") -> Question:
        """Ask the community."""
        draft = QuestionDraft(title=f"{MARK} Hangi depo {next(self.numbers)}?", body=f"{MARK} Bilen var mı?", tag_slugs=["kargo"])
        return await ask_question(await self.actor(who), draft, once=Once())

    async def answer(self, question: Question | None = None) -> Answer:
        """Answer a question."""
        asked = question or await self.question()
        draft = AnswerDraft(question_id=asked.id, body=f"{MARK} İzmir deposu.")
        return (await answer_question(await self.actor("specialist"), draft, once=Once()))[0]

    async def accepted(self) -> tuple[Question, Answer]:
        """Accept an answer."""
        answer = await self.answer()
        question = await Question.get(answer.question_id)
        assert question is not None
        accepted = await accept_answer(await self.actor("colleague"), answer.id, expected_version=question.version)
        return accepted, answer

    async def page(self) -> WikiPage:
        """Write a page of the wiki."""
        path = f"iade-{next(self.numbers)}"
        draft = PageDraft(path=path, title=f"{MARK} Yurt dışı iadeleri", body=f"{MARK} Depo kaydı yapar.")
        return await create_page(await self.actor("colleague"), draft, once=Once())

    async def customer(self, name: str) -> Actor:
        """Give a customer as operations know them."""
        found = await Customer.get(self.customers[name])
        assert found is not None
        return make_customer_actor(found)

    async def request(self, name: str = "ayse") -> Case:
        """Let a customer make a request in the portal."""
        draft = RequestDraft(subject="Çamaşır makinem çalışmıyor", body="Üç gündür su almıyor.")
        return await submit_request(await self.customer(name), draft, once=Once())

    async def answered_request(self, name: str = "ayse") -> Case:
        """Make a request that was answered."""
        case = await self.request(name)
        draft = ReplyDraft(case_id=case.id, conversation_id=case.conversation_ids[0], body="Teknisyen yarın gelir.")
        reply = await reply_to_case(await self.actor("colleague"), draft, once=Once())
        return await fresh(reply.case)

    async def public_question(self, name: str = "ayse") -> Question:
        """Let a customer ask in public; nobody has published it."""
        draft = PublicQuestionDraft(title="Kargo kaç günde gelir?", body="Merak ediyorum.")
        return await ask_public_question(await self.customer(name), draft, once=Once())


async def begin(world: World) -> Story:
    """Found the company."""
    made = [
        await create_channel(
            SYSTEM, ChannelDraft(name=f"{MARK} {name}", kind=ChannelKind.X), keyring=world.platform.keyring, once=Once()
        )
        for name in ("Narin on X", "Another brand")
    ]
    story = Story(world, made[0].channel, made[1].channel)
    for name, role in STAFF.items():
        draft = AccountDraft(email=f"{name}@narin.example", name=f"{MARK} {name}", roles=[role])
        story.accounts[name] = (await create_account(SYSTEM, draft)).id
    await story.settle()
    for name, account_id in story.accounts.items():
        world.members[name] = with_prefix("mem", account_id)
        await world.sign_in(name)
    for name in ("ayse", "baran"):
        story.customers[name] = await world.register(name)
    await grant(SYSTEM, story.accounts["agency_in"], [story.channel.id])
    await grant(SYSTEM, story.accounts["agency_out"], [story.elsewhere.id])
    await disable_account(SYSTEM, story.accounts["disabled"])
    await _programs(story)
    await make_department(f"{MARK} Kargo")
    await make_skill(f"{MARK} İade", "iade")
    await story.settle()
    return story


async def _programs(story: Story) -> None:
    """Make a program that may do everything, and one that may only read."""
    account = await create_service_account(SYSTEM, "Integration")
    reading = [Permission.CASE_READ, Permission.CUSTOMER_READ, Permission.QUESTION_READ, Permission.ANSWER_BANK_READ]
    for name, scopes in (("service", sorted(SYSTEM.permissions)), ("reader", reading)):
        token = await create_api_token(SYSTEM, account.id, name, scopes)
        story.world.tokens[name] = token.secret


Input = dict[str, Any]
Situation = Callable[[Story, str], Awaitable[Input]]
"""Makes a situation for somebody who is going to act (`anonymous`, `service` and `reader` are no members) and gives the input."""


def tomorrow() -> datetime:
    return now() + timedelta(days=1)


def member_like(story: Story, who: str) -> str:
    return who if who in story.accounts and who != "disabled" else "specialist"
