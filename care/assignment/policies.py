"""Policies of assignment: making, changing, archiving them, and the order in which they are tried."""

from collections.abc import Collection, Sequence

from auth.actor import Actor, Permission, permissions_of
from care.assignment.drafts import PolicyChange, PolicyDraft
from care.assignment.events import AssignmentPoliciesReordered, AssignmentPolicyChanged
from care.assignment_order import ASSIGNMENT
from care.channels import read_channels
from care.documents.assignment import AssignmentMethod, AssignmentOrder, AssignmentPolicy
from care.ordered_policies import archive, reorder, require_in_use, require_room
from care.reading.assignment import require_policy
from community.creation import insert_once, made_before
from community.directory import departments_by_ids, skills_by_ids
from community.members import require_members
from core.clock import now
from core.errors import InvalidInput
from core.events import Event
from core.idempotency import Once
from core.records import change


async def create_policy(actor: Actor, draft: PolicyDraft, *, once: Once) -> AssignmentPolicy:
    """Make a policy, tried after all others until the order says otherwise.

    Raises Forbidden without `assignment:manage`, InvalidInput for channels, members and skills that are not there or do
    not fit, LimitReached, IdempotencyMismatch.
    """
    actor.require(Permission.ASSIGNMENT_MANAGE)
    identifier = once.identifier("asp")
    if before := await made_before(AssignmentPolicy, identifier, once):
        return before
    await _require_named(actor, draft)
    await require_room(ASSIGNMENT)
    policy = AssignmentPolicy.model_validate(
        {**draft.model_dump(), "id": identifier, "created_at": now(), "fingerprint": once.fingerprint}
    )
    _require_whole(policy)
    policy.record(AssignmentPolicyChanged(policy_id=policy.id), actor=actor.id)
    return await insert_once(policy, once)


async def update_policy(actor: Actor, draft: PolicyChange, *, expected_version: int) -> AssignmentPolicy:
    """Change a policy, for what is decided from now on; cases stay with those they are with.

    Raises what `create_policy` raises, NotFound, AlreadyDone for an archived one, Conflict.
    """
    actor.require(Permission.ASSIGNMENT_MANAGE)
    policy = await require_policy(actor, draft.policy_id)
    await _require_named(actor, draft)

    def rule(current: AssignmentPolicy) -> None:
        require_in_use(current)
        given = draft.model_dump(exclude_none=True, exclude={"policy_id"})
        wanted = AssignmentPolicy.model_validate({**current.model_dump(), **given})
        for name in given:
            setattr(current, name, getattr(wanted, name))
        _require_whole(current)
        current.record(AssignmentPolicyChanged(policy_id=current.id), actor=actor.id)

    return await change(policy, rule, expected_version=expected_version)


async def archive_policy(actor: Actor, policy_id: str, *, expected_version: int) -> AssignmentPolicy:
    """Take a policy out of use; cases stay with those they are with.

    Raises NotFound, Forbidden without `assignment:manage`, AlreadyDone, Conflict.
    """
    actor.require(Permission.ASSIGNMENT_MANAGE)
    policy = await require_policy(actor, policy_id)
    return await archive(actor, policy, _changed, expected_version=expected_version)


async def reorder_policies(actor: Actor, policy_ids: list[str], *, expected_version: int) -> AssignmentOrder:
    """Say in which order the policies are tried; those not named come after them, the oldest first.

    The version is that of the order, 0 before there was one. Raises Forbidden without `assignment:manage`, InvalidInput
    for an id that no policy in use has or that is named twice, Conflict.
    """
    actor.require(Permission.ASSIGNMENT_MANAGE)
    return await reorder(actor, ASSIGNMENT, policy_ids, _reordered, expected_version=expected_version)


def _changed(policy_id: str) -> Event:
    return AssignmentPolicyChanged(policy_id=policy_id)


def _reordered(order_id: str) -> Event:
    return AssignmentPoliciesReordered(order_id=order_id)


def _require_whole(policy: AssignmentPolicy) -> None:
    if policy.method is AssignmentMethod.SKILL and not policy.skill_ids:
        raise InvalidInput("Name at least one skill: the method SKILL chooses by them.", path=("skill_ids",))
    if not {member.member_id for member in policy.members}.isdisjoint(policy.backup_ids):
        raise InvalidInput("A backup must not be one of the members.", path=("backup_ids",))


async def _require_named(actor: Actor, draft: PolicyDraft | PolicyChange) -> None:
    """Refuse channels, members and skills that are not there, and members who do not work on cases."""
    conditions = draft.conditions
    if conditions:
        channels = await read_channels(actor, conditions.channel_ids)
        for place, channel_id in enumerate(conditions.channel_ids):
            if channel_id not in channels:
                raise InvalidInput("There is no such channel.", path=("conditions", "channel_ids", str(place)))
    await _require_able([member.member_id for member in draft.members or []], "members")
    await _require_able(draft.backup_ids or [], "backup_ids")
    skills, departments = draft.skill_ids or [], draft.department_ids or []
    _require_all(skills, await skills_by_ids(actor, skills), "skill")
    _require_all(departments, await departments_by_ids(actor, departments), "department")


def _require_all(wanted: Sequence[str], found: Collection[str], what: str) -> None:
    if unknown := [one for one in wanted if one not in found]:
        raise InvalidInput(f"There is no {what} with the id {', '.join(unknown)[:200]}.", path=(f"{what}_ids",))


async def _require_able(member_ids: Sequence[str], field: str) -> None:
    for member in await require_members(member_ids, path=(field,)):
        if Permission.CASE_WORK not in permissions_of(member.roles):
            raise InvalidInput(f"{member.display_name} does not work on cases.", path=(field,))
