"""Question campaigns: begun with a goal and an end, ended earlier; questions name the one that they belong to."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field

from auth.actor import Actor
from community.creation import insert_once, made_before
from community.drafts import Title, text
from community.prompts.documents import QuestionCampaign
from community.prompts.events import CampaignChanged
from community.prompts.prompts import require_host
from community.prompts.reading import require_campaign
from community.spaces.content import put_in
from community.spaces.reading import writable_space
from core.clock import now
from core.errors import AlreadyDone, InvalidInput
from core.idempotency import Once
from core.records import change


class CampaignDraft(BaseModel):
    """What is asked about, what for, and until when."""

    name: Title
    goal: Annotated[str, text(1, 2_000)]
    ends_at: AwareDatetime
    space_id: Annotated[str, Field(max_length=100)] | None = None


async def create_campaign(actor: Actor, draft: CampaignDraft, *, once: Once) -> QuestionCampaign:
    """Begin a campaign in a space, or in the company.

    Raises NotFound for a space, SpaceArchived, InvalidInput for an end that is past, Forbidden for others than who looks
    after the space or, outside of spaces, who has `question:moderate`.
    """
    identifier, author = once.identifier("qcm"), actor.member
    if (before := await made_before(QuestionCampaign, identifier, once)) is not None:
        return before
    space = await writable_space(actor, draft.space_id)
    await require_host(actor, draft.space_id)
    at = now()
    if draft.ends_at <= at:
        raise InvalidInput("Choose a time from now on.", path=("ends_at",))
    campaign = QuestionCampaign(
        id=identifier,
        created_at=at,
        author_id=author,
        name=draft.name,
        goal=draft.goal,
        ends_at=draft.ends_at,
        fingerprint=once.fingerprint,
    )
    put_in(campaign, space)
    campaign.record(CampaignChanged(campaign_id=identifier), actor=actor.id)
    return await insert_once(campaign, once)


async def end_campaign(actor: Actor, campaign_id: str, *, expected_version: int) -> QuestionCampaign:
    """End a campaign before its time. Raises NotFound, Forbidden, AlreadyDone for one that is over, Conflict."""
    campaign = await require_campaign(actor, campaign_id)
    await require_host(actor, campaign.space_id)

    def rule(current: QuestionCampaign) -> None:
        at = now()
        if current.ends_at <= at:
            raise AlreadyDone("This campaign is over already.", path=("campaign_id",))
        current.ends_at = at
        current.record(CampaignChanged(campaign_id=current.id), actor=actor.id)

    return await change(campaign, rule, expected_version=expected_version)


async def running_campaign(actor: Actor, campaign_id: str | None, space_id: str | None) -> QuestionCampaign | None:
    """Give the campaign that a question in a space is to belong to; None: none.

    Raises NotFound, InvalidInput for one of another space and for one that is over.
    """
    if campaign_id is None:
        return None
    campaign = await require_campaign(actor, campaign_id)
    if campaign.space_id is not None and campaign.space_id != space_id:
        raise InvalidInput("This campaign is one of another space.", path=("campaign_id",))
    if campaign.ends_at <= now():
        raise InvalidInput("This campaign is over.", path=("campaign_id",))
    return campaign
