"""What WhatsApp tells of message templates by itself, from its payload to the template and to those who look after channels."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from auth.actor import SYSTEM, Role
from care.documents.cases import Case
from care.documents.channels import Channel
from care.documents.conversations import Message
from care.documents.templates import MessageTemplate, TemplateQuality, TemplateState
from care.ingest.generic import TemplateTold, understand
from care.ingest.inbox import Delivery
from care.ingest.steps import take_in
from care.providers.meta.payloads import translate
from care.template_replies import TemplateReplyDraft, send_template
from care.templates.keeping import TemplateChange, update_message_template
from care.workers import declare_queues
from core.clock import now
from core.database import Database
from core.idempotency import Once
from core.records import fresh
from notifications import templates
from notifications.documents import Notification, NotificationKind
from tests.care.ingest.sender import KEYRING, delivery
from tests.care.providers.meta_says import MOMENT, body_of, template_news
from tests.care.stored import event_types, everything, handle_twice
from tests.care.test_message_templates import enter, open_channel, page, synchronise, talk_on, told
from tests.factories import community
from tests.factories.care import make_actor, say
from tests.receiver import listening

PAUSED = {"title": "FIRST_PAUSE", "description": "Paused for 3 hours."}
REJECTED = {"reason": "A place stands at the end.", "recommendation": "Write a word behind it."}


def _told(payload: object) -> TemplateTold:
    (raw,) = translate(payload) or []
    event = understand(raw)
    assert isinstance(event, TemplateTold)
    return event


@pytest.mark.parametrize(
    ("event", "other", "state", "reason"),
    [
        ("APPROVED", {"reason": "NONE"}, "APPROVED", None),
        ("REINSTATED", {}, "APPROVED", None),
        ("UNARCHIVED", {}, "APPROVED", None),
        ("PENDING", {}, "PENDING", None),
        (
            "REJECTED",
            {"reason": "INVALID_FORMAT", "rejection_info": REJECTED},
            "REJECTED",
            "INVALID_FORMAT: A place stands at the end.: Write a word behind it.",
        ),
        ("IN_APPEAL", {"reason": "PROMOTIONAL"}, "REJECTED", "PROMOTIONAL"),
        ("PAUSED", {"reason": "NONE", "other_info": PAUSED}, "PAUSED", "FIRST_PAUSE: Paused for 3 hours."),
        ("DISABLED", {"disable_info": {"disable_date": MOMENT}}, "DISABLED", "DISABLED"),
        ("ARCHIVED", {}, "DISABLED", None),
        ("DELETED", {}, "DELETED", None),
        ("PENDING_DELETION", {"reason": None}, "DELETED", None),
        ("FLAGGED", {}, None, "FLAGGED"),
        ("LOCKED", {"other_info": {"title": "RATE_LIMITING_PAUSE"}}, None, "RATE_LIMITING_PAUSE"),
    ],
)
def test_every_event_of_a_template_is_read(event: str, other: dict[str, Any], state: str | None, reason: str | None) -> None:
    read = _told(template_news(event, **other))
    assert (read.name, read.language, read.state, read.tells_state, read.reason) == ("kargo", "tr", state, True, reason)
    assert read.told_at == datetime.fromtimestamp(MOMENT, UTC)


def test_quality_and_languages_are_read_and_what_names_no_template_is_left_out() -> None:
    rated = _told(
        template_news(
            "", field="quality", previous_quality_score="GREEN", new_quality_score="RED", message_template_language="en-US"
        )
    )
    assert (rated.language, rated.quality, rated.tells_state) == ("en_US", TemplateQuality.RED, False)
    assert translate(template_news("LIMIT_EXCEEDED")) == []
    assert translate(template_news("PAUSED", message_template_name=None)) == []
    (broken,) = translate({"object": "whatsapp_business_account", "entry": [{"changes": [_change("PAUSED")]}]}) or []
    assert broken["type"] == "unsupported"


def _change(value: object) -> dict[str, object]:
    return {"field": "message_template_status_update", "value": value}


def _delivery(channel: Channel, payload: object) -> Delivery:
    return delivery(channel.id, body_of(payload))


async def hear(channel: Channel, event: str, *, after: float = 0, **other: Any) -> None:
    """Let a notice arrive twice, said to be of some seconds after now."""
    at = int((now() + timedelta(seconds=after)).timestamp())
    for _ in range(2):
        await take_in(_delivery(channel, template_news(event, at, **other)), keyring=KEYRING)


async def test_last_word_of_the_provider_holds_in_whatever_order_it_arrives(store: Database) -> None:
    channel = await open_channel()
    template = await enter(channel)
    await hear(channel, "PAUSED", after=-10, other_info=PAUSED)
    await hear(channel, "APPROVED", after=-60)
    paused = await fresh(template)
    assert (paused.state, paused.reason, paused.usable) == (TemplateState.PAUSED, "FIRST_PAUSE: Paused for 3 hours.", False)
    assert (await event_types(MessageTemplate)).count("MessageTemplateStopped") == 1

    await hear(channel, "", field="quality", new_quality_score="YELLOW")
    await hear(channel, "APPROVED")
    back = await fresh(template)
    assert (back.state, back.reason, back.quality, back.usable) == (TemplateState.APPROVED, None, TemplateQuality.YELLOW, True)
    await hear(channel, "FLAGGED", after=1)
    flagged = await fresh(template)
    assert (flagged.state, flagged.reason, flagged.usable) == (TemplateState.APPROVED, "FLAGGED", True)
    assert (await event_types(MessageTemplate)).count("MessageTemplateStopped") == 1

    before = await everything(MessageTemplate, Case, Message)
    await hear(channel, "REJECTED", message_template_name="baska")
    assert await everything(MessageTemplate, Case, Message) == before


async def test_who_manages_channels_is_told_once_of_a_template_in_use_that_stops(store: Database) -> None:
    manager, admin = await community.make_member(roles=[Role.MANAGER]), await community.make_member(roles=[Role.ADMIN])
    await community.make_member(roles=[Role.AGENT])
    channel = await open_channel()
    sent, by_itself, idle = (
        await enter(channel),
        await enter(channel, name="hatir", body="Nasıl?"),
        await enter(channel, name="bos"),
    )
    case = await say(await talk_on(channel))
    draft = TemplateReplyDraft(
        case_id=case.id, conversation_id=case.conversation_ids[0], template_id=sent.id, values=["Sara", "1042"]
    )
    await send_template(make_actor(), draft, once=Once())
    use = TemplateChange.model_validate({"template_id": by_itself.id, "automatic": [{"purpose": "REMINDER"}]})
    await update_message_template(SYSTEM, use, expected_version=by_itself.version)
    for name in ("kargo", "hatir", "bos"):
        await hear(channel, "DISABLED", message_template_name=name)

    await handle_twice(templates.subscribe, (MessageTemplate,))

    notes = await Notification.find({}).to_list()
    assert {(one.recipient_id, one.target_id) for one in notes} == {
        (who.id, one.id) for who in (manager, admin) for one in (sent, by_itself)
    }
    assert (len(notes), {one.kind for one in notes}) == (4, {NotificationKind.TEMPLATE_STOPPED})
    assert (await fresh(idle)).state is TemplateState.DISABLED


async def test_reading_tells_reasons_ratings_and_what_stopped(store: Database) -> None:
    await declare_queues(store)
    row = told("kargo", status="REJECTED") | {"rejected_reason": "SCAM", "quality_score": {"score": "RED", "date": MOMENT}}
    async with listening(page(row)) as graph:
        channel = await open_channel(graph.url)
        template = await enter(channel)
        await synchronise(channel, store)
    read = await fresh(template)
    assert (read.state, read.reason, read.quality) == (TemplateState.REJECTED, "SCAM", TemplateQuality.RED)
    assert (await event_types(MessageTemplate)).count("MessageTemplateStopped") == 1


async def test_news_of_templates_on_a_channel_that_has_none_is_shown(store: Database) -> None:
    channel = await open_channel(kind="FACEBOOK")
    await take_in(_delivery(channel, template_news("PAUSED")), keyring=KEYRING)
    (case,) = await Case.find({}).to_list()
    assert case.first_response.due_at is not None
