"""Finding members who are likely to know something, with the reasons for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from auth.actor import Actor
from community.documents import Evidence, Member
from search.engine import SearchEngine


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Somebody worth asking; `score` orders one list and means nothing across lists, `reasons` are the strongest first."""

    member: Member
    score: float
    reasons: list[Evidence]


async def suggest(  # noqa: PLR0913 - the protocol's own arguments and the engine
    actor: Actor, engine: SearchEngine, text: str, *, tags: Sequence[str] = (), exclude: Sequence[str] = (), limit: int = 5
) -> list[Suggestion]:
    """Suggest up to `limit` members whom the actor may read, best first: neither the actor nor anybody of `exclude`."""
    return []
