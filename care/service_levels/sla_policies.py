"""Policies of service levels: making, changing, archiving them, and the order in which they are tried."""

from pymongo.errors import DuplicateKeyError

from auth.actor import Actor, Permission
from care.channels import read_channels
from care.documents.promises import CLOCKS, DEFAULT_TERMS, ClockTerms
from care.documents.service_levels import ORDER_ID, BusinessCalendar, SlaConditions, SlaOrder, SlaPolicy
from care.reading.service_levels import require_policy
from care.service_levels.drafts import ClockDraft, ConditionsDraft, PolicyChange, PolicyDraft
from care.service_levels.events import SlaPoliciesReordered, SlaPolicyChanged
from care.sla_order import MOST_POLICIES, read_policies
from community.documents import Member
from core.clock import now
from core.errors import AlreadyDone, Conflict, InvalidInput, LimitReached
from core.idempotency import Once
from core.records import by_ids, change, save


async def create_policy(actor: Actor, draft: PolicyDraft, *, once: Once) -> SlaPolicy:
    """Make a policy, tried after all others until the order says otherwise.

    Raises Forbidden without `sla:manage`, InvalidInput for channels, members and calendars that are not there,
    LimitReached, IdempotencyMismatch.
    """
    actor.require(Permission.SLA_MANAGE)
    if before := await _made_before(once):
        return before
    await _require_named(actor, draft)
    if len((await read_policies())[0]) >= MOST_POLICIES:
        raise LimitReached(f"There are {MOST_POLICIES} policies already; archive one first.")
    policy = SlaPolicy(
        id=once.identifier("slp"),
        created_at=now(),
        name=draft.name,
        conditions=_conditions(draft.conditions),
        first_response=_terms(draft, "first_response", DEFAULT_TERMS["first_response"]),
        next_response=_terms(draft, "next_response", DEFAULT_TERMS["next_response"]),
        resolution=_terms(draft, "resolution", DEFAULT_TERMS["resolution"]),
        fingerprint=once.fingerprint,
    )
    policy.record(SlaPolicyChanged(policy_id=policy.id), actor=actor.id)
    try:
        await save(policy)
    except DuplicateKeyError:  # an equal request was faster
        return await _made_before(once) or policy
    return policy


async def update_policy(actor: Actor, draft: PolicyChange, *, expected_version: int) -> SlaPolicy:
    """Change a policy, which makes its next version: for cases opened from now on, while running ones keep theirs.

    Raises NotFound, Forbidden without `sla:manage`, InvalidInput for what is named and not there, AlreadyDone for an
    archived one, Conflict.
    """
    actor.require(Permission.SLA_MANAGE)
    policy = await require_policy(actor, draft.policy_id)
    await _require_named(actor, draft)

    def rule(current: SlaPolicy) -> None:
        _require_in_use(current)
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

    def rule(current: SlaPolicy) -> None:
        _require_in_use(current)
        current.archived = True
        current.record(SlaPolicyChanged(policy_id=current.id), actor=actor.id)

    return await change(policy, rule, expected_version=expected_version)


async def reorder_policies(actor: Actor, policy_ids: list[str], *, expected_version: int) -> SlaOrder:
    """Say in which order the policies are tried; those not named come after them, the oldest first.

    The version is that of the order, 0 before there was one. Raises Forbidden without `sla:manage`, InvalidInput for an
    id that no policy in use has or that is named twice, Conflict.
    """
    actor.require(Permission.SLA_MANAGE)
    policies, order = await read_policies()
    known = {policy.id for policy in policies}
    place = next((number for number, one in enumerate(policy_ids, 1) if one not in known), None)
    if place is not None:
        raise InvalidInput(f"There is no policy in use with the id at place {place}.", path=("policy_ids",))
    if len(set(policy_ids)) < len(policy_ids):
        raise InvalidInput("Name each policy once.", path=("policy_ids",))
    if order is None:
        return await _first_order(actor, policy_ids, expected_version)

    def rule(current: SlaOrder) -> None:
        current.policy_ids = policy_ids
        current.record(SlaPoliciesReordered(order_id=current.id), actor=actor.id)

    return await change(order, rule, expected_version=expected_version)


async def _first_order(actor: Actor, policy_ids: list[str], expected_version: int) -> SlaOrder:
    order = SlaOrder(id=ORDER_ID, created_at=now(), policy_ids=policy_ids)
    order.record(SlaPoliciesReordered(order_id=order.id), actor=actor.id)
    moved = "The order was changed by somebody else meanwhile; look at it again."
    if expected_version != 0:
        raise Conflict(moved, current=SlaOrder(id=ORDER_ID, created_at=now()))
    try:
        await save(order)
    except DuplicateKeyError:
        raise Conflict(moved, current=await SlaOrder.get(ORDER_ID)) from None
    return order


def _require_in_use(policy: SlaPolicy) -> None:
    if policy.archived:
        raise AlreadyDone("This policy is archived; make a new one.", path=("policy_id",))


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


async def _made_before(once: Once) -> SlaPolicy | None:
    found = await SlaPolicy.get(once.identifier("slp")) if once.may_be_repeat else None
    if found is not None:
        once.same_input(found.fingerprint)
    return found
