"""What people hand in of policies of assignment, and the bounds of it."""

from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import PydanticCustomError

from care.documents.assignment import AssignmentMethod
from care.service_levels.drafts import ConditionsDraft, Name
from community.drafts import ids

MOST_MEMBERS: Final = 100
MOST_BACKUPS: Final = 10
MOST_SKILLS: Final = 20
MOST_DEPARTMENTS: Final = 20
MOST_CASES: Final = 1_000

Capacity = Annotated[int, Field(ge=1, le=MOST_CASES)]
Proficiency = Annotated[int, Field(ge=1, le=5)]
BackupIds = Annotated[list[str], ids(MOST_BACKUPS, "backups")]
SkillIds = Annotated[list[str], ids(MOST_SKILLS, "skills")]
DepartmentIds = Annotated[list[str], ids(MOST_DEPARTMENTS, "departments")]


class AssigneeDraft(BaseModel):
    """A member whom a policy may give cases to."""

    member_id: str
    capacity: Capacity | None = None


def _each_once(given: list[AssigneeDraft]) -> list[AssigneeDraft]:
    if len({one.member_id for one in given}) < len(given):
        raise PydanticCustomError("twice", "Name each member once")
    return given


Members = Annotated[list[AssigneeDraft], Field(max_length=MOST_MEMBERS), AfterValidator(_each_once)]


class PolicyDraft(BaseModel):
    """A policy to make."""

    name: Name
    method: AssignmentMethod
    conditions: ConditionsDraft = Field(default_factory=ConditionsDraft)
    members: Members = Field(default_factory=list)
    department_ids: DepartmentIds = Field(default_factory=list)
    backup_ids: BackupIds = Field(default_factory=list)
    skill_ids: SkillIds = Field(default_factory=list)
    least_proficiency: Proficiency = 1
    capacity: Capacity = 20
    on_shift_only: bool = True
    reassign_at_shift_end: bool = True


class PolicyChange(BaseModel):
    """What to change of a policy; None stays as it is, and what is given is taken whole."""

    policy_id: str
    name: Name | None = None
    method: AssignmentMethod | None = None
    conditions: ConditionsDraft | None = None
    members: Members | None = None
    department_ids: DepartmentIds | None = None
    backup_ids: BackupIds | None = None
    skill_ids: SkillIds | None = None
    least_proficiency: Proficiency | None = None
    capacity: Capacity | None = None
    on_shift_only: bool | None = None
    reassign_at_shift_end: bool | None = None
