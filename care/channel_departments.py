"""Which department the cases of a channel belong to from their opening on."""

from pydantic import BaseModel

from auth.actor import Actor, Permission
from care.cases.departments import require_department
from care.channels import read_channels
from care.documents.channels import Channel
from care.events import ChannelChanged
from core.errors import NotFound
from core.records import change


class ChannelDepartmentDraft(BaseModel):
    """Which department; None: no one in particular."""

    channel_id: str
    department_id: str | None = None


async def set_channel_department(actor: Actor, draft: ChannelDepartmentDraft, *, expected_version: int) -> Channel:
    """Say which department the cases that customers begin on a channel belong to; open ones stay where they are.

    Raises NotFound, Forbidden without `channel:manage`, InvalidInput for a department that is not there, Conflict.
    """
    actor.require(Permission.CHANNEL_MANAGE)
    channel = (await read_channels(actor, [draft.channel_id])).get(draft.channel_id)
    if channel is None:
        raise NotFound("There is no such channel.", path=("channel_id",))
    if draft.department_id is not None:
        await require_department(draft.department_id)

    def rule(current: Channel) -> None:
        current.department_id = draft.department_id
        current.record(ChannelChanged(channel_id=current.id), actor=actor.id)

    return await change(channel, rule, expected_version=expected_version)
