"""Situations of brands, and of what agencies' people work on."""

from auth.actor import SYSTEM
from care.brands.brands import BrandDraft, create_brand
from care.brands.reading import scope_id
from care.brands.scopes import ScopeDraft, set_agency_scope
from care.channel_drafts import ChannelDraft
from care.channels import create_channel
from care.documents.brands import AgencyScope, Brand
from care.documents.channels import ChannelKind
from core.idempotency import Once
from tests.journeys.story import MARK, Input, Situation, Story


async def _create(story: Story, who: str) -> Input:
    return {"name": f"{MARK} Narin Ev"}


async def _brand(story: Story) -> Brand:
    found = await Brand.find({"archived": False}).sort("name", "_id").limit(1).to_list()
    return found[0] if found else await create_brand(SYSTEM, BrandDraft(name=f"{MARK} Narin Bebek"), once=Once())


async def _update(story: Story, who: str) -> Input:
    brand = await _brand(story)
    return {"brandId": brand.id, "name": f"{MARK} Narin Çocuk", "expectedVersion": brand.version}


async def _set_channel(story: Story, who: str) -> Input:
    draft = ChannelDraft(name=f"{MARK} channel {next(story.numbers)}", kind=ChannelKind.X)
    made = await create_channel(SYSTEM, draft, keyring=story.world.platform.keyring, once=Once())
    return {"channelId": made.channel.id, "brandId": (await _brand(story)).id, "expectedVersion": made.channel.version}


async def _scope(story: Story, who: str) -> Input:
    member = story.world.members["agency_out"]
    scope = await AgencyScope.get(scope_id(member)) or await set_agency_scope(
        SYSTEM, ScopeDraft(member_id=member, channel_ids=[story.elsewhere.id]), expected_version=0
    )
    return {"memberId": member, "channelIds": [story.elsewhere.id], "expectedVersion": scope.version}


SITUATIONS: dict[str, Situation] = {
    "createBrand": _create,
    "updateBrand": _update,
    "setChannelBrand": _set_channel,
    "setAgencyScope": _scope,
}
