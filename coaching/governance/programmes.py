"""The programme: one mission over initiatives, guidelines and risks, with an owner, bodies that govern it, and an approval."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field

from auth.actor import Actor, Permission
from coaching.governance.events import ProgrammeChanged
from coaching.governance.policies import may_govern
from coaching.governance.programme_documents import GovernanceBody, ProgrammeApproval, ProgrammeStatus, SocialProgramme
from coaching.governance.reading import initiatives_by_ids, risks_by_ids
from community.creation import insert_once, made_before
from community.directory import members_by_ids
from community.drafts import Remark, Title, ids, may_be_id
from community.procedures.reading import guidelines_by_ids
from core.clock import now
from core.errors import AlreadyDone, Forbidden, NotFound
from core.idempotency import Once
from core.paging import Order, Slice, Window, count, read_slice
from core.records import by_ids, change

MOST_BODIES: Final = 10
MOST_IN_BODY: Final = 20
MOST_LINKED: Final = 50
KEPT: Final = 50
OLDEST_FIRST: Final = Order((("created_at", 1),))
Linked = Annotated[list[str], ids(MOST_LINKED, "of them")]


class BodyDraft(BaseModel):
    """Some members who decide about something together."""

    name: Title
    duty: Remark
    member_ids: Annotated[list[str], ids(MOST_IN_BODY, "members"), Field(min_length=1)]


class ProgrammeDraft(BaseModel):
    """What a programme is to be."""

    name: Title
    mission: Remark
    owner_id: str | None = None
    bodies: Annotated[list[BodyDraft], Field(max_length=MOST_BODIES)] = Field(default_factory=list)
    initiative_ids: Linked = Field(default_factory=list)
    guideline_ids: Linked = Field(default_factory=list)
    risk_ids: Linked = Field(default_factory=list)


class ProgrammeChange(BaseModel):
    """What to change of a programme; absent stays as it is, lists are taken whole."""

    name: Title | None = None
    mission: Remark | None = None
    owner_id: str | None = None
    bodies: Annotated[list[BodyDraft], Field(max_length=MOST_BODIES)] | None = None
    initiative_ids: Linked | None = None
    guideline_ids: Linked | None = None
    risk_ids: Linked | None = None
    retired: bool | None = None


async def create_social_programme(actor: Actor, draft: ProgrammeDraft, *, once: Once) -> SocialProgramme:
    """Begin a programme, as a draft that somebody else approves; who begins it owns it unless somebody is named.

    Raises Forbidden without `governance:manage`, NotFound for what it names, IdempotencyMismatch.
    """
    may_govern(actor).enforce()
    identifier = once.identifier("spr")
    if (before := await made_before(SocialProgramme, identifier, once)) is not None:
        return before
    await _require_known(actor, draft)
    given = {**draft.model_dump(), "owner_id": draft.owner_id or actor.member, "fingerprint": once.fingerprint}
    programme = SocialProgramme(id=identifier, created_at=now(), **given)
    programme.record(ProgrammeChanged(programme_id=identifier), actor=actor.id)
    return await insert_once(programme, once)


async def update_social_programme(
    actor: Actor, programme_id: str, told: ProgrammeChange, *, expected_version: int
) -> SocialProgramme:
    """Change a programme, which then waits for approval again, or retire it.

    Raises NotFound, also for what it names, Forbidden without `governance:manage`, Conflict.
    """
    may_govern(actor).enforce()
    programme = await require_social_programme(actor, programme_id)
    await _require_known(actor, told)
    changes = told.model_dump(exclude_none=True, exclude={"retired", "bodies"})

    def rule(current: SocialProgramme) -> None:
        for name, given in changes.items():
            setattr(current, name, given)
        if told.bodies is not None:
            current.bodies = [GovernanceBody(**one.model_dump()) for one in told.bodies]
        current.status = ProgrammeStatus.RETIRED if told.retired else ProgrammeStatus.DRAFT
        current.record(ProgrammeChanged(programme_id=current.id), actor=actor.id)

    return await change(programme, rule, expected_version=expected_version)


async def approve_social_programme(actor: Actor, programme_id: str, *, expected_version: int) -> SocialProgramme:
    """Approve a programme as it is now; its owner can't.

    Raises NotFound, Forbidden without `governance:manage` and for its owner, AlreadyDone unless it is a draft, Conflict.
    """
    may_govern(actor).enforce()
    programme = await require_social_programme(actor, programme_id)
    if programme.owner_id == actor.member_id:
        raise Forbidden("You answer for this programme; somebody else approves it.")

    def rule(current: SocialProgramme) -> None:
        if current.status is not ProgrammeStatus.DRAFT:
            raise AlreadyDone(f"This programme is {current.status.value} already.", path=("programme_id",))
        made = ProgrammeApproval(by=actor.member, at=now(), version=current.version)
        current.approvals = [*current.approvals, made][-KEPT:]
        current.status = ProgrammeStatus.APPROVED
        current.record(ProgrammeChanged(programme_id=current.id), actor=actor.id)

    return await change(programme, rule, expected_version=expected_version)


async def _require_known(actor: Actor, told: ProgrammeDraft | ProgrammeChange) -> None:
    named: dict[str, Sequence[str]] = {
        "owner_id": [told.owner_id] if told.owner_id is not None else [],
        "bodies": [one for body in told.bodies or [] for one in body.member_ids],
        "initiative_ids": told.initiative_ids or [],
        "guideline_ids": told.guideline_ids or [],
        "risk_ids": told.risk_ids or [],
    }
    readers: dict[str, Any] = {
        "owner_id": members_by_ids,
        "bodies": members_by_ids,
        "initiative_ids": initiatives_by_ids,
        "guideline_ids": guidelines_by_ids,
        "risk_ids": risks_by_ids,
    }
    for path, wanted in named.items():
        known = await readers[path](actor, wanted) if wanted else {}
        if lacking := [one for one in wanted if one not in known]:
            raise NotFound(f"There is nothing with the id {lacking[0][:40]} that could be named here.", path=(path,))


async def programmes_by_ids(actor: Actor, programme_ids: Sequence[str]) -> dict[str, SocialProgramme]:
    """Give the programmes to who may know their colleagues."""
    if not actor.may(Permission.MEMBER_READ):
        return {}
    return await by_ids(SocialProgramme, [one for one in programme_ids if may_be_id(one, "spr")])


async def require_social_programme(actor: Actor, programme_id: str) -> SocialProgramme:
    """Give a programme; NotFound when there is none for this actor."""
    found = (await programmes_by_ids(actor, [programme_id])).get(programme_id)
    if found is None:
        raise NotFound("There is no such programme.", path=("programme_id",))
    return found


async def list_social_programmes(actor: Actor, window: Window) -> Slice[SocialProgramme]:
    """List the programmes, the oldest first; nothing for who may not read members."""
    return await read_slice(SocialProgramme, {}, OLDEST_FIRST, window) if actor.may(Permission.MEMBER_READ) else Slice([], [])


async def count_social_programmes(actor: Actor) -> int:
    """Count the same programmes."""
    return await count(SocialProgramme, {}) if actor.may(Permission.MEMBER_READ) else 0
