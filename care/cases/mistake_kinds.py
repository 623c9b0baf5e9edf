"""The catalogue of mistakes, as a manager keeps it."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

from pydantic import BaseModel

from auth.actor import Actor, Permission
from care.cases.events import MistakeKindChanged
from care.documents.mistakes import MistakeKind
from community.creation import insert_once, made_before
from community.documents import Department
from community.drafts import Remark, may_be_id, text
from core.clock import now
from core.errors import AlreadyDone, InvalidInput, NotFound
from core.idempotency import Once
from core.paging import Order, Slice, Window, count, read_slice
from core.records import by_ids, change
from core.text.fold import fold

BY_NAME: Final = Order((("sort_name", 1),))
_IN_USE: Final[dict[str, Any]] = {"archived": False}

Name = Annotated[str, text(1, 100, lines="one")]


class MistakeKindDraft(BaseModel):
    """A kind of mistake, with who has to see to it and how it is put right."""

    name: Name
    description: Remark | None = None
    department_id: str | None = None
    remedy: Remark | None = None


class MistakeKindChange(BaseModel):
    """What to change of a kind; None stays as it is."""

    kind_id: str
    name: Name | None = None
    description: Remark | None = None
    department_id: str | None = None
    remedy: Remark | None = None


async def create_mistake_kind(actor: Actor, draft: MistakeKindDraft, *, once: Once) -> MistakeKind:
    """Put a kind of mistake into the catalogue.

    Raises Forbidden without `casework:manage`, InvalidInput for a department that is not there, IdempotencyMismatch.
    """
    actor.require(Permission.CASEWORK_MANAGE)
    if before := await made_before(MistakeKind, once.identifier("mik"), once):
        return before
    await _require_department(draft.department_id)
    kind = MistakeKind(
        id=once.identifier("mik"),
        created_at=now(),
        sort_name=fold(draft.name),
        fingerprint=once.fingerprint,
        **draft.model_dump(),
    )
    kind.record(MistakeKindChanged(kind_id=kind.id), actor=actor.id)
    return await insert_once(kind, once)


async def update_mistake_kind(actor: Actor, draft: MistakeKindChange, *, expected_version: int) -> MistakeKind:
    """Change a kind of mistake; the cases in which it was made show it as it is now.

    Raises NotFound, Forbidden without `casework:manage`, InvalidInput for a department that is not there, AlreadyDone for
    an archived one, Conflict.
    """
    actor.require(Permission.CASEWORK_MANAGE)
    kind = await require_mistake_kind(actor, draft.kind_id)
    await _require_department(draft.department_id)
    changes = draft.model_dump(exclude_none=True, exclude={"kind_id"})

    def rule(current: MistakeKind) -> None:
        _require_in_use(current)
        for name, value in changes.items():
            setattr(current, name, value)
        current.sort_name = fold(current.name)
        current.record(MistakeKindChanged(kind_id=current.id), actor=actor.id)

    return await change(kind, rule, expected_version=expected_version)


async def archive_mistake_kind(actor: Actor, kind_id: str, *, expected_version: int) -> MistakeKind:
    """Take a kind of mistake out of use; cases in which it was made keep it.

    Raises NotFound, Forbidden without `casework:manage`, AlreadyDone, Conflict.
    """
    actor.require(Permission.CASEWORK_MANAGE)
    kind = await require_mistake_kind(actor, kind_id)

    def rule(current: MistakeKind) -> None:
        _require_in_use(current)
        current.archived = True
        current.record(MistakeKindChanged(kind_id=current.id), actor=actor.id)

    return await change(kind, rule, expected_version=expected_version)


async def mistake_kinds_by_ids(actor: Actor, kind_ids: Sequence[str]) -> dict[str, MistakeKind]:
    """Give those of the kinds that the actor may know of, archived ones too: all with `case:read`."""
    wanted = [one for one in kind_ids if may_be_id(one, "mik")]
    return await by_ids(MistakeKind, wanted) if actor.may(Permission.CASE_READ) else {}


async def require_mistake_kind(actor: Actor, kind_id: str) -> MistakeKind:
    """Give a kind of mistake; NotFound when there is none for this actor."""
    found = (await mistake_kinds_by_ids(actor, [kind_id])).get(kind_id)
    if found is None:
        raise NotFound("There is no such kind of mistake.", path=("kind_id",))
    return found


async def list_mistake_kinds(actor: Actor, window: Window) -> Slice[MistakeKind]:
    """List the kinds in use by name. Forbidden without `case:read`."""
    actor.require(Permission.CASE_READ)
    return await read_slice(MistakeKind, _IN_USE, BY_NAME, window)


async def count_mistake_kinds(actor: Actor) -> int:
    """Count the kinds in use. Forbidden without `case:read`."""
    actor.require(Permission.CASE_READ)
    return await count(MistakeKind, _IN_USE)


def _require_in_use(kind: MistakeKind) -> None:
    if kind.archived:
        raise AlreadyDone("This kind of mistake is archived; choose another one.", path=("kind_id",))


async def _require_department(department_id: str | None) -> None:
    if department_id is not None and await Department.get(department_id) is None:
        raise InvalidInput("There is no such department.", path=("department_id",))
