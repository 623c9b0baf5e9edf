"""Keeping the message templates of a channel: entered by hand, changed, and read."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field, StringConstraints
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor, Permission
from care.channels import read_channels
from care.documents.channels import Channel, ChannelAdapter, ChannelKind
from care.documents.templates import AutomaticPurpose, AutomaticUse, MessageTemplate, TemplateCategory, TemplateState
from care.personalisation import require_variables
from care.reading.conversations import channels_by_ids
from care.template_places import LONGEST_BODY, Values, places_of, require_values
from care.templates.events import MessageTemplateChanged
from community.creation import insert_once, made_before
from community.drafts import may_be_id, text
from core.clock import now
from core.errors import AlreadyDone, InvalidInput, NotFound
from core.idempotency import Once
from core.paging import Order, Slice, Window, count, read_slice
from core.records import by_ids, change

BY_NAME: Final = Order((("name", 1),))

TemplateBody = Annotated[str, text(1, LONGEST_BODY)]
_Name = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[a-z0-9_]{1,512}$")]
_Language = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[a-z]{2,3}(_[A-Z]{2})?$")]


class TemplateDraft(BaseModel):
    """A template as the provider has it, or is about to."""

    channel_id: str
    name: _Name
    language: _Language
    category: TemplateCategory = TemplateCategory.UTILITY
    body: TemplateBody
    state: TemplateState = TemplateState.PENDING


class AutomaticDraft(BaseModel):
    """What a template is to be sent for by itself, with the values for its places."""

    purpose: AutomaticPurpose
    values: Values = Field(default_factory=list)


class TemplateChange(BaseModel):
    """What is to change of a template; None stays as it is."""

    template_id: str
    category: TemplateCategory | None = None
    body: TemplateBody | None = None
    state: TemplateState | None = None
    automatic: Annotated[list[AutomaticDraft], Field(max_length=len(AutomaticPurpose))] | None = None


async def create_message_template(actor: Actor, draft: TemplateDraft, *, once: Once) -> MessageTemplate:
    """Enter a template of a WhatsApp channel, as the provider has it.

    Raises Forbidden without `channel:manage`, NotFound, InvalidInput for a channel whose provider has none and for places
    that are not numbered, AlreadyDone for a name and language that is there, IdempotencyMismatch.
    """
    actor.require(Permission.CHANNEL_MANAGE)
    if before := await made_before(MessageTemplate, once.identifier("mtp"), once):
        return before
    await require_templates(actor, draft.channel_id)
    places_of(draft.body)
    template = MessageTemplate(id=once.identifier("mtp"), created_at=now(), fingerprint=once.fingerprint, **draft.model_dump())
    template.record(MessageTemplateChanged(template_id=template.id), actor=actor.id)
    try:
        return await insert_once(template, once)
    except DuplicateKeyError:
        raise AlreadyDone("There is a template of this name and language; change that one.", path=("name",)) from None


async def update_message_template(actor: Actor, draft: TemplateChange, *, expected_version: int) -> MessageTemplate:
    """Change what is kept of a template; the next synchronisation puts the provider's word in its place.

    What it is sent for by itself stays through that. Raises Forbidden without `channel:manage`, NotFound, InvalidInput for
    places that are not numbered, a purpose twice, another number of values than places and unknown variables, Conflict.
    """
    actor.require(Permission.CHANNEL_MANAGE)
    template = (await templates_by_ids(actor, [draft.template_id])).get(draft.template_id)
    if template is None:
        raise NotFound("There is no such template.", path=("template_id",))
    if draft.body is not None:
        places_of(draft.body)
    require_uses(template.body if draft.body is None else draft.body, draft.automatic or [])
    changes = draft.model_dump(exclude_none=True, exclude={"template_id", "automatic"})

    def rule(current: MessageTemplate) -> None:
        for name, value in changes.items():
            setattr(current, name, value)
        if draft.automatic is not None:
            current.automatic = [AutomaticUse(**use.model_dump()) for use in draft.automatic]
        current.record(MessageTemplateChanged(template_id=current.id), actor=actor.id)

    return await change(template, rule, expected_version=expected_version)


def require_uses(body: str, uses: Sequence[AutomaticDraft]) -> None:
    """Raise InvalidInput unless each purpose is there once, with values that the places and the variables allow."""
    for place, use in enumerate(uses):
        path = ("automatic", str(place))
        if any(use.purpose is other.purpose for other in uses[:place]):
            raise InvalidInput("Name each purpose once.", path=(*path, "purpose"))
        try:
            require_values(body, use.values)
            for value in use.values:
                require_variables(value)
        except InvalidInput as refusal:
            raise InvalidInput(refusal.message, path=(*path, "values")) from None


async def templates_by_ids(actor: Actor, template_ids: Sequence[str]) -> dict[str, MessageTemplate]:
    """Give those of the templates whose channel the actor may know of."""
    found = await by_ids(MessageTemplate, [one for one in dict.fromkeys(template_ids) if may_be_id(one, "mtp")])
    known = await channels_by_ids(actor, [template.channel_id for template in found.values()]) if found else {}
    return {one: template for one, template in found.items() if template.channel_id in known}


async def list_templates(
    actor: Actor, channel_id: str, window: Window, *, state: TemplateState | None = None
) -> Slice[MessageTemplate]:
    """List the templates of a channel by name. Raises NotFound for a channel that the actor may not know of."""
    return await read_slice(MessageTemplate, await _query(actor, channel_id, state), BY_NAME, window)


async def count_templates(actor: Actor, channel_id: str, *, state: TemplateState | None = None) -> int:
    """Count what `list_templates` lists."""
    return await count(MessageTemplate, await _query(actor, channel_id, state))


async def require_templates(actor: Actor, channel_id: str) -> Channel:
    """Give a channel whose provider has templates. Raises NotFound, InvalidInput for any other."""
    channel = (await read_channels(actor, [channel_id])).get(channel_id)
    if channel is None:
        raise NotFound("There is no such channel.", path=("channel_id",))
    if not has_templates(channel):
        raise InvalidInput("Only channels of WhatsApp by the adapter META have templates.", path=("channel_id",))
    return channel


def has_templates(channel: Channel) -> bool:
    """Tell whether a channel's provider takes templates, and outside of its window nothing else."""
    return channel.kind is ChannelKind.WHATSAPP and channel.adapter is ChannelAdapter.META


async def _query(actor: Actor, channel_id: str, state: TemplateState | None) -> dict[str, Any]:
    if channel_id not in await channels_by_ids(actor, [channel_id]):
        raise NotFound("There is no such channel.", path=("channel_id",))
    return {"channel_id": channel_id} | ({"state": state.value} if state is not None else {})
