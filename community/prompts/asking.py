"""Asking a prompt: by hand or by its time it becomes a question of the prompting member, once."""

from functools import partial
from typing import Final, Literal

from pydantic import BaseModel
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor, Permission
from community.documents import Member, Question
from community.escalation import schedule
from community.events import QuestionAsked
from community.prompts.campaigns import running_campaign
from community.prompts.documents import Asking, DiscussionPrompt
from community.prompts.events import PromptAsked
from community.prompts.prompts import next_time
from community.prompts.reading import require_prompt
from community.spaces.content import outsiders, put_in
from community.spaces.documents import Space
from community.spaces.reading import writable_space
from community.turns.taking import take_turn
from core.clock import now
from core.errors import InvalidInput
from core.events import SYSTEM
from core.ids import new_id
from core.records import change, save

MOST_KEPT: Final = 20


class AskingDraft(BaseModel):
    """In which language a prompt is asked, and in which campaign."""

    locale: Literal["tr", "fa", "en"]
    campaign_id: str | None = None


async def ask_prompt(actor: Actor, prompt_id: str, draft: AskingDraft, *, expected_version: int) -> Question:
    """Ask a prompt as one's own question in its space.

    Raises NotFound, Forbidden without `question:ask`, SpaceArchived, Locked, RateLimited, InvalidInput for a prompt that
    is put away, for a language without words, and for a campaign of another space or one that is over, Conflict.
    """
    actor.require(Permission.QUESTION_ASK)
    prompt, member_id = await require_prompt(actor, prompt_id), actor.member
    space = await writable_space(actor, prompt.space_id, path="prompt_id")
    campaign = await running_campaign(actor, draft.campaign_id, prompt.space_id)
    asking = Asking(question_id=new_id("qst"), locale=draft.locale, by=member_id, at=now(), campaign_id=campaign and campaign.id)

    def rule(current: DiscussionPrompt) -> None:
        _require_askable(current, draft.locale)
        _enter(current, asking, actor.id)

    _require_askable(prompt, draft.locale)
    await take_turn(actor, asking.question_id, [space] if space is not None else [])
    asked = await change(prompt, rule, expected_version=expected_version)
    return await open_question(asked, asking)


async def ask_due_prompts(most: int) -> int:
    """Ask what is due by its weekly schedule, each time once; give how many prompts were looked at."""
    due = await DiscussionPrompt.find({"next_act_at": {"$lte": now()}}).sort("next_act_at").limit(most).to_list()
    for prompt in due:
        await change(prompt, partial(_act, may_ask=await _may_still_ask(prompt)))
    return len(due)


async def _may_still_ask(prompt: DiscussionPrompt) -> bool:
    """Tell whether the member in whose name a prompt is asked is still there and in the space, and that is in use."""
    by = prompt.weekly.by if prompt.weekly is not None else ""
    member = await Member.get(by)
    space = await Space.get(prompt.space_id) if prompt.space_id is not None else None
    is_in = space is None or not (space.archived or outsiders(space, [by]))
    return member is not None and member.deleted_at is None and is_in


def _require_askable(prompt: DiscussionPrompt, locale: str) -> None:
    if prompt.archived:
        raise InvalidInput("This prompt is put away.", path=("prompt_id",))
    if prompt.text_in(locale) is None:
        raise InvalidInput("The prompt has no words in this language.", path=("locale",))


async def follow_asking(prompt_id: str, question_id: str) -> None:
    """Let the question of an asking be there; can run twice."""
    prompt = await DiscussionPrompt.get(prompt_id)
    asking = next((one for one in prompt.askings if one.question_id == question_id), None) if prompt is not None else None
    if prompt is not None and asking is not None:
        await open_question(prompt, asking)


async def open_question(prompt: DiscussionPrompt, asking: Asking) -> Question:
    """Make the question of an asking; what is there already is given as it is."""
    if (found := await Question.get(asking.question_id)) is not None:
        return found
    said = prompt.text_in(asking.locale) or prompt.texts[0]
    space = await Space.get(prompt.space_id) if prompt.space_id is not None else None
    question = Question(
        id=asking.question_id,
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
    try:
        await save(question)
    except DuplicateKeyError:
        return await open_question(prompt, asking)
    return question


def _act(prompt: DiscussionPrompt, *, may_ask: bool) -> None:
    at, weekly = now(), prompt.weekly
    if prompt.next_act_at is None or prompt.next_act_at > at:
        return
    prompt.next_act_at = None
    if not may_ask:
        prompt.weekly = None
    elif weekly is not None and not prompt.archived and prompt.deleted_at is None:
        _enter(prompt, Asking(question_id=new_id("qst"), locale=weekly.locale, by=weekly.by, at=at), SYSTEM)
        prompt.next_act_at = next_time(weekly, at)


def _enter(prompt: DiscussionPrompt, asking: Asking, actor_id: str) -> None:
    prompt.askings = [*prompt.askings, asking][-MOST_KEPT:]
    prompt.times_asked, prompt.last_asked_at = prompt.times_asked + 1, asking.at
    prompt.record(PromptAsked(prompt_id=prompt.id, asked_as=asking.question_id), actor=actor_id)
