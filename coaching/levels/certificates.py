"""Certificates: a mentor stands for somebody, they are issued by evidence, reminded of, lapse, and are taken away."""

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Final

from pydantic import BaseModel

from auth.actor import Actor
from care.certification import certificate_id
from care.documents.standing import Certificate, CertificateStatus, CertificateStep, Certification, SignOff
from care.policies import require_right
from coaching.levels.events import (
    CertificateDue,
    CertificateEvent,
    CertificateIssued,
    CertificateLapsed,
    CertificateRevoked,
    CertificateSignedOff,
)
from coaching.levels.evidence import Shown, shown_by
from coaching.levels.policies import may_certify, may_manage_certifications, may_revoke, may_stand_for
from coaching.levels.reading import require_certificate, require_certification
from community.directory import members_by_ids
from community.drafts import Remark, text
from core.clock import now
from core.defaults import change_or_insert, stored_or
from core.errors import AlreadyDone, InvalidInput, NotFound
from core.records import change

KEPT: Final = 50
MOST_SIGN_OFFS: Final = 10

Reason = Annotated[str, text(5, 1_000)]
S = CertificateStatus


class SignOffDraft(BaseModel):
    """For whom a mentor stands, and why."""

    certification_id: str
    member_id: str
    remark: Remark | None = None


class IssueDraft(BaseModel):
    """Who is to be certified; `despite` says why although something is missing."""

    certification_id: str
    member_id: str
    despite: Reason | None = None


class RevocationDraft(BaseModel):
    """Why a certificate is taken away."""

    reason: Reason


async def sign_off_certificate(actor: Actor, draft: SignOffDraft, *, expected_version: int) -> Certificate:
    """Stand for somebody, once each; `expected_version` is 0 while they have no certificate.

    Raises Forbidden without `reply:release` or for oneself, NotFound, AlreadyDone, Conflict.
    """
    may_stand_for(actor, draft.member_id).enforce()
    certification = await _in_use(actor, draft.certification_id, draft.member_id)

    def rule(current: Certificate) -> None:
        if any(one.by == actor.member_id for one in current.sign_offs):
            raise AlreadyDone("You stand for this member already.", path=("member_id",))
        signed = SignOff(by=actor.member, at=now(), remark=draft.remark)
        current.sign_offs = [*current.sign_offs, signed][-MOST_SIGN_OFFS:]
        current.record(CertificateSignedOff(certificate_id=current.id), actor=actor.id)

    return await _written(certification, draft.member_id, rule, expected_version)


async def issue_certificate(actor: Actor, draft: IssueDraft, *, expected_version: int) -> Certificate:
    """Certify somebody who shows all that is asked for, or once more before or after it lapsed.

    With `certification:manage` it is issued although something is missing, for a reason that is written down. It is valid
    from now on. Raises Forbidden without `training:manage` or for oneself, NotFound, InvalidInput that names what is missing,
    Conflict.
    """
    may_certify(actor, draft.member_id).enforce()
    certification = await _in_use(actor, draft.certification_id, draft.member_id)
    if draft.despite is not None:
        may_manage_certifications(actor).enforce()
    before = await Certificate.get(certificate_id(certification.id, draft.member_id))
    signed = before.sign_offs if before is not None and before.version == expected_version else []
    missing = [one for one in await shown_by(draft.member_id, certification.requirements, signed) if not one.met]

    def rule(current: Certificate) -> None:
        if missing and draft.despite is None:
            raise InvalidInput(f"This is still missing: {told_missing(missing)}.", path=("member_id",))
        at = now()
        current.issued_at, current.expires_at = at, at + timedelta(days=certification.valid_days)
        current.next_act_at = max(at, current.expires_at - timedelta(days=certification.remind_days))
        current.sign_offs = []
        step(current, S.ACTIVE, actor.member, draft.despite)
        current.record(CertificateIssued(certificate_id=current.id), actor=actor.id)

    return await _written(certification, draft.member_id, rule, expected_version)


async def revoke_certificate(actor: Actor, identifier: str, draft: RevocationDraft, *, expected_version: int) -> Certificate:
    """Take a certificate away: from now on replies are held where it is asked for; nobody is silenced.

    Raises NotFound, Forbidden without `certification:manage`, AlreadyDone unless it is active, Conflict.
    """
    certificate = await require_certificate(actor, identifier)
    require_right(may_revoke(actor, certificate))

    def rule(current: Certificate) -> None:
        may_revoke(actor, current).enforce()
        current.next_act_at = None
        step(current, S.REVOKED, actor.member, draft.reason)
        current.record(CertificateRevoked(certificate_id=current.id), actor=actor.id)

    return await change(certificate, rule, expected_version=expected_version)


async def act_on_certificates(at_once: int) -> int:
    """Tell once of certificates that lapse soon, and let those lapse whose time is over; give how many that were."""
    due = {"next_act_at": {"$lte": now()}}
    found = await Certificate.find(due).sort("next_act_at").limit(at_once).to_list()
    for certificate in found:
        await change(certificate, _act)
    return len(found)


def step(certificate: Certificate, status: CertificateStatus, by: str | None, reason: str | None = None) -> None:
    """Bring a certificate to a status, and write it down."""
    taken = CertificateStep(status=status, at=now(), by=by, reason=reason)
    certificate.status, certificate.steps = status, [*certificate.steps, taken][-KEPT:]


def _act(certificate: Certificate) -> None:
    at, expires = now(), certificate.expires_at
    if certificate.next_act_at is None or certificate.next_act_at > at or expires is None:
        return
    said: CertificateEvent
    if expires <= at:
        certificate.next_act_at = None
        step(certificate, S.LAPSED, None)
        said = CertificateLapsed(certificate_id=certificate.id)
    else:
        certificate.next_act_at = expires
        said = CertificateDue(certificate_id=certificate.id)
    certificate.record(said)


async def _in_use(actor: Actor, certification_id: str, member_id: str) -> Certification:
    certification = await require_certification(actor, certification_id)
    if certification.archived:
        raise AlreadyDone("This certification is out of use; choose another one.", path=("certification_id",))
    if member_id not in await members_by_ids(actor, [member_id]):
        raise NotFound("There is no such member.", path=("member_id",))
    return certification


async def _written(
    certification: Certification, member_id: str, rule: Callable[[Certificate], None], expected_version: int
) -> Certificate:
    """Change a member's certificate by a rule, or make it when there is none and nobody expects one."""
    identifier = certificate_id(certification.id, member_id)
    default = Certificate(id=identifier, created_at=now(), certification_id=certification.id, member_id=member_id)
    return await change_or_insert(await stored_or(default), rule, expected_version=expected_version, is_shown=False)


def told_missing(missing: list[Shown]) -> str:
    """Say what is missing, and how much of it."""
    return ", ".join(f"{one.kind.value} {one.reached:g} of {one.needed:g}" for one in missing)
