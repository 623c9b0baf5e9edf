"""The parts of the company that members belong to."""

from typing import Annotated

from pydantic import BaseModel
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor, Permission
from community.creation import insert_once, made_before
from community.directory import departments_by_ids
from community.documents import Department
from community.drafts import text
from community.events import DepartmentChanged
from core.clock import now
from core.errors import AlreadyDone, NotFound
from core.idempotency import Once
from core.records import change

Name = Annotated[str, text(1, 100, lines="one")]


class DepartmentDraft(BaseModel):
    """What a department is called."""

    name: Name


async def add_department(actor: Actor, draft: DepartmentDraft, *, once: Once) -> Department:
    """Add a department.

    Raises Forbidden without `member:manage`, AlreadyDone when one has this name, IdempotencyMismatch.
    """
    actor.require(Permission.MEMBER_MANAGE)
    identifier = once.identifier("dep")
    if (before := await made_before(Department, identifier, once)) is not None:
        return before
    department = Department(id=identifier, created_at=now(), name=draft.name, fingerprint=once.fingerprint)
    department.record(DepartmentChanged(department_id=identifier), actor=actor.id)
    try:
        return await insert_once(department, once)
    except DuplicateKeyError:
        raise _taken() from None


async def rename_department(actor: Actor, department_id: str, draft: DepartmentDraft, *, expected_version: int) -> Department:
    """Call a department something else. Raises Forbidden without `member:manage`, NotFound, AlreadyDone, Conflict."""
    department = await _require_department(actor, department_id)

    def rule(current: Department) -> None:
        current.name = draft.name
        current.record(DepartmentChanged(department_id=current.id), actor=actor.id)

    try:
        return await change(department, rule, expected_version=expected_version)
    except DuplicateKeyError:
        raise _taken() from None


async def archive_department(actor: Actor, department_id: str, *, archived: bool, expected_version: int) -> Department:
    """Offer a department no more, or again; its members stay.

    Raises Forbidden without `member:manage`, NotFound, AlreadyDone for what is so already, Conflict.
    """
    department = await _require_department(actor, department_id)

    def rule(current: Department) -> None:
        if (current.archived_at is not None) is archived:
            raise AlreadyDone("It is so already.", path=("archived",))
        current.archived_at = now() if archived else None
        current.record(DepartmentChanged(department_id=current.id), actor=actor.id)

    return await change(department, rule, expected_version=expected_version)


async def _require_department(actor: Actor, department_id: str) -> Department:
    actor.require(Permission.MEMBER_MANAGE)
    department = (await departments_by_ids(actor, [department_id])).get(department_id)
    if department is None:
        raise NotFound("There is no such department.", path=("department_id",))
    return department


def _taken() -> AlreadyDone:
    return AlreadyDone("There is a department with this name already.", path=("name",))
