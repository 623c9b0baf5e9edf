"""Marking what only a person can judge, and taking a channel live with whatever is open."""

from dataclasses import dataclass

from pydantic import BaseModel

from auth.actor import Actor, Permission
from care.channels import read_channels
from care.documents.channels import Channel, Environment, GoLiveMark, GoLivePoint, WentLive
from care.events import ChannelChanged
from care.going_live.checking import MANUAL, Checklist, checked
from care.going_live.events import ChannelWentLive, GoLivePointMarked
from community.drafts import Remark
from core.clock import now
from core.errors import AlreadyDone, InvalidInput, NotFound
from core.records import change


class MarkDraft(BaseModel):
    """Which point of which channel was looked at, with a note; not done: that it has to be looked at again."""

    channel_id: str
    point: GoLivePoint
    done: bool = True
    note: Remark | None = None


class GoLiveDraft(BaseModel):
    """Which channel is to speak with real customers, and why although something is open."""

    channel_id: str
    note: Remark | None = None


@dataclass(frozen=True, slots=True)
class Live:
    """A channel that went live, and the checklist as it stood then."""

    channel: Channel
    checklist: Checklist


async def mark_point(actor: Actor, draft: MarkDraft, *, expected_version: int) -> Checklist:
    """Say that a point which no machine can see is done, or that it is not after all; give the checklist.

    `expected_version` is the channel's. Raises Forbidden without `channel:manage`, NotFound, InvalidInput for a point that is
    looked at by the machine, Conflict.
    """
    channel = await _managed(actor, draft.channel_id)
    if draft.point not in MANUAL:
        raise InvalidInput("This point is looked at by itself; mend what it names and it is met.", path=("point",))

    def rule(current: Channel) -> None:
        others = [mark for mark in current.go_live_marks if mark.point is not draft.point]
        mine = [GoLiveMark(point=draft.point, by=actor.id, at=now(), note=draft.note)] if draft.done else []
        current.go_live_marks = [*others, *mine]
        marked = GoLivePointMarked(channel_id=current.id, point=draft.point, done=draft.done)
        current.record(marked, actor=actor.id)

    return await checked(actor, await change(channel, rule, expected_version=expected_version))


async def take_live(actor: Actor, draft: GoLiveDraft, *, expected_version: int) -> Live:
    """Let a channel that was for practice speak with real customers; what is open is kept with who did it, and stops nobody.

    What was said for practice stays so: real customers begin new conversations and cases. `expected_version` is the channel's.
    Raises Forbidden without `channel:manage`, NotFound, AlreadyDone for one that is live, InvalidInput for one out of use,
    Conflict.
    """
    channel = await _managed(actor, draft.channel_id)
    checklist = await checked(actor, channel)
    left = [one.point for one in checklist.open]

    def rule(current: Channel) -> None:
        if current.environment is Environment.LIVE:
            raise AlreadyDone("This channel is live already.", path=("channel_id",))
        if not current.sealed_secrets:
            raise InvalidInput("This is the house's own channel for practice; set up one for customers.", path=("channel_id",))
        if current.archived_at is not None:
            raise InvalidInput("This channel is out of use; take it into use again first.", path=("channel_id",))
        current.environment = Environment.LIVE
        current.went_live = WentLive(by=actor.id, at=now(), note=draft.note, open_points=left)
        current.record(ChannelWentLive(channel_id=current.id), actor=actor.id)
        current.record(ChannelChanged(channel_id=current.id), actor=actor.id)

    return Live(await change(channel, rule, expected_version=expected_version), checklist)


async def _managed(actor: Actor, channel_id: str) -> Channel:
    actor.require(Permission.CHANNEL_MANAGE)
    channel = (await read_channels(actor, [channel_id])).get(channel_id)
    if channel is None:
        raise NotFound("There is no such channel.", path=("channel_id",))
    return channel
