"""Situations of accounts, groups and tracked links."""

from care.audience.accounts import AccountDraft, create_account
from care.audience.links import LinkDraft, create_link
from community.public_questions import publish_question
from core.idempotency import Once
from tests.journeys.story import MARK, Input, Situation, Story


async def _create_account(story: Story, who: str) -> Input:
    name = f"{MARK} Narin {next(story.numbers)}"
    return {"kind": "OWN", "platform": "X", "name": name, "url": "https://x.example/narin"}


async def _account(story: Story) -> Input:
    draft = AccountDraft.model_validate({"kind": "GROUP", "platform": "X", "name": f"{MARK} Grup", "url": "https://x.example/g"})
    account = await create_account(await story.actor("manager"), draft, once=Once())
    return {"accountId": account.id, "expectedVersion": account.version}


async def _update_account(story: Story, who: str) -> Input:
    return {**await _account(story), "name": f"{MARK} Yeni"}


async def _archive_account(story: Story, who: str) -> Input:
    return await _account(story)


async def _followers(story: Story, who: str) -> Input:
    return {"accountId": (await _account(story))["accountId"], "followers": 1_000}


async def _create_link(story: Story, who: str) -> Input:
    return {"url": "https://narin.example/kampanya", "name": f"{MARK} Kampanya {next(story.numbers)}", "campaign": "kis"}


async def _link_to_community(story: Story, who: str) -> Input:
    question = await story.public_question()
    await publish_question(await story.actor("colleague"), question.id, expected_version=question.version)
    return {"caseId": (await story.case()).id, "contentId": question.id}


async def _archive_link(story: Story, who: str) -> Input:
    draft = LinkDraft(url="https://narin.example/", name=f"{MARK} Kampanya")
    creator = await story.actor(who if who in {"agency_in", "agency_out"} else "colleague")
    link = await create_link(creator, draft, once=Once())
    return {"linkId": link.id, "expectedVersion": link.version}


SITUATIONS: dict[str, Situation] = {
    "createSocialAccount": _create_account,
    "updateSocialAccount": _update_account,
    "archiveSocialAccount": _archive_account,
    "recordFollowers": _followers,
    "createTrackedLink": _create_link,
    "linkToCommunity": _link_to_community,
    "archiveTrackedLink": _archive_link,
}
