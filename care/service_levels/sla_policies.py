"""Policies of service levels: making, changing, archiving them, and the order in which they are tried."""

from auth.actor import Actor, Permission
from care.channels import read_channels
from care.documents.promises import CLOCKS, DEFAULT_TERMS, ClockTerms
from care.documents.service_levels import BusinessCalendar, SlaConditions, SlaOrder, SlaPolicy
from care.ordered_policies import archive, reorder, require_in_use, require_room
from care.reading.service_levels import require_policy
from care.service_levels.drafts import ClockDraft, ConditionsDraft, PolicyChange, PolicyDraft
from care.service_levels.events import SlaPoliciesReordered, SlaPolicyChanged
from care.sla_order import SLA
from community.creation import insert_once, made_before
from community.documents import Member
from core.clock import now
from core.errors import InvalidInput
from core.events import Event
from core.idempotency import Once
from core.records import by_ids, change


async def create_policy(actor: Actor, draft: PolicyDraft, *, once: Once) -> SlaPolicy:
    """Make a policy, tried after all others until the order says otherwise.

    Raises Forbidden without `sla:manage`, InvalidInput for channels, members and calendars that are not there,
    LimitReached, IdempotencyMismatch.
    """
    actor.require(Permission.SLA_MANAGE)
    identifier = once.identifier("slp")
    if before := await made_before(SlaPolicy, identifier, once):
        return before
    await _require_named(actor, draft)
    await require_room(SLA)
    policy = SlaPolicy(
        id=identifier,
        created_at=now(),
        name=draft.name,
        conditions=_conditions(draft.conditions),
        first_response=_terms(draft, "first_response", DEFAULT_TERMS["first_response"]),
        next_response=_terms(draft, "next_response", DEFAULT_TERMS["next_response"]),
        resolution=_terms(draft, "resolution", DEFAULT_TERMS["resolution"]),
        fingerprint=once.fingerprint,
    )
    policy.record(SlaPolicyChanged(policy_id=policy.id), actor=actor.id)
    return await insert_once(policy, once)


async def update_policy(actor: Actor, draft: PolicyChange, *, expected_version: int) -> SlaPolicy:
    """Change a policy, which makes its next version: for cases opened from now on, while running ones keep theirs.

    Raises NotFound, Forbidden without `sla:manage`, InvalidInput for what is named and not there, AlreadyDone for an
    archived one, Conflict.
    """
    actor.require(Permission.SLA_MANAGE)
    policy = await require_policy(actor, draft.policy_id)
    await _require_named(actor, draft)

    def rule(current: SlaPolicy) -> None:
        require_in_use(current)
        current.name = draft.name or current.name
        current.conditions = _conditions(draft.conditions) if draft.conditions else current.conditions
        for name in CLOCKS:
            setattr(current, name, _terms(draft, name, getattr(current, name)))
        current.record(SlaPolicyChanged(policy_id=current.id), actor=actor.id)

    return await change(policy, rule, expected_version=expected_version)


async def archive_policy(actor: Actor, policy_id: str, *, expected_version: int) -> SlaPolicy:
    """Take a policy out of use; cases that have it keep it.

    Raises NotFound, Forbidden without `sla:manage`, AlreadyDone, Conflict.
    """
    actor.require(Permission.SLA_MANAGE)
    policy = await require_policy(actor, policy_id)
    return await archive(actor, policy, _changed, expected_version=expected_version)


async def reorder_policies(actor: Actor, policy_ids: list[str], *, expected_version: int) -> SlaOrder:
    """Say in which order the policies are tried; those not named come after them, the oldest first.

    The version is that of the order, 0 before there was one. Raises Forbidden without `sla:manage`, InvalidInput for an
    id that no policy in use has or that is named twice, Conflict.
    """
    actor.require(Permission.SLA_MANAGE)
    return await reorder(actor, SLA, policy_ids, _reordered, expected_version=expected_version)


def _changed(policy_id: str) -> Event:
    return SlaPolicyChanged(policy_id=policy_id)


def _reordered(order_id: str) -> Event:
    return SlaPoliciesReordered(order_id=order_id)


def _conditions(draft: ConditionsDraft) -> SlaConditions:
    return SlaConditions.model_validate(draft.model_dump())


def _terms(draft: PolicyDraft | PolicyChange, name: str, otherwise: ClockTerms) -> ClockTerms:
    """Make the terms of a clock: what is left out of it is the product's default, a clock left out is as it was."""
    given: ClockDraft | None = getattr(draft, name)
    if given is None:
        return otherwise
    default = DEFAULT_TERMS[name].model_dump(exclude={"target_minutes", "hours_text"})
    return ClockTerms.model_validate({**default, "target_minutes": None, **given.model_dump(exclude_none=True)})


async def _require_named(actor: Actor, draft: PolicyDraft | PolicyChange) -> None:
    """Refuse channels, calendars and members that are not there."""
    if draft.conditions:
        channels = await read_channels(actor, draft.conditions.channel_ids)
        for place, channel_id in enumerate(draft.conditions.channel_ids):
            if channel_id not in channels:
                raise InvalidInput("There is no such channel.", path=("conditions", "channel_ids", str(place)))
    for name in CLOCKS:
        given: ClockDraft | None = getattr(draft, name)
        if given is not None:
            await _require_of_clock(given, name)


async def _require_of_clock(draft: ClockDraft, name: str) -> None:
    if draft.calendar_id is not None and await BusinessCalendar.get(draft.calendar_id) is None:
        raise InvalidInput("There is no such business calendar.", path=(name, "calendar_id"))
    told = [("warnings", target) for warning in draft.warnings or [] for target in warning.targets]
    told += [("breach_targets", target) for target in draft.breach_targets or []]
    told += [("escalations", target) for step in draft.escalations or [] for target in step.targets]
    members = await by_ids(Member, [target.member_id for _, target in told if target.member_id])
    for part, target in told:
        if target.member_id and target.member_id not in members:
            raise InvalidInput("There is no such member.", path=(name, part))
