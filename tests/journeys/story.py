"""A company in the middle of its work: for every mutation a situation in which it can be done, and its input."""

import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from auth.accounts import create_account, create_service_account, disable_account, grant
from auth.actor import SYSTEM, Actor, Permission, Role
from auth.api_tokens import create_api_token
from auth.drafts import AccountDraft
from auth.identify import actor_of
from care.answer_bank import EntryDraft, create_entry
from care.assignment.drafts import PolicyDraft as AssignmentDraft
from care.assignment.policies import create_policy as create_assignment
from care.cases.snoozing import SnoozeDraft, snooze_case
from care.cases.verdicts import VerdictDraft, record_customer_verdict
from care.channels import ChannelDraft, create_channel
from care.consultations import ConsultationDraft, consult_experts
from care.documents.assignment import ORDER_ID as ASSIGNMENT_ORDER_ID
from care.documents.assignment import AssignmentOrder, AssignmentPolicy
from care.documents.cases import Case, CycleOutcome
from care.documents.channels import Channel, ChannelKind
from care.documents.consultations import Consultation
from care.documents.conversations import Visibility
from care.documents.customers import Customer
from care.documents.listening import ListeningKind, ListeningQuery
from care.documents.phrases import PhraseBookKind
from care.documents.service_levels import ORDER_ID, BusinessCalendar, SlaOrder, SlaPolicy
from care.documents.shifts import Rotation, Shift
from care.information import InformationDraft, request_information
from care.listening.queries import QueryDraft, create_listening_query
from care.merging import merge_customers
from care.phrase_books import read_phrases
from care.replies import ContactDetailsDraft, Reply, ReplyDraft, reply_to_case, request_contact_details
from care.requests import RequestDraft, submit_request
from care.service_levels.calendars import create_calendar
from care.service_levels.drafts import CalendarDraft, PolicyDraft
from care.service_levels.sla_policies import create_policy
from care.shifts.drafts import HandoverDraft, LeaveDraft, RotationDraft, ShiftDraft
from care.shifts.handovers import write_handover
from care.shifts.leaves import enter_leave
from care.shifts.rotations import create_rotation
from care.shifts.shifts import create_shift
from community.answers import AnswerDraft, accept_answer, answer_question
from community.documents import Answer, Department, Member, Question, Skill
from community.members import MemberChanges, change_member
from community.public_questions import PublicQuestionDraft, ask_public_question
from community.questions import QuestionDraft, ask_question
from community.wiki.documents import WikiPage
from community.wiki.pages import PageChanges, PageDraft, create_page, edit_page
from community.wiki.revisions import revision_id
from core.clock import now
from core.idempotency import Once
from core.ids import with_prefix
from core.records import fresh
from notifications.documents import Notification
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
        number = next(self.numbers)
        meant = channel or self.channel
        customer = await make_customer(meant, external_id=f"u-{number}", handle=f"@kim{number}")
        conversation = await make_conversation(meant, customer, visibility=Visibility.PUBLIC)
        return await say(conversation, f"Siparişim {number} gündür gelmedi.")

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
        return await consult_experts(await self.actor("colleague"), draft, once=Once())

    async def question(self, who: str = "colleague") -> Question:
        """Ask the community."""
        draft = QuestionDraft(title=f"{MARK} Hangi depo {next(self.numbers)}?", body=f"{MARK} Bilen var mı?", tag_slugs=["kargo"])
        return await ask_question(await self.actor(who), draft, once=Once())

    async def answer(self, question: Question | None = None) -> Answer:
        """Answer a question."""
        asked = question or await self.question()
        draft = AnswerDraft(question_id=asked.id, body=f"{MARK} İzmir deposu.")
        return await answer_question(await self.actor("specialist"), draft, once=Once())

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
        draft = AccountDraft(email=f"{name}@narin.example", name=f"{MARK} {name}", password="uzun-bir-parola-1", roles=[role])
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


def _member(story: Story, who: str) -> str:
    return who if who in story.accounts and who != "disabled" else "specialist"


async def _reply(story: Story, who: str) -> Input:
    case = await story.case()
    return {"caseId": case.id, "conversationId": case.conversation_ids[0], "body": f"{MARK} Bu sabah yola çıktı."}


async def _note(story: Story, who: str) -> Input:
    return {"caseId": (await story.case()).id, "body": f"{MARK} Üçüncü şikâyeti."}


async def _assign(story: Story, who: str) -> Input:
    case = await story.case()
    return {"caseId": case.id, "assigneeId": story.world.members["colleague"], "expectedVersion": case.version}


async def _reach_out(story: Story, who: str) -> Input:
    customer = await make_customer(story.channel, external_id=f"u-{next(story.numbers)}")
    return {
        "customerId": customer.id,
        "channelId": story.channel.id,
        "subject": f"{MARK} Geciken teslimat",
        "body": f"{MARK} Paketiniz yarın gelecek.",
        "reason": f"{MARK} Depo taşındı.",
    }


async def _contact(story: Story, who: str) -> Input:
    return {**await _reply(story, who), "expectedVersion": 1}


async def _fulfil(story: Story, who: str) -> Input:
    case = await story.case()
    draft = ContactDetailsDraft(case_id=case.id, conversation_id=case.conversation_ids[0], body="Size nasıl ulaşalım?")
    asked = await request_contact_details(await story.actor("colleague"), draft, expected_version=case.version, once=Once())
    assert asked.obligation is not None
    return {"obligationId": asked.obligation.id, "note": f"{MARK} Arandı.", "expectedVersion": (await fresh(asked.case)).version}


async def _log_contact(story: Story, who: str) -> Input:
    return {
        "caseId": (await story.case()).id,
        "kind": "PHONE",
        "direction": "INBOUND",
        "body": f"{MARK} Aradı, hâlâ bekliyor.",
        "durationSeconds": 180,
        "answered": True,
    }


async def _step(story: Story, who: str) -> Input:
    case = await story.case()
    return {"caseId": case.id, "step": "CONTACT", "note": f"{MARK} Yazıldı.", "expectedVersion": case.version}


async def _verdict(story: Story, who: str) -> Input:
    case = await story.case()
    return {"caseId": case.id, "outcome": "SATISFIED", "note": f"{MARK} Teşekkür etti.", "expectedVersion": case.version}


async def _close(story: Story, who: str) -> Input:
    case = await story.case()
    draft = VerdictDraft(case_id=case.id, outcome=CycleOutcome.SATISFIED)
    case = await record_customer_verdict(await story.actor("colleague"), draft, expected_version=case.version)
    return {"caseId": case.id, "reason": f"{MARK} Teslim edildi.", "expectedVersion": case.version}


async def _release(story: Story, who: str) -> Input:
    return {"messageId": (await story.held()).message.id}


async def _waiting_reply(story: Story, who: str) -> Input:
    case = await story.case()
    draft = ReplyDraft(case_id=case.id, conversation_id=case.conversation_ids[0], body=f"{MARK} Bakıyorum.", send_at=tomorrow())
    return {"messageId": (await reply_to_case(await story.actor("colleague"), draft, once=Once())).message.id}


async def _reschedule(story: Story, who: str) -> Input:
    return {**await _waiting_reply(story, who), "sendAt": tomorrow().isoformat(), "expectedVersion": 1}


async def _discard(story: Story, who: str) -> Input:
    return {"conversationId": (await story.case()).conversation_ids[0]}


async def _snooze(story: Story, who: str) -> Input:
    case = await story.case()
    return {"caseId": case.id, "until": tomorrow().isoformat(), "expectedVersion": case.version}


async def _unsnooze(story: Story, who: str) -> Input:
    draft = SnoozeDraft(case_id=(await story.case()).id)
    case = await snooze_case(await story.actor("colleague"), draft, expected_version=1)
    return {"caseId": case.id, "expectedVersion": case.version}


async def _duplicate(story: Story, who: str) -> Input:
    case = await story.case()
    customer = await Customer.get(case.customer_id)
    assert customer is not None
    into = await say(await make_conversation(story.channel, customer), f"{MARK} Bu da aynı sipariş.")
    return {"caseId": case.id, "intoId": into.id, "reason": f"{MARK} Aynı paket.", "expectedVersion": case.version}


async def _two_in_one(story: Story, who: str) -> Input:
    case = await story.case()
    return {
        "caseId": case.id,
        "messageId": case.last_message_id,
        "subject": f"{MARK} Başka bir iş",
        "expectedVersion": case.version,
    }


async def _tag(story: Story, who: str) -> Input:
    case = await story.case()
    return {"caseId": case.id, "tags": ["Ürün İadesi"], "expectedVersion": case.version}


async def _consult(story: Story, who: str) -> Input:
    expert = story.world.members["specialist"]
    return {
        "caseId": (await story.case()).id,
        "title": f"{MARK} Nerede?",
        "body": f"{MARK} Kargo bekliyor.",
        "expertIds": [expert],
    }


async def _decline(story: Story, who: str) -> Input:
    consultation = await story.consultation(_member(story, who))
    return {"consultationId": consultation.id, "reason": f"{MARK} Bilmiyorum.", "expectedVersion": consultation.version}


async def _delegate(story: Story, who: str) -> Input:
    consultation = await story.consultation(_member(story, who))
    to = story.world.members["colleague"]
    return {
        "consultationId": consultation.id,
        "toMemberId": to,
        "note": f"{MARK} O bilir.",
        "expectedVersion": consultation.version,
    }


async def _request_information(story: Story, who: str) -> Input:
    return {"caseId": (await story.case()).id, "question": f"{MARK} Depoda mı?"}


async def _take_request(story: Story, who: str) -> Input:
    draft = InformationDraft(case_id=(await story.case()).id, question=f"{MARK} Depoda mı?")
    request = await request_information(await story.actor("agency_in"), draft, once=Once())
    return {"requestId": request.id, "expectedVersion": request.version}


async def _answer_request(story: Story, who: str) -> Input:
    return {**await _take_request(story, who), "answer": f"{MARK} İzmir deposunda."}


async def _ask(story: Story, who: str) -> Input:
    expert = story.world.members["specialist"]
    title = f"{MARK} Hangi depo {next(story.numbers)}?"
    return {"title": title, "body": f"{MARK} Bilen?", "tagSlugs": ["kargo"], "invitedExpertIds": [expert]}


async def _answer(story: Story, who: str) -> Input:
    return {"questionId": (await story.question()).id, "body": f"{MARK} İzmir."}


async def _accept(story: Story, who: str) -> Input:
    answer = await story.answer()
    question = await Question.get(answer.question_id)
    assert question is not None
    return {"answerId": answer.id, "expectedVersion": question.version}


async def _unaccept(story: Story, who: str) -> Input:
    question, answer = await story.accepted()
    return {"answerId": answer.id, "expectedVersion": question.version}


async def _vote(story: Story, who: str) -> Input:
    return {"targetId": (await story.answer()).id, "value": "UP"}


async def _comment(story: Story, who: str) -> Input:
    return {"targetId": (await story.question()).id, "body": f"{MARK} Hangisi?"}


async def _publish(story: Story, who: str) -> Input:
    question = await story.public_question()
    return {"questionId": question.id, "expectedVersion": question.version}


async def _entry(story: Story, who: str) -> Input:
    return {"title": f"{MARK} Geciken sipariş", "body": f"{MARK} Özür dileriz.", "questionVariants": ["Paketim nerede?"]}


async def _edit_entry(story: Story, who: str) -> Input:
    draft = EntryDraft(title=f"{MARK} Geciken sipariş", body=f"{MARK} Özür dileriz.")
    entry = await create_entry(await story.actor("mentor"), draft, once=Once())
    return {"entryId": entry.id, "title": f"{MARK} Geç gelen sipariş", "expectedVersion": entry.version}


async def _save_answer(story: Story, who: str) -> Input:
    return {"answerId": (await story.accepted())[1].id}


async def _make_policy(story: Story, who: str) -> Input:
    told = [{"kind": "MEMBER", "memberId": story.world.members["mentor"]}, {"kind": "ROLE", "role": "MENTOR"}]
    step, warning = {"afterMinutes": 30, "targets": told}, {"elapsedPercent": 80, "targets": told}
    clock = {"targetMinutes": 60, "calendarId": (await _calendar(story)).id, "renewals": ["REOPENED"], "halts": []}
    return {
        "name": f"{MARK} Deneme",
        "conditions": {"environments": ["PRACTICE"], "tags": ["kargo"], "channelIds": [story.channel.id]},
        "firstResponse": {**clock, "warnings": [warning], "breachTargets": told, "escalations": [step]},
    }


async def _policy(story: Story) -> SlaPolicy:
    """Give a policy in use that fits no real case."""
    found = await SlaPolicy.find({"archived": False}).sort("created_at", "_id").limit(1).to_list()
    draft = PolicyDraft.model_validate({"name": f"{MARK} Deneme", "conditions": {"environments": ["PRACTICE"]}})
    return found[0] if found else await create_policy(await story.actor("manager"), draft, once=Once())


async def _change_policy(story: Story, who: str) -> Input:
    policy = await _policy(story)
    return {"policyId": policy.id, "name": f"{MARK} Yeni", "resolution": {}, "expectedVersion": policy.version}


async def _archive_policy(story: Story, who: str) -> Input:
    policy = await _policy(story)
    return {"policyId": policy.id, "expectedVersion": policy.version}


async def _order_policies(story: Story, who: str) -> Input:
    policy, order = await _policy(story), await SlaOrder.get(ORDER_ID)
    return {"policyIds": [policy.id], "expectedVersion": order.version if order else 0}


async def _make_assignment(story: Story, who: str) -> Input:
    return {
        "name": f"{MARK} Sıra",
        "method": "SKILL",
        "conditions": {"environments": ["PRACTICE"], "channelIds": [story.channel.id]},
        "members": [{"memberId": story.world.members["agent"], "capacity": 3}],
        "departmentIds": [department.id for department in await Department.find({}).to_list()],
        "backupIds": [story.world.members["mentor"]],
        "skillIds": [(await _skilled(story)).skill_ids[0]],
    }


async def _assignment(story: Story) -> AssignmentPolicy:
    """Give a policy in use that fits no real case."""
    found = await AssignmentPolicy.find({"archived": False}).sort("created_at", "_id").limit(1).to_list()
    given = {"name": f"{MARK} Sıra", "method": "BALANCED", "conditions": {"environments": ["PRACTICE"]}}
    draft = AssignmentDraft.model_validate(given)
    return found[0] if found else await create_assignment(await story.actor("manager"), draft, once=Once())


async def _change_assignment(story: Story, who: str) -> Input:
    policy = await _assignment(story)
    return {"policyId": policy.id, "name": f"{MARK} Yeni sıra", "capacity": 7, "expectedVersion": policy.version}


async def _archive_assignment(story: Story, who: str) -> Input:
    policy = await _assignment(story)
    return {"policyId": policy.id, "expectedVersion": policy.version}


async def _order_assignments(story: Story, who: str) -> Input:
    policy, order = await _assignment(story), await AssignmentOrder.get(ASSIGNMENT_ORDER_ID)
    return {"policyIds": [policy.id], "expectedVersion": order.version if order else 0}


async def _skilled(story: Story) -> Member:
    """Give the expert, with a skill."""
    member = await Member.get(story.world.members["expert"])
    assert member is not None
    if member.skill_ids:
        return member
    (skill,) = await Skill.find({}).limit(1).to_list()
    return await change_member(SYSTEM, member.id, MemberChanges(skill_ids=[skill.id]), expected_version=member.version)


async def _grade(story: Story, who: str) -> Input:
    member = await _skilled(story)
    skill = {"memberId": member.id, "skillId": member.skill_ids[0]}
    return {**skill, "proficiency": 4, "expectedVersion": member.version}


async def _report_miss(story: Story, who: str) -> Input:
    return {"caseId": (await story.case()).id, "question": f"{MARK} Koltuk hangi depoda?"}


async def _set_phrases(story: Story, who: str) -> Input:
    book = await read_phrases(PhraseBookKind.CONTACT_DETAILS)
    phrase = {"locale": "tr", "text": f"{MARK} iletişim bilgilerinizi gönderin"}
    return {"kind": "CONTACT_DETAILS", "phrases": [phrase], "expectedVersion": book.version}


async def _make_calendar(story: Story, who: str) -> Input:
    holiday = {"day": "2027-10-29", "name": f"{MARK} Bayram", "blocks": [{"opens": "09:00", "closes": "12:00"}]}
    week = [{"weekday": 1, "opens": "09:00", "closes": "18:00"}]
    return {"name": f"{MARK} Ofis", "zone": "Europe/Istanbul", "week": week, "exceptions": [holiday]}


async def _calendar(story: Story) -> BusinessCalendar:
    found = await BusinessCalendar.find({}).sort("name", "_id").limit(1).to_list()
    draft = CalendarDraft.model_validate(await _make_calendar(story, "manager"))
    return found[0] if found else await create_calendar(await story.actor("manager"), draft, once=Once())


async def _change_calendar(story: Story, who: str) -> Input:
    calendar = await _calendar(story)
    return {"calendarId": calendar.id, "exceptions": [], "expectedVersion": calendar.version}


async def _set_priority(story: Story, who: str) -> Input:
    return {"caseId": (await story.case()).id, "priority": "URGENT", "choosePolicy": True, "expectedVersion": 1}


async def _read(story: Story, who: str) -> Input:
    member = story.world.members[_member(story, who)]
    await story.consultation(_member(story, who))
    await story.settle()
    told = await Notification.find({"recipient_id": member}).sort("-number").limit(1).to_list()
    return {"ids": [told[0].id]}


async def _write_page(story: Story, who: str) -> Input:
    path = f"teslimat-{next(story.numbers)}"
    return {"path": path, "title": f"{MARK} Geciken teslimat", "body": f"{MARK} Önce depoya sorulur.", "tagSlugs": ["kargo"]}


async def _edit_page(story: Story, who: str) -> Input:
    page = await story.page()
    return {"pageId": page.id, "body": f"{MARK} Depo ertesi gün kaydeder.", "expectedVersion": page.version}


async def _restore(story: Story, who: str) -> Input:
    page = await story.page()
    changes = PageChanges(body=f"{MARK} Yanlış.")
    page = await edit_page(await story.actor("colleague"), page.id, changes, expected_version=page.version)
    return {"revisionId": revision_id(page.id, 1), "expectedVersion": page.version}


async def _move_page(story: Story, who: str) -> Input:
    page = await story.page()
    return {"pageId": page.id, "path": f"arsiv-{next(story.numbers)}", "expectedVersion": page.version}


async def _verify_page(story: Story, who: str) -> Input:
    page = await story.page()
    return {"pageId": page.id, "ownerId": story.world.members["specialist"], "expectedVersion": page.version}


async def _delete_page(story: Story, who: str) -> Input:
    page = await story.page()
    return {"pageId": page.id, "expectedVersion": page.version}


async def _merge(story: Story, who: str) -> Input:
    survivor, duplicate = [
        await make_customer(story.channel, external_id=f"u-{next(story.numbers)}", handle=f"@ikiz{next(story.numbers)}")
        for _ in range(2)
    ]
    return {"survivorId": survivor.id, "duplicateId": duplicate.id, "expectedVersion": duplicate.version}


async def _set_lifecycle(story: Story, who: str) -> Input:
    customer = await make_customer(story.channel, external_id=f"u-{next(story.numbers)}")
    return {"customerId": customer.id, "lifecycle": "ADVOCATE", "reason": "Bizi övüyor.", "expectedVersion": customer.version}


async def _undo_merge(story: Story, who: str) -> Input:
    given = await _merge(story, who)
    merged = await merge_customers(
        await story.actor("colleague"), given["survivorId"], given["duplicateId"], expected_version=1, once=Once()
    )
    assert merged.merge is not None
    return {"mergeId": merged.merge.id}


async def _shift(story: Story, who: str) -> Input:
    day = datetime(2027, 1, 1, tzinfo=UTC) + timedelta(days=next(story.numbers))
    return {
        "memberId": story.world.members["colleague"],
        "startsAt": day.isoformat(),
        "endsAt": (day + timedelta(hours=8)).isoformat(),
        "channelIds": [story.channel.id],
    }


async def _planned(story: Story, member: str = "colleague") -> Shift:
    day = datetime(2027, 1, 1, tzinfo=UTC) + timedelta(days=next(story.numbers))
    draft = ShiftDraft(
        member_id=story.world.members[member], channel_ids=[story.channel.id], starts_at=day, ends_at=day + timedelta(hours=8)
    )
    return await create_shift(SYSTEM, draft, once=Once())


async def _take_over(story: Story, who: str) -> Input:
    return {"shiftId": (await _planned(story)).id, "memberId": story.world.members["specialist"]}


async def _cancel_shift(story: Story, who: str) -> Input:
    return {"shiftId": (await _planned(story)).id, "expectedVersion": 1}


async def _rotation(story: Story, who: str) -> Input:
    return {
        "name": f"{MARK} Gece",
        "memberIds": [story.world.members["colleague"], story.world.members["specialist"]],
        "channelIds": [story.channel.id],
        "zone": "Europe/Istanbul",
        "startsOn": "2030-01-01",
        "turnDays": 7,
        "starts": "22:00",
        "minutes": 480,
    }


async def _turned(story: Story) -> Rotation:
    draft = RotationDraft(
        name=f"{MARK} Gündüz",
        member_ids=[story.world.members["colleague"]],
        channel_ids=[story.channel.id],
        zone="Asia/Tehran",
        starts_on="2031-01-01",
        turn_days=1,
        starts=480,
        minutes=60,
    )
    return await create_rotation(SYSTEM, draft, once=Once())


async def _update_rotation(story: Story, who: str) -> Input:
    return {"rotationId": (await _turned(story)).id, **await _rotation(story, who), "expectedVersion": 1}


async def _delete_rotation(story: Story, who: str) -> Input:
    return {"rotationId": (await _turned(story)).id, "expectedVersion": 1}


async def _leave(story: Story, who: str) -> Input:
    member = story.world.members[_member(story, who)]
    return {"memberId": member, "startsAt": "2032-01-01T00:00:00Z", "endsAt": "2032-01-08T00:00:00Z"}


async def _cancel_leave(story: Story, who: str) -> Input:
    given = await _leave(story, who)
    draft = LeaveDraft(member_id=given["memberId"], starts_at=given["startsAt"], ends_at=given["endsAt"])
    return {"leaveId": (await enter_leave(SYSTEM, draft, once=Once())).id, "expectedVersion": 1}


async def _set_coverage(story: Story, who: str) -> Input:
    number = next(story.numbers)
    draft = ChannelDraft(name=f"{MARK} channel {number}", kind=ChannelKind.X)
    made = await create_channel(SYSTEM, draft, keyring=story.world.platform.keyring, once=Once())
    return {"channelId": made.channel.id, "leastMembers": 2, "expectedVersion": 0}


async def _hand_over(story: Story, who: str) -> Input:
    shift = await _planned(story, _member(story, who))
    return {"shiftId": shift.id, "note": f"{MARK} İki müşteri arayacak.", "expectedVersion": 0}


async def _acknowledge(story: Story, who: str) -> Input:
    shift = await _planned(story)
    draft = HandoverDraft(shift_id=shift.id, note=f"{MARK} İki müşteri arayacak.")
    await write_handover(await story.actor("colleague"), draft, expected_version=0)
    return {"shiftId": shift.id, "expectedVersion": 1}


async def _make_listening(story: Story, who: str) -> Input:
    return {"name": f"{MARK} Rakip", "kind": "COMPETITOR", "anyOf": ["hiç geçmeyen"], "channelIds": [story.channel.id]}


async def _listening(story: Story) -> ListeningQuery:
    draft = QueryDraft(name=f"{MARK} Rakip", kind=ListeningKind.COMPETITOR, any_of=["hiç geçmeyen"])
    found = await ListeningQuery.find({"archived": False}).sort("created_at", "_id").limit(1).to_list()
    return found[0] if found else await create_listening_query(await story.actor("manager"), draft, once=Once())


async def _change_listening(story: Story, who: str) -> Input:
    query = await _listening(story)
    return {"queryId": query.id, "name": f"{MARK} Yeni", "expectedVersion": query.version}


async def _archive_listening(story: Story, who: str) -> Input:
    query = await _listening(story)
    return {"queryId": query.id, "expectedVersion": query.version}


SITUATIONS: dict[str, Situation] = {
    "replyToCase": _reply,
    "reachOut": _reach_out,
    "logContact": _log_contact,
    "addInternalNote": _note,
    "assignCase": _assign,
    "requestContactDetails": _contact,
    "fulfilObligation": _fulfil,
    "completeStep": _step,
    "recordCustomerVerdict": _verdict,
    "closeCase": _close,
    "releaseReply": _release,
    "undoReply": _waiting_reply,
    "rescheduleReply": _reschedule,
    "saveDraft": _reply,
    "discardDraft": _discard,
    "snoozeCase": _snooze,
    "unsnoozeCase": _unsnooze,
    "mergeCases": _duplicate,
    "splitCase": _two_in_one,
    "setCaseTags": _tag,
    "consultExperts": _consult,
    "declineConsultation": _decline,
    "delegateConsultation": _delegate,
    "requestInformation": _request_information,
    "takeInformationRequest": _take_request,
    "answerInformationRequest": _answer_request,
    "askQuestion": _ask,
    "answerQuestion": _answer,
    "acceptAnswer": _accept,
    "unacceptAnswer": _unaccept,
    "castVote": _vote,
    "addComment": _comment,
    "publishQuestion": _publish,
    "createAnswerBankEntry": _entry,
    "editAnswerBankEntry": _edit_entry,
    "saveAnswer": _save_answer,
    "markNotificationsRead": _read,
    "createShift": _shift,
    "takeOverShift": _take_over,
    "cancelShift": _cancel_shift,
    "createRotation": _rotation,
    "updateRotation": _update_rotation,
    "deleteRotation": _delete_rotation,
    "enterLeave": _leave,
    "cancelLeave": _cancel_leave,
    "setCoverage": _set_coverage,
    "writeHandover": _hand_over,
    "acknowledgeHandover": _acknowledge,
    "mergeCustomers": _merge,
    "undoCustomerMerge": _undo_merge,
    "setLifecycle": _set_lifecycle,
    "createBusinessCalendar": _make_calendar,
    "updateBusinessCalendar": _change_calendar,
    "createAssignmentPolicy": _make_assignment,
    "updateAssignmentPolicy": _change_assignment,
    "archiveAssignmentPolicy": _archive_assignment,
    "reorderAssignmentPolicies": _order_assignments,
    "setProficiency": _grade,
    "createSlaPolicy": _make_policy,
    "updateSlaPolicy": _change_policy,
    "archiveSlaPolicy": _archive_policy,
    "reorderSlaPolicies": _order_policies,
    "setCasePriority": _set_priority,
    "setPhrases": _set_phrases,
    "reportAnswerBankMiss": _report_miss,
    "createWikiPage": _write_page,
    "editWikiPage": _edit_page,
    "restoreWikiRevision": _restore,
    "moveWikiPage": _move_page,
    "verifyWikiPage": _verify_page,
    "deleteWikiPage": _delete_page,
    "createListeningQuery": _make_listening,
    "updateListeningQuery": _change_listening,
    "archiveListeningQuery": _archive_listening,
}


async def _submit(story: Story, who: str) -> Input:
    return {"subject": "Makinem bozuk", "body": "Üç gündür.", "contact": {"name": "Ayşe", "email": "ayse@example.com"}}


async def _add_message(story: Story, who: str) -> Input:
    return {"requestId": with_prefix("req", (await story.request()).id), "body": "Hâlâ bekliyorum."}


async def _judge(story: Story, who: str) -> Input:
    case = await story.answered_request()
    return {
        "requestId": with_prefix("req", case.id),
        "verdict": "SATISFIED",
        "comment": "Oldu.",
        "expectedVersion": case.request_version,
    }


async def _ask_public(story: Story, who: str) -> Input:
    return {"title": "Kargo kaç günde gelir?", "body": "Merak ediyorum."}


PORTAL_SITUATIONS: dict[str, Situation] = {
    "submitRequest": _submit,
    "addRequestMessage": _add_message,
    "recordVerdict": _judge,
    "askPublicQuestion": _ask_public,
}
