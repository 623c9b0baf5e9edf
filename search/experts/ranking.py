"""How members are ranked by what shows their knowledge: pure arithmetic over clues.

A member's merit is the sum of what each clue gives:

- likeness: CombSUM of the votes of alike answers and cases (Macdonald and Ounis, "Voting for Candidates", CIKM 2006),
  each halved every 90 days;
- topic: activity under the topics that the text is about, halved every 30 days;
- activity: all recent activity, halved every 30 days, which tells who answers these days;
- skill: the skills named in the text that the member is known to have.

Each part is scaled so that the best candidate has 1 of it. A topic with few clues tells little: what its weight lacks
goes to likeness and to activity. Only members with something that bears on the text are candidates at all.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

LIKENESS_HALF_LIFE_DAYS: Final = 90.0
ACTIVITY_HALF_LIFE_DAYS: Final = 30.0
LIKENESS_WEIGHT: Final = 0.2
TOPIC_WEIGHT: Final = 0.5
ACTIVITY_WEIGHT: Final = 0.3
SKILL_WEIGHT: Final = 0.3
FEW: Final = 5
"""With so many clues in all topics together, the topics get half their weight."""
LOAD_PENALTY: Final = 0.05
"""What each open question that waits for a member costs them."""
MOST_LOAD: Final = 5

_DAY_SECONDS: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class Clue:
    """One thing that shows knowledge; `likeness` from 0 to 1 says how alike its source is to the text."""

    id: str
    member_id: str
    weight: float
    occurred_at: datetime
    tags: frozenset[str] = frozenset()
    likeness: float = 0.0


@dataclass(frozen=True, slots=True)
class Merit:
    """What speaks for a member: the sum, and the clues that bear on the text with what each gave, the most first."""

    score: float
    clues: list[tuple[str, float]]


def topics_of(tagged: Iterable[tuple[float, Iterable[str]]], named: Iterable[str]) -> dict[str, float]:
    """Tell which topics a text has, from 0 to 1: those named, and the tags of what is alike, by how alike it is."""
    shares: dict[str, float] = defaultdict(float)
    whole = 0.0
    for likeness, tags in tagged:
        whole += likeness
        for tag in set(tags):
            shares[tag] += likeness
    return {tag: share / whole for tag, share in shares.items() if share} | dict.fromkeys(named, 1.0)


def merits(
    clues: Sequence[Clue], topics: Mapping[str, float], skills: Mapping[str, Mapping[str, float]], at: datetime
) -> dict[str, Merit]:
    """Weigh what speaks for each member on whom a clue bears; `skills` maps members to clues of skill and their worth."""
    likeness, topic, skill, activity = Part(), Part(), Part(), Part()
    for clue in clues:
        fresh = clue.weight * _decay(clue, at, ACTIVITY_HALF_LIFE_DAYS)
        activity.add(clue.member_id, clue.id, fresh)
        topic.add(clue.member_id, clue.id, fresh * sum(topics.get(tag, 0.0) for tag in clue.tags))
        old = clue.weight * _decay(clue, at, LIKENESS_HALF_LIFE_DAYS)
        likeness.add(clue.member_id, clue.id, clue.likeness * old)
    for member_id, worths in skills.items():
        for clue_id, worth in worths.items():
            skill.add(member_id, clue_id, worth)
    candidates = {*likeness.given, *topic.given, *skill.given}
    trust = topic.size / (topic.size + FEW)
    spare = TOPIC_WEIGHT * (1 - trust) / 2
    bearing = [
        likeness.scaled(candidates, LIKENESS_WEIGHT + spare),
        topic.scaled(candidates, TOPIC_WEIGHT * trust),
        skill.scaled(candidates, SKILL_WEIGHT),
    ]
    active = activity.scaled(candidates, ACTIVITY_WEIGHT + spare)
    return {member: _merit(member, bearing, active) for member in sorted(candidates)}


def burden(open_questions: int, unavailability: float) -> float:
    """Tell what to take off a member's merit for the questions that wait for them and for not being there."""
    return LOAD_PENALTY * min(open_questions, MOST_LOAD) + unavailability


class Part:
    """One part of merit: what each clue gives to each member."""

    def __init__(self) -> None:
        self.given: dict[str, dict[str, float]] = {}
        self.size = 0
        """How many clues gave something."""

    def add(self, member_id: str, clue_id: str, amount: float) -> None:
        """Let a clue give something; nothing is not kept."""
        if amount > 0:
            self.given.setdefault(member_id, {})[clue_id] = amount
            self.size += 1

    def scaled(self, members: Iterable[str], weight: float) -> dict[str, dict[str, float]]:
        """Scale what these members were given so that the one with most has `weight`."""
        kept = {member: self.given[member] for member in members if member in self.given}
        most = max((sum(gifts.values()) for gifts in kept.values()), default=1.0)
        return {member: {clue: weight * gift / most for clue, gift in gifts.items()} for member, gifts in kept.items()}


def _merit(member: str, bearing: Sequence[Mapping[str, Mapping[str, float]]], active: Mapping[str, Mapping[str, float]]) -> Merit:
    clues: dict[str, float] = defaultdict(float)
    for part in bearing:
        for clue, gift in part.get(member, {}).items():
            clues[clue] += gift
    ranked = sorted(clues.items(), key=lambda pair: (-pair[1], pair[0]))
    return Merit(sum(clues.values()) + sum(active.get(member, {}).values()), ranked)


def _decay(clue: Clue, at: datetime, half_life_days: float) -> float:
    age_days = max(0.0, (at - clue.occurred_at).total_seconds() / _DAY_SECONDS)
    return float(0.5 ** (age_days / half_life_days))
