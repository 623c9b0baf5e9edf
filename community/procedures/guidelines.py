"""Procedures and policies: written in sections, signed, published in editions, attested."""

from datetime import datetime, timedelta
from typing import Annotated, Final

from pydantic import BaseModel, Field
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor, Role
from community.creation import insert_once
from community.directory import members_by_ids
from community.drafts import Title, ids, text
from community.procedures.documents import (
    Attestation,
    Edition,
    Guideline,
    GuidelineEdition,
    GuidelineKind,
    SignOff,
)
from community.procedures.drafts import Sections, sections_of
from community.procedures.events import AttestationsOverdue, GuidelineAttested, GuidelineChanged, GuidelinePublished
from community.procedures.policies import may_attest, may_manage_guidelines, may_publish, may_sign
from community.procedures.reading import attestation_id, require_guideline, who_is_missing
from community.procedures.templates import begin_from
from core.clock import now
from core.errors import Forbidden, InvalidInput, NotFound
from core.idempotency import Once
from core.ids import derived_id
from core.records import change, insert_or_read, save

MOST_SIGNATORIES: Final = 10
REMIND_EVERY: Final = timedelta(days=7)
"""How often who has not attested is reminded, once the time for it is over."""

Signatories = Annotated[list[str], ids(MOST_SIGNATORIES, "executives")]
Days = Annotated[int, Field(ge=1, le=365)]


class GuidelineDraft(BaseModel):
    """What a procedure or policy is to be."""

    kind: GuidelineKind
    title: Title
    sections: Sections = Field(default_factory=list)
    signatory_ids: Signatories = Field(default_factory=list)
    attested_by_roles: list[Role] = Field(default_factory=list)
    attest_within_days: Days = 14
    template_id: str | None = None


class GuidelineChange(BaseModel):
    """What to change of the draft; absent stays as it is."""

    title: Title | None = None
    sections: Sections | None = None
    signatory_ids: Signatories | None = None
    attested_by_roles: list[Role] | None = None
    attest_within_days: Days | None = None
    archived: bool | None = None


class AttestationDraft(BaseModel):
    """Which edition was read, and where a contract says so."""

    guideline_id: str
    number: int
    contract: Annotated[str, text(1, 500, lines="one")] | None = None


async def create_guideline(actor: Actor, draft: GuidelineDraft, *, once: Once) -> Guideline:
    """Begin a procedure or policy as a draft; from a template, with its sections where none are given.

    Raises Forbidden without `guideline:manage`, NotFound for an executive who is nobody here and for the template, InvalidInput
    for two sections of one key and for a template of the other kind, IdempotencyMismatch.
    """
    may_manage_guidelines(actor).enforce()
    await _require_members(actor, draft.signatory_ids)
    guideline = new_guideline(actor, draft, once)
    if draft.template_id is not None and await Guideline.get(guideline.id) is None:
        begun = await begin_from(actor, draft.template_id, draft.kind)
        guideline.sections = guideline.sections or begun
    return await keep_new(guideline, once)


def new_guideline(actor: Actor, draft: GuidelineDraft, once: Once) -> Guideline:
    """Make a procedure or policy that is not stored yet."""
    guideline = Guideline(
        id=once.identifier("gdl"),
        created_at=now(),
        created_by=actor.member,
        fingerprint=once.fingerprint,
        sections=sections_of(draft.sections),
        **draft.model_dump(exclude={"sections"}),
    )
    guideline.record(GuidelineChanged(guideline_id=guideline.id), actor=actor.id)
    return guideline


async def keep_new(guideline: Guideline, once: Once) -> Guideline:
    """Store a new one; a repeat of the same request gives what it made."""
    stored = await insert_once(guideline, once)
    return guideline if stored is guideline else await keep_edition(stored)


async def update_guideline(actor: Actor, guideline_id: str, told: GuidelineChange, *, expected_version: int) -> Guideline:
    """Change a draft; what its executives signed is void when its words changed, and the edition that holds stays.

    Raises NotFound, Forbidden without `guideline:manage`, InvalidInput, Conflict.
    """
    guideline = await require_guideline(actor, guideline_id)
    may_manage_guidelines(actor).enforce()
    await _require_members(actor, told.signatory_ids or [])
    changes = told.model_dump(exclude_none=True, exclude={"sections"})
    sections = sections_of(told.sections) if told.sections is not None else None

    def rule(current: Guideline) -> None:
        before = (current.title, current.sections)
        for name, value in changes.items():
            setattr(current, name, value)
        if sections is not None:
            current.sections = sections
        if before != (current.title, current.sections):
            current.sign_offs = []
        current.sign_offs = [one for one in current.sign_offs if one.member_id in current.signatory_ids]
        current.next_act_at = None if current.archived else current.next_act_at
        current.record(GuidelineChanged(guideline_id=current.id), actor=actor.id)

    return await change(guideline, rule, expected_version=expected_version)


async def sign_guideline(actor: Actor, guideline_id: str, *, expected_version: int) -> Guideline:
    """Agree with a draft as an executive; the version says which words were read.

    Raises NotFound, Forbidden for who is not named, InvalidInput while sections are missing, AlreadyDone, Conflict.
    """
    guideline = await require_guideline(actor, guideline_id)
    if isinstance(refusal := may_sign(actor, guideline).refusal, Forbidden):
        raise refusal

    def rule(current: Guideline) -> None:
        may_sign(actor, current).enforce()
        current.sign_offs = [*current.sign_offs, SignOff(member_id=actor.member, at=now())]
        current.record(GuidelineChanged(guideline_id=current.id), actor=actor.id)

    return await change(guideline, rule, expected_version=expected_version)


async def publish_guideline(actor: Actor, guideline_id: str, *, expected_version: int) -> Guideline:
    """Let the draft hold as the next edition; who must attest it is told.

    Raises NotFound, Forbidden without `guideline:manage`, InvalidInput while sections or signatures are missing,
    AlreadyDone when it is out of use, Conflict.
    """
    guideline = await require_guideline(actor, guideline_id)
    may_manage_guidelines(actor).enforce()

    def rule(current: Guideline) -> None:
        may_publish(actor, current).enforce()
        put_edition(current, actor)

    return await keep_edition(await change(guideline, rule, expected_version=expected_version))


def put_edition(guideline: Guideline, actor: Actor) -> None:
    """Let the draft of a guideline hold from now on."""
    at = now()
    number = (guideline.edition.number if guideline.edition else 0) + 1
    guideline.edition = Edition(
        number=number,
        title=guideline.title,
        sections=guideline.sections,
        sign_offs=guideline.sign_offs,
        published_by=actor.member,
        published_at=at,
    )
    guideline.is_published, guideline.sign_offs = True, []
    guideline.next_act_at = at + timedelta(days=guideline.attest_within_days) if guideline.attested_by_roles else None
    guideline.record(GuidelinePublished(guideline_id=guideline.id, number=number), actor=actor.id)


async def keep_edition(guideline: Guideline) -> Guideline:
    """Keep the edition that holds for good. Can run twice."""
    if guideline.edition is None:
        return guideline
    identifier = derived_id("gde", guideline.id, str(guideline.edition.number))
    if await GuidelineEdition.get(identifier) is None:
        kept = GuidelineEdition(
            id=identifier,
            created_at=guideline.edition.published_at,
            guideline_id=guideline.id,
            number=guideline.edition.number,
            edition=guideline.edition,
        )
        try:
            await save(kept)
        except DuplicateKeyError:
            return guideline
    return guideline


async def attest_guideline(actor: Actor, draft: AttestationDraft) -> Attestation:
    """Say that one read an edition and will heed it; saying it again changes nothing.

    Raises NotFound, Forbidden for who is no member, InvalidInput for another edition than the one that holds.
    """
    guideline = await require_guideline(actor, draft.guideline_id)
    may_attest(actor, guideline).enforce()
    if guideline.edition is not None and draft.number != guideline.edition.number:
        holds = guideline.edition.number
        raise InvalidInput(f"Edition {holds} holds now; read that one and attest it.", path=("number",))
    at = now()
    attestation = Attestation(
        id=attestation_id(guideline.id, draft.number, actor.member),
        created_at=at,
        guideline_id=guideline.id,
        number=draft.number,
        member_id=actor.member,
        attested_at=at,
        contract=draft.contract,
    )
    if before := await Attestation.get(attestation.id):
        return before
    attested = GuidelineAttested(guideline_id=guideline.id, number=draft.number)
    attestation.record(attested, actor=actor.id)
    return await insert_or_read(attestation)


async def remind_of_attestations(at_once: int) -> int:
    """Tell of editions that not everybody attested in time, and weekly until they have; give how many that were."""
    at = now()
    due = {"next_act_at": {"$lte": at}}
    found = await Guideline.find(due).sort("next_act_at").limit(at_once).to_list()
    for guideline in found:
        missing = bool(await who_is_missing(guideline))
        await change(guideline, lambda current, missing=missing: _remind(current, at, missing=missing))  # type: ignore[misc]
    return len(found)


def _remind(guideline: Guideline, at: datetime, *, missing: bool) -> None:
    if guideline.next_act_at is None or guideline.next_act_at > at or guideline.edition is None:
        return
    guideline.next_act_at = at + REMIND_EVERY
    if missing:
        guideline.record(AttestationsOverdue(guideline_id=guideline.id, number=guideline.edition.number))


async def _require_members(actor: Actor, member_ids: list[str]) -> None:
    if len(await members_by_ids(actor, member_ids)) < len(member_ids):
        raise NotFound("There is no such member.", path=("signatory_ids",))
