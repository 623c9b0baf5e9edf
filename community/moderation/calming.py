"""Calming down: slow mode and locks on questions, pages, posts and spaces, by who moderates there, for the record."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final

from pydantic import AwareDatetime, BaseModel, Field

from auth.actor import Actor
from community.blog.reading import posts_by_ids
from community.calm import Calm, CalmAct, CalmEntry, Lock, SlowMode
from community.documents import Question
from community.drafts import text
from community.moderation.calm_log import Calmed, keep_calm_log
from community.moderation.events import CalmEvent, ContentCalmed, QuestionCalmed
from community.reading import questions_by_ids
from community.spaces.documents import Space
from community.spaces.reading import spaces_by_ids
from community.turns.places import is_free, places_of
from community.wiki.reading import pages_by_ids
from core.clock import now
from core.errors import AlreadyDone, Forbidden, InvalidInput, NotFound
from core.ids import prefix_of
from core.records import change

SLOWEST: Final = 86_400
MOST_KEPT: Final = 20
_READERS: Final[dict[str, Callable[[Actor, Sequence[str]], Any]]] = {
    "pst": posts_by_ids,
    "qst": questions_by_ids,
    "spc": spaces_by_ids,
    "wik": pages_by_ids,
}

Reason = Annotated[str, text(3, 1_000)]


class SlowModeDraft(BaseModel):
    """One contribution per member in so many seconds, until a time or for good; 0 ends it."""

    seconds: Annotated[int, Field(ge=0, le=SLOWEST)]
    reason: Reason
    until: AwareDatetime | None = None


class LockDraft(BaseModel):
    """Why only moderators may write, and until when; None: until it is unlocked."""

    reason: Reason
    until: AwareDatetime | None = None


class UnlockDraft(BaseModel):
    """Why everybody may write again."""

    reason: Reason


async def set_slow_mode(actor: Actor, target_id: str, draft: SlowModeDraft, *, expected_version: int) -> Calmed:
    """Let members contribute once in so many seconds to something, or end that.

    Raises NotFound, Forbidden for others than who moderates there, InvalidInput for a time that is past, AlreadyDone for
    ending what does not hold, Conflict.
    """

    def apply(calm: Calm) -> CalmAct:
        if not draft.seconds and calm.slow_now() is None:
            raise AlreadyDone("Slow mode is not on here.", path=("seconds",))
        mode = SlowMode(seconds=draft.seconds, reason=draft.reason, by=actor.member, since=now(), until=draft.until)
        calm.slow_mode = mode if draft.seconds else None
        return CalmAct.SLOW_DOWN if draft.seconds else CalmAct.SPEED_UP

    _require_later(draft.until)
    return await _calm(actor, target_id, apply, reason=draft.reason, expected_version=expected_version)


async def lock(actor: Actor, target_id: str, draft: LockDraft, *, expected_version: int) -> Calmed:
    """Let only moderators write and change something and what stands below it; locking again replaces the lock.

    Raises NotFound, Forbidden for others than who moderates there, InvalidInput for a time that is past, Conflict.
    """

    def apply(calm: Calm) -> CalmAct:
        calm.lock = Lock(reason=draft.reason, by=actor.member, since=now(), until=draft.until)
        return CalmAct.LOCK

    _require_later(draft.until)
    return await _calm(actor, target_id, apply, reason=draft.reason, expected_version=expected_version)


async def unlock(actor: Actor, target_id: str, draft: UnlockDraft, *, expected_version: int) -> Calmed:
    """Let everybody write again. Raises NotFound, Forbidden, AlreadyDone for what is not locked, Conflict."""

    def apply(calm: Calm) -> CalmAct:
        if calm.lock_now() is None:
            raise AlreadyDone("This is not locked.", path=("target_id",))
        calm.lock = None
        return CalmAct.UNLOCK

    return await _calm(actor, target_id, apply, reason=draft.reason, expected_version=expected_version)


async def _calm(actor: Actor, target_id: str, apply: Callable[[Calm], CalmAct], *, reason: str, expected_version: int) -> Calmed:
    target = await _require_target(actor, target_id)
    by = actor.member
    if not is_free(actor, [target] if isinstance(target, Space) else await places_of(target)):
        raise Forbidden("Only who moderates here can do this.")

    def rule(current: Calmed) -> None:
        calm = current.calm.model_copy(deep=True) if current.calm is not None else Calm()
        act = apply(calm)
        number = calm.entries[-1].number + 1 if calm.entries else 1
        entry = CalmEntry(number=number, act=act, reason=reason, by=by, at=now())
        calm.entries = [*calm.entries, entry][-MOST_KEPT:]
        current.calm = calm
        current.record(_fact(current, act, number), actor=actor.id)

    calmed: Calmed = await change(target, rule, expected_version=expected_version)
    await keep_calm_log(calmed)
    return calmed


def _fact(target: Calmed, act: CalmAct, number: int) -> CalmEvent:
    kind = QuestionCalmed if isinstance(target, Question) else ContentCalmed
    return kind(target_id=target.id, act=act.value, number=number)


async def _require_target(actor: Actor, target_id: str) -> Calmed:
    read = _READERS.get(prefix_of(target_id))
    found: Calmed | None = (await read(actor, [target_id])).get(target_id) if read is not None else None
    if found is None:
        raise NotFound("There is no question, page, post or space with this id.", path=("target_id",))
    return found


def _require_later(until: AwareDatetime | None) -> None:
    if until is not None and until <= now():
        raise InvalidInput("Choose a time from now on.", path=("until",))
