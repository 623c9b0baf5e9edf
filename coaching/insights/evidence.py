"""What shows an insight, of whatever kind: read behind the gate of each, by each viewer anew."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, Any, Final

from pydantic import Field

from auth.actor import SYSTEM, Actor
from care.documents.channels import Environment
from care.reading.cases import cases_by_ids
from care.reading.conversations import messages_by_ids
from care.reading.listening import alerts_by_ids, mentions_by_ids
from coaching.governance.reading import initiatives_by_ids
from community.blog.reading import posts_by_ids
from community.drafts import ids
from community.ideas.reading import ideas_by_ids
from community.insights.documents import Insight
from community.insights.insights import MOST_EVIDENCE, InsightDraft, Shown, create_insight, set_evidence
from community.insights.policies import may_add_insight
from community.insights.reading import require_insight
from community.reading import answers_by_ids, questions_by_ids
from community.wiki.reading import pages_by_ids
from core.errors import NotFound
from core.idempotency import Once
from core.ids import prefix_of

READERS: Final[Mapping[str, Callable[[Actor, Sequence[str]], Awaitable[Mapping[str, Any]]]]] = {
    "ans": answers_by_ids,
    "case": cases_by_ids,
    "ide": ideas_by_ids,
    "ini": initiatives_by_ids,
    "lal": alerts_by_ids,
    "men": mentions_by_ids,
    "msg": messages_by_ids,
    "pst": posts_by_ids,
    "qst": questions_by_ids,
    "wik": pages_by_ids,
}
"""By the prefix of the ids: what can show an insight."""


class ShownInsightDraft(InsightDraft):
    """What somebody learned, with what shows it."""

    evidence_ids: Annotated[list[str], ids(MOST_EVIDENCE, "things")] = Field(default_factory=list)


async def keep_insight(actor: Actor, draft: ShownInsightDraft, *, once: Once) -> Insight:
    """Write down what was learned with what shows it: cases, messages, mentions, questions, ideas, pages, initiatives.

    Raises NotFound for what the actor may not read, what is practised and what shows no insight, and what
    `create_insight` raises.
    """
    may_add_insight(actor).enforce()
    shown = await _shown(actor, draft.evidence_ids)
    if len(shown) < len(draft.evidence_ids):
        raise NotFound("There is nothing with one of these ids that can show an insight.", path=("evidence_ids",))
    return await create_insight(actor, draft, shown=shown, once=once)


async def link_evidence(actor: Actor, insight_id: str, evidence_id: str, *, linked: bool) -> Insight:
    """Say that something shows an insight, or no longer does; saying so again changes nothing.

    Raises NotFound for an insight, and for something to link, that the actor may not read, Forbidden, LimitReached.
    """
    insight = await require_insight(actor, insight_id)
    may_add_insight(actor).enforce()
    if linked:
        found = await _shown(actor, [evidence_id])
        if not found:
            raise NotFound("There is nothing with this id that can show an insight.", path=("evidence_id",))
        return await set_evidence(actor, insight_id, found[0], linked=True)
    others = await _shown(SYSTEM, [one.target_id for one in insight.evidence])
    return await set_evidence(actor, insight_id, Shown(target_id=evidence_id), linked=False, others=others)


async def _shown(actor: Actor, target_ids: Sequence[str]) -> list[Shown]:
    """Give what of it the actor may read, and whose word it is."""
    by_kind: dict[str, list[str]] = {}
    for one in target_ids:
        by_kind.setdefault(prefix_of(one), []).append(one)
    found: dict[str, Any] = {}
    for kind, several in by_kind.items():
        if kind in READERS:
            found.update(await READERS[kind](actor, several))
    real = {one: row for one, row in found.items() if getattr(row, "environment", Environment.LIVE) is Environment.LIVE}
    return [Shown(target_id=one, customer_id=getattr(real[one], "customer_id", None)) for one in target_ids if one in real]
