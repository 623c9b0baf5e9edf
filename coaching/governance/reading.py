"""The only way to read governance for a person: initiatives any colleague, risks and assessments who governs."""

from collections.abc import Sequence
from typing import Any, Final

from auth.actor import Actor, Permission
from coaching.governance.documents import Assessment, Initiative, InitiativeKind, Risk, RiskStatus
from coaching.governance.policies import may_govern
from community.drafts import may_be_id
from core.errors import NotFound
from core.paging import Order, Slice, Window, count, read_slice
from core.records import by_ids

NEWEST_FIRST: Final = Order((("created_at", -1),))
GRAVEST_FIRST: Final = Order((("exposure", -1),))
LATEST_FIRST: Final = Order((("assessed_at", -1),))


async def initiatives_by_ids(actor: Actor, initiative_ids: Sequence[str]) -> dict[str, Initiative]:
    """Give those of the initiatives to who may know their colleagues."""
    if not _is_colleague(actor):
        return {}
    return await by_ids(Initiative, [one for one in initiative_ids if may_be_id(one, "ini")])


async def require_initiative(actor: Actor, initiative_id: str) -> Initiative:
    """Give an initiative; NotFound when there is none for this actor."""
    found = (await initiatives_by_ids(actor, [initiative_id])).get(initiative_id)
    if found is None:
        raise NotFound("There is no such initiative.", path=("initiative_id",))
    return found


async def list_initiatives(actor: Actor, kind: InitiativeKind | None, window: Window) -> Slice[Initiative]:
    """List the initiatives that go on, the newest first."""
    return await read_slice(Initiative, _running(kind), NEWEST_FIRST, window) if _is_colleague(actor) else Slice([], [])


async def count_initiatives(actor: Actor, kind: InitiativeKind | None) -> int:
    """Count the same initiatives."""
    return await count(Initiative, _running(kind)) if _is_colleague(actor) else 0


async def risks_by_ids(actor: Actor, risk_ids: Sequence[str]) -> dict[str, Risk]:
    """Give those of the risks to who governs."""
    return await by_ids(Risk, [one for one in risk_ids if may_be_id(one, "rsk")]) if may_govern(actor) else {}


async def require_risk(actor: Actor, risk_id: str) -> Risk:
    """Give a risk; NotFound when there is none for this actor."""
    found = (await risks_by_ids(actor, [risk_id])).get(risk_id)
    if found is None:
        raise NotFound("There is no such risk.", path=("risk_id",))
    return found


async def list_risks(actor: Actor, status: RiskStatus | None, window: Window) -> Slice[Risk]:
    """List the risks, those with the highest exposure first; nothing for who does not govern."""
    return await read_slice(Risk, _standing(status), GRAVEST_FIRST, window) if may_govern(actor) else Slice([], [])


async def count_risks(actor: Actor, status: RiskStatus | None) -> int:
    """Count the same risks."""
    return await count(Risk, _standing(status)) if may_govern(actor) else 0


async def assessments_by_ids(actor: Actor, assessment_ids: Sequence[str]) -> dict[str, Assessment]:
    """Give those of the assessments to who governs."""
    return await by_ids(Assessment, [one for one in assessment_ids if may_be_id(one, "ass")]) if may_govern(actor) else {}


async def list_assessments(actor: Actor, window: Window) -> Slice[Assessment]:
    """List the assessments, the latest first; nothing for who does not govern."""
    return await read_slice(Assessment, {}, LATEST_FIRST, window) if may_govern(actor) else Slice([], [])


async def count_assessments(actor: Actor) -> int:
    """Count the same assessments."""
    return await count(Assessment, {}) if may_govern(actor) else 0


def _is_colleague(actor: Actor) -> bool:
    return actor.may(Permission.MEMBER_READ)


def _running(kind: InitiativeKind | None) -> dict[str, Any]:
    return {"archived": False} | ({"kind": kind.value} if kind is not None else {})


def _standing(status: RiskStatus | None) -> dict[str, Any]:
    return {"status": status.value} if status is not None else {}
