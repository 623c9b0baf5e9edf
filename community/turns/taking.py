"""Taking a turn before something is written: locks, slow mode and the limits of newcomers, held by one document per member.

Whatever members write asks here last, right before it is stored. The turn carries a digest of what is written, so that
the same request again (after an answer that was lost, or a process that died) takes no second one.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from auth.actor import Actor
from community.calm import SlowMode
from community.documents import Evidence, EvidenceKind, Member, Question
from community.turns.documents import NewcomerLimits, Pace, Turn
from community.turns.limits import limits_now
from community.turns.places import Place, is_free, places_of
from community.turns.policies import DAY, may_take_turn, may_write_at
from core.clock import now
from core.defaults import change_or_insert, stored_or
from core.ids import derived_id


async def require_unlocked(actor: Actor, root: object) -> None:
    """Refuse to change something in what is locked, or in a space that is. Raises Locked for others than moderators."""
    may_write_at(actor, await places_of(root)).enforce()


async def take_turn_below(actor: Actor, identifier: str, root: object, limits: NewcomerLimits | None = None) -> None:
    """Take a turn to write something below a question, a page or a post. Raises as `take_turn`."""
    await take_turn(actor, identifier, await places_of(root), limits)


async def take_turn(actor: Actor, identifier: str, places: Sequence[Place], limits: NewcomerLimits | None = None) -> None:
    """Take a turn to write what will have this id. Whoever has just read the limits (`limits_now`) gives them.

    Raises Locked, and RateLimited when slow mode or the limits of newcomers say that it is too soon. Moderators are
    free, and so is what members answer to the front office: a consultation waits for no limit.
    """
    may_write_at(actor, places).enforce()
    if is_free(actor, places) or any(isinstance(one, Question) and one.consultation_id is not None for one in places):
        return
    calmed = [(place.id, place.calm.slow_now()) for place in places if place.calm is not None]
    slow = {place_id: mode for place_id, mode in calmed if mode is not None}
    limits = limits or await limits_now()
    if not (slow or limits.per_hour or limits.per_day):
        return
    holding, pace = await asyncio.gather(_limits_of(actor, limits), _pace_of(actor.member))
    if slow or holding is not None:
        await _take(pace, hashlib.sha256(identifier.encode()).hexdigest()[:32], slow, holding)


async def take_customer_turn(actor: Actor, identifier: str, root: object, *, per_hour: int, per_day: int) -> None:
    """Take a customer's turn to write below a question. Raises Locked, RateLimited."""
    places = await places_of(root)
    may_write_at(actor, places).enforce()
    limits = NewcomerLimits(id="ncl_customers", created_at=now(), per_hour=per_hour, per_day=per_day)
    slow = {place.id: mode for place in places if place.calm is not None and (mode := place.calm.slow_now()) is not None}
    await _take(await _pace_of(actor.id), hashlib.sha256(identifier.encode()).hexdigest()[:32], slow, limits)


async def _pace_of(member_id: str) -> Pace:
    """Give what somebody wrote lately."""
    return await stored_or(Pace(id=derived_id("pac", member_id), created_at=now()))


async def _take(pace: Pace, digest: str, slow: dict[str, SlowMode], limits: NewcomerLimits | None) -> None:
    """Store the turn by one guarded write, so that of several at once no more pass than may."""
    at = now()

    def rule(current: Pace) -> None:
        _forget(current, at)
        if any(turn.digest == digest for turn in (*current.turns, *current.last_in.values())):
            return
        may_take_turn(current, slow, limits, at).enforce()
        turn = Turn(digest=digest, at=at)
        current.last_in = {**current.last_in, **dict.fromkeys(slow, turn)}
        current.turns = [*current.turns, turn] if limits is not None else current.turns

    await change_or_insert(pace, rule)


def _forget(pace: Pace, at: datetime) -> None:
    """Let go of what is more than a day ago: no limit and no slow mode looks back further."""
    pace.turns = [turn for turn in pace.turns if turn.at + DAY > at]
    pace.last_in = {place_id: turn for place_id, turn in pace.last_in.items() if turn.at + DAY > at}


async def _limits_of(actor: Actor, limits: NewcomerLimits) -> NewcomerLimits | None:
    """Give the limits as far as they hold for somebody; None for who is not new, and while there are none."""
    if not (limits.per_hour or limits.per_day):
        return None
    member, accepted = await asyncio.gather(Member.get(actor.member), _accepted(actor.member, limits.contributions))
    is_young = limits.days and member is not None and member.created_at + timedelta(days=limits.days) > now()
    return limits if is_young or accepted < limits.contributions else None


async def _accepted(member_id: str, most: int) -> int:
    """Count somebody's accepted answers up to a number."""
    if not most:
        return 0
    kind = EvidenceKind.ACCEPTED_ANSWER.value
    shown = Evidence.find({"member_id": member_id, "kind": kind, "withdrawn_at": {"$exists": False}})
    return await shown.limit(most).count()
