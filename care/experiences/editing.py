"""Drafting experiences, and letting customers have them or not."""

from auth.actor import Actor, Permission
from care.experiences.documents import Experience, ExperienceStatus
from care.experiences.drafts import ExperienceChange, ExperienceDraft, require_shape, texts_of
from care.experiences.events import ExperienceChanged
from care.experiences.reading import require_experience
from community.creation import insert_once, made_before
from core.clock import now
from core.errors import AlreadyDone
from core.idempotency import Once
from core.records import change

S = ExperienceStatus


async def create_experience(actor: Actor, draft: ExperienceDraft, *, once: Once) -> Experience:
    """Draft an experience. Raises Forbidden without `experience:manage`, InvalidInput for its shape, IdempotencyMismatch."""
    actor.require(Permission.EXPERIENCE_MANAGE)
    identifier = once.identifier("exp")
    if (before := await made_before(Experience, identifier, once)) is not None:
        return before
    texts = texts_of(draft.texts)
    require_shape(draft.kind, texts, draft.right)
    given = {"kind": draft.kind, "texts": texts, "right": draft.right, "fingerprint": once.fingerprint}
    experience = Experience(id=identifier, created_at=now(), **given)
    experience.record(ExperienceChanged(experience_id=identifier), actor=actor.id)
    return await insert_once(experience, once)


async def update_experience(actor: Actor, experience_id: str, told: ExperienceChange, *, expected_version: int) -> Experience:
    """Change a draft.

    Raises NotFound, Forbidden without `experience:manage`, InvalidInput for its shape, AlreadyDone once it was published: what
    customers answered would not fit any more; Conflict.
    """
    actor.require(Permission.EXPERIENCE_MANAGE)
    experience = await require_experience(actor, experience_id)

    def rule(current: Experience) -> None:
        if current.status is not S.DRAFT:
            raise AlreadyDone("Customers have seen this; draft a new one instead.", path=("experience_id",))
        current.texts = texts_of(told.texts) if told.texts is not None else current.texts
        current.right = told.right if told.right is not None else current.right
        require_shape(current.kind, current.texts, current.right)
        current.record(ExperienceChanged(experience_id=current.id), actor=actor.id)

    return await change(experience, rule, expected_version=expected_version)


async def publish_experience(actor: Actor, experience_id: str, *, expected_version: int) -> Experience:
    """Let customers have a draft, or again what was withdrawn. Raises NotFound, Forbidden, AlreadyDone, Conflict."""
    return await _move(actor, experience_id, S.PUBLISHED, expected_version)


async def withdraw_experience(actor: Actor, experience_id: str, *, expected_version: int) -> Experience:
    """Let customers have it no longer; what was counted stays. Raises NotFound, Forbidden, AlreadyDone, Conflict."""
    return await _move(actor, experience_id, S.WITHDRAWN, expected_version)


async def _move(actor: Actor, experience_id: str, status: ExperienceStatus, expected_version: int) -> Experience:
    actor.require(Permission.EXPERIENCE_MANAGE)
    experience = await require_experience(actor, experience_id)

    def rule(current: Experience) -> None:
        if current.status is status or (status is S.WITHDRAWN and current.status is S.DRAFT):
            raise AlreadyDone(f"This is {current.status.value}.", path=("experience_id",))
        current.status = status
        current.published_at = current.published_at or now()
        current.record(ExperienceChanged(experience_id=current.id), actor=actor.id)

    return await change(experience, rule, expected_version=expected_version)
