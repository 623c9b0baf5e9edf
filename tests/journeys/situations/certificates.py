"""Situations of certifications and certificates."""

from care.documents.standing import Certificate, Certification
from coaching.levels.certificates import IssueDraft, issue_certificate
from coaching.levels.certifications import CertificationDraft, create_certification
from core.idempotency import Once
from tests.journeys.story import MARK, Input, Story


async def certification(story: Story) -> Certification:
    """Say what a certificate asks for: nothing, on letters."""
    draft = CertificationDraft.model_validate({"name": f"{MARK} Yetki", "summary": f"{MARK} Özet", "channel_kinds": ["LETTER"]})
    return await create_certification(await story.actor("manager"), draft, once=Once())


async def _certificate(story: Story) -> Certificate:
    made = await certification(story)
    draft = IssueDraft(certification_id=made.id, member_id=story.world.members["colleague"])
    return await issue_certificate(await story.actor("manager"), draft, expected_version=0)


async def _create(story: Story, who: str) -> Input:
    asked = {"reviews": 5, "passPercent": 80, "signOff": True}
    return {"name": f"{MARK} Yetki", "summary": f"{MARK} Özet", "channelKinds": ["LETTER"], "requirements": asked}


async def _update(story: Story, who: str) -> Input:
    made = await certification(story)
    return {"certificationId": made.id, "validDays": 90, "expectedVersion": made.version}


async def _issue(story: Story, who: str) -> Input:
    made = await certification(story)
    return {"certificationId": made.id, "memberId": story.world.members["colleague"], "expectedVersion": 0}


async def _sign_off(story: Story, who: str) -> Input:
    return {**await _issue(story, who), "remark": f"{MARK} Hazır"}


async def _revoke(story: Story, who: str) -> Input:
    certificate = await _certificate(story)
    return {"certificateId": certificate.id, "reason": f"{MARK} Neden", "expectedVersion": certificate.version}


SITUATIONS = {
    "createCertification": _create,
    "updateCertification": _update,
    "signOffCertificate": _sign_off,
    "issueCertificate": _issue,
    "revokeCertificate": _revoke,
}
