"""What is looked at before a channel goes live: each point with how it stands, why, and how to mend it."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from auth.actor import Actor, Permission
from care import assignment_order, sla_order
from care.channel_health import ChannelHealth, health_of
from care.channels import read_channels
from care.documents.answer_bank import AnswerBankEntry, AnswerBankStatus
from care.documents.cases import Case
from care.documents.channels import Channel, ChannelAdapter, ChannelKind, Environment, GoLivePoint
from care.documents.phrases import PhraseBookKind
from care.documents.service_levels import SlaConditions
from care.phrase_books import read_phrases
from care.reading.shifts import gaps_of
from core.clock import now
from core.text.language import LANGUAGES

AHEAD: Final = timedelta(hours=24)
MANUAL: Final = frozenset({GoLivePoint.TEAM_BRIEFED, GoLivePoint.PRIVACY_NOTICE, GoLivePoint.ESCALATION_KNOWN})
"""What no machine can see: a person says that it is done."""
_INSIDE: Final = frozenset({ChannelKind.PORTAL, ChannelKind.PHONE, ChannelKind.LETTER, ChannelKind.WEB_FORM})
"""Kinds by which nothing is delivered by another system and nothing leaves."""


class PointState(StrEnum):
    """How a point of the checklist stands."""

    MET = "MET"
    OPEN = "OPEN"
    NOT_NEEDED = "NOT_NEEDED"


@dataclass(frozen=True, slots=True)
class PointView:
    """A point of the checklist, as it stands now."""

    point: GoLivePoint
    state: PointState
    reason: str
    remedy: str | None = None
    """How to mend it; there exactly while it is OPEN."""


@dataclass(frozen=True, slots=True)
class Checklist:
    """Everything that is looked at before a channel goes live."""

    channel: Channel
    points: list[PointView]

    @property
    def open(self) -> list[PointView]:
        """List what is not met."""
        return [one for one in self.points if one.state is PointState.OPEN]


async def go_live_checklist(actor: Actor, channel_id: str) -> Checklist | None:
    """Look at everything that a channel needs before it goes live; None when there is none for this actor.

    Raises Forbidden without `channel:manage`.
    """
    actor.require(Permission.CHANNEL_MANAGE)
    channel = (await read_channels(actor, [channel_id])).get(channel_id)
    return await checked(actor, channel) if channel is not None else None


async def checked(actor: Actor, channel: Channel) -> Checklist:
    """Look at everything that a channel needs, as it is now."""
    health = (await health_of(actor, [channel.id])).get(channel.id, ChannelHealth())
    looked = await asyncio.gather(
        _test_message(channel), _assignment(channel), _service_level(channel), _duty(channel), _holding_reply(), _answer_bank()
    )
    by_hand = [_by_hand(channel, point) for point in GoLivePoint if point in MANUAL]
    return Checklist(channel, [_signature(channel), _way_out(channel, health), *looked, *by_hand])


def _met(point: GoLivePoint, reason: str) -> PointView:
    return PointView(point, PointState.MET, reason)


def _open(point: GoLivePoint, reason: str, remedy: str) -> PointView:
    return PointView(point, PointState.OPEN, reason, remedy)


def _signature(channel: Channel) -> PointView:
    point = GoLivePoint.SIGNATURE
    if channel.kind in _INSIDE:
        return PointView(point, PointState.NOT_NEEDED, "Nobody else delivers to this kind of channel.")
    if channel.adapter is not ChannelAdapter.GENERIC and channel.sealed_credentials is None:
        return _open(point, "The provider's keys are missing.", "Enter them with `updateChannel`.")
    if not channel.sealed_secrets:
        return _open(point, "There is no secret that deliveries are signed by.", "Make one with `rotateChannelSecret`.")
    return _met(point, "Deliveries are proved by a secret.")


def _way_out(channel: Channel, health: ChannelHealth) -> PointView:
    point = GoLivePoint.WAY_OUT
    if channel.kind in _INSIDE:
        return PointView(point, PointState.NOT_NEEDED, "Nothing leaves by this kind of channel.")
    if channel.adapter is ChannelAdapter.GENERIC and channel.send_url is None:
        return _open(point, "Replies have nowhere to go: they would stay here.", "Enter a `sendUrl` with `updateChannel`.")
    if channel.adapter is not ChannelAdapter.GENERIC and channel.sealed_credentials is None:
        return _open(point, "Nothing can be sent without the provider's keys.", "Enter them with `updateChannel`.")
    return _lately(channel, health)


def _lately(channel: Channel, health: ChannelHealth) -> PointView:
    """Judge a way out by what happened on it last: a reply, or a test call."""
    point, failed, sent = GoLivePoint.WAY_OUT, health.last_failed_at, health.last_sent_at
    if (tried := _tried(channel, max((at for at in (failed, sent) if at is not None), default=None))) is not None:
        return tried
    if failed is not None and (sent is None or failed > sent):
        reason = f"The last try to send failed: {health.failed_because or 'no reason was given'}"
        return _open(point, reason, "Mend what the reason names; it is met when the next reply leaves.")
    return _met(point, "Replies leave." if sent is not None else "Replies have a way out, and none has failed.")


def _tried(channel: Channel, happened_at: datetime | None) -> PointView | None:
    """Say what the last test call showed; None without one, and once a later reply has shown more."""
    probe, point = channel.probe, GoLivePoint.WAY_OUT
    if probe is None or probe.ended_at is None or (happened_at is not None and happened_at > probe.ended_at):
        return None
    if probe.failed_because is None:
        return _met(point, "The send URL answered a signed test call.")
    remedy = "Mend what the reason names, and try it again with `probeChannel`."
    return _open(point, f"The test call came to nothing: {probe.failed_because}", remedy)


async def _test_message(channel: Channel) -> PointView:
    point = GoLivePoint.TEST_MESSAGE
    query = {"environment": Environment.PRACTICE.value, "channel_id": channel.id}
    if await Case.find(query).limit(1).to_list():
        return _met(point, "A message came in for practice and became a case.")
    remedy = "Send the channel a message while it is for practice, and look at the case that it becomes."
    return _open(point, "No message came in for practice.", remedy)


async def _assignment(channel: Channel) -> PointView:
    point = GoLivePoint.ASSIGNMENT
    policies, _ = await assignment_order.read_policies()
    fitting = [policy.name for policy in policies if _covers(policy.conditions, channel)]
    if fitting:
        return _met(point, f"New cases are given out by {fitting[0]}.")
    remedy = "Make a policy for the channel with `createAssignmentPolicy`."
    return _open(point, "No policy gives the channel's cases to anybody.", remedy)


async def _service_level(channel: Channel) -> PointView:
    point = GoLivePoint.SERVICE_LEVEL
    policies, _ = await sla_order.read_policies()
    fitting = [policy.name for policy in policies if _covers(policy.conditions, channel)]
    if fitting:
        return _met(point, f"What is promised is said by {fitting[0]}.")
    reason = "No policy says what is promised here; the product's own 30 minutes to the first answer hold."
    return _open(point, reason, "Make a policy for the channel with `createSlaPolicy`.")


def _covers(conditions: SlaConditions, channel: Channel) -> bool:
    """Tell whether a policy can be for the LIVE cases of a channel; what else it asks for is a case's own."""
    asked = (
        (conditions.channel_ids, channel.id),
        (conditions.channel_kinds, channel.kind),
        (conditions.environments, Environment.LIVE),
    )
    return all(not wanted or held in wanted for wanted, held in asked)


async def _duty(channel: Channel) -> PointView:
    point, at = GoLivePoint.DUTY, now()
    gaps = await gaps_of([channel.id], (at, at + AHEAD))
    if not gaps:
        return _met(point, "Somebody is on duty at all times of the next 24 hours in which the channel needs it.")
    first = min(gap.starts_at for gap in gaps)
    remedy = "Plan shifts for the channel with `createShift`, or say with `setCoverage` when it needs nobody."
    return _open(point, f"Too few are on duty from {first:%Y-%m-%d %H:%M} UTC on.", remedy)


async def _holding_reply() -> PointView:
    point = GoLivePoint.HOLDING_REPLY
    there = {phrase.locale for phrase in (await read_phrases(PhraseBookKind.HOLDING_REPLY)).phrases}
    missing = [language for language in LANGUAGES if language not in there]
    if not missing:
        return _met(point, "A holding reply is there in every language.")
    return _open(point, f"There is no holding reply in: {', '.join(missing)}.", "Write it with `setPhrases`.")


async def _answer_bank() -> PointView:
    point = GoLivePoint.ANSWER_BANK
    if await AnswerBankEntry.find({"status": AnswerBankStatus.APPROVED.value}).limit(1).to_list():
        return _met(point, "There are approved answers to reuse.")
    return _open(point, "The answer bank has no approved answer.", "Write answers with `createAnswerBankEntry` and approve them.")


def _by_hand(channel: Channel, point: GoLivePoint) -> PointView:
    mark = next((mark for mark in channel.go_live_marks if mark.point is point), None)
    if mark is None:
        return _open(point, "Nobody has said that it is done.", "Look at it, and say so with `markGoLivePoint`.")
    return _met(point, mark.note or "Somebody has said that it is done.")
