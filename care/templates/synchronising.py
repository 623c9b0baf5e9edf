"""Reading a channel's message templates from its provider: asked by a member, done by the worker."""

from typing import Final

from pymongo.errors import DuplicateKeyError

from auth.actor import Actor, Permission
from care.channels import open_keys
from care.documents.channels import Channel, TemplateSync
from care.documents.templates import MessageTemplate, TemplateState
from care.jobs import TEMPLATES, jobs
from care.providers.adapter import NotTaken, Refused
from care.providers.meta.credentials import MetaCredentials
from care.providers.meta.templates import ToldTemplate, fetch_templates
from care.templates.events import TemplateSyncAsked
from care.templates.keeping import require_templates
from care.templates.states import note_change
from core.clock import now
from core.errors import AlreadyDone, InvalidInput
from core.ids import derived_id
from core.leases import TRIES, GiveUp, Job, TryLater
from core.outbound import AddressRefused, AnswerTooLarge, Outbound, Unreachable
from core.records import change, save
from core.secrets import Keyring

_LONGEST_PAUSE: Final = 3_600.0
_LONGEST_REASON: Final = 500
_PAUSE: Final = 5.0
_READ_ANEW: Final = {"synchronised_at", "told_at"}


async def synchronise_templates(actor: Actor, channel_id: str, *, keyring: Keyring, expected_version: int) -> Channel:
    """Have the templates of a channel read from its provider, by the worker; `Channel.template_sync` says what came of it.

    Raises Forbidden without `channel:manage`, NotFound, InvalidInput for a channel that has none and one without a business
    account, AlreadyDone while they are being read, Conflict.
    """
    actor.require(Permission.CHANNEL_MANAGE)
    channel = await require_templates(actor, channel_id)
    credentials = open_keys(channel, keyring).credentials
    if not isinstance(credentials, MetaCredentials) or credentials.business_account_id is None:
        raise InvalidInput("Enter the business account id first (updateChannel).", path=("channel_id",))

    def rule(current: Channel) -> None:
        before = current.template_sync
        if before is not None and before.ended_at is None:
            raise AlreadyDone("The templates are being read already.", path=("channel_id",))
        number = before.number + 1 if before is not None else 1
        current.template_sync = TemplateSync(number=number, asked_by=actor.id, asked_at=now())
        current.record(TemplateSyncAsked(channel_id=current.id), actor=actor.id)

    return await follow_up_sync(await change(channel, rule, expected_version=expected_version))


async def follow_up_sync(channel: Channel) -> Channel:
    """Have the templates read: one job for each time it is asked, however often this runs."""
    sync = channel.template_sync
    if sync is not None and sync.ended_at is None:
        await jobs().add(f"templates:{channel.id}:{sync.number}", {"kind": TEMPLATES, "channel_id": channel.id})
    return channel


async def read_templates(job: Job, *, keyring: Keyring, outbound: Outbound) -> None:
    """Read the templates of a job's channel; the twelfth try in vain ends it with the reason.

    Raises GiveUp where there is no such channel, TryLater to be called again.
    """
    channel = await Channel.get(job.row["channel_id"])
    if channel is None or channel.template_sync is None:
        raise GiveUp("there is no such channel")
    if channel.template_sync.ended_at is not None:
        return
    try:
        told = await fetch_templates(_credentials(channel, keyring), outbound)
    except (Refused, AddressRefused) as refusal:
        await _end(channel, error=str(refusal))
    except (NotTaken, Unreachable, AnswerTooLarge) as error:
        await _not_yet(channel, job, error)
    else:
        await keep_told(channel, told)
        await _end(channel, found=len(told))


def _credentials(channel: Channel, keyring: Keyring) -> MetaCredentials:
    credentials = open_keys(channel, keyring).credentials
    if not isinstance(credentials, MetaCredentials):
        raise Refused("The channel is not set up. Ask an administrator to enter its credentials.")
    return credentials


async def keep_told(channel: Channel, told: list[ToldTemplate]) -> None:
    """Let the channel's templates be as the provider tells; those that it tells nothing of are gone. Can run twice."""
    for one in told:
        await _keep(channel, one)
    names = {(one.name, one.language) for one in told}
    for template in await MessageTemplate.find({"channel_id": channel.id}).to_list():
        if (template.name, template.language) not in names and template.synchronised_at is not None:
            await change(template, _gone)


async def _keep(channel: Channel, told: ToldTemplate) -> None:
    place = {"channel_id": channel.id, "name": told.name, "language": told.language}
    found = await MessageTemplate.find_one(place)
    if found is None:
        identifier = derived_id("mtp", channel.id, told.name, told.language)
        found = MessageTemplate(id=identifier, created_at=now(), **place, body=told.body)
        _follow(found, told)
        try:
            await save(found)
        except DuplicateKeyError:  # entered by hand a moment ago
            await _keep(channel, told)
        return
    await change(found, lambda current: _follow(current, told))


def _follow(template: MessageTemplate, told: ToldTemplate) -> None:
    at = now()
    was_usable, before = template.usable, template.model_dump(exclude=_READ_ANEW)
    if told.state is not template.state or told.reason is not None:
        template.reason = told.reason
    template.category, template.state = told.category, told.state
    template.body, template.header, template.footer = told.body, told.header, told.footer
    template.objection, template.quality = told.objection, told.quality or template.quality
    if template.revision == 0 or template.model_dump(exclude=_READ_ANEW) != before:
        note_change(template, was_usable=was_usable)
    template.synchronised_at = template.told_at = at


def _gone(template: MessageTemplate) -> None:
    if template.state is not TemplateState.DELETED:
        was_usable = template.usable
        template.state, template.reason = TemplateState.DELETED, None
        note_change(template, was_usable=was_usable)


async def _end(channel: Channel, *, found: int | None = None, error: str | None = None) -> None:
    def rule(current: Channel) -> None:
        if current.template_sync is not None and current.template_sync.ended_at is None:
            ended = {"ended_at": now(), "found": found, "error": error[:_LONGEST_REASON] if error else None}
            current.template_sync = current.template_sync.model_copy(update=ended)

    await change(channel, rule)


async def _not_yet(channel: Channel, job: Job, error: Exception) -> None:
    if job.attempt >= TRIES:
        await _end(channel, error=f"{error}, and so {job.attempt} times")
        return
    asked = error.retry_after if isinstance(error, NotTaken) else None
    raise TryLater(str(error), pause=min(max(asked or _PAUSE, 1.0), _LONGEST_PAUSE), failure=True)
