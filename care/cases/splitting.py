"""One case that is two: conversations, or what was said from a message on, become a case of their own with its own clock."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

from pydantic import BaseModel
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor
from care.cases import clocks, cycles, lifecycle
from care.cases.changing import Overtaken, change_as_read, next_number
from care.cases.cycle_terms import keep
from care.cases.events import CaseSplit
from care.cases.merging import keys_of_others
from care.cases.moving import move_messages
from care.cases.parted import bring_along
from care.cases.rules import read_rules
from care.cases.waiting_since import waiting_since
from care.documents.cases import Case
from care.documents.casework import Split
from care.documents.conversations import Conversation, Direction, Message
from care.events import CaseOpened
from care.policies import may_split, require_right
from care.reading.cases import require_case
from care.reading.conversations import messages_by_ids
from community.drafts import text
from core.clock import now
from core.errors import Conflict, InvalidInput, Unavailable
from core.idempotency import Once
from core.records import change, save

_TRIES: Final = 20


class SplitDraft(BaseModel):
    """What becomes a case of its own: conversations, or the talk of one from a customer's message on."""

    case_id: str
    subject: Annotated[str, text(1, 200, lines="one")]
    conversation_ids: list[str] | None = None
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class SplitCases:
    """The case that there was, and the new one."""

    case: Case
    new: Case


async def split_case(actor: Actor, draft: SplitDraft, *, expected_version: int, once: Once) -> SplitCases:
    """Make a case of its own of conversations, or of what was said in one from a customer's message on.

    It has the labels and custom fields of the old one. Its first clock counts from what the customer still waits for in it;
    what is owed and the recorded mistakes stay with the old case. Raises
    NotFound, Forbidden without `case:work`, CaseClosed, InvalidInput for parts that can't go, or while something is on
    its way in them, IdempotencyMismatch, Conflict.
    """
    case = await require_case(actor, draft.case_id)
    require_right(may_split(actor, case))
    for _ in range(_TRIES):
        if once.may_be_repeat and (before := await _split_before(case, once)):
            return before
        may_split(actor, case).enforce()
        split, is_waited_for = await _cut(actor, case, draft, once)

        def rule(current: Case, split: Split = split, *, waits: bool = is_waited_for) -> None:
            may_split(actor, current).enforce()
            hand_on(current, split, waits=waits)
            current.record(CaseSplit(case_id=current.id, new_case_id=split.id), actor=actor.id)
            lifecycle.project(current, touched_at=split.at)

        try:
            changed = await finish_splits(await change_as_read(case, rule, expected_version=expected_version))
        except Overtaken:
            case = await require_case(actor, draft.case_id)
            continue
        except Conflict as conflict:  # an equal request that was faster has raised the version
            if once.may_be_repeat and (before := await _split_before(conflict.current, once)):
                return before
            raise
        return SplitCases(changed, await _new(split.id))
    raise Unavailable("store", "too many writers of one case")


async def finish_splits(case: Case) -> Case:
    """Make the new cases that a case was to be split into, where that has not happened yet. Can run twice."""
    for split in case.splits:
        if split.done_at is None:
            await _insert(case, split)
            for conversation_id in split.conversation_ids:
                await move_messages(case.id, split.id, conversation_id, since=split.since)
            case = await _noted(case, split)
    return case


async def _split_before(case: Case, once: Once) -> SplitCases | None:
    split = next((split for split in case.splits if split.id == once.identifier("case")), None)
    if split is None:
        return None
    once.same_input(split.fingerprint)
    return SplitCases(await finish_splits(case), await _new(split.id))


async def _new(case_id: str) -> Case:
    found = await Case.get(case_id)
    if found is None:
        raise Unavailable("store", "a case that was split off is not stored")
    return found


async def _cut(actor: Actor, case: Case, draft: SplitDraft, once: Once) -> tuple[Split, bool]:
    """Give what goes, and whether an answer is awaited in what stays."""
    if (draft.message_id is None) is (draft.conversation_ids is None):
        raise InvalidInput("Name either conversations or a message.", path=("conversation_ids",))
    message = await _first_message(actor, case, draft.message_id) if draft.message_id is not None else None
    parts = [message.conversation_id] if message else list(dict.fromkeys(draft.conversation_ids or []))
    if not message:
        _require_parts(case, parts)
    _require_settled(case, parts)
    at, since = now(), message.created_at if message else None
    number, waits, stays = await asyncio.gather(
        next_number(),
        waiting_since((part, {"$gte": since} if since else {}) for part in parts),
        _stays_since(case, parts, since),
    )
    split = Split(
        id=once.identifier("case"),
        number=number,
        subject=draft.subject,
        request_subject=message.body.strip().splitlines()[0][:200] if message and message.body.strip() else case.request_subject,
        conversation_ids=parts,
        message_id=message.id if message else None,
        since=since,
        waits_since=waits,
        at=at,
        by=actor.member,
        fingerprint=once.fingerprint,
    )
    return split, stays is not None


async def _first_message(actor: Actor, case: Case, message_id: str) -> Message:
    found = (await messages_by_ids(actor, [message_id])).get(message_id)
    if found is None or found.case_id != case.id or found.conversation_id not in case.led:
        raise InvalidInput("This message is not part of the case, or its talk goes on elsewhere.", path=("message_id",))
    if found.direction is not Direction.INBOUND:
        raise InvalidInput("Choose a message of the customer's.", path=("message_id",))
    return found


def _require_parts(case: Case, parts: list[str]) -> None:
    if not parts or any(part not in case.led for part in parts):
        raise InvalidInput("Choose conversations that are part of this case.", path=("conversation_ids",))
    if set(parts) == set(case.led):
        raise InvalidInput("Leave the case at least one conversation, or split by a message.", path=("conversation_ids",))


def _require_settled(case: Case, parts: list[str]) -> None:
    moving = {entry.conversation_id for entry in case.incoming} | {entry.conversation_id for entry in case.outgoing}
    if moving & set(parts):
        raise InvalidInput("A message is still on its way there, or waits to leave; split once it is settled.", path=("case_id",))


async def stays_since(case: Case, split: Split) -> datetime | None:
    """Give since when the customer waits for an answer in what stays, None where they do not."""
    return await _stays_since(case, split.conversation_ids, split.since)


async def _stays_since(case: Case, parts: list[str], since: datetime | None) -> datetime | None:
    stays: list[tuple[str, dict[str, datetime]]] = [(one, {}) for one in case.led if one not in parts]
    before = [(one, {"$lt": since}) for one in parts] if since else []
    return await waiting_since([*stays, *before])


def hand_on(case: Case, split: Split, *, waits: bool) -> None:
    """Let a part of a case go: its talk goes on elsewhere, and nothing is awaited here that only it was waited for in."""
    case.splits = [*case.splits, split]
    case.left = [*case.left, *split.conversation_ids]
    case.open_keys = [key for key in case.open_keys or [] if key not in split.conversation_ids] or None
    if not waits and split.waits_since is not None:
        case.first_response = clocks.withdrawn(case.first_response)
        case.next_response = clocks.withdrawn(case.next_response)


async def _insert(case: Case, split: Split) -> None:
    made, conversation, rules = await asyncio.gather(
        Case.get(split.id), Conversation.get(split.conversation_ids[0]), read_rules()
    )
    if made is not None:
        return
    if conversation is None:
        raise Unavailable("store", "the conversation of a case is not stored")
    new = _case(case, split, conversation)
    await bring_along(new, case)
    keep(new, rules)
    try:
        await save(new)
    except DuplicateKeyError:
        if await Case.get(split.id) is not None:
            return
        taken = await keys_of_others(split.id, split.conversation_ids)
        new.open_keys = [key for key in new.open_keys or [] if key not in taken] or None
        await save(new)


def _case(case: Case, split: Split, conversation: Conversation) -> Case:
    new = Case(
        id=split.id,
        created_at=split.at,
        number=split.number,
        subject=split.subject,
        request_subject=split.request_subject if split.message_id or conversation.customer_id == case.customer_id else None,
        origin=case.origin,
        priority=case.priority,
        environment=case.environment,
        channel_id=conversation.channel_id,
        channel_kind=conversation.channel_kind,
        customer_id=conversation.customer_id,
        department_id=case.department_id,
        assignee_id=case.assignee_id,
        assignments=case.assignments[-1:],
        picked_up_at=case.picked_up_at,
        picked_up_by=case.picked_up_by,
        participants=case.participants,
        tags=case.tags,
        intent=case.intent,
        fields=case.fields,
        field_tokens=case.field_tokens,
        reach=case.reach,
        reach_key=case.reach_key,
        opened_at=split.at,
        updated_at=split.at,
        conversation_ids=split.conversation_ids,
        open_keys=split.conversation_ids,
        split_from=case.id,
        reached_at=case.reached_at,
        sla_policy=case.sla_policy,
        fingerprint=split.fingerprint,
    )
    _start_clocks(new, case, split)
    cycles.begin(new, split.at)
    new.record(CaseOpened(case_id=new.id), actor=split.by)
    lifecycle.project(new)
    return new


def _start_clocks(new: Case, case: Case, split: Split) -> None:
    for name in ("first_response", "next_response", "resolution"):
        setattr(new, name, clocks.waiting(lifecycle.terms_of(case, name)))
    if split.waits_since is not None:
        new.first_response = clocks.started(split.waits_since, lifecycle.terms_of(case, "first_response"))
    new.resolution = clocks.started(split.waits_since or split.at, lifecycle.terms_of(case, "resolution"))


async def _noted(case: Case, split: Split) -> Case:
    """Mark the split as done; conversations that went whole are no part of the old case any more."""

    def rule(current: Case) -> None:
        entry = next((one for one in current.splits if one.id == split.id), None)
        if entry is None or entry.done_at is not None:
            return
        entry.done_at = now()
        if split.since is None:
            current.conversation_ids = [one for one in current.conversation_ids if one not in split.conversation_ids]
            current.left = [one for one in current.left if one not in split.conversation_ids]

    return await change(case, rule)
