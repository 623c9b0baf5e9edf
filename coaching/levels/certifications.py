"""What certificates ask for, and on which channels they are asked for."""

from typing import Annotated, Final

from pydantic import BaseModel, Field

from auth.actor import Actor, Role
from care.channels import read_channels
from care.documents.channels import ChannelKind
from care.documents.standing import Certification, Requirements
from coaching.courses.reading import courses_by_ids
from coaching.levels.events import CertificationChanged
from coaching.levels.policies import may_manage_certifications
from coaching.levels.reading import require_certification
from community.creation import insert_once
from community.drafts import Remark, Title, ids
from core.clock import now
from core.errors import InvalidInput, NotFound
from core.idempotency import Once
from core.records import change

MOST_CHANNELS: Final = 50
MOST_COURSES: Final = 20
EXEMPT: Final = (Role.MENTOR, Role.MANAGER, Role.ADMIN)
"""Who needs no certificate unless told otherwise: those who review the others."""

Percent = Annotated[int, Field(ge=0, le=100)]
Days = Annotated[int, Field(ge=1, le=1_825)]
ChannelIds = Annotated[list[str], ids(MOST_CHANNELS, "channels")]


class RequirementsDraft(BaseModel):
    """What is to be asked for."""

    course_ids: Annotated[list[str], ids(MOST_COURSES, "courses")] = Field(default_factory=list)
    reviews: Annotated[int, Field(ge=0, le=100)] = 0
    pass_percent: Percent = 0
    practice_runs: Annotated[int, Field(ge=0, le=20)] = 0
    practice_points: Percent = 0
    practice_kinds: list[ChannelKind] = Field(default_factory=list)
    sign_off: bool = False


class CertificationDraft(BaseModel):
    """What a certification is to be."""

    name: Title
    summary: Remark
    channel_kinds: list[ChannelKind] = Field(default_factory=list)
    channel_ids: ChannelIds = Field(default_factory=list)
    requirements: RequirementsDraft = Field(default_factory=RequirementsDraft)
    exempt_roles: list[Role] = Field(default_factory=lambda: list(EXEMPT))
    valid_days: Days = 365
    remind_days: Annotated[int, Field(ge=0, le=90)] = 14


class CertificationChange(BaseModel):
    """What to change of a certification; absent stays as it is."""

    name: Title | None = None
    summary: Remark | None = None
    channel_kinds: list[ChannelKind] | None = None
    channel_ids: ChannelIds | None = None
    requirements: RequirementsDraft | None = None
    exempt_roles: list[Role] | None = None
    valid_days: Days | None = None
    remind_days: Annotated[int, Field(ge=0, le=90)] | None = None
    enforced: bool | None = None
    archived: bool | None = None


async def create_certification(actor: Actor, draft: CertificationDraft, *, once: Once) -> Certification:
    """Say what a certificate asks for; it is not enforced yet.

    Raises Forbidden without `certification:manage`, NotFound for a channel or course that there is not, IdempotencyMismatch.
    """
    may_manage_certifications(actor).enforce()
    await _require_known(actor, draft)
    certification = Certification(
        id=once.identifier("ctn"),
        created_at=now(),
        created_by=actor.member,
        fingerprint=once.fingerprint,
        **draft.model_dump(),
    )
    _tidy(certification)
    certification.record(CertificationChanged(certification_id=certification.id), actor=actor.id)
    return await insert_once(certification, once)


async def update_certification(
    actor: Actor, certification_id: str, told: CertificationChange, *, expected_version: int
) -> Certification:
    """Change a certification, or enforce it: from then on replies of those without it are held on its channels.

    Certificates that hold stay valid. Raises Forbidden without `certification:manage`, NotFound, InvalidInput for one
    that is enforced without a channel or out of use, Conflict.
    """
    may_manage_certifications(actor).enforce()
    certification = await require_certification(actor, certification_id)
    await _require_known(actor, told)
    changes = told.model_dump(exclude_none=True, exclude={"requirements"})

    def rule(current: Certification) -> None:
        for name, value in changes.items():
            setattr(current, name, value)
        if told.requirements is not None:
            current.requirements = Requirements(**told.requirements.model_dump())
        _tidy(current)
        if current.enforced and (current.archived or not (current.channel_ids or current.channel_kinds)):
            field = "archived" if current.archived and told.archived is not None else "enforced"
            message = "Only a certification in use that names a channel or a kind of channel can be enforced."
            raise InvalidInput(message, path=(field if getattr(told, field) is not None else "certification_id",))
        current.record(CertificationChanged(certification_id=current.id), actor=actor.id)

    return await change(certification, rule, expected_version=expected_version)


def _tidy(certification: Certification) -> None:
    certification.channel_kinds = list(dict.fromkeys(certification.channel_kinds))
    certification.exempt_roles = list(dict.fromkeys(certification.exempt_roles))
    asked = certification.requirements
    asked.practice_kinds = list(dict.fromkeys(asked.practice_kinds))


async def _require_known(actor: Actor, told: CertificationDraft | CertificationChange) -> None:
    channels = told.channel_ids or []
    if len(await read_channels(actor, channels)) < len(channels):
        raise NotFound("There is no such channel.", path=("channel_ids",))
    if told.requirements is not None:
        await require_courses(actor, told.requirements)


async def require_courses(actor: Actor, asked: RequirementsDraft) -> None:
    """Refuse courses that the actor does not know; NotFound."""
    if len(await courses_by_ids(actor, asked.course_ids)) < len(asked.course_ids):
        raise NotFound("There is no such course.", path=("requirements",))
