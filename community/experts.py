"""Why somebody is thought to know something: evidence, and what finds experts by it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from auth.actor import Actor
from community.documents import Answer, Evidence, EvidenceKind
from core.clock import now
from core.ids import derived_id
from core.records import by_ids

ANSWER_WEIGHT: Final = 1.0
ACCEPTED_ANSWER_WEIGHT: Final = 3.0
WIKI_EDIT_WEIGHT: Final = 1.5
ENDORSEMENT_WEIGHT: Final = 1.5
_OF_ANSWERS: Final = (EvidenceKind.ANSWER, EvidenceKind.ACCEPTED_ANSWER)
_PAGE: Final = 500


async def record_evidence(  # noqa: PLR0913 - one argument for each field of a reason; care calls it by keywords
    member_id: str,
    kind: EvidenceKind,
    *,
    source_id: str,
    text: str,
    tags: Sequence[str],
    weight: float,
    occurred_at: datetime,
    closed_space_id: str | None = None,
    question_id: str | None = None,
) -> None:
    """Keep one reason to believe that a member knows something; the same member, kind and source is one reason.

    With `closed_space_id` only members of that space are told of it; of an answer `question_id` says below what it stands.
    """
    kept: dict[str, object] = {
        "member_id": member_id,
        "kind": kind.value,
        "source_id": source_id,
        "text": text,
        "tags": list(tags),
        "weight": weight,
        "occurred_at": occurred_at,
    }
    key = {"_id": evidence_id(member_id, kind, source_id)}
    gone = {"withdrawn_at": ""}
    for name, value in (("closed_space_id", closed_space_id), ("question_id", question_id)):
        if value is not None:
            kept[name] = value
        else:
            gone[name] = ""
    command = {"$set": kept, "$unset": gone}
    await Evidence.get_pymongo_collection().update_one(key, command, upsert=True)


async def withdraw_evidence(member_id: str, kind: EvidenceKind, *, source_id: str) -> None:
    """Let a reason count no longer; `record_evidence` brings it back. What was never recorded stays so."""
    key = {"_id": evidence_id(member_id, kind, source_id), "withdrawn_at": {"$exists": False}}
    await Evidence.get_pymongo_collection().update_one(key, {"$set": {"withdrawn_at": now()}})


async def complete_evidence() -> int:
    """Let what was recorded of answers before it named their questions name them; tell of how many. Can run twice.

    `kopru migrate` does so: what names no question tells nothing of what is like that question.
    """
    rows, last, completed = Evidence.get_pymongo_collection(), "", 0
    nameless = {"kind": {"$in": [kind.value for kind in _OF_ANSWERS]}, "question_id": {"$exists": False}}
    while True:
        page = await rows.find({"_id": {"$gt": last}, **nameless}, {"source_id": 1}).sort("_id", 1).limit(_PAGE).to_list()
        answers = await by_ids(Answer, {row["source_id"] for row in page})
        for row in page:
            if (answer := answers.get(row["source_id"])) is not None:
                await rows.update_one({"_id": row["_id"], **nameless}, {"$set": {"question_id": answer.question_id}})
                completed += 1
        if len(page) < _PAGE:
            return completed
        last = page[-1]["_id"]


def evidence_id(member_id: str, kind: EvidenceKind, source_id: str) -> str:
    """Give the id that this reason always has."""
    return derived_id("evd", member_id, kind.value, source_id)


@dataclass(frozen=True, slots=True)
class ExpertSuggestion:
    """Somebody worth asking; `score` orders one list and means nothing across lists, `reasons` are the strongest first."""

    member_id: str
    score: float
    reasons: list[Evidence]


class ExpertFinder(Protocol):
    """Finds who is likely to know something; search implements it, bootstrap hands it to who needs it."""

    async def suggest(
        self, actor: Actor, text: str, *, tags: Sequence[str], exclude: Sequence[str], limit: int
    ) -> list[ExpertSuggestion]:
        """Suggest up to `limit` members whom the actor may read, best first, none of `exclude`."""
        ...
