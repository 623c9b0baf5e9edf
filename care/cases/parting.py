"""Cases that hold the talk of two customers who are not one any more: each gets their own back, as a case that is split off.

That two customers are one lets their cases be merged, and lets the company and either of them carry on each other's talk.
When that is undone, every case keeps what is its customer's; what is not becomes a case of whose it is. What experts were
asked, recorded mistakes and what colleagues wrote in the case's name stay with the case.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from care.cases import clocks, lifecycle
from care.cases.changing import Overtaken, change_as_read, next_number
from care.cases.events import CaseReturned, CaseSplit
from care.cases.merging import home_of
from care.cases.splitting import finish_splits, hand_on, stays_since
from care.cases.waiting_since import waiting_since
from care.documents.case_states import CaseOrigin
from care.documents.cases import Case
from care.documents.casework import Split
from care.documents.conversations import Conversation, Message
from care.documents.merges import Parted
from care.documents.promises import CLOCKS
from care.reading.customers import still_one, survivor_ids
from core.clock import now
from core.errors import Unavailable
from core.ids import derived_id
from core.records import by_ids, fresh

_TRIES: Final = 50


async def part_cases(customer_id: str, *, by: str, supposed: Sequence[str] = ()) -> list[str]:
    """Part every case that holds the talk of a customer and of somebody else; give the ids of those that were parted.

    Each part is one write of the case, finished like any split, so that this can stop and run again. Who knows who is
    likely merged into the customer supposes so, that what they said is read beside the look whether they are.
    """
    guessed = [customer_id, *supposed]
    everybody, theirs = await asyncio.gather(still_one(customer_id), _theirs(guessed))
    talks, own = theirs if set(everybody) == set(guessed) else await _theirs(everybody)
    held = await Case.find({"conversation_ids": {"$in": talks}}).to_list() if talks else []
    homes = [await home_of(case) for case in {case.id: case for case in [*held, *own]}.values()]
    mixed = [case for case in homes if not _is_whole(case, everybody, talks)]
    return [case.id for case in {case.id: case for case in mixed}.values() if await _part(case, by=by)]


async def _theirs(customer_ids: list[str]) -> tuple[list[str], list[Case]]:
    """Give the talk of some customers, by its ids, and the cases that are theirs."""
    everybody = {"customer_id": {"$in": customer_ids}}
    talks, own = await asyncio.gather(Conversation.find(everybody).to_list(), Case.find(everybody).to_list())
    return [talk.id for talk in talks], own


def _is_whole(case: Case, customer_ids: list[str], talks: list[str]) -> bool:
    """Tell whether a case is some customers' and holds their talk alone, so that nothing has to be looked up about it."""
    is_split = all(split.done_at is not None for split in case.splits)
    return is_split and case.customer_id in customer_ids and set(case.conversation_ids) <= set(talks)


async def _part(case: Case, *, by: str) -> bool:
    """Let a case keep only what is its customer's; tell whether it held anything else."""
    was_parted = False
    for _ in range(_TRIES):
        case = await finish_splits(case)
        owner, talks = await _not_theirs(case)
        if owner is None:
            return was_parted
        rule = await _giving(case, owner, talks, by) if len(talks) < len(case.conversation_ids) else _returning(owner, by)
        try:
            case = await change_as_read(case, rule)
            was_parted = True
        except Overtaken:
            case = await home_of(await fresh(case))
    raise Unavailable("store", "too many writers of one case")


async def _not_theirs(case: Case) -> tuple[str | None, list[str]]:
    """Give somebody else whose talk a case holds, and which; nobody where all of it is its customer's."""
    talks = await by_ids(Conversation, case.conversation_ids)
    if case.customer_id is None:
        return None, []
    whole = await survivor_ids({case.customer_id, *(talk.customer_id for talk in talks.values())})
    parts: dict[str, list[Conversation]] = {}
    for talk in talks.values():
        parts.setdefault(whole.get(talk.customer_id, talk.customer_id), []).append(talk)
    parts.pop(whole.get(case.customer_id, case.customer_id), None)
    if not parts:
        return None, []
    survivor, theirs = next(iter(parts.items()))
    owners = [talk.customer_id for talk in theirs]
    return survivor if survivor in owners else owners[0], [talk.id for talk in theirs]


def _returning(owner: str, by: str) -> Callable[[Case], None]:
    """Say that a whole case is somebody else's."""

    def rule(case: Case) -> None:
        case.customer_id = owner
        if case.origin is CaseOrigin.CUSTOMER:
            case.request_subject = None  # the words of who it is not
        case.record(CaseReturned(case_id=case.id, customer_id=owner), actor=by)
        lifecycle.project(case)

    return rule


async def _giving(case: Case, owner: str, talks: list[str], by: str) -> Callable[[Case], None]:
    """Say what a part of a case takes along as a case of its own."""
    at, before = now(), await _before(case, talks)
    split = Split(
        id=derived_id("case", case.id, owner, str(len(case.splits))),
        number=await next_number(),
        subject=case.subject,
        conversation_ids=talks,
        waits_since=await waiting_since((one, {}) for one in talks),
        at=at,
        by=by,
    )
    waits = await stays_since(case, split)
    owed = await _owed_in(case, talks, before)
    like = before[-1].id if before else None

    def rule(current: Case) -> None:
        _take_out(current, Parted(id=split.id, customer_id=owner, like=like), talks, owed)
        hand_on(current, split, waits=waits is not None)
        if waits is not None:
            for name in CLOCKS[:2]:
                setattr(current, name, clocks.counted_from(getattr(current, name), waits, lifecycle.terms_of(current, name)))
        current.record(CaseSplit(case_id=current.id, new_case_id=split.id), actor=by)
        lifecycle.project(current)

    return rule


def _take_out(case: Case, parted: Parted, talks: list[str], owed: set[str]) -> None:
    parted.left = [one for one in case.left if one in talks]
    parted.obligations = [one for one in case.owed if one.id in owed]
    parted.incoming = [entry for entry in case.incoming if entry.conversation_id in talks]
    parted.outgoing = [entry for entry in case.outgoing if entry.conversation_id in talks]
    case.obligations = [one for one in case.obligations if one not in parted.obligations]
    case.incoming = [entry for entry in case.incoming if entry not in parted.incoming]
    case.outgoing = [entry for entry in case.outgoing if entry not in parted.outgoing]
    case.parted = [*case.parted, parted]


async def _before(case: Case, talks: list[str]) -> list[Case]:
    """List the cases in which some talk began before they were merged into this one, the oldest first."""
    found = (await by_ids(Case, case.absorbed)).values()
    began = [one for one in found if one.customer_id != case.customer_id and set(one.conversation_ids) & set(talks)]
    return sorted(began, key=lambda one: one.opened_at)


async def _owed_in(case: Case, talks: list[str], before: list[Case]) -> set[str]:
    """Give what is owed in some talk: asked for there, or handed over by the case in which it was."""
    asked = await by_ids(Message, [owed.message_id for owed in case.owed if owed.message_id is not None])
    places = {entry.message_id: entry.conversation_id for entry in case.outgoing}
    places |= {message.id: message.conversation_id for message in asked.values()}
    handed = {owed.id for one in before if one.merge is not None for owed in one.merge.obligations}
    return handed | {owed.id for owed in case.owed if owed.message_id is not None and places.get(owed.message_id) in talks}
