"""The only way to read policies of assignment for a person: whoever reads all cases may know whom they are given to."""

from collections.abc import Sequence

from auth.actor import Actor
from care.assignment_order import read_policies
from care.documents.assignment import AssignmentPolicy
from care.reading.gates import reads_all_live
from community.drafts import may_be_id
from core.errors import Forbidden, NotFound
from core.paging import Position, Slice, Window, take_slice
from core.records import by_ids


async def assignment_policies_by_ids(actor: Actor, policy_ids: Sequence[str]) -> dict[str, AssignmentPolicy]:
    """Give those of the policies that the actor may know of, archived ones too."""
    wanted = [one for one in policy_ids if may_be_id(one, "asp")]
    return await by_ids(AssignmentPolicy, wanted) if reads_all_live(actor) else {}


async def require_policy(actor: Actor, policy_id: str) -> AssignmentPolicy:
    """Give a policy; NotFound when there is none for this actor."""
    found = (await assignment_policies_by_ids(actor, [policy_id])).get(policy_id)
    if found is None:
        raise NotFound("There is no such policy.", path=("policy_id",))
    return found


async def list_policies(actor: Actor, window: Window) -> Slice[AssignmentPolicy]:
    """List the policies in use in the order in which they are tried. Forbidden for who does not read all cases."""
    policies, _ = await policies_in_order(actor)
    return take_slice(policies, [Position((policy.id,)) for policy in policies], window)


async def count_policies(actor: Actor) -> int:
    """Count the policies in use. Forbidden for who does not read all cases."""
    return len((await policies_in_order(actor))[0])


async def policies_in_order(actor: Actor) -> tuple[list[AssignmentPolicy], int]:
    """Give all policies in use in their order, and the version of the order. Forbidden for who does not read all cases."""
    if not reads_all_live(actor):
        raise Forbidden("Only who may read all cases sees whom they are given to.")
    policies, order = await read_policies()
    return policies, order.version if order else 0
