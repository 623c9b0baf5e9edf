"""Who is at a case just now, viewing it or replying: a hint for colleagues, which never keeps anybody from anything."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from pydantic import BaseModel
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor, ActorKind
from care.cases.events import PresenceChanged
from care.documents.cases import Case
from care.documents.presence import CasePresence, PresenceActivity
from care.reading.cases import require_case
from core.clock import now
from core.errors import NotFound, Unavailable
from core.ids import derived_id
from core.records import change, save

COUNTS_FOR: Final = timedelta(seconds=45)
"""How long somebody is there after their client last said so; clients say it every 20 s."""
KEPT_FOR: Final = timedelta(days=1)
MOST_SHOWN: Final = 20
_TRIES: Final = 20
_NO_STAFF: Final = frozenset({ActorKind.ANONYMOUS, ActorKind.CUSTOMER})


class PresenceDraft(BaseModel):
    """What the actor does at which case; None: they left it."""

    case_id: str
    activity: PresenceActivity | None = None


async def set_presence(actor: Actor, draft: PresenceDraft) -> Case:
    """Say what the actor does at a case for the next 45 seconds, or that they left it; give the case, which is not changed.

    Colleagues hear of it when it is something else than before. Raises NotFound, Forbidden for who is no member.
    """
    case, member_id = await require_case(actor, draft.case_id), actor.member
    for _ in range(_TRIES):
        try:
            await _set(case.id, member_id, draft.activity, actor=actor.id)
        except (DuplicateKeyError, NotFound):  # another window was faster, or the row was swept away
            continue
        return case
    raise Unavailable("store", "too many windows of one member at one case")


async def presences_of_cases(actor: Actor, case_ids: Sequence[str]) -> dict[str, list[CasePresence]]:
    """Give who is at each of the cases, which the actor was given; who is there for the longest time first."""
    if actor.kind in _NO_STAFF or not case_ids:
        return {}
    query = {"case_id": {"$in": list(case_ids)}, "expires_at": {"$gt": now()}}
    there: dict[str, list[CasePresence]] = {}
    for row in sorted(await CasePresence.find(query).to_list(), key=lambda row: (row.since, row.id)):
        there.setdefault(row.case_id, []).append(row)
    return {case_id: rows[:MOST_SHOWN] for case_id, rows in there.items()}


async def sweep_presences(at_once: int) -> int:
    """Let those be gone whose clients fell silent, each told once; give how many that were."""
    silent = {"expires_at": {"$lte": now()}}
    rows = await CasePresence.find(silent).sort("expires_at").limit(at_once).to_list()
    for row in rows:
        await change(row, _leave_when_silent)
    return len(rows)


async def forget_presences() -> int:
    """Delete rows of who left a day ago; give how many. Runs again without harm, for they count no more."""
    old = {"seen_at": {"$lt": now() - KEPT_FOR}, "expires_at": {"$exists": False}, "pending": {"$exists": False}}
    return (await CasePresence.get_pymongo_collection().delete_many(old)).deleted_count


async def _set(case_id: str, member_id: str, activity: PresenceActivity | None, *, actor: str) -> None:
    found = await CasePresence.get(_id(case_id, member_id))
    if found is not None:
        await change(found, lambda current: _note(current, activity, actor=actor))
    elif activity is not None:
        await _begin(case_id, member_id, activity, actor=actor)


async def _begin(case_id: str, member_id: str, activity: PresenceActivity, *, actor: str) -> None:
    at = now()
    row = CasePresence(
        id=_id(case_id, member_id),
        created_at=at,
        case_id=case_id,
        member_id=member_id,
        activity=activity,
        since=at,
        seen_at=at,
        expires_at=at + COUNTS_FOR,
    )
    row.record(PresenceChanged(case_id=case_id), actor=actor)
    await save(row)


def _note(row: CasePresence, activity: PresenceActivity | None, *, actor: str) -> None:
    at = now()
    before = row.activity if row.expires_at is not None and row.expires_at > at else None
    if activity is not None:
        row.seen_at, row.expires_at = at, at + COUNTS_FOR
    elif row.expires_at is not None:
        row.expires_at = None
    if activity is not before:
        row.activity, row.since = activity or row.activity, at
        row.record(PresenceChanged(case_id=row.case_id), actor=actor)


def _leave_when_silent(row: CasePresence) -> None:
    if _is_silent(row, now()):
        row.expires_at = None
        row.record(PresenceChanged(case_id=row.case_id), actor=row.member_id)


def _is_silent(row: CasePresence, at: datetime) -> bool:
    return row.expires_at is not None and row.expires_at <= at


def _id(case_id: str, member_id: str) -> str:
    return derived_id("prs", case_id, member_id)
