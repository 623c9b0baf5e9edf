"""Which department a case belongs to, how it went from one to another."""

from datetime import datetime

import strawberry

from care.cases.departments import MOST_MOVES
from care.documents import cases, casework
from community.directory import departments_by_ids
from schema.context import Info
from schema.directives import list_size
from schema.staff.members import Department, Member, member_of


async def department_by(info: Info, department_id: str | None) -> Department | None:
    """Give a department; None where there is none."""
    found = await info.context.load(departments_by_ids, department_id) if department_id is not None else None
    return Department.from_document(found) if found is not None else None


@strawberry.type(description="That a case went from one department to another.")
class DepartmentMove:
    """That a case went from one department to another."""

    move: strawberry.Private[casework.DepartmentMove]
    at: datetime = strawberry.field(description="When.")
    note: str | None = strawberry.field(description="A word for those who take it over.")
    taken_at: datetime | None = strawberry.field(description="When somebody took it up there; null: nobody yet.")

    @strawberry.field(description="Which department had it; null: no one in particular.")
    async def before(self, info: Info) -> Department | None:
        """Give the department before."""
        return await department_by(info, self.move.before)

    @strawberry.field(description="Which department has it since.")
    async def after(self, info: Info) -> Department | None:
        """Give the department since."""
        return await department_by(info, self.move.after)

    @strawberry.field(description="Who handed it over; null for a program.")
    async def by(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.move.by)


@strawberry.type
class CaseDepartments:
    """Which department a case belongs to."""

    document: strawberry.Private[cases.Case]

    @strawberry.field(description="The department that it belongs to, such as sales or support; null: no one in particular.")
    async def department(self, info: Info) -> Department | None:
        """Give the department."""
        return await department_by(info, self.document.department_id)

    @strawberry.field(description="How it was handed over, the oldest first; the last twenty.", directives=list_size(MOST_MOVES))
    def department_moves(self) -> list[DepartmentMove]:
        """List the moves."""
        moves = self.document.department_moves
        return [DepartmentMove(move=one, at=one.at, note=one.note, taken_at=one.taken_at) for one in moves]
