"""The ledger of points: each cause is in it once, counts within the limits of its day, and no more when it holds no longer."""

from collections import Counter
from datetime import datetime
from typing import Final

from pydantic import BaseModel, Field
from pymongo.errors import DuplicateKeyError

from coaching.recognition.events import PointsChanged
from coaching.recognition.point_rules import read_point_rules
from coaching.recognition.points_documents import LedgerEntry, PointCause, PointDay, PointRule
from core.clock import now
from core.ids import derived_id
from core.records import change, save

ANONYMOUS: Final = "anonymous"
"""Who accepts without a name: all of them together are one other person, so that the limits tell nobody who it was."""


class Award(BaseModel):
    """That somebody accepted something of a member."""

    member_id: str
    cause: PointCause
    source_id: str
    giver: str
    at: datetime
    apart: str = ""
    """What tells several of one source apart: the voter."""
    space_id: str | None = None
    closed_space_id: str | None = None
    tags: list[str] = Field(default_factory=list)

    @property
    def key(self) -> str:
        """Give what makes it happen once."""
        return derived_id("pte", self.cause.value, self.source_id, self.member_id, self.apart)


async def award(given: Award, *, anew: bool = True) -> None:
    """Let something count, once; what counted before and was withdrawn counts again. With `anew=False` only the latter."""
    found = await PointDay.find_one({"entries.key": given.key})
    if found is None and anew:
        found = await _entered(given)
    if found is not None:
        await change(found, lambda current: _renew(current, given))


async def withdraw(source_id: str, *, besides: frozenset[str] = frozenset()) -> None:
    """Let what came of a source count no longer, but for the entries of these keys."""
    for day in await PointDay.find({"entries.source_id": source_id}).to_list():
        await change(day, lambda current: _withdraw(current, source_id, besides))


async def _entered(given: Award) -> PointDay | None:
    """Put a cause into the member's day; give the day where it stands already when somebody was first."""
    rules = await read_point_rules()
    rule = next(one for one in rules.rules if one.cause is given.cause)
    entry = _entry(given, rule, rules.version)
    day = given.at.date().isoformat()
    identifier = derived_id("ptd", given.member_id, day)
    try:
        if (found := await PointDay.get(identifier)) is not None:
            await change(found, lambda current: _add(current, entry))
        else:
            made = PointDay(id=identifier, created_at=now(), member_id=given.member_id, day=day, entries=[entry])
            _recount(made)
            await save(made)
    except DuplicateKeyError:
        return await PointDay.find_one({"entries.key": entry.key}) or await _entered(given)
    return None


def _entry(given: Award, rule: PointRule, version: int) -> LedgerEntry:
    return LedgerEntry(
        key=given.key,
        source_id=given.source_id,
        giver=given.giver,
        at=given.at,
        rule=rule,
        rules_version=version,
        space_id=given.space_id,
        closed_space_id=given.closed_space_id,
        tags=given.tags,
    )


def _add(day: PointDay, entry: LedgerEntry) -> None:
    if all(one.key != entry.key for one in day.entries):
        day.entries = [*day.entries, entry]
        _recount(day)


def _renew(day: PointDay, given: Award) -> None:
    fresh = {"space_id": given.space_id, "closed_space_id": given.closed_space_id, "tags": given.tags, "withdrawn": False}
    entries = [one.model_copy(update=fresh) if one.key == given.key else one for one in day.entries]
    if entries != day.entries:
        day.entries = entries
        _recount(day)


def _withdraw(day: PointDay, source_id: str, besides: frozenset[str]) -> None:
    gone = {one.key for one in day.entries if one.source_id == source_id and one.key not in besides and not one.withdrawn}
    if gone:
        day.entries = [one.model_copy(update={"withdrawn": True}) if one.key in gone else one for one in day.entries]
        _recount(day)


def _recount(day: PointDay) -> None:
    """Count the day anew: of each cause the first ones up to its limits, a withdrawn one leaves its place to the next."""
    seen: Counter[tuple[str, ...]] = Counter()
    counted: dict[str, int] = {}
    for entry in sorted(day.entries, key=lambda one: (one.at, one.key)):
        of_cause, of_pair = (entry.rule.cause.value,), (entry.rule.cause.value, entry.giver)
        counts = not entry.withdrawn and seen[of_cause] < entry.rule.most_a_day and seen[of_pair] < entry.rule.most_from_one
        counted[entry.key] = entry.rule.points if counts else 0
        seen.update([of_cause, of_pair] if counts else [])
    day.entries = [one.model_copy(update={"counted": counted[one.key]}) for one in day.entries]
    day.total = sum(counted.values())
    day.record(PointsChanged(day_id=day.id))
