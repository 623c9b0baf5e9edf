"""Asking a prompt: by hand or by its time it becomes a question or a post of the prompting member, once."""

from functools import partial
from typing import Final

from pydantic import BaseModel

from auth.actor import Actor, Permission, permissions_of
from community.blog.documents import BlogPost
from community.blog.prompted import PromptedPost, open_for_prompt
from community.documents import Member, Question
from community.escalation import schedule
from community.events import QuestionAsked
from community.prompts.campaigns import running_campaign
from community.prompts.documents import Asking, DiscussionPrompt, Locale, PromptForm, PromptText
from community.prompts.events import PromptAsked
from community.prompts.prompts import next_time
from community.prompts.reading import require_prompt
from community.spaces.content import outsiders, put_in
from community.spaces.documents import Space
from community.spaces.reading import writable_space
from community.turns.taking import take_turn
from core.clock import now
from core.errors import Conflict, InvalidInput
from core.events import SYSTEM
from core.ids import new_id
from core.records import change, insert_or_read

MOST_KEPT: Final = 20
_NEEDED: Final = {PromptForm.QUESTION: Permission.QUESTION_ASK, PromptForm.POST: Permission.BLOG_WRITE}


class AskingDraft(BaseModel):
    """In which language a prompt is asked, and in which campaign."""

    locale: Locale
    campaign_id: str | None = None


async def ask_prompt(actor: Actor, prompt_id: str, draft: AskingDraft, *, expected_version: int) -> Question | BlogPost:
    """Ask a prompt as one's own question, or publish it as one's own post, in its space.

    Raises NotFound, Forbidden without `question:ask` and, of a post, `blog:write`, SpaceArchived, Locked, RateLimited,
    InvalidInput for a prompt that is put away, for a language without words, and for a campaign of another space, one that
    is over, or with a post, Conflict.
    """
    actor.require(Permission.QUESTION_ASK)
    prompt, member_id = await require_prompt(actor, prompt_id), actor.member
    actor.require(_NEEDED[prompt.becomes])
    space = await writable_space(actor, prompt.space_id, path="prompt_id")
    campaign = await running_campaign(actor, draft.campaign_id, prompt.space_id)
    asking = _asking(prompt, draft.locale, member_id)
    asking.campaign_id = campaign and campaign.id

    def rule(current: DiscussionPrompt) -> None:
        _require_askable(current, draft)
        _require_form(current, prompt.becomes)
        _enter(current, asking, actor.id)

    _require_askable(prompt, draft)
    await take_turn(actor, asking.asked_as, [space] if space is not None else [])
    asked = await change(prompt, rule, expected_version=expected_version)
    return await open_asked(asked, asking)


async def ask_due_prompts(most: int) -> int:
    """Ask what is due by its weekly schedule, each time once; give how many prompts were looked at."""
    due = await DiscussionPrompt.find({"next_act_at": {"$lte": now()}}).sort("next_act_at").limit(most).to_list()
    for prompt in due:
        await change(prompt, partial(_act, may_ask=await _may_still_ask(prompt)))
    return len(due)


async def _may_still_ask(prompt: DiscussionPrompt) -> bool:
    """Tell whether the member in whose name a prompt is asked may still do so, and reads in its space, which is in use."""
    by = prompt.weekly.by if prompt.weekly is not None else ""
    member = await Member.get(by)
    space = await Space.get(prompt.space_id) if prompt.space_id is not None else None
    is_in = space is None or not (space.archived or outsiders(space, [by]))
    is_there = member is not None and member.deleted_at is None and _NEEDED[prompt.becomes] in permissions_of(member.roles)
    return is_there and is_in


def _require_askable(prompt: DiscussionPrompt, draft: AskingDraft) -> None:
    if prompt.archived:
        raise InvalidInput("This prompt is put away.", path=("prompt_id",))
    if prompt.text_in(draft.locale) is None:
        raise InvalidInput("The prompt has no words in this language.", path=("locale",))
    if prompt.becomes is PromptForm.POST and draft.campaign_id is not None:
        raise InvalidInput("This prompt becomes a post; campaigns are of questions.", path=("campaign_id",))


def _require_form(prompt: DiscussionPrompt, form: PromptForm) -> None:
    if prompt.becomes is not form:
        raise Conflict("Somebody changed meanwhile what the prompt becomes; look at it again.", current=prompt)


async def follow_asking(prompt_id: str, asked_as: str) -> None:
    """Let the question or the post of an asking be there; can run twice."""
    prompt = await DiscussionPrompt.get(prompt_id)
    asking = next((one for one in prompt.askings if one.asked_as == asked_as), None) if prompt is not None else None
    if prompt is not None and asking is not None:
        await open_asked(prompt, asking)


async def open_asked(prompt: DiscussionPrompt, asking: Asking) -> Question | BlogPost:
    """Make the question or the post of an asking; what is there already is given as it is."""
    space = await Space.get(prompt.space_id) if prompt.space_id is not None else None
    said = prompt.text_in(asking.locale) or prompt.texts[0]
    if asking.post_id is None:
        return await _open_question(prompt, asking, said, space)
    words = PromptedPost(asking.post_id, said.title, said.body, prompt.tags, asking.by, asking.at, prompt.id)
    return await open_for_prompt(words, space)


async def _open_question(prompt: DiscussionPrompt, asking: Asking, said: PromptText, space: Space | None) -> Question:
    if (found := await Question.get(asking.asked_as)) is not None:
        return found
    question = Question(
        id=asking.asked_as,
        created_at=asking.at,
        updated_at=asking.at,
        author_id=asking.by,
        title=said.title,
        body=said.body,
        tags=prompt.tags,
        prompt_id=prompt.id,
        campaign_id=asking.campaign_id,
    )
    put_in(question, space)
    schedule(question, space)
    question.record(QuestionAsked(question_id=question.id, author_id=asking.by), actor=asking.by)
    return await insert_or_read(question)


def _act(prompt: DiscussionPrompt, *, may_ask: bool) -> None:
    at, weekly = now(), prompt.weekly
    if prompt.next_act_at is None or prompt.next_act_at > at or weekly is None:
        return
    if not may_ask:
        prompt.weekly = prompt.next_act_at = None
        return
    _enter(prompt, _asking(prompt, weekly.locale, weekly.by), SYSTEM)
    prompt.next_act_at = next_time(weekly, at)


def _asking(prompt: DiscussionPrompt, locale: Locale, by: str) -> Asking:
    at = now()
    if prompt.becomes is PromptForm.POST:
        return Asking(post_id=new_id("pst"), locale=locale, by=by, at=at)
    return Asking(question_id=new_id("qst"), locale=locale, by=by, at=at)


def _enter(prompt: DiscussionPrompt, asking: Asking, actor_id: str) -> None:
    prompt.askings = [*prompt.askings, asking][-MOST_KEPT:]
    prompt.times_asked, prompt.last_asked_at = prompt.times_asked + 1, asking.at
    prompt.record(PromptAsked(prompt_id=prompt.id, asked_as=asking.asked_as), actor=actor_id)
