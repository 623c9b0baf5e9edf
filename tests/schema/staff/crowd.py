"""A company that can grow: with each row everything that a list shows gets one more, and each of them people of its own."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from auth.actor import Actor, Role
from care.cases.assignment import assign_case
from care.documents.cases import Case
from care.documents.channels import Channel
from care.documents.customers import Customer
from care.shifts.drafts import HandoverDraft
from care.shifts.handovers import write_handover
from community.answers import accept_answer
from community.blog.documents import BlogPost
from community.documents import Member, Question
from community.wiki.documents import WikiPage
from community.wiki.pages import edit_page
from community.wiki.revisions import revision_id
from community.wiki.verification import Vouching, vouch_for_page
from community.wiki.writing import PageChanges
from core.clock import now
from core.records import save
from tests.factories import care, community, shifts
from tests.factories.mentorships import make_mentorship, make_programme
from tests.factories.practice import make_scenario
from tests.schema.staff.staff import Staff
from tests.schema.staff.world import World, consult, make_world, tell

NESTED = 32
"""So many rows are in lists inside of a screen, which show no more than 30."""
TITLE = "Sipariş iki haftadır gelmedi, ne yapmalı?"
DAY = {"from": "2026-12-01T00:00:00Z", "until": "2026-12-02T00:00:00Z"}


@dataclass
class Crowd:
    """Everybody there is, and what is looked at."""

    staff: Staff
    world: World
    question: Question
    page: WikiPage
    post: BlogPost
    cursor: str
    case_ids: list[str]

    def lists(self) -> dict[str, tuple[Actor, dict[str, Any]]]:
        """Give the documents that show lists: who asks, and for what."""
        world, many = self.world, {"first": 100}
        span = {"from": (now() - timedelta(days=1)).isoformat(), "until": (now() + timedelta(minutes=1)).isoformat()}
        return {
            "Blog": (world.agent, many),
            "BlogPostScreen": (world.agent, {"slug": self.post.slug}),
            "CaseScreen": (world.agent, {"id": world.case.id}),
            "CaseSuggestions": (world.agent, {"id": world.case.id, "first": 10}),
            "CatchUp": (world.agent, {"cursor": self.cursor, **many}),
            "CoverageGaps": (world.manager, {"range": DAY}),
            "ExpertDesk": (world.expert, many),
            "Experts": (world.agent, many),
            "Inbox": (world.agent, {**many, "filter": {"status": {"in": ["NEW"]}}}),
            "InboxRows": (world.agent, {"ids": self.case_ids}),
            "MentorDesk": (world.mentor, many),
            "Notifications": (world.expert, many),
            "OlderMessages": (world.agent, {"conversationId": world.conversation_id, "last": 100}),
            "PracticeScenarios": (world.trainee, many),
            "QuestionScreen": (world.agent, {"id": self.question.id}),
            "Questions": (world.agent, many),
            "ResponseReport": (world.manager, {"range": span, "by": "MEMBER"}),
            "RevisionDiff": (world.agent, {"id": revision_id(self.page.id, self.page.version)}),
            "Search": (world.agent, {"query": "sipariş", "filter": {"kind": {"eq": "QUESTION"}}, **many}),
            "Shifts": (world.agent, {"range": DAY}),
            "SimilarQuestions": (world.agent, {"title": TITLE, "first": 10}),
            "SuggestExperts": (world.agent, {"text": TITLE, "first": 10}),
            "Viewer": (world.agent, {}),
            "WikiPageScreen": (world.agent, {"path": "iade"}),
            "WikiTree": (world.agent, {"path": "iade", **many}),
        }

    async def grow(self, rows: int) -> None:
        """Let so many more come, and each do what people do."""
        for _ in range(rows):
            skill = await community.make_skill(f"Konu {len(self.case_ids)}")
            agent = await community.make_actor(Role.AGENT, skill_ids=[skill.id])
            expert = await community.make_actor(Role.EXPERT)
            await self._learn(skill.id)
            await self._complain(agent)
            await self._ask(agent, expert)
            await self._write(agent)
            if len(self.case_ids) <= NESTED:
                await self._look_in(agent, expert)
        await self.staff.settle()
        await self.staff.index()

    async def _complain(self, agent: Actor) -> None:
        """Let a customer complain on a channel of its own: assigned, asked about, told of, and worked on by a trainee."""
        number, world = len(self.case_ids), self.world
        channel = await care.make_channel(name=f"Channel {number}")
        case = await care.make_case(await care.make_conversation(channel))
        await assign_case(world.manager, case.id, agent.member, expected_version=1)
        await consult(_of(world, case))
        await tell(world.expert.member, case.id)
        at = datetime(2026, 12, 1, tzinfo=UTC) + timedelta(minutes=number)
        shift = await shifts.make_shift(agent, channel, at, at + timedelta(hours=1))
        await write_handover(agent, HandoverDraft(shift_id=shift.id, note="Sakin."), expected_version=0)
        trainee = await community.make_actor(Role.TRAINEE)
        await care.make_reply(case, trainee)
        await make_mentorship(world.manager, trainee, world.mentor, await make_programme())
        self.case_ids.append(case.id)

    async def _ask(self, agent: Actor, expert: Actor) -> None:
        """Let somebody ask, somebody answer, and keep the answer."""
        question = await community.make_question(agent, title=TITLE, tag_slugs=["kargo"])
        answer = await community.make_answer(question, expert)
        await accept_answer(agent, answer.id, expected_version=question.version)
        await care.make_entry(agent, title=TITLE)

    async def _learn(self, skill_id: str) -> None:
        """Let the first of all know one thing more."""
        member = await Member.get(self.world.agent.member)
        assert member is not None
        member.skill_ids.append(skill_id)
        await save(member)

    async def _write(self, agent: Actor) -> None:
        """Let somebody write a page, a post and a scenario."""
        page = await community.make_page(f"iade/{len(self.case_ids)}", agent, body="Bak: [iade](/wiki/iade).")
        due = Vouching(owner_id=self.world.expert.member, until=now() + timedelta(days=3))
        await vouch_for_page(agent, page.id, due, expected_version=1)
        await community.make_post(agent)
        await make_scenario(self.world.mentor)

    async def _look_in(self, agent: Actor, expert: Actor) -> None:
        """Let people work on the same case, question, page and post."""
        world = self.world
        await care.say(await care.conversation_of(world.case))
        await care.make_reply(await care.reread(world.case), agent)
        await care.make_reply(await care.reread(world.case), await community.make_actor(Role.TRAINEE))
        consultation = await consult(world, expert_ids=[expert.member])
        asked = await Question.get(consultation.question_id)
        assert asked is not None
        answer = await community.make_answer(asked, expert)
        await accept_answer(world.agent, answer.id, expected_version=1)
        await care.make_case(await care.make_conversation(await Channel.get(world.case.channel_id), await _customer_of(world)))
        await community.make_answer(self.question, expert)
        await community.make_comment(self.question, agent)
        await community.make_comment(self.post, agent)
        lines = "\n".join(
            f"Satır {line}" if line % 2 else f"{line}. satır, {len(self.case_ids)}" for line in range(len(self.case_ids))
        )
        self.page = await edit_page(agent, self.page.id, PageChanges(body=lines), expected_version=self.page.version)


async def found(staff: Staff) -> Crowd:
    """Found the company."""
    world = await make_world()
    page, post = await community.make_page("iade", world.expert), await community.make_post(world.agent)
    question = await community.make_question(world.agent, title=TITLE)
    await staff.settle()
    cursor = (await staff.ask(world.agent, "Viewer"))["viewer"]["eventCursor"]
    return Crowd(staff, world, question, page, post, cursor, [])


async def _customer_of(world: World) -> Customer:
    customer = await Customer.get(world.case.customer_id)
    assert customer is not None
    return customer


def _of(world: World, case: Case) -> World:
    return World(**{**world.__dict__, "case": case})
