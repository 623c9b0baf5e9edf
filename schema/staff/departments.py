"""Mutations about the parts of the company."""

from typing import Annotated, ClassVar

import strawberry

from community.departments import DepartmentDraft, add_department, archive_department, rename_department
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, idempotency_key, once_for, required
from schema.staff.members import Department

_DEPARTMENT = "The id of the department."
_NAME = "What it is called, at most 100 characters; no two departments have one name."


@strawberry.input(description="A part of the company.")
class CreateDepartmentInput:
    """A part of the company."""

    name: str = required(_NAME)
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createDepartment`.")
class CreateDepartmentPayload(Payload):
    """The answer of `createDepartment`."""

    department: Department | None = changed("The department.")


@strawberry.input(description="What a department is called from now on.")
class UpdateDepartmentInput:
    """What a department is called from now on."""

    department_id: strawberry.ID = required(_DEPARTMENT)
    name: str = required(_NAME)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `updateDepartment`.")
class UpdateDepartmentPayload(Payload):
    """The answer of `updateDepartment`."""

    written: ClassVar[str | None] = "department"

    department: Department | None = changed()


@strawberry.input(description="Whether a department is offered.")
class ArchiveDepartmentInput:
    """Whether a department is offered."""

    department_id: strawberry.ID = required(_DEPARTMENT)
    archived: bool = required("True: it is offered no more; false: it is again.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `archiveDepartment`.")
class ArchiveDepartmentPayload(Payload):
    """The answer of `archiveDepartment`."""

    written: ClassVar[str | None] = "department"

    department: Department | None = changed()


@strawberry.type
class DepartmentKeeping:
    """What can be done about the parts of the company."""

    @mutation(CreateDepartmentPayload, description="Makes a part of the company; needs `member:manage`.")
    async def create_department(self, info: Info, input: Annotated[CreateDepartmentInput, INPUT]) -> object:
        """Make a department."""
        once = once_for(info, "createDepartment", input)
        department = await add_department(info.context.actor, parse(DepartmentDraft, name=input.name), once=once)
        return CreateDepartmentPayload(department=Department.from_document(department))

    @mutation(UpdateDepartmentPayload, description="Calls a department something else; needs `member:manage`.")
    async def update_department(self, info: Info, input: Annotated[UpdateDepartmentInput, INPUT]) -> object:
        """Rename a department."""
        draft = parse(DepartmentDraft, name=input.name)
        department = await rename_department(
            info.context.actor, input.department_id, draft, expected_version=input.expected_version
        )
        return UpdateDepartmentPayload(department=Department.from_document(department))

    @mutation(
        ArchiveDepartmentPayload,
        description="Offers a department no more, or again; its members, and what was given to it, stay. Needs `member:manage`.",
    )
    async def archive_department(self, info: Info, input: Annotated[ArchiveDepartmentInput, INPUT]) -> object:
        """Archive a department, or bring it back."""
        department = await archive_department(
            info.context.actor, input.department_id, archived=input.archived, expected_version=input.expected_version
        )
        return ArchiveDepartmentPayload(department=Department.from_document(department))
