"""Two cases that are one: the duplicate is closed as merged, and all that belongs to it goes over to the other case."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pydantic import BaseModel
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor
from care.cases import clocks, lifecycle
from care.cases.changing import Overtaken
from care.cases.consulted import project_consulted
from care.cases.cycle_terms import under
from care.cases.events import CaseAbsorbed, CaseMerged
from care.cases.intents import hear_intent
from care.cases.last_message import show_last
from care.cases.moving import move_children
from care.cases.rules import read_rules
from care.documents.case_rules import CaseRules
from care.documents.case_states import CaseOrigin, CaseStatus, Priority
from care.documents.cases import Case
from care.documents.clocks import ResponseClock
from care.documents.custom_fields import token_of
from care.documents.merges import MERGED, Merge
from care.documents.mistakes import MOST_MISTAKES
from care.policies import may_merge_case, require_right
from care.reading.cases import cases_by_ids
from care.reading.customers import same_customers
from community.drafts import MOST_CASE_TAGS, Remark
from core.clock import now
from core.errors import InvalidInput, LimitReached, NotFound, Unavailable
from core.events import SYSTEM
from core.records import change

_TRIES: Final = 50
_AWAKE: Final = frozenset({CaseStatus.NEW, CaseStatus.OPEN})
_URGENCY: Final = tuple(Priority)


class MergeDraft(BaseModel):
    """Which case is the duplicate, and of which other one."""

    case_id: str
    into_id: str
    reason: Remark | None = None


@dataclass(frozen=True, slots=True)
class MergedCases:
    """The duplicate, closed, and the case that has all of it now."""

    case: Case
    into: Case


async def merge_cases(actor: Actor, draft: MergeDraft, *, expected_version: int) -> MergedCases:
    """Close a case as the duplicate of another one of the same customer, to which everything of it goes over.

    Conversations, messages, obligations, consultations, recorded mistakes and what is on its way belong to the other case
    from then on; of two waiting clocks the earlier one holds, and a custom field that is empty there is filled.
    `expected_version` is the duplicate's. Raises NotFound, Forbidden without `case:close`, CaseClosed when one of them is
    closed, InvalidInput for cases that can't be one, LimitReached for too many mistakes, Conflict.
    """
    found, rules = await asyncio.gather(cases_by_ids(actor, [draft.case_id, draft.into_id]), read_rules())
    case, target = found.get(draft.case_id), found.get(draft.into_id)
    if case is None or target is None:
        raise NotFound("There is no such case.", path=("case_id" if case is None else "into_id",))
    require_right(may_merge_case(actor, case))
    alike = await _are_of_one_customer(case, target)

    def rule(current: Case) -> None:
        may_merge_case(actor, current).enforce()
        may_merge_case(actor, target, path="into_id").enforce()
        _require_fit(current, target, alike=alike)
        at = now()
        current.merge = _handed_over(current, target.id, at, by=actor.member, reason=draft.reason)
        _end_as_merged(current, at)
        current.record(CaseMerged(case_id=current.id, into_id=target.id), actor=actor.id)
        lifecycle.project(current, touched_at=at)

    merged = await change(case, rule, expected_version=expected_version)
    return MergedCases(merged, await finish_merge(merged, target, rules))


async def home_of(case: Case) -> Case:
    """Give the case that a merged one has become part of, all of it there; any other case is its own home."""
    return await finish_merge(case) if case.merge is not None else case


async def finish_merge(case: Case, into: Case | None = None, rules: CaseRules | None = None) -> Case:
    """Bring everything of a merged case to the one it was merged into, and give that one. Can run twice.

    Whoever has read that one already, and the rules, gives them.
    """
    for _ in range(_TRIES):
        target, into = into or await _end_of_chain(case), None
        if target.id == case.id:
            return target
        if case.merge is None or (case.merge.moved_at is not None and case.id in target.absorbed):
            return target
        try:
            target = await _absorbed(target, case, rules or await read_rules())
        except Overtaken:
            continue
        await move_children(case.id, target.id)
        target = await project_consulted(target.id) or target
        await _note_moved(case, target)
        return target
    raise Unavailable("store", "too many merges of one case at once")


async def _end_of_chain(case: Case) -> Case:
    """Follow merges of merges to the case that is none; of cases merged into each other at once the oldest stays."""
    seen = {case.id: case}
    current = case
    while current.merge is not None:
        found = await Case.get(current.merge.into)
        if found is None:
            raise NotFound("There is no such case.")
        if found.id in seen:
            return await change(seen[min(seen)], lambda kept: _take_back(kept, set(seen)))
        seen[found.id] = current = found
    return current


def _take_back(case: Case, circle: set[str]) -> None:
    if case.merge is None or case.merge.into not in circle:
        return
    own, case.merge = case.merge, None
    case.closed_at = case.close_reason = None
    case.status, case.open_keys = CaseStatus.OPEN, case.led
    _take_over(case, own)
    lifecycle.project(case)


def _handed_over(case: Case, into: str, at: datetime, *, by: str, reason: str | None) -> Merge:
    waiting = [clock for clock in (case.first_response, case.next_response) if clocks.is_awaited(clock)]
    return Merge(
        into=into,
        at=at,
        by=by,
        reason=reason,
        waiting=min(waiting, key=lambda clock: clock.due_at or at, default=None),
        resolution=clocks.resumed(case.resolution, at) if clocks.is_awaited(case.resolution) else None,
        obligations=case.owed,
        incoming=case.incoming,
        outgoing=case.outgoing,
        mistakes=case.mistakes,
    )


def _end_as_merged(case: Case, at: datetime) -> None:
    case.obligations = [owed for owed in case.obligations if owed.fulfilled_at is not None]
    case.incoming, case.outgoing, case.mistakes = [], [], []
    case.status, case.closed_at, case.close_reason, case.open_keys = CaseStatus.CLOSED, at, MERGED, None
    for name in ("first_response", "next_response", "resolution"):
        setattr(case, name, clocks.withdrawn(getattr(case, name)))


async def _absorbed(target: Case, case: Case, rules: CaseRules) -> Case:
    """Let the target have everything, once; a conversation that has another open case by now stays with that one."""
    taken: set[str] = set()

    def rule(current: Case) -> None:
        if current.merge is not None:
            raise Overtaken
        _absorb(current, case, taken)

    whole = under(rules, rule)
    try:
        return await change(target, whole)
    except DuplicateKeyError:
        taken |= await keys_of_others(target.id, case.conversation_ids)
        return await change(target, whole)


async def keys_of_others(case_id: str, conversation_ids: list[str]) -> set[str]:
    """Give those of the conversations that other cases are the open ones of."""
    others = await Case.find({"open_keys": {"$in": conversation_ids}}).to_list()
    return {key for other in others if other.id != case_id for key in other.open_keys or []}


def _absorb(target: Case, case: Case, taken: set[str]) -> None:
    if case.id in target.absorbed or case.merge is None:
        return
    at = now()
    target.absorbed = [*target.absorbed, *(one for one in (case.id, *case.absorbed) if one != target.id)]
    new = [one for one in case.conversation_ids if one not in target.conversation_ids]
    target.conversation_ids = [*target.conversation_ids, *new]
    target.left = [*target.left, *(one for one in new if one in case.left)]
    alive = case.merge.waiting or case.merge.obligations or case.merge.incoming or case.merge.outgoing
    if alive and (case.merge.waiting or target.status is CaseStatus.CLOSED) and target.status not in _AWAKE:
        lifecycle.come_back(target, at)
    if target.status is not CaseStatus.CLOSED:
        target.open_keys = [key for key in target.led if key not in taken] or None
    _take_over(target, case.merge)
    _fill_fields(target, case)
    hear_intent(target, case.intent)
    target.priority = max(target.priority, case.priority, key=_URGENCY.index)
    tags = {tag.slug: tag for tag in [*target.tags, *case.tags]}
    target.tags = list(tags.values())[:MOST_CASE_TAGS]
    target.participants = sorted({*target.participants, *case.participants})
    if case.last_message_id is not None and case.last_message_at is not None:
        show_last(target, case.last_message_id, case.last_message_at)
    lifecycle.project(target, touched_at=at)


def _fill_fields(target: Case, case: Case) -> None:
    """Keep the target's own values; what it lacks comes from the duplicate."""
    held = {one.key: one for one in [*case.fields, *target.fields]}
    target.fields = [held[key] for key in sorted(held)]
    target.field_tokens = [token_of(one.key, one.value) for one in target.fields]


def _take_over(target: Case, merge: Merge) -> None:
    owed, told, said = (
        {owed.id for owed in target.obligations},
        {entry.message_id for entry in target.incoming},
        {entry.message_id for entry in target.outgoing},
    )
    target.obligations = [*target.obligations, *(one for one in merge.obligations if one.id not in owed)]
    target.incoming = [*target.incoming, *(one for one in merge.incoming if one.message_id not in told)]
    target.outgoing = [*target.outgoing, *(one for one in merge.outgoing if one.message_id not in said)]
    known = {mistake.id for mistake in target.mistakes}
    target.mistakes = sorted([*target.mistakes, *(one for one in merge.mistakes if one.id not in known)], key=lambda one: one.at)
    if target.status is CaseStatus.CLOSED:
        return
    if merge.waiting is not None:
        _wait_as_promised(target, merge.waiting)
    if merge.resolution is not None and target.resolution.paused_at is None:
        target.resolution = clocks.earlier(target.resolution, merge.resolution)


def _wait_as_promised(target: Case, waiting: ResponseClock) -> None:
    """Owe one answer, by the earlier of the two promises."""
    first = target.first_response
    is_first = clocks.is_awaited(first) or (target.origin is CaseOrigin.CUSTOMER and first.met_at is first.breached_at is None)
    name = "first_response" if is_first else "next_response"
    setattr(target, name, clocks.earlier(getattr(target, name), waiting))


async def _note_moved(case: Case, target: Case) -> None:
    def rule(current: Case) -> None:
        if current.merge is not None and current.merge.moved_at is None:
            current.merge.moved_at = now()
            current.record(CaseAbsorbed(case_id=target.id, merged_id=current.id), actor=current.merge.by or SYSTEM)

    await change(case, rule)


async def _are_of_one_customer(case: Case, target: Case) -> bool:
    """Tell whether both are of the same customer, or of customers who were merged."""
    if case.customer_id is None or target.customer_id is None or case.customer_id == target.customer_id:
        return case.customer_id == target.customer_id
    return target.customer_id in (await same_customers([case.customer_id])).get(case.customer_id, [])


def _require_fit(case: Case, target: Case, *, alike: bool) -> None:
    if case.id == target.id:
        raise InvalidInput("A case can't be merged into itself.", path=("into_id",))
    if case.environment is not target.environment:
        raise InvalidInput("A case for practice and a real one can't be merged.", path=("into_id",))
    if not alike:
        raise InvalidInput(
            "These cases are of different customers, who would read each other's words; only one customer's cases can be one.",
            path=("into_id",),
        )
    if len(case.mistakes) + len(target.mistakes) > MOST_MISTAKES:
        raise LimitReached(f"Together these cases have over {MOST_MISTAKES} mistakes recorded.", path=("into_id",))
