"""Whether somebody may write where moderators calmed things down: pure rules."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from auth.actor import Actor
from community.calm import SlowMode
from community.policies import ALLOWED, Ruling
from community.turns.documents import NewcomerLimits, Pace
from community.turns.errors import Locked
from community.turns.places import Place, is_free
from core.errors import RateLimited

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def may_write_at(actor: Actor, places: Sequence[Place]) -> Ruling:
    """Allow everybody what is not locked, neither itself nor its space, and moderators what is."""
    locks = [lock for place in places if place.calm is not None and (lock := place.calm.lock_now()) is not None]
    if not locks or is_free(actor, places):
        return ALLOWED
    until = f" until {locks[0].until:%Y-%m-%d %H:%M} UTC" if locks[0].until is not None else ""
    return Ruling(Locked(f"Moderators locked this{until}: {locks[0].reason}"))


def may_take_turn(pace: Pace, slow: dict[str, SlowMode], limits: NewcomerLimits | None, at: datetime) -> Ruling:
    """Allow one more where the last ones are long enough ago."""
    for place_id, mode in slow.items():
        last = pace.last_in.get(place_id)
        if last is not None and (over := last.at + timedelta(seconds=mode.seconds)) > at:
            return _wait(f"Slow mode is on here: one contribution in {mode.seconds} seconds.", over, at)
    if limits is None:
        return ALLOWED
    for most, span, name in ((limits.per_hour, HOUR, "an hour"), (limits.per_day, DAY, "a day")):
        within = [turn.at for turn in pace.turns if turn.at + span > at]
        if most and len(within) >= most:
            message = f"For now you can write at most {most} questions, answers and comments in {name}."
            return _wait(message, sorted(within)[-most] + span, at)
    return ALLOWED


def _wait(message: str, over: datetime, at: datetime) -> Ruling:
    seconds = max(1, -int((at - over).total_seconds() // 1))
    return Ruling(RateLimited(f"{message} Try again in {seconds} seconds.", retry_after=seconds))
