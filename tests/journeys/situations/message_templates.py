"""Situations of message templates on a channel of WhatsApp."""

from auth.actor import SYSTEM
from care.channel_drafts import ChannelDraft
from care.channels import create_channel
from care.documents.channels import Channel, ChannelKind
from care.documents.templates import MessageTemplate, TemplateState
from care.providers.meta.credentials import MetaCredentials
from care.templates.keeping import TemplateDraft, create_message_template
from core.idempotency import Once
from tests.journeys.story import MARK, Input, Situation, Story


async def _channel(story: Story) -> Channel:
    """Set up a channel of WhatsApp, whose provider is at an address that is refused at once: nothing is tried again."""
    known = MetaCredentials(
        app_secret="s", verify_token="v", access_token="t", account_id="1", business_account_id="2", api_url="http://10.0.0.1"
    )
    draft = ChannelDraft.model_validate({"name": f"{MARK} WhatsApp", "kind": ChannelKind.WHATSAPP, "meta": known})
    return (await create_channel(SYSTEM, draft, keyring=story.world.platform.keyring, once=Once())).channel


async def _template(channel: Channel) -> MessageTemplate:
    """Enter an approved template with one place for a value."""
    draft = TemplateDraft(
        channel_id=channel.id, name="kargo", language="tr", body=f"{MARK} {{{{1}}}} yolda.", state=TemplateState.APPROVED
    )
    return await create_message_template(SYSTEM, draft, once=Once())


async def _create(story: Story, who: str) -> Input:
    channel = await _channel(story)
    return {"channelId": channel.id, "name": "siparis", "language": "tr", "body": f"{MARK} {{{{1}}}} yolda."}


async def _change(story: Story, who: str) -> Input:
    template = await _template(await _channel(story))
    return {"templateId": template.id, "state": "PAUSED", "expectedVersion": template.version}


async def _synchronise(story: Story, who: str) -> Input:
    channel = await _channel(story)
    return {"channelId": channel.id, "expectedVersion": channel.version}


async def _send(story: Story, who: str) -> Input:
    channel = await _channel(story)
    template, case = await _template(channel), await story.case(channel)
    given = {"templateId": template.id, "values": [f"{MARK} 1042"]}
    return {"caseId": case.id, "conversationId": case.conversation_ids[0], **given}


SITUATIONS: dict[str, Situation] = {
    "createMessageTemplate": _create,
    "updateMessageTemplate": _change,
    "synchroniseMessageTemplates": _synchronise,
    "sendTemplate": _send,
}
