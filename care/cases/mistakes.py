"""Mistakes that were made in a case: of which kind, why, and what was changed so that they do not happen again."""

from collections.abc import Callable
from typing import Final

from pydantic import BaseModel

from auth.actor import Actor
from care.cases import lifecycle
from care.cases.events import MistakeRecorded
from care.cases.mistake_kinds import require_mistake_kind
from care.documents.cases import Case
from care.documents.mistakes import MOST_MISTAKES, Mistake
from care.policies import may_record_mistake, require_right
from care.reading.cases import require_case
from community.drafts import Remark
from community.wiki.reading import pages_by_ids
from core.clock import now
from core.errors import AlreadyDone, Conflict, InvalidInput, LimitReached, NotFound
from core.idempotency import Once
from core.records import change

_PARTS: Final = ("kind_id", "root_cause", "lesson", "page_id")


class MistakeDraft(BaseModel):
    """Which mistake was made, why, and what was learned."""

    case_id: str
    kind_id: str
    root_cause: Remark
    lesson: Remark | None = None
    page_id: str | None = None


class MistakeChange(BaseModel):
    """What to say otherwise of a mistake; None stays as it is."""

    case_id: str
    mistake_id: str
    kind_id: str | None = None
    root_cause: Remark | None = None
    lesson: Remark | None = None
    page_id: str | None = None


async def record_mistake(actor: Actor, draft: MistakeDraft, *, expected_version: int, once: Once) -> tuple[Case, Mistake]:
    """Record a mistake that was made in a case, also in a closed one.

    Raises NotFound for a case or a kind that there is not, Forbidden without `case:work`, InvalidInput for a page that is
    not there and for a case that was merged into another one, AlreadyDone for a kind out of use, LimitReached,
    IdempotencyMismatch, Conflict.
    """
    case = await require_case(actor, draft.case_id)
    require_right(may_record_mistake(actor, case))
    wanted = once.identifier("mst")
    if before := _find(case, wanted):
        once.same_input(before.fingerprint)
        return case, before
    may_record_mistake(actor, case).enforce()
    await _require_named(actor, draft.kind_id, draft.page_id)
    said = draft.model_dump(include=set(_PARTS))
    mistake = Mistake(id=wanted, at=now(), by=actor.member, fingerprint=once.fingerprint, **said)

    def rule(current: Case) -> None:
        may_record_mistake(actor, current).enforce()
        if len(current.mistakes) >= MOST_MISTAKES:
            raise LimitReached(f"A case has at most {MOST_MISTAKES} mistakes recorded.", path=("case_id",))
        _put(current, [*current.mistakes, mistake], mistake.id, actor)

    try:
        return await _changed(case, rule, wanted, expected_version=expected_version)
    except Conflict as conflict:  # an equal request was faster
        if isinstance(conflict.current, Case) and (before := _find(conflict.current, wanted)):
            once.same_input(before.fingerprint)
            return conflict.current, before
        raise


async def change_mistake(actor: Actor, draft: MistakeChange, *, expected_version: int) -> tuple[Case, Mistake]:
    """Say it otherwise, or say what was learned since.

    Raises NotFound, Forbidden without `case:work`, InvalidInput for a page that is not there, AlreadyDone for a kind out
    of use, Conflict.
    """
    case = await require_case(actor, draft.case_id)
    may_record_mistake(actor, case).enforce()
    _require(case, draft.mistake_id)
    await _require_named(actor, draft.kind_id, draft.page_id)
    changes = {name: value for name in _PARTS if (value := getattr(draft, name)) is not None}

    def rule(current: Case) -> None:
        may_record_mistake(actor, current).enforce()
        _require(current, draft.mistake_id)
        changed = [one.model_copy(update=changes) if one.id == draft.mistake_id else one for one in current.mistakes]
        _put(current, changed, draft.mistake_id, actor)

    return await _changed(case, rule, draft.mistake_id, expected_version=expected_version)


async def withdraw_mistake(actor: Actor, case_id: str, mistake_id: str, *, expected_version: int) -> Case:
    """Take a mistake off the record that was none. Raises NotFound, Forbidden without `case:work`, Conflict."""
    case = await require_case(actor, case_id)
    may_record_mistake(actor, case).enforce()
    _require(case, mistake_id)

    def rule(current: Case) -> None:
        may_record_mistake(actor, current).enforce()
        _require(current, mistake_id)
        _put(current, [one for one in current.mistakes if one.id != mistake_id], mistake_id, actor)

    return await change(case, rule, expected_version=expected_version)


def _put(case: Case, mistakes: list[Mistake], mistake_id: str, actor: Actor) -> None:
    case.mistakes = mistakes
    case.record(MistakeRecorded(case_id=case.id, mistake_id=mistake_id), actor=actor.id)
    lifecycle.project(case, touched_at=now())


async def _changed(case: Case, rule: Callable[[Case], None], mistake_id: str, *, expected_version: int) -> tuple[Case, Mistake]:
    changed = await change(case, rule, expected_version=expected_version)
    return changed, _require(changed, mistake_id)


def _find(case: Case, mistake_id: str) -> Mistake | None:
    return next((one for one in case.mistakes if one.id == mistake_id), None)


def _require(case: Case, mistake_id: str) -> Mistake:
    found = _find(case, mistake_id)
    if found is None:
        raise NotFound("There is no such mistake on record in this case.", path=("mistake_id",))
    return found


async def _require_named(actor: Actor, kind_id: str | None, page_id: str | None) -> None:
    if kind_id is not None and (await require_mistake_kind(actor, kind_id)).archived:
        raise AlreadyDone("This kind of mistake is archived; choose another one.", path=("kind_id",))
    if page_id is not None and page_id not in await pages_by_ids(actor, [page_id]):
        raise InvalidInput("There is no such page of the wiki.", path=("page_id",))
