"""Certifications and certificates for tests, made by the operations."""

from typing import Any

from auth.actor import Actor, Role
from care.documents.standing import Certificate, Certification
from coaching.levels.certificates import IssueDraft, issue_certificate
from coaching.levels.certifications import (
    CertificationChange,
    CertificationDraft,
    create_certification,
    update_certification,
)
from core.idempotency import Once
from tests.factories.care import make_actor

MANAGER = make_actor(Role.MANAGER)


async def make_certification(**given: Any) -> Certification:
    """Say what a certificate asks for, on X unless told; it is not enforced."""
    told = {"name": "X'te herkese açık", "summary": "X'te yanıt", "channel_kinds": ["X"], **given}
    return await create_certification(MANAGER, CertificationDraft.model_validate(told), once=Once())


async def enforced(certification: Certification) -> Certification:
    """Enforce it."""
    told = CertificationChange(enforced=True)
    return await update_certification(MANAGER, certification.id, told, expected_version=certification.version)


async def certified(member: Actor, certification: Certification, *, by: Actor = MANAGER, version: int = 0) -> Certificate:
    """Certify a member who shows what is asked for."""
    draft = IssueDraft(certification_id=certification.id, member_id=member.member)
    return await issue_certificate(by, draft, expected_version=version)
