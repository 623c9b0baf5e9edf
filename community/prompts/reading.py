"""The only way to read prompts, campaigns and how many answered for a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from auth.actor import Actor, Permission
from community.documents import Answer, Member, Question, SpaceContent
from community.drafts import may_be_id
from community.prompts.documents import DiscussionPrompt, QuestionCampaign
from community.reading import questions_by_ids, visible_questions
from community.spaces.documents import Space
from community.visibility import readable_in_spaces
from core.errors import NotFound
from core.gates import NOTHING, PRESENT, Gate, both, to_mongo
from core.paging import Order, Slice, Window, read_slice
from core.paging import count as count_rows

NEWEST_FIRST: Final = Order((("created_at", -1),))
MOST_OF_CAMPAIGN: Final = 500
"""Questions of one campaign that count for its response."""

ContentT = TypeVar("ContentT", bound=SpaceContent)


@dataclass(frozen=True, slots=True)
class Response:
    """How many were asked, and how many of them answered."""

    asked: int
    answered: int


def visible_prompts(actor: Actor) -> Gate:
    """Say which prompts and campaigns somebody may read: with `question:read`, where they may read what is in the space."""
    if not actor.may(Permission.QUESTION_READ):
        return NOTHING
    return both(PRESENT, readable_in_spaces(actor))


async def prompts_by_ids(actor: Actor, prompt_ids: Sequence[str]) -> dict[str, DiscussionPrompt]:
    """Give those of the prompts that the actor may read."""
    return await _by_ids(actor, DiscussionPrompt, "dpr", prompt_ids)


async def campaigns_by_ids(actor: Actor, campaign_ids: Sequence[str]) -> dict[str, QuestionCampaign]:
    """Give those of the campaigns that the actor may read."""
    return await _by_ids(actor, QuestionCampaign, "qcm", campaign_ids)


async def require_prompt(actor: Actor, prompt_id: str) -> DiscussionPrompt:
    """Give a prompt; NotFound when there is none for this actor."""
    prompt = (await prompts_by_ids(actor, [prompt_id])).get(prompt_id)
    if prompt is None:
        raise NotFound("There is no such prompt.", path=("prompt_id",))
    return prompt


async def require_campaign(actor: Actor, campaign_id: str) -> QuestionCampaign:
    """Give a campaign; NotFound when there is none for this actor."""
    campaign = (await campaigns_by_ids(actor, [campaign_id])).get(campaign_id)
    if campaign is None:
        raise NotFound("There is no such campaign.", path=("campaign_id",))
    return campaign


async def list_prompts(actor: Actor, space_id: str | None, window: Window) -> Slice[DiscussionPrompt]:
    """Give a window of the prompts in use, of a space or of all that the actor may read, the newest first."""
    return await read_slice(DiscussionPrompt, _prompts(actor, space_id), NEWEST_FIRST, window)


async def count_prompts(actor: Actor, space_id: str | None) -> int:
    """Count the same prompts."""
    return await count_rows(DiscussionPrompt, _prompts(actor, space_id))


async def list_campaigns(actor: Actor, space_id: str | None, window: Window) -> Slice[QuestionCampaign]:
    """Give a window of the campaigns, of a space or of all that the actor may read, the newest first."""
    return await read_slice(QuestionCampaign, _of_space(actor, space_id), NEWEST_FIRST, window)


async def count_campaigns(actor: Actor, space_id: str | None) -> int:
    """Count the same campaigns."""
    return await count_rows(QuestionCampaign, _of_space(actor, space_id))


async def responses(actor: Actor, question_ids: Sequence[str]) -> dict[str, Response]:
    """Tell of each question how many of those it asked answered: the members of its space, outside of spaces all, but its author.

    The same few queries for one question and for many.
    """
    questions = await questions_by_ids(actor, question_ids)
    answerers = await _answerers(list(questions))
    members = await _members_of({question.space_id for question in questions.values()})
    return {question.id: _response([question], members[question.space_id], answerers) for question in questions.values()}


async def campaign_responses(actor: Actor, campaign_ids: Sequence[str]) -> dict[str, Response]:
    """Tell the same of campaigns: who of the space's members answered at least one of its questions."""
    campaigns = await campaigns_by_ids(actor, campaign_ids)
    query = {"campaign_id": {"$in": list(campaigns)}, **to_mongo(visible_questions(actor))}
    found = await Question.find(query).sort("campaign_id", "created_at").limit(MOST_OF_CAMPAIGN * len(campaigns) or 1).to_list()
    answerers = await _answerers([question.id for question in found])
    members = await _members_of({campaign.space_id for campaign in campaigns.values()})
    return {
        campaign.id: _response([one for one in found if one.campaign_id == campaign.id], members[campaign.space_id], answerers)
        for campaign in campaigns.values()
    }


def _response(questions: Sequence[Question], members: frozenset[str], answerers: dict[str, set[str]]) -> Response:
    """Count each member once; who asked is not asked, unless somebody else asks in the same campaign."""
    asked = frozenset().union(*(members - {question.author_id} for question in questions)) if questions else members
    answered = {who for question in questions for who in answerers.get(question.id, set()) if who != question.author_id}
    return Response(len(asked), len(answered & asked))


async def _answerers(question_ids: list[str]) -> dict[str, set[str]]:
    pipeline: list[dict[str, Any]] = [
        {"$match": {"question_id": {"$in": sorted(question_ids)}, "deleted_at": {"$exists": False}}},
        {"$group": {"_id": {"question": "$question_id", "author": "$author_id"}}},
    ]
    rows = await (await Answer.get_pymongo_collection().aggregate(pipeline)).to_list() if question_ids else []
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row["_id"]["question"], set()).add(row["_id"]["author"])
    return found


async def _members_of(space_ids: set[str | None]) -> dict[str | None, frozenset[str]]:
    wanted = sorted(one for one in space_ids if one is not None)
    spaces = await Space.find({"_id": {"$in": wanted}}).to_list() if wanted else []
    found: dict[str | None, frozenset[str]] = {
        space.id: frozenset(member.member_id for member in space.members) for space in spaces
    }
    if None in space_ids:
        rows = await Member.get_pymongo_collection().find({"deleted_at": {"$exists": False}}, {"_id": 1}).to_list()
        found[None] = frozenset(row["_id"] for row in rows)
    return dict.fromkeys(space_ids, frozenset()) | found


async def _by_ids(actor: Actor, model: type[ContentT], prefix: str, ids: Sequence[str]) -> dict[str, ContentT]:
    wanted = [one for one in dict.fromkeys(ids) if may_be_id(one, prefix)]
    if not wanted or not actor.may(Permission.QUESTION_READ):
        return {}
    found = await model.find({"_id": {"$in": wanted}, **to_mongo(visible_prompts(actor))}).to_list()
    return {one.id: one for one in found}


def _of_space(actor: Actor, space_id: str | None) -> dict[str, Any]:
    return {**to_mongo(visible_prompts(actor)), **({"space_id": space_id} if space_id is not None else {})}


def _prompts(actor: Actor, space_id: str | None) -> dict[str, Any]:
    return {"archived": False, **_of_space(actor, space_id)}
