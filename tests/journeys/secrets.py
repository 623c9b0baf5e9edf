"""A secret space with a canary in every text, for an outsider who crawls the whole interface.

What can newly stand in a space gets a canary here: one more function in `CANARIES`, and the crawl looks for it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from coaching.recognition.kudos import KudosDraft, give_kudos
from coaching.recognition.values import ValueDraft, create_value
from community.answers import AnswerDraft, accept_answer, answer_question
from community.blog.posts import PostDraft, create_post
from community.blog.publishing import publish_post
from community.comments import CommentDraft, add_comment, resolve_thread
from community.documents import Question
from community.ideas.documents import IdeaStatus
from community.ideas.ideas import IdeaDraft, IdeaVerdict, merge_idea, set_idea_status, submit_idea
from community.ideas.votes import vote_for_idea
from community.moderation.calming import LockDraft, lock
from community.moderation.documents import ReportReason
from community.moderation.reports import ReportDraft, report_content
from community.polls.polls import PollDraft, create_poll, vote_in_poll
from community.prompts.asking import AskingDraft, ask_prompt
from community.prompts.campaigns import CampaignDraft, create_campaign
from community.prompts.prompts import PromptDraft, PromptTextDraft, create_prompt
from community.questions import QuestionDraft, ask_question
from community.reactions import ReactionKind, react
from community.sketches.sketches import SketchWords, begin_sketch
from community.spaces.documents import Space, SpaceVisibility
from community.spaces.membership import MembersDraft, add_members
from community.spaces.spaces import SpaceDraft, create_space
from community.watching import WatchLevel, set_watch_level
from community.wiki.pages import PageDraft, create_page, edit_page
from community.wiki.writing import PageChanges
from core.clock import now
from core.idempotency import Once
from core.records import fresh
from tests.journeys.story import Story

CANARY: Final = "kanarya9z"
"""Stands in every text of the secret space, and nowhere else; one word, so that it can be searched for."""
OWNER, MEMBER = "specialist", "colleague"
"""Who owns the space, and who else is in it."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """What an outsider must never learn: the ids of everything in the space, and its own."""

    space: Space
    ids: frozenset[str]


async def hide(story: Story) -> Hidden:
    """Make the secret space and put a canary into everything that can stand there."""
    draft = SpaceDraft(name=f"{CANARY} Birleşme", description=CANARY, slug=CANARY, visibility=SpaceVisibility.SECRET)
    space = await create_space(await story.actor(OWNER), draft, once=Once())
    await add_members(await story.actor(OWNER), MembersDraft(space_id=space.id, member_ids=[story.world.members[MEMBER]]))
    ids = [identifier for sing in CANARIES for identifier in await sing(story, space)]
    await story.settle()
    return Hidden(space, frozenset({space.id, *ids}))


async def _question(story: Story, space: Space) -> list[str]:
    owner, member = await story.actor(OWNER), await story.actor(MEMBER)
    asked = QuestionDraft(
        title=f"{CANARY} Kim devralıyor?",
        body=f"{CANARY} kargo depo",
        tag_slugs=[f"{CANARY}-etiket"],
        space_id=space.id,
        invited_expert_ids=[owner.member],
    )
    question = await ask_question(member, asked, once=Once())
    given = AnswerDraft(question_id=question.id, body=f"{CANARY} Narin")
    answer, _ = await answer_question(owner, given, once=Once())
    said = [
        (await add_comment(member, CommentDraft(target_id=target, body=f"{CANARY} Emin misin?"), once=Once()))[0]
        for target in (question.id, answer.id)
    ]
    version = (await fresh(question)).version
    await accept_answer(member, answer.id, expected_version=version)
    return [question.id, answer.id, *(comment.id for comment in said)]


async def _page(story: Story, space: Space) -> list[str]:
    owner = await story.actor(OWNER)
    draft = PageDraft(
        path=CANARY, title=f"{CANARY} Plan", body=f"{CANARY} kargo", summary=CANARY, tag_slugs=[CANARY], space_id=space.id
    )
    page = await create_page(owner, draft, once=Once())
    below = await create_page(
        owner,
        PageDraft(path=f"{CANARY}/adim", title=f"{CANARY} Adım", body=f"[{CANARY}](/wiki/iade)", space_id=space.id),
        once=Once(),
    )
    await edit_page(owner, page.id, PageChanges(body=f"{CANARY} yeni"), expected_version=page.version)
    return [page.id, below.id]


async def _moved_question(story: Story, space: Space) -> list[str]:
    """Ask in a place of its own; what was told of it before it moved is checked by the journey of spaces."""
    member = await story.actor(MEMBER)
    draft = QuestionDraft(title=f"{CANARY} Taşınan soru", body=CANARY, space_id=space.id)
    question: Question = await ask_question(member, draft, once=Once())
    return [question.id]


async def _kudos(story: Story, space: Space) -> list[str]:
    owner, member = await story.actor(OWNER), await story.actor(MEMBER)
    draft = QuestionDraft(title=f"{CANARY} Kim yardım etti?", body=CANARY, space_id=space.id)
    question = await ask_question(member, draft, once=Once())
    value = await create_value(await story.actor("manager"), ValueDraft(name="Birlikte", description="Birlikte."), once=Once())
    thanks = KudosDraft(receiver_id=owner.member, subject_id=question.id, value_id=value.id, text=f"{CANARY} Sağ ol.")
    return [question.id, (await give_kudos(member, thanks, once=Once())).id]


async def _report(story: Story, space: Space) -> list[str]:
    """Let a member report what the owner asked, and the owner hold it."""
    owner, member = await story.actor(OWNER), await story.actor(MEMBER)
    question = await ask_question(owner, QuestionDraft(title=f"{CANARY} Kim?", body=CANARY, space_id=space.id), once=Once())
    draft = ReportDraft(content_id=question.id, reason=ReportReason.OTHER, note=f"{CANARY} Bu olmaz")
    item = await report_content(member, draft)
    await lock(owner, question.id, LockDraft(reason=f"{CANARY} Ara"), expected_version=question.version)
    return [question.id, item.id]


async def _talk(story: Story, space: Space) -> list[str]:
    """Let the space talk by a poll, a prompt and a campaign, and a member begin to write."""
    owner, member = await story.actor(OWNER), await story.actor(MEMBER)
    asked = PollDraft(parent_id=space.id, title=f"{CANARY} Hangi gün?", options=[f"{CANARY} Salı", f"{CANARY} Cuma"])
    poll = await create_poll(member, asked, once=Once())
    await vote_in_poll(owner, poll.id, ["1"])
    texts = [PromptTextDraft(locale="tr", title=f"{CANARY} Ne öğrendiniz?", body=CANARY)]
    prompt = await create_prompt(owner, PromptDraft(texts=texts, tag_slugs=[CANARY], space_id=space.id), once=Once())
    goal = CampaignDraft(name=f"{CANARY} Hafta", goal=CANARY, ends_at=now() + timedelta(days=7), space_id=space.id)
    campaign = await create_campaign(owner, goal, once=Once())
    asking = AskingDraft(locale="tr", campaign_id=campaign.id)
    question = await ask_prompt(member, prompt.id, asking, expected_version=prompt.version)
    words = SketchWords(title=f"{CANARY} Taslak", body=CANARY, tag_slugs=[CANARY], space_id=space.id)
    draft = await begin_sketch(member, words, once=Once())
    return [poll.id, prompt.id, campaign.id, question.id, draft.id]


async def _conversation(story: Story, space: Space) -> list[str]:
    """Mention outsiders, who watch the tag of the question, and let members talk and react below it."""
    owner, member = await story.actor(OWNER), await story.actor(MEMBER)
    for outsider in ("admin", "agency_in"):
        await set_watch_level(await story.actor(outsider), "tag_devir", WatchLevel.WATCHING)
    asked = QuestionDraft(title=f"{CANARY} Devir?", body=f"{CANARY} @admin bilir", tag_slugs=["devir"], space_id=space.id)
    question = await ask_question(member, asked, once=Once())
    said, _ = await add_comment(owner, CommentDraft(target_id=question.id, body=f"{CANARY} @admin?"), once=Once())
    reply = CommentDraft(target_id=question.id, in_reply_to_id=said.id, body=f"{CANARY} @agency-in?")
    replied, _ = await add_comment(member, reply, once=Once())
    await resolve_thread(owner, said.id, resolved=True, expected_version=said.version)
    for one in (question, said, replied):
        await react(owner, one.id, ReactionKind.HEART)
    return [question.id, said.id, replied.id]


async def _announced(story: Story, space: Space) -> list[str]:
    """Let the owner publish a post and have another scheduled, and a member have ideas, with remarks and votes."""
    owner, member = await story.actor(OWNER), await story.actor(MEMBER)
    words = {"title": f"{CANARY} Devir günü", "body": f"{CANARY} kargo @admin", "summary": CANARY, "tag_slugs": [CANARY, "devir"]}
    draft = PostDraft.model_validate({**words, "series": CANARY, "co_author_ids": [member.member], "space_id": space.id})
    posts = [await create_post(owner, draft, once=Once()) for _ in range(2)]
    await publish_post(owner, posts[0].id, expected_version=1)
    await publish_post(owner, posts[1].id, publish_at=now() + timedelta(days=1), expected_version=1)
    told = [IdeaDraft(title=f"{CANARY} Fikir {which}", body=f"{CANARY} depo", space_id=space.id) for which in ("bir", "iki")]
    ideas = [await submit_idea(member, one, once=Once()) for one in told]
    await vote_for_idea(owner, ideas[0].id, voted=True)
    await set_idea_status(owner, ideas[0].id, IdeaVerdict(status=IdeaStatus.PLANNED, answer=CANARY), expected_version=1)
    await merge_idea(owner, ideas[1].id, into_id=ideas[0].id, expected_version=1)
    found = [*posts, *ideas]
    said = [(await add_comment(owner, CommentDraft(target_id=one.id, body=f"{CANARY} @admin"), once=Once()))[0] for one in found]
    item = await report_content(owner, ReportDraft(content_id=ideas[0].id, reason=ReportReason.OTHER, note=CANARY))
    return [one.id for one in (*found, *said, item)]


CANARIES: Final[tuple[Callable[[Story, Space], Awaitable[list[str]]], ...]] = (
    _question,
    _page,
    _moved_question,
    _kudos,
    _report,
    _talk,
    _conversation,
    _announced,
)
