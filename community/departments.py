"""The parts of the company that members belong to."""

from typing import Annotated

from pydantic import BaseModel
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor, Permission
from community.documents import Department
from community.drafts import text
from core.clock import now
from core.errors import AlreadyDone
from core.ids import new_id
from core.records import save


class DepartmentDraft(BaseModel):
    """A new department."""

    name: Annotated[str, text(1, 100, lines="one")]


async def add_department(actor: Actor, draft: DepartmentDraft) -> Department:
    """Add a department. Raises Forbidden without `member:manage`, AlreadyDone when one has this name."""
    actor.require(Permission.MEMBER_MANAGE)
    department = Department(id=new_id("dep"), created_at=now(), name=draft.name)
    try:
        await save(department)
    except DuplicateKeyError:
        raise AlreadyDone("There is a department with this name already.", path=("name",)) from None
    return department
